"""What an import does: which songs are new, which rows are missing, which differ."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.catalog.rows import Meter, Row, all_rows, insert_rows, update_rows

_DESCRIBED = ("title", "artist", "album", "released", "duration_ms", "explicit", "popularity")


@dataclass(slots=True)
class Plan:
    """What an import does to the table of songs.

    Attributes:
        ids: key in the file → song id, for songs that the catalogue has.
        new, changed: rows to insert and to update.
    """

    ids: dict[str, int] = field(default_factory=dict[str, int])
    new: list[Row] = field(default_factory=list[Row])
    changed: list[Row] = field(default_factory=list[Row])


def plan_songs(
    stored: list[Any], known: list[Any], described: list[Row], identified: list[Row], source: str
) -> Plan:
    """Tell which songs are there already, and what becomes of them."""
    by_key = {row.key: row for row in stored}
    by_id = {row.id: row for row in stored}
    by_track = {(row.service, row.external_id): row.song_id for row in known}
    held: defaultdict[str, list[int]] = defaultdict(list)
    for row in identified:
        if (song_id := by_track.get((row["service"], row["external_id"]))) is not None:
            held[row["song"]].append(song_id)
    plan = Plan()
    chosen: dict[int, Row] = {}
    for row in described:
        key = row["key"]
        same = by_key[key].id if key in by_key else None
        if held[key] and same not in held[key]:
            same = held[key][0]
        if same is None:
            plan.new.append({**_described(row), "key": key, "source": source})
            continue
        plan.ids[key] = same
        # Songs of the file that are one song here: the one with the same key speaks for it.
        if same not in chosen or by_id[same].key == key:
            chosen[same] = _described(row)
    for song_id, values in chosen.items():
        there = by_id[song_id]
        old = {name: getattr(there, name) for name in _DESCRIBED}
        merged = {
            name: _newer(name, old[name], values[name], own=there.source == source) for name in _DESCRIBED
        }
        if merged != old or not there.listed:
            plan.changed.append({"id": song_id, **merged, "listed": True})
    return plan


def _described(row: Row) -> Row:
    values = {name: row[name] for name in _DESCRIBED}
    if values["duration_ms"] is not None:
        values["duration_ms"] = int(values["duration_ms"])
    return values


def _newer(name: str, old: Any, new: Any, *, own: bool) -> Any:
    """The value to keep; ``own`` means that the source of the new one brought the song."""
    if new is None or old is None:
        return old if new is None else new
    if name == "released" and (old.startswith(new) or new.startswith(old)):
        # "1998-04-20" fills what "1998" leaves unknown, and "1998" takes nothing back.
        return max(old, new, key=len)
    return new if own else old


async def merge_rows(
    connection: AsyncConnection,
    table: Table,
    rows: list[Row],
    meter: Meter,
    where: ColumnElement[bool] | None = None,
    *,
    keys: Sequence[str] = (),
    fixed: bool = False,
) -> list[Row]:
    """Insert rows that are missing and update those that differ; an unknown value never replaces a known one.

    Args:
        where: the part of the table that the rows can be in.
        keys: the columns that tell rows apart; the primary key by default.
        fixed: rows that are there stay as they are.

    Returns:
        The rows that were inserted or updated.
    """
    if not rows:
        return []
    keys = keys or [column.name for column in table.primary_key]
    names = [column.name for column in table.columns if column.name in rows[0]]
    stored = await all_rows(
        connection,
        select(*(table.c[name] for name in names)).where(true() if where is None else where),
    )
    new, changed = await asyncio.to_thread(_difference, stored, rows, names, keys)
    changed = [] if fixed else changed
    meter.add(len(rows) - len(new) - len(changed))
    await insert_rows(connection, table, new, meter)
    await update_rows(connection, table, keys, changed, meter)
    return new + changed


def _difference(
    stored: list[Any], rows: list[Row], names: list[str], keys: Sequence[str]
) -> tuple[list[Row], list[Row]]:
    there: dict[tuple[Any, ...], Row] = {}
    for row in stored:
        known = dict(zip(names, row, strict=True))
        there[tuple(known[name] for name in keys)] = known
    new: dict[tuple[Any, ...], Row] = {}
    changed: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key in new or key in changed:
            continue
        asked = {name: row[name] for name in names}
        known = there.get(key)
        if known is None:
            new[key] = asked
        else:
            merged = {name: known[name] if value is None else value for name, value in asked.items()}
            if merged != known:
                changed[key] = merged
    return list(new.values()), list(changed.values())
