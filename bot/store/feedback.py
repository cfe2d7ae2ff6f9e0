"""The append-only log of what members said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.records import EventId, FeedbackEvent, MemberId, PostId, ServerId, SongId, Verb
from bot.store.schema import feedback, members, servers

PAGE = 5_000


def _event(row: Row[Any]) -> FeedbackEvent:
    return FeedbackEvent(
        id=EventId(row.id),
        server=ServerId(row.server_id),
        member=MemberId(row.member_id),
        song=SongId(row.song_id),
        verb=Verb(row.verb),
        via=row.via,
        post=None if row.post_id is None else PostId(row.post_id),
        slot=row.slot,
        undoes=None if row.undoes is None else EventId(row.undoes),
        at=row.at,
        paused=row.paused,
    )


async def _introduce(connection: AsyncConnection, event: FeedbackEvent) -> None:
    """Make sure that server and member have their rows."""
    await connection.execute(
        insert(servers).values(id=event.server, joined_at=event.at).on_conflict_do_nothing()
    )
    await connection.execute(
        insert(members)
        .values(server_id=event.server, member_id=event.member, first_seen=event.at)
        .on_conflict_do_nothing()
    )


class FeedbackStore:
    """Appends events and reads them back in order; only `bot.store.rights` ever deletes one."""

    def __init__(self, db: Database) -> None:
        self._db = db
        # Members whose rows are there for certain: nearly every tap is one insert and a commit.
        self._seen: set[tuple[ServerId, MemberId]] = set()

    async def append(
        self, events: Sequence[FeedbackEvent], *, cause: str | None = None
    ) -> list[FeedbackEvent]:
        """Append events in one transaction and return them with their ids.

        Args:
            events: their ``id`` is ignored. All of one server and member.
            cause: the Discord interaction behind them; the same cause is taken once, a repetition appends
                nothing and returns an empty list.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was appended.
        """
        if not events:
            return []
        first = events[0]
        written: list[FeedbackEvent] = []
        async with self._db.write() as connection:
            if (first.server, first.member) not in self._seen:
                await _introduce(connection, first)
            for number, event in enumerate(events):
                row = await connection.execute(
                    insert(feedback)
                    .values(
                        server_id=event.server,
                        member_id=event.member,
                        song_id=event.song,
                        verb=event.verb,
                        via=event.via,
                        post_id=event.post,
                        slot=event.slot,
                        undoes=event.undoes,
                        cause=f"{cause}:{number}" if cause else None,
                        at=event.at,
                        paused=event.paused,
                    )
                    .on_conflict_do_nothing()
                    .returning(feedback)
                )
                found = row.one_or_none()
                if found is None and number == 0 and cause is not None:
                    return []  # this cause was taken before, whatever it led to
                if found is not None:
                    written.append(_event(found))
        self._seen.add((first.server, first.member))
        return written

    async def find(self, number: EventId) -> FeedbackEvent | None:
        """The event of that number."""
        async with self._db.read() as connection:
            row = (await connection.execute(select(feedback).where(feedback.c.id == number))).one_or_none()
        return None if row is None else _event(row)

    async def last(self) -> FeedbackEvent | None:
        """The newest event."""
        newest = select(feedback).order_by(feedback.c.id.desc()).limit(1)
        async with self._db.read() as connection:
            row = (await connection.execute(newest)).one_or_none()
        return None if row is None else _event(row)

    def forget(self, server: ServerId | None = None, member: MemberId | None = None) -> None:
        """Make sure of the rows of servers and members anew: some were deleted."""
        self._seen = {
            (one, each)
            for one, each in self._seen
            if (server is not None and one != server) or (member is not None and each != member)
        }

    async def replay(self, after: int = 0, *, server: ServerId | None = None) -> AsyncIterator[FeedbackEvent]:
        """Every event with a number above ``after``, of one server or of all, oldest first."""
        last = after
        while True:
            wanted = feedback.c.id > last
            if server is not None:
                wanted &= feedback.c.server_id == server
            async with self._db.read() as connection:
                rows = (
                    await connection.execute(
                        select(feedback).where(wanted).order_by(feedback.c.id).limit(PAGE)
                    )
                ).all()
            for row in rows:
                yield _event(row)
            if len(rows) < PAGE:
                return
            last = rows[-1].id
