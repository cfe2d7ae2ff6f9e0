"""Which servers Segue is in, since when, and which it has left."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, insert, select, update

from bot.store.database import Database
from bot.store.records import ServerId
from bot.store.schema import servers


class ServerStore:
    """Comings and goings. Other stores write a server's row when they need one; what they leave open is filled in here."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def joined(self, server: ServerId, at: float) -> bool:
        """Note that Segue has come into a server.

        Returns:
            whether it has to introduce itself: True once for each time that it comes, whoever asks again.
        """
        come = {"joined_at": at, "left_at": None, "welcomed_at": at}
        async with self._db.write() as connection:
            row = (await connection.execute(select(servers).where(servers.c.id == server))).one_or_none()
            if row is None:
                await connection.execute(insert(servers).values(id=server, **come))
            elif row.left_at is not None or row.welcomed_at is None:
                await connection.execute(update(servers).where(servers.c.id == server).values(**come))
            else:
                return False
            return True

    async def left(self, server: ServerId, at: float) -> None:
        """Note that Segue is no longer in a server, since the first time that this was noted; it will be new there again."""
        async with self._db.write() as connection:
            await connection.execute(
                update(servers)
                .where(servers.c.id == server)
                .values(left_at=func.coalesce(servers.c.left_at, at), welcomed_at=None)
            )

    async def settle(self, there: Collection[ServerId], at: float) -> tuple[list[ServerId], list[ServerId]]:
        """Bring what is known in line with the servers that there are, after a time in which nobody looked.

        Args:
            at: when these were all; one that came since then is not left.

        Returns:
            the servers that are new or there again, none of them introduced to yet; and those that were left.
        """
        async with self._db.write() as connection:
            known = {ServerId(row.id): row for row in await connection.execute(select(servers))}
            new = [each for each in there if each not in known or known[each].left_at is not None]
            gone = [
                each
                for each, row in known.items()
                if each not in there and row.left_at is None and row.joined_at <= at
            ]
            seen = [
                each
                for each in there
                if each in known and known[each].left_at is None and known[each].welcomed_at is None
            ]
            # Somebody was served before this was asked: they know Segue.
            await connection.execute(
                update(servers).where(servers.c.id.in_(seen)).values(welcomed_at=servers.c.joined_at)
            )
            await connection.execute(
                update(servers).where(servers.c.id.in_(gone)).values(left_at=at, welcomed_at=None)
            )
            return new, gone

    async def gone(self) -> dict[ServerId, float]:
        """The servers that Segue has left, and when."""
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(servers.c.id, servers.c.left_at).where(servers.c.left_at.is_not(None))
            )
            return {ServerId(row.id): row.left_at for row in rows}
