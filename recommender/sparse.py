"""Sparse matrices and vectors as the engine uses them, with their types pinned down."""

from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Csr: TypeAlias = "sp.csr_array[np.float32, tuple[int, int]]"
Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.intp]
Mask: TypeAlias = npt.NDArray[np.bool_]


def csr(data: npt.ArrayLike, rows: Positions, columns: Positions, shape: tuple[int, int]) -> Csr:
    """Build a float32 matrix from coordinates; repeated ones are summed."""
    matrix: Any = sp.csr_array((np.asarray(data, dtype=np.float32), (rows, columns)), shape=shape)
    return cast(Csr, matrix)


def transposed(matrix: Csr) -> Csr:
    """Lay a matrix out by its columns."""
    flipped: Any = matrix.T
    return cast(Csr, flipped.tocsr())


def side_by_side(matrices: list[Csr]) -> Csr:
    """Join matrices of equally many rows."""
    joined: Any = sp.hstack(matrices, format="csr", dtype=np.float32)
    return cast(Csr, sp.csr_array(joined))


def pick_rows(matrix: Csr, rows: Positions) -> Csr:
    """Copy the named rows, in their order."""
    taken: Any = matrix[rows]
    return cast(Csr, taken)


def times(matrix: Csr, vector: Floats) -> Floats:
    """Multiply a matrix by a column; shape (rows,)."""
    product: Any = matrix @ vector
    return cast(Floats, product)


def times_transposed(matrix: Csr, vector: Floats) -> Floats:
    """Multiply a row by a matrix; shape (columns,)."""
    product: Any = matrix.T @ vector
    return cast(Floats, product)


def row_entries(matrix: Csr, row: int | np.intp) -> tuple[Positions, Floats]:
    """Give the columns and values of one row, as views."""
    start, end = int(matrix.indptr[row]), int(matrix.indptr[row + 1])
    return cast(Positions, matrix.indices[start:end]), matrix.data[start:end]


def row_numbers(matrix: Csr) -> Positions:
    """Give the row of each stored entry; shape (entries,)."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
