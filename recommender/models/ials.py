"""iALS: implicit matrix factorisation by alternating least squares (Hu et al. 2008), regularised as in Rendle et al. (2021).

A row u with evidence w has p_u = A_u⁻¹ Σ_j w_uj q_j with A_u = a0 G + Σ_j |w_uj| q_j q_jᵀ + ridge (n_u + a0 N)^nu I and
G = QᵀQ. Every solve is exact. In the eigenbasis of a0 G the matrix without the evidence is diagonal, so a row shorter
than the dimensions is solved in the size of its evidence (Woodbury), many rows of one length at a time.

The ridge of an item draws it not to 0 but to W f_i, a linear map of its features f_i (tags, artist, audio), as in the
regression-based latent factor models of Agarwal and Chen (2009); W is the ridge regression of the item vectors on the
features, anew in every sweep. An item that nobody has heard stands where its features put it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

import numpy as np
from scipy.linalg import blas, cho_factor, cho_solve, lapack

from recommender.material import Material
from recommender.models.base import Asked, ItemModel
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    empty,
    pick_rows,
    row_entries,
    scaled,
    side_by_side,
    transposed,
    under,
)

_CHUNK = 4_096
_SIDE = ("vectors", "spectrum", "basis")
_BATCH = 6_000_000
"""Numbers held at a time while rows of nearly one length are solved."""


@dataclass(frozen=True, slots=True)
class Side:
    """The vectors that rows are solved against, in the eigenbasis of their weighted Gram."""

    vectors: Floats
    """Shape (vectors, dimensions)."""
    spectrum: Doubles
    """Eigenvalues of a0 G; shape (dimensions,)."""
    basis: Floats
    """Eigenvectors by column; rotated @ basis.T turns back."""

    @classmethod
    def of(cls, vectors: Floats, unobserved: float) -> Side:
        """Rotate `vectors`."""
        gram = np.zeros((vectors.shape[1],) * 2)
        for start in range(0, len(vectors), _CHUNK):
            part = vectors[start : start + _CHUNK]
            gram += part.T @ part
        spectrum, basis = np.linalg.eigh(unobserved * gram)
        turned = basis.astype(np.float32)
        return cls(np.ascontiguousarray(vectors @ turned), np.maximum(spectrum, 0), turned)


@dataclass(frozen=True, slots=True)
class Prior:
    """Where features put the vectors of items: F W with W = argmin Σ_i r_i |v_i - f_i W|² + strength |W|²."""

    features: Csr
    """F, rows of length 1; csr of shape (items, features)."""
    weighed: Csr
    """Fᵀ diag(r); csr of shape (features, items)."""
    factor: Any
    """Cholesky factor of Fᵀ diag(r) F + strength I."""

    @classmethod
    def of(cls, features: Csr, ridges: Doubles, strength: float) -> Self | None:
        """Prepare the regression on `features`, csr of shape (features, items); none without features or strength."""
        if not strength or not features.nnz:
            return None
        squares: Any = features.multiply(features)
        lengths = np.sqrt(np.asarray(squares.sum(axis=0)).ravel())
        by_feature = scaled(features, (1 / np.maximum(lengths, 1e-9)).astype(np.float32))
        weighed = scaled(by_feature, ridges.astype(np.float32))
        by_item = transposed(by_feature)
        product: Any = weighed.astype(np.float64) @ by_item.astype(np.float64)
        gram = product.toarray()
        gram[np.diag_indices_from(gram)] += strength
        return cls(by_item, weighed, cho_factor(gram, lower=True, overwrite_a=True, check_finite=False))

    def drawn(self, vectors: Floats) -> Floats:
        """Give F W for these vectors; those beyond the items have no features and are drawn to 0."""
        items = self.features.shape[0]
        right: Any = self.weighed @ vectors[:items]
        found = cast(Any, cho_solve)(self.factor, right.astype(np.float64), check_finite=False)
        places: Any = self.features @ found.astype(np.float32)
        return np.concatenate([places, np.zeros_like(vectors[items:])]).astype(np.float32)


class Ials(ItemModel):
    """Item vectors; a question's vector is solved from its evidence."""

    name: ClassVar[str] = "ials"

    sides: tuple[Side, ...]
    """The item vectors of each fit, rotated; a score is the sum of what the fits say."""

    @property
    def side(self) -> Side:
        """The item vectors of the first fit."""
        return self.sides[0]

    def learn(self, material: Material) -> Self:
        """Fit once for each weight of feature rows; where there are many items, for the first alone."""
        super().learn(material)
        config = self.config.ials
        large = len(material.catalogue) > config.large_items
        weights = config.features[:1] if large else config.features
        self.sides = tuple(self._fitted(material, weight) for weight in weights)
        return self

    def _fitted(self, material: Material, weight: float) -> Side:
        """Alternate between rows and items, starting from small random item vectors."""
        config = self.config.ials
        around = material.surroundings.rows(material.ledger.owners, config.surroundings)
        rows = side_by_side([material.ledger.likes, around])
        features = side_by_side([material.features, empty((material.features.shape[0], around.shape[1]))])
        stacked = under(rows, features * np.float32(weight)) if weight else rows
        stacked = pick_rows(stacked, np.flatnonzero(np.diff(stacked.indptr)))
        by_item = transposed(stacked)
        columns, items = by_item.shape[0], len(material.catalogue)
        large = items > config.large_items
        wide = config.large_dimensions if large else config.dimensions
        # Few rows cannot tell many dimensions apart.
        dimensions = min(wide, max(32, stacked.shape[0] // config.rows_per_dimension))
        dimensions = max(1, min(dimensions, *stacked.shape))
        rng = np.random.default_rng(self.seed)
        vectors = rng.standard_normal((columns, dimensions)).astype(np.float32) * (0.1 / np.sqrt(dimensions))
        vectors[np.diff(by_item.indptr) == 0] = 0
        ridges = self._ridges(by_item)
        prior = Prior.of(material.features, ridges[:items], config.prior)
        for _ in range(config.sweeps if stacked.nnz else 0):
            found = self._solve(stacked, Side.of(vectors.astype(np.float32), config.unobserved))
            side = Side.of(found, config.unobserved)
            drawn = None if prior is None else prior.drawn(vectors) @ side.basis
            vectors = solve(by_item, side, ridges, drawn) @ side.basis.T
        return Side.of(vectors.astype(np.float32), config.unobserved)

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Multiply each question's vector by the items'."""
        evidence = self._evidence(asked)
        ridges = self._asked_ridges(evidence)
        chosen = slice(asked.evidence.shape[1]) if among is None else among
        return sum(
            (solve(evidence, side, ridges) @ side.vectors[chosen].T for side in self.sides[1:]),
            solve(evidence, self.side, ridges) @ self.side.vectors[chosen].T,
        )

    def questions(self, asked: Asked) -> Floats:
        """Give each question's vector, in the basis of `side`; shape (questions, dimensions)."""
        evidence = self._evidence(asked)
        return solve(evidence, self.side, self._asked_ridges(evidence))

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence: q_iᵀ A_u⁻¹ q_j w_j."""
        return self.split(asked, positions)[0]

    def split(self, asked: Asked, positions: Positions) -> tuple[Doubles, Doubles]:
        """Divide the scores among the evidence, and the asker's server and friends as a whole."""
        extended = self._evidence(asked)
        items, weights = row_entries(extended, 0)
        ridge = float(self._asked_ridges(extended)[0])
        parts = np.zeros((len(positions), len(items)))
        for side in self.sides:
            solved = _solved(side, items, weights, ridge, side.vectors[positions])
            parts += (solved @ side.vectors[items].T.astype(np.float64)) * weights
        own = int(asked.evidence.indptr[1])
        return parts[:, :own], parts[:, own:].sum(axis=1)

    def _evidence(self, asked: Asked) -> Csr:
        """Add where the askers are; their entries come after those of the items."""
        return self.material.surroundings.beside(asked.evidence, asked.askers, self.config.ials.surroundings)

    def arrays(self) -> Arrays:
        """Give the item vectors."""
        return {
            f"ials.{number}.{name}": getattr(side, name)
            for number, side in enumerate(self.sides)
            for name in _SIDE
        }

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take the item vectors over."""
        super().restore(material, arrays)
        fits = sum(name.startswith("ials.") and name.endswith(".vectors") for name in arrays)
        self.sides = tuple(
            Side(*(arrays[f"ials.{number}.{name}"] for name in _SIDE)) for number in range(fits)
        )
        return self

    def _solve(self, rows: Csr, side: Side) -> Floats:
        return solve(rows, side, self._ridges(rows)) @ side.basis.T

    def _asked_ridges(self, evidence: Csr) -> Doubles:
        """Hold a question of n entries nearer to the common taste: 1 + (few / n)² times the ridge of a learnt row."""
        entries = np.maximum(np.diff(evidence.indptr), 1)
        return self._ridges(evidence) * (1 + (self.config.ials.few / entries) ** 2)

    def _ridges(self, rows: Csr) -> Doubles:
        config = self.config.ials
        frequency = np.diff(rows.indptr) + config.unobserved * rows.shape[1]
        return config.ridge * frequency**config.exponent


def solve(rows: Csr, side: Side, ridges: Doubles, drawn: Floats | None = None) -> Floats:
    """Solve every row for its vector in the basis of `side`; shape (rows, dimensions).

    `drawn` is where the ridge draws each vector to, in the same basis, instead of to 0; shape (rows, dimensions).
    """
    lengths = np.diff(rows.indptr)
    dimensions = side.vectors.shape[1]
    # What is drawn to, without any evidence: ridge m / (spectrum + ridge).
    out = np.zeros((len(lengths), dimensions), dtype=np.float32) if drawn is None else drawn.copy()
    if drawn is not None:
        for start in range(0, len(out), _CHUNK):
            some = ridges[start : start + _CHUNK, None]
            out[start : start + _CHUNK] *= some / (side.spectrum + some)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    start = 0
    while start < len(order):
        length = int(lengths[order[start]])
        if length >= dimensions:
            for row in order[start:]:
                out[row] = _long(rows, int(row), side, float(ridges[row]), out[row])
            break
        # Rows up to 8 % longer join, filled up with zeros.
        longest = min(max(length + 2, int(1.08 * length)), dimensions - 1)
        same = int(np.searchsorted(lengths[order], longest, side="right"))
        room = max(1, _BATCH // (longest * (dimensions + longest)))
        batch = order[start : min(same, start + room)]
        out[batch] += _short(rows, batch, side, ridges[batch], None if drawn is None else out[batch])
        start += len(batch)
    return out


def _solved(side: Side, items: Positions, weights: Floats, ridge: float, right: Floats) -> Doubles:
    """Give A⁻¹ r for each row r of `right`, in the size of the evidence (Woodbury)."""
    diagonal = side.spectrum + ridge
    evidence = side.vectors[items] * np.sqrt(np.abs(weights))[:, None]
    weighed = evidence / diagonal
    small = weighed @ evidence.T
    small[np.diag_indices_from(small)] += 1
    plain = right / diagonal
    return plain - np.linalg.solve(small, evidence @ plain.T).T @ weighed


def _long(rows: Csr, row: int, side: Side, ridge: float, before: Floats) -> Floats:
    """Solve one row; `before` is its vector without the evidence."""
    items, weights = row_entries(rows, row)
    vectors = side.vectors[items]
    evidence = vectors * np.sqrt(np.abs(weights))[:, None]
    matrix = blas.ssyrk(np.float32(1), evidence.T)
    diagonal = (side.spectrum + ridge).astype(np.float32)
    np.einsum("ii->i", matrix)[:] += diagonal
    right = weights @ vectors + diagonal * before
    return cast(Floats, lapack.sposv(matrix, right, overwrite_a=1, overwrite_b=1)[1])


def _short(rows: Csr, batch: Positions, side: Side, ridges: Doubles, before: Floats | None) -> Floats:
    """Solve rows of nearly one length for what the evidence changes in the vectors `before` it, x - x0.

    x = x0 + D⁻¹ Zᵀ (I + Z D⁻¹ Zᵀ)⁻¹ (s - Z x0) with Z = sqrt|w| q and s = sign(w) sqrt|w|.
    """
    starts = rows.indptr[batch]
    lengths = rows.indptr[batch + 1] - starts
    places = np.arange(int(lengths.max()))[None, :]
    inside = places < lengths[:, None]
    at = np.where(inside, starts[:, None] + places, 0)
    weights = np.where(inside, rows.data[at], np.float32(0))
    root = np.sqrt(np.abs(weights))
    vectors = side.vectors[rows.indices[at]] * root[:, :, None]
    scaled = vectors / (side.spectrum[None, :] + ridges[:, None]).astype(np.float32)[:, None, :]
    small = vectors @ scaled.transpose(0, 2, 1)
    small[:, places[0], places[0]] += 1
    right = (np.sign(weights) * root)[:, :, None]
    solved = np.linalg.solve(small, right if before is None else right - vectors @ before[:, :, None])
    return (scaled * solved).sum(axis=1)
