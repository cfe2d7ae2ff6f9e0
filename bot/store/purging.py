"""Taking out of the catalogue everything that one source gave, and nothing that anybody else needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import (
    audio_features,
    claims,
    enquiries,
    feedback,
    impressions,
    listens,
    playlist_songs,
    playlists,
    slots,
    song_details,
    song_list_songs,
    song_tags,
    songs,
    track_ids,
)

NAMED_BY_MEMBERS = "link"
"""Whose a song is that only members' own answers still speak of."""
_TOLD = (song_details, song_tags, audio_features, track_ids)
_OF_MEMBERS = (feedback, impressions, slots, listens, song_list_songs, claims)
_VALUES = ("album", "released", "duration_ms", "explicit", "popularity", "artwork_url")


@dataclass(frozen=True, slots=True)
class Purged:
    """What one source's data is or was.

    Attributes:
        rows: by what they are: details, tags, audio features, track ids, enquiries, playlists.
        songs: songs of it that nothing refers to, taken out whole.
        kept: songs of it that members or other sources speak of: they keep artist and title.
    """

    source: str
    rows: dict[str, int]
    songs: int
    kept: int

    @property
    def nothing(self) -> bool:
        """Whether there is nothing of that source."""
        return not any((*self.rows.values(), self.songs, self.kept))


class _NotMeant(Exception):
    """Ends a transaction that only looked."""


class PurgingStore:
    """Removes by source."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def purge(self, source: str, *, really: bool) -> Purged:
        """Take everything out that a source gave, in one transaction, or only count it.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was changed.
        """
        purged: Purged | None = None
        try:
            async with self._db.write() as connection:
                purged = await _purge(connection, source)
                if not really:
                    raise _NotMeant
        except _NotMeant:
            pass
        return purged or Purged(source, {}, 0, 0)


async def _purge(connection: AsyncConnection, source: str) -> Purged:
    async def gone(table: Table, where: ColumnElement[bool]) -> int:
        return (await connection.execute(delete(table).where(where))).rowcount

    of_it = select(playlists.c.id).where(playlists.c.source == source)
    await gone(playlist_songs, playlist_songs.c.playlist_id.in_(of_it))
    rows = {
        "details": await gone(song_details, song_details.c.source == source),
        "tags": await gone(song_tags, song_tags.c.source == source),
        "audio features": await gone(audio_features, audio_features.c.source == source),
        "track ids": await gone(track_ids, track_ids.c.source == source),
        "enquiries": await gone(enquiries, enquiries.c.source == source),
        "playlists": await gone(playlists, playlists.c.source == source),
    }
    needed = or_(*(_refers(table) for table in (*_TOLD, *_OF_MEMBERS, playlist_songs)))
    alone = select(songs.c.id).where(songs.c.source == source, ~needed)
    await gone(enquiries, enquiries.c.song_id.in_(alone))
    taken = await gone(songs, songs.c.id.in_(alone))
    return Purged(source, rows, taken, await _disowned(connection, source))


async def _disowned(connection: AsyncConnection, source: str) -> int:
    """Let the songs that stay be somebody else's, without what the source said of them."""
    other: Any = func.coalesce(
        *(
            select(func.min(table.c.source)).where(table.c.song_id == songs.c.id).scalar_subquery()
            for table in _TOLD
        ),
        NAMED_BY_MEMBERS if source != NAMED_BY_MEMBERS else "history",
    )
    kept = update(songs).where(songs.c.source == source)
    return (await connection.execute(kept.values(source=other, **dict.fromkeys(_VALUES)))).rowcount


def _refers(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.song_id == songs.c.id).correlate(songs)
