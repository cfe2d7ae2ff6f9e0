"""Songs that the catalogue does not have, brought to lists and asks by link or by name."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from tests.behaviour.conftest import Home
from tests.behaviour.test_asks import ask, bring
from tests.usecases.outside import NEW, world

LINK = f"https://www.deezer.com/track/{NEW.number}"


@pytest.fixture
async def app(database: Path) -> AsyncGenerator[App]:
    """The app of every test here, with local servers for sources."""
    async with world(database) as opened:
        opened.tell(replace(NEW, artist="Massive Attack"))
        yield opened.app


@pytest.mark.parametrize("text", [LINK, f"massive attack {NEW.title}"])
async def test_an_ask_takes_a_song_from_outside(home: Home, text: str) -> None:
    card = await ask(home)
    told = await bring(home, home.bob, card, text)
    assert NEW.title in told.text
    assert home.last().titles == [NEW.title]


async def test_a_link_that_is_no_song_is_explained_at_an_ask(home: Home) -> None:
    card = await ask(home)
    told = await bring(home, home.bob, card, "https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    assert "YouTube" in told.text
    assert "No songs yet" in home.last().text


async def test_a_list_takes_a_song_from_outside(home: Home) -> None:
    await home.alice.slash(home.channel, "playlist make", name="Evenings")
    added = home.shown(await home.alice.slash(home.channel, "playlist add", list="Evenings", song=LINK))
    assert added.private
    assert NEW.title in added.text
    shown = home.shown(await home.alice.slash(home.channel, "playlist show", list="Evenings"))
    assert shown.titles == [NEW.title]
    goes = await home.alice.slash(home.channel, "playlist recommend", list="Evenings")
    assert goes.acknowledged
