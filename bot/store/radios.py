"""Who takes part in a radio, and the radios of the past."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.records import (
    ChannelId,
    Listener,
    MemberId,
    MessageId,
    PastRadio,
    PostId,
    PostKind,
    ServerId,
)
from bot.store.schema import listeners, posts, slots


async def listening(connection: AsyncConnection, post: PostId) -> tuple[Listener, ...]:
    """Who takes part in a radio, by member."""
    rows = await connection.execute(
        select(listeners.c.member_id, listeners.c.of_taste, listeners.c.turned_to)
        .where(listeners.c.post_id == post)
        .order_by(listeners.c.member_id)
    )
    return tuple(Listener(MemberId(member), of_taste, turned) for member, of_taste, turned in rows)


class RadioStore:
    """Writes listeners down, and lists radios."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def join(self, post: PostId, listener: Listener) -> None:
        """Write down that somebody takes part, in place of what was known of their part before."""
        said = insert(listeners).values(
            post_id=post,
            member_id=listener.member,
            of_taste=listener.of_taste,
            turned_to=listener.turned_to,
        )
        newer = {name: said.excluded[name] for name in ("of_taste", "turned_to")}
        async with self._db.write() as connection:
            await connection.execute(said.on_conflict_do_update(set_=newer))

    async def withhold(self, server: ServerId, member: MemberId) -> None:
        """Let no radio of a server play from a member's taste any more; in what they took part themselves they still do."""
        here = listeners.c.post_id.in_(select(posts.c.id).where(posts.c.server_id == server))
        theirs = here & (listeners.c.member_id == member) & listeners.c.of_taste
        async with self._db.write() as connection:
            await connection.execute(delete(listeners).where(theirs, listeners.c.turned_to.is_(None)))
            await connection.execute(update(listeners).where(theirs).values(of_taste=False))

    async def past(
        self,
        server: ServerId,
        *,
        member: MemberId | None = None,
        channels: Collection[ChannelId] | None = None,
        limit: int,
        offset: int = 0,
    ) -> tuple[list[PastRadio], int]:
        """Radios that became messages, newest first, and how many there are.

        Args:
            member: only those that this member started.
            channels: only those that were started in these.
        """
        wanted = (posts.c.server_id == server) & (posts.c.kind == PostKind.RADIO)
        wanted &= posts.c.message_id.is_not(None)
        if member is not None:
            wanted &= posts.c.member_id == member
        if channels is not None:
            wanted &= _started_in().in_(sorted(channels))
        songs = select(func.count()).where(slots.c.post_id == posts.c.id).correlate(posts).scalar_subquery()
        newest = (
            select(posts, songs.label("songs")).where(wanted).order_by(posts.c.at.desc(), posts.c.id.desc())
        )
        async with self._db.read() as connection:
            count = (
                await connection.execute(select(func.count()).select_from(posts).where(wanted))
            ).scalar_one()
            rows = await connection.execute(newest.limit(limit).offset(offset))
            return [
                PastRadio(
                    post=PostId(row.id),
                    server=ServerId(row.server_id),
                    channel=ChannelId(row.channel_id),
                    message=MessageId(row.message_id),
                    query=row.query,
                    at=row.at,
                    songs=row.songs,
                    closed=row.closed_at is not None,
                )
                for row in rows
            ], count


def _started_in() -> ColumnElement[int]:
    """The channel where a radio was asked for: its thread's, if it has one of its own."""
    return func.coalesce(posts.c.query["home"].as_integer(), posts.c.channel_id)
