"""Switches that a running bot heeds, and models that it goes back to."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from bot.app import App, open_app
from bot.errors import SwitchedOff, WrongModel
from bot.sources.found import SourceName
from bot.sources.together import Sources
from bot.store.records import MemberId, ServerId
from bot.store.switches import Switch, SwitchKind
from bot.usecases import catalog, fitting, rollback
from bot.usecases.muting import MODELS, Muting
from recommender import Engine, GroupId, ItemId, Query
from recommender.archive import ARRAYS, MANIFEST
from tests.conftest import settings
from tests.usecases.telling import Naming
from tests.usecases.test_training import asked, here, liked, more_songs, says, shelf

HOME, AWAY = ServerId(1), ServerId(2)
ALICE = MemberId(7)


async def switch(app: App, kind: SwitchKind, name: str, *, off: bool = True) -> None:
    """As the operator's command writes it, and as the bot notices it."""
    chosen = Switch(kind, name)
    await (app.store.switches.off(chosen, 1.0) if off else app.store.switches.on(chosen))
    assert await app.switches.look()


def scores(engine: Engine, song: int = 3) -> dict[int, float]:
    picks = engine.recommend(Query(seeds={ItemId(song): 1.0}, group=GroupId(HOME), count=20))
    return {int(pick.item): pick.score for pick in picks}


class TestSwitches:
    async def test_a_group_is_off_with_all_below_it_and_no_other(self, app: App) -> None:
        await switch(app, SwitchKind.COMMAND, "radio")
        assert app.switches.command_off("radio play")
        assert not app.switches.command_off("radiologist")
        with pytest.raises(SwitchedOff):
            app.switches.admit(HOME, "radio history")
        app.switches.admit(HOME, "recommend")
        await switch(app, SwitchKind.COMMAND, "radio", off=False)
        app.switches.admit(HOME, "radio history")

    async def test_a_server_is_off_whatever_is_asked_there(self, app: App) -> None:
        await switch(app, SwitchKind.SERVER, str(HOME))
        with pytest.raises(SwitchedOff):
            app.switches.admit(HOME, "")
        app.switches.admit(AWAY, "recommend")
        app.switches.admit(None, "recommend")

    async def test_nothing_is_heard_twice_and_all_of_it_is_logged(self, app: App) -> None:
        heard: list[int] = []
        app.switches.whenever(lambda: heard.append(1))
        with capture_logs() as logs:
            await switch(app, SwitchKind.SOURCE, "deezer")
            assert not await app.switches.look()
            await switch(app, SwitchKind.SOURCE, "deezer", off=False)
        assert len(heard) == 2
        told = [(entry["event"], entry["what"]) for entry in logs if "what" in entry]
        assert told == [("switched off", "source:deezer"), ("switched on", "source:deezer")]

    async def test_they_outlive_a_restart(self, database: Path) -> None:
        async with open_app(settings(database)) as app:
            await switch(app, SwitchKind.SERVER, str(HOME))
            await switch(app, SwitchKind.MODEL, "content")
        async with open_app(settings(database)) as app:
            assert not app.switches.serves(HOME)
            assert app.switches.models == {"content"}
            assert not any(app.library.engine.scale.blend.weights.weights["content"])

    async def test_a_source_is_as_if_it_were_not_there_until_it_is_on_again(self, database: Path) -> None:
        made = [Naming(SourceName("deezer")), Naming(SourceName("musicbrainz"))]
        async with open_app(settings(database), sources=Sources(made)) as app:
            everywhere = [app.sources, app.sources.in_background()]
            await switch(app, SwitchKind.SOURCE, "deezer")
            for sources in everywhere:
                assert [source.name for source in sources] == ["musicbrainz"]
                assert sources.named("deezer") is None
            assert app.enricher.names == {"musicbrainz"}
            await switch(app, SwitchKind.SOURCE, "deezer", off=False)
            assert [source.name for source in app.sources] == ["deezer", "musicbrainz"]
            assert app.enricher.names == {"deezer", "musicbrainz"}


class TestModels:
    async def test_a_muted_part_says_nothing_and_then_the_same_as_before(self, app: App) -> None:
        engine = app.library.engine
        before, weights = scores(engine), engine.scale.blend.weights
        await switch(app, SwitchKind.MODEL, "content")
        assert engine.scale.blend.weights.at("content", np.array([0.0, 5.0, 50.0])).tolist() == [0, 0, 0]
        assert scores(engine) != before
        await switch(app, SwitchKind.MODEL, "content", off=False)
        assert engine.scale.blend.weights is weights
        assert scores(engine) == before

    async def test_with_everything_on_the_engine_is_the_one_that_was_fitted(self, app: App) -> None:
        engine = app.library.engine
        weights, sessions = engine.scale.blend.weights, engine.scale.sessions
        Muting(engine).mute(frozenset())
        assert engine.scale.blend.weights is weights
        assert engine.scale.sessions is sessions

    @pytest.mark.parametrize("name", MODELS)
    async def test_whatever_is_muted_songs_still_come(self, app: App, name: str) -> None:
        app.library.mute(frozenset({name}))
        assert len(scores(app.library.engine)) == 20

    async def test_all_muted_is_an_answer_too(self, app: App) -> None:
        app.library.mute(frozenset(MODELS))
        assert len(scores(app.library.engine)) == 20

    async def test_a_new_fit_is_muted_as_well_and_its_file_is_not(self, app: App) -> None:
        await says(app, 3)
        await switch(app, SwitchKind.MODEL, "content")
        assert await asked(here(app)) == "asked"
        assert app.library.now.version == 2
        assert not any(app.library.engine.scale.blend.weights.weights["content"])
        kept = shelf(app).read(2).engine.scale.blend.weights.weights["content"]
        assert any(kept)

    async def test_nothing_to_mute_before_the_first_fit(self) -> None:
        Muting(Engine()).mute(frozenset(MODELS))


async def use(app: App, version: int | None) -> None:
    """As `python -m bot model use` does it, and as the bot notices it."""
    if version is not None:
        await rollback.choose(app.store, shelf(app), version)
    await app.store.switches.use(version, 1.0)
    await app.switches.look()


class TestRollback:
    async def test_back_and_forth_between_two_real_fits(self, app: App) -> None:
        worker = here(app)
        await says(app, 3)
        worker.ask()
        assert await worker.turn() == "asked"
        new = app.library.engine
        assert app.library.now.version == 2
        await use(app, 1)
        assert await worker.turn() == "chosen"
        assert app.library.now.version == 1
        assert app.library.engine is not new
        # What members said since that fit counts in it all the same.
        assert liked(app) == {3}
        await use(app, None)
        assert await worker.turn() == "found"
        assert app.library.now.version == 2
        assert await worker.turn() is None

    async def test_it_sticks_whatever_is_fitted_meanwhile(self, app: App, database: Path) -> None:
        worker = here(app)
        await use(app, 1)
        assert await worker.turn() is None  # it serves already
        for song in range(3, 6):
            await says(app, song)
            # By hand, until the version that was chosen is no longer among the newest.
            await fitting.train(app.store, shelf(app), blas_threads=1, told=lambda _: None)
            worker.ask()
            assert await worker.turn() is None
        assert shelf(app).versions() == [2, 3, 4]
        assert app.library.now.version == 1
        found = {each.version: each.trouble for each in await rollback.listed(app.store, shelf(app))}
        assert found == {4: None, 3: None, 2: None, 1: None}
        # A running bot that shall use it is given the copy that was set aside.
        await use(app, 3)
        assert await worker.turn() == "chosen"
        assert app.library.now.version == 3

    async def test_a_restart_keeps_it_and_newest_ends_it(self, database: Path) -> None:
        async with open_app(settings(database)) as app:
            await says(app, 3)
            assert await asked(here(app)) == "asked"
            await use(app, 1)
        async with open_app(settings(database)) as app:
            assert app.library.now.version == 1
            assert liked(app) == {3}
            await use(app, None)
            assert await app.trainer.turn() == "found"
            assert app.library.now.version == 2
        async with open_app(settings(database)) as app:
            assert app.library.now.version == 2

    async def test_a_fit_that_was_under_way_does_not_take_its_place(self, app: App) -> None:
        async def goes_back() -> None:
            await use(app, 1)

        worker = here(app, goes_back)
        await says(app, 3)
        worker.ask()
        assert await worker.turn() is None
        assert app.library.now.version == 1
        assert 2 in shelf(app).versions()

    async def test_what_does_not_fit_is_refused_and_says_why(self, app: App, tmp_path: Path) -> None:
        with pytest.raises(WrongModel, match="no model 9 on disk; there are: 1"):
            await rollback.choose(app.store, shelf(app), 9)
        await says(app, 3)
        assert await asked(here(app)) == "asked"
        os.truncate(shelf(app).path(2) / ARRAYS, 1_000)
        with pytest.raises(WrongModel, match="cut short"):
            await rollback.choose(app.store, shelf(app), 2)
        manifest = shelf(app).path(2) / MANIFEST
        written = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**written, "format": 1}))
        with pytest.raises(WrongModel, match="format 1"):
            await rollback.choose(app.store, shelf(app), 2)
        await catalog.import_file(app.store, more_songs(tmp_path))
        with pytest.raises(WrongModel, match="another catalogue"):
            await rollback.choose(app.store, shelf(app), 1)
        troubles = {each.version: each.trouble for each in await rollback.listed(app.store, shelf(app))}
        assert "format 1" in (troubles[2] or "")
        assert "another catalogue" in (troubles[1] or "")

    async def test_one_that_cannot_be_used_at_a_start_gives_way_and_it_is_logged(
        self, database: Path, tmp_path: Path
    ) -> None:
        async with open_app(settings(database)) as app:
            await use(app, 1)
            await catalog.import_file(app.store, more_songs(tmp_path))
        with capture_logs() as logs:
            async with open_app(settings(database)) as app:
                assert app.library.now.version == 2
                assert app.library.engine.items == len(app.library.songs)
        assert [
            "another catalogue" in entry["error"]
            for entry in logs
            if entry["event"] == "chosen model not used"
        ]
