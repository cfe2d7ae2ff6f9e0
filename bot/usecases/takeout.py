"""Rows to take along: each table as JSON and as CSV, in as few ZIP files as the largest that Discord takes allows."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.store.written import Written

ROOM = 2_000
"""Bytes of a ZIP file that its own directory takes, beside what is in it."""
A_NAME = 200
LEVEL = 1
"""Of compression: the fastest."""
A_CHUNK = 25_000
"""Rows of one entry at most."""
AT_ONCE = 2


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


def packed(tables: Mapping[str, Written], readme: str, at: float, largest: int) -> Parts:
    """Pack tables; blocking, so call it in a thread.

    Args:
        readme: what the files are, in the member's words.
        at: now, unix time in seconds.
        largest: bytes of one file at most; a single row that is larger makes a larger one.
    """
    rows = {name: len(each.lines) for name, each in tables.items()}
    about = json.dumps({"made_at": at, "rows": rows}, indent=1).encode()
    first = (_Entry("README.txt", readme.encode()), _Entry("about.json", about))
    # Compressing lets others run: the next entries are written meanwhile.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        groups = [first]
        sizes = [pool.submit(_size, first)]
        for name, each in tables.items():
            for pair in _pairs(name, each, largest):
                groups.append(pair)
                sizes.append(pool.submit(_size, pair))
        measured = [(group, size.result()) for group, size in zip(groups, sizes, strict=True)]
        return Parts(tuple(pool.map(_zipped, _parted(measured, largest))), rows)


def _pairs(name: str, rows: Written, largest: int, mark: str = "") -> Iterator[tuple[_Entry, _Entry]]:
    """A table as two entries, or as several pairs where one would not fit a file even if it did not shrink."""
    count = len(rows.lines)
    if count <= A_CHUNK:
        pair = _Entry(f"{name}{mark}.json", _json(rows)), _Entry(f"{name}{mark}.csv", _csv(rows))
        if count < 2 or sum(len(each.data) + A_NAME for each in pair) <= largest - ROOM:
            yield pair
            return
    half = count // 2
    for number, some in enumerate((slice(half), slice(half, None)), start=1):
        part = Written(rows.names, rows.values[some], rows.lines[some])
        yield from _pairs(name, part, largest, f"{mark}-{number}")


def _json(rows: Written) -> bytes:
    """One row a line."""
    return ("[\n" + ",\n".join(rows.lines) + "\n]\n").encode()


def _csv(rows: Written) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(rows.names)
    table.writerows(rows.values)
    return text.getvalue().encode()


def _size(group: Sequence[_Entry]) -> int:
    return sum(len(zlib.compress(each.data, LEVEL)) + A_NAME for each in group)


def _parted(groups: Sequence[tuple[tuple[_Entry, ...], int]], largest: int) -> Iterator[list[_Entry]]:
    """Entries that belong into one file, one file after another, by their sizes."""
    part: list[_Entry] = []
    used = ROOM
    for group, size in groups:
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
