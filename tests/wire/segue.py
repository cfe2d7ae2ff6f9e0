"""Segue itself on the wire: started in this process or in one of its own, and watched while members press."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import create_bot, open_app
from bot.client import Segue
from bot.run import finish_promises
from tests.conftest import settings
from tests.wire.interactions import Interaction
from tests.wire.messages import Message
from tests.wire.rest import Call, Route
from tests.wire.spawned import ROOT
from tests.wire.standin import WireDiscord
from tests.wire.world import Channel, Guild, Member

CALLBACK = "/interactions/*/*/callback"
ANSWER_PRIVATELY = 4
NOT_SAVED = "That could not be saved just now, and nothing was changed. Try again in a moment."

Row = tuple[int, int, int, str, str, int | None, str | None]


def is_tap(interaction: Interaction) -> bool:
    """Whether it is a press that answers to a song."""
    custom_id: str = interaction.data.get("custom_id", "")
    return custom_id.startswith("fb:v1:") and not custom_id.endswith(":listen")


def saved(interaction: Interaction) -> bool:
    """Whether the member was shown that the tap counts: acknowledged, and not by a sentence."""
    return interaction.acknowledged and interaction.callback_type != ANSWER_PRIVATELY


def events(database: Path) -> list[Row]:
    """The log as another program sees it: id, member, song, verb, via, undoes, cause."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as other:
        columns = "id, member_id, song_id, verb, via, undoes, cause"
        return other.execute(f"SELECT {columns} FROM feedback ORDER BY id").fetchall()


def likes(database: Path) -> int:
    """How many likes stand, by the log alone."""
    undone = {undoes for *_, undoes, _ in events(database)}
    return sum(verb == "like" and number not in undone for number, _, _, verb, *_ in events(database))


@dataclass
class Ledger:
    """For each acknowledgement that arrives: was its event on disk by then, seen by another connection?"""

    database: Path
    on_disk: dict[int, bool] = field(default_factory=dict[int, bool])

    def watch(self, discord_: WireDiscord) -> None:
        """Look into the file at the moment an acknowledgement of a tap arrives."""
        find = discord_.rest.router.find

        def found(call: Call) -> Route:
            if re.fullmatch(r"/interactions/\d+/[^/]+/callback", call.path):
                interaction = discord_.interactions.by_token.get(call.path.split("/")[3])
                if interaction is not None and is_tap(interaction) and call.body["type"] != ANSWER_PRIVATELY:
                    self._look(interaction.id)
            return find(call)

        discord_.rest.router.find = found

    def _look(self, interaction: int) -> None:
        # No busy time-out: what is committed can be read at once.
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=0)) as other:
            found = other.execute("SELECT count(*) FROM feedback WHERE cause = ?", (f"{interaction}:0",))
            self.on_disk[interaction] = found.fetchone()[0] == 1


@dataclass
class Home:
    """A server with a channel, an admin and Alice, and Segue's database."""

    discord: WireDiscord
    database: Path
    ledger: Ledger
    guild: Guild
    channel: Channel
    admin: Member
    alice: Member

    @asynccontextmanager
    async def segue(self) -> AsyncGenerator[Segue]:
        """The bot in this process, connected; at the end it finishes what it promised and leaves."""
        before = self.discord.gateway.identified
        with self.discord.routed():
            async with open_app(settings(self.database), seed=1) as app, create_bot(app) as bot:
                # discord.py waits 2 s for servers that may be missing; the stand-in has told them all.
                vars(bot)["_connection"].guild_ready_timeout = 0.01
                running = asyncio.create_task(bot.start("token"), name="gateway")
                try:
                    await self.discord.ready(before + 1)
                    await asyncio.wait_for(bot.wait_until_ready(), 20)
                    yield bot
                    await finish_promises()
                finally:
                    await bot.close()
                    await running

    @asynccontextmanager
    async def process(self) -> AsyncGenerator[Spawned]:
        """``python -m bot run`` in a process of its own, connected."""
        async with spawned_segue(self.discord, self.database) as process:
            yield process

    async def recommend(self, member: Member | None = None, **options: object) -> Message:
        """The card that ``/recommend`` answers with."""
        done = await self.discord.slash(member or self.alice, self.channel, "recommend", options)
        assert done.response_message is not None
        assert not done.response_message.ephemeral, done.text
        return done.response_message

    def label(self, message: Message, ending: str) -> str | None:
        """What stands on the only button whose id ends so."""
        return message.control(button(message, ending)).get("label")

    async def tap(self, member: Member, message: Message, ending: str = ":1:like") -> Interaction:
        """Press that button and wait for the acknowledgement."""
        return await self.discord.press(member, message, button(message, ending), until="acknowledged")

    async def shows(self, message: Message, ending: str, label: str | None) -> None:
        """Wait until a button is labelled so."""
        await self.discord.until(
            lambda: self.label(message, ending) == label,
            what=f"{ending} is not labelled {label!r} but {self.label(message, ending)!r}",
        )


def button(message: Message, ending: str) -> str:
    """The only id that ends so."""
    found = [custom_id for custom_id in message.custom_ids if custom_id.endswith(ending)]
    assert len(found) == 1, f"{ending}: {message.custom_ids}"
    return found[0]


def home_of(discord_: WireDiscord, database: Path) -> Home:
    """Build the server; every tap in it is looked up at its acknowledgement."""
    guild = discord_.add_guild("Home")
    ledger = Ledger(database)
    ledger.watch(discord_)
    channel = guild.add_channel("music")
    admin, alice = guild.add_member("ada", admin=True), guild.add_member("alice")
    return Home(discord_, database, ledger, guild, channel, admin, alice)


class Spawned:
    """The process, and what it has logged."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read(), name="log of the bot")

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            async with self._news:
                self.lines.append(line.decode())
                self._news.notify_all()

    async def logged(self, text: str, timeout: float = 30.0) -> None:
        """Wait until a line of the log holds this."""
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(lambda: any(text in line for line in self.lines))

    async def ended(self, timeout: float = 30.0) -> int:
        """The exit code."""
        async with asyncio.timeout(timeout):
            await self._reading
            return await self.process.wait()

    async def kill(self) -> None:
        """kill -9."""
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()


def environment(database: Path) -> dict[str, str]:
    """What the bot's process is given; no setting of whoever runs the tests."""
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "SPOTIFY_"))
    }
    return {
        **outside,
        "DISCORD_TOKEN": "token",
        "SEGUE_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "SEGUE_HEALTH_FILE": str(database.with_suffix(".health")),
        "SEGUE_LOG_FORMAT": "json",
        "SEGUE_SOURCES": "none",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@asynccontextmanager
async def spawned_segue(
    discord_: WireDiscord,
    database: Path,
    *arguments: str,
    module: str = "tests.wire.bot_process",
    env: dict[str, str] | None = None,
) -> AsyncGenerator[Spawned]:
    """``python -m bot run`` against the stand-in, yielded once it has got READY, killed at the end."""
    before = discord_.gateway.identified
    command = (sys.executable, "-m", module, discord_.api, discord_.url, *arguments)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=database.parent,
        env={**environment(database), **(env or {})},
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    spawned = Spawned(process)
    ended = asyncio.create_task(process.wait())
    ready = asyncio.create_task(discord_.ready(before + 1, timeout=60))
    try:
        await asyncio.wait((ended, ready), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await spawned.ended()
            raise RuntimeError(f"the bot ended with {process.returncode}:\n{''.join(spawned.lines)}")
        await ready
        yield spawned
    finally:
        ready.cancel()
        await spawned.kill()
        await asyncio.gather(ended, ready, return_exceptions=True)
