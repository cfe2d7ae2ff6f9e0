"""The bridge from what items are like to what company would say of them: for items that nobody has heard yet.

On the items S that enough rows share, EASE says what company makes of a member's evidence x: t = B x, with a zero
diagonal. Kernel ridge regression carries t over to every item by its content vector: with V the content vectors, p
how known an item is (standardised), the kernel k(i, j) = v_i·v_j + w (p_i p_j + 1) and K over S,
s_i = k(i, S) (K + ridge I)⁻¹ t. All of it is linear in x.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, cast

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from recommender.material import Material
from recommender.models.base import Asked, ItemModel
from recommender.models.ease import inverted
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    pick_rows,
    row_entries,
    scaled,
)


class Bridge(ItemModel):
    """Company's scores, carried over by content."""

    name: ClassVar[str] = "bridge"
    support: Positions
    """The items S; shape (support,)."""
    _place: Positions
    """Place of each item in S, or -1; shape (items,)."""
    _carry: Floats
    """What liking one item of S adds to (K + ridge I)⁻¹ t; shape (support, support)."""

    def learn(self, material: Material) -> Self:
        """Regress on the items that most rows share."""
        super().learn(material)
        config = self.config.bridge
        rows = material.ledger.likes
        shared = np.bincount(rows.indices, minlength=rows.shape[1])
        able = (shared >= config.least_rows) & (np.diff(material.content.vectors.indptr) > 0)
        largest = np.argsort(-np.where(able, shared, 0), kind="stable")[: config.most_items]
        self._at(np.sort(largest[able[largest]]).astype(np.intp))
        company, scale = self._company(rows, shared[self.support])
        kernel = self._kernel(self.support).astype(np.float64)
        kernel[np.diag_indices_from(kernel)] += config.ridge
        factor: Any = cho_factor(kernel, overwrite_a=True, check_finite=False) if len(kernel) else None
        solved: Any = cho_solve(factor, company.T, check_finite=False) if len(kernel) else company
        self._carry = (solved.T * scale[:, None]).astype(np.float32)
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Carry what company says of the evidence over to every item."""
        evidence: Any = asked.evidence
        carried = np.asarray(evidence[:, self.support] @ self._carry, dtype=np.float32)
        vectors = self.material.content.vectors
        profile: Any = pick_rows(vectors, self.support).T @ carried.T
        chosen = vectors if among is None else pick_rows(vectors, among)
        product: Any = chosen @ np.asarray(profile, dtype=np.float32)
        known = self._known if among is None else self._known[among]
        weight = np.float32(self.config.bridge.known)
        lifted = weight * (carried @ self._known[self.support])
        return np.ascontiguousarray(np.asarray(product, dtype=np.float32).T) + lifted[:, None] * known

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence; what is outside S has no part."""
        items, weights = row_entries(asked.evidence, 0)
        places = self._place[items]
        inside = places >= 0
        shares = np.zeros((len(positions), len(items)))
        kernel = self._kernel(positions, constant=False)
        shares[:, inside] = (kernel @ self._carry[places[inside]].T) * weights[inside]
        return shares

    def arrays(self) -> Arrays:
        """Give S and what each item of it carries."""
        return {"bridge.support": self.support, "bridge.carry": self._carry}

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take both over."""
        super().restore(material, arrays)
        self._at(arrays["bridge.support"])
        self._carry = arrays["bridge.carry"]
        return self

    def _at(self, support: Positions) -> None:
        self.support = support
        catalogue = self.material.catalogue
        self._place = np.full(len(catalogue), -1, dtype=np.intp)
        self._place[support] = np.arange(len(support))
        known = catalogue.popularity.astype(np.float64)
        inside = known[support]
        mean = float(np.nanmean(inside)) if np.isfinite(inside).any() else 0.0
        deviation = float(np.nanstd(inside)) if np.isfinite(inside).any() else 0.0
        self._known = (np.nan_to_num(known - mean) / max(deviation, 1e-6) * (deviation > 0)).astype(
            np.float32
        )

    def _company(self, rows: Csr, shared: Positions) -> tuple[Doubles, Doubles]:
        """EASE over S with a zero diagonal: what evidence j (row) adds to i (column), before scaling j."""
        config = self.config.bridge
        scale = np.maximum(shared, 1.0) ** (-config.popularity / 2)
        chosen: Any = cast(Any, rows)[:, self.support]
        binary = cast(Csr, chosen.tocsr())
        binary.data = np.ones_like(binary.data)
        matrix: Any = scaled(binary, scale.astype(np.float32)).astype(np.float64)
        inverse = inverted((matrix.T @ matrix).toarray(), config.company_ridge).astype(np.float64)
        company = -inverse / np.maximum(inverse.diagonal(), 1e-12) if len(inverse) else inverse
        np.fill_diagonal(company, 0)
        return company, scale

    def _kernel(self, positions: Positions, *, constant: bool = True) -> Floats:
        """Likeness of `positions` to S; shape (positions, support)."""
        vectors = self.material.content.vectors
        product: Any = pick_rows(vectors, positions) @ pick_rows(vectors, self.support).T
        known = np.outer(self._known[positions], self._known[self.support]) + float(constant)
        return np.asarray(product.toarray(), dtype=np.float32) + np.float32(self.config.bridge.known) * known
