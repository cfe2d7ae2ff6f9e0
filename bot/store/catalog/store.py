"""The catalogue as the rest of the program asks it."""

from __future__ import annotations

import asyncio

from sqlalchemy import ColumnElement, func, select, text

from bot.store.catalog.build import ENGINE_FEATURES, TAG_WEIGHTS, make_frames, make_songs
from bot.store.catalog.importing import import_rows, rows_of
from bot.store.catalog.rows import Progress, all_rows, bulk, made_of
from bot.store.catalog.shapes import CatalogInfo, Frames, ImportCounts, StoredFrames
from bot.store.database import Database
from bot.store.records import Song, SongId
from bot.store.schema import audio_features, playlist_songs, playlists, song_tags, songs, track_ids

_TOP_GENRES = 12


class CatalogStore:
    """The tables of the catalogue."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def import_frames(
        self, frames: Frames, source: str, progress: Progress | None = None
    ) -> ImportCounts:
        """Add clean frames to the catalogue in one transaction, whole or not at all.

        A song is known by its track ids first, then by its key. New values fill unknown ones, and values that the
        same source brought earlier follow it; nothing is deleted, so a file in parts may be imported one by one.
        Importing the same frames again changes nothing.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was changed.
        """
        with bulk():
            given = await asyncio.to_thread(rows_of, frames)
            async with self._db.write() as connection:
                return await import_rows(connection, given, source, progress)

    async def count(self) -> int:
        """Number of songs."""
        async with self._db.read() as connection:
            return (await connection.execute(select(func.count()).select_from(songs))).scalar_one()

    async def songs(self) -> list[Song]:
        """Every song, by id; genres and subgenres as one list, those that stand with the song most often first."""
        tags = select(song_tags.c.song_id, song_tags.c.kind, song_tags.c.tag, song_tags.c.weight)
        tempo = select(audio_features.c.song_id, audio_features.c.tempo).where(
            audio_features.c.tempo.is_not(None)
        )
        ids = select(track_ids.c.song_id, track_ids.c.service, track_ids.c.external_id)
        # SQLite keeps the order of insertion, the most popular recording first; elsewhere any fixed order will do.
        order = text("track_ids.rowid") if self._db.sqlite else track_ids.c.external_id
        with bulk():
            async with self._db.read() as connection:
                rows = await all_rows(connection, select(songs).order_by(songs.c.id))
                tag_rows = await all_rows(connection, tags.where(song_tags.c.kind.in_(TAG_WEIGHTS)))
                tempo_rows = await all_rows(connection, tempo.order_by(audio_features.c.source.desc()))
                id_rows = await all_rows(connection, ids.order_by(order))
            return await made_of(make_songs, rows, tag_rows, tempo_rows, id_rows)

    async def ids(self, service: str) -> dict[str, SongId]:
        """Every track id of a service with its song, for pasted links."""
        wanted = select(track_ids.c.external_id, track_ids.c.song_id).where(track_ids.c.service == service)
        with bulk():
            async with self._db.read() as connection:
                rows = await all_rows(connection, wanted)
            return {row.external_id: SongId(row.song_id) for row in rows}

    async def info(self) -> CatalogInfo:
        """The catalogue in figures."""
        times = func.count(song_tags.c.song_id.distinct())
        top = select(song_tags.c.tag, times).where(song_tags.c.kind == "genre").group_by(song_tags.c.tag)
        year = func.substr(songs.c.released, 1, 4)
        async with self._db.read() as connection:

            async def by(column: ColumnElement[str], counted: ColumnElement[int]) -> dict[str, int]:
                rows = await connection.execute(select(column, counted).group_by(column).order_by(column))
                return {str(row[0]): int(row[1]) for row in rows}

            first, last = (await connection.execute(select(func.min(year), func.max(year)))).one()
            top_rows = await connection.execute(
                top.order_by(times.desc(), song_tags.c.tag).limit(_TOP_GENRES)
            )
            counted = select(func.count())
            return CatalogInfo(
                songs=(await connection.execute(counted.select_from(songs))).scalar_one(),
                tracks=await by(track_ids.c.service, func.count()),
                tags=await by(song_tags.c.kind, func.count(song_tags.c.tag.distinct())),
                top_genres=tuple((tag, count) for tag, count in top_rows),
                audio=await by(audio_features.c.source, func.count()),
                playlists=(await connection.execute(counted.select_from(playlists))).scalar_one(),
                sources=await by(songs.c.source, func.count()),
                years=(int(first), int(last)) if first else None,
            )

    async def frames(self) -> StoredFrames:
        """The catalogue for the engine; a feature that several sources measured is taken from the first by name."""
        described = select(
            songs.c.id, songs.c.artist, songs.c.title, songs.c.album, songs.c.released, songs.c.popularity
        ).order_by(songs.c.id)
        tags = select(song_tags.c.song_id, song_tags.c.tag, song_tags.c.kind).where(
            song_tags.c.kind.in_(TAG_WEIGHTS)
        )
        features = [audio_features.c[name] for name in ENGINE_FEATURES]
        audio = select(audio_features.c.song_id, *features).order_by(
            audio_features.c.song_id, audio_features.c.source
        )
        baskets = select(playlist_songs.c.playlist_id, playlist_songs.c.song_id)
        with bulk():
            async with self._db.read() as connection:
                item_rows = await all_rows(connection, described)
                tag_rows = await all_rows(connection, tags)
                audio_rows = await all_rows(connection, audio)
                basket_rows = await all_rows(connection, baskets.order_by(*baskets.selected_columns))
            return await made_of(make_frames, item_rows, tag_rows, audio_rows, basket_rows)
