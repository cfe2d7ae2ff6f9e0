"""What the operator has switched off, and which model they went back to; a running bot looks every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import ServerId
from bot.store.schema import servers, switches


class SwitchKind(StrEnum):
    """What a switch is about."""

    COMMAND = "command"
    """A command, or a group with all below it; its name as members type it, without the slash."""
    SOURCE = "source"
    """A music service."""
    SERVER = "server"
    """A server, by its id."""
    MODEL = "model"
    """A part of the engine."""
    VERSION = "version"
    """The version of the model that serves until the operator wants the newest again."""


@dataclass(frozen=True, slots=True, order=True)
class Switch:
    """One thing that is off; of the kind VERSION, the one that serves."""

    kind: SwitchKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}"


class SwitchStore:
    """Reads and writes switches; they name no member."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> frozenset[Switch]:
        """Everything that is off, and the version that was chosen."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(switches.c.kind, switches.c.name))
            return frozenset(Switch(SwitchKind(kind), name) for kind, name in rows)

    async def dated(self) -> list[tuple[Switch, float]]:
        """The same with since when (unix time), the oldest first."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(switches).order_by(switches.c.at, switches.c.name))
            return [(Switch(SwitchKind(row.kind), row.name), row.at) for row in rows]

    async def off(self, switch: Switch, at: float) -> bool:
        """Switch off; False where it was off before."""
        row = insert(switches).values(kind=switch.kind.value, name=switch.name, at=at)
        async with self._db.write() as connection:
            done = await connection.execute(row.on_conflict_do_nothing())
        return done.rowcount > 0

    async def on(self, switch: Switch) -> bool:
        """Switch on again; False where it was on."""
        wanted = (switches.c.kind == switch.kind.value) & (switches.c.name == switch.name)
        async with self._db.write() as connection:
            done = await connection.execute(delete(switches).where(wanted))
        return done.rowcount > 0

    async def use(self, version: int | None, at: float) -> bool:
        """Have a version of the model serve, or the newest again (None); False where that was so before."""
        kind = SwitchKind.VERSION.value
        async with self._db.write() as connection:
            before = (
                await connection.execute(select(switches.c.name).where(switches.c.kind == kind))
            ).scalar_one_or_none()
            if before == (None if version is None else str(version)):
                return False
            await connection.execute(delete(switches).where(switches.c.kind == kind))
            if version is not None:
                await connection.execute(insert(switches).values(kind=kind, name=str(version), at=at))
        return True

    async def servers(self) -> list[ServerId]:
        """The servers that there are, the newest first."""
        newest = select(servers.c.id).order_by(servers.c.joined_at.desc(), servers.c.id.desc())
        async with self._db.read() as connection:
            return [ServerId(number) for (number,) in await connection.execute(newest)]
