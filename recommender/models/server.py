"""The server's own collaborative signal: what those near the asker like, the more alike the more.

With X the rows of the asker's server (and friends), q the evidence, D the popularity scalings and R the trust in
each row, s = D_target Xᵀ R (X D_source q): user-based neighbourhoods (Sarwar et al. 2000) with the scaling of
RP3beta (Paudel et al. 2017). Nothing is fitted, so every tap of the server counts at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.ledger import Near
from recommender.material import Material
from recommender.models.base import Asked, Asker, ItemModel
from recommender.sparse import (
    Csr,
    Doubles,
    Floats,
    Positions,
    entries_of,
    found_in,
    from_parts,
    row_entries,
    times,
    transposed,
)
from recommender.types import MemberId


@dataclass(frozen=True, slots=True)
class Company:
    """Those near one asker, and how much each of them shares the evidence."""

    near: Near
    items: Positions
    """What any of them likes, ascending; shape (liked,)."""
    by_item: Csr
    """Their likes by item; csr of shape (liked, near)."""
    trust: Floats
    """Weight of each row by its length; shape (near,)."""
    pull: Floats
    """Likeness to the evidence times trust; shape (near,)."""

    def likers(self, position: int | np.intp) -> tuple[Positions, Floats]:
        """Give the places of those who like an item, and their likes."""
        place = int(np.searchsorted(self.items, position))
        if place == len(self.items) or self.items[place] != position:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
        return row_entries(self.by_item, place)


class Server(ItemModel):
    """User-based neighbourhoods among those near the asker."""

    name: ClassVar[str] = "server"
    _last: tuple[Asked, int, int, Company] | None = None
    """What was gathered last: one question asks for it three times."""

    def _begin(self, material: Material) -> None:
        super()._begin(material)
        self._last = None

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Score by neighbourhood, one question after the other."""
        size = asked.evidence.shape[1] if among is None else len(among)
        found = [self._scores(asked, number, among) for number in range(len(asked))]
        return np.stack(found) if found else np.empty((0, size), dtype=np.float32)

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence."""
        company = self.company(asked, 0)
        evidence, weights = self._weighed(asked, 0)
        target = self._scaling(positions, self.config.server.target_scaling)
        likes = _dense(company, positions) * company.trust[:, None] * target
        return likes.T @ (_dense(company, evidence) * weights)

    def trust(self, asked: Asked) -> Doubles:
        """Tell how much is known of those near each asker, 0 to 1: gamma = m / (m + kappa) for m likes."""
        known = np.array([float(self.company(asked, number).near.likes.nnz) for number in range(len(asked))])
        return known / (known + self.config.server.kappa)

    def members(self, company: Company, position: int) -> dict[MemberId, float]:
        """Divide the score of one item among the members behind it; none of them has a part of 0."""
        places, likes = company.likers(position)
        target = float(self._scaling(np.array([position]), self.config.server.target_scaling)[0])
        found: defaultdict[MemberId, float] = defaultdict(float)
        for place, like in zip(places, likes, strict=True):
            found[MemberId(int(company.near.members[place]))] += float(company.pull[place] * like) * target
        return {who: part for who, part in found.items() if part}

    def company(self, asked: Asked, number: int) -> Company:
        """Gather those near the asker of one question."""
        version = self.material.ledger.version
        if self._last is None or self._last[:3] != (asked, number, version):
            self._last = (asked, number, version, self._gathered(asked, number))
        return self._last[3]

    def _gathered(self, asked: Asked, number: int) -> Company:
        asker: Asker = asked.askers[number]
        friends = self.material.circles.near(asker.member)
        near = self.material.ledger.near(asker.group, asker.member, friends)
        lengths = np.sqrt(np.add.reduceat(np.append(near.likes.data**2, 0), near.likes.indptr[:-1]))
        lengths[np.diff(near.likes.indptr) == 0] = 0
        trust = (1 / (lengths + self.config.server.row_shrinkage)).astype(np.float32)
        different, columns = np.unique(near.likes.indices, return_inverse=True)
        items = different.astype(np.intp)
        likes = from_parts(near.likes.data, columns, near.likes.indptr, (near.likes.shape[0], len(items)))
        wanted = np.zeros(len(items), dtype=np.float32)
        evidence, weights = self._weighed(asked, number)
        places, liked = found_in(items, evidence)
        np.add.at(wanted, places, weights[liked])
        return Company(near, items, transposed(likes), trust, trust * times(likes, wanted))

    def _scores(self, asked: Asked, number: int, among: Positions | None) -> Floats:
        company = self.company(asked, number)
        scaling = self._scaling(company.items, self.config.server.target_scaling)
        scores = np.zeros(asked.evidence.shape[1] if among is None else len(among), dtype=np.float32)
        of_items = times(company.by_item, company.pull) * scaling
        if among is None:
            scores[company.items] = of_items
        else:
            places, liked = found_in(company.items, among)
            scores[liked] = of_items[places]
        return scores

    def _weighed(self, asked: Asked, number: int) -> tuple[Positions, Floats]:
        positions, weights = row_entries(asked.evidence, number)
        return positions, weights * self._scaling(positions, self.config.server.source_scaling)

    def _scaling(self, positions: Positions, exponent: float) -> Floats:
        return (1 + self.material.ledger.liked[positions]) ** np.float32(-exponent)


def _dense(company: Company, positions: Positions) -> Floats:
    """Lay out the likes of a few items; shape (near, positions)."""
    dense = np.zeros((len(company.trust), len(positions)), dtype=np.float32)
    places, liked = found_in(company.items, positions)
    at, pointers = entries_of(company.by_item, places)
    dense[company.by_item.indices[at], np.repeat(liked, np.diff(pointers))] = company.by_item.data[at]
    return dense
