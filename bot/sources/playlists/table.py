"""CSV exports (Exportify, TuneMyMusic, Soundiiz, by hand): columns in any order, split by comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re

from bot.sources.links import Link, read_link
from bot.sources.playlists.cells import unguarded
from bot.sources.playlists.columns import ADDRESSES, Column, columns_of, is_header
from bot.sources.playlists.entries import Gathering, PlaylistError
from bot.sources.playlists.fields import clock, entry, milliseconds
from bot.sources.playlists.pasted import LONGEST_WORDS
from bot.sources.shown import shown_title
from bot.sources.unread import Unread

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"\"?sep=.\"?\s*$", re.IGNORECASE)
_NO_COLUMNS = (
    "That table does not say what its columns are. Give it a first line such as “artist,title”, "
    "or paste one song a line as “Artist - Title”."
)


def is_table(text: str) -> bool:
    """Whether the text begins with a line of column names."""
    return _header(text) is not None


def read_table(text: str, gathered: Gathering) -> None:
    """Gather the songs of a table.

    Raises:
        PlaylistError: the first line names no columns that tell songs.
    """
    header = _header(text)
    if header is None:
        raise PlaylistError(_NO_COLUMNS, "columns")
    skipped, delimiter, columns = header
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            gathered.refuse(rows.line_num, Unread.BROKEN_CELL)
            continue
        if rows.line_num <= skipped or not any(cell.strip() for cell in row):
            continue
        if not gathered.room:
            gathered.pass_over()
        else:
            _gather(rows.line_num, row, columns, gathered)


def _header(text: str) -> tuple[int, str, dict[Column, int]] | None:
    """The number of lines up to the header, the delimiter and the columns; of all delimiters the one that tells most."""
    for number, line in enumerate(io.StringIO(text[:65_536], newline=None), start=1):
        if not line.strip() or _SEPARATOR_LINE.match(line):
            continue
        tried = [(columns_of(_cells(line, mark)), mark) for mark in _DELIMITERS]
        columns, delimiter = max(tried, key=lambda found: len(found[0]))
        return (number, delimiter, columns) if is_header(columns) else None
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return []


def _gather(number: int, row: list[str], columns: dict[Column, int], gathered: Gathering) -> None:
    def cell(column: Column) -> str:
        place = columns.get(column)
        return unguarded(row[place].strip()) if place is not None and place < len(row) else ""

    artist, title = cell(Column.ARTIST), cell(Column.TITLE)
    if not artist and title and Column.ARTIST not in columns:
        guess = next(iter(shown_title(None, title[:LONGEST_WORDS])), None)
        artist, title = (guess.artist, guess.title) if guess else ("", title)
    found = entry(
        gathered,
        artist=artist,
        title=title,
        album=cell(Column.ALBUM),
        isrc=cell(Column.ISRC),
        duration_ms=milliseconds(cell(Column.MILLISECONDS)) or clock(cell(Column.LENGTH)),
        mbid=cell(Column.MBID),
        link=_link(cell(Column.LINK), {column: cell(column) for column in ADDRESSES}),
    )
    gathered.add(number, found)


def _link(address: str, ids: dict[Column, str]) -> Link | None:
    """The link of the row: as written, or made of a bare id."""
    if address and (found := read_link(address)):
        return found
    for column, number in ids.items():
        if number and (found := read_link(number) or read_link(ADDRESSES[column].format(number))):
            return found
    return None
