"""A long piece of work as a member sees it: how far it is, and a button that breaks it off."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import discord
import structlog

from bot.client import Interaction
from bot.errors import ImportCancelled
from bot.text import say

log = structlog.get_logger(__name__)

SOON = 0.5
"""Seconds after which the first word comes: what is done by then needs none."""
EVERY = 2.0
"""Seconds between two words: Discord takes five edits of a message in five seconds."""
LONGEST = 840.0
"""Seconds for which Discord lets an answer be edited, and a little less."""


class Watched:
    """Counts, from whatever thread works, into the member's private answer."""

    def __init__(self, interaction: Interaction, loop: asyncio.AbstractEventLoop) -> None:
        self._interaction = interaction
        self._loop = loop
        self._last = time.monotonic()
        self._begun = self._last
        self._view = _Cancel(self)
        self._telling: asyncio.Task[None] | None = None
        self._first: asyncio.TimerHandle | None = None
        self.cancelled = False

    def begin(self) -> None:
        """Show the first word and the button, unless the work is done very soon."""
        self._first = self._loop.call_later(SOON, self._show, say("import.begun"))

    def tell(self, done: int, total: int | None = None) -> None:
        """Say how far it is, now and then.

        Raises:
            ImportCancelled: the member wants no more of it.
        """
        if self.cancelled:
            raise ImportCancelled("Broken off by the member.")
        now = time.monotonic()
        if now - self._last >= EVERY and now - self._begun < LONGEST:
            self._last = now
            told = (
                say("import.progress", n=done)
                if total is None
                else say("import.progress.of", done=done, total=total)
            )
            self._loop.call_soon_threadsafe(self._show, told)

    async def end(self) -> None:
        """Show nothing after this."""
        self._view.stop()
        if self._first is not None:
            self._first.cancel()
        if self._telling is not None:
            await asyncio.wait([self._telling])

    def _show(self, told: str) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._edited(told))

    async def _edited(self, told: str) -> None:
        try:
            await self._interaction.edit_original_response(content=told, view=self._view)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("progress not shown", error=str(error))


class _Cancel(discord.ui.View):
    def __init__(self, watched: Watched) -> None:
        super().__init__(timeout=LONGEST)
        self._watched = watched
        button: discord.ui.Button[Any] = discord.ui.Button(label=say("import.cancel"))
        button.callback = self._pressed
        self.add_item(button)

    async def _pressed(self, interaction: discord.Interaction[Any]) -> None:
        self._watched.cancelled = True
        await interaction.response.edit_message(content=say("import.cancelling"), view=None)
