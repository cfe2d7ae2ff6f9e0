"""iALS: implicit matrix factorisation by alternating least squares (Hu et al. 2008), regularised as in Rendle et al. (2021).

A row u with evidence w has p_u = A_u⁻¹ Σ_j w_uj q_j with A_u = a0 G + Σ_j |w_uj| q_j q_jᵀ + ridge (n_u + a0 N)^nu I and
G = QᵀQ. Every solve is exact. In the eigenbasis of a0 G the matrix without the evidence is diagonal, so a row shorter
than the dimensions is solved in the size of its evidence (Woodbury), many rows of one length at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self, cast

import numpy as np
from scipy.linalg import lapack

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
    side_by_side,
    transposed,
    under,
)

_CHUNK = 4_096
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


class Ials(ItemModel):
    """Item vectors; a question's vector is solved from its evidence."""

    name: ClassVar[str] = "ials"

    side: Side
    """The item vectors, rotated."""

    def learn(self, material: Material) -> Self:
        """Alternate between rows and items, starting from small random item vectors."""
        super().learn(material)
        config = self.config.ials
        around = material.surroundings.rows(material.ledger.owners, config.surroundings)
        rows = side_by_side([material.ledger.likes, around])
        features = side_by_side([material.features, empty((material.features.shape[0], around.shape[1]))])
        stacked = under(rows, features * np.float32(config.features)) if config.features else rows
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
        for _ in range(config.sweeps if stacked.nnz else 0):
            found = self._solve(stacked, Side.of(vectors.astype(np.float32), config.unobserved))
            vectors = self._solve(by_item, Side.of(found, config.unobserved))
        self.side = Side.of(vectors.astype(np.float32), config.unobserved)
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Multiply each question's vector by the items'."""
        side, evidence = self.side, self._evidence(asked)
        vectors = side.vectors[: asked.evidence.shape[1]] if among is None else side.vectors[among]
        return solve(evidence, side, self._ridges(evidence)) @ vectors.T

    def questions(self, asked: Asked) -> Floats:
        """Give each question's vector, in the basis of `side`; shape (questions, dimensions)."""
        evidence = self._evidence(asked)
        return solve(evidence, self.side, self._ridges(evidence))

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence: q_iᵀ A_u⁻¹ q_j w_j."""
        return self.split(asked, positions)[0]

    def split(self, asked: Asked, positions: Positions) -> tuple[Doubles, Doubles]:
        """Divide the scores among the evidence, and the asker's server and friends as a whole."""
        extended = self._evidence(asked)
        items, weights = row_entries(extended, 0)
        solved = _solved(
            self.side, items, weights, float(self._ridges(extended)[0]), self.side.vectors[positions]
        )
        parts = (solved @ self.side.vectors[items].T.astype(np.float64)) * weights
        own = int(asked.evidence.indptr[1])
        return parts[:, :own], parts[:, own:].sum(axis=1)

    def _evidence(self, asked: Asked) -> Csr:
        """Add where the askers are; their entries come after those of the items."""
        return self.material.surroundings.beside(asked.evidence, asked.askers, self.config.ials.surroundings)

    def arrays(self) -> Arrays:
        """Give the item vectors."""
        return {
            "ials.vectors": self.side.vectors,
            "ials.spectrum": self.side.spectrum,
            "ials.basis": self.side.basis,
        }

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take the item vectors over."""
        super().restore(material, arrays)
        self.side = Side(*(arrays[f"ials.{name}"] for name in ("vectors", "spectrum", "basis")))
        return self

    def _solve(self, rows: Csr, side: Side) -> Floats:
        return solve(rows, side, self._ridges(rows)) @ side.basis.T

    def _ridges(self, rows: Csr) -> Doubles:
        config = self.config.ials
        frequency = np.diff(rows.indptr) + config.unobserved * rows.shape[1]
        return config.ridge * frequency**config.exponent


def solve(rows: Csr, side: Side, ridges: Doubles) -> Floats:
    """Solve every row for its vector in the basis of `side`; shape (rows, dimensions)."""
    lengths = np.diff(rows.indptr)
    dimensions = side.vectors.shape[1]
    out = np.zeros((len(lengths), dimensions), dtype=np.float32)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    start = 0
    while start < len(order):
        length = int(lengths[order[start]])
        if length >= dimensions:
            for row in order[start:]:
                out[row] = _long(rows, int(row), side, float(ridges[row]))
            break
        # Rows up to 8 % longer join, filled up with zeros.
        longest = min(max(length + 2, int(1.08 * length)), dimensions - 1)
        same = int(np.searchsorted(lengths[order], longest, side="right"))
        room = max(1, _BATCH // (longest * (dimensions + longest)))
        batch = order[start : min(same, start + room)]
        out[batch] = _short(rows, batch, side, ridges[batch])
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


def _long(rows: Csr, row: int, side: Side, ridge: float) -> Floats:
    items, weights = row_entries(rows, row)
    vectors = side.vectors[items]
    matrix = (vectors.T * np.abs(weights)) @ vectors
    matrix[np.diag_indices_from(matrix)] += (side.spectrum + ridge).astype(np.float32)
    return cast(Floats, lapack.sposv(matrix, vectors.T @ weights)[1])


def _short(rows: Csr, batch: Positions, side: Side, ridges: Doubles) -> Floats:
    """Solve rows of nearly one length: x = D⁻¹ Zᵀ (I + Z D⁻¹ Zᵀ)⁻¹ s with Z = sqrt|w| q and s = sign(w) sqrt|w|."""
    starts, lengths = rows.indptr[batch], np.diff(rows.indptr)[batch]
    places = np.arange(int(lengths.max()))[None, :]
    inside = places < lengths[:, None]
    at = np.where(inside, starts[:, None] + places, 0)
    weights = np.where(inside, rows.data[at], np.float32(0))
    root = np.sqrt(np.abs(weights))
    vectors = side.vectors[rows.indices[at]] * root[:, :, None]
    scaled = vectors / (side.spectrum[None, :] + ridges[:, None]).astype(np.float32)[:, None, :]
    small = vectors @ scaled.transpose(0, 2, 1)
    small[:, places[0], places[0]] += 1
    solved = np.linalg.solve(small, (np.sign(weights) * root)[:, :, None])
    return (scaled * solved).sum(axis=1)
