"""Members who want a weekly mix of their own as a direct message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import ChannelId, DiscoverySettings, MemberId, ServerId
from bot.store.schema import own_discoveries as own
from bot.store.schema import servers


@dataclass(frozen=True, slots=True)
class OwnDiscovery:
    """A member's own weekly mix.

    Attributes:
        when: day, hour, zone and length; `DiscoverySettings.member` is whose it is.
        closed: how often in a row the member took no direct message.
        untold: whether they are still to be told that.
        off: whether it was turned off for that.
    """

    when: DiscoverySettings
    closed: int = 0
    untold: bool = False
    off: bool = False


def _own(row: Row[Any]) -> OwnDiscovery:
    when = DiscoverySettings(
        server=ServerId(row.server_id),
        channel=ChannelId(row.channel_id),
        weekday=row.weekday,
        hour=row.hour,
        timezone=row.timezone,
        count=row.length,
        since=row.since,
        language=row.language,
        member=MemberId(row.member_id),
    )
    return OwnDiscovery(when, row.closed, row.untold, row.off)


def _of(server: ServerId, member: MemberId) -> ColumnElement[bool]:
    return (own.c.server_id == server) & (own.c.member_id == member)


class OwnStore:
    """What members chose for themselves."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def start(self, when: DiscoverySettings, member: MemberId, language: str) -> None:
        """Write a member's choice over an earlier one."""
        values = {
            "channel_id": when.channel,
            "weekday": when.weekday,
            "hour": when.hour,
            "timezone": when.timezone,
            "length": when.count,
            "language": language,
            "since": when.since,
            "closed": 0,
            "untold": False,
            "off": False,
        }
        async with self._db.write() as connection:
            await connection.execute(
                insert(servers).values(id=when.server, joined_at=when.since).on_conflict_do_nothing()
            )
            await connection.execute(
                insert(own)
                .values(server_id=when.server, member_id=member, **values)
                .on_conflict_do_update(index_elements=["server_id", "member_id"], set_=values)
            )

    async def stop(self, server: ServerId, member: MemberId) -> bool:
        """Forget a member's choice; whether there was one that was on."""
        async with self._db.write() as connection:
            on = await connection.execute(delete(own).where(_of(server, member)).returning(own.c.off))
            return any(not off for (off,) in on)

    async def get(self, server: ServerId, member: MemberId) -> OwnDiscovery | None:
        """A member's choice, or None."""
        async with self._db.read() as connection:
            row = (await connection.execute(select(own).where(_of(server, member)))).one_or_none()
            return None if row is None else _own(row)

    async def all(self) -> list[DiscoverySettings]:
        """When everybody gets theirs, of those who have not been turned off."""
        wanted = select(own).where(own.c.off.is_(False)).order_by(own.c.server_id, own.c.member_id)
        async with self._db.read() as connection:
            return [_own(row).when for row in await connection.execute(wanted)]

    async def untold(self) -> list[OwnDiscovery]:
        """Those who are to be told that they could not be written to."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(own).where(own.c.untold.is_(True)))
            return [_own(row) for row in rows]

    async def met_closed(self, server: ServerId, member: MemberId, most: int) -> OwnDiscovery | None:
        """Count that a member took no direct message; the ``most``-th time in a row turns theirs off."""
        times = own.c.closed + 1
        counted = (
            update(own)
            .where(_of(server, member))
            .values(closed=times, untold=True, off=times >= most)
            .returning(*own.c)
        )
        async with self._db.write() as connection:
            row = (await connection.execute(counted)).one_or_none()
            return None if row is None else _own(row)

    async def arrived(self, server: ServerId, member: MemberId) -> None:
        """A member took a direct message: nothing is wrong any more."""
        async with self._db.write() as connection:
            await connection.execute(update(own).where(_of(server, member)).values(closed=0, untold=False))

    async def told(self, member: MemberId) -> None:
        """A member knows that they could not be written to."""
        async with self._db.write() as connection:
            await connection.execute(update(own).where(own.c.member_id == member).values(untold=False))

    async def forget(self, member: MemberId) -> int:
        """Delete a member's choices everywhere, and return how many."""
        async with self._db.write() as connection:
            gone = await connection.execute(delete(own).where(own.c.member_id == member))
            return gone.rowcount
