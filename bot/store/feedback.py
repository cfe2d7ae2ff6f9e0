"""The append-only log of what members said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert

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
    )


class FeedbackStore:
    """Appends events and reads them back in order. Nothing here changes or deletes one."""

    def __init__(self, db: Database) -> None:
        self._db = db

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
            if cause is not None:
                taken = select(feedback.c.id).where(feedback.c.cause == f"{cause}:0")
                if (await connection.execute(taken)).first() is not None:
                    return []
            await connection.execute(
                insert(servers).values(id=first.server, joined_at=first.at).on_conflict_do_nothing()
            )
            await connection.execute(
                insert(members)
                .values(server_id=first.server, member_id=first.member, first_seen=first.at)
                .on_conflict_do_nothing()
            )
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
                    )
                    .on_conflict_do_nothing()
                    .returning(feedback)
                )
                found = row.one_or_none()
                if found is not None:
                    written.append(_event(found))
        return written

    async def replay(self) -> AsyncIterator[FeedbackEvent]:
        """Every event, oldest first."""
        last = 0
        while True:
            async with self._db.read() as connection:
                rows = (
                    await connection.execute(
                        select(feedback).where(feedback.c.id > last).order_by(feedback.c.id).limit(PAGE)
                    )
                ).all()
            for row in rows:
                yield _event(row)
            if len(rows) < PAGE:
                return
            last = rows[-1].id
