"""How well a model tells the next song: from two files to figures."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from recommender.config import EngineConfig
from recommender.evaluation.bootstrap import LEVEL, RESAMPLES, Interval
from recommender.evaluation.next_reading import NextSplit, read_next
from recommender.evaluation.recommendations import opened
from recommender.evaluation.running import Told
from recommender.material import Material
from recommender.models.sessions import Sessions
from recommender.sparse import Doubles, Floats, Positions

COUNT = 20
"""Songs a test; the k of both figures."""
_TELL = 500
"""Tests between two signs of progress."""


@dataclass(frozen=True, slots=True)
class NextPlan:
    """What to judge and how."""

    sessions: Path
    test: Path
    sample: int | None = None
    """So many of the tests, drawn by the seed; None for all."""
    seed: int = 0
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The songs for one test, best first, how long they took, and at which rank the right one is (0: nowhere)."""

    test: int
    items: Positions
    scores: Floats
    rank: int
    seconds: float


@dataclass(frozen=True, slots=True)
class NextOutcome:
    """What came of it.

    `precision` (P@20: how often the next song is among the 20) and `reciprocal` (MRR@20) are in %, with intervals over
    `visits`: tests of one session, which are right or wrong together. `unseen` counts
    tests whose next song no session has, `strangers` those where nothing that was heard is in any session.
    """

    split: NextSplit
    tests: int
    visits: int
    unseen: int
    strangers: int
    precision: Interval
    reciprocal: Interval
    fit_seconds: float
    milliseconds: Doubles
    """Of each test, one asked after the other; shape (tests,)."""


def judge_next(plan: NextPlan, told: Told, clock: Callable[[], float] = time.perf_counter) -> NextOutcome:
    """Read the files, learn, tell the next song of every test and measure.

    Raises:
        DatasetError: a file cannot be used; the sentence says why.
    """
    told("Reading", 0, None)
    split = read_next(plan.sessions, plan.test)
    tests = _drawn(len(split.heard), plan)
    with opened(plan.out, (plan.sessions, plan.test)) as stream:
        told("Learning", 0, None)
        started = clock()
        model = Sessions(seed=plan.seed).learn(Material.of(split.dataset, EngineConfig()))
        learnt = clock()
        found = _answers(model, split, tests, clock)
        kept = _followed(found if stream is None else _written(found, split, stream), told, len(tests))
    told("Measuring", 0, None)
    ranks = np.array([rank for rank, _ in kept])
    hits = ranks > 0
    gains: Doubles = np.stack([hits, hits / np.maximum(ranks, 1)], axis=1, dtype=np.float64)
    visit = visits(split)[tests]
    precision, reciprocal = (interval(100 * gain, visit, plan.seed) for gain in gains.T)
    return NextOutcome(
        split=split,
        tests=len(tests),
        visits=len(np.unique(visit)),
        unseen=int((split.targets[tests] < 0).sum()),
        strangers=sum(split.heard[test].max(initial=-1) < 0 for test in map(int, tests)),
        precision=precision,
        reciprocal=reciprocal,
        fit_seconds=learnt - started,
        milliseconds=1000 * np.array([seconds for _, seconds in kept]),
    )


def visits(split: NextSplit) -> Positions:
    """Number the sessions that tests are from; shape (tests,).

    Files hold every place of a session as a test of its own, one after the other: two neighbours are from one session
    where one of them ends with the next song of the other.
    """
    whole = [np.append(heard, target) for heard, target in zip(split.heard, split.targets, strict=True)]
    begins = [
        not (
            np.array_equal(split.heard[here], whole[here - 1])
            or np.array_equal(split.heard[here - 1], whole[here])
        )
        for here in range(1, len(whole))
    ]
    return np.cumsum([0, *begins])


def interval(gains: Doubles, visit: Positions, seed: int) -> Interval:
    """Give the mean of `gains`, shape (tests,), with its percentile bootstrap over visits."""
    number = np.unique(visit, return_inverse=True)[1]
    sums, sizes = np.bincount(number, gains), np.bincount(number)
    rng = np.random.default_rng(seed)
    drawn = np.empty(RESAMPLES)
    for place in range(RESAMPLES):
        some = rng.integers(len(sizes), size=len(sizes))
        drawn[place] = sums[some].sum() / sizes[some].sum()
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(gains.mean()), float(low), float(high))


def _drawn(tests: int, plan: NextPlan) -> Positions:
    if plan.sample is None or plan.sample >= tests:
        return np.arange(tests)
    return np.sort(np.random.default_rng(plan.seed).choice(tests, plan.sample, replace=False))


def _answers(
    model: Sessions, split: NextSplit, tests: Positions, clock: Callable[[], float]
) -> Iterator[Answer]:
    for test in map(int, tests):
        heard = split.heard[test]
        started = clock()
        items, scores = model.best(heard, COUNT)
        seconds = clock() - started
        place = np.flatnonzero(items == split.targets[test])
        yield Answer(test, items, scores, int(place[0]) + 1 if len(place) else 0, seconds)


def _written(answers: Iterable[Answer], split: NextSplit, stream: TextIO) -> Iterator[Answer]:
    """Write test,rank,item,score on the way; tests and ranks from 1."""
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(["test", "rank", "item", "score"])
    for answer in answers:
        pairs = zip(split.items[answer.items], answer.scores.tolist(), strict=True)
        rows.writerows(
            (answer.test + 1, rank, item, f"{score:.7g}") for rank, (item, score) in enumerate(pairs, start=1)
        )
        yield answer


def _followed(answers: Iterable[Answer], told: Told, tests: int) -> list[tuple[int, float]]:
    """Keep rank and seconds of each, and tell how far it is."""
    kept: list[tuple[int, float]] = []
    for answer in answers:
        kept.append((answer.rank, answer.seconds))
        if len(kept) % _TELL == 0 or len(kept) == tests:
            told("Asking", len(kept), tests)
    return kept
