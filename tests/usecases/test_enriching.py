"""What is missing is asked for, song by song and in order of worth, and nothing is lost or doubled on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_app
from bot.errors import StoreBusy
from bot.sources.errors import SourceDown, SourceNotUnderstood
from bot.sources.found import SourceName
from bot.sources.opening import OFFERS
from bot.sources.together import Sources
from bot.store import Store
from bot.store.catalog.fingerprint import OUTSIDE, fingerprint
from bot.store.records import EventId, FeedbackEvent, MemberId, NewSong, ServerId, SongId, Verb
from bot.store.worth import ASK_AGAIN, DAY, REFRESH
from bot.usecases import enriching
from bot.usecases.enriching import FEW, Enricher
from bot.usecases.training import Catalogue
from tests.conftest import settings
from tests.usecases.outside import NEW, world
from tests.usecases.telling import Describing, Naming

ROOT = Path(__file__).parents[2]
BAND = "Segue Test Band"
HOME, ALICE = ServerId(1), MemberId(7)
START = 1_800_000_000.0


def song(title: str, *, listed: bool = True, popularity: float | None = None) -> NewSong:
    return NewSong(
        key=f"segue test band|{title.lower()}",
        title=title,
        artist=BAND,
        source="history" if not listed else "link",
        popularity=popularity,
        listed=listed,
    )


@dataclass
class Home:
    """A store with some songs, two sources and a clock that stands still."""

    store: Store
    first: Naming
    second: Describing
    now: float = START
    left: list[Any] = field(default_factory=list[Any])

    def enricher(self, **more: Any) -> Enricher:
        chosen: dict[str, Any] = {"a_day": 100, "new_a_day": 10, **more}
        return Enricher(self.store, Sources([self.first, self.second]), lambda: self.now, **chosen)

    async def likes(self, number: SongId, at: float = START) -> None:
        await self.store.feedback.append(
            [FeedbackEvent(EventId(0), HOME, ALICE, number, Verb.LIKE, "command", None, None, None, at)]
        )

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.store.db.read() as connection:
            return [tuple(row) for row in (await connection.exec_driver_sql(query)).all()]


@pytest.fixture
async def home(tmp_path: Path) -> AsyncGenerator[Home]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        known = [song("Alpha"), song("Bravo", popularity=90), song("Charlie"), song("Delta", listed=False)]
        await store.catalog.add(known, START - 100 * DAY)
        yield Home(store, Naming(SourceName("deezer")), Describing(SourceName("reccobeats")))


async def titles(enricher: Enricher, songs: int = 100) -> list[str]:
    return [each.title.partition(" · ")[0] async for each in enricher.through(songs)]


class TestWhatIsFilled:
    async def test_ids_dates_artwork_tags_and_features_each_with_its_source(self, home: Home) -> None:
        assert len(await titles(home.enricher())) == 4
        [alpha] = [song for song in await home.store.catalog.songs() if song.title == "Alpha"]
        assert (alpha.released, alpha.popularity, alpha.tempo) == ("2001-02-03", 50.0, 120.0)
        assert alpha.artwork_url is not None
        assert alpha.genres == ("night drive", "synth")
        assert {"deezer", "isrc"} <= alpha.links.keys()
        assert await home.rows("SELECT DISTINCT source FROM song_details WHERE at = 1800000000") == [
            ("deezer",)
        ]
        assert await home.rows("SELECT DISTINCT source FROM song_tags") == [("reccobeats",)]
        assert await home.rows("SELECT DISTINCT source, tempo, mode, energy FROM audio_features") == [
            ("reccobeats", 120.0, 1.0, 0.25)
        ]
        assert len(await home.rows("SELECT * FROM enquiries WHERE found")) == 8

    async def test_a_song_of_one_history_alone_is_shown_once_a_source_is_sure_of_it(self, home: Home) -> None:
        home.first.unknown = frozenset({"Delta"})
        await titles(home.enricher())
        assert "Delta" not in {song.title for song in await home.store.catalog.songs()}
        home.first.unknown = frozenset()
        home.now += ASK_AGAIN + 1
        await titles(home.enricher())
        assert "Delta" in {song.title for song in await home.store.catalog.songs()}

    async def test_what_comes_in_is_nothing_that_an_import_brought(self, home: Home) -> None:
        before = await fingerprint(home.store.db)
        home.second.near = {"Alpha": ["Bravo", "Echo"]}
        await titles(home.enricher())
        assert await fingerprint(home.store.db) == before
        assert OFFERS.keys() <= set(OUTSIDE)


class TestOrder:
    async def test_liked_last_then_shown_then_heard_then_the_best_known(self, home: Home) -> None:
        alpha, _, charlie, delta = (
            number for number, *_ in await home.rows("SELECT id FROM songs ORDER BY id")
        )
        async with home.store.db.write() as connection:
            await connection.exec_driver_sql("INSERT INTO servers (id, joined_at) VALUES (1, 0)")
            await connection.exec_driver_sql(
                f"INSERT INTO listens VALUES (7, {delta}, 'lastfm', 3, 0, 0, 5), (7, {charlie}, 'lastfm', 3, 0, 0, 4)"
            )
        await home.likes(alpha, START - 5)
        await home.likes(charlie, START - 4)
        assert await titles(home.enricher()) == ["Charlie", "Alpha", "Delta", "Bravo"]

    async def test_no_more_than_a_day_allows(self, home: Home) -> None:
        enricher = home.enricher(a_day=2)
        assert await enricher.turn() is not None
        assert await enricher.turn() is not None
        assert await enricher.turn() is None
        assert await home.enricher(a_day=2).turn() is None, "a restart allows no more"
        home.now += DAY + 1
        assert await enricher.turn() is not None
        assert await home.enricher(a_day=0).turn() is None

    async def test_known_songs_are_asked_about_again_after_a_season_and_unknown_ones_after_a_month(
        self, home: Home
    ) -> None:
        home.first.unknown = home.second.unknown = frozenset({"Bravo"})
        assert len(await titles(home.enricher())) == 4
        assert await titles(home.enricher()) == []
        home.now += ASK_AGAIN + 1
        assert await titles(home.enricher()) == ["Bravo"]
        home.now = START + REFRESH + 1
        assert sorted(await titles(home.enricher())) == ["Alpha", "Bravo", "Charlie", "Delta"]
        newest = await home.rows("SELECT min(at) FROM song_details WHERE source = 'deezer' AND song_id != 2")
        assert newest == [(home.now,)]


class TestNear:
    async def test_similar_songs_of_the_catalogue_are_a_basket(self, home: Home) -> None:
        home.second.near = {"Alpha": ["Bravo", "Nobody Has This"]}
        async with home.store.db.write() as connection:
            await connection.exec_driver_sql("UPDATE songs SET key = 'near band|bravo' WHERE title = 'Bravo'")
        await titles(home.enricher())
        assert await home.rows("SELECT source, external_id FROM playlists") == [("reccobeats", "similar:1")]
        assert await home.rows("SELECT song_id FROM playlist_songs ORDER BY 1") == [(1,), (2,)]
        assert await home.store.catalog.count() == 4
        home.now += REFRESH + 1
        home.second.near = {"Alpha": ["Bravo"], "Charlie": []}
        await titles(home.enricher())
        assert len(await home.rows("SELECT * FROM playlist_songs")) == 2

    async def test_a_few_unknown_ones_come_in_beside_a_liked_song_and_no_more_than_a_day_allows(
        self, home: Home
    ) -> None:
        home.second.near = {
            "Alpha": [f"Near Alpha {word}" for word in ("one", "two", "three", "four")],
            "Charlie": [f"Near Charlie {word}" for word in ("five", "six")],
            "Bravo": ["Near Bravo seven"],
        }
        await home.likes(SongId(1))
        await home.likes(SongId(3), START - 1)
        added = [each.added async for each in home.enricher(new_a_day=FEW + 1).through(4)]
        assert added == [FEW, 1, 0, 0]
        assert await home.store.enriching.added_today(home.now) == FEW + 1
        assert await home.store.enriching.added_today(home.now + DAY) == 0
        assert await home.rows(
            "SELECT count(*) FROM songs WHERE artist = 'Near Band' AND source = 'reccobeats'"
        ) == [(FEW + 1,)]


class TestTrouble:
    async def test_a_source_that_is_down_is_passed_over_and_asked_later(self, home: Home) -> None:
        enricher = home.enricher()
        home.second.trouble = SourceDown("ReccoBeats")
        assert len(await titles(enricher)) == 4
        assert len(home.second.calls) == 1, "it was left alone after that"
        assert await home.rows("SELECT DISTINCT source FROM enquiries") == [("deezer",)]
        home.second.trouble = None
        home.now += 2 * 3_600
        assert len(await titles(enricher)) == 4
        assert len(home.first.calls) == 4, "who has answered is not asked again"
        assert len(await home.rows("SELECT * FROM enquiries WHERE source = 'reccobeats' AND found")) == 4

    async def test_a_question_that_a_source_cannot_answer_does_not_hold_up_the_others(
        self, home: Home
    ) -> None:
        enricher = home.enricher()
        home.second.trouble = SourceNotUnderstood("ReccoBeats")
        await titles(enricher, 1)
        home.second.trouble = None
        home.now += 3_600
        assert (await titles(enricher))[0] == "Alpha"
        assert len(await home.rows("SELECT * FROM enquiries WHERE source = 'reccobeats'")) == 3
        home.now += DAY
        assert await titles(enricher) == ["Bravo"]

    async def test_who_knows_songs_by_what_another_says_is_not_taken_at_their_word_while_that_one_is_down(
        self, home: Home
    ) -> None:
        enricher = home.enricher()
        home.first.trouble = SourceDown("Deezer")
        await titles(enricher)
        assert await home.rows("SELECT * FROM enquiries") == []
        home.first.trouble = None
        home.now += 2 * 3_600
        await titles(enricher)
        assert len(await home.rows("SELECT * FROM enquiries WHERE found")) == 8

    async def test_nobody_is_asked_where_there_is_nobody(self, home: Home) -> None:
        nobody = Enricher(home.store, Sources(), lambda: home.now, a_day=10)
        assert await nobody.turn() is None

    async def test_a_source_with_few_calls_is_asked_about_liked_songs_and_lends_ids_and_pictures_only(
        self, home: Home
    ) -> None:
        spotify = Naming(SourceName("spotify"))
        await home.likes(SongId(3))
        enricher = Enricher(home.store, Sources([spotify]), lambda: home.now, a_day=9)
        assert await titles(enricher) == spotify.calls == ["Charlie"]
        [told] = await home.rows(
            "SELECT album, released, popularity, artwork_url IS NULL FROM song_details WHERE source = 'spotify'"
        )
        assert told == (None, None, None, 0)
        assert len(await home.rows("SELECT * FROM track_ids WHERE source = 'spotify'")) == 2

    async def test_a_locked_database_costs_nothing_but_time(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def locked(*_: object, **__: object) -> None:
            raise StoreBusy("locked")

        enricher = home.enricher()
        with monkeypatch.context() as patched:
            patched.setattr(home.store.enriching, "write", locked)
            with pytest.raises(StoreBusy):
                await enricher.turn()
        assert await titles(enricher) == ["Bravo", "Alpha", "Charlie", "Delta"]

    async def test_one_song_that_breaks_everything_holds_up_nobody(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = Naming.songs_named

        async def breaks(self: Naming, artist: str, title: str, *, limit: int = 10) -> Any:
            if title == "Bravo":
                raise ZeroDivisionError
            return await real(self, artist, title, limit=limit)

        monkeypatch.setattr(Naming, "songs_named", breaks)
        enricher = home.enricher()
        with pytest.raises(ZeroDivisionError):
            await enricher.turn()
        assert await titles(enricher) == ["Alpha", "Charlie", "Delta"]

    async def test_nobody_is_asked_while_members_are_answered(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enriching, "PAUSE", 0.0)
        answering = [True, True, True]
        asked_meanwhile: list[int] = []
        over = asyncio.Event()

        def busy() -> bool:
            asked_meanwhile.append(len(home.first.calls))
            if not answering:
                over.set()
                return False
            return answering.pop()

        async with home.enricher(busy=busy).running():
            await over.wait()
        assert asked_meanwhile == [0, 0, 0, 0]


KILLED = """
import asyncio, os, signal, sys
from bot.store import Store, enriching
from bot.sources.found import SourceName
from bot.sources.together import Sources
from bot.usecases.enriching import Enricher
from tests.usecases.telling import Describing, Naming

left = int(sys.argv[2])
real = getattr(enriching, sys.argv[3])

async def killed(*arguments):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return await real(*arguments)

setattr(enriching, sys.argv[3], killed)

async def main():
    async with Store("sqlite+aiosqlite:///" + sys.argv[1]) as store:
        near = {"Alpha": ["Echo", "Foxtrot"], "Charlie": ["Echo"]}
        sources = Sources([Naming(SourceName("deezer")), Describing(SourceName("reccobeats"), near)])
        enricher = Enricher(store, sources, lambda: 1_800_000_000.0, a_day=100, new_a_day=10)
        async for _ in enricher.through(100):
            pass

asyncio.run(main())
"""


def run(file: Path, left: int, where: str) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(left), where],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=100,
        check=False,
    )
    return ended.returncode


def dump(file: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(file)
    try:
        tables = ("songs", "track_ids", "song_tags", "audio_features", "song_details", "enquiries", "meta")
        more = ("playlists", "playlist_songs")
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in (*tables, *more)
        }
    finally:
        connection.close()


async def test_kill_9_at_any_point_loses_and_doubles_nothing(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.db", tmp_path / "broken.db"
    for file in (whole, broken):
        async with Store(f"sqlite+aiosqlite:///{file}") as store:
            await store.catalog.add([song("Alpha"), song("Bravo"), song("Charlie")], START)
            await Home(store, Naming(SourceName("deezer")), Describing(SourceName("x"))).likes(SongId(1))
    assert run(whole, 0, "_note") == 0
    for left, where in ((1, "_note"), (4, "_tell"), (2, "_keep_near")):
        assert run(broken, left, where) == -signal.SIGKILL
    assert run(broken, 0, "_note") == 0
    assert dump(broken) == dump(whole)
    assert len(dump(broken)["enquiries"]) == 2 * 5, "the two that were added are asked about too"


async def test_in_the_running_bot_cards_show_it_at_once(database: Path) -> None:
    source = Naming(SourceName("deezer"))
    async with open_app(settings(database), seed=1, sources=Sources([source])) as app:
        bare = next(song for song in app.library.songs.values() if song.artwork_url is None)
        await app.feedback.say(server=HOME, member=ALICE, song=bare.id, verb=Verb.LIKE, cause="1")
        enriched = await app.enricher.turn()
        assert enriched is not None
        assert enriched.song == bare.id
        assert app.library.songs[bare.id].artwork_url is not None
        async with app.at_work():
            pass


async def test_the_engine_follows_at_its_next_fit(database: Path) -> None:
    sources = Sources([Naming(SourceName("deezer")), Describing(SourceName("reccobeats"))])
    async with open_app(settings(database), seed=1, sources=sources) as app:
        catalogue = Catalogue(app.store, app.library, lambda: START, 900.0)
        assert not await catalogue.changed()
        assert not catalogue.grown
        assert await app.enricher.turn() is not None
        assert not await catalogue.changed(), "nothing was imported"
        assert catalogue.grown


async def test_real_sources_together(database: Path) -> None:
    async with world(database) as there:
        await there.app.store.catalog.add(
            [NewSong(f"{NEW.artist}|{NEW.title}".lower(), NEW.title, NEW.artist, "history", listed=False)],
            1.0,
        )
        async with there.app.store.db.write() as connection:
            await connection.exec_driver_sql("UPDATE songs SET popularity = 100 WHERE source = 'history'")
        enriched = await there.app.enricher.turn()
        assert enriched is not None
        assert (enriched.title, enriched.later) == (f"{NEW.title} · {NEW.artist}", ())
        assert set(enriched.knew) == {"deezer", "musicbrainz", "itunes", "listenbrainz"}
        found = there.app.library.songs[enriched.song]
        assert (found.links["isrc"], found.links["mbid"]) == (NEW.isrc, NEW.recording)
        assert found.artwork_url is not None
        assert found.tempo == 152.9
