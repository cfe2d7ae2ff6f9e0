"""The search for good settings on the validation part; what was tried is noted, so that a search that was stopped goes on."""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.peers.common import Model, Part, Recommend, Settings, in_blocks, matrix

TUNED = Path(__file__).parent / "tuned"
JUDGED = 10
SEED = 20
Values = tuple[Any, ...]
"""One of each setting, in the order of the grid."""


class Journal:
    """What was tried of one model on one split: a line of JSON for each, in the folder of the split.

    Whoever changes how a model is fitted deletes the file: its figures are taken as they are.
    """

    def __init__(self, file: Path, model: Model, before: int) -> None:
        self._file = file
        self._model = model
        self.values: dict[Values, float] = {}
        self._before = before
        for line in self._lines():
            if "before" in line:
                self._before = line["before"]
            elif line["settings"].keys() == model.grid.keys():
                self.values[tuple(line["settings"][name] for name in model.grid)] = line["ndcg"]
        if not self.values:
            self._add({"before": self._before})

    @property
    def tried(self) -> int:
        """How many, with those from before there was a journal; some of these may have been tried again."""
        return min(self._before + len(self.values), prod(len(values) for values in self._model.grid.values()))

    def note(self, values: Values, ndcg: float) -> None:
        self.values[values] = ndcg
        self._add({"settings": dict(zip(self._model.grid, values, strict=True)), "ndcg": ndcg})

    def _lines(self) -> Iterator[dict[str, Any]]:
        if self._file.exists():
            for text in self._file.read_text(encoding="utf-8").splitlines():
                line = json.loads(text)
                if line["model"] == self._model.name:
                    yield line

    def _add(self, line: dict[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"model": self._model.name, **line}) + "\n")


def tune(library: str, models: Sequence[Model], folder: Path) -> None:
    """Settings that were found stay in ``tuned/<library>.json``, model by model."""
    part, wanted = Part.read(folder / "tuning"), matrix(folder / "tuning" / "validation.npz")
    file = TUNED / f"{library}.json"
    for model in models:
        known = found_before(file).get(model.name, {})
        journal = Journal(folder / "tuning" / f"tried-{library}.jsonl", model, known.get("tried", 0))
        settings, value = tuned(model, part, wanted, journal, known.get("settings"))
        # Read again: another run with another --only may have written meanwhile.
        found = found_before(file)
        found[model.name] = {
            "settings": settings,
            "validation_ndcg": round(value, 4),
            "tried": journal.tried,
            "grid": {name: list(values) for name, values in model.grid.items()},
        }
        file.write_text(json.dumps(dict(sorted(found.items())), indent=2) + "\n")


def found_before(file: Path) -> dict[str, dict[str, Any]]:
    return json.loads(file.read_text()) if file.exists() else {}


def tuned(
    model: Model, part: Part, wanted: sp.csr_matrix, journal: Journal, known: Settings | None = None
) -> tuple[Settings, float]:
    """The best settings and their NDCG@10 on the validation part.

    Few combinations are all tried. Of many, a seeded draw and what was found before are tried; then one setting
    after another is moved to each of its other values, from the best so far, until no single move is better.
    """
    names = list(model.grid)

    def judged(values: Values) -> float:
        if values not in journal.values:
            settings = dict(zip(names, values, strict=True))
            begun = time.perf_counter()
            journal.note(values, ndcg(wanted, model.fit(part, settings)))
            print(
                f"{model.name} {settings}: {journal.values[values]:.4f} ({time.perf_counter() - begun:.1f} s)",
                file=sys.stderr,
                flush=True,
            )
        return journal.values[values]

    everything = list(itertools.product(*model.grid.values()))
    few = len(everything) <= model.draws
    begun = everything if few else random.Random(SEED).sample(everything, model.draws) or everything[:1]
    before = tuple((known or {}).get(name) for name in names)
    best = max([*begun, before] if before in everything else begun, key=judged)
    moved = not few
    while moved:
        last = best
        for at, choices in enumerate(model.grid.values()):
            best = max([(*best[:at], value, *best[at + 1 :]) for value in choices], key=judged)
        moved = best != last
    return dict(zip(names, best, strict=True)), journal.values[best]


def ndcg(wanted: sp.csr_matrix, recommend: Recommend) -> float:
    """Mean NDCG@10 over the members who want something: binary gain, ideal over min(10, wanted)."""
    sizes = np.diff(wanted.indptr)
    members = np.flatnonzero(sizes).astype(np.int64)
    lists = in_blocks(recommend, members, JUDGED)
    hits = np.asarray(wanted[np.repeat(members, JUDGED), lists.ravel()]).reshape(lists.shape) > 0
    discount = 1 / np.log2(np.arange(JUDGED) + 2)
    ideal = np.cumsum(discount)[np.minimum(sizes[members], JUDGED) - 1]
    return float(np.mean((hits @ discount) / ideal))
