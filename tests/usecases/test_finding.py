"""Any song that members name is found: in the catalogue, or outside, and then it is in the catalogue."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import UnknownLink, UnknownSong
from bot.store.records import MemberId, ServerId, Verb
from bot.store.wishes import Wish
from bot.usecases.finding import Named
from tests.sources.standin import Standin
from tests.usecases.outside import NEW, World, world

HOME, ALICE = ServerId(1), MemberId(7)


@pytest.fixture
async def home(database: Path) -> AsyncGenerator[World]:
    async with world(database) as opened:
        yield opened


async def broken(request: web.Request, service: Standin) -> web.StreamResponse:
    return web.Response(status=500)


async def test_what_the_catalogue_has_is_asked_of_nobody(home: World) -> None:
    known = next(iter(home.app.library.songs.values()))
    assert (await home.app.finder.song(f"{known.artist} {known.title}")).id == known.id
    assert home.calls == []


async def test_a_new_song_is_found_and_at_hand_at_once(home: World) -> None:
    song = await home.app.finder.song("segue test band lighthouse keeps its own hours")
    assert (song.title, song.artist.split(",")[0]) == (NEW.title, NEW.artist)
    assert song.links["isrc"] == NEW.isrc
    assert song.links["deezer"] == str(NEW.number)
    assert home.app.library.songs[song.id] == song
    assert home.app.library.suggest("lighthouse hours")[0].id == song.id
    calls = len(home.calls)
    assert (await home.app.finder.song("Segue Test Band - The Lighthouse Keeps Its Own Hours")).id == song.id
    assert len(home.calls) == calls


async def test_several_sources_make_one_song_and_each_keeps_its_own_words(home: World) -> None:
    await home.app.finder.song("segue test band lighthouse keeps its own hours")
    async with home.app.store.db.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT source FROM song_details")).all()
    assert {row[0] for row in rows} >= {"deezer", "itunes"}
    assert len([s for s in home.app.library.songs.values() if s.title == NEW.title]) == 1


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.deezer.com/en/track/{NEW.number}",
        f"https://musicbrainz.org/recording/{NEW.recording}",
        f"<https://www.deezer.com/track/{NEW.number}?utm_source=x>",
    ],
)
async def test_a_pasted_link_is_understood(home: World, link: str) -> None:
    assert (await home.app.finder.song(link)).title == NEW.title
    calls = len(home.calls)
    assert (await home.app.finder.song(link)).title == NEW.title
    assert len(home.calls) == calls


async def test_a_link_of_a_service_that_cannot_be_asked_says_so_or_uses_what_it_shows(home: World) -> None:
    video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    with pytest.raises(UnknownLink) as told:
        await home.app.finder.song(video)
    assert (told.value.service, told.value.song) == ("YouTube", True)
    song = await home.app.finder.song(video, title=f"{NEW.artist} - {NEW.title} (Official Video)")
    assert song.title == NEW.title


async def test_the_words_of_a_link_may_be_enough(home: World) -> None:
    song = await home.app.finder.song(
        "https://segue-test-band.bandcamp.com/track/the-lighthouse-keeps-its-own-hours"
    )
    assert song.title == NEW.title


async def test_a_link_to_an_album_is_no_song(home: World) -> None:
    with pytest.raises(UnknownLink) as told:
        await home.app.finder.song("https://www.deezer.com/album/302127")
    assert not told.value.song


async def test_another_song_is_not_believed(home: World) -> None:
    with pytest.raises(UnknownSong):
        await home.app.finder.song("an entirely different tune by nobody at all zzz")
    assert await home.app.finder.named(Named("Nobody At All", "An Entirely Different Tune")) is None


async def test_while_everybody_is_broken_the_catalogue_still_answers(home: World) -> None:
    for each in home.standins.values():
        each.script = broken
    known = next(iter(home.app.library.songs.values()))
    assert (await home.app.finder.song(f"{known.artist} {known.title}")).id == known.id
    with pytest.raises(UnknownSong):
        await home.app.finder.song("segue test band lighthouse keeps its own hours")


async def test_one_source_is_enough(home: World) -> None:
    for name in ("deezer", "itunes"):
        home.standins[name].script = broken
    assert (await home.app.finder.song("segue test band lighthouse keeps its own hours")).title == NEW.title


async def test_a_new_song_can_be_asked_from_before_the_engine_knows_it(database: Path) -> None:
    async with world(database) as home:
        known = next(iter(home.app.library.songs.values()))
        home.tell(replace(NEW, artist=known.artist))
        song = await home.app.finder.song(f"{known.artist} {NEW.title}")
        assert not home.app.library.knows(song.id)
        post = await home.app.recommend.ask(server=HOME, member=ALICE, channel=None, wish=Wish(seed=song.id))
        assert post.slots
        assert {reason.kind for slot in post.slots for reason in slot.reasons} & {"seed"}
        await home.app.feedback.say(server=HOME, member=ALICE, song=song.id, verb=Verb.LIKE, cause="1")
        assert home.app.tastes.counts(HOME, song.id).likes == 1
    async with world(database) as home:
        # The model of before serves, the song is there, and the next fit learns of it.
        assert home.app.library.songs[song.id].title == NEW.title
        assert not home.app.library.knows(song.id)
        home.app.trainer.ask()
        assert await home.app.trainer.turn() == "asked"
        assert home.app.library.knows(song.id)
