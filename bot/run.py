"""Runs the bot on Discord until it is told to stop, and then finishes what it promised."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import discord
import structlog

from bot.app import App, clock, create_bot, open_app, promises
from bot.beside import beside
from bot.client import Segue, granted_for
from bot.errors import SegueError, StoreError, WrongSetting
from bot.linking.server import listening
from bot.settings import Settings
from bot.store import Store
from bot.usecases.catalog import import_starter

log = structlog.get_logger(__name__)

# Whatever was promised to a member is finished within this many seconds of a stop.
GRACE = 8.0
HEARTBEAT = 10.0


async def ensure_catalog(settings: Settings) -> int:
    """Import the starter catalogue when there is no song yet; how many songs were imported."""
    async with Store(settings.database_url) as store:
        if await store.catalog.count():
            return 0
        await import_starter(store)
        return await store.catalog.count()


def stop_signal() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set; where the platform has no handlers, Ctrl-C still interrupts."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


async def serve(settings: Settings) -> None:
    """Connect to Discord and stay until a signal.

    Raises:
        WrongSetting: Discord refuses the token, or the intent that a setting needs.
        StoreError: the database cannot be opened.
    """
    token = settings.discord_token
    if token is None:
        raise WrongSetting("DISCORD_TOKEN is missing.")
    imported = await ensure_catalog(settings)
    if imported:
        log.info("starter catalogue imported", songs=imported)
    async with open_app(settings) as app:
        # The catalogue stays: the collector need not look through it, which would hold every answer for 100 ms.
        gc.collect()
        gc.freeze()
        # Threads draw covers: the event loop gets its turn back within a millisecond, not five.
        sys.setswitchinterval(0.001)
        bot = create_bot(app)
        stop = stop_signal()
        async with (
            bot,
            app.at_work(),
            listening(
                settings,
                app.linking,
                clock,
                linked=lambda linkage: app.histories.begin(linkage.member, linkage.server),
            ),
            _healthy(app, bot, settings.health_file),
        ):
            running = asyncio.create_task(bot.start(token.get_secret_value()), name="gateway")
            stopping = asyncio.create_task(stop.wait(), name="signal")
            await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                log.info("stopping")
                await finish_promises()
            else:
                stopping.cancel()
            await bot.close()
            try:
                await running
            except discord.LoginFailure:
                raise WrongSetting(
                    "DISCORD_TOKEN is refused by Discord. Copy it again from the developer portal (Bot → Reset Token)."
                ) from None
            except discord.PrivilegedIntentsRequired:
                raise WrongSetting(
                    " ".join(
                        f"{setting} needs an intent that Discord has not granted. Turn on {intent} in the developer "
                        f"portal (Bot → Privileged Gateway Intents), or take {setting} away."
                        for setting, intent in granted_for(settings).items()
                    )
                ) from None
            except (aiohttp.ClientConnectionError, OSError) as error:
                raise SegueError(
                    f"Discord cannot be reached: {error}. Look after the network, then start again."
                ) from error


async def finish_promises() -> None:
    """Let every answer that was begun come to its end, for a while."""
    begun = promises()
    if begun:
        _, left = await asyncio.wait(begun, timeout=GRACE)
        log.info("promises finished", count=len(begun) - len(left), left=len(left))


def _touch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


@asynccontextmanager
async def _healthy(app: App, bot: Segue, file: Path) -> AsyncGenerator[None]:
    """Touch a file while the gateway is ready and the database answers."""

    async def beat() -> None:
        while True:
            if bot.connected and not bot.is_closed():
                try:
                    await app.store.meta.get("alive")
                    await asyncio.to_thread(_touch, file)
                except (StoreError, OSError) as error:
                    log.warning("not healthy", error=str(error))
            await asyncio.sleep(HEARTBEAT)

    try:
        async with beside(beat(), name="health"):
            yield
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)
