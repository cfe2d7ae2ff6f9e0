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
from recommender.models.content import Content
from recommender.models.ease import inverted
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    csr,
    pick_rows,
    row_entries,
    row_numbers,
    scaled,
    transposed,
)


class Bridge(ItemModel):
    """Company's scores, carried over by content."""

    name: ClassVar[str] = "bridge"
    support: Positions
    """The items S; shape (support,)."""
    _place: Positions
    """Place of each item in S, or -1; shape (items,)."""
    _columns: Csr
    """Content vectors of S by column; csr of shape (columns, support)."""
    _known: Floats
    """How known each item is, standardised over S; shape (items,)."""
    _carry: Floats
    """What liking one item of S adds to (K + ridge I)⁻¹ t; shape (support, support)."""

    def learn(self, material: Material) -> Self:
        """Regress on the items that most rows share."""
        super().learn(material)
        config = self.config.bridge
        rows = material.ledger.likes
        shared = np.bincount(rows.indices, minlength=rows.shape[1])
        most = config.large_most_items if rows.shape[1] > config.large_items else config.most_items
        able = (shared >= config.least_rows) & (np.diff(material.content.vectors.indptr) > 0)
        largest = np.argsort(-np.where(able, shared, 0), kind="stable")[:most]
        self._at(np.sort(largest[able[largest]]).astype(np.intp))
        company, scale = self._company(rows, shared[self.support])
        kernel = self._kernel().astype(np.float64)
        kernel[np.diag_indices_from(kernel)] += config.ridge
        self._carry = (solved(kernel, company.T).T * scale[:, None]).astype(np.float32)
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Carry what company says of the evidence over to every item."""
        carried = self._carried(asked.evidence)
        return self._read(self._profiles(carried), among) + self._lift(carried, among)

    def beside(self, content: Content, asked: Asked, among: Positions | None) -> tuple[Floats, Floats]:
        """Score by content alone and by this model, in one pass over the content vectors."""
        carried = self._carried(asked.evidence)
        profiles = np.concatenate([content.profiles(asked), self._profiles(carried)])
        both = self._read(profiles, among)
        return both[: len(asked)], both[len(asked) :] + self._lift(carried, among)

    def profiles(self, asked: Asked) -> Floats:
        """Write what company says of the evidence as content vectors; shape (questions, columns)."""
        return self._profiles(self._carried(asked.evidence))

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence; what is outside S has no part."""
        items, weights = row_entries(asked.evidence, 0)
        places = self._place[items]
        inside = places >= 0
        shares = np.zeros((len(positions), len(items)))
        likeness: Any = pick_rows(self.material.content.vectors, positions) @ self._columns
        known = np.outer(self._known[positions], self._known[self.support])
        kernel = likeness.toarray() + np.float32(self.config.bridge.known) * known
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

    def _carried(self, evidence: Csr) -> Floats:
        """Give (K + ridge I)⁻¹ t for each question; shape (questions, support)."""
        places = self._place[evidence.indices]
        inside = places >= 0
        if evidence.shape[0] == 1:
            return (evidence.data[inside] @ self._carry[places[inside]])[None, :]
        rows = row_numbers(evidence)[inside]
        chosen = csr(evidence.data[inside], rows, places[inside], (evidence.shape[0], len(self.support)))
        product: Any = chosen @ self._carry
        return np.asarray(product, dtype=np.float32)

    def _profiles(self, carried: Floats) -> Floats:
        """Write what is carried as content vectors; shape (questions, columns)."""
        product: Any = self._columns @ carried.T
        return np.asarray(product, dtype=np.float32).T

    def _read(self, profiles: Floats, among: Positions | None) -> Floats:
        return self.material.content.products(profiles, among)

    def _lift(self, carried: Floats, among: Positions | None) -> Floats:
        """What being known adds; shape (questions, items)."""
        known = self._known if among is None else self._known[among]
        lifted = np.float32(self.config.bridge.known) * (carried @ self._known[self.support])
        return lifted[:, None] * known

    def _at(self, support: Positions) -> None:
        self.support = support
        catalogue = self.material.catalogue
        self._columns = transposed(pick_rows(self.material.content.vectors, support))
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

    def _kernel(self) -> Floats:
        """Likeness within S; shape (support, support)."""
        vectors = pick_rows(self.material.content.vectors, self.support)
        product: Any = vectors @ self._columns
        known = np.outer(self._known[self.support], self._known[self.support]) + 1.0
        weighed = (self.config.bridge.known * known).astype(np.float32)
        return np.asarray(product.toarray(), dtype=np.float32) + weighed


def solved(kernel: Doubles, right: Doubles) -> Doubles:
    """Give kernel⁻¹ right for a symmetric positive definite kernel, which is overwritten."""
    if not len(kernel):
        return right
    factor: Any = cho_factor(kernel, overwrite_a=True, check_finite=False)
    return np.asarray(cast(Any, cho_solve)(factor, right, check_finite=False), dtype=np.float64)
