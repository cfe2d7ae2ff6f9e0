"""Votes of past sessions: every past play of a song that was heard lately votes for the songs around it.

With x the songs heard lately, x_0 the last one, and p the places in past sessions where one of them was played,

    votes(i) = sum over x_j, over places p of x_j, over places q near p with item i of
        exp(lag[j] + distance[q - p] + nearness[j, q - p] + age[session] + shared[session]
            + length[session] + popularity[x_j])

Session-kNN (Jannach and Ludewig 2017) and distance-weighted transitions are special tables of it. All tables are
read off one vector, and `learnt` finds the likeliest one for what was played next, held by a prior around `GUESS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from recommender.config import SessionConfig
from recommender.sparse import Doubles, Floats, Positions

Shorts = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint8]

_FORWARD, _BACKWARD, _NEAR = 10, 8, 5
"""Distances after and before a play that have an entry of their own, and lags that have their own distances."""
_DISTANCES = _FORWARD + _BACKWARD
SIZES = {
    "lag": 13,
    "age": 12,
    "shared": 6,
    "length": 7,
    "popularity": 10,
    "distance": _DISTANCES,
    "nearness": _NEAR * _DISTANCES,
}
"""Entries of each table, in the order they stand in the vector; the last entry is for all that lies beyond."""
_ENDS = dict(zip(SIZES, np.cumsum(list(SIZES.values())).tolist(), strict=True))
TABLES = {name: slice(_ENDS[name] - size, _ENDS[name]) for name, size in SIZES.items()}
"""Where each table stands in the vector."""
_LESSON = 500_000
"""Votes, or a few more, of which the loss is computed at a time: so much stays in a processor's cache."""
_MOST_VOTES = 60_000_000
"""Votes that are learned from at most; each is held as one byte."""


def _guess() -> Floats:
    """Say what holds for most listeners: what is near, recent, rare and shared twice tells most."""
    after = -0.08 * np.arange(_FORWARD)
    before = -0.15 - 0.06 * np.arange(_BACKWARD)
    tables = {
        "lag": 0.9 - 0.15 * np.arange(SIZES["lag"]),
        "age": 0.5 - 0.08 * np.arange(SIZES["age"]),
        "shared": np.array([-1.9, -0.7, 0.1, 0.6, 0.8, 1.1]),
        "length": np.zeros(SIZES["length"]),
        "popularity": 1.0 - 0.25 * np.arange(SIZES["popularity"]),
        "distance": np.concatenate([after, before]),
        "nearness": np.zeros(SIZES["nearness"]),
    }
    # Straight after the last song comes what followed it before.
    tables["nearness"][0] = 1.0
    return np.concatenate([tables[name] for name in SIZES]).astype(np.float32)


GUESS = _guess()
"""Tables to start from, and for those who have too few sessions to learn from; rounded from #nowplaying's."""


@dataclass(frozen=True, slots=True)
class Past:
    """All sessions of two songs and more, laid out by session and by song.

    `items`, `session` and `by_song` have the shape (plays,), `starts` and `ends` (sessions,), `pointers`
    (items + 1,): the plays of song x are by_song[pointers[x]:pointers[x + 1]], oldest first.
    """

    items: Shorts
    session: Shorts
    starts: Shorts
    ends: Shorts
    by_song: Shorts
    pointers: Positions
    age: Codes
    """Entry of the table by session; so are the lengths, and the popularities by item."""
    length: Codes
    popularity: Codes

    @classmethod
    def of(cls, sessions: Sequence[Positions], items: int) -> Past:
        """Lay out sessions in the order of time, of positions below `items`."""
        told = [session for session in sessions if len(session) > 1]
        flat = np.concatenate([np.empty(0, dtype=np.intp), *told]).astype(np.int32)
        lengths = np.array([len(session) for session in told], dtype=np.int32)
        ends = np.cumsum(lengths, dtype=np.int32)
        plays = np.bincount(flat, minlength=items)
        later = np.arange(len(told), 0, -1)
        return cls(
            items=flat,
            session=np.repeat(np.arange(len(told), dtype=np.int32), lengths),
            starts=ends - lengths,
            ends=ends,
            by_song=np.argsort(flat, kind="stable").astype(np.int32),
            pointers=np.concatenate([[0], np.cumsum(plays)]),
            age=_entry("age", 1.5 * np.log2(later / 500 + 1)),
            length=_entry("length", lengths // 3),
            popularity=_entry("popularity", np.log2(np.maximum(plays, 1))),
        )

    def plays(self, songs: Positions) -> Positions:
        """Count how often each of `songs` was played."""
        return self.pointers[songs + 1] - self.pointers[songs]

    def known(self, recent: Positions, most: int) -> Positions:
        """Leave out of `recent` what was never played, and all but the last `most`."""
        inside = recent[(recent >= 0) & (recent < len(self.pointers) - 1)]
        return inside[self.plays(inside) > 0][-most:]


@dataclass(frozen=True, slots=True)
class Ballot:
    """All votes for what one listener hears next, before they are weighed.

    A match is one past play of a song heard lately: `lag` (places from the end of what was heard), `session` and
    `votes` (how many it casts) have the shape (matches,), `traits` (5, matches): entries of the tables that hold
    for all its votes. `items` (positions) and `bearing` (entry of the table nearness, `_SELF` for the play itself)
    have the shape (votes,), match by match.
    """

    lag: Positions
    session: Shorts
    traits: Codes
    votes: Positions
    items: Shorts
    bearing: Codes

    def weights(self, tables: Doubles | Floats) -> Doubles:
        """Weigh each vote; shape (votes,)."""
        return weighed(tables, self.traits, self.votes, self.bearing)

    def tally(self, tables: Floats, items: int) -> Tally:
        """Count and weigh the votes of each item."""
        cast = self.bearing != _SELF
        item, lag = self.items[cast], np.repeat(self.lag, self.votes)[cast]
        voted, number = _distinct(item, items)
        columns = int(lag.max(initial=0)) + 1
        by_lag = np.bincount(number * columns + lag, minlength=len(voted) * columns).reshape(-1, columns)
        sums = np.bincount(number, self.weights(tables)[cast], len(voted)).astype(np.float64)
        return Tally(voted, sums, by_lag.sum(axis=1), np.count_nonzero(by_lag, axis=1))


@dataclass(frozen=True, slots=True)
class Tally:
    """The items that have votes; all arrays have the shape (voted items,)."""

    items: Positions
    """Ascending."""
    sums: Doubles
    """What the votes weigh together."""
    votes: Positions
    """How many there are."""
    songs: Positions
    """How many of the songs heard lately they are from."""

    def largest(self, most: int) -> Tally:
        """Keep the `most` items whose votes weigh most."""
        if len(self.items) <= most:
            return self
        kept = np.sort(np.argpartition(-self.sums, most)[:most])
        return Tally(self.items[kept], self.sums[kept], self.votes[kept], self.songs[kept])


_TRAITS = ("lag", "age", "shared", "length", "popularity")
_SELF = _NEAR * _DISTANCES
"""Bearing of a play from itself: no vote."""


def gather(past: Past, recent: Positions, config: SessionConfig) -> Ballot:
    """Collect the votes for what comes after `recent`, all of it known to `past`, oldest first."""
    latest = recent[::-1]
    lags = np.sort(np.unique(latest, return_index=True)[1])
    songs = latest[lags]
    ends = past.pointers[songs + 1]
    counts = np.minimum(past.plays(songs), config.plays)
    places = past.by_song[_ranges(ends - counts, counts)]
    lag = np.repeat(lags, counts)
    session = past.session[places]
    traits = [
        _entry("lag", lag),
        past.age[session],
        _entry("shared", _shared(session, counts) - 1),
        past.length[session],
        np.repeat(past.popularity[songs], counts),
    ]
    first = np.maximum(past.starts[session], places - config.reach)
    around = np.minimum(past.ends[session], places + config.reach + 1) - first
    near = _ranges(first, around)
    row = np.minimum(lag, _NEAR - 1) * (2 * config.reach + 1)
    bearing = _compass(config.reach)[np.repeat(row + config.reach - places, around) + near]
    return Ballot(lag, session, np.stack(traits), around.astype(np.intp), past.items[near], bearing)


@lru_cache
def _compass(reach: int) -> Codes:
    """Give the bearing by lag and distance, from -reach on; shape (lags * distances,)."""
    distance = np.arange(-reach, reach + 1)
    after = np.minimum(distance, _FORWARD) - 1
    column = np.where(distance > 0, after, _FORWARD - 1 + np.minimum(-distance, _BACKWARD))
    table = column + _DISTANCES * np.arange(_NEAR)[:, None]
    return np.where(distance == 0, _SELF, table).astype(np.uint8).ravel()


def learnt(ballots: Iterable[Ballot], targets: Sequence[int], config: SessionConfig) -> Floats:
    """Find the tables under which the votes say most often what came next; `GUESS` where nothing can be learned.

    Minimises -log(votes for the target / all votes), summed over the ballots that have votes for their target, plus
    prior * |tables - GUESS|², by L-BFGS.
    """
    lessons = list(_lessons(ballots, targets))
    cases = sum(len(lesson.ballots) for lesson in lessons)

    def loss(tables: Doubles) -> tuple[float, Doubles]:
        away = tables - GUESS
        value, gradient = config.prior * float(away @ away), 2 * config.prior * away
        for lesson in lessons:
            more, steeper = lesson.loss(tables)
            value, gradient = value + more, gradient + steeper
        return value / cases, gradient / cases

    if not cases:
        return GUESS
    start = GUESS.astype(np.float64)
    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": config.steps})
    return np.asarray(found.x, dtype=np.float32)


def _lessons(ballots: Iterable[Ballot], targets: Sequence[int]) -> Iterator[Lesson]:
    """Join those ballots that have votes for their target, as many at a time as a lesson holds."""
    told: list[Ballot] = []
    hits: list[Positions] = []
    size, room = 0, _MOST_VOTES
    for ballot, target in zip(ballots, targets, strict=True):
        found = np.flatnonzero((ballot.items == target) & (ballot.bearing != _SELF))
        if len(found) and len(ballot.items) <= room:
            told.append(ballot)
            hits.append(found)
            size += len(ballot.items)
            room -= len(ballot.items)
        if size >= _LESSON:
            yield Lesson.of(told, hits)
            told, hits, size = [], [], 0
    if told:
        yield Lesson.of(told, hits)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Several ballots as one, with what was played next.

    `traits`, `votes` and `bearing` are as in `Ballot`. `ballots` and `matches` are the first votes of each ballot and
    of each match; `hits` the votes for the targets, and `hit_ballot` whose they are.
    """

    traits: Codes
    votes: Positions
    bearing: Codes
    ballots: Positions
    matches: Positions
    hits: Positions
    hit_ballot: Positions

    @classmethod
    def of(cls, told: Sequence[Ballot], hits: Sequence[Positions]) -> Lesson:
        """Join ballots; `hits` are the votes for the target of each."""
        sizes = np.array([len(ballot.items) for ballot in told])
        starts = np.cumsum(sizes) - sizes
        votes = np.concatenate([ballot.votes for ballot in told])
        counts = np.array([len(found) for found in hits])
        return cls(
            traits=np.concatenate([ballot.traits for ballot in told], axis=1),
            votes=votes,
            bearing=np.concatenate([ballot.bearing for ballot in told]),
            ballots=starts,
            matches=np.cumsum(votes) - votes,
            hits=np.concatenate(hits) + np.repeat(starts, counts),
            hit_ballot=np.repeat(np.arange(len(told)), counts),
        )

    def loss(self, tables: Doubles) -> tuple[float, Doubles]:
        """Give the loss, summed over the ballots, and its gradient; shape (entries of all tables,)."""
        weights = weighed(tables, self.traits, self.votes, self.bearing)
        totals = np.add.reduceat(weights, self.ballots)
        hits = np.bincount(self.hit_ballot, weights[self.hits])
        loss = weights / np.repeat(totals, np.diff(np.append(self.ballots, len(weights))))
        loss[self.hits] -= weights[self.hits] / hits[self.hit_ballot]
        return float(np.log(totals / hits).sum()), self._collected(loss)

    def _collected(self, loss: Doubles) -> Doubles:
        """Sum what each vote adds into the entries that it is weighed by."""
        by_match = np.add.reduceat(loss, self.matches)
        found = [
            np.bincount(codes, by_match, SIZES[name])
            for name, codes in zip(_TRAITS, self.traits, strict=True)
        ]
        near = np.bincount(self.bearing, loss, _SELF + 1)[:_SELF]
        return np.concatenate([*found, near.reshape(_NEAR, _DISTANCES).sum(axis=0), near]).astype(np.float64)


def weighed(tables: Doubles | Floats, traits: Codes, votes: Positions, bearing: Codes) -> Doubles:
    """Weigh votes by the tables; the arrays are those of a `Ballot`. A play has no vote for itself: it weighs 0."""
    of_match = np.zeros(len(votes))
    for name, codes in zip(_TRAITS, traits, strict=True):
        of_match += tables[TABLES[name]][codes]
    near = tables[TABLES["nearness"]].astype(np.float64).reshape(_NEAR, _DISTANCES)
    of_bearing = np.append(np.exp(near + tables[TABLES["distance"]]), 0.0)
    return np.repeat(np.exp(of_match), votes) * of_bearing[bearing]


def _distinct(item: Shorts, items: int) -> tuple[Positions, Positions]:
    """Give the distinct values below `items`, ascending, and the place of each entry among them."""
    if 16 * len(item) < items:
        found, number = np.unique(item, return_inverse=True)
        return found.astype(np.intp), number
    there = np.zeros(items, dtype=np.bool_)
    there[item] = True
    distinct = np.flatnonzero(there)
    place = np.empty(items, dtype=np.intp)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[item]


def _shared(session: Shorts, counts: Positions) -> Positions:
    """Count for each match how many of the songs heard lately its session has; `counts` are each song's matches."""
    order = np.argsort(session, kind="stable")  # songs stay in their order within a session
    song = np.repeat(np.arange(len(counts)), counts)[order]
    first = np.diff(session[order], prepend=-1) != 0
    number = np.cumsum(first) - 1
    fresh = first | (np.diff(song, prepend=-1) != 0)
    shared = np.empty(len(session), dtype=np.intp)
    shared[order] = np.bincount(number, fresh).astype(np.intp)[number]
    return shared


def _entry(table: str, values: npt.NDArray[Any]) -> Codes:
    return np.minimum(values, SIZES[table] - 1).astype(np.uint8)


def _ranges(starts: npt.NDArray[Any], counts: npt.NDArray[Any]) -> Positions:
    """Join the ranges of `counts` numbers from each of `starts`."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
