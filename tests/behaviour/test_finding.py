"""Songs that the catalogue does not have, as members name them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from tests.behaviour.conftest import Home
from tests.usecases.outside import NEW, world

ASKED = "massive attack lighthouse keeps its own hours"


@pytest.fixture
async def app(database: Path) -> AsyncGenerator[App]:
    """The app of every test here, with local servers for sources."""
    async with world(database) as opened:
        opened.tell(replace(NEW, artist="Massive Attack"))
        yield opened.app


async def test_a_song_from_outside_can_be_liked_and_stays(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "like", song=ASKED))
    assert card.private
    assert NEW.title in card.text
    assert home.shown(await home.press(home.alice, card, ":1:like")).label(":1:like") is None


async def test_a_pasted_link_starts_a_radio(home: Home) -> None:
    link = f"https://www.deezer.com/track/{NEW.number}"
    result = await home.alice.slash(home.channel, "radio play", song=link)
    assert result.acknowledged
    # Nothing near it is known here: that is told, and what was found is not lost.
    assert home.app.library.linked("deezer", str(NEW.number)) is not None


async def test_what_nobody_knows_is_told_to_the_member_alone(home: Home) -> None:
    told = home.shown(
        await home.alice.slash(home.channel, "recommend", song="zzz nobody at all plays this qqq")
    )
    assert told.private
    assert "I don't know" in told.text


async def test_songs_like_a_new_one_are_shown_to_everybody(home: Home) -> None:
    found = home.shown(await home.alice.slash(home.channel, "recommend", song=f"massive attack {NEW.title}"))
    assert found.private
    assert NEW.title in found.text
    card = home.last()
    assert f"Like {NEW.title}" in card.text
    assert len(card.titles) == 4


async def test_a_link_that_cannot_be_looked_into_says_what_to_do(home: Home) -> None:
    video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    told = home.shown(await home.alice.slash(home.channel, "like", song=video))
    assert told.private
    assert "YouTube" in told.text
    assert "artist and title" in told.text
