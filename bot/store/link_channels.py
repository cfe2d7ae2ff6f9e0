"""The channels in which members' links are answered."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import ChannelId, ServerId
from bot.store.schema import link_channels, servers


class LinkChannelStore:
    """Channels by server."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, server: ServerId, channel: ChannelId, at: float) -> None:
        """Answer there from now on; saying it again changes nothing."""
        async with self._db.write() as connection:
            await connection.execute(insert(servers).values(id=server, joined_at=at).on_conflict_do_nothing())
            await connection.execute(
                insert(link_channels)
                .values(server_id=server, channel_id=channel, at=at)
                .on_conflict_do_nothing()
            )

    async def remove(self, server: ServerId, channel: ChannelId) -> None:
        """Answer there no more."""
        gone = delete(link_channels).where(
            link_channels.c.server_id == server, link_channels.c.channel_id == channel
        )
        async with self._db.write() as connection:
            await connection.execute(gone)

    async def all(self) -> set[tuple[ServerId, ChannelId]]:
        """All of them."""
        chosen = select(link_channels.c.server_id, link_channels.c.channel_id)
        async with self._db.read() as connection:
            rows = await connection.execute(chosen)
            return {(ServerId(server), ChannelId(channel)) for server, channel in rows}
