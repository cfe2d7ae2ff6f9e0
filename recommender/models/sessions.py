"""The next song of a session: votes of past sessions, and the songs just heard once more.

With v(i) the share of item i in all votes by weight (see `votes`), c(i) how many they are and s(i) from how many of the
n songs heard lately, the last of them x_0,

    p(i) = exp(a * log(v(i) + eps) + w_count * log(1 + c(i)) + w_songs * log(1 + s(i)) + r(i)) / sum over candidates,
    a = w_votes + w_short / n + w_popular * log(1 + plays of x_0) / 4

where r(i) is 0 but for songs just heard: a weight for how long ago, one for how often, one where nobody votes for it.
Candidates are what has votes and what was just heard; all else has 0. The weights w are a conditional logit
(McFadden 1974) on what was played next in the newest sessions, held by a prior around `GUESS`; the tables of the votes
are learned before from other places of those sessions, all by what came before them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from scipy.optimize import minimize

from recommender.config import SessionConfig
from recommender.material import Material
from recommender.models import votes
from recommender.models.base import Asked, ItemModel
from recommender.models.votes import Past, gather
from recommender.sparse import Arrays, Doubles, Floats, Mask, Positions

WEIGHTS = (
    "votes",
    "votes_short",
    "votes_popular",
    "count",
    "songs",
    "unvoted",
    "last",
    "last_short",
    "second",
    "older",
    "often",
)
"""The weights w in their order: the first three make a, those from unvoted on r."""
GUESS = np.array([0.7, 0.0, 0.3, 0.2, 0.7, 6.0, -2.6, 1.2, -3.5, -4.1, 3.0], dtype=np.float32)
"""Weights to start from, and for those who have too few sessions to learn from; rounded from #nowplaying's."""
_EPSILON = 1e-4
_LEAST = np.finfo(np.float32).tiny
"""Probability of a candidate at least: 0 is for what is none."""
_NARROW = 0.03
"""Deviation of a feature at least, so that the prior also holds what hardly varies."""


@dataclass(frozen=True, slots=True)
class Backing:
    """Why a song may come next.

    `score` is its probability. `carried` divides its votes among the recent songs by position; the parts sum to 1, and
    there are none where nobody votes for it. `sessions` counts the past sessions that vote for it. `heard` is the
    number of times it is among the recent songs.
    """

    score: float
    carried: dict[int, float]
    sessions: int
    heard: int


@dataclass(frozen=True, slots=True)
class Field:
    """The candidates of one question.

    `items` (positions, ascending) has the shape (candidates,), `features` (candidates, weights).
    """

    items: Positions
    features: Doubles

    def chances(self, weights: Floats) -> Floats:
        """Give the probability of each candidate."""
        said = self.features @ weights.astype(np.float64)
        raised = np.exp(said - said.max(initial=-np.inf))
        return np.maximum(raised / raised.sum(), _LEAST).astype(np.float32)


class Sessions(ItemModel):
    """What is played next after the songs heard last; it looks at `Asked.recent` alone."""

    name: ClassVar[str] = "sessions"

    past: Past
    tables: Floats
    """What a vote weighs; see `votes.TABLES`."""
    weights: Floats
    """Of the blend; see `WEIGHTS`."""

    def learn(self, material: Material) -> Self:
        """Lay the sessions out, and learn tables and weights from the newest, where there are enough."""
        super().learn(material)
        config = self.config.sessions
        sessions = material.sessions
        self.tables, self.weights = votes.GUESS, GUESS
        if config.learned and len(sessions) >= config.least_sessions:
            self._study(sessions, len(material.catalogue))
        self.past = Past.of(sessions, len(material.catalogue))
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Give the probability of each item to come next; 0 for all where nothing known was heard lately."""
        scores = np.zeros(asked.evidence.shape, dtype=np.float32)
        for row, recent in zip(scores, asked.recent, strict=False):
            items, chances = self._ranked(recent)
            row[items] = chances
        return scores if among is None else scores[:, among]

    def best(self, recent: Positions, count: int) -> tuple[Positions, Floats]:
        """Give the `count` likeliest next items after `recent`, best first, and their probabilities.

        Fewer come where fewer have votes. Equal ones are in the catalogue's order of ties.
        """
        items, chances = self._ranked(recent)
        if count < len(items):
            least = np.partition(chances, len(chances) - count)[len(chances) - count] if count else np.inf
            items, chances = items[chances >= least], chances[chances >= least]
        order = np.lexsort((self.material.catalogue.tie[items], -chances))[:count]
        return items[order], chances[order]

    def explain(self, recent: Positions, position: int) -> Backing:
        """Take the votes for one item after `recent` apart."""
        known = self.past.known(recent, self.config.sessions.heard)
        items, chances = self._ranked(recent)
        score = float(chances[items == position].sum())
        ballot = gather(self.past, known, self.config.sessions)
        given = np.where(ballot.items == position, ballot.weights(self.tables), 0.0)
        match = np.repeat(np.arange(len(ballot.lag)), ballot.votes)[given > 0]
        by_lag = np.bincount(ballot.lag[match], given[given > 0], len(known))
        whole = float(by_lag.sum())
        carried = {int(known[-1 - lag]): float(by_lag[lag] / whole) for lag in np.flatnonzero(by_lag)}
        behind = len(np.unique(ballot.session[match]))
        return Backing(score, carried, behind, int(np.count_nonzero(known == position)))

    def arrays(self) -> Arrays:
        """Give tables and weights; the sessions themselves are in the material."""
        return {"sessions.tables": self.tables, "sessions.weights": self.weights}

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take tables and weights over and lay the sessions out."""
        super().restore(material, arrays)
        self.tables, self.weights = arrays["sessions.tables"], arrays["sessions.weights"]
        self.past = Past.of(material.sessions, len(material.catalogue))
        return self

    def _ranked(self, recent: Positions) -> tuple[Positions, Floats]:
        known = self.past.known(recent, self.config.sessions.heard)
        if not len(known):
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
        candidates = field(self.past, known, self.tables, self.config.sessions)
        return candidates.items, candidates.chances(self.weights)

    def _study(self, sessions: Sequence[Positions], items: int) -> None:
        """Learn from the newest sessions, all that came before them being the past."""
        config = self.config.sessions
        cut = len(sessions) - min(config.late_sessions, len(sessions) // 5)
        past = Past.of(sessions[:cut], items)
        cases = _cases(past, sessions[cut:], config, np.random.default_rng(self.seed))
        first = min(config.table_cases, len(cases) // 3)
        ballots = (gather(past, before, config) for before, _ in cases[:first])
        self.tables = votes.learnt(ballots, [after for _, after in cases[:first]], config)
        rest = cases[first:]
        fields = (field(past, before, self.tables, config, config.candidates) for before, _ in rest)
        self.weights = learnt(fields, [after for _, after in rest], config)


def field(
    past: Past, recent: Positions, tables: Floats, config: SessionConfig, most: int | None = None
) -> Field:
    """List the candidates after `recent`, which must be known: those with the `most` votes, and `recent` itself."""
    tally = gather(past, recent, config).tally(tables, len(past.pointers) - 1)
    whole = max(float(tally.sums.sum()), np.finfo(np.float64).tiny)
    if most is not None:
        tally = tally.largest(most)
    heard = np.unique(recent)
    places = np.searchsorted(tally.items, heard)
    new = np.append(tally.items, -1)[places] != heard
    items = np.insert(tally.items, places[new], heard[new])
    share, votes, songs = (
        np.insert(column, places[new], 0) for column in (tally.sums / whole, tally.votes, tally.songs)
    )
    logged = np.log(share + _EPSILON)
    known = float(np.log1p(past.plays(recent[-1:]))[0]) / 4
    columns = {
        "votes": logged,
        "votes_short": logged / len(recent),
        "votes_popular": logged * known,
        "count": np.log1p(votes),
        "songs": np.log1p(songs),
        "unvoted": votes == 0,
        **_repeats(recent, items),
    }
    return Field(items, np.stack([columns[name] for name in WEIGHTS], axis=1, dtype=np.float64))


def _repeats(recent: Positions, items: Positions) -> dict[str, Doubles | Mask]:
    """Tell of each item, ascending, how long ago and how often it is in `recent`."""
    heard, number = len(recent), np.searchsorted(items, recent)
    plays = np.bincount(number, minlength=len(items))
    lag = np.full(len(items), -1)
    lag[number] = np.arange(heard - 1, -1, -1)  # the last one of equals stays
    return {
        "last": lag == 0,
        "last_short": (lag == 0) / heard,
        "second": lag == 1,
        "older": lag > 1,
        "often": np.log1p(plays),
    }


def learnt(fields: Iterable[Field], targets: Sequence[int], config: SessionConfig) -> Floats:
    """Find the weights under which what came next is likeliest; `GUESS` where nothing can be learned.

    Minimises -log p(target), summed over the fields that have their target, plus
    blend_prior * |(weights - GUESS) * deviation of the feature|², by L-BFGS.
    """
    told = [
        (one.features.astype(np.float32), int(np.argmax(one.items == target)))
        for one, target in zip(fields, targets, strict=True)
        if target in one.items
    ]
    if not told:
        return GUESS
    sizes = np.array([len(features) for features, _ in told])
    features = np.concatenate([features for features, _ in told])
    scale = np.maximum(features.std(axis=0, dtype=np.float64), _NARROW).astype(np.float32)
    starts = np.cumsum(sizes) - sizes
    logit = _Logit(features / scale, starts, starts + np.array([place for _, place in told]))
    start = (GUESS * scale).astype(np.float64)

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        value, gradient = logit.loss(weights)
        away = weights - start
        value += config.blend_prior * float(away @ away)
        return value / len(sizes), (gradient + 2 * config.blend_prior * away) / len(sizes)

    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 3 * config.steps})
    return (np.asarray(found.x) / scale).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Logit:
    """Fields as one: features of shape (candidates, weights), the first candidate and the right one of each field."""

    features: Floats
    starts: Positions
    right: Positions

    def loss(self, weights: Doubles) -> tuple[float, Doubles]:
        """Give -log p of the right ones, summed, and its gradient."""
        sizes = np.diff(np.append(self.starts, len(self.features)))
        said = self.features @ weights.astype(np.float32)
        said -= np.repeat(np.maximum.reduceat(said, self.starts), sizes)
        raised = np.exp(said)
        totals = np.add.reduceat(raised, self.starts)
        expected = (raised / np.repeat(totals, sizes)) @ self.features
        gradient = expected - self.features[self.right].sum(axis=0, dtype=np.float64)
        return float((np.log(totals) - said[self.right]).sum(dtype=np.float64)), gradient


def _cases(
    past: Past, sessions: Sequence[Positions], config: SessionConfig, rng: np.random.Generator
) -> list[tuple[Positions, int]]:
    """Draw places of `sessions` where all before and the song itself are known; gives (before, song) of each."""
    places = [
        (number, place)
        for number, session in enumerate(sessions)
        for place in range(1, int(np.argmin(np.append(past.plays(session), 0) > 0)))
    ]
    drawn = rng.permutation(len(places))[: config.table_cases + config.blend_cases]
    found = (places[int(one)] for one in drawn)
    return [
        (sessions[number][max(place - config.heard, 0) : place], int(sessions[number][place]))
        for number, place in found
    ]
