"""What tells one state of the catalogue from another."""

from __future__ import annotations

import hashlib

from sqlalchemy import Table, func, select, text

from bot.store.database import Database
from bot.store.schema import audio_features, playlist_songs, playlists, song_tags, songs, track_ids

_TABLES = (songs, track_ids, song_tags, audio_features, playlists, playlist_songs)
_PORTION = 500  # rows
OUTSIDE = (
    "acousticbrainz",
    "deezer",
    "history",
    "itunes",
    "lastfm",
    "link",
    "listenbrainz",
    "listenbrainz_labs",
    "musicbrainz",
    "playlist",
    "radio_browser",
    "reccobeats",
    "spotify",
)
"""Who adds to the catalogue song by song while the bot runs; all others are the operator's own imports."""


async def fingerprint(db: Database) -> str:
    """A hash of every value that the operator's imports brought; half a second for 20,000 songs.

    What members and services add song by song is left out: a fit follows it in its own time. None of this holds the event loop.

    SQLite itself writes the rows down, so that none of them becomes a Python object.
    """
    digest = hashlib.sha256()
    async with db.read() as connection:
        for table in _TABLES:
            digest.update(f"\n{table.name}\n".encode())
            async with connection.stream(text(_written(table))) as result:
                async for (portion,) in result:
                    digest.update(portion.encode())
    return digest.hexdigest()


async def size(db: Database) -> tuple[int, ...]:
    """How many rows the tables of the catalogue have, whoever brought them: quickly asked, and another one after most changes."""
    async with db.read() as connection:
        counted = [select(func.count()).select_from(table) for table in _TABLES]
        return tuple([(await connection.execute(count)).scalar_one() for count in counted])


def _written(table: Table) -> str:
    keys = ", ".join(column.name for column in table.primary_key)
    # quote() gives every value in full, text and unknown ones told apart.
    row = " || ',' || ".join(f"quote({column.name})" for column in table.columns)
    numbered = f"SELECT {row} AS line, row_number() OVER (ORDER BY {keys}) / {_PORTION} AS portion"
    own = f"source NOT IN ({', '.join(map(repr, OUTSIDE))})"
    if "source" not in table.c:
        own = f"playlist_id IN (SELECT id FROM playlists WHERE {own})"  # noqa: S608
    return (
        f"SELECT group_concat(line, char(10)) FROM ({numbered} FROM {table.name} WHERE {own} ORDER BY {keys}) "  # noqa: S608
        "GROUP BY portion"
    )
