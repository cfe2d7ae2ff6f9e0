"""One query against the whole catalogue: what each model says, and how the parts add up.

What was learnt is blended by the amount of evidence. What was asked for in words, and what was heard last, is put on
top by its reach: the best answer to it leads as far as the best of all other parts together, times its strength and
the largest weight of a wish.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from recommender.config import DialConfig, EngineConfig
from recommender.content import Block, ContentSpace
from recommender.evidence import Evidence
from recommender.groups import reweighed
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.blend import Blend
from recommender.models.popularity import Popularity, Rates
from recommender.models.sessions import Sessions
from recommender.sparse import Csr, Doubles, Floats, Mask, csr, times_transposed, transposed
from recommender.types import Query

WISHES = "wishes"
_CONTENT = frozenset({"content", "bridge"})
_Name = TypeVar("_Name", str, int)
_LEAST_REACH = 1e-6
"""Below this, a wish is none: weights are of the order of one."""
_EVERYBODY = frozenset({"popularity"})


@dataclass(frozen=True, slots=True)
class Weighed:
    """A query with everything that its scores are made of; arrays of shape (items,)."""

    query: Query
    evidence: Evidence
    asked: Asked
    wishes: Csr | None
    """What is asked for in words, as a content vector; csr of shape (1, columns)."""
    channels: Mapping[str, Floats]
    """What each model says, on its own scale."""
    gains: Mapping[str, float]
    """One factor a model, constant for the query, and one for being `known`: score = sum of gain * channel."""
    rates: Rates
    """What popularity says, by its sources."""
    allowed: Mask
    """Which items may be shown."""
    scores: Floats

    @property
    def known(self) -> Floats:
        """How well known each item is, 0 to 1."""
        return self.channels["known"]


class Scale:
    """Weighs queries with what was learnt."""

    def __init__(
        self, material: Material, blend: Blend, sessions: Sessions | None, config: EngineConfig
    ) -> None:
        self.material = material
        self.blend = blend
        self.sessions = sessions
        self.config = config
        part = blend.parts.get(Popularity.name)
        self.popularity = part if isinstance(part, Popularity) else Popularity(config).learn(material)
        self._by_column: Csr | None = None

    def weigh(self, query: Query, *, of_several: bool = False) -> Weighed:
        """Score the catalogue for one listener; `of_several` weighs the models as for one of a group."""
        query = within(query, self.config.moods.most)
        wishes = wished(query, self.material.content, self.config.content.era_width)
        named = 0 if wishes is None else wishes.nnz
        evidence = Evidence.of(query, self.material.catalogue, self.config, wishes=named)
        asked = self.asked(query, evidence)
        channels, rates = self.channels(asked)
        gains = self.gains(query, evidence, asked, channels, of_several=of_several)
        allowed = self._allowed(query, evidence)
        scores = total(channels, gains)
        lead = float(scores[allowed].max(initial=0.0) - scores.mean()) if len(scores) else 0.0
        for name, said, strength in self._on_top(query, asked, wishes):
            reach = float(np.abs(said[allowed]).max(initial=0.0))
            if reach > _LEAST_REACH:
                channels[name], gains[name] = said, strength * (lead if lead > 0 else 1.0) / reach
                scores += np.float32(gains[name]) * said
        return Weighed(query, evidence, asked, wishes, channels, gains, rates, allowed, scores)

    def asked(self, query: Query, evidence: Evidence) -> Asked:
        """Put `evidence`, which may be less than the query's own, as a question."""
        asker = Asker(query.group, query.member, query.now)
        return Asked.one(
            evidence.positions,
            evidence.weights,
            len(self.material.catalogue),
            asker,
            self.material.catalogue.known(query.recent),
        )

    def channels(self, asked: Asked) -> tuple[dict[str, Floats], Rates]:
        """Ask every model of the blend, and how well known items are."""
        rates = self.popularity.rates(asked.askers[0])
        channels = {
            name: rates.total if name == Popularity.name else part.scores(asked)[0]
            for name, part in self.blend.parts.items()
        }
        return channels | {"known": self.popularity.known()}, rates

    def gains(
        self,
        query: Query,
        evidence: Evidence,
        asked: Asked,
        channels: Mapping[str, Floats],
        *,
        of_several: bool = False,
    ) -> dict[str, float]:
        """Weigh the models by the amount of evidence, then by the dial, alpha and whether there are seeds."""
        dial = self.config.dials[query.dial]
        amount = np.array([evidence.amount])
        weights: Mapping[str, Doubles] = {
            name: self.blend.weights.at(name, amount) for name in self.blend.parts
        }
        if of_several:
            weights = reweighed(weights, self.config.groups)
        boxed = {name: channels[name][None, :] for name in weights}
        gains = {name: float(gain[0]) for name, gain in self.blend.scaled(asked, boxed, weights).items()}
        for name in gains:
            gains[name] *= self._factor(name, dial, query, seeded=bool(evidence.seed.any()))
        deviation = float(rates.std()) if (rates := channels.get(Popularity.name)) is not None else 0.0
        if deviation > 0:
            gains[Popularity.name] += (dial.popularity + query.popularity) / deviation
        return gains | {"known": dial.known}

    def _factor(self, name: str, dial: DialConfig, query: Query, *, seeded: bool) -> float:
        if name in _EVERYBODY:
            return 1.0
        own = 1 - query.popularity
        if name in _CONTENT:
            return own * dial.content * 2 * (1 - query.alpha) * (self.config.seed_content if seeded else 1.0)
        return own * dial.company * 2 * query.alpha

    def _on_top(self, query: Query, asked: Asked, wishes: Csr | None) -> list[tuple[str, Floats, float]]:
        """Give what is asked for beside the taste: its name, what it says of each item, and its strength."""
        found: list[tuple[str, Floats, float]] = []
        if wishes is not None:
            found.append((WISHES, self._granted(wishes), self.config.moods.strength * _loudest(query)))
        if self.sessions is not None and len(asked.recent[0]):
            found.append((Sessions.name, self.sessions.scores(asked)[0], self.config.sessions.strength))
        return found

    def _granted(self, wishes: Csr) -> Floats:
        """Give how much of what is wished for each item has; only the columns named are read."""
        if self._by_column is None:
            self._by_column = transposed(self.material.content.vectors)
        columns = self._by_column[wishes.indices]  # pyright: ignore
        return times_transposed(columns, wishes.data)

    def _allowed(self, query: Query, evidence: Evidence) -> Mask:
        """Leave out what is known, asked from or unwanted, and every version of it."""
        catalogue = self.material.catalogue
        named = [catalogue.known(items) for items in (query.exclude, query.seeds, query.recent)]
        return ~catalogue.versions(np.concatenate([*named, evidence.positions]))


def total(channels: Mapping[str, Floats], gains: Mapping[str, float]) -> Floats:
    """Add the channels up; shape (items,)."""
    scores = np.zeros_like(channels["known"])
    for name, gain in gains.items():
        if gain:
            scores += np.float32(gain) * channels[name]
    return scores


def within(query: Query, most: float) -> Query:
    """Hold the weights of wishes between -most and most; what is no number is left out."""
    if not (query.tags or query.audio or query.decades):
        return query
    return replace(
        query,
        tags=_held(query.tags, most),
        audio=_held(query.audio, most),
        decades=_held(query.decades, most),
    )


def wished(query: Query, space: ContentSpace, era_width: float) -> Csr | None:
    """Write the wished tags, audio and decades as one content vector, csr of shape (1, columns); None without any.

    Names that the catalogue does not have are left out. `era_width` is in years, as the space was made with.
    """
    asked = [
        (Block.TAGS, query.tags.items()),
        (Block.AUDIO, query.audio.items()),
        (Block.ERA, _centres(query.decades, era_width)),
    ]
    found = [
        (space.columns[block, name], weight)
        for block, wishes in asked
        for name, weight in wishes
        if (block, name) in space.columns and weight
    ]
    if not found:
        return None
    columns = np.array([column for column, _ in found], dtype=np.intp)
    return csr(
        [weight for _, weight in found], np.zeros(len(found), dtype=np.intp), columns, (1, len(space.block))
    )


def _held(weights: Mapping[_Name, float], most: float) -> dict[_Name, float]:
    return {name: min(max(weight, -most), most) for name, weight in weights.items() if not math.isnan(weight)}


def _loudest(query: Query) -> float:
    """Give the largest weight of a wish."""
    weights = (*query.tags.values(), *query.audio.values(), *query.decades.values())
    return max((abs(weight) for weight in weights), default=0.0)


def _centres(decades: Mapping[int, float], width: float) -> Iterator[tuple[str, float]]:
    """Spread the middle of each decade over its two nearest centres of the era block."""
    for decade, weight in decades.items():
        place = (decade + 5) / width
        lower = math.floor(place)
        yield str(int(lower * width)), weight * (lower + 1 - place)
        yield str(int((lower + 1) * width)), weight * (place - lower)
