"""When each server gets its weekly discovery, and which weeks were claimed and confirmed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import (
    ChannelId,
    DiscoveryRun,
    DiscoverySettings,
    MessageId,
    Part,
    PostId,
    ServerId,
)
from bot.store.schema import discoveries, discovery_runs, servers


def _settings(row: Row[Any]) -> DiscoverySettings:
    return DiscoverySettings(
        server=ServerId(row.server_id),
        channel=ChannelId(row.channel_id),
        weekday=row.weekday,
        hour=row.hour,
        timezone=row.timezone,
        count=row.length,
        since=row.since,
        dial=row.dial,
        parts=tuple(Part(part) for part in row.parts),
        poll=row.poll,
        language=row.language,
        paused_until=row.paused_until,
    )


def _run(row: Row[Any]) -> DiscoveryRun:
    return DiscoveryRun(
        server=ServerId(row.server_id),
        week=row.week,
        state=row.state,
        post=None if row.post_id is None else PostId(row.post_id),
        channel=ChannelId(row.channel_id),
        message=None if row.message_id is None else MessageId(row.message_id),
        at=row.at,
    )


class DiscoveryStore:
    """A week of a server is claimed by inserting its row: the primary key lets only one claim succeed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def configure(self, chosen: DiscoverySettings) -> None:
        """Write a server's settings, over earlier ones."""
        values = {
            "channel_id": chosen.channel,
            "weekday": chosen.weekday,
            "hour": chosen.hour,
            "timezone": chosen.timezone,
            "length": chosen.count,
            "since": chosen.since,
            "dial": chosen.dial,
            "parts": [part.value for part in chosen.parts],
            "poll": chosen.poll,
            "language": chosen.language,
            "paused_until": chosen.paused_until,
        }
        async with self._db.write() as connection:
            await connection.execute(
                insert(servers).values(id=chosen.server, joined_at=chosen.since).on_conflict_do_nothing()
            )
            await connection.execute(
                insert(discoveries)
                .values(server_id=chosen.server, **values)
                .on_conflict_do_update(index_elements=["server_id"], set_=values)
            )

    async def stop(self, server: ServerId) -> bool:
        """Forget a server's settings; whether there were any. Its weeks stay known."""
        async with self._db.write() as connection:
            gone = await connection.execute(delete(discoveries).where(discoveries.c.server_id == server))
            return gone.rowcount > 0

    async def settings(self, server: ServerId) -> DiscoverySettings | None:
        """A server's settings, or None."""
        async with self._db.read() as connection:
            row = (
                await connection.execute(select(discoveries).where(discoveries.c.server_id == server))
            ).one_or_none()
            return None if row is None else _settings(row)

    async def all(self) -> list[DiscoverySettings]:
        """The settings of every server that has some."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(discoveries).order_by(discoveries.c.server_id))
            return [_settings(row) for row in rows]

    async def claim(self, server: ServerId, week: str, channel: ChannelId, at: float) -> bool:
        """Take a week for this process; False when it was taken before."""
        async with self._db.write() as connection:
            row = await connection.execute(
                insert(discovery_runs)
                .values(server_id=server, week=week, state="claimed", channel_id=channel, at=at)
                .on_conflict_do_nothing()
                .returning(discovery_runs.c.week)
            )
            return row.one_or_none() is not None

    async def attach(self, server: ServerId, week: str, post: PostId) -> None:
        """Say which post a claimed week is going to be, before it is sent."""
        await self._change(server, week, {"post_id": post})

    async def confirm(self, server: ServerId, week: str, message: MessageId) -> None:
        """Say that the week's message is there."""
        await self._change(server, week, {"state": "confirmed", "message_id": message})

    async def doubt(self, server: ServerId, week: str) -> None:
        """Say that nobody can know whether the week's message was sent; admins decide."""
        await self._change(server, week, {"state": "unsure"})

    async def release(self, server: ServerId, week: str) -> None:
        """Give a claimed week back, because nothing was sent."""
        async with self._db.write() as connection:
            await connection.execute(
                delete(discovery_runs).where(
                    (discovery_runs.c.server_id == server)
                    & (discovery_runs.c.week == week)
                    & (discovery_runs.c.state != "confirmed")
                )
            )

    async def run(self, server: ServerId, week: str) -> DiscoveryRun | None:
        """What is known of a server's week, or None."""
        async with self._db.read() as connection:
            row = (
                await connection.execute(
                    select(discovery_runs).where(
                        (discovery_runs.c.server_id == server) & (discovery_runs.c.week == week)
                    )
                )
            ).one_or_none()
            return None if row is None else _run(row)

    async def unconfirmed(self) -> list[DiscoveryRun]:
        """Weeks that were claimed and neither confirmed nor given back: a crash in between."""
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(discovery_runs)
                .where(discovery_runs.c.state == "claimed")
                .order_by(discovery_runs.c.at)
            )
            return [_run(row) for row in rows]

    async def _change(self, server: ServerId, week: str, values: dict[str, object]) -> None:
        async with self._db.write() as connection:
            await connection.execute(
                update(discovery_runs)
                .where((discovery_runs.c.server_id == server) & (discovery_runs.c.week == week))
                .values(**values)
            )
