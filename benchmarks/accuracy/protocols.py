"""Other questions on the same data, by their fixed ids, and the next song of a session; each with its target."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.accuracy.kept import Line
from benchmarks.accuracy.ours import Told
from benchmarks.lastfm import REAL, Lastfm, cold, groups, unseen
from recommender.evaluation.bootstrap import Interval
from recommender.evaluation.next_song import NextPlan, judge_next
from recommender.models import Blend

SESSIONS = REAL.parent / "nowplaying"
COLD = 0.90
UNSEEN = {1: 0.24, 3: 0.325, 5: 0.37, 10: 0.41}
GROUPS = {"4-7": 0.090, "8-16": 0.067, "17-61": 0.032}
PRECISION, RECIPROCAL = 24.0, 9.6
"""Of the next song, in %."""
TRAINING, PREDICTION = 300.0, 5.0
"""Seconds, and milliseconds."""


def measure(told: Told) -> list[Line]:
    """Unseen members, cold artists and circles of friends; the engine learns anew for each."""
    data = Lastfm.read()
    asked: list[tuple[str, Callable[[], list[Line]]]] = [
        ("unseen members", lambda: _unseen(data)),
        ("cold artists", lambda: [Line("cold artists, AUC", cold(data, Blend(seed=0)), target=COLD)]),
        ("circles of friends", lambda: _groups(data)),
    ]
    found: list[Line] = []
    with threadpool_limits(limits=1):
        for name, lines in asked:
            told(f"protocols: {name}")
            found += lines()
    return found


def _unseen(data: Lastfm) -> list[Line]:
    found = unseen(data, Blend(seed=0))
    return [
        Line(f"unseen members, {count} like{'s' * (count > 1)} known, NDCG@20", value, target=UNSEEN[count])
        for count, value in found.items()
    ]


def _groups(data: Lastfm) -> list[Line]:
    found = groups(data, Blend(seed=0))
    return [
        Line(f"groups of {size.replace('-', ' to ')}, recall@20", value, target=GROUPS[size])
        for size, value in found.items()
    ]


def next_song(told: Told, sample: int | None = None) -> list[Line]:
    """The next song of #nowplaying's sessions; all tests, or so many drawn at random."""
    plan = NextPlan(SESSIONS / "train_sessions.txt.gz", SESSIONS / "test_prefix_target.txt.gz", sample)

    def watched(stage: str, done: int, total: int | None) -> None:
        if total is None or not done or done % 10_000 == 0 or done == total:
            told(f"next song: {stage.lower()}" + (f" {done:,} of {total:,}" if total else ""))

    with threadpool_limits(limits=1):
        outcome = judge_next(plan, watched)
    median, rare = np.quantile(outcome.milliseconds, [0.5, 0.99])
    tests = f"{outcome.tests:,} tests" + ("" if sample is None else f" of {len(outcome.split.heard):,}")
    return [
        _percent("next song, P@20", outcome.precision, PRECISION, tests),
        _percent("next song, MRR@20", outcome.reciprocal, RECIPROCAL, tests),
        Line("next song, training", outcome.fit_seconds, "s", TRAINING, lower=True),
        Line(
            "next song, a prediction",
            float(median),
            "ms",
            PREDICTION,
            lower=True,
            detail=f"p99 {rare:.1f} ms",
        ),
    ]


def _percent(name: str, found: Interval, target: float, detail: str) -> Line:
    return Line(name, found.value, "%", target, low=found.low, high=found.high, detail=detail)
