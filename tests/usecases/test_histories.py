"""What members listened to elsewhere: each play once, whatever breaks an import off, and gone when they wish."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import App, open_app
from bot.errors import ImportCancelled
from bot.sources.errors import SourceDown, SourceOff
from bot.sources.histories import HistoryError
from bot.sources.spotify_accounts_shapes import Heard as FromAccount
from bot.sources.spotify_accounts_shapes import Told
from bot.store.records import Heard, MemberId, ServerId, Song, Verb
from bot.store.wishes import Wish
from bot.usecases import fitting
from bot.usecases.histories import Summary
from bot.usecases.taste import DAY, LASTING, SKIPPED, played
from recommender import Dial
from tests.conftest import needs, settings
from tests.sources.history_exports import SECRETS, packed, streamed
from tests.sources.services.listenbrainz import listen, listens
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Script, Standin, told
from tests.usecases.outside import World, world

HOME, ALICE, BOB = ServerId(1), MemberId(7), MemberId(8)


def plays(*named: tuple[str, str, str], **more: Any) -> list[dict[str, Any]]:
    """Records of an export: time, artist and title, each with an id of its own."""
    return [
        streamed(
            ts=ts,
            master_metadata_album_artist_name=artist,
            master_metadata_track_name=title,
            spotify_track_uri=f"spotify:track:{abs(hash((artist, title))) % 10**22:022d}",
            **more,
        )
        for ts, artist, title in named
    ]


def export(folder: Path, records: Sequence[object], name: str = "export.zip") -> Path:
    file = folder / name
    file.write_bytes(packed({"Streaming_History_Audio_2020_1.json": list(records)}).getvalue())
    return file


async def take(app: App, file: Path, member: MemberId = ALICE) -> Summary:
    return await app.histories.take_file(server=HOME, member=member, file=file)


def teardrop(app: App) -> Song:
    return app.library.resolve("teardrop massive attack")


MANY = [
    ("2024-01-01T10:00:00Z", "Massive Attack", "Teardrop"),
    ("2024-01-01T11:00:00Z", "Massive Attack", "Teardrop"),
    ("2024-01-05T10:00:00Z", "Massive Attack", "Teardrop"),
    ("2024-01-06T10:00:00Z", "A Band In My Cellar", "Demo Of Tuesday"),
]


class TestAFile:
    async def test_becomes_counts_that_the_next_answer_feels(self, app: App, tmp_path: Path) -> None:
        summary = await take(app, export(tmp_path, plays(*MANY)))
        assert (summary.plays, summary.songs, summary.listed) == (4, 2, 1)
        assert summary.artists[0] == "Massive Attack"
        assert "trip hop" in summary.genres
        heard = app.tastes.heard(ALICE)[teardrop(app).id]
        assert (heard.plays, heard.repeats, heard.skips) == (3, 1, 0)
        assert app.tastes.vector(HOME, ALICE, heard.last)[teardrop(app).id] == pytest.approx(0.6)
        assert app.picker.knows(HOME, ALICE)

    async def test_again_adds_nothing(self, app: App, tmp_path: Path) -> None:
        file = export(tmp_path, plays(*MANY))
        await take(app, file)
        before = dict(app.tastes.heard(ALICE))
        summary = await take(app, file)
        assert (summary.plays, summary.known) == (0, 4)
        assert dict(app.tastes.heard(ALICE)) == before

    async def test_that_overlaps_adds_what_is_new(self, app: App, tmp_path: Path) -> None:
        await take(app, export(tmp_path, plays(*MANY[:2])))
        summary = await take(app, export(tmp_path, plays(*MANY), "later.zip"))
        assert (summary.plays, summary.known) == (2, 2)
        assert app.tastes.heard(ALICE)[teardrop(app).id].plays == 3

    async def test_survives_a_restart_and_is_in_the_next_fit(self, database: Path, tmp_path: Path) -> None:
        async with open_app(settings(database)) as app:
            await take(app, export(tmp_path, plays(*MANY)))
            song = teardrop(app).id
            app.trainer.ask()
            assert await app.trainer.turn() == "asked"
            material = app.library.engine.scale.material
            row = material.ledger.row(HOME, ALICE)  # pyright: ignore[reportArgumentType]
            assert [int(material.catalogue.ids[position]) for position in row.positions] == [song]
        async with open_app(settings(database)) as app:
            assert app.tastes.heard(ALICE)[song].plays == 3

    async def test_a_song_that_it_alone_speaks_of_is_shown_to_nobody(self, app: App, tmp_path: Path) -> None:
        await take(app, export(tmp_path, plays(*MANY)))
        assert not [song for song in app.library.songs.values() if "Cellar" in song.artist]
        async with app.store.db.read() as connection:
            rows = (
                await connection.exec_driver_sql("SELECT artist, listed FROM songs WHERE NOT listed")
            ).all()
        assert [tuple(row) for row in rows] == [("A Band In My Cellar", 0)]

    async def test_leaves_no_trace_of_who_or_where(self, app: App, database: Path, tmp_path: Path) -> None:
        await take(app, export(tmp_path, plays(*MANY)))
        async with app.store.db.write() as connection:
            await connection.exec_driver_sql("SELECT 1")
        written = database.read_bytes() + b"".join(
            p.read_bytes() for p in database.parent.glob("segue.db-wal")
        )
        assert not [secret for secret in SECRETS if len(secret) > 4 and secret.encode() in written]

    async def test_cancelled_in_the_middle_leaves_nothing(
        self, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.usecases.histories.TOLD_EVERY", 1)

        def cancel(_done: int) -> None:
            raise ImportCancelled("no")

        with pytest.raises(ImportCancelled):
            await app.histories.take_file(
                server=HOME, member=ALICE, file=export(tmp_path, plays(*MANY)), progress=cancel
            )
        assert not app.tastes.heard(ALICE)
        assert (await take(app, tmp_path / "export.zip")).plays == 4

    async def test_that_is_none_says_what_to_send(self, app: App, tmp_path: Path) -> None:
        file = tmp_path / "holiday.zip"
        file.write_bytes(packed({"picture.png": b"png"}).getvalue())
        with pytest.raises(HistoryError):
            await take(app, file)
        assert not app.tastes.heard(ALICE)

    async def test_is_forgotten_when_the_member_wishes(self, app: App, tmp_path: Path) -> None:
        await take(app, export(tmp_path, plays(*MANY)))
        await take(app, tmp_path / "export.zip", BOB)
        assert await app.histories.forget(ALICE) == 2
        assert not app.tastes.heard(ALICE)
        assert app.tastes.heard(BOB)
        assert await app.histories.forget(BOB) == 2
        async with app.store.db.read() as connection:
            for table in ("listens", "listened", "histories"):
                assert (await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar() == 0
            unlisted = "SELECT count(*) FROM songs WHERE NOT listed"
            assert (await connection.exec_driver_sql(unlisted)).scalar() == 0
        # What was forgotten can be brought again.
        assert (await take(app, tmp_path / "export.zip")).plays == 4


class TestTaste:
    def test_much_played_songs_say_more_and_fade_to_a_quarter(self) -> None:
        once, often = Heard(1, 0, 0, 0.0), Heard(40, 15, 0, 0.0)
        assert played(once, 0.0) == pytest.approx(0.3)
        assert played(often, 0.0) == pytest.approx(1.2)
        assert played(often, 3_000 * DAY) == pytest.approx(1.2 * LASTING)
        assert played(Heard(0, 0, 3, 0.0), 0.0) == SKIPPED
        assert played(Heard(1, 0, 9, 0.0), 0.0) == 0.0

    async def test_what_a_member_says_outweighs_how_they_heard_it(self, app: App, tmp_path: Path) -> None:
        await take(app, export(tmp_path, plays(*MANY)))
        song = teardrop(app).id
        await app.feedback.say(server=HOME, member=ALICE, song=song, verb=Verb.DISLIKE, cause="1")
        assert app.tastes.vector(HOME, ALICE, 0.0)[song] == -1.0

    async def test_what_somebody_listens_to_is_no_news_to_them(self, app: App, tmp_path: Path) -> None:
        await take(app, export(tmp_path, plays(*MANY)))
        song = teardrop(app).id
        for dial in (Dial.BALANCED, Dial.ADVENTUROUS):
            for _ in range(3):
                post = await app.recommend.ask(
                    server=HOME, member=ALICE, channel=None, wish=Wish(dial=dial, count=12)
                )
                assert song not in {slot.song for slot in post.slots}


def remembering(*seconds: int, fails_after: int = 10**9) -> Script:
    """A service that remembers plays at these seconds, and fails after so many pages."""
    heard = sorted(
        (listen(TEARDROP, at, n) for n, at in enumerate(seconds)), key=lambda each: -each["listened_at"]
    )
    asked: list[int] = []

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if not request.path.endswith("/listens"):
            return told(service.honest(request))
        asked.append(1)
        if len(asked) > fails_after:
            return web.Response(status=500)
        end = int(request.query.get("max_ts", 10**11))
        rows = [each for each in heard if each["listened_at"] < end]
        return told(Reply(listens(*rows[:3], oldest=min(seconds))))

    return script


@pytest.fixture
async def home(database: Path) -> AsyncGenerator[World]:
    async with world(database) as opened:
        yield opened


async def follow(home: World, member: MemberId = ALICE, account: str = "rob") -> Summary:
    return await home.app.histories.follow(server=HOME, member=member, source="listenbrainz", account=account)


START = 1_700_000_000


class TestAnAccount:
    async def test_is_read_page_by_page_and_then_only_what_is_new(self, home: World) -> None:
        times = [START + 1_000 * n for n in range(10)]
        home.standins["listenbrainz"].script = remembering(*times)
        assert (await follow(home)).plays == 10
        assert sum(heard.plays for heard in home.app.tastes.heard(ALICE).values()) == 10
        home.standins["listenbrainz"].script = remembering(*times, START + 50_000, START + 51_000)
        assert (await follow(home)).plays == 2
        assert (await follow(home)).plays == 0
        assert sum(heard.plays for heard in home.app.tastes.heard(ALICE).values()) == 12

    @pytest.mark.parametrize("pages", [1, 2, 3])
    async def test_broken_off_goes_on_where_it_was(self, home: World, pages: int) -> None:
        times = [START + 1_000 * n for n in range(10)]
        home.standins["listenbrainz"].script = remembering(*times, fails_after=pages)
        with pytest.raises(SourceDown):
            await follow(home)
        before = sum(heard.plays for heard in home.app.tastes.heard(ALICE).values())
        assert 0 < before < 10
        home.standins["listenbrainz"].script = remembering(*times, START + 90_000)
        while (await follow(home)).plays:
            pass
        assert sum(heard.plays for heard in home.app.tastes.heard(ALICE).values()) == 11

    async def test_another_account_takes_the_place_of_the_one_before(self, home: World) -> None:
        home.standins["listenbrainz"].script = remembering(START, START + 5)
        await follow(home)
        await follow(home, account="somebody_else")
        assert sum(heard.plays for heard in home.app.tastes.heard(ALICE).values()) == 2

    async def test_all_that_are_followed_are_caught_up_with(self, home: World) -> None:
        home.standins["listenbrainz"].script = remembering(START)
        await follow(home)
        await follow(home, member=BOB)
        home.standins["listenbrainz"].script = remembering(START, START + 9)
        assert await home.app.histories.catch_up() == 2
        assert all(sum(h.plays for h in home.app.tastes.heard(who).values()) == 2 for who in (ALICE, BOB))

    async def test_a_source_that_is_off_says_so(self, app: App) -> None:
        with pytest.raises(SourceOff):
            await app.histories.follow(server=HOME, member=ALICE, source="lastfm", account="rob")


async def test_the_real_listens_come_in(app: App, tmp_path: Path) -> None:
    found = needs("data/listenbrainz")
    files = (
        [file for file in found.iterdir() if file.suffix in {".json", ".jsonl", ".gz", ".zip"}]
        if found.is_dir()
        else [found]
    )
    file = next(each for each in files if "listen" in each.name)
    if file.suffix == ".gz":
        import gzip

        unpacked = tmp_path / file.stem
        unpacked.write_bytes(gzip.decompress(file.read_bytes()))
        file = unpacked
    assert json.loads(file.read_text().splitlines()[0])
    summary = await take(app, file)
    assert summary.plays == 99


class TestALinkedSpotifyAccount:
    async def test_counts_for_the_member_alone_and_goes_when_it_is_unlinked(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        song = teardrop(app)
        told = [
            FromAccount(song.artist, song.title, {"spotify": "a"}, 1_000.0, Told.PLAY),
            FromAccount(song.artist, song.title, {"spotify": "a"}, 900.0, Told.PLAY),
            FromAccount(song.artist, song.title, {"spotify": "a"}, 500.0, Told.LIKE),
        ]

        async def heard(
            _member: MemberId, *, since: float | None = None, plays_only: bool = False
        ) -> AsyncGenerator[FromAccount]:
            for each in told:
                yield each

        monkeypatch.setattr(app.linked, "heard", heard)
        for _ in range(2):
            assert await app.histories.read_linked(server=HOME, member=ALICE) == 1
        assert app.tastes.heard(ALICE)[song.id].plays == 2
        assert app.tastes.vector(HOME, ALICE, 1_000.0)[song.id] > 0.9
        assert app.tastes.server_vector(HOME, 1_000.0) == {}
        reading = await fitting.read(app.store)
        assert len(reading.interactions) == 0
        assert await app.histories.forget_account(ALICE, "spotify") == 2
        assert not app.tastes.heard(ALICE)
