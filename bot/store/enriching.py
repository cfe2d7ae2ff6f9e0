"""What is still to be asked about songs, in order of worth, and what sources said of one song, written whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.catalog.adding import add_songs, find_songs, tell_songs
from bot.store.counters import NEAR_LIKED, count_up, counted
from bot.store.database import Database
from bot.store.records import NewSong, SongId
from bot.store.schema import (
    AUDIO_FEATURES,
    audio_features,
    enquiries,
    playlist_songs,
    playlists,
    song_tags,
    track_ids,
)
from bot.store.worth import by_worth, lately


@dataclass(frozen=True, slots=True)
class Due:
    """A song that sources should be asked about.

    Attributes:
        ids: by service, ``isrc`` and ``mbid`` among them.
        sources: those that are to be asked, in no order.
        liked: whether somebody likes it.
        listed: whether it may be shown to anybody yet.
    """

    id: SongId
    key: str
    title: str
    artist: str
    duration_ms: int | None
    ids: Mapping[str, str]
    sources: frozenset[str]
    liked: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class Find:
    """What one source said of one song.

    Attributes:
        found: whether it knew the song; None where it has not been asked to the end.
        told: names, ids, details and tags, None for none of them. Where it is ``listed``, the source is sure of the song.
        features: by the names of the audio features.
        near: similar songs, nearest first.
    """

    source: str
    found: bool | None
    told: NewSong | None = None
    features: Mapping[str, float] = field(default_factory=dict[str, float])
    near: Sequence[NewSong] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What became of finds: whether the song may be shown now, and the songs that were added beside it."""

    listed: bool
    added: tuple[SongId, ...]


class EnrichingStore:
    """Songs and what sources were asked about them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def due(
        self,
        sources: Collection[str],
        now: float,
        limit: int,
        *,
        spared: Collection[str] = (),
    ) -> list[Due]:
        """The songs that these sources should be asked about: liked last, then shown, heard, best known.

        Args:
            spared: sources to be asked about liked songs only.
        """
        if not sources:
            return []
        async with self._db.read() as connection:
            rows = (await connection.execute(by_worth(sources, spared, now, limit))).all()
            ids = await _ids(connection, [row.id for row in rows])
            asked = await _asked(connection, [row.id for row in rows], now)
        return [
            Due(
                id=SongId(row.id),
                key=row.key,
                title=row.title,
                artist=row.artist,
                duration_ms=row.duration_ms,
                ids=ids.get(row.id, {}),
                sources=frozenset(sources)
                - asked.get(row.id, frozenset())
                - (frozenset() if row.liked_at else frozenset(spared)),
                liked=row.liked_at is not None,
                listed=row.listed,
            )
            for row in rows
        ]

    async def asked_since(self, moment: float) -> int:
        """About how many songs somebody was asked since then."""
        recent = select(func.count(enquiries.c.song_id.distinct())).where(enquiries.c.at > moment)
        async with self._db.read() as connection:
            return (await connection.execute(recent)).scalar_one()

    async def added_today(self, now: float) -> int:
        """How many songs near liked ones were added on this day."""
        async with self._db.read() as connection:
            return (await counted(connection, NEAR_LIKED, now)).total()

    async def write(self, song: Due, finds: Sequence[Find], at: float, *, new: int = 0) -> Written:
        """Write what sources said of a song, and that they were asked, in one transaction: all of it or nothing.

        Args:
            new: at most so many similar songs that the catalogue does not have are added.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was written.
        """
        added: list[SongId] = []
        async with self._db.write() as connection:
            for find in finds:
                await _tell(connection, song.id, find, at)
                added += await _keep_near(connection, song, find, at, new - len(added))
            await _note(connection, song.id, finds, at)
        sure = any(find.told is not None and find.told.listed for find in finds)
        return Written(listed=song.listed or sure, added=tuple(added))


async def _ids(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for row in await connection.execute(select(track_ids).where(track_ids.c.song_id.in_(numbers))):
        found.setdefault(row.song_id, {}).setdefault(row.service, row.external_id)
    return found


async def _asked(
    connection: AsyncConnection, numbers: Sequence[int], now: float
) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    wanted = select(enquiries).where(enquiries.c.song_id.in_(numbers), lately(now))
    for row in await connection.execute(wanted):
        found[row.song_id] = found.get(row.song_id, frozenset()) | {row.source}
    return found


async def _tell(connection: AsyncConnection, song: SongId, find: Find, at: float) -> None:
    if find.told is not None:
        if find.told.tags:  # what it says now takes the place of what it said then
            own = and_(song_tags.c.song_id == song, song_tags.c.source == find.source)
            await connection.execute(delete(song_tags).where(own))
        await tell_songs(connection, [(find.told, song)], at)
    features = {name: find.features[name] for name in AUDIO_FEATURES if name in find.features}
    if features:
        said = insert(audio_features).values(song_id=song, source=find.source, **features)
        await connection.execute(said.on_conflict_do_update(set_=features))


async def _keep_near(connection: AsyncConnection, song: Due, find: Find, at: float, new: int) -> list[SongId]:
    """Put the song and those near it into one basket; the songs that were added for it."""
    if not find.near:
        return []
    known = await find_songs(connection, find.near)
    unknown = [each for each, number in zip(find.near, known, strict=True) if number is None]
    added = await add_songs(connection, unknown[: max(new, 0)], at)
    together = dict.fromkeys([song.id, *(number for number in known if number is not None), *added])
    name = f"similar:{song.id}"
    if len(together) > 1:
        basket = insert(playlists).values(source=find.source, external_id=name, name=f"Near {song.title}")
        again = basket.on_conflict_do_update(
            index_elements=["source", "external_id"], set_={"name": basket.excluded.name}
        )
        number = (await connection.execute(again.returning(playlists.c.id))).scalar_one()
        await connection.execute(delete(playlist_songs).where(playlist_songs.c.playlist_id == number))
        rows = [{"playlist_id": number, "song_id": each} for each in together]
        await connection.execute(insert(playlist_songs), rows)
    distinct = list(dict.fromkeys(added))
    await count_up(connection, NEAR_LIKED, Counter({find.source: len(distinct)}), at)
    return distinct


async def _note(connection: AsyncConnection, song: SongId, finds: Sequence[Find], at: float) -> None:
    asked = [
        {"song_id": song, "source": find.source, "at": at, "found": find.found}
        for find in finds
        if find.found is not None
    ]
    if asked:
        noted = insert(enquiries)
        newer = {"at": noted.excluded.at, "found": noted.excluded.found}
        await connection.execute(noted.on_conflict_do_update(set_=newer), asked)
