"""What members do not want to meet, and what they are owed when songs are chosen for several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import Block, BlockKind, MemberId, ServerId
from bot.store.schema import blocks, owed, servers


class BlockStore:
    """Blocks and debts, by server and member."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def put(self, block: Block) -> None:
        """Write a block, in place of an earlier one of the same thing."""
        values = {
            "server_id": block.server,
            "member_id": block.member,
            "kind": block.kind.value,
            "value": block.value,
            "until": block.until,
            "at": block.at,
        }
        async with self._db.write() as connection:
            known = insert(servers).values(id=block.server, joined_at=block.at)
            await connection.execute(known.on_conflict_do_nothing())
            written = insert(blocks).values(values)
            await connection.execute(
                written.on_conflict_do_update(
                    index_elements=["server_id", "member_id", "kind", "value"],
                    set_={"until": block.until, "at": block.at},
                )
            )

    async def remove(self, block: Block) -> None:
        """Take a block back."""
        async with self._db.write() as connection:
            await connection.execute(
                delete(blocks).where(
                    blocks.c.server_id == block.server,
                    blocks.c.member_id == block.member,
                    blocks.c.kind == block.kind.value,
                    blocks.c.value == block.value,
                )
            )

    async def all(self) -> list[Block]:
        """Every block, oldest first."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(blocks).order_by(blocks.c.at))
            return [
                Block(
                    ServerId(row.server_id),
                    MemberId(row.member_id),
                    BlockKind(row.kind),
                    row.value,
                    row.until,
                    row.at,
                )
                for row in rows
            ]

    async def owe(self, server: ServerId, weights: Mapping[MemberId, float], at: float) -> None:
        """Write what members are owed from now on."""
        if not weights:
            return
        values = [
            {"server_id": server, "member_id": member, "weight": weight, "at": at}
            for member, weight in weights.items()
        ]
        async with self._db.write() as connection:
            known = insert(servers).values(id=server, joined_at=at)
            await connection.execute(known.on_conflict_do_nothing())
            written = insert(owed)
            await connection.execute(
                written.on_conflict_do_update(
                    index_elements=["server_id", "member_id"],
                    set_={"weight": written.excluded.weight, "at": written.excluded.at},
                ),
                values,
            )

    async def debts(self) -> dict[tuple[ServerId, MemberId], float]:
        """What everybody is owed."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(owed.c.server_id, owed.c.member_id, owed.c.weight))
            return {(ServerId(server), MemberId(member)): weight for server, member, weight in rows}

    async def forget(self, member: MemberId, server: ServerId | None = None) -> None:
        """Delete everything of a member, in one server or in all."""
        async with self._db.write() as connection:
            for table in (blocks, owed):
                await connection.execute(delete(table).where(_of(table, member, server)))


def _of(table: Table, member: MemberId, server: ServerId | None) -> Any:
    wanted = table.c.member_id == member
    return wanted if server is None else wanted & (table.c.server_id == server)
