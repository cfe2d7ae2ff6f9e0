"""Which members have left a server; `bot.store.servers` knows which servers Segue has left."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, literal, or_, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.ownership import HOLDINGS, server_of
from bot.store.records import MemberId, ServerId
from bot.store.schema import members, servers

Belonging = tuple[ServerId, MemberId]


class LeavingStore:
    """Notes who left when, and forgets it when they come back."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def looked(self, server: ServerId, member: MemberId, *, there: bool, at: float) -> None:
        """Note whether a member is still in a server; who left before stays so since then."""
        key = {"server_id": server, "member_id": member}
        async with self._db.write() as connection:
            known = select(servers.c.id).where(servers.c.id == server)
            if (await connection.execute(known)).first() is None:
                return
            since = None if there else func.coalesce(members.c.left_at, at)
            row = insert(members).values(**key, first_seen=at, looked_at=at, left_at=None if there else at)
            await connection.execute(
                row.on_conflict_do_update(
                    index_elements=["server_id", "member_id"], set_={"looked_at": at, "left_at": since}
                )
            )

    async def held(self, servers_here: Iterable[ServerId], before: float, most: int) -> list[Belonging]:
        """Members of whom these servers hold something, and who were not looked for since; longest ago first."""
        wanted: list[ServerId] = list(servers_here)
        found: dict[Belonging, float] = {}
        async with self._db.read() as connection:
            for each in HOLDINGS:
                owner = server_of(each)
                if owner is None:
                    continue
                for name in each.member:
                    member = each.table.c[name]
                    some = select(owner, member).where(owner.in_(wanted), member > 0).distinct()
                    for server, number in await connection.execute(some):
                        found[ServerId(server), MemberId(number)] = 0.0
            looked = select(members.c.server_id, members.c.member_id, members.c.looked_at)
            for server, number, at in await connection.execute(
                looked.where(members.c.looked_at.is_not(None))
            ):
                if (ServerId(server), MemberId(number)) in found:
                    found[ServerId(server), MemberId(number)] = at
        due = sorted((at, key) for key, at in found.items() if at < before)
        return [key for _, key in due[:most]]

    async def members_left(self, before: float) -> list[Belonging]:
        """Members who left a server before then."""
        gone = select(members.c.server_id, members.c.member_id).where(members.c.left_at < before)
        async with self._db.read() as connection:
            rows = await connection.execute(gone)
            return [(ServerId(server), MemberId(member)) for server, member in rows]

    async def elsewhere(self, member: MemberId, *, but: ServerId) -> bool:
        """Whether anything of a member is held in another server."""
        async with self._db.read() as connection:
            for each in HOLDINGS:
                owner = server_of(each)
                if owner is None or not each.member:
                    continue
                theirs = or_(*(each.table.c[name] == member for name in each.member)) & (owner != but)
                some = select(literal(1)).select_from(each.table).where(theirs).limit(1)
                if (await connection.execute(some)).first():
                    return True
        return False
