"""Rows to take along: each table as JSON and as CSV, in as few ZIP files as the largest that Discord takes allows."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Mapping[str, Any]]
ROOM = 2_000
"""Bytes of a ZIP file that its own directory takes, beside what is in it."""
A_NAME = 200
LEVEL = 1
"""Of compression: the fastest."""
A_CHUNK = 25_000
"""Rows of one entry at most."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The files.

    Attributes:
        rows: how many rows of each table are in them, all together.
    """

    files: tuple[bytes, ...]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    data: bytes


def packed(tables: Mapping[str, Rows], readme: str, at: float, largest: int) -> Parts:
    """Pack tables; blocking, so call it in a thread.

    Args:
        readme: what the files are, in the member's words.
        at: now, unix time in seconds.
        largest: bytes of one file at most; a single row that is larger makes a larger one.
    """
    rows = {name: len(each) for name, each in tables.items()}
    about = json.dumps({"made_at": at, "rows": rows}, indent=1).encode()
    first = (_Entry("README.txt", readme.encode()), _Entry("about.json", about))
    groups = [first, *(pair for name, each in tables.items() for pair in _pairs(name, each, largest))]
    return Parts(tuple(_zipped(part) for part in _parted(groups, largest)), rows)


def _pairs(name: str, rows: Rows, largest: int, mark: str = "") -> Iterator[tuple[_Entry, ...]]:
    """A table as two entries, or as several pairs where one would not fit a file."""
    half = len(rows) // 2
    if len(rows) > A_CHUNK:
        yield from _pairs(name, rows[:half], largest, f"{mark}-1")
        yield from _pairs(name, rows[half:], largest, f"{mark}-2")
        return
    pair = (
        _Entry(f"{name}{mark}.json", _json(rows)),
        _Entry(f"{name}{mark}.csv", _csv(rows)),
    )
    if len(rows) < 2 or _size(pair) <= largest - ROOM:
        yield pair
        return
    yield from _pairs(name, rows[:half], largest, f"{mark}-1")
    yield from _pairs(name, rows[half:], largest, f"{mark}-2")


def _json(rows: Rows) -> bytes:
    """One row a line; several times as fast as indented."""
    write = json.JSONEncoder(ensure_ascii=False, default=str).encode
    return ("[\n" + ",\n".join(map(write, rows)) + "\n]\n").encode()


def _csv(rows: Rows) -> bytes:
    """Values as they are, lists and the like as JSON."""
    text = io.StringIO()
    if rows:
        table = csv.writer(text)
        table.writerow(rows[0])
        table.writerows(
            [json.dumps(value) if isinstance(value, list | dict) else value for value in row.values()]
            for row in rows
        )
    return text.getvalue().encode()


def _size(pair: Sequence[_Entry]) -> int:
    return sum(len(zlib.compress(each.data, LEVEL)) + A_NAME for each in pair)


def _parted(groups: Sequence[tuple[_Entry, ...]], largest: int) -> Iterator[list[_Entry]]:
    """Entries that belong into one file, one file after another."""
    part: list[_Entry] = []
    used = ROOM
    for group in groups:
        size = _size(group)
        if part and used + size > largest:
            yield part
            part, used = [], ROOM
        part.extend(group)
        used += size
    yield part


def _zipped(entries: Sequence[_Entry]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for each in entries:
            archive.writestr(each.name, each.data)
    return file.getvalue()
