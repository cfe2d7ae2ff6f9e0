"""From counts to figures, each with a 95 % bootstrap interval over the servers; all servers weigh alike.

*Acceptance* is how often a song was liked, of all times that a member who looked saw one. *Of what was possible* are the
likes beside those that the best songs still new to that server would have got in that week: as the best are shown first,
every way to post has less to choose from week after week, and this takes that out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.discovery.playing import Counts
from recommender.evaluation import bootstrap
from recommender.evaluation.bootstrap import Interval
from recommender.sparse import Doubles

ENDS = 4
"""Weeks that are the beginning, and the end, of a curve."""
SEED = 1
EVERY, FIRST, LAST = slice(None), slice(ENDS), slice(-ENDS, None)

Figure = Callable[[Counts, slice], Doubles]
"""A figure of each server over some weeks; NaN where nobody looked."""


def acceptance(counts: Counts, weeks: slice = EVERY) -> Doubles:
    """Likes of all times that somebody who looked saw a song."""
    return _ratio(counts.likes, counts.looks, weeks)


def possible(counts: Counts, weeks: slice = EVERY) -> Doubles:
    """Likes of those that the best songs would have got."""
    return _ratio(counts.likes, counts.most, weeks)


def liked(counts: Counts, weeks: slice = EVERY) -> Doubles:
    """Songs that somebody liked, of all that were shown."""
    return _ratio(counts.liked, counts.slots, weeks)


def little(counts: Counts, weeks: slice = EVERY) -> Doubles:
    """Songs by little-known artists, of all that were shown."""
    return _ratio(counts.little, counts.slots, weeks)


def first(counts: Counts, weeks: slice = EVERY) -> Doubles:
    """Songs by artists of whom the server had been shown none, of all that were shown."""
    return _ratio(counts.first, counts.slots, weeks)


def first_acceptance(counts: Counts, weeks: slice = EVERY) -> Doubles:
    """Acceptance of those."""
    return _ratio(counts.first_likes, counts.first_looks, weeks)


FIGURES: Mapping[str, Figure] = {
    "acceptance": acceptance,
    "of what was possible": possible,
    "songs that somebody liked": liked,
    "by little-known artists": little,
    "by artists new to the server": first,
    "acceptance of these": first_acceptance,
}


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure of one way to post, from week to week.

    Attributes:
        weeks: each week.
        begins, ends: the first weeks together, and the last.
        rises: how much higher the last are in the same servers …
        learnt: … and how much higher than the first post of all, which was made before anybody had answered.
    """

    weeks: tuple[Interval, ...]
    begins: Interval
    ends: Interval
    rises: Interval
    learnt: Interval

    @classmethod
    def of(cls, counts: Counts, figure: Figure) -> Curve:
        """Follow a figure."""
        return cls._through(lambda weeks: figure(counts, weeks), counts.slots.shape[1])

    @classmethod
    def lead(cls, ours: Counts, theirs: Counts, figure: Figure) -> Curve:
        """Follow what one way to post has more of a figure than another one has in the same servers."""
        return cls._through(lambda weeks: figure(ours, weeks) - figure(theirs, weeks), ours.slots.shape[1])

    @classmethod
    def _through(cls, values: Callable[[slice], Doubles], count: int) -> Curve:
        begins, ends, post = values(FIRST), values(LAST), values(slice(0, 1))
        return cls(
            tuple(mean(values(slice(week, week + 1))) for week in range(count)),
            mean(begins),
            mean(ends),
            bootstrap.difference(ends, begins, SEED),
            bootstrap.difference(ends, post, SEED),
        )


def mean(values: Doubles) -> Interval:
    """The mean over the servers; those without a value are left out."""
    return bootstrap.means(values[:, None], SEED)[0]


def _ratio(of: Doubles, beside: Doubles, weeks: slice) -> Doubles:
    total = beside[:, weeks].sum(axis=1)
    return np.divide(of[:, weeks].sum(axis=1), total, out=np.full(len(total), np.nan), where=total > 0)
