"""How sure figures are: percentile bootstrap over users (Efron and Tibshirani 1993, chapter 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.sparse import Doubles, Positions

RESAMPLES = 2_000
LEVEL = 0.95
_CELLS = 4_000_000
"""About so many draws are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and where it would lie with other users like these, in 95 of 100 cases; NaN where undefined."""

    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Tell whether 0 lies outside."""
        return self.low > 0 or self.high < 0


def means(values: Doubles, seed: int, resamples: int = RESAMPLES) -> list[Interval]:
    """Give the mean of each column with its interval; users without a value (NaN) are left out of a column.

    Args:
        values: shape (users, columns).
        seed: of the draws; the same seed draws the same users, whatever the values.
        resamples: how often users are drawn anew.
    """
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    drawn = np.concatenate(
        [
            _ratio(times @ filled, times @ there.astype(np.float64))
            for times in _draws(len(values), seed, resamples)
        ]
    )
    centre = _ratio(filled.sum(axis=0), there.sum(axis=0))
    return [_interval(float(value), column) for value, column in zip(centre, drawn.T, strict=True)]


def difference(ours: Doubles, theirs: Doubles, seed: int, resamples: int = RESAMPLES) -> Interval:
    """Give the mean of ours - theirs over the same users, with its interval (paired bootstrap).

    Args:
        ours: shape (users,), one model's figure for each user.
        theirs: shape (users,), the other model's, for the same users in the same order.
        seed: of the draws.
        resamples: how often users are drawn anew.
    """
    return means((ours - theirs)[:, None], seed, resamples)[0]


def of_counts(
    items: Positions,
    candidates: int,
    figure: Callable[[npt.NDArray[Any]], float],
    seed: int,
    resamples: int = RESAMPLES,
) -> Interval:
    """Give a figure of how often each candidate is recommended, with its interval.

    A resample holds about 63 % of the users, the others again, so it covers less and lies beside the figure;
    the interval is moved back by that much (bias correction, chapter 10), and stays within 0 to 1.

    Args:
        items: shape (users, places), numbers of the candidates, -1 where a place is empty.
        candidates: how many there are.
        figure: of counts of shape (candidates,), between 0 and 1.
        seed: of the draws.
        resamples: how often users are drawn anew.
    """
    rng = np.random.default_rng(seed)
    value = figure(_counts(items, candidates))
    drawn = np.array(
        [
            figure(_counts(items[rng.integers(len(items), size=len(items))], candidates))
            for _ in range(resamples)
        ]
    )
    return _interval(value, np.clip(drawn - drawn.mean() + value, 0.0, 1.0))


def _draws(users: int, seed: int, resamples: int) -> Iterator[Doubles]:
    """Draw as many users as there are, with replacement; yields how often each, shape (some resamples, users)."""
    rng = np.random.default_rng(seed)
    block = max(1, _CELLS // max(users, 1))
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        drawn = rng.integers(users, size=(rows, users)) + np.arange(rows)[:, None] * users
        yield np.bincount(drawn.ravel(), minlength=rows * users).reshape(rows, users).astype(np.float64)


def _counts(items: Positions, candidates: int) -> npt.NDArray[np.intp]:
    return np.bincount(items[items >= 0], minlength=candidates)


def _ratio(total: npt.NDArray[Any], count: npt.NDArray[Any]) -> Doubles:
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _interval(value: float, drawn: Doubles) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))
