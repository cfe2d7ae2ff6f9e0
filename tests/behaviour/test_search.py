"""`/search` and what is opened from it, as members live it; music services are local servers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import App
from bot.store.records import ServerId
from bot.usecases.searching import Wanted
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown
from tests.sources.services import itunes as honest
from tests.sources.services.radio_browser import station
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Script, Standin, told
from tests.usecases.outside import NEW, World, world

SHOWS = {
    "Roman Roads": "Ancient history: emperors, legions and the roads of Rome.",
    "Legion": "Ancient history of the Roman legions, told by historians.",
    "Crumb": "Baking bread at home with sourdough.",
}


@pytest.fixture
async def outside(database: Path) -> AsyncGenerator[World]:
    async with world(database) as opened:
        yield opened


@pytest.fixture
def app(outside: World) -> App:
    """The app of every test here."""
    return outside.app


def podcasts(shows: Mapping[str, str]) -> Script:
    """An iTunes that has these podcasts, whatever it is asked."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        rows = [
            {
                "collectionId": number,
                "collectionName": name,
                "collectionViewUrl": f"{honest.STORE}/podcast/id{number}",
                "artistName": f"Studio {number}",
                "genres": ["History", "Podcasts"],
                "description": about,
            }
            for number, (name, about) in enumerate(shows.items(), start=1_000)
        ]
        return told(Reply({"resultCount": len(rows), "results": rows}, content_type="text/javascript"))

    return script


async def very_many(request: web.Request, service: Standin) -> web.StreamResponse:
    rows = [
        {"collectionId": n + 1, "collectionName": f"Show {n}", "artistName": f"Host {n}"}
        for n in range(10_000)
    ]
    return told(Reply({"resultCount": len(rows), "results": rows}, content_type="text/javascript"))


async def broken(request: web.Request, service: Standin) -> web.StreamResponse:
    return web.Response(status=500)


async def garbage(request: web.Request, service: Standin) -> web.StreamResponse:
    return web.Response(body=b"<html><body>Busy</body></html>", content_type="text/html")


def silenced(outside: World, script: Script = broken) -> None:
    """Let nobody outside give an answer."""
    for each in outside.standins.values():
        each.script = script


async def looked_up(home: Home, query: str, kind: str = "songs") -> Shown:
    """What Alice sees after a search."""
    return home.shown(await home.alice.slash(home.channel, "search", query=query, kind=kind))


async def restarted(home: Home) -> None:
    """Start the bot anew, with nothing in memory of what was posted."""
    home.app.picker.forget_posts()
    await restart(home)


async def opened(home: Home, card: Shown, line: int) -> Shown:
    """What Alice sees after she chose a line."""
    return home.shown(await home.alice.select(card.message, [str(line)]))


def anybody(*given: object) -> bool:
    """Let a stand-in's rule be kept by nobody."""
    return True


def pages(card: Shown) -> str:
    """The button that turns to the next page."""
    return next(each for each in card.ids if each.startswith("pg:") and each.endswith(":n"))


async def test_songs_are_listed_for_the_asker_alone_and_can_be_liked(home: Home, outside: World) -> None:
    silenced(outside)
    card = await looked_up(home, "teardrop massive attack")
    assert card.private
    assert card.titles[0] == "Teardrop"
    assert "No answer just now" in card.text
    song = await opened(home, card, 1)
    assert song.private
    assert "What do you think?" in song.text
    liked = home.shown(await home.press(home.alice, song, ":1:like"))
    assert liked.label(":1:like") == "1"
    assert "You like this" in liked.text


async def test_a_song_from_outside_is_on_the_list_and_tells_who_made_it(home: Home) -> None:
    card = await looked_up(home, NEW.title)
    line = card.titles.index(NEW.title) + 1
    song = await opened(home, card, line)
    assert "With A Guest" in song.text
    # It is still told after a tap, and after a restart.
    await restarted(home)
    assert "With A Guest" in home.shown(await home.press(home.alice, song, f":{line}:like")).text


async def test_written_by_language_and_instruments_are_small_print(home: Home) -> None:
    link = f"https://musicbrainz.org/recording/{NEW.recording}"
    card = home.shown(await home.alice.slash(home.channel, "like", song=link))
    for told_too in ("-# Written by A. Writer, E. Fraser", "harpsichord: A Player", "-# Language: English"):
        assert told_too in card.text


async def test_a_podcast_is_found_opened_liked_and_heard(home: Home, outside: World) -> None:
    outside.standins["itunes"].script = podcasts(SHOWS)
    card = await looked_up(home, "rome", "podcasts")
    assert card.private
    assert "Podcasts for “rome”" in card.text
    assert set(card.titles) == set(SHOWS)
    show = await opened(home, card, 1)
    assert "Studio" in show.text
    assert "history" in show.text
    assert next(iter(SHOWS.values()))[:20] in show.text
    links = home.shown(await home.press(home.alice, show, ":1:listen"))
    assert f"{honest.STORE}/podcast/id1000" in links.text
    assert home.shown(await home.press(home.alice, show, ":1:like")).label(":1:like") == "1"
    assert home.shown(await home.press(home.alice, show, ":1:like")).label(":1:like") is None


@pytest.mark.parametrize("kind", ["audiobooks", "poetry", "radio"])
async def test_every_kind_answers(home: Home, outside: World, kind: str) -> None:
    if kind == "poetry":
        outside.standins["itunes"].script = podcasts(
            {"Poems at night": "A poem a day.", "Football": "Goals."}
        )
    card = await looked_up(home, "night", kind)
    assert card.private
    assert "Football" not in card.text
    assert (await opened(home, card, 1)).private


async def test_a_station_tells_where_it_is_and_leads_there(home: Home) -> None:
    card = await looked_up(home, "jazz", "radio")
    found = await opened(home, card, 1)
    assert "Berlin · Germany" in found.text
    assert "jazz" in found.text
    links = home.shown(await home.press(home.alice, found, ":1:listen"))
    assert "https://station.example.org/" in links.text


async def test_nothing_found_says_what_to_do(home: Home, outside: World) -> None:
    for each in outside.standins.values():
        each.script = _nothing
    for wanted in Wanted:
        card = await looked_up(home, "qqqq zzzz xxyy", wanted.value)
        assert card.private
        assert "Nothing fits" in card.text, wanted


async def _nothing(request: web.Request, service: Standin) -> web.StreamResponse:
    return told(service.service.nothing(request.path.strip("/"), dict(request.query)))


@pytest.mark.parametrize("script", [broken, garbage])
async def test_services_that_are_down_are_named_and_what_is_here_is_shown(
    home: Home, outside: World, script: Script
) -> None:
    outside.standins["itunes"].script = podcasts(SHOWS)
    await looked_up(home, "rome", "podcasts")
    silenced(outside, script)
    again = await looked_up(home, "history", "podcasts")
    assert set(again.titles) == {"Roman Roads", "Legion", "Crumb"}
    assert "No answer just now from iTunes" in again.text
    assert "no answer from" in (await looked_up(home, "knitting", "podcasts")).text


async def test_ten_thousand_results_become_a_short_list_with_pages(home: Home, outside: World) -> None:
    outside.standins["itunes"].script = very_many
    first = await looked_up(home, "show", "podcasts")
    assert len(first.titles) == 10
    assert "page 1 of 2" in first.text
    await restarted(home)
    second = home.shown(await home.press(home.alice, first, pages(first)))
    assert "page 2 of 2" in second.text
    assert not set(first.titles) & set(second.titles)
    assert "What do you think?" in (await opened(home, second, 11)).text


async def test_odd_titles_are_shown_whole_and_harmless(home: Home, outside: World) -> None:
    odd = {
        "בית \u202eספר": "שיעורים",
        "🎙️🔥": "🔥",
        "**@everyone** [click](https://evil.example)": "<b>bold</b> & <script>x</script>",
        "x" * 2_000: "y" * 5_000,
    }
    outside.standins["itunes"].script = podcasts(odd)
    card = await looked_up(home, "anything @everyone", "podcasts")
    assert "@everyone" not in card.text
    assert "[click](" not in card.text
    for line in range(1, len(odd) + 1):
        assert (await opened(home, card, line)).private


async def test_somebody_elses_menu_and_pages_are_refused(
    home: Home, outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Discord shows a private message to nobody else; an id can be sent by anybody all the same.
    monkeypatch.setattr("simcord.actors.can_access_message", anybody)
    outside.standins["itunes"].script = podcasts({f"Show {n}": "Talk." for n in range(30)})
    card = await looked_up(home, "show", "podcasts")
    for refused in (
        await home.bob.select(card.message, ["1"]),
        await home.bob.click(card.message, custom_id=pages(card)),
    ):
        assert refused.acknowledged
        assert refused.ephemeral
        assert "somebody else" in home.shown(refused).text


async def test_an_artist_has_a_card_with_songs_and_ways_on(home: Home, outside: World) -> None:
    outside.tell(TEARDROP)
    card = await looked_up(home, "massive attack", "artists")
    assert "Massive Attack" in card.text
    await restarted(home)
    artist = await opened(home, card, 1)
    assert artist.private
    assert "### Massive Attack" in artist.text
    assert "Teardrop" in artist.text
    assert "What do you think?" in (await opened(home, artist, 1)).text
    near = home.shown(await home.press(home.alice, artist, ":related"))
    assert "Artists near Massive Attack" in near.text
    albums = home.shown(await home.press(home.alice, artist, ":albums"))
    assert "Mezzanine" in albums.text
    album = await opened(home, albums, 1)
    assert "Mezzanine by Massive Attack" in album.text
    assert "Teardrop" in album.text


async def test_an_album_is_found_by_its_name(home: Home, outside: World) -> None:
    outside.tell(TEARDROP)
    card = await looked_up(home, "mezzanine", "albums")
    assert "**Mezzanine** · Massive Attack" in card.text
    assert "Teardrop" in (await opened(home, card, 1)).text


async def test_related_artists_come_from_here_when_nobody_outside_answers(home: Home, outside: World) -> None:
    silenced(outside)
    card = home.shown(await home.alice.slash(home.channel, "related", artist="massive attack"))
    assert card.private
    assert "Artists near Massive Attack" in card.text
    assert "for example" in card.text
    assert "No answer just now" in card.text
    artist = await opened(home, card, 1)
    assert "Best known" in artist.text


async def test_an_artist_that_nobody_knows(home: Home, outside: World) -> None:
    for each in outside.standins.values():
        each.script = _nothing
    card = home.shown(await home.alice.slash(home.channel, "related", artist="Qqzz Xxyy"))
    assert card.private
    assert "Nobody is known to be near" in card.text


async def test_related_choices_are_artists(home: Home) -> None:
    choices = await home.alice.autocomplete(home.channel, "related", "artist", "porti")
    assert [choice["name"] for choice in choices][:1] == ["Portishead"]


async def test_what_was_looked_up_counts_as_shown_to_nobody(home: Home) -> None:
    before = await home.app.store.posts.times_shown()
    await looked_up(home, "teardrop massive attack")
    assert await home.app.store.posts.times_shown() == before
    assert await home.app.store.posts.songs_of_server(ServerId(home.guild.id)) == set()


def made_up(rows: list[dict[str, Any]]) -> Script:
    """A Radio Browser that has these stations."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        return told(Reply(rows))

    return script


async def test_stations_that_do_not_play_are_left_out(home: Home, outside: World) -> None:
    silent = {**station(TEARDROP), "name": "Silence FM", "lastcheckok": 0}
    other = {**station(NEW), "stationuuid": "960e57c5-0601-11e8-ae97-52543be04c82", "name": "Loud FM"}
    outside.standins["radio_browser"].script = made_up([silent, other])
    card = await looked_up(home, "fm", "radio")
    assert "Loud FM" in card.text
    assert "Silence" not in card.text
