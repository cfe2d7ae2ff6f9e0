"""What was measured, kept as JSON together with the date and what it was measured on.

``python -m benchmarks accuracy`` writes the page from these files. Another command that has figures for the page leaves
them with ``save(NAME, Kept.now(lines, fingerprint()))``, where each line is a `Line` (in the file a dict of its fields), and
writes the page anew with ``running.run(Chosen(only=[NAME]))``. NAME must be in `sections.SECTIONS` and in `page.written`.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

import numpy as np
from pydantic import TypeAdapter

from benchmarks.accuracy.fingerprint import ROOT

FOLDER = ROOT / ".cache" / "benchmarks"
Row = TypeVar("Row")


@dataclass(frozen=True)
class Line:
    """One figure.

    Attributes:
        unit: "" for shares and ranking measures, otherwise "%", "ms", "s", "MB" and the like.
        target: what it should reach; None for information only.
        lower: whether less is better.
        low, high: its 95 % interval.
        detail: a few words on it.
    """

    name: str
    value: float
    unit: str = ""
    target: float | None = None
    lower: bool = False
    low: float | None = None
    high: float | None = None
    detail: str = ""

    @property
    def holds(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.lower else self.value >= self.target


@dataclass(frozen=True)
class Kept(Generic[Row]):
    """One section.

    Attributes:
        measured: the date, as in ISO 8601.
        on: cores, architecture, Python, numpy, and the load before it began.
        fingerprint: of the engine and of whatever else the figures depend on.
        notes: what went wrong, as sentences for the page, such as why something is missing.
        options: what was chosen on the command line.
    """

    measured: str
    on: dict[str, str]
    fingerprint: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list[str])
    options: list[str] = field(default_factory=list[str])

    @classmethod
    def now(
        cls,
        rows: Sequence[Row],
        fingerprint: str,
        notes: Sequence[str] = (),
        options: Sequence[str] = (),
        on: Mapping[str, str] | None = None,
    ) -> Self:
        date = datetime.now(UTC).date().isoformat()
        return cls(date, dict(on or surroundings()), fingerprint, list(rows), list(notes), list(options))

    @property
    def disturbed(self) -> bool:
        """Whether other programs were so busy that times are too long."""
        return float(self.on.get("load", 0)) > int(self.on["cores"]) - 0.5


def surroundings() -> dict[str, str]:
    """What times depend on."""
    return {
        "cores": str(os.cpu_count()),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def save(name: str, kept: Kept[Any], folder: Path = FOLDER) -> None:
    """Replace a section whole; a run that is killed leaves the old one or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{name}.half"
    half.write_text(json.dumps(asdict(kept), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(folder / f"{name}.json")


def load(name: str, row: type[Row], folder: Path = FOLDER) -> Kept[Row] | None:
    """What was kept under a name, None if nothing was."""
    file = folder / f"{name}.json"
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    reader = TypeAdapter(row)
    rows = [reader.validate_python(values) for values in found.pop("rows")]
    return Kept(rows=rows, **found)
