"""Presences over real sockets: what is granted and what is not, cut wires, and updates that Discord tells again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App, create_bot, open_app
from bot.errors import WrongSetting
from bot.run import serve
from bot.store.records import MemberId
from tests.conftest import settings
from tests.openapi import Judge
from tests.wire.segue import Home, home_of
from tests.wire.standin import WireDiscord
from tests.wire.world import Intent, Json, Member

START = 1_800_000_000.0


class Clock:
    """Our own clock."""

    now = START

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def reading(home: Home, clock: Clock) -> AsyncGenerator[App]:
    """The bot in this process, connected, with the presence intent."""
    chosen = settings(home.database, SEGUE_PRESENCE=True)
    with home.discord.routed():
        async with open_app(chosen, now=clock, seed=1) as app, create_bot(app) as bot:
            # discord.py waits 2 s for servers that may be missing; the stand-in has told them all.
            vars(bot)["_connection"].guild_ready_timeout = 0.01
            running = asyncio.create_task(bot.start("token"), name="gateway")
            try:
                await home.discord.ready(1)
                await asyncio.wait_for(bot.wait_until_ready(), 20)
                yield app
            finally:
                await bot.close()
                await running


@pytest.fixture
async def home(database: Path, judge: Judge) -> AsyncGenerator[Home]:
    async with WireDiscord(judge) as discord_:
        yield home_of(discord_, database)
        assert discord_.refusals == []


def presence(home: Home, member: Member, name: str, start: float) -> Json:
    """A PRESENCE_UPDATE with a song that was put on then."""
    return {
        "user": {"id": str(member.id)},
        "guild_id": str(home.guild.id),
        "status": "online",
        "client_status": {"desktop": "online"},
        "activities": [
            {
                "type": 2,
                "name": "Spotify",
                "id": "spotify:1",
                "details": f"Song {name}",
                "state": "Somebody",
                "sync_id": name.rjust(22, "0"),
                "session_id": "0123456789abcdef",
                "timestamps": {"start": round(start * 1_000), "end": round(start * 1_000) + 200_000},
                "created_at": round(start * 1_000),
            }
        ],
    }


async def waiting(app: App, member: MemberId, track: str) -> None:
    """Wait until the bot knows that this is playing."""
    async with asyncio.timeout(20):
        while True:
            song = app.nowplaying.shown(member)
            if song is not None and song.track == track.rjust(22, "0"):
                return
            await asyncio.sleep(0)


async def test_updates_that_come_after_a_cut_wire_count_as_if_it_had_held(home: Home) -> None:
    clock, alice = Clock(), MemberId(home.alice.id)
    async with reading(home, clock) as app:
        done = await home.discord.slash(home.alice, home.channel, "nowplaying", {"turn": "on"})
        assert done.response_message is not None
        assert done.response_message.ephemeral
        gateway = home.discord.gateway
        gateway.emit("PRESENCE_UPDATE", presence(home, home.alice, "a", clock.now), Intent.PRESENCES)
        await waiting(app, alice, "a")
        resumed = gateway.resumed
        clock.now += 8
        gateway.drop()
        clock.now += 100
        gateway.emit("PRESENCE_UPDATE", presence(home, home.alice, "b", clock.now), Intent.PRESENCES)
        await home.discord.until(
            lambda: gateway.resumed == resumed + 1, what="the session was not taken up again"
        )
        await waiting(app, alice, "b")
        clock.now += 10
        gateway.emit("PRESENCE_UPDATE", presence(home, home.alice, "c", clock.now), Intent.PRESENCES)
        await waiting(app, alice, "c")
        clock.now += 100
        await app.nowplaying.turn()
        heard = app.tastes.heard(alice).values()
        assert (sum(each.plays for each in heard), sum(each.skips for each in heard)) == (1, 1)


async def test_without_the_grant_the_start_says_what_to_do(home: Home) -> None:
    home.discord.gateway.withheld = Intent.PRESENCES
    chosen = settings(home.database, SEGUE_PRESENCE=True).model_copy(
        update={"discord_token": SecretStr("token")}
    )
    with home.discord.routed(), pytest.raises(WrongSetting, match="Turn on Presence Intent"):
        await serve(chosen)


async def test_who_leaves_it_off_needs_no_grant(home: Home) -> None:
    home.discord.gateway.withheld = Intent.PRESENCES
    async with home.segue() as bot:
        assert not bot.intents.presences
