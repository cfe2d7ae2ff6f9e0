"""One query against the whole catalogue: what each model says, and how the parts add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.config import DialConfig, EngineConfig
from recommender.evidence import Evidence
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.blend import Blend
from recommender.models.popularity import Popularity, Rates
from recommender.sparse import Csr, Floats, Mask, csr
from recommender.types import Query

_CONTENT = frozenset({"content", "bridge"})
_EVERYBODY = frozenset({"popularity"})


@dataclass(frozen=True, slots=True)
class Weighed:
    """A query with everything that its scores are made of; arrays of shape (items,)."""

    query: Query
    evidence: Evidence
    asked: Asked
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

    def __init__(self, material: Material, blend: Blend, config: EngineConfig) -> None:
        self.material = material
        self.blend = blend
        self.config = config
        part = blend.parts.get(Popularity.name)
        self.popularity = part if isinstance(part, Popularity) else Popularity(config).learn(material)

    def weigh(self, query: Query) -> Weighed:
        """Score the catalogue for `query`."""
        evidence = Evidence.of(query, self.material.catalogue, self.config)
        asked = self.asked(query, evidence)
        channels, rates = self.channels(asked)
        gains = self.gains(query, evidence, asked, channels)
        scores = total(channels, gains)
        return Weighed(query, evidence, asked, channels, gains, rates, self._allowed(query, evidence), scores)

    def asked(self, query: Query, evidence: Evidence) -> Asked:
        """Put `evidence`, which may be less than the query's own, as a question."""
        asker = Asker(query.group, query.member, query.now)
        return Asked.one(
            evidence.positions,
            evidence.weights,
            len(self.material.catalogue),
            asker,
            self.material.catalogue.known(query.recent),
            self._wishes(query),
        )

    def channels(self, asked: Asked) -> tuple[dict[str, Floats], Rates]:
        """Ask every model, and how well known items are."""
        rates = self.popularity.rates(asked.askers[0])
        channels = {
            name: rates.total if name == Popularity.name else part.scores(asked)[0]
            for name, part in self.blend.parts.items()
        }
        return channels | {"known": self.popularity.known()}, rates

    def gains(
        self, query: Query, evidence: Evidence, asked: Asked, channels: Mapping[str, Floats]
    ) -> dict[str, float]:
        """Weigh the models by the amount of evidence, then by the dial, alpha and whether there are seeds."""
        dial = self.config.dials[query.dial]
        amount = np.array([evidence.amount])
        weights = {name: self.blend.weights.at(name, amount) for name in self.blend.parts}
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

    def _wishes(self, query: Query) -> Csr | None:
        """Write the wished tags and audio as one content vector."""
        space = self.material.content
        wished = {**query.tags, **query.audio}
        found = [(space.columns[name], weight) for name, weight in wished.items() if name in space.columns]
        if not found:
            return None
        columns = np.array([column for column, _ in found], dtype=np.intp)
        weights = [weight for _, weight in found]
        return csr(weights, np.zeros(len(found), dtype=np.intp), columns, (1, len(space.block)))

    def _allowed(self, query: Query, evidence: Evidence) -> Mask:
        catalogue = self.material.catalogue
        allowed = np.ones(len(catalogue), dtype=np.bool_)
        allowed[catalogue.known(query.exclude)] = False
        allowed[catalogue.known(query.seeds)] = False
        allowed[evidence.positions] = False
        return allowed


def total(channels: Mapping[str, Floats], gains: Mapping[str, float]) -> Floats:
    """Add the channels up; shape (items,)."""
    scores = np.zeros_like(channels["known"])
    for name, gain in gains.items():
        if gain:
            scores += np.float32(gain) * channels[name]
    return scores
