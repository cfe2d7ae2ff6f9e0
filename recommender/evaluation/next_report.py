"""What came of judging the next song, for people to read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from recommender.evaluation.next_song import COUNT, NextOutcome, NextPlan


def show_next(console: Console, outcome: NextOutcome, plan: NextPlan) -> None:
    """Print the report."""
    console.print(report(outcome, plan), soft_wrap=True, highlight=False)


def report(outcome: NextOutcome, plan: NextPlan) -> RenderableType:
    """Lay out size, figures and what there is to know about them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Metric")
    table.add_column("Value (%)", justify="right")
    table.add_column("95 % interval", justify="right")
    for name, interval in (("P", outcome.precision), ("MRR", outcome.reciprocal)):
        table.add_row(f"{name}@{COUNT}", f"{interval.value:.2f}", f"{interval.low:.2f} … {interval.high:.2f}")
    return Group(
        *(Text(line) for line in _head(outcome, plan)), table, *(Text(line) for line in _foot(outcome, plan))
    )


def _head(outcome: NextOutcome, plan: NextPlan) -> Iterator[str]:
    split = outcome.split
    yield f"Model sessions, seed {plan.seed}"
    yield (
        f"Train: {split.sessions:,} sessions, {len(split.dataset.sessions):,} plays of "
        f"{len(split.items):,} songs"
    )
    of_all = "" if outcome.tests == len(split.heard) else f" drawn from {len(split.heard):,}"
    yield f"Test: {outcome.tests:,} next songs{of_all}, of {outcome.visits:,} sessions"
    median, rare = np.quantile(outcome.milliseconds, [0.5, 0.99])
    yield f"Learning {outcome.fit_seconds:.2f} s, a prediction {median:.2f} ms (median), {rare:.2f} ms (p99)"


def _foot(outcome: NextOutcome, plan: NextPlan) -> Iterator[str]:
    share = 100 * outcome.unseen / outcome.tests
    yield f"Next songs that no session has: {outcome.unseen:,} ({share:.1f} %); they count as missed."
    if outcome.strangers:
        yield f"{outcome.strangers:,} tests have no song heard that any session knows; they count as missed."
    yield from outcome.split.notes
    if plan.out is not None:
        yield f"Predictions: {plan.out}"
