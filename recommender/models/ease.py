"""EASE, item-item regression in closed form (Steck 2019), popularity-scaled, with feature rows.

It has three forms, and the right one for the size is chosen by itself.

A = [X; wT] D with D = diag(pop ** (-alpha / 2)). With P = (AᵀA + ridge I)⁻¹, the weight of evidence j in the score
of i is -P_ji / P_ii (to a power of the diagonal below 1, items of few rows count less), and D is undone in the end.

dual: P = (I - Aᵀ K⁻¹ A) / ridge with K = AAᵀ + ridge I (Woodbury), rows by rows in size: exact for any number of items.
primal: P itself, over the items that at least two rows share; the largest weights of an item are kept.
sparse: each item is regressed on the items most correlated with it alone; what is left of it is 1 / P_ii.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, ClassVar, Protocol, Self, cast

import numpy as np
from scipy.linalg import lapack

from recommender.config import EaseConfig
from recommender.material import Material
from recommender.models.base import Asked, ItemModel
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    csr,
    empty,
    entries_of,
    narrow,
    packed,
    pick_rows,
    row_entries,
    scaled,
    side_by_side,
    times_rows,
    transposed,
    under,
    unpacked,
)

_CHUNK = 2_000
_CACHED = 4_096
_PAIRS = 1_000_000
_LOOKED_UP = 8
"""What looking one pair up costs, in numbers multiplied in order."""
_MIRRORED = 512


class _Form(Protocol):
    def scores(self, evidence: Csr, among: Positions | None) -> Floats: ...

    def weights(self, items: Positions, positions: Positions) -> Doubles:
        """Weights of evidence `items` in `positions`; shape (positions, items)."""
        ...

    def arrays(self) -> Arrays: ...


class Ease(ItemModel):
    """Popularity-scaled EASE."""

    name: ClassVar[str] = "ease"

    _form: _Form
    _items: int
    form: str = ""
    """Which form was chosen: dual, primal or sparse."""

    def learn(self, material: Material) -> Self:
        """Fit the form that suits the size."""
        super().learn(material)
        config = self.config.ease
        around = material.surroundings.rows(material.ledger.owners, config.surroundings)
        rows = side_by_side([material.ledger.likes, around])
        features = side_by_side([material.features, empty((material.features.shape[0], around.shape[1]))])
        self._items = len(material.catalogue)
        count = np.asarray(rows.sum(axis=0), dtype=np.float64).ravel()
        counted = np.maximum(count, 0.5)
        scale = (counted ** (-config.popularity / 2)).astype(np.float32)
        undo = (counted ** (config.popularity_out / 2)).astype(np.float32)
        # Of an item without any row, feature rows alone would speak; others carry them further.
        undo[count == 0] = 0
        stacked = under(rows, features * np.float32(config.features)) if config.features else rows
        stacked = pick_rows(stacked, np.flatnonzero(np.diff(stacked.indptr)))
        shared = _shared(stacked)
        self.form = choose(stacked.shape[0], int((shared < self._items).sum()), config, self._items)
        if self.form != "dual" and self._items >= config.large_items:
            stacked = pick_rows(stacked, np.flatnonzero(np.diff(stacked.indptr) <= config.longest_row))
            shared = _shared(stacked)
            self.form = choose(stacked.shape[0], int((shared < self._items).sum()), config, self._items)
        matrix = scaled(stacked, scale)
        if self.form == "dual":
            self._form = Dual.fit(matrix, scale, undo, config)
        elif self.form == "primal":
            self._form = primal(matrix, shared, (scale, undo), config)
        else:
            self._form = sparse(matrix, shared, (scale, undo), config)
        return self

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Sum the weights of the evidence in each item."""
        scores = self._form.scores(self._evidence(asked), among)
        return scores[:, : self._items] if among is None else scores

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence."""
        return self.split(asked, positions)[0]

    def split(self, asked: Asked, positions: Positions) -> tuple[Doubles, Doubles]:
        """Divide the scores among the evidence, and the asker's server and friends as a whole."""
        items, weights = row_entries(self._evidence(asked), 0)
        parts = self._form.weights(items, positions) * weights
        own = int(asked.evidence.indptr[1])
        return parts[:, :own], parts[:, own:].sum(axis=1)

    def _evidence(self, asked: Asked) -> Csr:
        """Add where the askers are; their entries come after those of the items."""
        return self.material.surroundings.beside(asked.evidence, asked.askers, self.config.ease.surroundings)

    def arrays(self) -> Arrays:
        """Give the kernel or the table of weights."""
        return {"ease.form": np.array([self.form])} | self._form.arrays()

    def restore(self, material: Material, arrays: Arrays) -> Self:
        """Take the kernel or the table over."""
        super().restore(material, arrays)
        self._items = len(material.catalogue)
        self.form = str(arrays["ease.form"][0])
        self._form = Dual.restore(arrays) if self.form == "dual" else Table(packed("ease.table", arrays))
        return self


def choose(rows: int, shared_items: int, config: EaseConfig, items: int = 0) -> str:
    """Name the form for `rows` (members, baskets, features) and the items that two of them share, out of `items`."""
    if rows <= (config.dual_rows if items < config.large_items else config.large_dual_rows):
        return "dual"
    return "primal" if shared_items <= config.primal_items else "sparse"


def _shared(rows: Csr) -> Positions:
    """Give the columns that at least two rows have."""
    return np.flatnonzero(np.bincount(rows.indices, minlength=rows.shape[1]) >= 2)


class Dual:
    """K⁻¹ over rows; nothing of the size items x items exists."""

    def __init__(self, by_item: Csr, kernel: Floats, scale: Floats, gain: Floats) -> None:
        self._by_item = narrow(by_item)
        self._kernel = kernel
        self._scale = scale
        self._gain = gain
        self._heard = np.flatnonzero(gain)
        """The items that somebody likes: no other one has a score, though each may be evidence."""
        self._by_heard = pick_rows(self._by_item, self._heard)
        self._columns: OrderedDict[int, Floats] = OrderedDict()

    @classmethod
    def fit(cls, matrix: Csr, scale: Floats, undo: Floats, config: EaseConfig) -> Dual:
        """Invert K, of shape (rows, rows)."""
        by_item = transposed(matrix)
        product: Any = matrix.astype(np.float64) @ by_item.astype(np.float64)
        kernel = inverted(product.toarray(), config.ridge)
        inside = _inside(by_item, kernel)
        gain = undo / np.maximum(1 - inside, 1e-6) ** config.diagonal
        return cls(by_item, kernel, scale, gain.astype(np.float32))

    def scores(self, evidence: Csr, among: Positions | None) -> Floats:
        """Solve for the rows, then read the items off."""
        rows = self._rows(evidence)
        if among is not None:
            return times_rows(pick_rows(self._by_item, among), rows) * self._gain[among]
        scores = np.zeros((len(rows), len(self._gain)), dtype=np.float32)
        scores[:, self._heard] = times_rows(self._by_heard, rows) * self._gain[self._heard]
        return scores

    def weights(self, items: Positions, positions: Positions) -> Doubles:
        """Weights of evidence `items` in `positions`."""
        if not len(items):
            return np.zeros((len(positions), 0))
        at, pointers = entries_of(self._by_item, positions)
        read = self._gathered(items)[:, self._by_item.indices[at]] * self._by_item.data[at]
        return _summed(read, pointers).T.astype(np.float64) * self._gain[positions, None]

    def arrays(self) -> Arrays:
        """Give the parts of the kernel."""
        kept = {"ease.kernel": self._kernel, "ease.scale": self._scale, "ease.gain": self._gain}
        return kept | unpacked("ease.by_item", self._by_item)

    @classmethod
    def restore(cls, arrays: Arrays) -> Dual:
        """Take over what `arrays` gave."""
        parts = (arrays[f"ease.{name}"] for name in ("kernel", "scale", "gain"))
        return cls(packed("ease.by_item", arrays), *parts)

    def _rows(self, evidence: Csr) -> Floats:
        """Give K⁻¹ A x for each question; shape (questions, rows)."""
        if evidence.shape[0] == 1 and evidence.nnz:
            items, weights = row_entries(evidence, 0)
            return weights[None, :] @ self._gathered(items)
        asked: Any = scaled(evidence, self._scale) @ self._by_item
        return np.asarray(asked @ self._kernel, dtype=np.float32)

    def _gathered(self, items: Positions) -> Floats:
        """Give K⁻¹ a for each item, shape (items, rows); kept, as a member's next question has nearly the same ones."""
        kept = self._columns
        missing = np.array([item for item in items.tolist() if item not in kept], dtype=np.intp)
        if len(missing):
            made: Any = pick_rows(self._by_item, missing) @ self._kernel
            made = np.asarray(made, dtype=np.float32) * self._scale[missing, None]
            kept.update((item, row.copy()) for item, row in zip(missing.tolist(), made, strict=True))
        found = np.stack([kept[item] for item in items.tolist()])
        for item in items.tolist():
            kept.move_to_end(item)
        while len(kept) > max(64, _CACHED * 2_000 // max(len(self._kernel), 1)):
            kept.popitem(last=False)
        return found


def _summed(values: Floats, pointers: Positions) -> Floats:
    """Sum stretches of columns, some of them empty; shape (rows, stretches)."""
    summed = np.add.reduceat(np.pad(values, ((0, 0), (0, 1))), pointers[:-1], axis=1)
    # In place of an empty sum the next value stands.
    summed[:, np.diff(pointers) == 0] = 0
    return summed


def _inside(by_item: Csr, kernel: Floats) -> Doubles:
    """Give aᵀ K⁻¹ a for each item; shape (items,).

    Where most items are in few rows, only the pairs of an item's rows are looked up.
    """
    inside = np.zeros(by_item.shape[0], dtype=np.float64)
    lengths = np.diff(by_item.indptr).astype(np.int64)
    if (lengths**2).sum() * _LOOKED_UP > by_item.nnz * len(kernel):
        for start in range(0, len(inside), _CHUNK):
            part: Any = pick_rows(by_item, np.arange(start, min(start + _CHUNK, len(inside))))
            inside[start : start + _CHUNK] = np.asarray(part.multiply(part @ kernel).sum(axis=1)).ravel()
        return inside
    for length in np.unique(lengths[lengths > 0]).tolist():
        same = np.flatnonzero(lengths == length)
        room = max(_PAIRS // length**2, 1)
        for start in range(0, len(same), room):
            some = same[start : start + room]
            begins: Positions = np.asarray(by_item.indptr[some], dtype=np.intp)
            at = begins[:, None] + np.arange(int(length))[None, :]
            rows, values = by_item.indices[at], by_item.data[at].astype(np.float64)
            looked_up = kernel[rows[:, :, None], rows[:, None, :]]
            inside[some] = ((looked_up @ values[:, :, None])[:, :, 0] * values).sum(axis=1)
    return inside


class Table:
    """The largest weights of each item; csr of shape (items, evidence items)."""

    def __init__(self, table: Csr) -> None:
        self._table = table

    def scores(self, evidence: Csr, among: Positions | None) -> Floats:
        """Sum the weights of the evidence."""
        table = self._table if among is None else pick_rows(self._table, among)
        dense = np.asarray(cast(Any, evidence).toarray(), dtype=np.float32)
        product: Any = table @ dense.T
        return np.ascontiguousarray(np.asarray(product, dtype=np.float32).T)

    def weights(self, items: Positions, positions: Positions) -> Doubles:
        """Weights of evidence `items` in `positions`."""
        chosen: Any = pick_rows(self._table, positions)
        return np.asarray(chosen[:, items].toarray(), dtype=np.float64)

    def arrays(self) -> Arrays:
        """Give the table."""
        return unpacked("ease.table", self._table)


def primal(matrix: Csr, shared: Positions, scaling: tuple[Floats, Floats], config: EaseConfig) -> Table:
    """Invert the Gram of the shared items and keep each one's largest weights."""
    chosen: Any = cast(Any, matrix)[:, shared]
    gram: Any = (chosen.T @ chosen).astype(np.float64)
    inverse = inverted(gram.toarray(), config.ridge)
    # The dual form has P * ridge on its diagonal, so that its exponent means the same in both.
    weights = (
        -inverse / config.ridge ** (config.diagonal - 1) / inverse.diagonal()[:, None] ** config.diagonal
    )
    np.fill_diagonal(weights, 0)
    kept = min(config.neighbours, max(len(shared) - 1, 1))
    places = (
        np.argpartition(-np.abs(weights), kept - 1, axis=1)[:, :kept] if len(shared) else np.empty((0, 0))
    )
    rows = np.repeat(np.arange(len(shared)), kept)
    columns = places.ravel().astype(np.intp)
    return _table(weights[rows, columns], shared[rows], shared[columns], scaling)


def sparse(matrix: Csr, shared: Positions, scaling: tuple[Floats, Floats], config: EaseConfig) -> Table:
    """Regress each shared item on those that it is most correlated with (as SLIM, Ning and Karypis 2011, with L2)."""
    chosen: Any = cast(Any, matrix)[:, shared]
    by_item = transposed(cast(Csr, chosen.tocsr()))
    norms = np.sqrt(np.asarray(by_item.multiply(by_item).sum(axis=1)).ravel() + 1e-12)
    found: list[tuple[Floats, Positions, Positions]] = []
    gram: Any = by_item @ by_item.T
    gram = gram.tocsr()
    for place in range(len(shared)):
        columns, values = row_entries(gram, place)
        others = columns != place
        columns, values = columns[others], values[others]
        if len(columns) > config.neighbours:
            best = np.argpartition(-values / norms[columns], config.neighbours - 1)[: config.neighbours]
            columns, values = columns[best], values[best]
        if len(columns):
            block = np.asarray(gram[columns][:, columns].toarray(), dtype=np.float64)
            block[np.diag_indices_from(block)] += config.ridge
            solved = lapack.dposv(block, values.astype(np.float64))[1]
            left = max(float(gram[place, place]) + config.ridge - float(values @ solved), config.ridge)
            solved = solved * (config.ridge / left) ** (1 - config.diagonal)
            found.append((solved.astype(np.float32), np.full(len(columns), place), columns))
    none = (np.empty(0, dtype=np.float32), np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp))
    weights, rows, columns = (np.concatenate(part) for part in zip(none, *found, strict=True))
    return _table(weights, shared[rows], shared[columns], scaling)


def inverted(gram: Doubles, ridge: float) -> Floats:
    """Invert gram + ridge I by Cholesky; `gram` is overwritten."""
    if not len(gram):
        return gram.astype(np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    # Symmetric: its transpose is the same matrix in LAPACK's order, so that nothing is copied.
    factor: Any = lapack.dpotrf(gram.T, lower=1, clean=0, overwrite_a=1)[0]
    lower: Any = lapack.dpotri(factor, lower=1, overwrite_c=1)[0]
    inverse: Floats = lower.T.astype(np.float32)
    for start in range(0, len(inverse), _MIRRORED):
        end = start + _MIRRORED
        inverse[end:, start:end] = inverse[start:end, end:].T
        square = inverse[start:end, start:end]
        inverse[start:end, start:end] = np.triu(square) + np.triu(square, 1).T
    return inverse


def _table(
    weights: Floats | Doubles, items: Positions, evidence: Positions, scaling: tuple[Floats, Floats]
) -> Table:
    scale, undo = scaling
    undone = weights * scale[evidence] * undo[items]
    return Table(csr(undone, items, evidence, (len(scale), len(scale))))
