"""Music services that a server's admins switched off are not asked for that server, and for no other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.store.records import MemberId, ServerId
from tests.behaviour.conftest import Home
from tests.behaviour.test_settings_panel import changed, opened
from tests.usecases.outside import NEW, World, world

ASKED = "massive attack lighthouse keeps its own hours"


@pytest.fixture
async def outside(database: Path) -> AsyncGenerator[World]:
    """Local servers for sources."""
    async with world(database) as opened_world:
        opened_world.tell(replace(NEW, artist="Massive Attack"))
        yield opened_world


@pytest.fixture
async def app(outside: World) -> App:
    """The app of every test here."""
    return outside.app


async def test_a_service_that_is_off_is_asked_nothing(home: Home, outside: World) -> None:
    shown = await opened(home, "sources")
    kept = [name for name in home.app.sources.names if name != "deezer"]
    shown = await changed(home, shown, "sources_off", *kept)
    assert "Deezer, before: none" in shown.text
    card = home.shown(await home.alice.slash(home.channel, "like", song=ASKED))
    assert NEW.title in card.text, "the others know it"
    await home.alice.slash(home.channel, "search", query="nobody plays this one")
    assert outside.standins["deezer"].calls == []
    assert outside.calls


async def test_with_all_of_them_off_only_the_catalogue_answers(home: Home, outside: World) -> None:
    shown = await changed(home, await opened(home, "sources"), "sources_off")
    assert "Changed:" in shown.text
    told = home.shown(await home.alice.slash(home.channel, "like", song=ASKED))
    assert told.private
    assert "I don't know" in told.text
    assert home.shown(await home.alice.slash(home.channel, "search", query=ASKED)).private
    assert outside.calls == []
    assert home.shown(await home.alice.slash(home.channel, "like", song="teardrop massive attack")).titles


async def test_another_server_is_not_touched(home: Home, outside: World) -> None:
    server, ada = ServerId(home.guild.id), MemberId(home.admin.id)
    await home.app.arranging.change(server, ada, "sources_off", list(home.app.sources.names))
    other = home.env.create_guild("Other", owner=home.alice.user)
    channel, alice = other.create_text_channel("music"), other.add_member(home.alice.user)
    assert NEW.title in home.shown(await alice.slash(channel, "like", song=ASKED)).text
    assert outside.calls


async def test_one_that_the_operator_has_not_switched_on_now_stays_off(home: Home) -> None:
    server, ada = ServerId(home.guild.id), MemberId(home.admin.id)
    await home.app.arranging.change(server, ada, "sources_off", ["spotify"])
    await changed(home, await opened(home, "sources"), "sources_off", *home.app.sources.names[1:])
    assert home.app.choices.server(server).sources_off == (home.app.sources.names[0], "spotify")
