"""The catalogue on disk: import clean frames, load songs, describe what is there."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Executable, Table, and_, bindparam, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.records import Song, SongId
from bot.store.schema import (
    audio_features,
    playlist_songs,
    playlists,
    song_tags,
    songs,
    track_ids,
)

Progress = Callable[[int, int], None]
"""Called on the event loop with the rows done and the rows in all."""

Row = dict[str, Any]

_BATCH = 1_000  # rows; binding them holds the event loop for a few milliseconds
_DESCRIBED = ("title", "artist", "album", "released", "duration_ms", "explicit", "popularity")
_ENGINE_FEATURES = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "mode",
)
_TAG_WEIGHTS = {"genre": 1.0, "subgenre": 1.0, "mood": 0.7}
_TOP_GENRES = 12


class Frames(Protocol):
    """Clean tables to import, such as ``bot.sources.tracks_csv.CatalogFrames``.

    ``songs`` has one row a ``key``; the other tables name that key in their column ``song``.
    """

    @property
    def songs(self) -> pd.DataFrame: ...
    @property
    def track_ids(self) -> pd.DataFrame: ...
    @property
    def tags(self) -> pd.DataFrame: ...
    @property
    def audio(self) -> pd.DataFrame: ...
    @property
    def playlists(self) -> pd.DataFrame: ...
    @property
    def playlist_songs(self) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did to the songs, and how many track ids it added."""

    new: int
    changed: int
    unchanged: int
    new_track_ids: int


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """The catalogue in figures.

    Attributes:
        tracks: number of track ids by service.
        tags: number of different tags by kind (genre, subgenre, mood, country).
        top_genres: (genre, number of songs), most songs first.
        audio: number of songs with audio features by source.
        sources: number of songs by the source that brought them.
        years: first and last year of release, None when no song has one.
    """

    songs: int
    tracks: dict[str, int]
    tags: dict[str, int]
    top_genres: tuple[tuple[str, int], ...]
    audio: dict[str, int]
    playlists: int
    sources: dict[str, int]
    years: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class StoredFrames:
    """The catalogue as the engine takes it.

    Attributes:
        items: index ``item`` (song id); artist, released (year with fraction), popularity.
        tags: item, tag, weight.
        audio: index ``item``; one column a feature, NaN when unknown.
        baskets: basket, item: songs that stand in one playlist.
    """

    items: pd.DataFrame
    tags: pd.DataFrame
    audio: pd.DataFrame
    baskets: pd.DataFrame


@dataclass(slots=True)
class _Meter:
    """Tells how far an import is."""

    tell: Progress | None
    total: int
    done: int = 0

    def add(self, rows: int) -> None:
        self.done += rows
        if self.tell is not None and rows:
            self.tell(self.done, self.total)


@dataclass(slots=True)
class _Plan:
    """What an import does to the table of songs.

    Attributes:
        ids: key in the file → song id, for songs that the catalogue has.
        new, changed: rows to insert and to update.
    """

    ids: dict[str, int] = field(default_factory=dict[str, int])
    new: list[Row] = field(default_factory=list[Row])
    changed: list[Row] = field(default_factory=list[Row])


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
        parts = (
            frames.songs,
            frames.track_ids,
            frames.tags,
            frames.audio,
            frames.playlists,
            frames.playlist_songs,
        )
        given = [await asyncio.to_thread(_records, part) for part in parts]
        described, identified, tagged, measured, listed, members = given
        meter = _Meter(progress, sum(map(len, given)))
        async with self._db.write() as connection:
            stored = await _all(connection, select(songs))
            known = await _all(
                connection, select(track_ids.c.service, track_ids.c.external_id, track_ids.c.song_id)
            )
            plan = await asyncio.to_thread(_plan, stored, known, described, identified, source)
            meter.add(len(described) - len(plan.new) - len(plan.changed))
            await _insert(connection, songs, plan.new, meter)
            await _update(connection, songs, ("id",), plan.changed, meter)
            last = max((row.id for row in stored), default=0)
            for row in await _all(connection, select(songs.c.id, songs.c.key).where(songs.c.id > last)):
                plan.ids[row.key] = row.id
            touched = {row["id"] for row in plan.changed}
            own = {"source": source}

            rows = [{**own, **row, "song_id": plan.ids[row["song"]]} for row in identified]
            ids = await _merge(connection, track_ids, rows, meter, fixed=True)
            rows = [{**own, **row, "song_id": plan.ids[row["song"]]} for row in tagged]
            tags = await _merge(connection, song_tags, rows, meter, song_tags.c.source == source)
            rows = [{**own, **row, "song_id": plan.ids[row["song"]]} for row in measured]
            audio = await _merge(connection, audio_features, rows, meter, audio_features.c.source == source)
            touched.update(row["song_id"] for row in (*ids, *tags, *audio))

            rows = [{**own, **row} for row in listed]
            mine = playlists.c.source == source
            await _merge(connection, playlists, rows, meter, mine, keys=("source", "external_id"))
            numbers = {
                row.external_id: row.id
                for row in await _all(connection, select(playlists.c.external_id, playlists.c.id).where(mine))
            }
            rows = [
                {"playlist_id": numbers[row["external_id"]], "song_id": plan.ids[row["song"]]}
                for row in members
            ]
            of_mine = playlist_songs.c.playlist_id.in_(select(playlists.c.id).where(mine))
            await _merge(connection, playlist_songs, rows, meter, of_mine)
        new = len(plan.new)
        changed = sum(song_id <= last for song_id in touched)
        return ImportCounts(new, changed, len(set(plan.ids.values())) - new - changed, len(ids))

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
        async with self._db.read() as connection:
            rows = await _all(connection, select(songs).order_by(songs.c.id))
            tag_rows = await _all(connection, tags.where(song_tags.c.kind.in_(_TAG_WEIGHTS)))
            tempo_rows = await _all(connection, tempo.order_by(audio_features.c.source.desc()))
            ids = select(track_ids.c.song_id, track_ids.c.service, track_ids.c.external_id)
            id_rows = await _all(
                connection, ids.order_by(track_ids.c.service, track_ids.c.external_id.desc())
            )
        return await asyncio.to_thread(_songs, rows, tag_rows, tempo_rows, id_rows)

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
        described = select(songs.c.id, songs.c.artist, songs.c.released, songs.c.popularity).order_by(
            songs.c.id
        )
        tags = select(song_tags.c.song_id, song_tags.c.tag, song_tags.c.kind).where(
            song_tags.c.kind.in_(_TAG_WEIGHTS)
        )
        features = [audio_features.c[name] for name in _ENGINE_FEATURES]
        audio = select(audio_features.c.song_id, *features).order_by(
            audio_features.c.song_id, audio_features.c.source
        )
        baskets = select(playlist_songs.c.playlist_id, playlist_songs.c.song_id)
        async with self._db.read() as connection:
            item_rows = await _all(connection, described)
            tag_rows = await _all(connection, tags)
            audio_rows = await _all(connection, audio)
            basket_rows = await _all(connection, baskets.order_by(*baskets.selected_columns))
        return await asyncio.to_thread(_frames, item_rows, tag_rows, audio_rows, basket_rows)


# ---------------- reading and writing


async def _all(connection: AsyncConnection, statement: Executable) -> list[Any]:
    """Every row; in portions, since making rows of a large table at once would hold the event loop."""
    rows: list[Any] = []
    async with connection.stream(statement) as result:
        async for portion in result.partitions(2_000):
            rows += portion
    return rows


def _records(frame: pd.DataFrame) -> list[Row]:
    """The rows as dicts of plain Python values, None for what is unknown."""
    plain = frame.astype(object)
    return [
        {str(name): value for name, value in row.items()}
        for row in plain.where(frame.notna(), None).to_dict("records")
    ]


async def _insert(connection: AsyncConnection, table: Table, rows: list[Row], meter: _Meter) -> None:
    for batch in _batches(rows):
        await connection.execute(insert(table), batch)
        meter.add(len(batch))


async def _update(
    connection: AsyncConnection, table: Table, keys: Sequence[str], rows: list[Row], meter: _Meter
) -> None:
    if not rows:
        return
    values = [name for name in rows[0] if name not in keys]
    statement = (
        update(table)
        .where(and_(*(table.c[name] == bindparam(f"its_{name}") for name in keys)))
        .values({name: bindparam(f"new_{name}") for name in values})
    )
    for batch in _batches(rows):
        bound = [
            {f"its_{name}" if name in keys else f"new_{name}": value for name, value in row.items()}
            for row in batch
        ]
        await connection.execute(statement, bound)
        meter.add(len(batch))


def _batches(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


async def _merge(
    connection: AsyncConnection,
    table: Table,
    rows: list[Row],
    meter: _Meter,
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
    stored = await _all(
        connection,
        select(*(table.c[name] for name in names)).where(true() if where is None else where),
    )
    new, changed = await asyncio.to_thread(_difference, stored, rows, names, keys)
    changed = [] if fixed else changed
    meter.add(len(rows) - len(new) - len(changed))
    await _insert(connection, table, new, meter)
    await _update(connection, table, keys, changed, meter)
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


def _plan(
    stored: list[Any], known: list[Any], described: list[Row], identified: list[Row], source: str
) -> _Plan:
    """Tell which songs are there already, and what becomes of them."""
    by_key = {row.key: row for row in stored}
    by_id = {row.id: row for row in stored}
    by_track = {(row.service, row.external_id): row.song_id for row in known}
    held: defaultdict[str, list[int]] = defaultdict(list)
    for row in identified:
        if (song_id := by_track.get((row["service"], row["external_id"]))) is not None:
            held[row["song"]].append(song_id)
    plan = _Plan()
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
        if merged != old:
            plan.changed.append({"id": song_id, **merged})
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


def _songs(rows: list[Any], tags: list[Any], tempos: list[Any], ids: list[Any]) -> list[Song]:
    weights: defaultdict[tuple[int, bool], dict[str, tuple[float, bool]]] = defaultdict(dict)
    for song_id, kind, tag, weight in tags:
        found = weights[song_id, kind == "mood"]
        before, general = found.get(tag, (0.0, False))
        found[tag] = (before + weight, general or kind == "genre")
    links: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for song_id, service, external_id in ids:
        links[song_id][service] = external_id
    tempo: dict[int, float] = {row.song_id: row.tempo for row in tempos}

    def ranked(song_id: int, *, mood: bool) -> tuple[str, ...]:
        found = weights.get((song_id, mood), {})
        return tuple(sorted(found, key=lambda tag: (-found[tag][0], not found[tag][1], tag)))

    return [
        Song(
            id=SongId(row.id),
            title=row.title,
            artist=row.artist,
            album=row.album,
            released=row.released,
            duration_ms=row.duration_ms,
            explicit=row.explicit,
            popularity=row.popularity,
            artwork_url=row.artwork_url,
            genres=ranked(row.id, mood=False),
            moods=ranked(row.id, mood=True),
            tempo=tempo.get(row.id),
            links=links.get(row.id, {}),
        )
        for row in rows
    ]


def _frames(items: list[Any], tags: list[Any], audio: list[Any], baskets: list[Any]) -> StoredFrames:
    item_frame = pd.DataFrame(
        {
            "artist": pd.Series([row.artist for row in items], dtype="str"),
            "released": np.array([_year(row.released) for row in items], dtype=np.float64),
            "popularity": np.array([row.popularity for row in items], dtype=np.float64),
        }
    ).set_index(pd.Index([row.id for row in items], dtype="int64", name="item"))
    tag_frame = pd.DataFrame([tuple(row) for row in tags], columns=["item", "tag", "kind"])
    tag_frame["weight"] = tag_frame["kind"].map(_TAG_WEIGHTS).astype("float64")
    tag_frame = tag_frame.groupby(["item", "tag"])["weight"].max().reset_index()
    audio_frame = pd.DataFrame([tuple(row) for row in audio], columns=["item", *_ENGINE_FEATURES])
    audio_frame = audio_frame.astype(dict.fromkeys(_ENGINE_FEATURES, "float64")).astype({"item": "int64"})
    return StoredFrames(
        items=item_frame,
        tags=tag_frame.astype({"item": "int64", "tag": "str"}),
        audio=audio_frame.groupby("item").first(),
        baskets=pd.DataFrame([tuple(row) for row in baskets], columns=["basket", "item"], dtype="int64"),
    )


def _year(released: str | None) -> float:
    """``2011-04-02`` → 2011.25; the middle of the month or year where no more is known."""
    if released is None:
        return float("nan")
    year, month, day = (int(part) for part in (*released.split("-"), "0", "0")[:3])
    if not month:
        return year + 0.5
    if not day:
        return year + (month - 0.5) / 12
    return year + (date(year, month, day).timetuple().tm_yday - 1) / 366
