"""A server with the real bot in it, watched: every request judged, every tap on disk before it is acknowledged."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from simcord.http import router

from bot.app import App, create_bot
from bot.client import Segue
from bot.errors import SegueError
from bot.store.records import ServerId
from tests.behaviour.reading import Shown
from tests.openapi import Judge

CALLBACK = re.compile(r"/interactions/(?P<id>\d+)/[^/]+/callback")


@dataclass
class Ledger:
    """For each tap that was acknowledged: was its event on disk at that moment, seen by another connection?"""

    database: Path
    pressed: set[int] = field(default_factory=set[int])
    taps: dict[int, bool] = field(default_factory=dict[int, bool])
    refused: set[int] = field(default_factory=set[int])

    def acknowledged(self, interaction: int, body: dict[str, Any]) -> None:
        """Look into the file before the acknowledgement goes out."""
        if body.get("type") == 4:
            self.refused.add(interaction)
            return
        # No busy time-out: what is committed can be read at once.
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=0)) as other:
            found = other.execute(
                "SELECT count(*) FROM feedback WHERE cause = ?", (f"{interaction}:0",)
            ).fetchone()
        self.taps[interaction] = found[0] > 0


@dataclass
class Home:
    """A server, its music channel and its members."""

    env: simcord.Env
    app: App
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    admin: simcord.MemberActor
    alice: simcord.MemberActor
    bob: simcord.MemberActor
    ledger: Ledger

    def shown(self, result: simcord.InteractionResult) -> Shown:
        """What a member sees as the answer; every command and button must be answered."""
        assert result.acknowledged, "the interaction was never acknowledged"
        assert result.response is not None
        return Shown(result.response)

    def last(self) -> Shown:
        """The newest message of the channel."""
        message = self.channel.last_message
        assert message is not None
        return Shown(message)

    async def later(self, seconds: float) -> None:
        """Let time pass; what fell due meanwhile happens at its end."""
        self.env.backend.clock.advance(seconds)
        await self.env.advance_time(61)

    async def press(self, who: simcord.MemberActor, shown: Shown, ending: str) -> simcord.InteractionResult:
        """Press the button whose id ends so, and make sure that it was acknowledged."""
        result = await who.click(shown.message, custom_id=shown.button(ending))
        assert result.acknowledged, "the press was never acknowledged"
        return result


@pytest.fixture
def watched_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail on what discord.py only logs: exceptions in views, dynamic items and commands."""
    yield
    wrong = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.ERROR
    ]
    assert not wrong, wrong


@pytest.fixture
async def home(
    app: App, database: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch, watched_logs: None
) -> AsyncGenerator[Home]:
    """The running bot in a server with an admin, Alice and Bob."""
    ledger = Ledger(database)
    dispatch = router.dispatch

    def watched(backend: Any, method: str, path: str, **given: Any) -> Any:
        body, match = given.get("json"), CALLBACK.fullmatch(path)
        judge.check(method, path, body, given.get("params"))
        if match and body and int(match["id"]) in ledger.pressed:
            ledger.acknowledged(int(match["id"]), body)
        return dispatch(backend, method, path, **given)

    monkeypatch.setattr(router, "dispatch", watched)
    env = simcord.Env(create_bot(app), check_errors=False, settle_timeout=30)
    emit = env.backend.emit

    def noted(name: str, payload: Any, *given: Any, **more: Any) -> Any:
        if name == "INTERACTION_CREATE" and is_tap(payload):
            ledger.pressed.add(int(payload["id"]))
        return emit(name, payload, *given, **more)

    monkeypatch.setattr(env.backend, "emit", noted)
    await env.start()
    try:
        made = make_home(env, app, ledger)
        # Segue has been here for a while: what it says on joining was said.
        await app.store.servers.joined(ServerId(made.guild.id), env.now().timestamp())
        yield made
        unexplained = [error for error in env.errors if not explained(error)]
    finally:
        await env.shutdown()
    assert not unexplained, unexplained
    late = [tap for tap, on_disk in ledger.taps.items() if not on_disk]
    assert not late, f"acknowledged before committed: {late}"


def make_home(env: simcord.Env, app: App, ledger: Ledger) -> Home:
    """Build the server."""
    owner = env.create_user("ada", global_name="Ada")
    guild = env.create_guild("Home", owner=owner)
    channel = guild.create_text_channel("music")
    admin, alice, bob = (
        guild.add_member(user) for user in (owner, env.create_user("alice"), env.create_user("bob"))
    )
    return Home(env, app, guild, channel, admin, alice, bob, ledger)


def is_tap(payload: dict[str, Any]) -> bool:
    """Whether an event is a press that answers to a song."""
    custom_id = payload.get("data", {}).get("custom_id", "")
    return custom_id.startswith("fb:v1:") and not custom_id.endswith(":listen")


def explained(error: BaseException) -> bool:
    """Whether the member was told what to do: simcord records those errors too."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    return isinstance(cause, SegueError | app_commands.CheckFailure | discord.Forbidden)


async def restart(home: Home) -> None:
    """Start a fresh bot on the same app, as after a restart of the process."""
    await home.env.restart_bot(Segue(home.app))
