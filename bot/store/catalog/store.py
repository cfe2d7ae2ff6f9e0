"""The catalogue as the rest of the program asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, text, true

from bot.store.catalog.adding import add_songs
from bot.store.catalog.build import ENGINE_FEATURES, TAG_WEIGHTS, make_frames, make_songs
from bot.store.catalog.importing import import_rows, rows_of
from bot.store.catalog.rows import Progress, all_rows, bulk, made_of
from bot.store.catalog.shapes import CatalogInfo, Frames, ImportCounts, StoredFrames
from bot.store.database import Database
from bot.store.records import About, ItemKind, NewSong, Song, SongId
from bot.store.schema import (
    audio_features,
    playlist_songs,
    playlists,
    song_details,
    song_tags,
    songs,
    track_ids,
)

_TOP_GENRES = 12
_IDS = 400  # in one statement


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

    async def add(self, given: Sequence[NewSong], at: float) -> list[Song]:
        """Find or add songs that outside services name, in one transaction; in the order of ``given``.

        A song is known by any of its ids, then by its key. What is known of it already stays.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was added.
        """
        async with self._db.write() as connection:
            numbers = await add_songs(connection, given, at)
        found = {song.id: song for song in await self.some(numbers)}
        return [found[number] for number in numbers]

    async def count(self) -> int:
        """Number of songs."""
        async with self._db.read() as connection:
            return (await connection.execute(select(func.count()).select_from(songs))).scalar_one()

    async def songs(self) -> list[Song]:
        """Every song that may be shown, by id; genres and subgenres as one list, most frequent first."""
        return await self._songs(None)

    async def some(self, ids: Collection[SongId]) -> list[Song]:
        """Songs by their ids, listed or not, by id."""
        numbers = sorted(set(ids))
        portions = (numbers[start : start + _IDS] for start in range(0, len(numbers), _IDS))
        return [song for some in portions for song in await self._songs(some)]

    async def _songs(self, some: Sequence[SongId] | None) -> list[Song]:
        """All that may be shown, or these."""

        def of(table: Table) -> ColumnElement[bool]:
            return true() if some is None else table.c.song_id.in_(some)

        tags = select(song_tags.c.song_id, song_tags.c.kind, song_tags.c.tag, song_tags.c.weight)
        tags = tags.where(song_tags.c.kind.in_(TAG_WEIGHTS), of(song_tags))
        tempo = select(audio_features.c.song_id, audio_features.c.tempo).where(
            audio_features.c.tempo.is_not(None), of(audio_features)
        )
        ids = select(track_ids.c.song_id, track_ids.c.service, track_ids.c.external_id).where(of(track_ids))
        # SQLite keeps the order of insertion, the most popular recording first; elsewhere any fixed order will do.
        order = text("track_ids.rowid") if self._db.sqlite else track_ids.c.external_id
        details = select(song_details).where(of(song_details)).order_by(song_details.c.at.desc())
        with bulk():
            async with self._db.read() as connection:
                chosen = songs.c.listed if some is None else songs.c.id.in_(some)
                rows = await all_rows(connection, select(songs).where(chosen).order_by(songs.c.id))
                tag_rows = await all_rows(connection, tags)
                tempo_rows = await all_rows(connection, tempo.order_by(audio_features.c.source.desc()))
                id_rows = await all_rows(connection, ids.order_by(order))
                detail_rows = await all_rows(connection, details)
            return await made_of(make_songs, rows, tag_rows, tempo_rows, id_rows, detail_rows)

    async def by_key(self, keys: Sequence[str]) -> dict[str, SongId]:
        """The songs that there are of these keys."""
        found: dict[str, SongId] = {}
        async with self._db.read() as connection:
            for start in range(0, len(keys), _IDS):
                wanted = songs.c.key.in_(keys[start : start + _IDS])
                rows = await connection.execute(select(songs.c.key, songs.c.id).where(wanted))
                found.update({row.key: SongId(row.id) for row in rows})
        return found

    async def names(self) -> tuple[list[str], list[str]]:
        """Every artist and every genre of the songs that may be shown, as they are written."""
        spoken = select(songs.c.id).where(songs.c.kind != ItemKind.SONG)
        artists = select(songs.c.artist).where(songs.c.listed, songs.c.kind == ItemKind.SONG).distinct()
        genres = select(song_tags.c.tag).where(
            song_tags.c.kind.in_(("genre", "subgenre")), song_tags.c.song_id.not_in(spoken)
        )
        genres = genres.distinct()
        with bulk():
            async with self._db.read() as connection:
                return (
                    [row.artist for row in await all_rows(connection, artists)],
                    [row.tag for row in await all_rows(connection, genres)],
                )

    async def about(self, song: SongId) -> About:
        """What sources tell of one item; the newest telling counts, credits are put together."""
        told = select(song_details).where(song_details.c.song_id == song).order_by(song_details.c.at.desc())
        credited: dict[str, dict[str, None]] = {}
        async with self._db.read() as connection:
            rows = (await connection.execute(told)).all()
        for row in rows:
            written: dict[str, list[str]] = row.credits or {}
            for role, names in written.items():
                credited.setdefault(role, {}).update(dict.fromkeys(names))
        return About(
            credits={role: tuple(names) for role, names in credited.items()},
            language=next((row.language for row in rows if row.language), None),
            description=next((row.description for row in rows if row.description), None),
            link=next((row.link for row in rows if row.link), None),
        )

    async def links(self) -> dict[tuple[str, str], SongId]:
        """The song behind every service and id, for pasted links."""
        wanted = select(track_ids.c.service, track_ids.c.external_id, track_ids.c.song_id)
        with bulk():
            async with self._db.read() as connection:
                rows = await all_rows(connection, wanted)
            return await made_of(_linked, rows)

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
        ).where(songs.c.listed)
        details = select(
            song_details.c.song_id,
            song_details.c.album,
            song_details.c.released,
            song_details.c.popularity,
        ).order_by(song_details.c.at.desc())
        listed = select(songs.c.id).where(songs.c.listed)
        tags = select(song_tags.c.song_id, song_tags.c.tag, song_tags.c.kind, song_tags.c.weight).where(
            song_tags.c.kind.in_(TAG_WEIGHTS), song_tags.c.song_id.in_(listed)
        )
        features = [audio_features.c[name] for name in ENGINE_FEATURES]
        audio = (
            select(audio_features.c.song_id, *features)
            .where(audio_features.c.song_id.in_(listed))
            .order_by(audio_features.c.song_id, audio_features.c.source)
        )
        baskets = select(playlist_songs.c.playlist_id, playlist_songs.c.song_id).where(
            playlist_songs.c.song_id.in_(listed)
        )
        with bulk():
            async with self._db.read() as connection:
                item_rows = await all_rows(connection, described.order_by(songs.c.id))
                detail_rows = await all_rows(connection, details)
                tag_rows = await all_rows(connection, tags)
                audio_rows = await all_rows(connection, audio)
                basket_rows = await all_rows(connection, baskets.order_by(*baskets.selected_columns))
            return await made_of(make_frames, item_rows, tag_rows, audio_rows, basket_rows, detail_rows)


def _linked(rows: list[Any]) -> dict[tuple[str, str], SongId]:
    return {(row.service, row.external_id): SongId(row.song_id) for row in rows}
