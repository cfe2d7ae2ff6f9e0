"""Weekly posts that stand open, and the polls on their best songs: claimed, confirmed, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import MessageId, PostId, PostKind, ServerId, SongId
from bot.store.schema import discovery_runs, posts, weekly_polls


@dataclass(frozen=True, slots=True)
class WeeklyPoll:
    """A poll on songs of a weekly post.

    Attributes:
        songs: in the order of its answers.
        message: None until Discord has confirmed it.
        ends_at: unix time.
    """

    post: PostId
    songs: tuple[SongId, ...]
    message: MessageId | None
    at: float
    ends_at: float


def _poll(row: Row[Any]) -> WeeklyPoll:
    return WeeklyPoll(
        post=PostId(row.post_id),
        songs=tuple(SongId(song) for song in row.songs),
        message=None if row.message_id is None else MessageId(row.message_id),
        at=row.at,
        ends_at=row.ends_at,
    )


class PollStore:
    """A poll is claimed by inserting its row: the primary key lets only one claim succeed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def standing(self) -> list[tuple[ServerId, PostId, float]]:
        """Weekly posts that became messages and were not closed yet, oldest first: server, post, when."""
        wanted = (
            select(posts.c.server_id, posts.c.id, posts.c.at)
            .join_from(discovery_runs, posts, posts.c.id == discovery_runs.c.post_id)
            .where(
                posts.c.kind == PostKind.WEEKLY, posts.c.closed_at.is_(None), posts.c.message_id.is_not(None)
            )
            .order_by(posts.c.id)
        )
        async with self._db.read() as connection:
            rows = await connection.execute(wanted)
            return [(ServerId(server), PostId(post), at) for server, post, at in rows]

    async def known(self, numbers: list[PostId]) -> set[PostId]:
        """Those of these posts that have a poll, or were left without."""
        wanted = select(weekly_polls.c.post_id).where(weekly_polls.c.post_id.in_(numbers))
        async with self._db.read() as connection:
            return {PostId(post) for (post,) in await connection.execute(wanted)}

    async def claim(self, post: PostId, songs: tuple[SongId, ...], at: float, ends_at: float) -> bool:
        """Take the poll of a post for this process; False when it was taken before."""
        values = {"post_id": post, "state": "claimed", "songs": list(songs), "at": at, "ends_at": ends_at}
        async with self._db.write() as connection:
            row = await connection.execute(
                insert(weekly_polls)
                .values(**values)
                .on_conflict_do_nothing()
                .returning(weekly_polls.c.post_id)
            )
            return row.one_or_none() is not None

    async def confirm(self, post: PostId, message: MessageId) -> None:
        """Say that the poll's message is there."""
        await self._change(post, {"state": "confirmed", "message_id": message})

    async def leave_out(self, post: PostId) -> None:
        """Make no poll on a post."""
        await self._change(post, {"state": "left_out"})

    async def count(self, post: PostId, winner: SongId | None) -> None:
        """Write down what a poll has chosen."""
        await self._change(post, {"state": "counted", "winner": winner})

    async def release(self, post: PostId) -> None:
        """Give a claimed poll back, because nothing was sent."""
        async with self._db.write() as connection:
            await connection.execute(
                delete(weekly_polls).where(weekly_polls.c.post_id == post, weekly_polls.c.state == "claimed")
            )

    async def unconfirmed(self) -> list[WeeklyPoll]:
        """Polls that were claimed and neither confirmed nor given back."""
        return await self._in("claimed")

    async def ended(self, before: float) -> list[WeeklyPoll]:
        """Polls that ended before a moment and were not counted yet."""
        return [poll for poll in await self._in("confirmed") if poll.ends_at <= before]

    async def winner(self, post: PostId) -> SongId | None:
        """What the poll of a post has chosen, or None."""
        wanted = select(weekly_polls.c.winner).where(weekly_polls.c.post_id == post)
        async with self._db.read() as connection:
            found = (await connection.execute(wanted)).scalar_one_or_none()
            return None if found is None else SongId(found)

    async def _in(self, state: str) -> list[WeeklyPoll]:
        wanted = select(weekly_polls).where(weekly_polls.c.state == state).order_by(weekly_polls.c.post_id)
        async with self._db.read() as connection:
            return [_poll(row) for row in await connection.execute(wanted)]

    async def _change(self, post: PostId, values: dict[str, object]) -> None:
        async with self._db.write() as connection:
            await connection.execute(
                update(weekly_polls).where(weekly_polls.c.post_id == post).values(**values)
            )
