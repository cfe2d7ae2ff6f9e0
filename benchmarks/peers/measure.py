"""All peers on the fixed split beside our own lists, as rows for `make bench` and for the docs."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import HERE, LIBRARIES, NoEnvironment, run
from benchmarks.peers.judge import Judged, Lead, judge, lead
from benchmarks.peers.split import prepare


@dataclass(frozen=True)
class Row:
    """One model on the test part.

    Attributes:
        validation: NDCG@10 on the validation part with the settings it was given; None for ours.
        tried: settings that were tried to find them.
        grid: settings that there were to try.
        recall_lead, ndcg_lead: of ours over this model; None for ours.
    """

    library: str
    version: str
    model: str
    precision: float
    recall: float
    ndcg: float
    validation: float | None = None
    tried: int = 0
    grid: int = 0
    fit_seconds: float | None = None
    ms_per_member: float | None = None
    recall_lead: Lead | None = None
    ndcg_lead: Lead | None = None


@dataclass(frozen=True)
class Measured:
    """Rows by falling NDCG, and why a library is not among them."""

    rows: list[Row]
    missing: dict[str, str]


def measure(
    folder: Path, ours: Path | None, libraries: Sequence[str] = LIBRARIES, *, again: bool = False
) -> Measured:
    """Fit every peer with its tuned settings and judge it; environments and lists are kept under ``folder``.

    Lists that were made with the same runner, settings and versions are judged without fitting anew.

    Args:
        ours: a CSV ``user,rank,item,score`` to compare with; None leaves the leads out.
        again: fit anew in any case, such as for times on a calm machine.
    """
    folder = folder.resolve()
    split, lists = folder / "split", folder / "lists"
    prepare(split)
    test, train = split / "test.npz", split / "final" / "train.npz"
    own = judge(ours, test, train) if ours else None
    rows = [_row("Segue", "", "engine", own)] if own else []
    missing: dict[str, str] = {}
    for library in libraries:
        try:
            if again or not _made(library, lists):
                stamp = _stamp(library)
                run(library, folder / "environments", [str(split), "--out", str(lists)])
                (lists / f"{library}.stamp").write_text(stamp)
        except (NoEnvironment, subprocess.CalledProcessError) as trouble:
            missing[library] = str(trouble)
            continue
        found = json.loads((HERE / "tuned" / f"{library}.json").read_text())
        for note in json.loads((lists / f"{library}.json").read_text()):
            theirs = judge(lists / note["list"], test, train)
            rows.append(_peer(note, found[note["model"]], theirs, own))
    return Measured(sorted(rows, key=lambda row: -row.ndcg), missing)


def search(folder: Path, library: str, models: Sequence[str] = (), draws: int | None = None) -> None:
    """Search settings on the validation part; what was tried before, in a search that was stopped too, is remembered."""
    folder = folder.resolve()
    prepare(folder / "split")
    only = ["--only", *models] if models else []
    begin = [] if draws is None else ["--draws", str(draws)]
    run(library, folder / "environments", [str(folder / "split"), "--tune", *only, *begin])


def _made(library: str, lists: Path) -> bool:
    """Whether the lists are there, whole and by what would make them now."""
    stamp = lists / f"{library}.stamp"
    return stamp.exists() and stamp.read_text() == _stamp(library)


def _stamp(library: str) -> str:
    """A digest of all that a library's lists depend on."""
    sources = [HERE / f"{name}.py" for name in (f"run_{library}", "common", "running", "split")]
    given = [HERE / "requirements" / f"{library}.txt", HERE / "tuned" / f"{library}.json"]
    digest = hashlib.sha256()
    for file in [*sources, *given]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _peer(note: dict[str, Any], found: dict[str, Any], theirs: Judged, own: Judged | None) -> Row:
    return _row(
        note["library"],
        note["version"],
        note["model"],
        theirs,
        validation=found["validation_ndcg"],
        tried=found["tried"],
        grid=prod(len(values) for values in found["grid"].values()),
        fit_seconds=note["fit_seconds"],
        ms_per_member=note["ms_per_member"],
        recall_lead=lead(own.recall, theirs.recall) if own else None,
        ndcg_lead=lead(own.ndcg, theirs.ndcg) if own else None,
    )


def _row(library: str, version: str, model: str, judged: Judged, **more: Any) -> Row:
    precision, recall, ndcg = (
        float(values.mean()) for values in (judged.precision, judged.recall, judged.ndcg)
    )
    return Row(library, version, model, precision, recall, ndcg, **more)
