"""RP3beta: random walks item - row - item, popular ends damped (Paudel et al. 2017).

With X the rows, r their sizes and c the items' sizes, the walk from evidence q scores
q diag(c)^-alpha (X^alpha)ᵀ diag(r)^-alpha X^alpha diag(c)^-beta. It stays in its factors: no item-by-item matrix.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, cast

import numpy as np

from recommender.features import kin_rows
from recommender.material import Material
from recommender.models.base import Asked, ItemModel
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    from_parts,
    packed,
    pick_rows,
    row_entries,
    scaled,
    transposed,
    under,
    unpacked,
)

_LEAST = 1e-30
"""Sizes up to this are none: what undoes them would leave single precision."""


class Rp3beta(ItemModel):
    """Three-step walks over members, baskets and features."""

    name: ClassVar[str] = "rp3beta"

    out: Csr
    """Steps from rows to items; csr of shape (items, rows)."""
    _start: Floats
    _end: Floats

    def learn(self, material: Material) -> Self:
        """Lay out both steps of the walk."""
        super().learn(material)
        config = self.config.walk
        rows = material.ledger.likes
        stacked = under(rows, material.features * np.float32(config.features)) if config.features else rows
        if config.kin and material.dataset is not None:
            kin = kin_rows(material.dataset, material.catalogue)
            stacked = under(stacked, kin * np.float32(config.kin))
        items = np.asarray(stacked.sum(axis=0), dtype=np.float64).ravel()
        sizes = np.asarray(stacked.sum(axis=1), dtype=np.float64).ravel()
        # Each of the two steps leaves a row by half of its damping.
        half = _damped(sizes, config.alpha / 2)[np.repeat(np.arange(len(sizes)), np.diff(stacked.indptr))]
        data = (stacked.data**config.alpha * half).astype(np.float32)
        walk = from_parts(data, cast(Positions, stacked.indices), stacked.indptr, cast(Any, stacked.shape))
        self.out = transposed(walk)
        # An item that nobody likes counts as one liked once: being unheard is no merit.
        liked = np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()
        ends = np.maximum(liked, 1) + (items - liked)
        self._start, self._end = _damped(items, config.alpha), _damped(ends, config.beta)
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Walk from the evidence."""
        ends = self.out if among is None else pick_rows(self.out, among)
        middle: Any = scaled(asked.evidence, self._start) @ self.out
        product: Any = ends @ middle.toarray().T
        end = self._end if among is None else self._end[among]
        return np.ascontiguousarray(np.asarray(product, dtype=np.float32).T) * end

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence."""
        items, weights = row_entries(asked.evidence, 0)
        product: Any = pick_rows(self.out, positions) @ pick_rows(self.out, items).T
        return np.asarray(product.toarray(), dtype=np.float64) * (
            self._end[positions, None] * self._start[items] * weights
        )

    def arrays(self) -> Arrays:
        """Give both steps."""
        return unpacked("rp3beta.out", self.out) | {"rp3beta.start": self._start, "rp3beta.end": self._end}

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take both steps over."""
        super().restore(material, arrays)
        self.out = packed("rp3beta.out", arrays)
        self._start, self._end = arrays["rp3beta.start"], arrays["rp3beta.end"]
        return self


def _damped(sizes: Doubles, exponent: float) -> Floats:
    damped = np.zeros(len(sizes), dtype=np.float32)
    damped[sizes > _LEAST] = sizes[sizes > _LEAST] ** -exponent
    return damped
