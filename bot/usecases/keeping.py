"""What goes by itself: answers that are too old for their server, and the data of servers and members who left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import structlog

from bot.beside import beside
from bot.errors import StoreError
from bot.store import Store
from bot.store.records import MemberId, ServerId
from bot.usecases.choices import Choices
from bot.usecases.rights import DAY, Rights

log = structlog.get_logger(__name__)

LOOK = 3_600.0
"""Seconds between two looks at whether a day has passed."""
GRACE_DAYS = 30
"""Days after which the data of a server that removed Segue goes, and that of a member in a server that they left."""
ASK_AGAIN_DAYS = 7
"""Days between two questions to Discord whether a member is still there …"""
MOST_ASKED = 500
"""… and how many are asked about in a day."""

Present = Callable[[ServerId, MemberId], Awaitable[bool | None]]
"""Asks Discord whether a member is in a server; None where it does not say."""


class Keeping:
    """Does once a day what is due."""

    def __init__(self, store: Store, rights: Rights, choices: Choices, clock: Callable[[], float]) -> None:
        self._store = store
        self._rights = rights
        self._choices = choices
        self._clock = clock
        self._present: Present | None = None
        self._servers: Callable[[], Collection[ServerId]] = tuple
        self._done = float("-inf")

    def ask(self, servers: Callable[[], Collection[ServerId]], present: Present) -> None:
        """Ask Discord from now on: in which servers Segue is, and who is still there."""
        self._servers, self._present = servers, present

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look once an hour, for as long as the block lasts."""
        async with beside(self._look(), name="keeping"):
            yield

    async def member_left(self, server: ServerId, member: MemberId) -> None:
        """Note that a member has left, if anything is known of them there."""
        if await self._store.rights.counts(member, server):
            await self._store.leaving.looked(server, member, there=False, at=self._clock())

    async def turn(self) -> None:
        """Do what is due.

        Raises:
            StoreError: the rest is done at the next turn.
        """
        await self._rights.scrub_again()
        now = self._clock()
        if now < self._done + DAY:
            return
        for server, settings in (await self._store.choices.settings()).items():
            if settings.retention_days is not None:
                await self._rights.keep_for(server, settings.retention_days)
        for server, since in (await self._store.servers.gone()).items():
            if since < now - GRACE_DAYS * DAY:
                await self._rights.forget_server(server, left=True)
        await self._ask_around(now)
        for server, member in await self._store.leaving.members_left(now - GRACE_DAYS * DAY):
            await self._gone(server, member)
        self._done = now

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.turn()
            except Exception as error:
                expected = isinstance(error, StoreError)
                log.warning("data not tidied", error=str(error), exc_info=None if expected else error)

    async def _ask_around(self, now: float) -> None:
        """Ask Discord about members who were not asked about for long, and note who has left."""
        if self._present is None:
            return
        lately = now - ASK_AGAIN_DAYS * DAY
        for server, member in await self._store.leaving.held(self._servers(), lately, MOST_ASKED):
            there = await self._present(server, member)
            if there is not None:
                await self._store.leaving.looked(server, member, there=there, at=now)

    async def _gone(self, server: ServerId, member: MemberId) -> None:
        """Forget a member who left, unless they have come back."""
        there = await self._present(server, member) if self._present and server in self._servers() else None
        if there is None:
            return
        if there:
            await self._store.leaving.looked(server, member, there=True, at=self._clock())
            return
        elsewhere = await self._store.leaving.elsewhere(member, but=server)
        await self._rights.forget(member, server if elsewhere else None)
