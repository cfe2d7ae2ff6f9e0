"""Small facts about this installation, such as the hash of the synced commands."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import meta


class MetaStore:
    """Keys and values, both text."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, key: str) -> str | None:
        """The value, or None."""
        async with self._db.read() as connection:
            return (await connection.execute(select(meta.c.value).where(meta.c.key == key))).scalar()

    async def set(self, key: str, value: str) -> None:
        """Write the value, over an earlier one."""
        async with self._db.write() as connection:
            await note(connection, key, value)


async def note(connection: AsyncConnection, key: str, value: str) -> None:
    """The same, inside a transaction that does more."""
    statement = insert(meta).values(key=key, value=value)
    await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
