"""What came of an evaluation, for people to read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.exam import Candidates
from recommender.evaluation.running import Outcome, Plan


def show(console: Console, outcome: Outcome, plan: Plan) -> None:
    """Print the report."""
    console.print(report(outcome, plan), soft_wrap=True, highlight=False)


def report(outcome: Outcome, plan: Plan) -> RenderableType:
    """Lay out size, figures and what there is to know about them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Metric")
    table.add_column("Value", justify="right")
    table.add_column("95 % interval", justify="right")
    for name, interval in outcome.figures.intervals.items():
        table.add_row(_label(name), *_cells(interval))
    return Group(
        *(Text(line) for line in _head(outcome, plan)), table, *(Text(line) for line in _foot(outcome, plan))
    )


def _head(outcome: Outcome, plan: Plan) -> Iterator[str]:
    split, exam = outcome.split, outcome.exam
    yield f"Model {outcome.model}, seed {plan.seed}"
    yield (
        f"Train: {len(split.train):,} pairs of {split.train['user'].nunique():,} users, "
        f"{len(split.items):,} items in the catalogue"
    )
    kind = "cold candidates" if plan.candidates is Candidates.COLD else "candidates"
    yield (
        f"Test: {int(exam.totals.sum()):,} pairs of {outcome.figures.judged:,} users, "
        f"{len(exam.candidates):,} {kind}"
    )
    yield f"Learning {outcome.fit_seconds:.2f} s, ranking {outcome.user_milliseconds:.2f} ms a user"


def _foot(outcome: Outcome, plan: Plan) -> Iterator[str]:
    exam = outcome.exam
    if exam.unreachable:
        yield (
            f"{exam.unreachable:,} test pairs cannot be recommended (unknown items, or in the user's train rows); "
            "they count as missed."
        )
    if exam.set_aside:
        yield f"{exam.set_aside:,} test pairs on items with train rows were set aside."
    yield from outcome.split.notes
    if plan.out is not None:
        yield f"Recommendations: {plan.out}"


def _label(name: str) -> str:
    return f"{name} (bits)" if name.startswith("Novelty") else name


def _cells(interval: Interval) -> tuple[str, str]:
    if math.isnan(interval.value):
        return "–", "–"
    return f"{interval.value:.4f}", f"{interval.low:.4f} … {interval.high:.4f}"
