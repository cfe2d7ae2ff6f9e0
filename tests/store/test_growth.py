"""What the catalogue says of its growth, and what is left when one source is taken out of it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.store import Store
from bot.store.counters import KEPT_DAYS
from bot.store.enriching import Due, Find
from bot.store.growth import Asked
from bot.store.records import EventId, FeedbackEvent, MemberId, NewSong, ServerId, SongId, Verb
from bot.store.schema import metadata
from bot.store.worth import DAY

START = 1_800_000_000.0


def named(title: str, source: str = "deezer", **more: Any) -> NewSong:
    return NewSong(f"band|{title.lower()}", title, "Band", source, **more)


def due(number: int, title: str = "Alpha") -> Due:
    return Due(
        SongId(number),
        f"band|{title.lower()}",
        title,
        "Band",
        None,
        {},
        frozenset(),
        liked=False,
        listed=True,
    )


async def like(store: Store, number: int) -> None:
    said = (
        EventId(0),
        ServerId(1),
        MemberId(7),
        SongId(number),
        Verb.LIKE,
        "command",
        None,
        None,
        None,
        START,
    )
    await store.feedback.append([FeedbackEvent(*said)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "segue.db"


@pytest.fixture
async def store(file: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{file}") as opened:
        yield opened


def dump(file: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(file)
    try:
        tables = [table.name for table in metadata.sorted_tables if table.name != "meta"]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
    finally:
        connection.close()


class TestGrowth:
    async def test_of_nothing(self, store: Store) -> None:
        growth = await store.growth.growth(["deezer"], [], START)
        assert growth.sources == (Asked("deezer", 0, 0, 0, None),)
        assert (growth.listed, growth.unlisted, growth.new, growth.popularity) == (0, 0, {}, None)

    async def test_counts_who_was_asked_and_what_is_missing(self, store: Store) -> None:
        given = [
            named("Alpha", popularity=5.0, released="1999"),
            named("Bravo", tags=(("genre", "pop", 1.0),)),
            named("Charlie", "history", listed=False),
        ]
        await store.catalog.add(given, START - 8 * DAY)
        await like(store, 1)
        told = [Find("deezer", True, named("Alpha", popularity=6.0), {"tempo": 100.0}), Find("lastfm", False)]
        await store.enriching.write(due(1), told, START)
        growth = await store.growth.growth(["deezer", "spotify"], ["spotify"], START)
        assert growth.sources == (
            Asked("deezer", 1, 1, 2, START),
            Asked("lastfm", 1, 0, None, START),
            Asked("spotify", 0, 0, 1, None),
        )
        assert (growth.listed, growth.unlisted) == (2, 1)
        assert growth.lacking == {"tags": 1, "audio features": 1, "release date": 1, "artwork": 2}
        assert (growth.new, growth.popularity) == ({}, (START, START))

    async def test_counts_new_songs_of_a_week_and_forgets_those_of_last_month(self, store: Store) -> None:
        await store.catalog.add([named("Alpha"), named("Bravo", "link")], START)
        await store.catalog.add([named("Alpha"), named("Charlie")], START + DAY)
        growth = await store.growth.growth([], [], START + 2 * DAY)
        assert growth.new == {"deezer": 2, "link": 1}
        assert (await store.growth.growth([], [], START + 10 * DAY)).new == {}
        await store.catalog.add([named("Delta")], START + (KEPT_DAYS + 5) * DAY)
        async with store.db.read() as connection:
            kept = await connection.exec_driver_sql("SELECT count(*) FROM meta WHERE key LIKE 'new songs:%'")
            assert kept.scalar_one() == 1


class TestPurge:
    async def fill(self, store: Store) -> None:
        """Songs of Deezer: one liked, one that Last.fm knows, one in a basket of its own, one alone."""
        pop = (("genre", "pop", 1.0),)
        given = [
            named(title, album="A", released="1999", ids={"deezer": title}, tags=pop)
            for title in ("Liked", "Known", "Near", "Alone")
        ]
        await store.catalog.add(given, START)
        await store.catalog.add([named("Known", "lastfm", released="1998")], START)
        await store.catalog.add([named("Foreign", "link")], START)
        await like(store, 1)
        near = [named("Near"), named("Foreign")]
        finds = [Find("deezer", True, named("Liked"), {"tempo": 99.0}, near), Find("lastfm", False)]
        await store.enriching.write(due(4, "Alone"), finds, START)

    async def test_only_counts_unless_it_is_meant(self, store: Store, file: Path) -> None:
        await self.fill(store)
        before = dump(file)
        purged = await store.purging.purge("deezer", really=False)
        assert purged.rows == {
            "details": 4,
            "tags": 4,
            "audio features": 1,
            "track ids": 4,
            "enquiries": 1,
            "playlists": 1,
        }
        assert (purged.songs, purged.kept) == (2, 2)
        assert dump(file) == before

    async def test_takes_out_what_nobody_else_speaks_of(self, store: Store, file: Path) -> None:
        await self.fill(store)
        purged = await store.purging.purge("deezer", really=True)
        assert (purged.songs, purged.kept) == (2, 2)
        left = dump(file)
        assert [(row[2], row[4], row[5], row[10]) for row in left["songs"]] == [
            ("Liked", None, None, "link"),
            ("Known", None, None, "lastfm"),
            ("Foreign", None, None, "link"),
        ]
        for table in ("song_tags", "audio_features", "track_ids", "playlists", "playlist_songs", "enquiries"):
            assert left[table] == [], table
        assert [row[1] for row in left["song_details"]] == ["lastfm"]
        assert len(left["feedback"]) == 1
        assert (await store.purging.purge("deezer", really=True)).nothing
        assert (await store.purging.purge("nobody' OR 1=1", really=True)).nothing
