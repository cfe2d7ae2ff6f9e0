"""Which songs came into a server through a member, and how often they were shown there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Select, func, literal, null, select, type_coerce, union_all

from bot.store.database import Database
from bot.store.records import MemberId, PostKind, ServerId, SongId
from bot.store.schema import brought, impressions, posts, slots, song_list_songs, song_lists

TIMES = "times"
"""Of an ask's query: when each of its songs was brought, by the number of its slot."""


def with_time(query: Mapping[str, object], slot: int, at: float) -> dict[str, object]:
    """A post's query that knows when the song of a slot was brought; unix time."""
    return {**query, TIMES: {**_times(query), str(slot): at}}


def _times(query: Mapping[str, object] | None) -> dict[str, float]:
    return cast("dict[str, float]", (query or {}).get(TIMES) or {})


@dataclass(frozen=True, slots=True)
class Credit:
    """A song that a member brought: by a link, to an ask, or to a list of the server; unix time.

    Attributes:
        member: None when that is not known any more.
        card: whether it stood on a card of its own then, where others could answer to it.
    """

    song: SongId
    member: MemberId | None
    at: float
    card: bool = True


@dataclass(frozen=True, slots=True)
class Showing:
    """How often Segue itself showed a song in a server, and when first."""

    first: float
    times: int


class FindStore:
    """Reads who brought what; writes nothing."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def credits(self, server: ServerId) -> list[Credit]:
        """Everything that members of a server brought, the oldest first."""
        async with self._db.read() as connection:
            rows = (await connection.execute(_bringing(server))).all()
        # An ask of which nobody knows any more when its songs came counts by its own time.
        dated = [(_times(row.query).get(str(row.place), row.at), row.place, row) for row in rows]
        return [
            Credit(
                SongId(row.song_id),
                None if row.member_id is None else MemberId(row.member_id),
                at,
                bool(row.card),
            )
            for at, _, row in sorted(dated, key=lambda each: (each[0], each[1], each[2].song_id))
        ]

    async def showings(self, server: ServerId) -> dict[SongId, Showing]:
        """How often each of those songs was shown by Segue's own choice; without those that never were."""
        bringing = _bringing(server).subquery()
        wanted = (
            select(impressions.c.song_id, func.min(impressions.c.at), func.count())
            .where(impressions.c.server_id == server, impressions.c.song_id.in_(select(bringing.c.song_id)))
            .group_by(impressions.c.song_id)
        )
        async with self._db.read() as connection:
            rows = await connection.execute(wanted)
            return {SongId(song): Showing(first, times) for song, first, times in rows}


def _bringing(server: ServerId) -> Select[tuple[object, ...]]:
    """Song, member, time, a number that tells apart what came at one time, whether it was a card, and of asks the query."""
    place, card = slots.c.number.label("place"), literal(1).label("card")
    unasked = type_coerce(null(), posts.c.query.type).label("query")
    of_posts = select(slots.c.song_id, posts.c.member_id, posts.c.at, place, card, unasked).join_from(
        slots, posts, posts.c.id == slots.c.post_id
    )
    asked = (
        select(slots.c.song_id, brought.c.member_id, posts.c.at, place, card, posts.c.query)
        .join_from(slots, posts, posts.c.id == slots.c.post_id)
        .outerjoin(brought, (brought.c.post_id == slots.c.post_id) & (brought.c.slot == slots.c.number))
    )
    listed = select(
        song_list_songs.c.song_id,
        song_list_songs.c.member_id,
        song_list_songs.c.at,
        literal(0).label("place"),
        literal(0).label("card"),
        unasked,
    ).join_from(song_list_songs, song_lists, song_lists.c.id == song_list_songs.c.list_id)
    # A server's own list has nobody as its member.
    shared = (song_lists.c.server_id == server) & (song_lists.c.member_id == 0)
    every = union_all(
        of_posts.where(_here(server, PostKind.FOUND)),
        asked.where(_here(server, PostKind.ASK)),
        listed.where(shared),
    ).subquery()
    return select(every)


def _here(server: ServerId, kind: PostKind) -> ColumnElement[bool]:
    return (posts.c.server_id == server) & (posts.c.kind == kind.value)
