"""The preview: the unchanged bot inside simcord's channel page on 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import webbrowser
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import discord
from simcord import Env
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.preview import Preview

from bot.app import App, create_bot, open_app
from bot.beside import beside
from bot.preview.demo import ACTING, CHANNEL, PERSONAS, SERVER, remember
from bot.run import ensure_catalog, stop_signal
from bot.settings import Settings
from bot.store import Store
from bot.store.database import database_file
from bot.store.records import ChannelId, MemberId, ServerId
from bot.usecases.fitting import models_folder

WIDTH, HEIGHT = 960, 900
GREETING = (
    "Type `/recommend`, `/radio play` or `/discovery now` below. Choose at the top whom you act as: "
    "Mira is an admin, Noor is new here."
)
# The stand-in's clock stands still by itself: it is moved this often, and its timers are run this often.
TICK, TIMERS = 0.5, 15.0


def forget(settings: Settings) -> None:
    """Delete the preview's database, and what was learnt from it."""
    file = database_file(settings.preview_database_url)
    if file is not None:
        shutil.rmtree(models_folder(file), ignore_errors=True)
        for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            each.unlink(missing_ok=True)


def catch_up(env: Env) -> None:
    """Set the stand-in's clock to the time outside."""
    behind = (datetime.now(UTC) - env.now()).total_seconds()
    if behind > 0:
        env.backend.clock.advance(behind)


def free_port(wanted: int) -> int:
    """The wanted port, or 0 (any free one) where something listens on it already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted


def populate(env: Env) -> tuple[ChannelHandle, list[MemberActor]]:
    """Make the demo server; in the same order every time, so that everybody keeps their id."""
    env.backend.bot_user.name = "Segue"
    users = [env.create_user(p.name.split()[0].lower(), global_name=p.name) for p in PERSONAS]
    guild = env.create_guild(SERVER, owner=users[0])
    channel = guild.create_text_channel(CHANNEL, topic="Type / to talk to Segue")
    members = [guild.add_member(user) for user in users]
    return channel, members


async def _history(settings: Settings, channel: ChannelHandle, members: list[MemberActor]) -> None:
    guild = channel.guild
    async with Store(settings.preview_database_url) as store:
        ids = [MemberId(member.id) for member in members]
        now = datetime.now(UTC).timestamp()
        await remember(store, ServerId(guild.id if guild else 0), ids, now)


async def _discovery(app: App, channel: ChannelHandle) -> None:
    server = ServerId(channel.guild.id if channel.guild else 0)
    if await app.weekly.settings(server) is None:
        await app.weekly.configure(
            server=server, channel=ChannelId(channel.id), weekday=4, hour=18, timezone="UTC"
        )


@asynccontextmanager
async def open_preview(settings: Settings) -> AsyncGenerator[tuple[Preview, Env]]:
    """A running preview: bot, demo server, page, and a clock that moves."""
    # Demo members have nothing to link, and nobody listens for their browsers.
    here = settings.model_copy(update={"database_url": settings.preview_database_url, "link_url": None})
    await ensure_catalog(here)
    # Members exist before their history does, and the history before the bot reads it.
    scratch = Env(discord.Client(intents=discord.Intents(guilds=True)))
    channel, members = populate(scratch)
    await _history(here, channel, members)
    async with open_app(here) as app, app.at_work():
        # What takes the bot longer counts as lost, and the page takes no more presses: a busy machine needs its time.
        env = Env(create_bot(app, always_sync=True), check_errors=False, settle_timeout=30)
        channel, members = populate(env)
        await _discovery(app, channel)
        catch_up(env)
        await env.start()
        try:
            with env.time_context():
                await members[-1].send(channel, GREETING)
                page = env.preview(
                    channel,
                    viewers=members[:ACTING],
                    layout="channel",
                    width=WIDTH,
                    height=HEIGHT,
                    port=free_port(settings.preview_port),
                )
                async with page, _moving(env, page):
                    yield page, env
        finally:
            await env.shutdown()


@asynccontextmanager
async def _moving(env: Env, page: Preview) -> AsyncGenerator[None]:
    async def tick() -> None:
        since = 0.0
        while True:
            await asyncio.sleep(TICK)
            since += TICK
            catch_up(env)
            if since >= TIMERS:
                since = 0.0
                # Refused while a member acts; the next turn is soon enough.
                with contextlib.suppress(Exception):
                    await env.advance_time(0.001)
                    await page.refresh()

    async with beside(tick(), name="preview clock"):
        yield


async def serve_preview(
    settings: Settings, *, fresh: bool, open_page: bool, told: Callable[[str], None]
) -> None:
    """Show the preview until Ctrl-C.

    Raises:
        StoreError: the database cannot be opened.
    """
    if fresh:
        forget(settings)
    stop = stop_signal()
    async with open_preview(settings) as (page, _env):
        told(f"Preview: {page.url}")
        told("Ctrl-C ends it. What members did is kept for the next start; --fresh forgets it.")
        if open_page:
            with contextlib.suppress(webbrowser.Error):
                await asyncio.to_thread(webbrowser.open, page.url)
        closed = asyncio.create_task(page.wait_closed())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((closed, stopped), return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        stopped.cancel()
        told("Closing.")
