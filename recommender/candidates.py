"""Which items are worth scoring where there are too many to score all of them.

Each source gives the best items by one part of the score: the vectors nearest to the question's (a graph), content (the
best items of each tag and artist), rows that share the evidence, those near the asker, popularity, fresh releases and the last taps. Only their union
is scored. How widely a model's scores are spread over all items, which gains rest on, is estimated from it: what was
found counts for itself, and a fixed random sample, scored along, for all that was not (a stratified estimate).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

from recommender.config import EngineConfig, IndexConfig
from recommender.content import Block, ContentSpace
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.blend import Blend
from recommender.models.bridge import Bridge
from recommender.models.content import Content
from recommender.models.ials import Ials
from recommender.models.popularity import Popularity
from recommender.models.server import Company, Server
from recommender.nearest import Nearest
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    found_in,
    narrow,
    pick_rows,
    row_entries,
    times,
    times_transposed,
    transposed,
)

_Number = TypeVar("_Number", np.float32, np.bool_)
_Short: TypeAlias = npt.NDArray[np.int32]
"""Positions that are kept in large numbers."""
_YEAR_DAYS = 365.2425
_JUDGED = 3
"""For one that is given so many are judged by all columns."""
_ROWS = 60
"""So many rows nearest to the evidence are looked through."""
_COLUMNS = 300
"""At most so many columns of a question are read."""
_NONE = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Found:
    """What is scored; arrays of shape (found,)."""

    positions: Positions
    """Ascending."""
    counts: Doubles
    """For how many items of the catalogue each one stands where all of them are meant; the sum is all."""

    def wide(self, values: npt.NDArray[_Number], items: int) -> npt.NDArray[_Number]:
        """Lay values of what was found out over the catalogue, 0 elsewhere; shape (items,)."""
        laid = np.zeros(items, dtype=values.dtype)
        laid[self.positions] = values
        return laid


class Candidates:
    """Finds candidates for one question at a time; not safe to be used from several threads at a time."""

    def __init__(
        self, material: Material, blend: Blend, config: EngineConfig, nearest: Nearest | None, *, seed: int
    ) -> None:
        self._material = material
        self._config = config.index
        self._nearest = nearest
        ials, server = blend.parts.get(Ials.name), blend.parts.get(Server.name)
        content, bridge = blend.parts.get(Content.name), blend.parts.get(Bridge.name)
        self._ials = ials if isinstance(ials, Ials) else None
        self._server = server if isinstance(server, Server) else None
        self._content = content if isinstance(content, Content) else None
        self._bridge = bridge if isinstance(bridge, Bridge) else None
        self._postings = Postings(material.content, config.index)
        self._together = Together(material.ledger.likes, config.index)
        self._always = _liked(material, config)
        self._heard = np.zeros(len(material.catalogue), dtype=np.bool_)
        self._heard[material.ledger.likes.indices] = True
        self._reference = self._drawn(np.random.default_rng(seed))

    @classmethod
    def of(cls, material: Material, blend: Blend, config: EngineConfig, *, seed: int) -> Candidates | None:
        """Build what finds candidates, or nothing where there are few enough items to score all of them."""
        items = len(material.catalogue)
        if items < config.index.from_items:
            return None
        ials = blend.parts.get(Ials.name)
        vectors = ials.side.vectors[:items] if isinstance(ials, Ials) else None
        nearest = None if vectors is None else Nearest.of(vectors, config.index, seed=seed)
        return cls(material, blend, config, nearest, seed=seed)

    @classmethod
    def restore(
        cls, material: Material, blend: Blend, config: EngineConfig, arrays: Arrays, *, seed: int
    ) -> Candidates | None:
        """Take over what `arrays` gave."""
        if len(material.catalogue) < config.index.from_items:
            return None
        nearest = Nearest.restore(arrays) if Ials.name in blend.parts else None
        return cls(material, blend, config, nearest, seed=seed)

    def arrays(self) -> Arrays:
        """Give the graph; everything else is quickly made anew."""
        return {} if self._nearest is None else self._nearest.arrays()

    def find(
        self,
        asked: Asked,
        *,
        also: Positions,
        more: int = 0,
        content: float = 1.0,
        wishes: Floats | None = None,
    ) -> Found:
        """Find what is worth scoring for one question: `also` these, and `more` than usual, as so many are not shown.

        `content` tells what content weighs beside the usual; `wishes` is what is asked for in words, shape (columns,).
        """
        most = self._config
        evidence = cast(Positions, asked.evidence.indices)
        touched = np.array(self._material.ledger.touched[-most.touched :], dtype=np.intp)
        found = [self._always, touched, evidence, also, self._together.best(evidence, asked.evidence.data)]
        more = min(more, most.nearest)
        if self._nearest is not None and self._ials is not None:
            found.append(self._nearest(self._ials.questions(asked)[0], most.nearest + more))
        if self._content is not None:
            amount = min(max(content, 0.5), 2.0)
            profile = self._content.profiles(asked)[0]
            found.append(self._postings.best(profile, int(amount * most.alike) + more, amount**2))
        if wishes is not None:
            found.append(self._postings.best(wishes, most.alike + more))
        if self._bridge is not None:
            found.append(self._postings.best(self._bridge.profiles(asked)[0], most.carried, 0.5))
        if self._server is not None:
            found.append(_around(self._server.company(asked, 0), most.around))
        return self._with_reference(np.unique(np.concatenate(found)).astype(np.intp))

    def _drawn(self, rng: np.random.Generator) -> Positions:
        """Draw the reference, half of it from what somebody likes and half from all else; ascending."""
        half = self._config.reference // 2
        drawn = [
            rng.choice(some, min(half, len(some)), replace=False)
            for some in (np.flatnonzero(self._heard), np.flatnonzero(~self._heard))
        ]
        return np.sort(np.concatenate(drawn)).astype(np.intp)

    def _with_reference(self, found: Positions) -> Found:
        """Add the reference: each item of it that was not found stands for a part of what else was not found."""
        rest = np.delete(self._reference, found_in(found, self._reference)[1])
        positions = np.concatenate([found, rest])
        counts = np.ones(len(positions))
        drawn = np.arange(len(positions)) >= len(found)
        heard = self._heard[positions]
        liked = int(self._heard.sum())
        for which, size in ((heard, liked), (~heard, len(self._heard) - liked)):
            left = size - int((which & ~drawn).sum())
            counts[which & drawn] = left / max(int((which & drawn).sum()), 1)
        order = np.argsort(positions)
        return Found(positions[order], counts[order])


class Together:
    """What those rows hold that hold most of the evidence; a rare item of it counts more."""

    def __init__(self, rows: Csr, config: IndexConfig) -> None:
        self._rows = rows
        self._by_item = narrow(transposed(rows))
        self._count = config.together
        self._rarity = (1 / np.sqrt(1 + np.diff(self._by_item.indptr))).astype(np.float32)

    def best(self, items: Positions, weights: Floats) -> Positions:
        """Give the best items of the nearest rows."""
        liked = np.flatnonzero(weights > 0)
        pull = (weights * self._rarity[items])[liked]
        near = times_transposed(pick_rows(self._by_item, items[liked]), pull)
        rows = largest(near, _ROWS)
        rows = rows[near[rows] > 0]
        theirs = pick_rows(self._rows, rows)
        found, places = np.unique(theirs.indices, return_inverse=True)
        sums = np.bincount(places, np.repeat(near[rows], np.diff(theirs.indptr)), minlength=len(found))
        return found[largest(sums * self._rarity[found], self._count)].astype(np.intp)


class Postings:
    """The items of each tag, artist, album, era and audio feature, those first whose vectors have most of it.

    What lies below the mean of an audio feature has a column of its own, behind all others.
    """

    def __init__(self, space: ContentSpace, config: IndexConfig) -> None:
        self._budget = config.postings
        self._vectors = space.vectors
        wanted = np.isin(space.block, list(Block))
        two_sided = np.isin(space.block, [Block.AUDIO, Block.ESTIMATED])
        by_column = transposed(space.vectors)
        lists = [
            _longest(*row_entries(by_column, column), sign=sign, most=config.postings)
            if wanted[column] and (sign > 0 or two_sided[column])
            else _NONE
            for sign in (1, -1)
            for column in range(len(wanted))
        ]
        self._lengths = np.array([len(items) for items, _ in lists], dtype=np.intp)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._items = np.concatenate([np.empty(0, dtype=np.int32), *(items for items, _ in lists)])
        self._values = np.concatenate([np.empty(0, dtype=np.float32), *(values for _, values in lists)])
        self._most = np.array([values[0] if len(values) else 0 for _, values in lists], dtype=np.float32)
        self._sums = np.zeros(space.vectors.shape[0], dtype=np.float32)
        self._last = np.zeros(space.vectors.shape[0], dtype=np.int32)

    def best(self, profile: Floats, count: int, effort: float = 1.0) -> Positions:
        """Give about `count` items with the largest products with `profile`, shape (columns,).

        The columns that can bring most are read, each from its best item on, as far as the budget (by `effort`) goes.
        What has most by these columns is then judged by all of them.
        """
        pull = np.concatenate([np.maximum(profile, 0), np.maximum(-profile, 0)])
        worth = pull * self._most
        columns = np.flatnonzero(worth)
        columns = columns[np.argsort(-worth[columns], kind="stable")][:_COLUMNS]
        if not len(columns):
            return np.empty(0, dtype=np.intp)
        lengths = _shared_out(self._lengths[columns], int(effort * self._budget))
        ends = np.cumsum(lengths)
        places = np.arange(int(ends[-1])) + np.repeat(self._starts[columns] - ends + lengths, lengths)
        items = self._items[places]
        np.add.at(self._sums, items, self._values[places] * np.repeat(pull[columns], lengths))
        self._last[items] = np.arange(len(items))
        items = items[self._last[items] == np.arange(len(items))]
        sums = self._sums[items]
        self._sums[items] = 0
        items = items[largest(sums, _JUDGED * count)].astype(np.intp)
        return items[largest(times(pick_rows(self._vectors, items), profile), count)]


def largest(values: Floats | Doubles, count: int) -> Positions:
    """Give the places of the `count` largest values, in no order."""
    if count >= len(values):
        return np.arange(len(values))
    return np.argpartition(-values, count)[:count]


def _shared_out(lengths: Positions, budget: int) -> Positions:
    """Cut lists of these lengths so that all of them fit the budget; what short ones leave goes to the long ones."""
    room = max(budget // len(lengths), 1)
    long = int((lengths > room).sum())
    if long:
        room += max(budget - int(np.minimum(lengths, room).sum()), 0) // long
    return np.minimum(lengths, room)


def _longest(items: Positions, values: Floats, *, sign: int, most: int) -> tuple[_Short, Floats]:
    """Give the items with the largest values above 0, largest first, `most` of them."""
    values = values * np.float32(sign)
    above = np.flatnonzero(values > 0)
    order = above[np.argsort(-values[above], kind="stable")[:most]]
    return items[order].astype(np.int32), values[order]


def _around(company: Company, count: int) -> Positions:
    """Give what those near the asker like: the best by their likeness to the asker, and by their number."""
    if len(company.items) <= count:
        return company.items
    likers = np.diff(company.by_item.indptr).astype(np.float32)
    best = [largest(by, count // 2) for by in (likers, times(company.by_item, company.pull))]
    return company.items[np.concatenate(best)]


def _liked(material: Material, config: EngineConfig) -> Positions:
    """Give what is most liked by all members and the catalogue, and the same of what is fresh."""
    liked = Popularity(config).learn(material).rates(Asker()).prior
    released = material.catalogue.released.astype(np.float64)
    newest = float(np.nanmax(released)) if np.isfinite(released).any() else 0.0
    age = np.nan_to_num(newest - released, nan=np.inf) * _YEAR_DAYS
    fresh = liked * 0.5 ** (age / config.popularity.fresh_half_life_days)
    most = config.index
    return np.concatenate([largest(liked, most.popular), largest(fresh, most.fresh)])
