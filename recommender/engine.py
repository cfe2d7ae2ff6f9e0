"""The engine: every model blended into one score that is the sum of its reasons; a tap counts at once."""

import math
from collections.abc import Generator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

import numpy as np

from recommender import explore, exposure, rerank
from recommender.breakdown import Breakdown
from recommender.candidates import Candidates
from recommender.config import EngineConfig, Tuned
from recommender.content import Block
from recommender.dataset import Dataset
from recommender.errors import DatasetError, NotFitted, UnknownItem
from recommender.exposure import Renown
from recommender.gathering import Answer, Dissections, Gathered, finished, weigh
from recommender.groups import carry_over
from recommender.material import Material
from recommender.models.blend import Blend
from recommender.models.sessions import Sessions
from recommender.moods import Mood, Moods
from recommender.reasons import causes, tell
from recommender.sparse import Arrays, Floats, Mask, Positions, row_numbers
from recommender.types import (
    Explanation,
    GroupId,
    ItemId,
    MemberId,
    Pick,
    Query,
    Reason,
    ReasonKind,
    Recommended,
)
from recommender.weighing import Scale, total


@dataclass(frozen=True, slots=True)
class _Choice:
    """Positions of the picks: those for their score, those for their little-known artists, and those drawn."""

    scored: Positions
    exposed: Positions
    drawn: list[explore.Draw]

    @property
    def positions(self) -> Positions:
        """All of them, in the order they are shown."""
        return np.concatenate([self.scored, self.exposed, _positions(self.drawn)])


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
        self._renown: Renown | None = None
        self._moods: Moods | None = None

    @property
    def items(self) -> int:
        """How many items the engine can pick from."""
        return len(self._scale.material.catalogue) if self._scale else 0

    def ids(self) -> AbstractSet[ItemId]:
        """The items that the engine can pick from."""
        return self._scale.material.catalogue.positions.keys() if self._scale else frozenset()

    @property
    def scale(self) -> Scale:
        """What was learnt, for those who want to look inside.

        Raises:
            NotFitted: nothing yet.
        """
        if self._scale is None:
            raise NotFitted("The engine has not been fitted.")
        return self._scale

    @property
    def tuned(self) -> Tuned:
        """What was learned on a validation part, if the configuration said so: for the next fits, that then need not.

        Raises:
            NotFitted: nothing yet.
        """
        material = self.scale.material
        of_members = np.diff(material.ledger.likes.indptr)[material.ledger.owners.person]
        return Tuned(content=material.likeness, blend=self.scale.blend.weights, pairs=int(of_members.sum()))

    def fit(self, dataset: Dataset) -> Self:
        """Learn everything anew from `dataset`; taps folded in before are forgotten."""
        material = Material.of(dataset, self._config)
        blend = Blend(self._config, seed=self._seed).learn(material)
        sessions = Sessions(self._config, seed=self._seed).learn(material) if material.sessions else None
        candidates = Candidates.of(material, blend, self._config, seed=self._seed)
        return self._ready(material, blend, sessions, candidates)

    def arrays(self) -> Arrays:
        """Give what was learnt as named arrays, for a file; taps folded in since are left out."""
        scale = self.scale
        arrays = {**scale.material.arrays(), **scale.blend.arrays()}
        for part in (scale.sessions, scale.candidates):
            arrays |= part.arrays() if part else {}
        return arrays

    def restore(self, arrays: Arrays) -> Self:
        """Take over what `arrays` gave; taps folded in before are forgotten."""
        material = Material.restore(arrays, self._config)
        blend = Blend(self._config, seed=self._seed).restore(material, arrays)
        sessions = Sessions(self._config, seed=self._seed) if material.sessions else None
        candidates = Candidates.restore(material, blend, self._config, arrays, seed=self._seed)
        return self._ready(
            material, blend, sessions.restore(material, arrays) if sessions else None, candidates
        )

    def estimated(self, item: ItemId) -> tuple[str, ...]:
        """Name the audio features of `item` that nobody measured and that were estimated; () for most items.

        Raises:
            UnknownItem: the engine was not fitted with `item`.
        """
        return tuple(self.scale.material.content.estimated(self._position(item)))

    @property
    def estimates(self) -> dict[str, float]:
        """Tell how many items have an estimate, and each feature's mean absolute error on songs held out.

        What `restore` took over knows no errors any more.

        Raises:
            NotFitted: nothing yet.
        """
        material = self.scale.material
        vectors, block = material.content.vectors, material.content.block
        some = block[vectors.indices] == Block.ESTIMATED
        count = len(np.unique(row_numbers(vectors)[some]))
        errors = {f"estimate_mae_{error.feature}": round(error.estimate, 4) for error in material.errors}
        return {"estimated": count, **errors}

    def little_known(self) -> Mask:
        """Mark the items by artists who are little known at the moment; shape (items,), in the order of their ids."""
        if self._renown is None:
            return np.zeros(0, dtype=np.bool_)
        return self._renown.little(self.scale.popularity.known(), self._config.exposure.known)

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
        """Rank the catalogue for `query`, best first; picks for little-known artists and explored picks come last.

        Without `rng` the engine's own generator draws. Ids that are not known are ignored, and fewer picks
        come when too few items may be shown.
        """
        return finished(self.recommending(query, rng=rng)).picks

    def recommending(
        self, query: Query, *, rng: np.random.Generator | None = None
    ) -> Generator[None, None, Recommended]:
        """Do the same in steps, one for each of several listeners, for who has other things to do meanwhile."""
        if not self.items or query.count < 1:
            return Recommended([], tuple(listener.owed for listener in query.together))
        scale = self.scale
        weighed = yield from weigh(scale, query)
        choice = self._choose(query, weighed, self._rng if rng is None else rng)
        dissection = Dissections(scale, weighed, choice.positions)
        exposed = set(choice.exposed.tolist())
        propensities = {drawn.position: drawn.propensity for drawn in choice.drawn}
        picks = [
            self._pick(
                dissection.of(position),
                weighed,
                position,
                propensity=propensities.get(position),
                exposed=position in exposed,
            )
            for position in choice.positions.tolist()
        ]
        return Recommended(picks, self._owed(weighed, choice.positions))

    def explain(self, query: Query, item: ItemId) -> Explanation:
        """Take the score of `item` for `query` apart, whether or not it would be picked.

        Raises:
            UnknownItem: the engine was not fitted with `item`.
        """
        position = self._position(item)
        weighed = finished(weigh(self.scale, query, np.array([position])))
        parts = Dissections(self.scale, weighed, np.array([position])).of(position)
        named = parts.parts()
        return Explanation(item, sum(named.values()), named, tuple(self._reasons(parts)))

    def mood(self, text: str) -> Mood:
        """Read what free text asks for, in the words of this catalogue; its tags, audio and decades go into a Query."""
        if self._moods is None:
            space = self.scale.material.content if self._scale else None
            self._moods = Moods(
                space.named(Block.TAGS) if space else (),
                space.named(Block.AUDIO) if space else (),
                eras=bool(space and space.named(Block.ERA)),
                config=self._config.moods,
            )
        return self._moods.read(text)

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
        scores = weighed.laid(scores)
        positions = rerank.best(scores, weighed.allowed, catalogue, count=count, per_artist=count)
        return [(catalogue.item(position), float(scores[position])) for position in positions]

    def _ready(
        self, material: Material, blend: Blend, sessions: Sessions | None, candidates: Candidates | None
    ) -> Self:
        self._scale = Scale(material, blend, sessions, candidates, self._config)
        self._renown = Renown(material.catalogue)
        self._moods = None
        return self

    def _owed(self, weighed: Answer, shown: Positions) -> tuple[float, ...]:
        if not isinstance(weighed, Gathered):
            return ()
        before = np.array([listener.owed for listener in weighed.query.together])
        return tuple(carry_over(before, weighed.together.satisfaction(shown), self._config.groups).tolist())

    def _choose(self, query: Query, weighed: Answer, rng: np.random.Generator) -> _Choice:
        config = self._config
        slots = min(max(query.explore, 0), query.count)
        reranked = max(config.rerank_pool, query.count)
        ranked = self._ranked(weighed, reranked + (2 * config.explore.pool if slots else 0))
        candidates, dial = ranked[:reranked], config.dials[query.dial]
        chosen = rerank.diversify(
            candidates,
            rerank.relevance(weighed.scores[candidates], weighed.known[candidates], novelty=dial.novelty),
            self.scale.material.content,
            count=query.count - slots,
            mmr_lambda=dial.mmr_lambda,
        )
        drawn = self._draw(ranked, chosen, weighed, slots, rng) if slots else []
        return self._expose(weighed, candidates, chosen, drawn)

    def _ranked(self, weighed: Answer, count: int) -> Positions:
        catalogue = self.scale.material.catalogue
        return rerank.best(
            weighed.scores,
            weighed.allowed,
            catalogue,
            count=count,
            per_artist=weighed.query.per_artist,
            among=None if weighed.found is None else weighed.found.positions,
        )

    def _draw(
        self, ranked: Positions, chosen: Positions, weighed: Answer, slots: int, rng: np.random.Generator
    ) -> list[explore.Draw]:
        config, catalogue = self._config.explore, self.scale.material.catalogue
        known: Floats = weighed.known
        candidates = explore.pool(ranked, chosen, known, size=config.pool, need=slots)
        trials = weighed.query.trials
        posteriors = explore.Posteriors.of(
            weighed.scores[candidates],
            [trials.get(catalogue.item(position), (0, 0)) for position in candidates],
            config,
        )
        return explore.draw(candidates, posteriors, count=slots, rng=rng)

    def _expose(
        self, weighed: Answer, ranked: Positions, chosen: Positions, drawn: list[explore.Draw]
    ) -> _Choice:
        """Give little-known artists their share: what is missing takes the places of the last chosen."""
        config, query = self._config.exposure, weighed.query
        usual = config.share * self._config.dials[query.dial].exposure
        count = exposure.places(usual if query.little_known is None else query.little_known, query.count)
        taken = np.concatenate([chosen, _positions(drawn)])
        if not count:
            return _Choice(chosen, _positions([]), drawn)
        little = self._little_known(np.concatenate([ranked, taken]), weighed)
        missing = max(count - int(little[taken].sum()), 0)
        offer = exposure.offered(ranked, taken, little, count=missing)
        if len(offer) < missing and len(ranked) < config.reach:
            ranked = self._ranked(weighed, config.reach)
            little = self._little_known(np.concatenate([ranked, taken]), weighed)
            offer = exposure.offered(ranked, taken, little, count=missing)
        scored, exposed = exposure.replaced(chosen, little, offer)
        return _Choice(scored, exposed, drawn)

    def _little_known(self, among: Positions, weighed: Answer) -> Mask:
        """Mark what is by little-known artists `among` these, and nothing else; shape (items,)."""
        little = np.zeros(self.items, dtype=np.bool_)
        if self._renown is None:
            return little
        # Where only candidates were scored, their artists' other items have to be looked up.
        known = weighed.known.__getitem__ if weighed.found is None else self.scale.popularity.known
        little[among] = self._renown.best_of(among, known) < self._config.exposure.known
        return little

    def _pick(
        self, parts: Breakdown, weighed: Answer, position: int, *, propensity: float | None, exposed: bool
    ) -> Pick:
        reasons = self._reasons(parts)
        if propensity is not None or exposed:
            kind = ReasonKind.LITTLE_KNOWN if exposed else ReasonKind.EXPLORE
            reasons = [*reasons[: self._config.reasons - 1], Reason(kind, share=0.0)]
        return Pick(
            item=self.scale.material.catalogue.item(position),
            score=parts.score,
            reasons=tuple(reasons),
            propensity=1.0 if propensity is None else propensity,
            explored=propensity is not None,
            exposed=exposed,
            listeners=weighed.shares(position) if isinstance(weighed, Gathered) else {},
        )

    def _reasons(self, parts: Breakdown) -> list[Reason]:
        material = self.scale.material
        return tell(
            causes(parts, self._config.focus),
            parts,
            catalogue=material.catalogue,
            space=material.content,
            config=self._config,
        )

    def _position(self, item: ItemId) -> int:
        position = self._scale.material.catalogue.positions.get(item) if self._scale else None
        if position is None:
            raise UnknownItem(item)
        return position


def _positions(drawn: list[explore.Draw]) -> Positions:
    return np.array([each.position for each in drawn], dtype=np.intp)
