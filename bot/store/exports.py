"""Which list a member has put into which account of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.accounts import AccountService
from bot.store.database import Database
from bot.store.records import MemberId, PostId
from bot.store.schema import exports


@dataclass(frozen=True, slots=True)
class Export:
    """A list on its way into an account.

    Attributes:
        songs: how many songs the list has; a radio that has played on is another list.
    """

    member: MemberId
    post: PostId
    service: AccountService
    songs: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it; ``link`` is None where writing it was cut off."""

    link: str | None
    added: int


class Offer(StrEnum):
    """Whether a member can have a list in an account of theirs."""

    READY = "ready"
    LINK = "link"
    """Once they have linked it."""
    OFF = "off"
    """Not here."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A list in an account.

    Attributes:
        link: the playlist; None where none of the songs is known there, so that none was made.
        added: songs that are in it.
        left_out: songs that are not, because the service's id for them is not known or it stopped half-way.
        again: it was there before this press.
    """

    link: str | None
    added: int
    left_out: int
    again: bool = False


def _this(export: Export) -> ColumnElement[bool]:
    return and_(
        exports.c.member_id == export.member,
        exports.c.post_id == export.post,
        exports.c.service == export.service,
        exports.c.songs == export.songs,
    )


class ExportStore:
    """Claimed before a service is asked, finished afterwards: what a crash left between the two can be told."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, export: Export) -> Written | None:
        """What is known of it; None when it was never begun."""
        found = select(exports.c.link, exports.c.added).where(_this(export))
        async with self._db.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        return None if row is None else Written(row.link, row.added)

    async def claim(self, export: Export, at: float) -> bool:
        """Begin it; False when it was begun before."""
        statement = (
            insert(exports)
            .values(
                member_id=export.member,
                post_id=export.post,
                service=export.service,
                songs=export.songs,
                added=0,
                at=at,
            )
            .on_conflict_do_nothing()
            .returning(exports.c.at)
        )
        async with self._db.write() as connection:
            return (await connection.execute(statement)).one_or_none() is not None

    async def finish(self, export: Export, written: Written) -> None:
        """Say where it is."""
        async with self._db.write() as connection:
            await connection.execute(
                update(exports).where(_this(export)).values(link=written.link, added=written.added)
            )

    async def release(self, export: Export) -> None:
        """Let it be begun again."""
        async with self._db.write() as connection:
            await connection.execute(delete(exports).where(_this(export)))

    async def forget(self, member: MemberId, service: AccountService) -> None:
        """Forget everything that a member has put into an account."""
        gone = delete(exports).where(exports.c.member_id == member, exports.c.service == service)
        async with self._db.write() as connection:
            await connection.execute(gone)
