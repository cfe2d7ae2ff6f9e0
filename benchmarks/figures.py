"""Figures, what they should be, and the table that says whether they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        value: what was measured, lower is better.
        target: the most it may be; None for information only.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    detail: str = ""

    @property
    def holds(self) -> bool | None:
        return None if self.target is None else self.value <= self.target


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    median, high = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return float(median), float(high)


def compared(name: str, segue: Sequence[float], bare: Sequence[float], target: float) -> list[Figure]:
    """The ratio at p50 and at p95."""
    return [
        Figure(
            f"{name}, {which}", ours / theirs, "×", target, f"Segue {ours:.1f} ms, bare bot {theirs:.1f} ms"
        )
        for which, ours, theirs in zip(("p50", "p95"), quantiles(segue), quantiles(bare), strict=True)
    ]


def show(figures: Sequence[Figure], title: str) -> None:
    table = Table(title=title, title_justify="left")
    for column, justify in (
        ("figure", "left"),
        ("measured", "right"),
        ("target", "right"),
        ("", "left"),
        ("", "left"),
    ):
        table.add_column(column, justify="right" if justify == "right" else "left")
    for figure in figures:
        target = "" if figure.target is None else f"≤ {figure.target:g} {figure.unit}"
        holds = {None: "info", True: "holds", False: "MISSED"}[figure.holds]
        table.add_row(figure.name, f"{figure.value:.1f} {figure.unit}", target, holds, figure.detail)
    Console(width=150).print(table)
