"""Columns by their usual names, and numbers in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recommender.evaluation.files import Table
from recommender.sparse import Doubles, Mask

SYNONYMS: dict[str, tuple[str, ...]] = {
    "user": ("user", "userid", "member", "memberid", "listener", "listenerid"),
    "item": ("item", "itemid", "track", "trackid", "song", "songid", "artist", "artistid", "id"),
    "weight": ("weight",),
    "plays": ("plays", "play", "playcount", "count", "listens", "listencount", "rating"),
    "unix_time": ("unixtime", "timestamp", "time"),
    "tag": ("tag", "tagid", "tagname", "genre", "label"),
    "friend": ("friend", "friendid", "other", "otherid", "user2"),
    "session": ("session", "sessionid", "sid"),
    "prefix": ("prefix", "heard", "history"),
    "target": ("target", "next", "nextitem", "nextsong"),
    "group": ("group", "groupid", "circle", "community", "server", "guild"),
}
"""What a column may be called; case, spaces, hyphens and underscores are overlooked. The first one found is taken."""

_MILLISECONDS = 1e11
"""Times above this are no seconds: they would be later than the year 5000."""


def find(table: Table, wanted: str) -> str | None:
    """Give the file's own name of the column `wanted`, None where there is none."""
    plain = {_plain(str(name)): str(name) for name in reversed(table.cells.columns)}
    return next((plain[name] for name in SYNONYMS[wanted] if name in plain), None)


def need(table: Table, wanted: str) -> str:
    """Give the file's own name of the column `wanted`.

    Raises:
        DatasetError: there is none; the sentence tells what was looked for and what is there.
    """
    name = find(table, wanted)
    if name is None:
        looked = ", ".join(SYNONYMS[wanted])
        there = ", ".join(str(column) for column in table.cells.columns[:12])
        raise table.wrong(
            f"there is no column {wanted} (looked for {looked}; found {there}). "
            "The first line must name the columns."
        )
    return name


def identified(table: Table, names: list[str], notes: list[str]) -> Table:
    """Leave out the rows that lack one of the ids in the columns `names`.

    Raises:
        DatasetError: no row is left.
    """
    filled = (table.cells[names] != "").all(axis=1)
    kept = Table(table.path, table.cells[filled])
    if kept.cells.empty:
        raise table.wrong(f"no row has something in each of the columns {', '.join(names)}.")
    if missing := int((~filled).sum()):
        notes.append(f"{table.path}: {missing:,} rows without {' or '.join(names)} were left out.")
    return kept


def numbers(table: Table, name: str) -> Doubles:
    """Read a column of finite numbers; shape (rows,).

    Raises:
        DatasetError: a cell holds none; the sentence names the line and the cell.
    """
    values = _read(table, name)
    return _checked(table, name, values, np.isfinite(values))


def times(table: Table, name: str) -> Doubles:
    """Read a column of times as seconds since 1970; shape (rows,). Empty cells are 0, that is unknown.

    Milliseconds are told by their size; dates as in ISO 8601 are read too, as UTC where they name no zone.

    Raises:
        DatasetError: a cell holds neither.
    """
    cells = table.cells[name]
    empty = (cells == "").to_numpy(dtype="bool")
    values = np.where(empty, 0.0, _read(table, name))
    if np.isnan(values).any():
        dates = pd.to_datetime(cells.where(~empty, "1970-01-01"), format="ISO8601", utc=True, errors="coerce")
        seconds = (dates - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy(dtype="float64")
        values = np.where(np.isnan(values), seconds, values)
    checked = _checked(table, name, values, np.isfinite(values))
    return np.where(np.abs(checked) > _MILLISECONDS, checked / 1000, checked)


def _read(table: Table, name: str) -> Doubles:
    read = pd.to_numeric(table.cells[name].str.strip(), errors="coerce")
    return read.to_numpy(dtype="float64", na_value=np.nan)


def _checked(table: Table, name: str, values: Doubles, good: Mask) -> Doubles:
    if not good.all():
        row = int(np.argmin(good))
        cell = str(table.cells[name].iloc[row])
        what = (
            f"{cell[:40]!r} in the column {name} is not a finite number"
            if cell
            else f"the column {name} is empty"
        )
        raise table.wrong(f"{what}. Correct or remove the row.", int(table.cells.index[row]))
    return values


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
