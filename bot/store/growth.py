"""How far the catalogue has been asked about: what sources know, what is missing, what came in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.counters import NEW_SONGS, counted
from bot.store.database import Database
from bot.store.schema import audio_features, enquiries, feedback, song_details, song_tags, songs
from bot.store.worth import DAY, lately

# What is spoken is asked about nowhere.
_SONGS = songs.c.kind == "song"


@dataclass(frozen=True, slots=True)
class Asked:
    """Where one source stands; ``to_ask`` is None where it is not asked here, ``last`` is unix time."""

    source: str
    asked: int
    knows: int
    to_ask: int | None
    last: float | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The catalogue as the enricher sees it.

    Attributes:
        lacking: listed songs without tags, audio features, release date and artwork.
        new: songs that came one by one in the last seven days, by source.
        popularity: when the oldest and the newest of the outside figures was given, unix time; None without any.
    """

    sources: tuple[Asked, ...]
    listed: int
    unlisted: int
    lacking: dict[str, int]
    new: dict[str, int]
    popularity: tuple[float, float] | None


class GrowthStore:
    """Counts over the catalogue and over who was asked."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def growth(self, sources: Collection[str], spared: Collection[str], now: float) -> Growth:
        """The figures of now.

        Args:
            sources: those that are asked here.
            spared: those of them that are asked about liked songs only.
        """
        async with self._db.read() as connection:
            said = await _said(connection, now)
            liked = func.count(feedback.c.song_id.distinct())
            likes = (await connection.execute(select(liked).where(feedback.c.verb == "like"))).scalar_one()
            listed, in_all = (
                await connection.execute(
                    select(func.count(case((songs.c.listed, 1))), func.count(songs.c.id)).where(_SONGS)
                )
            ).one()
            asked = [
                Asked(
                    name,
                    *said.get(name, (0, 0, None))[:2],
                    to_ask=max((likes if name in spared else in_all) - _lately(said, name), 0)
                    if name in sources
                    else None,
                    last=said[name][2] if name in said else None,
                )
                for name in sorted({*sources, *said})
            ]
            oldest, newest = (
                await connection.execute(
                    select(func.min(song_details.c.at), func.max(song_details.c.at)).where(
                        song_details.c.popularity.is_not(None)
                    )
                )
            ).one()
            return Growth(
                sources=tuple(asked),
                listed=listed,
                unlisted=in_all - listed,
                lacking=await _lacking(connection),
                new=dict((await counted(connection, NEW_SONGS, now - 6 * DAY)).most_common()),
                popularity=None if oldest is None else (oldest, newest),
            )


_Said = dict[str, tuple[int, int, float | None, int]]


async def _said(connection: AsyncConnection, now: float) -> _Said:
    """By source: songs asked about, known, when last, and how many of them need not be asked again yet."""
    rows = await connection.execute(
        select(
            enquiries.c.source,
            func.count().label("asked"),
            func.count(case((enquiries.c.found, 1))).label("known"),
            func.max(enquiries.c.at).label("last"),
            func.count(case((lately(now), 1))).label("lately"),
        ).group_by(enquiries.c.source)
    )
    return {row.source: (row.asked, row.known, row.last, row.lately) for row in rows}


def _lately(said: _Said, name: str) -> int:
    return said[name][3] if name in said else 0


async def _lacking(connection: AsyncConnection) -> dict[str, int]:
    """Listed songs of which nobody has said this."""
    missing = {
        "tags": ~_any_of(song_tags),
        "audio features": ~_any_of(audio_features),
        "release date": _unknown("released"),
        "artwork": _unknown("artwork_url"),
    }
    counts = [func.count(case((condition, 1))) for condition in missing.values()]
    row = (await connection.execute(select(*counts).select_from(songs).where(songs.c.listed, _SONGS))).one()
    return dict(zip(missing, row, strict=True))


def _any_of(table: Table, more: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    here = table.c.song_id == songs.c.id
    return exists().where(here if more is None else and_(here, more)).correlate(songs)


def _unknown(name: str) -> ColumnElement[bool]:
    told = _any_of(song_details, song_details.c[name].is_not(None))
    return ~or_(songs.c[name].is_not(None), told)
