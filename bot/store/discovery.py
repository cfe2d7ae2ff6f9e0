"""When each server gets its weekly discovery, and what it is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import (
    ChannelId,
    DiscoverySettings,
    Part,
    ServerId,
)
from bot.store.schema import discoveries, servers


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


class DiscoveryStore:
    """What admins chose; the weeks themselves are in ``RunStore``."""

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

    async def pause(self, server: ServerId, until: float | None) -> bool:
        """Make no posts before then, or from now on again (None); whether there are settings."""
        changed = update(discoveries).where(discoveries.c.server_id == server).values(paused_until=until)
        async with self._db.write() as connection:
            return (await connection.execute(changed)).rowcount > 0
