"""Everything that is held of a member is theirs: counted, taken along row by row, and gone at once when they wish."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import App, open_app
from bot.cards.trouble import trouble
from bot.errors import LearningPaused, StoreError, WrongModel
from bot.store.database import Database
from bot.store.ownership import HOLDINGS
from bot.store.radio_query import RadioQuery
from bot.store.records import ChannelId, MemberId, PostKind, ServerId, Slot, Verb
from bot.store.schema import metadata
from bot.store.scrubbing import copies_of
from bot.store.tastes import ChoiceKind
from bot.store.wishes import Wish
from bot.usecases import fitting, rollback
from bot.usecases.fitting import models_folder, shelf_of
from bot.usecases.rights import DAY
from bot.usecases.unlearning import stale
from cogs.showing import whole
from recommender import GroupId
from recommender import MemberId as Asker
from recommender.archive import Shelf
from tests.conftest import settings
from tests.usecases.everything import answers, does_everything, numbers

HOME, AWAY = ServerId(700_000_000_000_000_001), ServerId(700_000_000_000_000_002)
ALICE, BOB = MemberId(811_122_233_344_455_566), MemberId(822_233_344_455_566_677)
NAMES = {ALICE: "Alixandrine", BOB: "Bobadilla"}
START = 1_800_000_000.0


@pytest.fixture
def clock() -> list[float]:
    return [START]


@pytest.fixture
async def app(database: Path, clock: list[float]) -> AsyncGenerator[App]:
    async with open_app(settings(database), now=lambda: clock[0], seed=1) as opened:
        yield opened


def tables(database: Path) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Every row of every table, read by another connection; what Alembic keeps too."""
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            yield name, connection.execute(f'SELECT * FROM "{name}"').fetchall()


def rows_with(database: Path, *marks: str) -> dict[str, int]:
    """How many rows of each table hold one of these."""
    found = {
        name: sum(any(mark in str(value) for value in row for mark in marks) for row in rows)
        for name, rows in tables(database)
    }
    return {name: count for name, count in found.items() if count}


def traces(folder: Path, member: MemberId, *words: str) -> list[str]:
    """The files that hold a member's id, as text or in the bytes of a number, or one of these words."""
    marks = [
        str(member).encode(),
        struct.pack(">q", member),
        struct.pack("<q", member),
        *(word.encode() for word in words),
    ]
    return [
        f"{file.relative_to(folder)}: {mark!r}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for mark in marks
        if mark in file.read_bytes()
    ]


async def lived(app: App) -> None:
    """Both members did everything, in both servers."""
    for member, name in NAMES.items():
        for server in (HOME, AWAY):
            await does_everything(app, server, member, name, START)


def of_bob(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that hold Bob's id, his name or what belongs to his posts."""
    return {
        name: sorted(row for row in rows if str(BOB) in map(str, row) or NAMES[BOB] in str(row))
        for name, rows in tables(database)
    }


class TestDeleting:
    async def test_leaves_nothing_in_any_table_or_file(self, app: App, database: Path) -> None:
        await lived(app)
        await app.recommend.ask(
            server=HOME, member=BOB, channel=None, wish=Wish(people=(ALICE, BOB), named=(ALICE,))
        )
        await app.asks.ask(server=HOME, member=BOB, channel=None, mood=f"for <@{ALICE}>")
        copy = database.with_name(f"{database.name}.0009.backup")
        copy.write_bytes(database.read_bytes())
        before = {each.table.name for each in HOLDINGS if each.member or each.table.name == "slots"}
        assert set(await app.store.rights.counts(ALICE)) == before
        assert traces(database.parent, ALICE, NAMES[ALICE])
        with capture_logs() as logs:
            await app.rights.forget(ALICE, None)
        assert not rows_with(database, str(ALICE), NAMES[ALICE])
        assert not copies_of(database)
        assert not traces(database.parent, ALICE, NAMES[ALICE])
        assert not await app.store.rights.counts(ALICE)
        assert str(ALICE) not in str(logs)
        assert NAMES[ALICE] not in str(logs)

    async def test_leaves_the_rows_of_others_as_they_were(self, app: App, database: Path) -> None:
        await lived(app)
        before = of_bob(database)
        assert before["feedback"]
        await app.rights.forget(ALICE, None)
        assert of_bob(database) == before
        assert await app.store.rights.counts(BOB)

    async def test_in_one_server_leaves_the_other(self, app: App, database: Path) -> None:
        await lived(app)
        elsewhere = await app.store.rights.counts(ALICE, AWAY)
        await app.rights.forget(ALICE, HOME)
        assert not await app.store.rights.counts(ALICE, HOME)
        assert await app.store.rights.counts(ALICE, AWAY) == elsewhere
        assert len(await app.store.accounts.of(ALICE)) == 1
        assert app.tastes.said(AWAY, ALICE)
        assert not app.tastes.said(HOME, ALICE)

    async def test_is_felt_in_memory_as_after_a_restart(self, app: App, database: Path) -> None:
        await lived(app)
        await app.rights.forget(ALICE, None)
        for server in (HOME, AWAY):
            assert not app.tastes.vector(server, ALICE, START)
            assert ALICE not in app.tastes.members(server)
            assert not app.choosing.of(server, ALICE)
            assert not app.blocks.of(server, ALICE)
            assert app.choices.named(server, ALICE)
            assert app.nowplaying.consent(server, ALICE) is None
        assert not app.picker.resting(HOME, ALICE, START)
        async with open_app(settings(database), now=lambda: START, seed=1) as again:
            song = numbers(app, 1)[0]
            assert again.tastes.counts(HOME, song) == app.tastes.counts(HOME, song)
            assert again.tastes.rated(HOME) == app.tastes.rated(HOME)
            assert dict(again.picker.trials(HOME)) == dict(app.picker.trials(HOME))

    async def test_can_be_followed_by_a_new_beginning(self, app: App) -> None:
        await lived(app)
        await app.rights.forget(ALICE, None)
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        assert len(app.tastes.said(HOME, ALICE)) == 5

    async def test_of_a_card_that_others_answered_leaves_it_to_them(self, app: App) -> None:
        post = await app.recommend.ask(server=HOME, member=ALICE, channel=ChannelId(1))
        alone = await app.recommend.ask(server=HOME, member=ALICE, channel=ChannelId(1))
        await app.feedback.tap(server=HOME, member=BOB, post=post, slot=1, verb=Verb.LIKE, cause="1")
        await app.rights.forget(ALICE, HOME)
        left = await app.picker.post(post.id)
        assert left is not None
        assert (left.member, left.query, left.closed) == (None, {}, True)
        assert [slot.song for slot in left.slots] == [slot.song for slot in post.slots]
        assert not any(slot.reasons for slot in left.slots)
        assert app.tastes.counts(HOME, post.slots[0].song).likes == 1
        assert await app.picker.post(alone.id) is None

    @pytest.mark.parametrize("kind", PostKind)
    async def test_leaves_cards_of_every_kind_that_can_be_drawn(self, app: App, kind: PostKind) -> None:
        songs = numbers(app, 2)
        post = await app.picker.named(
            kind, server=HOME, member=ALICE, slots=[Slot(1, songs[0]), Slot(2, songs[1], brought=ALICE)]
        )
        await app.feedback.tap(server=HOME, member=BOB, post=post, slot=1, verb=Verb.LIKE, cause="1")
        await app.rights.forget(ALICE, None)
        left = await app.picker.post(post.id)
        assert left is not None
        drawn = str(whole(app, left).view.to_components())
        assert str(ALICE) not in drawn
        assert "<@None>" not in drawn

    async def test_that_the_store_refuses_changes_nothing(
        self, app: App, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        before = list(tables(database))

        def refused(*_given: object) -> None:
            raise StoreError("no")

        monkeypatch.setattr(Database, "write", refused)
        with pytest.raises(StoreError):
            await app.rights.forget(ALICE, HOME)
        monkeypatch.undo()
        assert list(tables(database)) == before
        assert app.tastes.said(HOME, ALICE)

    async def test_twice_is_as_once(self, app: App) -> None:
        await lived(app)
        await app.rights.forget(ALICE, None)
        again = await app.rights.forget(ALICE, None)
        assert again.erased.deleted == again.erased.unnamed == 0


class TestModels:
    async def test_hold_nothing_after_the_next_fit(
        self, app: App, database: Path, clock: list[float]
    ) -> None:
        for member in (ALICE, BOB):
            await answers(app, HOME, member, numbers(app, 8))
        app.trainer.ask()
        assert await app.trainer.turn() == "asked"
        models = models_folder(database)
        assert traces(models, ALICE)
        told = await app.rights.forget(ALICE, None)
        assert told.until > clock[0]
        ledger = app.library.engine.scale.material.ledger
        assert not len(ledger.row(GroupId(HOME), Asker(ALICE)).positions)
        assert len(ledger.row(GroupId(HOME), Asker(BOB)).positions)
        clock[0] = told.until
        assert await app.trainer.turn() == "forgotten"
        assert not traces(models, ALICE)
        assert traces(models, BOB)
        assert ALICE not in app.library.engine.scale.material.ledger.owners.member
        assert await stale(app.store) == 0

    async def test_that_were_being_fitted_meanwhile_are_not_used(
        self, app: App, database: Path, clock: list[float]
    ) -> None:
        await answers(app, HOME, ALICE, numbers(app, 8))
        shelf = shelf_of(app.settings.database_url)
        assert shelf is not None
        with shelf.reserved():  # somebody is at it, who has read already
            reading = await fitting.read(app.store)
            engine, _ = fitting.fit(reading, app.library.engine._config)  # pyright: ignore[reportPrivateUsage]
            told = await app.rights.forget(ALICE, None)
            shelf.save(engine, reading.origin, {}, created=START)
        assert traces(models_folder(database), ALICE)
        clock[0] = told.until
        assert await app.trainer.turn() == "forgotten"
        assert not traces(models_folder(database), ALICE)

    async def test_are_fitted_anew_by_a_start_in_between(self, database: Path) -> None:
        async with open_app(settings(database), seed=1) as app:
            await answers(app, HOME, ALICE, numbers(app, 8))
            app.trainer.ask()
            assert await app.trainer.turn() == "asked"
            await app.rights.forget(ALICE, None)
            assert traces(models_folder(database), ALICE)
        async with open_app(settings(database), seed=1) as app:
            assert not traces(models_folder(database), ALICE)
            assert await app.trainer.turn() is None

    async def test_are_fitted_even_where_the_operator_wants_no_fits(
        self, database: Path, clock: list[float]
    ) -> None:
        chosen = settings(database, SEGUE_REFIT_MINUTES=0)
        async with open_app(chosen, now=lambda: clock[0], seed=1) as app:
            await answers(app, HOME, ALICE, numbers(app, 8))
            assert await app.trainer.turn() is None
            clock[0] = (await app.rights.forget(ALICE, None)).until
            assert await app.trainer.turn() == "forgotten"
            assert await app.trainer.turn() is None

    async def test_that_the_operator_went_back_to_go_as_well(
        self, app: App, database: Path, clock: list[float]
    ) -> None:
        await answers(app, HOME, ALICE, numbers(app, 8))
        app.trainer.ask()
        assert await app.trainer.turn() == "asked"
        version, shelf = app.library.now.version, Shelf(models_folder(database))
        await rollback.choose(app.store, shelf, version)
        await app.store.switches.use(version, START)
        await app.switches.look()
        assert traces(models_folder(database) / "used", ALICE)
        clock[0] = (await app.rights.forget(ALICE, None)).until
        with pytest.raises(WrongModel, match="deleted since"):
            await rollback.choose(app.store, shelf, version)
        assert await app.trainer.turn() == "forgotten"
        await app.switches.look()
        assert app.switches.version is None
        assert not traces(models_folder(database), ALICE)
        assert await app.trainer.turn() is None


class TestTakingAlong:
    async def test_has_every_row_as_json_and_as_csv(self, app: App) -> None:
        await lived(app)
        counts = await app.store.rights.counts(ALICE)
        parts = await app.rights.export(ALICE, readme="what this is", largest=10_000_000)
        assert parts.rows == counts
        [file] = parts.files
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            assert archive.read("README.txt") == b"what this is"
            for name, count in counts.items():
                rows = json.loads(archive.read(f"{name}.json"))
                lines = list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))
                assert len(rows) == len(lines) == count, name
                assert rows[0].keys() == lines[0].keys()
            assert "sealed" not in archive.read("accounts.json").decode()
            assert NAMES[ALICE] in archive.read("posts.json").decode()
            whole_text = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert NAMES[BOB] not in whole_text

    async def test_comes_in_parts_where_one_is_too_large(self, app: App) -> None:
        await lived(app)
        await answers(app, HOME, ALICE, numbers(app, 150))
        largest = 6_000
        parts = await app.rights.export(ALICE, readme="x", largest=largest)
        assert len(parts.files) > 2
        assert all(len(file) <= largest for file in parts.files)
        rows: dict[str, int] = {}
        for file in parts.files:
            with zipfile.ZipFile(io.BytesIO(file)) as archive:
                for name in archive.namelist():
                    if name.endswith(".json") and name != "about.json":
                        table = name.removesuffix(".json").partition("-")[0]
                        rows[table] = rows.get(table, 0) + len(json.loads(archive.read(name)))
        assert rows == parts.rows == await app.store.rights.counts(ALICE)

    async def test_of_somebody_unknown_is_empty(self, app: App) -> None:
        parts = await app.rights.export(MemberId(5), readme="x", largest=10_000)
        assert not parts.rows
        assert len(parts.files) == 1


class TestPausing:
    async def test_counts_and_teaches_nothing(self, app: App) -> None:
        before, after = numbers(app, 2)
        await answers(app, HOME, ALICE, [before])
        await app.rights.pause(HOME, ALICE, paused=True)
        await answers(app, HOME, ALICE, [after])
        assert app.tastes.counts(HOME, after).likes == 1
        assert app.tastes.opinion(HOME, ALICE, after).verb is Verb.LIKE
        assert set(app.tastes.vector(HOME, ALICE, START)) == {before}
        assert set(app.tastes.server_vector(HOME, START)) == {before}
        assert app.tastes.learnt_likes(HOME, after) == 0
        assert [event.song for event in app.tastes.events()] == [before]
        assert after in app.tastes.answered(HOME, ALICE)
        ledger = app.library.engine.scale.material.ledger
        assert len(ledger.row(GroupId(HOME), Asker(ALICE)).positions) == 1

    async def test_is_for_good_for_what_was_said_meanwhile(self, database: Path) -> None:
        async with open_app(settings(database), seed=1) as app:
            song = numbers(app, 1)[0]
            await app.rights.pause(HOME, ALICE, paused=True)
            await answers(app, HOME, ALICE, [song])
            await app.rights.pause(HOME, ALICE, paused=False)
            assert not app.tastes.vector(HOME, ALICE, START)
            reading = await fitting.read(app.store)
            assert reading.interactions.empty
        async with open_app(settings(database), seed=1) as app:
            assert not app.tastes.vector(HOME, ALICE, START)
            assert app.tastes.counts(HOME, song).likes == 1

    async def test_takes_back_what_was_learnt_before(self, app: App) -> None:
        song = numbers(app, 1)[0]
        await answers(app, HOME, ALICE, [song])
        await app.rights.pause(HOME, ALICE, paused=True)
        await app.feedback.undo(server=HOME, member=ALICE, cause="u")
        assert not app.tastes.vector(HOME, ALICE, START)
        assert not len(app.library.engine.scale.material.ledger.row(GroupId(HOME), Asker(ALICE)).positions)

    async def test_is_each_servers_own(self, app: App) -> None:
        song = numbers(app, 1)[0]
        await app.rights.pause(HOME, ALICE, paused=True)
        await answers(app, AWAY, ALICE, [song])
        assert app.tastes.vector(AWAY, ALICE, START)

    async def test_stops_every_other_way_of_learning(self, app: App, tmp_path: Path) -> None:
        await app.rights.pause(HOME, ALICE, paused=True)
        with pytest.raises(LearningPaused):
            await app.choosing.choose(HOME, ALICE, ChoiceKind.GENRE, ["pop"], offered=["pop"])
        with pytest.raises(LearningPaused):
            await app.histories.take_file(server=HOME, member=ALICE, file=tmp_path / "x")
        with pytest.raises(LearningPaused):
            await app.histories.follow(server=HOME, member=ALICE, source="lastfm", account="x")
        with pytest.raises(LearningPaused):
            await app.histories.read_linked(server=HOME, member=ALICE)
        with pytest.raises(LearningPaused) as refused:
            await app.playlists.take(server=HOME, member=ALICE, data="Portishead - Roads")
        sentence, error_id = trouble(refused.value, command=lambda name: f"/{name}")
        assert "/privacy" in sentence
        assert error_id is None
        assert await app.histories.catch_up() == 0

    async def test_leaves_radios_and_what_was_shown_unlearnt(self, app: App) -> None:
        song = numbers(app, 1)[0]
        await app.rights.pause(HOME, ALICE, paused=True)
        query = RadioQuery(seed=song)
        await app.radio.start(server=HOME, member=ALICE, channel=ChannelId(1), query=query)
        await app.recommend.ask(server=HOME, member=ALICE, channel=ChannelId(1))
        assert await app.store.posts.played() == []
        assert await app.store.posts.times_shown() == []
        assert dict(app.picker.trials(HOME)) == {}

    async def test_skips_what_was_heard_meanwhile(self, app: App, clock: list[float]) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        await app.rights.pause(HOME, ALICE, paused=True)
        clock[0] += 5 * DAY
        await app.rights.pause(HOME, ALICE, paused=False)
        [history] = await app.store.histories.of(ALICE)
        assert history.since == clock[0]


class TestServers:
    async def test_that_are_reset_begin_anew(self, app: App, database: Path) -> None:
        await lived(app)
        await app.choices.choose(HOME, ALICE, paused=True)
        elsewhere = await app.store.rights.counts(ALICE, AWAY)
        await app.rights.forget_server(HOME, left=False)
        left = await app.store.rights.counts(ALICE, HOME)
        assert set(left) == {
            "members",
            "member_choices",
            "histories",
            "listens",
            "listened",
            "listening_consents",
            "own_discoveries",
            "discovery_runs",
        }
        assert await app.store.rights.counts(ALICE, AWAY) == elsewhere
        assert app.choices.member(HOME, ALICE).paused
        assert not app.tastes.said(HOME, BOB)
        assert app.tastes.said(AWAY, BOB)
        await app.rights.pause(HOME, ALICE, paused=False)
        await does_everything(app, HOME, BOB, NAMES[BOB], START)
        assert app.tastes.said(HOME, BOB)

    async def test_that_removed_segue_are_gone_after_the_grace(
        self, app: App, database: Path, clock: list[float]
    ) -> None:
        await lived(app)
        await app.store.servers.settle({AWAY}, clock[0])
        clock[0] += 29 * DAY
        await app.keeping.turn()
        assert await app.store.rights.counts(ALICE, HOME)
        clock[0] += 2 * DAY
        await app.keeping.turn()
        assert not rows_with(database, str(HOME))
        assert not traces(database.parent, MemberId(HOME))
        assert await app.store.rights.counts(ALICE, AWAY)
        assert await app.store.accounts.of(ALICE)
        await app.store.servers.left(AWAY, clock[0])
        clock[0] += 31 * DAY
        await app.keeping.turn()
        # Nothing holds an account of somebody who is in no server any more.
        assert not rows_with(database, str(ALICE), str(BOB), str(AWAY))

    async def test_that_come_back_in_time_keep_everything(self, app: App, clock: list[float]) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        await app.store.servers.left(HOME, clock[0])
        clock[0] += 29 * DAY
        await app.store.servers.settle({HOME}, clock[0])
        await app.store.servers.joined(HOME, clock[0])
        clock[0] += 29 * DAY
        await app.keeping.turn()
        assert await app.store.rights.counts(ALICE, HOME)

    async def test_keep_answers_no_longer_than_their_admins_wish(self, app: App, clock: list[float]) -> None:
        old, new = numbers(app, 2)
        await answers(app, HOME, ALICE, [old])
        await answers(app, AWAY, ALICE, [old])
        post = await app.recommend.ask(server=HOME, member=ALICE, channel=ChannelId(1))
        clock[0] += 40 * DAY
        await answers(app, HOME, ALICE, [new])
        await app.feedback.tap(server=HOME, member=ALICE, post=post, slot=1, verb=Verb.DISLIKE, cause="t")
        await app.choices.change(HOME, BOB, app.choices.server(HOME).__class__(retention_days=30))
        await app.keeping.turn()
        assert {event.song for event in app.tastes.said(HOME, ALICE)} == {new, post.slots[0].song}
        assert old not in app.tastes.rated(HOME)
        assert await app.store.posts.get(post.id) is None
        assert app.tastes.said(AWAY, ALICE)

    async def test_may_take_their_settings_along(self, app: App) -> None:
        await app.choices.change(HOME, ALICE, app.choices.server(HOME).__class__(retention_days=30))
        parts = await app.rights.export_settings(HOME, readme="x", largest=1_000_000)
        with zipfile.ZipFile(io.BytesIO(parts.files[0])) as archive:
            told = "".join(archive.read(name).decode() for name in archive.namelist())
        assert "retention_days" in told
        assert str(ALICE) not in told


class TestMembersWhoLeft:
    async def test_are_asked_about_and_forgotten_after_the_grace(self, app: App, clock: list[float]) -> None:
        await lived(app)
        there = {(HOME, BOB): True, (AWAY, BOB): True, (HOME, ALICE): False, (AWAY, ALICE): True}

        async def present(server: ServerId, member: MemberId) -> bool | None:
            return there[server, member]

        app.keeping.ask(lambda: {HOME, AWAY}, present)
        await app.keeping.turn()
        assert await app.store.rights.counts(ALICE, HOME)
        clock[0] += 31 * DAY
        await app.keeping.turn()
        assert not await app.store.rights.counts(ALICE, HOME)
        assert await app.store.rights.counts(ALICE, AWAY)
        assert await app.store.accounts.of(ALICE)
        assert await app.store.rights.counts(BOB, HOME)
        there[AWAY, ALICE] = False
        for _ in range(2):
            clock[0] += 31 * DAY
            await app.keeping.turn()
        assert not await app.store.rights.counts(ALICE)

    async def test_who_are_back_by_then_keep_everything(self, app: App, clock: list[float]) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        there = [False]

        async def present(_server: ServerId, _member: MemberId) -> bool | None:
            return there[0]

        app.keeping.ask(lambda: {HOME}, present)
        await app.keeping.turn()
        there[0] = True
        clock[0] += 31 * DAY
        await app.keeping.turn()
        assert await app.store.rights.counts(ALICE, HOME)
        assert await app.store.leaving.members_left(clock[0]) == []

    async def test_stay_while_discord_does_not_say(self, app: App, clock: list[float]) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)

        async def present(_server: ServerId, _member: MemberId) -> bool | None:
            return None

        await app.keeping.member_left(HOME, ALICE)
        app.keeping.ask(lambda: {HOME}, present)
        clock[0] += 90 * DAY
        await app.keeping.turn()
        assert await app.store.rights.counts(ALICE, HOME)

    async def test_of_whom_nothing_is_known_leave_no_row(self, app: App, database: Path) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        await app.keeping.member_left(HOME, MemberId(833_333_333_333_333_333))
        assert not rows_with(database, "833333333333333333")


async def test_the_registry_names_every_table_that_is_walked(database: Path) -> None:
    walked = {name for name, _ in tables(database)} - {"alembic_version", "sqlite_sequence"}
    assert walked == set(metadata.tables)
