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
Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
"""What was learnt, by name, as it is written into a file."""


_FEW = 8
_MANY = 2_000
"""Above so many rows the general way to pick them is faster."""


def csr(data: npt.ArrayLike, rows: Positions, columns: Positions, shape: tuple[int, int]) -> Csr:
    """Build a float32 matrix from coordinates; repeated ones are summed."""
    matrix: Any = sp.csr_array((np.asarray(data, dtype=np.float32), (rows, columns)), shape=shape)
    return cast(Csr, matrix)


def empty(shape: tuple[int, int]) -> Csr:
    """Build a matrix of zeros."""
    none = np.empty(0, dtype=np.intp)
    return csr([], none, none, shape)


def under(above: Csr, below: Csr) -> Csr:
    """Lay two matrices of equally many columns one under the other."""
    joined: Any = sp.vstack([above, below], format="csr", dtype=np.float32)
    return cast(Csr, sp.csr_array(joined))


def scaled(matrix: Csr, columns: Floats) -> Csr:
    """Multiply each column by its factor."""
    data = (matrix.data * columns[matrix.indices]).astype(np.float32)
    return from_parts(data, cast(Positions, matrix.indices), matrix.indptr, cast(Any, matrix.shape))


def from_parts(data: Floats, columns: Positions, pointers: npt.NDArray[Any], shape: tuple[int, int]) -> Csr:
    """Build a matrix from its csr parts as they are: order and repetitions stay."""
    matrix: Any = sp.csr_array((data, columns, pointers), shape=shape)
    return cast(Csr, matrix)


def unpacked(name: str, matrix: Csr) -> Arrays:
    """Name the parts of a matrix, for a file."""
    return {
        f"{name}.data": matrix.data,
        f"{name}.columns": matrix.indices,
        f"{name}.pointers": matrix.indptr,
        f"{name}.shape": np.array(matrix.shape),
    }


def packed(name: str, arrays: Arrays) -> Csr:
    """Build the matrix that `unpacked` took apart."""
    rows, columns = (int(size) for size in arrays[f"{name}.shape"])
    parts = (arrays[f"{name}.{part}"] for part in ("data", "columns", "pointers"))
    return from_parts(*parts, shape=(rows, columns))


def unpacked_names(names: npt.NDArray[np.object_]) -> npt.NDArray[np.uint8]:
    """Write strings without zero bytes as one array of bytes, for a file."""
    return np.frombuffer("\0".join(str(name) for name in names).encode(), dtype=np.uint8)


def packed_names(written: npt.NDArray[Any], count: int) -> npt.NDArray[np.object_]:
    """Read what `unpacked_names` wrote."""
    return np.array(written.tobytes().decode().split("\0") if count else [], dtype=np.object_)


def narrow(matrix: Csr) -> Csr:
    """Keep indices in 32 bits where they fit: half the memory, and rows are picked faster."""
    if max(matrix.nnz, *matrix.shape) < 2**31:
        indices, pointers = (part.astype(np.int32, copy=False) for part in (matrix.indices, matrix.indptr))
        return from_parts(matrix.data, cast(Any, indices), pointers, cast(Any, matrix.shape))
    return matrix


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
    if len(rows) > _MANY:
        taken: Any = matrix[rows]
        return cast(Csr, taken)
    at, pointers = entries_of(matrix, rows)
    columns = cast(Positions, matrix.indices[at])
    return from_parts(matrix.data[at], columns, pointers, (len(rows), matrix.shape[1]))


def entries_of(matrix: Csr, rows: Positions) -> tuple[Positions, Positions]:
    """Tell where the entries of the named rows stand, and where each row's begin among them (and where they end)."""
    starts: Positions = np.asarray(matrix.indptr[rows], dtype=np.intp)
    lengths: Positions = np.asarray(matrix.indptr[rows + 1], dtype=np.intp) - starts
    pointers = np.zeros(len(rows) + 1, dtype=np.intp)
    np.cumsum(lengths, out=pointers[1:])
    ahead: Positions = np.repeat(starts - pointers[:-1], lengths)
    return np.arange(len(ahead)) + ahead, pointers


def times(matrix: Csr, vector: Floats) -> Floats:
    """Multiply a matrix by a column; shape (rows,)."""
    product: Any = matrix @ vector
    return cast(Floats, product)


def times_rows(matrix: Csr, rows: Floats) -> Floats:
    """Multiply a matrix by each of `rows`, shape (n, columns); shape (n, rows of the matrix).

    A few products with one vector are twice as fast as one with a few.
    """
    if len(rows) == 1:
        return times(matrix, rows[0])[None, :]
    if len(rows) <= _FEW:
        found = np.empty((len(rows), matrix.shape[0]), dtype=np.float32)
        for place, row in enumerate(rows):
            found[place] = times(matrix, row)
        return found
    product: Any = matrix @ rows.T
    return np.ascontiguousarray(np.asarray(product, dtype=np.float32).T)


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


def found_in(sorted_: Positions, wanted: Positions) -> tuple[Positions, Positions]:
    """Look `wanted` up in ascending positions: where those stand that are there, and which of the wanted they are."""
    if not len(sorted_):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    places = np.minimum(np.searchsorted(sorted_, wanted), len(sorted_) - 1)
    there = np.flatnonzero(sorted_[places] == wanted)
    return places[there].astype(np.intp), there
