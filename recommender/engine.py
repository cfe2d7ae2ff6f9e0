"""The engine: every model blended into one score that is the sum of its reasons; a tap counts at once."""

import math
from typing import Self

import numpy as np

from recommender import explore, rerank
from recommender.breakdown import Breakdown, Dissection
from recommender.config import EngineConfig
from recommender.dataset import Dataset
from recommender.errors import DatasetError, NotFitted, UnknownItem
from recommender.material import Material
from recommender.models.blend import Blend
from recommender.reasons import causes, origins, tell
from recommender.sparse import Arrays, Floats, Positions
from recommender.types import Explanation, GroupId, ItemId, MemberId, Pick, Query, Reason, ReasonKind
from recommender.weighing import Scale, Weighed, total


class Engine:
    """All models, blended by evidence and a dial.

    Before `fit` it is fitted with nothing: it recommends nothing and knows no item. Not safe to be used from
    several threads at a time.
    """

    def __init__(self, config: EngineConfig | None = None, *, seed: int = 0) -> None:
        self._config = config or EngineConfig()
        self._seed = seed
        self._rng = np.random.default_rng(seed)
        self._scale: Scale | None = None

    @property
    def items(self) -> int:
        """How many items the engine can pick from."""
        return len(self._scale.material.catalogue) if self._scale else 0

    @property
    def scale(self) -> Scale:
        """What was learnt, for those who want to look inside.

        Raises:
            NotFitted: nothing yet.
        """
        if self._scale is None:
            raise NotFitted("The engine has not been fitted.")
        return self._scale

    def fit(self, dataset: Dataset) -> Self:
        """Learn everything anew from `dataset`; taps folded in before are forgotten."""
        material = Material.of(dataset, self._config)
        blend = Blend(self._config, seed=self._seed).learn(material)
        self._scale = Scale(material, blend, self._config)
        return self

    def arrays(self) -> Arrays:
        """Give what was learnt as named arrays, for a file; taps folded in since are left out."""
        return {**self.scale.material.arrays(), **self.scale.blend.arrays()}

    def restore(self, arrays: Arrays) -> Self:
        """Take over what `arrays` gave; taps folded in before are forgotten."""
        material = Material.restore(arrays, self._config)
        blend = Blend(self._config, seed=self._seed).restore(material, arrays)
        self._scale = Scale(material, blend, self._config)
        return self

    def fold_in(
        self, *, group: GroupId, member: MemberId, item: ItemId, weight: float, unix_time: float = 0.0
    ) -> None:
        """Set the weight of one (group, member, item) at once; 0 removes it.

        As in `fit`, a negative weight takes the item out of the member's row. `unix_time` is in seconds, 0 if
        unknown.

        Raises:
            UnknownItem: the engine was not fitted with `item`.
            DatasetError: `weight` or `unix_time` is not finite.
        """
        position = self._position(item)
        if not math.isfinite(weight) or not math.isfinite(unix_time):
            raise DatasetError("fold_in: the weight or the time is not finite.")
        self.scale.material.ledger.set(group, member, position, weight, unix_time)

    def forget(self, *, member: MemberId, group: GroupId | None = None) -> None:
        """Stop using anything of `member`, in `group` or everywhere, at once; the next `fit` frees the memory."""
        if self._scale:
            self._scale.material.ledger.forget(member, group)

    def recommend(self, query: Query, *, rng: np.random.Generator | None = None) -> list[Pick]:
        """Rank the catalogue for `query`, best first; explored picks come last.

        Without `rng` the engine's own generator draws. Ids that are not known are ignored, and fewer picks
        come when too few items may be shown.
        """
        if not self.items or query.count < 1:
            return []
        weighed = self.scale.weigh(query)
        chosen, drawn = self._choose(query, weighed, self._rng if rng is None else rng)
        positions = np.concatenate([chosen, np.array([d.position for d in drawn], dtype=np.intp)])
        dissection = Dissection(self.scale, weighed, positions)
        picks = [
            self._pick(dissection.of(int(position)), weighed, int(position), None) for position in chosen
        ]
        return picks + [
            self._pick(dissection.of(d.position), weighed, d.position, d.propensity) for d in drawn
        ]

    def explain(self, query: Query, item: ItemId) -> Explanation:
        """Take the score of `item` for `query` apart, whether or not it would be picked.

        Raises:
            UnknownItem: the engine was not fitted with `item`.
        """
        position = self._position(item)
        weighed = self.scale.weigh(query)
        parts = Dissection(self.scale, weighed, np.array([position])).of(position)
        named = parts.parts(origins(weighed))
        return Explanation(item, sum(named.values()), named, tuple(self._reasons(parts, weighed)))

    def similar(self, item: ItemId, count: int) -> list[tuple[ItemId, float]]:
        """List the `count` items most like `item` in content and company, best first, popularity left out.

        Raises:
            UnknownItem: the engine was not fitted with `item`.
        """
        self._position(item)
        weighed = self.scale.weigh(Query(seeds={item: 1.0}))
        alone = {"popularity", "known"}
        scores = total(
            weighed.channels, {name: gain for name, gain in weighed.gains.items() if name not in alone}
        )
        catalogue = self.scale.material.catalogue
        positions = rerank.best(scores, weighed.allowed, catalogue, count=count, per_artist=count)
        return [(catalogue.item(position), float(scores[position])) for position in positions]

    def _choose(
        self, query: Query, weighed: Weighed, rng: np.random.Generator
    ) -> tuple[Positions, list[explore.Draw]]:
        config, material = self._config, self.scale.material
        slots = min(max(query.explore, 0), query.count)
        wanted = max(config.rerank_pool, query.count) + (2 * config.explore.pool if slots else 0)
        ranked = rerank.best(
            weighed.scores, weighed.allowed, material.catalogue, count=wanted, per_artist=query.per_artist
        )
        chosen = rerank.diversify(
            ranked[: max(config.rerank_pool, query.count)],
            weighed.scores,
            material.content,
            count=query.count - slots,
            mmr_lambda=config.dials[query.dial].mmr_lambda,
        )
        return chosen, self._draw(ranked, chosen, weighed, slots, rng) if slots else []

    def _draw(
        self, ranked: Positions, chosen: Positions, weighed: Weighed, slots: int, rng: np.random.Generator
    ) -> list[explore.Draw]:
        config = self._config.explore
        known: Floats = weighed.known
        candidates = explore.pool(ranked, chosen, known, size=config.pool, need=slots)
        return explore.draw(candidates, weighed.scores, count=slots, temperature=config.temperature, rng=rng)

    def _pick(self, parts: Breakdown, weighed: Weighed, position: int, propensity: float | None) -> Pick:
        reasons = self._reasons(parts, weighed)
        if propensity is not None:
            reasons = [*reasons[: self._config.reasons - 1], Reason(ReasonKind.EXPLORE, share=0.0)]
        return Pick(
            item=self.scale.material.catalogue.item(position),
            score=parts.score,
            reasons=tuple(reasons),
            propensity=1.0 if propensity is None else propensity,
            explored=propensity is not None,
        )

    def _reasons(self, parts: Breakdown, weighed: Weighed) -> list[Reason]:
        material = self.scale.material
        found = causes(parts, weighed, self._config.focus)
        return tell(
            found,
            parts,
            weighed.evidence,
            catalogue=material.catalogue,
            space=material.content,
            config=self._config,
        )

    def _position(self, item: ItemId) -> int:
        position = self._scale.material.catalogue.positions.get(item) if self._scale else None
        if position is None:
            raise UnknownItem(item)
        return position
