"""Playlists in: what is known is found, what is not is asked for, and what nobody has is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ImportCancelled, UnknownLink
from bot.sources.errors import SourceNotFound
from bot.sources.links import read_link
from bot.sources.playlists import PlaylistError
from bot.store.records import MemberId, ServerId
from tests.sources.asking import replies
from tests.sources.services.deezer import PLAYLIST
from tests.usecases.outside import NEW, World, world

HOME, ALICE = ServerId(1), MemberId(7)
LINES = f"""Massive Attack - Teardrop
1. Portishead – Glory Box 5:06
{NEW.artist} - {NEW.title}
Nobody At All - Nothing That Exists Anywhere
"""


@pytest.fixture
async def home(database: Path) -> AsyncGenerator[World]:
    async with world(database) as opened:
        yield opened


async def test_pasted_lines_become_songs_and_taste(home: World) -> None:
    taken = await home.app.playlists.take(server=HOME, member=ALICE, data=LINES)
    assert [song.title for song in taken.songs] == ["Teardrop", "Glory Box", NEW.title]
    assert (taken.new, taken.missing, taken.left) == (1, 1, 0)
    assert "Nothing That Exists" in taken.missed[0]
    assert "trip hop" in taken.genres
    assert 1990 in taken.decades
    assert set(home.app.tastes.heard(ALICE)) == {song.id for song in taken.songs}


async def test_the_same_list_again_counts_once(home: World) -> None:
    for _ in range(3):
        await home.app.playlists.take(server=HOME, member=ALICE, data=LINES)
    assert {heard.plays for heard in home.app.tastes.heard(ALICE).values()} == {1}


async def test_a_csv_export_is_read_by_its_columns(home: World) -> None:
    table = b"Track Name,Artist Name(s),ISRC\nTeardrop,Massive Attack,GBAAA9800322\nTeardrop,Massive Attack,GBAAA9800322\n"
    taken = await home.app.playlists.take(server=HOME, member=ALICE, data=table, filename="export.csv")
    assert [song.title for song in taken.songs] == ["Teardrop"]
    assert taken.reading is not None
    assert taken.reading.duplicates == 1


async def test_a_public_playlist_comes_by_its_link(home: World) -> None:
    link = read_link(f"https://www.deezer.com/playlist/{PLAYLIST}")
    assert link is not None
    taken = await home.app.playlists.take_link(server=HOME, member=ALICE, link=link)
    assert taken.name == "Slow evenings"
    assert [song.title for song in taken.songs] == [NEW.title]


async def test_another_service_says_what_it_cannot(home: World) -> None:
    for address in (
        "https://www.youtube.com/playlist?list=PL123456789012",
        "https://www.deezer.com/track/3135556",
    ):
        link = read_link(address)
        assert link is not None
        with pytest.raises(UnknownLink):
            await home.app.playlists.take_link(server=HOME, member=ALICE, link=link)


async def test_a_playlist_that_is_not_there(home: World) -> None:
    link = read_link("https://www.deezer.com/playlist/1")
    assert link is not None
    home.standins["deezer"].script = replies(
        {"error": {"type": "DataException", "message": "no data", "code": 800}}
    )
    with pytest.raises(SourceNotFound):
        await home.app.playlists.take_link(server=HOME, member=ALICE, link=link)


async def test_cancelled_it_counts_nothing(home: World) -> None:
    def cancel(done: int, total: int) -> None:
        if done == 2:
            raise ImportCancelled("no")

    with pytest.raises(ImportCancelled):
        await home.app.playlists.take(server=HOME, member=ALICE, data=LINES, progress=cancel)
    assert not home.app.tastes.heard(ALICE)


async def test_no_playlist_says_what_to_send(home: World) -> None:
    with pytest.raises(PlaylistError):
        await home.app.playlists.take(server=HOME, member=ALICE, data=b"\x00\x01\x02", filename="x.bin")


async def test_another_song_of_the_same_artist_is_not_taken_for_it(home: World) -> None:
    home.tell(replace(NEW, artist="Somebody Else", title="Another Thing"))
    taken = await home.app.playlists.take(
        server=HOME, member=ALICE, data="Massive Attack - A Song They Never Wrote Down\n"
    )
    assert (taken.songs, taken.missing) == ((), 1)


async def test_ten_thousand_songs_hold_up_nobody(home: World) -> None:
    """While a list is gone through, others have their turn between two songs."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    for each in home.standins.values():
        each.script = replies({}, 500)
    lines = "\n".join(f"Nobody {number} - Nothing {number}" for number in range(10_000))
    beside = asyncio.create_task(others())
    taken = await home.app.playlists.take(server=HOME, member=ALICE, data=lines)
    beside.cancel()
    assert (taken.songs, taken.missing, taken.left) == ((), 0, 10_000)
    assert turns >= 10_000
