"""CSV files as they come: plain or gzip, with or without a byte order mark, every cell a string."""

from __future__ import annotations

import gzip
import io
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recommender.errors import DatasetError

_GZIP = b"\x1f\x8b"
_SEPARATORS = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one file. The frame's index is the line in the file, counted from 1 as editors do."""

    path: Path
    cells: pd.DataFrame

    def wrong(self, what: str, line: int | None = None) -> DatasetError:
        """Make the error that says what is wrong with this file, and where."""
        return DatasetError(f"{self.path}{'' if line is None else f', line {line}'}: {what}")


def read_table(path: Path, notes: list[str]) -> Table:
    """Read a CSV with a header line; cells stay as they are written, so "007" and "NA" are ids like any other.

    Commas, tabs and semicolons may stand between the cells. What had to be guessed is added to `notes`.

    Raises:
        DatasetError: the file is missing, empty, without rows, or not a CSV.
    """
    text = _text(path, _content(path), notes)
    body = text.lstrip("\r\n")
    if not body.strip():
        raise DatasetError(f"{path} is empty. It needs a header line and at least one row.")
    first = text[: len(text) - len(body)].count("\n") + 2
    cells = _parsed(path, body)
    cells.index = pd.RangeIndex(first, first + len(cells))
    cells = cells[(cells != "").any(axis=1)]
    if cells.empty:
        raise DatasetError(f"{path} holds a header line and no rows. Add at least one row.")
    return Table(path, cells)


def read_lines(path: Path, notes: list[str]) -> list[str]:
    """Read a text file, plain or gzip, as its lines; line 1 is the first. What had to be guessed goes to `notes`.

    Raises:
        DatasetError: the file is missing, empty, or not text.
    """
    text = _text(path, _content(path), notes)
    if not text.strip():
        raise DatasetError(f"{path} is empty. It needs at least one line.")
    return [line.removesuffix("\r") for line in text.split("\n")]


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DatasetError(f"There is no file {path}. Check the path.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror}).") from None
    if content.startswith(_GZIP):
        return _unpacked(path, content)
    if path.suffix == ".gz" and content:
        raise DatasetError(f"{path} is not gzip, although its name says so. Compress it, or drop the .gz.")
    return content


def _unpacked(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error):
        raise DatasetError(
            f"{path} is damaged or cut short: it cannot be decompressed. Copy it anew."
        ) from None


def _text(path: Path, content: bytes, notes: list[str]) -> str:
    if b"\0" in content:
        raise DatasetError(f"{path} is not a CSV in UTF-8: it holds zero bytes. Save it as CSV, UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(f"{path} is not UTF-8; it was read as Latin-1.")
        return content.decode("latin-1")


def _parsed(path: Path, body: str) -> pd.DataFrame:
    header = body.split("\n", 1)[0]
    separator = next((sign for sign in _SEPARATORS if sign in header), ",")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(body),
                sep=separator,
                dtype="str",
                keep_default_na=False,
                na_filter=False,
                skip_blank_lines=False,
                index_col=False,
            )
    except pd.errors.ParserWarning:
        raise DatasetError(f"{path}: rows have more cells than the header line. Name every column.") from None
    except pd.errors.ParserError as error:
        said = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise DatasetError(f"{path} is not a CSV ({said}). Quote cells that hold commas or quotes.") from None
