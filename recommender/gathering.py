"""One query for several listeners: each is weighed like anybody who asks alone, then `groups` makes one list of them.

The score of an item is what its listeners contribute, on the scale of a single listener's z-scores. Each contribution
is divided in the proportions of that listener's own score, so that the reasons of a group's pick are its listeners' reasons.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from recommender.breakdown import Breakdown, Dissection
from recommender.candidates import Found
from recommender.groups import Together, together
from recommender.sparse import Doubles, Floats, Mask, Positions
from recommender.types import Listener, MemberId, Query
from recommender.weighing import Scale, Weighed

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A query weighed for several listeners; arrays of shape (items,)."""

    query: Query
    each: tuple[Weighed, ...]
    """In the order of `query.together`."""
    together: Together

    @property
    def allowed(self) -> Mask:
        """Which items may be shown: nobody vetoes them, nobody rated them."""
        return self.together.allowed

    @property
    def found(self) -> Found | None:
        """The candidates, where only they were scored."""
        return self.each[0].found

    @property
    def scores(self) -> Floats:
        """What the listeners want together."""
        return self.together.levels

    @property
    def known(self) -> Floats:
        """How well known each item is, 0 to 1."""
        return self.each[0].known

    def parts(self, position: int) -> Doubles:
        """Divide the score of an item among the listeners; shape (listeners,)."""
        parts = self.together.parts[:, position].astype(np.float64)
        whole = float(self.together.scores[position])
        return parts * (float(self.scores[position]) / whole if whole else 0.0)

    def shares(self, position: int) -> dict[MemberId, float]:
        """Tell what part of what is wanted in an item each listener with an id has, largest first."""
        parts = np.maximum(self.parts(position), 0.0)
        whole = float(parts.sum()) or 1.0
        found = {
            listener.member: float(part) / whole
            for listener, part in zip(self.query.together, parts, strict=True)
            if listener.member is not None and part > 0
        }
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


Answer = Weighed | Gathered
Steps = Generator[None, None, Answer]
"""Pauses after each listener, for who has other things to do meanwhile."""


def finished(steps: Generator[None, None, _Result]) -> _Result:
    """Go through all steps at once."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def weigh(scale: Scale, query: Query, also: Positions | None = None) -> Steps:
    """Score the catalogue for whoever `query` asks for; where only candidates are scored, `also` these."""
    also = np.empty(0, dtype=np.intp) if also is None else also
    if not query.together:
        return scale.weigh(query, also)
    asked = [_alone(query, listener) for listener in query.together]
    if scale.candidates is not None:
        for one in asked:
            found = scale.weigh(one, also).found
            also = also if found is None else np.union1d(also, found.positions)
            yield
    each: list[Weighed] = []
    for one in asked:
        each.append(scale.weigh(one, also))
        yield
    return Gathered(query, tuple(each), _together(scale, query, each))


def _together(scale: Scale, query: Query, each: list[Weighed]) -> Together:
    """Put what each listener wants together, of what was found for all of them."""
    owed = np.array([max(listener.owed, 0.0) for listener in query.together])
    veto = np.logical_or.reduce([~one.allowed for one in each])
    found, groups = each[0].found, scale.config.groups
    if found is None:
        return together(np.stack([one.scores for one in each]), owed, groups, veto=veto)
    places = found.positions
    scores = np.stack([one.scores[places] for one in each])
    list_ = together(scores, owed, groups, veto=veto[places], counts=found.counts)
    items = len(scale.material.catalogue)
    return Together(
        scores=found.wide(list_.scores, items),
        parts=np.stack([found.wide(parts, items) for parts in list_.parts]),
        wants=np.stack([found.wide(wants, items) for wants in list_.wants]),
        levels=found.wide(list_.levels, items),
        allowed=found.wide(list_.allowed, items),
    )


class Dissections:
    """Takes items apart for one query, whether one asks or several."""

    def __init__(self, scale: Scale, weighed: Answer, positions: Positions) -> None:
        self._weighed = weighed
        each = (weighed,) if isinstance(weighed, Weighed) else weighed.each
        self._each = [Dissection(scale, one, positions) for one in each]

    def of(self, position: int) -> Breakdown:
        """Take the item at `position` apart; it is one of those named before."""
        if isinstance(self._weighed, Weighed):
            return self._each[0].of(position)
        against = 0.0
        found: list[Breakdown] = []
        for dissection, part in zip(self._each, self._weighed.parts(position).tolist(), strict=True):
            own = dissection.of(position)
            score = own.score
            # Who does not want an item has no reasons for it: what they take away is told as one sum.
            carried = part > 0 and score > 0
            found.append(own.times(part / score if carried else 0.0))
            against += 0.0 if carried else part
        return Breakdown.joined(found, against)


def _alone(query: Query, listener: Listener) -> Query:
    return replace(
        query,
        together=(),
        member=listener.member,
        taste=listener.taste,
        exclude=query.exclude | listener.veto,
        several=True,
    )
