"""New releases come in once a day, where artist or genre is known here."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.sources.errors import SourceDown
from bot.sources.found import FoundAlbum, FoundSong, SourceId, SourceName, Tag
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import NewSong
from bot.store.worth import DAY
from bot.usecases.fresh import Fresh, FreshSummary
from tests.usecases.telling import Announcing

START = 1_800_000_000.0  # 2027-01-15
NAME = SourceName("deezer")


def album(artist: str, title: str, released: str | None = "2027-01-10", *tags: str) -> FoundAlbum:
    number = SourceId(str(sum(map(ord, artist + title))))
    return FoundAlbum(NAME, number, title, (artist,), released=released, tags=tuple(map(Tag, tags)))


class Listing(Announcing):
    """Tells as well what is on a release."""

    async def artist_albums(self, artist_id: SourceId, *, limit: int = 25) -> tuple[FoundAlbum, ...]:
        return ()

    async def album(self, album_id: SourceId) -> FoundAlbum:
        return next(each for each in self.albums if each.id == album_id)

    async def album_songs(self, album_id: SourceId, *, limit: int = 50) -> tuple[FoundSong, ...]:
        found = await self.album(album_id)
        return tuple(
            FoundSong(self.name, SourceId(f"{album_id}{number}"), title, found.artists)
            for number, title in enumerate(("Opening", found.title, "Closing"))
        )


class Home:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.source = Announcing(NAME, released=None)
        self.now = START

    def fresh(self) -> Fresh:
        return Fresh(self.store, Sources([self.source]), lambda: self.now)

    async def new(self) -> dict[str, str | None]:
        return {song.title: song.released for song in await self.store.catalog.songs()}


@pytest.fixture
async def home(tmp_path: Path) -> AsyncGenerator[Home]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        known = NewSong("known band|old", "Old", "Known Band", "link", tags=(("genre", "dream pop", 1.0),))
        await store.catalog.add([known], START)
        yield Home(store)


async def test_known_artists_and_genres_come_in_with_the_date_of_the_release(home: Home) -> None:
    home.source.albums = [
        album("Strangers", "Noise", "2027-01-14", "grindcore"),
        album("KNOWN BAND", "New One"),
        album("Others", "Hazy", "2027-01-12", "Dream-Pop"),
        album("Known Band", "Announced", "2027-02-01"),
        album("Known Band", "Undated", None),
    ]
    assert await home.fresh().fresh(10) == FreshSummary(named=3, kept=2, added=2)
    assert await home.new() == {"Old": None, "New One": "2027-01-10", "Hazy": "2027-01-12"}


async def test_a_source_that_lists_what_is_on_it_gives_the_best_known_of_it(home: Home) -> None:
    home.source = Listing(NAME, albums=[album("Known Band", "New One")])
    assert await home.fresh().fresh(10) == FreshSummary(named=1, kept=1, added=2)
    assert await home.new() == {"Old": None, "New One": "2027-01-10", "Opening": "2027-01-10"}


async def test_no_more_than_were_asked_for_those_of_known_artists_first(home: Home) -> None:
    home.source.albums = [
        album("Others", "Hazy", "2027-01-12", "dream pop"),
        album("Known Band", "New One", "2027-01-09"),
    ]
    assert await home.fresh().fresh(1) == FreshSummary(named=2, kept=1, added=1)
    assert "New One" in await home.new()


async def test_an_old_song_of_that_name_is_not_the_new_one(home: Home) -> None:
    home.source.released = "2001-02-03"
    home.source.albums = [album("Known Band", "New One")]
    assert await home.fresh().fresh(10) == FreshSummary(named=1, kept=1, added=0)


async def test_once_a_day_and_a_restart_is_no_new_day(home: Home) -> None:
    home.source.albums = [album("Known Band", "New One")]
    assert await home.fresh().fresh(10) is not None
    assert await home.fresh().fresh(10) is None
    home.now += DAY
    assert await home.fresh().fresh(10) == FreshSummary(named=1, kept=1, added=0)


async def test_while_nobody_answers_nothing_is_remembered(home: Home) -> None:
    home.source.albums = [album("Known Band", "New One")]
    home.source.trouble = SourceDown("Deezer")
    fresh = home.fresh()
    assert await fresh.fresh(10) is None
    home.source.trouble = None
    assert await fresh.fresh(10) is None, "not at once"
    assert len(home.source.calls) == 1
    home.now += 3_601
    assert await fresh.fresh(10) == FreshSummary(named=1, kept=1, added=1)
