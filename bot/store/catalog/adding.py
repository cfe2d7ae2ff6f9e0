"""Songs that outside services and members' lists name: found again or added, and never told apart twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.counters import NEW_SONGS, count_up
from bot.store.records import NewSong, SongId
from bot.store.schema import song_details, song_tags, songs, track_ids

_PORTION = 1_000  # values in one statement
_DETAILS = (
    "album",
    "released",
    "duration_ms",
    "popularity",
    "artwork_url",
    "language",
    "credits",
    "description",
    "link",
)


async def add_songs(connection: AsyncConnection, given: Sequence[NewSong], at: float) -> list[SongId]:
    """Find or insert each song, by its ids first and then by its key; what the service says of it stays its own.

    Returns:
        their ids, in the order of ``given``; several of them may be one song.
    """
    by_track = await _by_track(connection, given)
    by_key = await _by_key(connection, given)
    there = frozenset(by_track)
    numbers: list[SongId] = []
    new: Counter[str] = Counter()
    for song in given:
        known = next((by_track[pair] for pair in song.ids.items() if pair in by_track), by_key.get(song.key))
        number = await _inserted(connection, song) if known is None else known
        new[song.source] += known is None
        by_key.setdefault(song.key, number)
        by_track.update(dict.fromkeys(song.ids.items(), number))
        numbers.append(number)
    await tell_songs(connection, list(zip(given, numbers, strict=True)), at, there=there)
    await count_up(connection, NEW_SONGS, new, at)
    return numbers


async def find_songs(connection: AsyncConnection, given: Sequence[NewSong]) -> list[SongId | None]:
    """The song of the catalogue that each one is, as `add_songs` would find it; None for new ones."""
    by_track = await _by_track(connection, given)
    by_key = await _by_key(connection, given)
    return [
        next((by_track[pair] for pair in song.ids.items() if pair in by_track), by_key.get(song.key))
        for song in given
    ]


async def _by_track(connection: AsyncConnection, given: Sequence[NewSong]) -> dict[tuple[str, str], SongId]:
    pairs = {pair for song in given for pair in song.ids.items()}
    found: dict[tuple[str, str], SongId] = {}
    columns = (track_ids.c.service, track_ids.c.external_id)
    for some in _portions(pairs):
        rows = await connection.execute(
            select(*columns, track_ids.c.song_id).where(tuple_(*columns).in_(some))
        )
        found.update({(row.service, row.external_id): SongId(row.song_id) for row in rows})
    return found


async def _by_key(connection: AsyncConnection, given: Sequence[NewSong]) -> dict[str, SongId]:
    found: dict[str, SongId] = {}
    for some in _portions({song.key for song in given}):
        rows = await connection.execute(select(songs.c.key, songs.c.id).where(songs.c.key.in_(some)))
        found.update({row.key: SongId(row.id) for row in rows})
    return found


async def _inserted(connection: AsyncConnection, song: NewSong) -> SongId:
    values = {
        name: getattr(song, name)
        for name in (
            "key",
            "title",
            "artist",
            "album",
            "released",
            "duration_ms",
            "explicit",
            "source",
            "kind",
        )
    }
    made = await connection.execute(insert(songs).values(**values, listed=song.listed).returning(songs.c.id))
    return SongId(made.scalar_one())


async def tell_songs(
    connection: AsyncConnection,
    named: Sequence[tuple[NewSong, SongId]],
    at: float,
    *,
    there: Container[tuple[str, str]] = (),
) -> None:
    """Write down what is said of songs that are there; ids that another song has stay with it.

    Args:
        there: ids that need not be written, as they are known.
    """
    ids = [
        {"service": service, "external_id": external, "song_id": number, "source": song.source}
        for song, number in named
        for service, external in song.ids.items()
        if (service, external) not in there
    ]
    tags = [
        {"song_id": number, "kind": kind, "tag": tag, "source": song.source, "weight": weight}
        for song, number in named
        for kind, tag, weight in song.tags
    ]
    details = [
        {
            "song_id": number,
            "source": song.source,
            "at": at,
            **{name: getattr(song, name) for name in _DETAILS},
        }
        for song, number in named
        if any(getattr(song, name) is not None for name in _DETAILS)
    ]
    for table, rows in ((track_ids, ids), (song_tags, tags)):
        if rows:
            await connection.execute(insert(table).on_conflict_do_nothing(), rows)
    if details:
        said = insert(song_details)
        newer = {name: said.excluded[name] for name in (*_DETAILS, "at")}
        await connection.execute(said.on_conflict_do_update(set_=newer), details)
    shown = {number for song, number in named if song.listed}
    for some in _portions(shown):
        await connection.execute(
            update(songs).where(songs.c.id.in_(some), ~songs.c.listed).values(listed=True)
        )


def _portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(values)
    return (listed[start : start + _PORTION] for start in range(0, len(listed), _PORTION))
