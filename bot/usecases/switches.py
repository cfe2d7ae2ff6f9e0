"""The operator's switches as a running bot knows them: in memory, looked up again every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import structlog

from bot.beside import beside
from bot.errors import StoreError, SwitchedOff
from bot.store import Store
from bot.store.records import ServerId
from bot.store.switches import Switch, SwitchKind

log = structlog.get_logger(__name__)

# Under this key the store has which commands there are, as the bot that ran last had them: JSON.
COMMAND_NAMES = "command_names"
# Seconds between two looks: one small read.
EVERY = 3.0


class Switches:
    """Knows what is off. Asking it asks memory alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._off: frozenset[Switch] = frozenset()
        self._heard: list[Callable[[], None]] = []

    def whenever(self, heard: Callable[[], None]) -> None:
        """Call this after every change."""
        self._heard.append(heard)

    async def look(self) -> bool:
        """Read what is off now; whether anything has changed."""
        found = await self._store.switches.all()
        if found == self._off:
            return False
        for kind, changed in (("switched off", found - self._off), ("switched on", self._off - found)):
            for switch in sorted(changed):
                log.warning("model chosen" if switch.kind is SwitchKind.VERSION else kind, what=str(switch))
        self._off = found
        for heard in self._heard:
            heard()
        return True

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look every few seconds, for as long as the block lasts."""
        async with beside(self._look_on(), name="switches"):
            yield

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except StoreError as error:
                log.warning("switches not read: they stay as they were", error=str(error))

    def serves(self, server: int | None) -> bool:
        """Whether a server is served."""
        return Switch(SwitchKind.SERVER, str(server)) not in self._off

    def source_off(self, name: str) -> bool:
        """Whether a music service is not to be asked."""
        return Switch(SwitchKind.SOURCE, name) in self._off

    def command_off(self, name: str) -> bool:
        """Whether a command is off, by itself or with its group."""
        words = name.split()
        parts = (" ".join(words[: count + 1]) for count in range(len(words)))
        return any(Switch(SwitchKind.COMMAND, part) in self._off for part in parts)

    def admit(self, server: ServerId | None, command: str) -> None:
        """Let a member's wish through.

        Raises:
            SwitchedOff: the server or the command is off.
        """
        if not self.serves(server):
            raise SwitchedOff(None)
        if self.command_off(command):
            raise SwitchedOff(command)

    @property
    def models(self) -> frozenset[str]:
        """The parts of the engine that say nothing."""
        return frozenset(switch.name for switch in self._off if switch.kind is SwitchKind.MODEL)

    @property
    def version(self) -> int | None:
        """The version of the model that shall serve; None for the newest."""
        chosen = (switch.name for switch in self._off if switch.kind is SwitchKind.VERSION)
        return next((int(name) for name in chosen if name.isdecimal()), None)
