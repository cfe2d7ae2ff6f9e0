"""What is no song, in the catalogue."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.catalog.fingerprint import fingerprint
from bot.store.records import About, ItemKind, NewSong

NOW = 1_800_000_000.0
SONG = NewSong("band|alpha", "Alpha", "Band", "deezer", tags=(("genre", "rock", 1.0),))
SHOW = NewSong(
    "podcast|host|show",
    "Show",
    "Host",
    "itunes",
    language="en",
    ids={"itunes:podcast": "7"},
    tags=(("genre", "history", 1.0), ("word", "rome", 1.0), ("word", "roads", 0.5)),
    kind=ItemKind.PODCAST,
    description="Roads of Rome.",
    link="https://example.net/show",
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        yield opened


async def test_kind_words_and_small_print_are_read_back(store: Store) -> None:
    song, show = await store.catalog.add([SONG, SHOW], NOW)
    assert (song.kind, song.words) == (ItemKind.SONG, ())
    assert (show.kind, show.genres, show.words) == (ItemKind.PODCAST, ("history",), ("rome", "roads"))
    assert await store.catalog.songs() == [song, show]
    assert await store.catalog.about(show.id) == About(
        language="en", description="Roads of Rome.", link="https://example.net/show"
    )
    assert await store.catalog.about(song.id) == About()


async def test_credits_of_several_sources_are_put_together(store: Store) -> None:
    told = [
        NewSong("band|alpha", "Alpha", "Band", "deezer", credits={"featured": ["A Guest"]}),
        NewSong(
            "band|alpha", "Alpha", "Band", "musicbrainz", credits={"featured": ["A Guest"], "harp": ["B"]}
        ),
    ]
    (song, _) = await store.catalog.add(told, NOW)
    assert (await store.catalog.about(song.id)).credits == {"featured": ("A Guest",), "harp": ("B",)}


async def test_the_engine_reads_words_by_their_weight(store: Store) -> None:
    _, show = await store.catalog.add([SONG, SHOW], NOW)
    tags = (await store.catalog.frames()).tags
    weights = dict(zip(tags["tag"], tags["weight"], strict=True))
    assert weights == {"rock": 1.0, "history": 1.0, "rome": 0.5, "roads": 0.25}
    assert show.id in set(tags["item"])


async def test_nobody_looks_for_new_songs_by_what_is_spoken(store: Store) -> None:
    await store.catalog.add([SONG, SHOW], NOW)
    assert await store.catalog.names() == (["Band"], ["rock"])
    due = await store.enriching.due(["deezer"], NOW, 10)
    assert [each.title for each in due] == ["Alpha"]
    growth = await store.growth.growth(["deezer"], [], NOW)
    assert growth.listed == 1


async def test_what_members_find_is_no_import(store: Store) -> None:
    before = await fingerprint(store.db)
    station = NewSong(
        "radio|x|x",
        "X",
        "X",
        "radio_browser",
        kind=ItemKind.RADIO,
        tags=(("genre", "jazz", 1.0),),
        ids={"radio_browser:radio": "1"},
    )
    await store.catalog.add([SHOW, station], NOW)
    assert await fingerprint(store.db) == before
