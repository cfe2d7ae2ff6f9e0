"""An import: clean frames into the tables of the catalogue, within one transaction of the caller's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.catalog.merge import Plan, merge_rows, plan_songs
from bot.store.catalog.rows import Meter, Progress, Row, all_rows, insert_rows, update_rows
from bot.store.catalog.shapes import Frames, ImportCounts
from bot.store.schema import audio_features, playlist_songs, playlists, song_tags, songs, track_ids


@dataclass(frozen=True, slots=True)
class Given:
    """Frames as rows; see `Frames`."""

    songs: list[Row]
    track_ids: list[Row]
    tags: list[Row]
    audio: list[Row]
    playlists: list[Row]
    playlist_songs: list[Row]

    @property
    def total(self) -> int:
        """Number of rows."""
        return sum(len(getattr(self, part.name)) for part in fields(self))


def rows_of(frames: Frames) -> Given:
    """The frames as rows; blocking, so call it in a thread."""
    return Given(**{part.name: _rows(getattr(frames, part.name)) for part in fields(Given)})


def _rows(frame: pd.DataFrame) -> list[Row]:
    """The rows as dicts of plain Python values, None for what is unknown."""
    names = [str(name) for name in frame.columns]
    columns = frame.astype(object).where(frame.notna(), None)
    values = [columns[name].tolist() for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


async def import_rows(
    connection: AsyncConnection, given: Given, source: str, progress: Progress | None
) -> ImportCounts:
    """Add the rows to the catalogue: first the songs, then what is said about them, then the playlists."""
    meter = Meter(progress, given.total)
    stored = await all_rows(connection, select(songs))
    last = max((row.id for row in stored), default=0)
    plan = await _import_songs(connection, given, source, stored, meter)
    touched = {row["id"] for row in plan.changed}

    own = {"source": source}
    rows = await asyncio.to_thread(_about_songs, given.track_ids, plan, own)
    ids = await merge_rows(connection, track_ids, rows, meter, fixed=True)
    rows = await asyncio.to_thread(_about_songs, given.tags, plan, own)
    tags = await merge_rows(connection, song_tags, rows, meter, song_tags.c.source == source)
    rows = await asyncio.to_thread(_about_songs, given.audio, plan, own)
    audio = await merge_rows(connection, audio_features, rows, meter, audio_features.c.source == source)
    touched.update(row["song_id"] for row in (*ids, *tags, *audio))

    await _import_playlists(connection, given, source, plan, meter)
    new = len(plan.new)
    changed = sum(song_id <= last for song_id in touched)
    return ImportCounts(new, changed, len(set(plan.ids.values())) - new - changed, len(ids))


async def _import_songs(
    connection: AsyncConnection, given: Given, source: str, stored: list[Any], meter: Meter
) -> Plan:
    known = await all_rows(
        connection, select(track_ids.c.service, track_ids.c.external_id, track_ids.c.song_id)
    )
    plan = await asyncio.to_thread(plan_songs, stored, known, given.songs, given.track_ids, source)
    meter.add(len(given.songs) - len(plan.new) - len(plan.changed))
    await insert_rows(connection, songs, plan.new, meter)
    await update_rows(connection, songs, ("id",), plan.changed, meter)
    last = max((row.id for row in stored), default=0)
    for row in await all_rows(connection, select(songs.c.id, songs.c.key).where(songs.c.id > last)):
        plan.ids[row.key] = row.id
    return plan


async def _import_playlists(
    connection: AsyncConnection, given: Given, source: str, plan: Plan, meter: Meter
) -> None:
    mine = playlists.c.source == source
    rows = [{"source": source, **row} for row in given.playlists]
    await merge_rows(connection, playlists, rows, meter, mine, keys=("source", "external_id"))
    listed = await all_rows(connection, select(playlists.c.external_id, playlists.c.id).where(mine))
    numbers = {row.external_id: {"playlist_id": row.id} for row in listed}
    rows = [{**numbers[row["external_id"]], "song_id": plan.ids[row["song"]]} for row in given.playlist_songs]
    of_mine = playlist_songs.c.playlist_id.in_(select(playlists.c.id).where(mine))
    await merge_rows(connection, playlist_songs, rows, meter, of_mine)


def _about_songs(rows: list[Row], plan: Plan, own: Row) -> list[Row]:
    """The rows with the number of their song in place of its key."""
    return [{**own, **row, "song_id": plan.ids[row["song"]]} for row in rows]
