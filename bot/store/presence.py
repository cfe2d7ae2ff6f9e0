"""Who agreed that their listening is read, where, and what of it is not counted yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.records import ListeningConsent, MemberId, ServerId
from bot.store.schema import listening_consents, listening_states, members, servers


class PresenceStore:
    """Consents by server and member; unfinished listening by member."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def consents(self) -> list[ListeningConsent]:
        """Every consent that holds."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(listening_consents).order_by(listening_consents.c.at))
            return [
                ListeningConsent(ServerId(row.server_id), MemberId(row.member_id), row.visible, row.at)
                for row in rows
            ]

    async def agree(self, consent: ListeningConsent) -> None:
        """Write a consent, over an earlier one of that server.

        Raises:
            StoreError: nothing was written.
        """
        values = {"server_id": consent.server, "member_id": consent.member}
        said = insert(listening_consents).values(**values, visible=consent.visible, at=consent.at)
        async with self._db.write() as connection:
            await connection.execute(
                insert(servers).values(id=consent.server, joined_at=consent.at).on_conflict_do_nothing()
            )
            await connection.execute(
                insert(members).values(**values, first_seen=consent.at).on_conflict_do_nothing()
            )
            await connection.execute(
                said.on_conflict_do_update(
                    index_elements=["server_id", "member_id"], set_={"visible": consent.visible}
                )
            )

    async def refuse(self, member: MemberId) -> None:
        """Delete a member's consents in all servers, and what was seen and is not counted yet.

        Raises:
            StoreError: nothing was deleted.
        """
        async with self._db.write() as connection:
            for table in (listening_consents, listening_states):
                await connection.execute(delete(table).where(table.c.member_id == member))

    async def states(self) -> dict[MemberId, dict[str, Any]]:
        """What is not counted yet, by member."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(listening_states))
            return {MemberId(row.member_id): row.state for row in rows}

    async def keep(self, member: MemberId, state: Mapping[str, Any], at: float) -> None:
        """Write what is not counted yet of a member, in place of what was written before."""
        async with self._db.write() as connection:
            await keep_state(connection, member, state, at)


async def keep_state(
    connection: AsyncConnection, member: MemberId, state: Mapping[str, Any], at: float
) -> None:
    """The same, inside a transaction that counts something as well."""
    said = insert(listening_states).values(member_id=member, state=dict(state), at=at)
    await connection.execute(
        said.on_conflict_do_update(index_elements=["member_id"], set_={"state": dict(state), "at": at})
    )
