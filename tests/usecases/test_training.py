"""A fit runs in a process of its own; whatever becomes of it, members are served, and no answer of theirs is lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import App, open_app
from bot.preview.serve import forget
from bot.store.records import MemberId, ServerId, SongId, Verb
from bot.usecases import catalog, fitting, library
from bot.usecases.fitting import models_folder, shelf_of
from bot.usecases.training import FIRST_PAUSE, MANY, SOME, FitFailed, Trainer, Worker
from recommender import GroupId, ItemId
from recommender import MemberId as Asker
from recommender.archive import ARRAYS, Shelf
from tests.conftest import settings

HOME, ALICE = ServerId(1), MemberId(7)
BOT = Path(fitting.__file__).parents[2]


async def says(app: App, song: int, verb: Verb = Verb.LIKE, member: MemberId = ALICE) -> None:
    """A member's answer, as the commands give it."""
    await app.feedback.say(
        server=HOME, member=member, song=SongId(song), verb=verb, cause=f"{member}:{song}:{verb}"
    )


async def takes_back(app: App, song: int) -> None:
    """Everything that Alice said about a song."""
    for event in list(app.tastes.opinion(HOME, ALICE, SongId(song)).events.values()):
        undone = replace(event, verb=Verb.UNDO, undoes=event.id)
        for written in await app.store.feedback.append([undone]):
            app.library.learn(written, app.tastes.apply(written))


def liked(app: App, member: MemberId = ALICE) -> set[int]:
    """What the engine that serves believes a member to like."""
    material = app.library.engine.scale.material
    row = material.ledger.row(GroupId(HOME), Asker(member))
    return {int(material.catalogue.ids[position]) for position in row.positions}


def shelf(app: App) -> Shelf:
    found = shelf_of(app.settings.database_url)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Here(Worker):
    """Fits in this process, for what matters only before or after; before the end is known, something happens."""

    app: App | None = None
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def fit(self) -> int:
        assert self.app is not None
        manifest = await fitting.train(self.app.store, shelf(self.app), blas_threads=1, told=lambda _: None)
        if self.meanwhile is not None:
            await self.meanwhile()
        return manifest.version


def trainer(app: App, worker: Worker | None = None, clock: Callable[[], float] = lambda: 0.0) -> Trainer:
    url = app.settings.database_url
    made = worker or Worker.of(url, blas_threads=1)
    return Trainer(app.store, app.tastes, app.library, clock, shelf=shelf_of(url), worker=made, minutes=15)


def here(app: App, meanwhile: Callable[[], Awaitable[object]] | None = None) -> Trainer:
    return trainer(app, Here((), app=app, meanwhile=meanwhile))


def script(app: App, body: str) -> Worker:
    """The real worker, in which a fit does this instead."""
    text = (
        "import asyncio, os, signal, sys, time\n"
        "from bot import train\nfrom bot.settings import load\nfrom bot.usecases import fitting\n"
        f"def fit(reading, config):\n    {body}\n"
        "fitting.fit = fit\n"
        f"sys.exit(asyncio.run(train.work(load(None), {app.settings.database_url!r})))"
    )
    return Worker((sys.executable, "-c", text), {**os.environ, "PYTHONPATH": str(BOT)})


async def asked(chosen: Trainer) -> str | None:
    chosen.ask()
    return await chosen.turn()


def no_fit(*_: object) -> Any:
    pytest.fail("it was fitted again")


class TestStart:
    @pytest.fixture
    def unfitted(self, database: Path) -> Path:
        """A database that no model was fitted on yet."""
        shutil.rmtree(models_folder(database).parent)
        return database

    async def test_again_takes_the_model_of_the_start_before(
        self, unfitted: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_app(settings(unfitted)) as app:
            await says(app, 3)
            expected = liked(app)
        monkeypatch.setattr(fitting, "fit", no_fit)
        async with open_app(settings(unfitted)) as app:
            assert app.library.now.version == 1
            assert liked(app) == expected == {3}
            await takes_back(app, 3)
            await says(app, 4)
            await says(app, 5, Verb.DISLIKE)
        async with open_app(settings(unfitted)) as app:
            assert liked(app) == {4}

    async def test_with_a_broken_model_takes_the_one_before(
        self, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_app(settings(database)) as app:
            await says(app, 3)
            assert await asked(here(app)) == "asked"
            broken = shelf(app).path(2) / ARRAYS
        os.truncate(broken, 1_000)
        monkeypatch.setattr(fitting, "fit", no_fit)
        with capture_logs() as logs:
            async with open_app(settings(database)) as app:
                assert app.library.now.version == 1
                assert liked(app) == {3}
        refused = [entry for entry in logs if entry["event"] == "model refused"]
        assert [str(broken.parent) in entry["error"] for entry in refused] == [True]

    async def test_after_an_import_fits_anew(self, database: Path, tmp_path: Path) -> None:
        async with open_app(settings(database)) as app:
            before = len(app.library.songs)
            await catalog.import_file(app.store, more_songs(tmp_path))
        async with open_app(settings(database)) as app:
            assert len(app.library.songs) == app.library.engine.items == before + 1
            assert app.library.now.version == 2

    async def test_on_an_older_copy_of_the_database_leaves_alone_what_was_learnt_from_another(
        self, database: Path, tmp_path: Path
    ) -> None:
        async with open_app(settings(database)) as app:
            await says(app, 3)
            copied = tmp_path / "older.db"
            await app.store.meta.set("checkpoint", "now")
        shutil.copy(database, copied)
        async with open_app(settings(database)) as app:
            await says(app, 4)
            await says(app, 5)
            assert await asked(here(app)) == "asked"
        shutil.copy(copied, database)
        async with open_app(settings(database)) as app:
            # A model of three answers, and the log has one: the version before it serves.
            assert (liked(app), app.library.now.version) == ({3}, 1)
            await says(app, 6, member=MemberId(8))
            await says(app, 6, Verb.DISLIKE, MemberId(8))
        async with open_app(settings(database)) as app:
            # Now the log has three as well, but others.
            assert (liked(app), app.library.now.version) == ({3}, 1)

    async def test_where_no_model_can_be_kept_says_so_and_serves(self, unfitted: Path) -> None:
        (unfitted.parent / "models").write_text("not a folder")
        with capture_logs() as logs:
            async with open_app(settings(unfitted), seed=1) as app:
                assert app.library.now.version == 0
                assert await asked(app.trainer) is None
                await says(app, 3)
                assert liked(app) == {3}
        told = {entry["event"]: entry for entry in logs if entry["log_level"] == "warning"}
        assert str(unfitted.parent / "models") in told["model not kept: the next start fits again"]["folder"]
        failed = told["fit failed: the engine of before goes on serving"]
        assert "cannot be written" in failed["error"]
        assert failed["exc_info"] is None

    def test_of_the_preview_afresh_forgets_what_was_learnt(self, tmp_path: Path) -> None:
        file = tmp_path / "preview.db"
        chosen = settings(tmp_path / "segue.db", SEGUE_PREVIEW_DATABASE_URL=f"sqlite+aiosqlite:///{file}")
        for each in ("preview", "segue"):
            (tmp_path / "models" / each / "000001").mkdir(parents=True)
        forget(chosen)
        assert [path.name for path in (tmp_path / "models").iterdir()] == ["segue"]


def more_songs(folder: Path, title: str = "A Song That Was Not There") -> Path:
    """A file with one song that the starter catalogue does not have."""
    file = folder / "more.csv"
    file.write_text(
        "track_id,artists,album_name,track_name,popularity,duration_ms,track_genre\n"
        f"{len(title):022d},Segue Test Band,First,{title},50,200000,indie\n"
    )
    return file


class TestFit:
    async def test_in_a_process_of_its_own_takes_the_place_of_the_engine(self, app: App) -> None:
        for song in (1, 2, 3):
            await says(app, song)
        before = app.library.now
        assert await asked(trainer(app)) == "asked"
        now = app.library.now
        assert now.engine is not before.engine
        assert now.songs is before.songs
        assert (now.version, now.origin.verdicts, now.changed) == (2, 3, set())
        assert liked(app) == {1, 2, 3}
        # Whoever still holds the old one can go on with it.
        assert before.engine.items == len(app.library.songs)

    async def test_has_every_answer_that_came_meanwhile(self, app: App) -> None:
        for song in (1, 2, 3):
            await says(app, song)

        async def meanwhile() -> None:
            await says(app, 4)
            await says(app, 5, member=MemberId(8))
            await takes_back(app, 1)
            await says(app, 2, Verb.SKIP)

        assert await asked(here(app, meanwhile)) == "asked"
        assert (app.library.now.version, app.library.now.origin.verdicts) == (2, 3)
        assert liked(app) == {3, 4}
        assert liked(app, MemberId(8)) == {5}
        assert len(app.library.now.changed) == 4

    async def test_has_every_answer_that_came_while_the_model_was_loaded(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for song in (1, 2):
            await says(app, song)
        read: Any = library.verdicts_since

        async def then_members_go_on(*arguments: Any) -> Any:
            missed = await read(*arguments)
            await takes_back(app, 1)
            await says(app, 2, Verb.DISLIKE)
            for song in range(10, 10 + library.FEW + 20):
                await says(app, song, member=MemberId(9))
            return missed

        monkeypatch.setattr(library, "verdicts_since", then_members_go_on)
        assert await asked(here(app)) == "asked"
        assert app.library.now.version == 2
        assert liked(app) == set()
        assert liked(app, MemberId(9)) == set(range(10, 10 + library.FEW + 20))

    async def test_answers_as_a_start_on_the_same_log_does(self, app: App, database: Path) -> None:
        for song in range(1, 9):
            await says(app, song, member=MemberId(song % 3 + 1))

        async def meanwhile() -> None:
            await says(app, 20)

        assert await asked(here(app, meanwhile)) == "asked"
        similar = app.library.engine.similar(ItemId(1), 5)
        async with open_app(settings(database)) as again:
            assert again.library.now.version == 2
            assert again.library.engine.similar(ItemId(1), 5) == similar
            assert liked(again) == liked(app) == {20}

    async def test_after_an_import_brings_the_new_songs_in(self, app: App, tmp_path: Path) -> None:
        chosen = here(app)
        assert await chosen.turn() is None
        await catalog.import_file(app.store, more_songs(tmp_path))
        assert await chosen.turn() == "catalogue"
        new = app.library.resolve("A Song That Was Not There")
        assert app.library.engine.items == len(app.library.songs)
        await says(app, new.id)
        assert liked(app) == {new.id}
        assert await chosen.turn() is None

    async def test_that_an_import_overtook_is_followed_by_another(self, app: App, tmp_path: Path) -> None:
        before = app.library.now

        async def meanwhile() -> None:
            await catalog.import_file(app.store, more_songs(tmp_path, "That Came Second"))

        chosen = here(app, meanwhile)
        await catalog.import_file(app.store, more_songs(tmp_path, "That Came First"))
        # Songs and engine would not belong together: nothing is swapped.
        assert await asked(chosen) is None
        assert app.library.now is before
        assert await here(app).turn() == "catalogue"
        assert app.library.resolve("That Came First") != app.library.resolve("That Came Second")

    async def test_by_the_operator_is_found(self, app: App) -> None:
        chosen = trainer(app)
        assert await Worker.of(app.settings.database_url, blas_threads=1).fit() == 2
        assert await chosen.turn() == "found"
        assert app.library.now.version == 2
        assert await chosen.turn() is None


class TestTrouble:
    async def test_kill_9_in_the_middle_leaves_everything_as_it_was(self, app: App) -> None:
        before = app.library.now
        stored = sorted(shelf(app).folder.rglob("*"))
        killed = script(app, "os.kill(os.getpid(), signal.SIGKILL)")
        with capture_logs() as logs:
            assert await asked(trainer(app, killed)) is None
        begins, failed = (entry for entry in logs if entry["log_level"] != "debug")
        assert begins["event"] == "fit begins"
        assert failed["event"] == "fit failed: the engine of before goes on serving"
        assert "ended with -9 while tuning" in failed["error"]
        assert sorted(shelf(app).folder.rglob("*")) == stored
        assert app.library.now is before
        await says(app, 3)
        assert liked(app) == {3}
        # Nothing that the dead one held is in the way of the next.
        assert await asked(trainer(app)) == "asked"

    async def test_two_at_once_do_no_harm(self, app: App) -> None:
        worker = Worker.of(app.settings.database_url, blas_threads=1)
        with shelf(app).reserved(), pytest.raises(FitFailed, match="Another process is fitting"):
            await worker.fit()
        ends = await asyncio.gather(worker.fit(), worker.fit(), return_exceptions=True)
        good = [end for end in ends if isinstance(end, int)]
        assert good
        assert [version for version in shelf(app).versions() if shelf(app).read(version)] == [
            1,
            *sorted(good),
        ]

    async def test_shutdown_ends_the_worker(self, app: App, tmp_path: Path) -> None:
        pipe = tmp_path / "pid"
        os.mkfifo(pipe)
        body = f"open({str(pipe)!r}, 'w').write(str(os.getpid())) and signal.pause()"
        chosen = trainer(app, script(app, body))
        async with chosen.running():
            chosen.ask()
            pid = int(await asyncio.to_thread(pipe.read_text))
            os.kill(pid, 0)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    async def test_a_worker_that_takes_too_long_is_ended(self, app: App) -> None:
        endless = replace(script(app, "signal.pause()"), longest=0.0)
        with pytest.raises(FitFailed, match="took longer"):
            await endless.fit()

    async def test_a_worker_that_cannot_be_started_is_one_line(self, app: App, tmp_path: Path) -> None:
        with pytest.raises(FitFailed, match="cannot be started"):
            await Worker((str(tmp_path / "nowhere"),), {}).fit()

    async def test_the_worker_gets_no_secret(self, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "secret")
        assert "secret" not in Worker.of(app.settings.database_url, blas_threads=1).env.values()


@dataclass(frozen=True, slots=True)
class Counted(Worker):
    """Counts how often it was asked, and fails."""

    fits: list[int] | None = None

    async def fit(self) -> int:
        assert self.fits is not None
        self.fits.append(1)
        raise FitFailed("It would not.")


class TestWhen:
    @pytest.fixture
    def times(self) -> list[float]:
        return [1_000_000.0]

    @pytest.fixture
    def fits(self) -> list[int]:
        return []

    @pytest.fixture
    def chosen(self, app: App, times: list[float], fits: list[int]) -> Trainer:
        return trainer(app, Counted((), fits=fits), lambda: times[-1])

    async def test_enough_new_answers_and_a_while_since_the_last(
        self, app: App, chosen: Trainer, times: list[float], fits: list[int]
    ) -> None:
        for song in range(1, SOME):
            await says(app, song)
        times.append(times[-1] + 15 * 60)
        await chosen.turn()
        assert fits == []
        await says(app, SOME)
        await chosen.turn()
        assert fits == [1]

    async def test_not_before_that_while(
        self, app: App, chosen: Trainer, times: list[float], fits: list[int]
    ) -> None:
        for song in range(1, SOME + 1):
            await says(app, song)
        times.append(times[-1] + 14 * 60)
        await chosen.turn()
        assert fits == []

    async def test_one_song_answered_many_times_is_one_answer(
        self, app: App, chosen: Trainer, times: list[float], fits: list[int]
    ) -> None:
        times.append(times[-1] + 15 * 60)
        for turn in range(SOME):
            await says(app, 1, Verb.LIKE if turn % 2 else Verb.SKIP)
        assert SOME < MANY
        await chosen.turn()
        assert fits == []

    async def test_a_failure_is_tried_again_later_and_later(
        self, app: App, chosen: Trainer, times: list[float], fits: list[int]
    ) -> None:
        for song in range(1, SOME + 1):
            await says(app, song)
        times.append(times[-1] + 15 * 60)
        for wait, tried in ((0.0, 1), (FIRST_PAUSE - 1, 1), (1.0, 2), (FIRST_PAUSE, 2), (FIRST_PAUSE, 3)):
            times.append(times[-1] + wait)
            await chosen.turn()
            assert len(fits) == tried

    async def test_never_where_the_operator_wants_none(self, app: App, fits: list[int]) -> None:
        url = app.settings.database_url
        still = Trainer(
            app.store,
            app.tastes,
            app.library,
            lambda: 0.0,
            shelf=shelf_of(url),
            worker=Counted((), fits=fits),
            minutes=0,
        )
        assert await asked(still) is None
        assert fits == []


async def test_without_a_file_there_is_no_shelf() -> None:
    assert shelf_of("sqlite+aiosqlite://") is None
    assert shelf_of("sqlite+aiosqlite:///:memory:") is None
    assert shelf_of("sqlite+aiosqlite:///data/segue.db") is not None
