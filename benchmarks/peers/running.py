"""The command line that all runners share: ``--tune`` searches, without it the tuned settings are fitted and listed."""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.common import Model, Part, in_blocks, timed
from benchmarks.peers.tuning import TUNED, tune


def run(library: str, models: Sequence[Model], arguments: Sequence[str] | None = None) -> None:
    chosen = parser().parse_args(arguments)
    wanted = [model for model in models if not chosen.only or model.name in chosen.only]
    if chosen.tune:
        drawn = [
            replace(model, draws=model.draws if chosen.draws is None else chosen.draws) for model in wanted
        ]
        tune(library, drawn, chosen.folder)
    else:
        listed(library, wanted, chosen.folder, chosen.out)


def parser() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path, help="as benchmarks.peers.split writes it")
    asked.add_argument("--out", type=Path, default=Path("lists"), help="for <model>.csv and <library>.json")
    asked.add_argument("--only", nargs="*", default=[], help="names of models")
    asked.add_argument("--tune", action="store_true", help="search settings on the validation part")
    asked.add_argument(
        "--draws", type=int, help="random settings to begin with; 0 goes on from what was found"
    )
    return asked


def listed(library: str, models: Sequence[Model], folder: Path, out: Path) -> None:
    """Fit on all of the train part, list 20 for everybody, and note what it took."""
    part = Part.read(folder / "final")
    found = json.loads((TUNED / f"{library}.json").read_text())
    out.mkdir(parents=True, exist_ok=True)
    members = np.flatnonzero(np.diff(part.train.indptr)).astype(np.int64)
    notes: list[dict[str, Any]] = []
    for model in models:
        begun = time.perf_counter()
        recommend = model.fit(part, dict(found[model.name]["settings"]))
        fit = time.perf_counter() - begun
        lists = in_blocks(recommend, members)
        name = f"{library}-{model.name}.csv"
        with (out / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("user", "rank", "item"))
            for member, items in zip(members.tolist(), lists.tolist(), strict=True):
                writer.writerows((member, rank, item) for rank, item in enumerate(items, 1))
        notes.append(
            {
                "library": library,
                "version": version(library),
                "model": model.name,
                "list": name,
                "fit_seconds": fit,
                "ms_per_member": timed(recommend, members),
            }
        )
    (out / f"{library}.json").write_text(json.dumps(notes, indent=2) + "\n")
