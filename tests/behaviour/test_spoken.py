"""`/recommend kind`: what is spoken beside songs, and never among them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from discord import app_commands

from bot.app import App
from bot.errors import NothingSpoken
from bot.store.records import ItemKind, ServerId
from tests.behaviour.conftest import Home
from tests.behaviour.test_search import SHOWS, looked_up, opened, podcasts, silenced
from tests.usecases.outside import World, world

MORE = {
    **SHOWS,
    "Caesar's Desk": "Letters of emperors of ancient Rome.",
    "Sourdough Nights": "Bread, crumb and crust.",
}


@pytest.fixture
async def outside(database: Path) -> AsyncGenerator[World]:
    async with world(database) as opened_world:
        yield opened_world


@pytest.fixture
def app(outside: World) -> App:
    """The app of every test here."""
    return outside.app


async def like(home: Home, outside: World, name: str) -> None:
    """Let Alice find podcasts and like one of them."""
    outside.standins["itunes"].script = podcasts(MORE)
    card = await looked_up(home, "podcasts of all sorts", "podcasts")
    line = card.titles.index(name) + 1
    show = await opened(home, card, line)
    await home.press(home.alice, show, f":{line}:like")


async def test_nothing_known_says_what_to_do(home: Home) -> None:
    for kind in ("podcasts", "audiobooks", "poetry", "radio"):
        card = home.shown(await home.alice.slash(home.channel, "recommend", kind=kind))
        assert card.private
        assert "`/search`" in card.text


async def test_podcasts_like_a_liked_one_come_with_the_reason_and_no_songs(
    home: Home, outside: World
) -> None:
    await like(home, outside, "Roman Roads")
    card = home.shown(await home.alice.slash(home.channel, "recommend", kind="podcasts", count=2))
    assert not card.private
    assert "Podcasts for" in card.text
    assert "because you liked Roman Roads" in card.text
    assert set(card.titles) == {"Legion", "Caesar's Desk"}


async def test_more_stays_with_the_kind(home: Home, outside: World) -> None:
    await like(home, outside, "Roman Roads")
    card = home.shown(await home.alice.slash(home.channel, "recommend", kind="podcasts", count=1))
    more = home.shown(await home.press(home.alice, card, ":same"))
    assert "Podcasts for" in more.text
    assert not set(more.titles) & set(card.titles)
    assert set(more.titles) <= set(MORE)


async def test_too_few_are_asked_for_by_what_was_liked_and_not_twice(home: Home, outside: World) -> None:
    service = outside.standins["itunes"]
    service.script = podcasts({"Roman Roads": SHOWS["Roman Roads"]})
    show = await opened(home, await looked_up(home, "rome", "podcasts"), 1)
    await home.press(home.alice, show, ":1:like")
    service.script = podcasts(MORE)
    service.calls.clear()
    card = home.shown(await home.alice.slash(home.channel, "recommend", kind="podcasts"))
    assert "Legion" in card.text
    assert 1 <= len(service.calls) <= 3
    assert any("term=history" in call for call in service.calls)
    service.calls.clear()
    await home.press(home.alice, card, ":1:like")
    await home.alice.slash(home.channel, "recommend", kind="podcasts")
    assert not any("term=history" in call for call in service.calls)


async def test_liked_songs_say_where_to_look_and_sources_that_are_down_cost_no_answer(
    home: Home, outside: World
) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    silenced(outside)
    # simcord cannot follow up on an answer that was taken away, as Discord can: the error is looked at instead.
    assert (await home.alice.slash(home.channel, "recommend", kind="podcasts")).acknowledged
    error = home.env.errors[-1]
    assert isinstance(error, app_commands.CommandInvokeError)
    assert isinstance(error.original, NothingSpoken)


async def test_songs_stay_songs_everywhere(home: Home, outside: World) -> None:
    await like(home, outside, "Roman Roads")
    await refitted(home.app)
    spoken = home.app.library.now.songs.of_kind(ItemKind.PODCAST)
    assert spoken
    assert all(home.app.library.knows(number) for number in spoken)
    card = home.shown(await home.alice.slash(home.channel, "recommend", count=12))
    assert not set(card.titles) & set(MORE)
    radio = home.shown(await home.alice.slash(home.channel, "radio play", song="teardrop massive attack"))
    for _ in range(3):
        assert not set(radio.titles) & set(MORE)
        radio = home.shown(await home.press(home.alice, radio, ":next"))
    choices = await home.alice.autocomplete(home.channel, "recommend", "song", "roman roads")
    assert not any("Roman Roads" in choice["name"] for choice in choices)
    empty = await home.alice.autocomplete(home.channel, "recommend", "song", "")
    assert not any(title in choice["name"] for choice in empty for title in MORE)
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")
    posted = await home.app.store.posts.songs_of_server(ServerId(home.guild.id))
    assert posted
    assert not posted & spoken
    assert not set(home.last().titles) & set(MORE)


async def test_the_engine_picks_podcasts_once_it_knows_them(home: Home, outside: World) -> None:
    await like(home, outside, "Roman Roads")
    await refitted(home.app)
    card = home.shown(await home.alice.slash(home.channel, "recommend", kind="podcasts", count=2))
    assert set(card.titles) <= set(MORE) - {"Roman Roads"}
    assert len(card.titles) == 2


async def test_what_is_found_is_no_import_of_the_operators(home: Home, outside: World) -> None:
    before = home.app.library.now.songs.mark
    await like(home, outside, "Roman Roads")
    await refitted(home.app)
    assert home.app.library.now.songs.mark == before


async def refitted(app: App) -> None:
    """Let the engine learn what has come since it was fitted, as the worker does."""
    await app.library.load(app.store, app.tastes)
