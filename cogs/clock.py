"""The clock: once a minute, every weekly post that is due is made, whatever happened before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import discord
import structlog
from discord.ext import commands, tasks

from bot.client import Segue
from bot.errors import SegueError
from cogs.closing import Ending
from cogs.world import DiscordWorld

log = structlog.get_logger(__name__)

# Seconds that a stop waits for a post that is being made.
GRACE = 8.0


class Clock(commands.Cog, name="Clock"):
    """Turns the clockwork."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self.world = DiscordWorld(bot)
        self.ending = Ending(bot)
        self._turn = asyncio.Lock()

    async def cog_load(self) -> None:
        """Start."""
        self.clock.start()

    async def cog_unload(self) -> None:
        """Stop between two turns: what was begun is finished first, for a while."""
        try:
            async with asyncio.timeout(GRACE), self._turn:
                self.clock.cancel()
        except TimeoutError:
            self.clock.cancel()

    @tasks.loop(minutes=1)
    async def clock(self) -> None:
        """Do everything that is to be done this minute."""
        now, following = discord.utils.utcnow(), self.clock.next_iteration
        if following is not None and following < now:
            # The host slept. discord.py would run every turn that was missed: one is enough.
            self.clock.restart()
            return
        async with self._turn:
            await self._do(self.ending.turn())
            await self._do(self.bot.app.clockwork.turn(self.world))

    async def _do(self, turn: Awaitable[None]) -> None:
        """Do one part of it; discord.py would end the clock for good at an error that nobody has thought of."""
        try:
            await turn
        except Exception as error:
            told = None if isinstance(error, SegueError) else error
            log.warning("the clock stands still for a minute", error=str(error), exc_info=told)

    @clock.before_loop
    async def ready(self) -> None:
        """Wait until Discord can be asked."""
        await self.bot.wait_until_ready()


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Clock(bot))
