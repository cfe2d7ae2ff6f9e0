"""One query against the whole catalogue: what each model says, and how the parts add up.

What was learnt is blended by the amount of evidence. What was asked for in words, and what was heard last, is put on
top by its reach: the best answer to it leads as far as the best of all other parts together, times its strength and
the largest weight of a wish. Where there are too many items, candidates are found first, and only they are scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.candidates import Candidates, Found
from recommender.config import DialConfig, EngineConfig
from recommender.evidence import Evidence
from recommender.groups import reweighed
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.blend import Blend, spread
from recommender.models.popularity import Popularity, Rates
from recommender.models.sessions import Sessions
from recommender.sparse import Doubles, Floats, Mask, Positions
from recommender.types import Query
from recommender.wishes import counted, loudest, wished, within

WISHES = "wishes"
_CONTENT = frozenset({"content", "bridge"})
_EVERYBODY = frozenset({"popularity"})
_LEAST_REACH = 1e-6
"""Below this, a wish is none: weights are of the order of one."""
_NOTHING = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A query with everything that its scores are made of.

    `allowed` and `scores` are of shape (items,); `channels` and `rates` of shape (scored,): all items, or what was found.
    """

    query: Query
    evidence: Evidence
    asked: Asked
    wishes: Floats | None
    """What is asked for in words, as a content vector; shape (columns,)."""
    channels: Mapping[str, Floats]
    """What each model says, on its own scale."""
    gains: Mapping[str, float]
    """One factor a model, constant for the query, and one for being `known`: score = sum of gain * channel."""
    rates: Rates
    """What popularity says, by its sources."""
    allowed: Mask
    """Which items may be shown."""
    scores: Floats
    found: Found | None = None
    """The candidates, where only they were scored: `scores` are 0 elsewhere, and nothing else is allowed."""

    @property
    def known(self) -> Floats:
        """How well known each item is, 0 to 1; shape (items,)."""
        return self.laid(self.channels["known"])

    def laid(self, values: Floats) -> Floats:
        """Lay what was said of the scored items out over all of them, 0 elsewhere; shape (items,)."""
        return values if self.found is None else self.found.wide(values, len(self.scores))

    def place(self, position: int) -> int:
        """Tell where an item that was scored stands in `channels` and `rates`."""
        return position if self.found is None else int(np.searchsorted(self.found.positions, position))


class Scale:
    """Weighs queries with what was learnt."""

    def __init__(
        self,
        material: Material,
        blend: Blend,
        sessions: Sessions | None,
        candidates: Candidates | None,
        config: EngineConfig,
    ) -> None:
        self.material = material
        self.blend = blend
        self.sessions = sessions
        self.candidates = candidates
        self.config = config
        part = blend.parts.get(Popularity.name)
        self.popularity = part if isinstance(part, Popularity) else Popularity(config).learn(material)

    def weigh(self, query: Query, also: Positions = _NOTHING) -> Weighed:
        """Score the catalogue for one listener, or for the mean of several.

        Where it is too large, the candidates are scored, `also` among them.
        """
        query = within(query, self.config.moods.most)
        wishes = wished(query, self.material.content, self.config.content)
        evidence = Evidence.of(
            query,
            self.material.catalogue,
            self.config,
            wishes=counted(wishes, self.material.content),
        )
        asked = self.asked(query, evidence)
        found = self._found(query, evidence, asked, wishes, also)
        among = None if found is None else found.positions
        counts = None if found is None else found.counts
        channels, rates = self.channels(asked, among)
        gains = self.gains(query, evidence, asked, channels, counts)
        allowed = self._allowed(query, evidence)
        scores = total(channels, gains)
        open_ = allowed if among is None else allowed[among]
        lead = _lead(scores, open_, counts)
        for name, said, strength in self._on_top(query, asked, wishes, among):
            reach = float(np.abs(said[open_]).max(initial=0.0))
            if reach > _LEAST_REACH:
                channels[name], gains[name] = said, strength * lead / reach
                scores += np.float32(gains[name]) * said
        if found is None:
            return Weighed(query, evidence, asked, wishes, channels, gains, rates, allowed, scores)
        items = len(self.material.catalogue)
        return Weighed(
            query=query,
            evidence=evidence,
            asked=asked,
            wishes=wishes,
            channels=channels,
            gains=gains,
            rates=rates,
            allowed=found.wide(open_, items),
            scores=found.wide(scores, items),
            found=found,
        )

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

    def channels(self, asked: Asked, among: Positions | None = None) -> tuple[dict[str, Floats], Rates]:
        """Ask every model of the blend, and how well known items are, of all items or of those `among`."""
        rates = self.popularity.rates(asked.askers[0], among)
        channels = {
            name: rates.total if name == Popularity.name else part.scores(asked, among)[0]
            for name, part in self.blend.parts.items()
        }
        return channels | {"known": self.popularity.known(among)}, rates

    def gains(
        self,
        query: Query,
        evidence: Evidence,
        asked: Asked,
        channels: Mapping[str, Floats],
        counts: Doubles | None = None,
    ) -> dict[str, float]:
        """Weigh the models by the amount of evidence, then by the dial, alpha and whether there are seeds."""
        dial = self.config.dials[query.dial]
        amount = np.array([evidence.amount])
        weights: Mapping[str, Doubles] = {
            name: self.blend.weights.at(name, amount) for name in self.blend.parts
        }
        if query.several:
            weights = reweighed(weights, self.config.groups)
        boxed = {name: channels[name][None, :] for name in weights}
        scaled = self.blend.scaled(asked, boxed, weights, counts)
        gains = {name: float(gain[0]) for name, gain in scaled.items()}
        for name in gains:
            gains[name] *= self._factor(name, dial, query, seeded=bool(evidence.seed.any()))
        rates = channels.get(Popularity.name)
        deviation = np.inf if rates is None else float(spread(rates[None, :], counts)[0])
        if np.isfinite(deviation):
            gains[Popularity.name] += (dial.popularity + query.popularity) / deviation
        return gains | {"known": dial.known}

    def _found(
        self, query: Query, evidence: Evidence, asked: Asked, wishes: Floats | None, also: Positions
    ) -> Found | None:
        """Find candidates where there are too many items to score all of them."""
        if self.candidates is None:
            return None
        heard = asked.recent[0]
        if self.sessions is not None and len(heard):
            also = np.concatenate([also, self.sessions.best(heard, self.config.index.following)[0]])
        factor = self._factor(
            "content", self.config.dials[query.dial], query, seeded=bool(evidence.seed.any())
        )
        more = len(query.exclude) + len(evidence.positions)
        return self.candidates.find(asked, also=also, more=more, content=factor, wishes=wishes)

    def _factor(self, name: str, dial: DialConfig, query: Query, *, seeded: bool) -> float:
        if name in _EVERYBODY:
            return 1.0
        own = 1 - query.popularity
        if name in _CONTENT:
            return own * dial.content * 2 * (1 - query.alpha) * (self.config.seed_content if seeded else 1.0)
        return own * dial.company * 2 * query.alpha

    def _on_top(
        self, query: Query, asked: Asked, wishes: Floats | None, among: Positions | None
    ) -> list[tuple[str, Floats, float]]:
        """Give what is asked for beside the taste: its name, what it says of each item, and its strength."""
        found: list[tuple[str, Floats, float]] = []
        if wishes is not None:
            granted = self.material.content.products(wishes[None, :], among)[0]
            found.append((WISHES, granted, self.config.moods.strength * loudest(query)))
        if self.sessions is not None and len(asked.recent[0]):
            said = self.sessions.scores(asked, among)[0]
            found.append((Sessions.name, said, self.config.sessions.strength))
        return found

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


def _lead(scores: Floats, allowed: Mask, counts: Doubles | None) -> float:
    """Give how far the best allowed item is above the average one; 1 where all are equal."""
    if not allowed.any():
        return 1.0
    mean = float(scores.mean()) if counts is None else float(scores @ (counts / counts.sum()))
    lead = float(scores[allowed].max()) - mean
    return lead if lead > 0 else 1.0
