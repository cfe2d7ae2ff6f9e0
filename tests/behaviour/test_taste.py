"""What members bring along, as they see it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.app import App
from tests.behaviour.conftest import Home
from tests.usecases.outside import world


@pytest.fixture
async def app(database: Path) -> AsyncGenerator[App]:
    """The app of every test here, with local servers for sources."""
    async with world(database) as opened:
        yield opened.app


async def test_a_playlist_by_link_is_told_and_can_be_taken_back(home: Home) -> None:
    link = "https://www.deezer.com/playlist/908622995"
    told = home.shown(await home.alice.slash(home.channel, "taste import playlist", link=link))
    assert told.private
    assert "**1 song** from Slow evenings" in told.text
    assert "is new here" in told.text
    gone = home.shown(await home.alice.slash(home.channel, "taste forget"))
    assert "of 1 song" in gone.text
    assert "nothing to delete" in home.shown(await home.alice.slash(home.channel, "taste forget")).text


async def test_an_account_is_followed(home: Home) -> None:
    told = home.shown(await home.alice.slash(home.channel, "taste import listenbrainz", name="rob"))
    assert told.private
    assert "from ListenBrainz" in told.text


async def test_a_service_that_is_off_says_so(home: Home) -> None:
    told = home.shown(await home.alice.slash(home.channel, "taste import lastfm", name="rj"))
    assert told.private
    assert "not turned on Last.fm" in told.text
    assert told.ids == [], "nothing is left to break off"


async def test_nothing_given_says_what_can_be(home: Home) -> None:
    told = home.shown(await home.alice.slash(home.channel, "taste import playlist"))
    assert told.private
    assert "paste lines" in told.text


async def test_what_is_no_playlist_is_refused_with_a_sentence(home: Home) -> None:
    told = home.shown(
        await home.alice.slash(home.channel, "taste import playlist", link="https://youtu.be/dQw4w9WgXcQ")
    )
    assert told.private
    assert "YouTube" in told.text
