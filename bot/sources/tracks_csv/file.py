"""The file: plain or gzipped, in one of a few encodings, and certainly text of tracks."""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path

from bot.errors import CatalogError


def opened(path: Path) -> gzip.GzipFile | io.BufferedReader:
    """The bytes of the file, unpacked; gzip is told by its content, not by its name."""
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path) if zipped else path.open("rb")


def survey(path: Path) -> tuple[str, int]:
    """The encoding and the number of lines that are not blank, as far as one can tell without parsing.

    Raises:
        CatalogError: this is no text, or text of another kind.
    """
    if not path.exists():
        raise CatalogError(f"{path} does not exist; expected a .csv or .csv.gz file of tracks.")
    if not path.is_file():
        raise CatalogError(f"{path} is a folder or a device; expected a .csv or .csv.gz file of tracks.")
    with opened(path) as raw:
        head = raw.read(8192)
    if not head.strip():
        raise CatalogError(f"{path} is empty; expected a line of column names and one track a line.")
    if head.startswith(b"PK\x03\x04"):
        raise CatalogError(
            f"{path} is a ZIP archive or an Excel workbook; expected .csv or .csv.gz (unpack it first)."
        )
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252", "latin-1"]
        if any(byte < 9 or 13 < byte < 32 for byte in head):
            raise CatalogError(
                f"{path} is a binary file, not text; expected a .csv or .csv.gz file of tracks."
            )
    for encoding in candidates:
        try:
            with io.TextIOWrapper(opened(path), encoding=encoding) as text:
                first = next((line for line in text if line.strip()), "").lstrip()
                _refuse_other_text(path, first)
                return encoding, 1 + sum(not line.isspace() for line in text)
        except UnicodeError:
            continue
    raise CatalogError(f"{path} is not text in UTF-8, UTF-16 or Latin-1.")


def _refuse_other_text(path: Path, first: str) -> None:
    if not first:
        raise CatalogError(f"{path} is empty; expected a line of column names and one track a line.")
    if first.startswith("<"):
        raise CatalogError(f"{path} is a web page (HTML or XML), not CSV; download the file itself.")
    if first.startswith(("{", "[")):
        raise CatalogError(f"{path} is JSON, not CSV; expected a line of column names and one track a line.")
