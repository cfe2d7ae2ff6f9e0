"""Nothing of what was deleted comes back: not after a crash, by an import on its way, a model, a number or a reader."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import App, open_app
from bot.cards.trouble import trouble
from bot.errors import ImportDropped, StoreError
from bot.store.accounts import Account, AccountService
from bot.store.exports import Export
from bot.store.records import (
    ChannelId,
    DiscoverySettings,
    Listener,
    ListeningConsent,
    MemberId,
    Post,
    PostKind,
    ServerId,
    Slot,
    SongId,
)
from bot.store.rights import SCRUB
from bot.usecases.blocks import Blocks
from bot.usecases.fitting import models_folder
from bot.usecases.forgetting import Memory
from bot.usecases.hearing import Hearing
from bot.usecases.lists import Asking
from bot.usecases.picking import Question
from bot.usecases.posting import LeaseLost
from bot.usecases.rights import DAY
from bot.usecases.training import Trainer
from bot.usecases.weeks import Due
from recommender import GroupId
from recommender import MemberId as Asker
from tests.conftest import settings
from tests.sources.standin import Standin
from tests.usecases.everything import answers, does_everything, numbers
from tests.usecases.outside import World, world
from tests.usecases.test_histories import START as FIRST
from tests.usecases.test_histories import export, follow, plays, remembering
from tests.usecases.test_rights import (
    ALICE,
    AWAY,
    BOB,
    HOME,
    NAMES,
    START,
    rows_with,
    traces,
)
from tests.usecases.test_weekly import Room


@pytest.fixture
def clock() -> list[float]:
    return [START]


@pytest.fixture
async def app(database: Path, clock: list[float]) -> AsyncGenerator[App]:
    async with open_app(settings(database), now=lambda: clock[0], seed=1) as opened:
        yield opened


def refused(*_given: object, **_more: object) -> None:
    raise StoreError("no")


async def fitted(app: App) -> None:
    """Both like songs, Bob last, and a model knows of it."""
    for member in (ALICE, BOB):
        await answers(app, HOME, member, numbers(app, 8))
    app.trainer.ask()
    assert await app.trainer.turn() == "asked"


class TestACrashRightAfter:
    async def test_lets_no_model_of_before_serve(
        self, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_app(settings(database), seed=1) as app:
            await fitted(app)
            monkeypatch.setattr(Trainer, "forget", refused)
            with pytest.raises(StoreError):
                await app.rights.forget(ALICE, None)
            monkeypatch.undo()
        async with open_app(settings(database), seed=1) as app:
            assert not traces(models_folder(database), ALICE)
            assert ALICE not in app.library.engine.scale.material.ledger.owners.member
            await app.keeping.turn()
            assert not traces(database.parent, ALICE)

    async def test_is_made_good_without_a_restart_too(
        self, app: App, database: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await fitted(app)
        monkeypatch.setattr(Memory, "read_again", refused)
        with pytest.raises(StoreError):
            await app.rights.forget(ALICE, None)
        monkeypatch.undo()
        await app.keeping.turn()
        clock[0] += 3 * DAY
        assert await app.trainer.turn() == "forgotten"
        assert not traces(database.parent, ALICE)

    async def test_leaves_no_account_of_a_server_that_is_gone(
        self, app: App, database: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        await app.store.servers.left(HOME, START)
        clock[0] += 31 * DAY
        monkeypatch.setattr(Trainer, "forget", refused)
        with pytest.raises(StoreError):
            await app.keeping.turn()
        monkeypatch.undo()
        await app.keeping.turn()
        assert not rows_with(database, str(ALICE), str(HOME))


class TestAnImport:
    async def test_that_was_asked_for_before_keeps_nothing(self, app: App, tmp_path: Path) -> None:
        begun = app.histories.begun(ALICE)
        file = export(tmp_path, plays(("2024-01-01T10:00:00Z", "Massive Attack", "Teardrop")))
        await app.rights.forget(ALICE, None)
        with pytest.raises(ImportDropped) as dropped:
            await app.histories.take_file(server=HOME, member=ALICE, file=file, begun=begun)
        assert "deleted" in trouble(dropped.value, command=str)[0]
        assert not await app.store.rights.counts(ALICE)
        await app.histories.take_file(server=HOME, member=ALICE, file=file)
        assert app.tastes.heard(ALICE)

    async def test_of_a_playlist_stops_where_it_is(self, app: App) -> None:
        forgetting: list[asyncio.Task[Any]] = []

        def told(_done: int, _all: int) -> None:
            if not forgetting:
                forgetting.append(asyncio.create_task(app.rights.forget(ALICE, None)))

        with pytest.raises(ImportDropped):
            await app.playlists.take(
                server=HOME,
                member=ALICE,
                data="Massive Attack - Teardrop\nPortishead - Roads\nPortishead - Glory Box",
                progress=told,
            )
        await forgetting[0]
        assert not await app.store.rights.counts(ALICE)
        assert not app.tastes.heard(ALICE)

    async def test_of_an_account_is_not_begun_again_by_a_round(self, database: Path) -> None:
        async with world(database) as home:
            service = home.standins["listenbrainz"]
            service.script = remembering(FIRST)
            await follow(home, MemberId(7))
            await follow(home, MemberId(8), account="bob")
            home.standins["listenbrainz"].script = forgetting(home, MemberId(8))
            await home.app.histories.catch_up()
            assert not await home.app.store.rights.counts(MemberId(8))
            assert [each.member for each in await home.app.store.histories.followed()] == [7]


def forgetting(home: World, member: MemberId) -> Any:
    """A service whose first answer takes so long that a member has everything deleted meanwhile."""
    honest = remembering(FIRST, FIRST + 9)

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if await home.app.store.rights.counts(member):
            await home.app.rights.forget(member, None)
        return await honest(request, service)

    return script


class TestNumbers:
    async def test_of_cards_that_are_gone_are_no_other_cards(self, app: App) -> None:
        song = numbers(app, 1)[0]

        async def made(member: MemberId) -> Post:
            return await app.picker.named(PostKind.SONG, server=HOME, member=member, slots=[Slot(1, song)])

        gone = await made(ALICE)
        await app.rights.forget(ALICE, None)
        after = await made(BOB)
        assert after.id > gone.id
        await app.rights.forget_server(HOME, left=False)
        later = await made(BOB)
        assert later.id > after.id
        await app.picker.withdraw(later.id)
        assert (await made(BOB)).id > later.id

    async def test_of_lists_that_are_gone_are_no_other_lists(self, app: App) -> None:
        asking = Asking(HOME, ALICE)
        mine = await app.lists.make(asking, "Mine")
        await app.rights.forget(ALICE, None)
        other = await app.lists.make(Asking(HOME, BOB), "Private")
        assert other.id > mine.id
        await app.lists.delete(Asking(HOME, BOB), other.id)
        assert (await app.lists.make(asking, "Next")).id > other.id

    async def test_of_a_card_that_is_read_meanwhile_stay_unknown(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post = await app.picker.named(
            PostKind.SONG, server=HOME, member=ALICE, slots=[Slot(1, numbers(app, 1)[0])]
        )
        app.picker.forget_posts()
        read = app.store.posts.get

        async def slowly(number: Any) -> Post | None:
            found = await read(number)
            await app.rights.forget(ALICE, None)
            return found

        monkeypatch.setattr(app.store.posts, "get", slowly)
        await app.picker.post(post.id)
        monkeypatch.undo()
        assert await app.picker.post(post.id) is None


class TestDeleting:
    async def test_a_server_takes_what_was_exported_from_its_cards(self, app: App, database: Path) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        await app.rights.forget_server(HOME, left=False)
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("SELECT count(*) FROM exports").fetchone() == (0,)

    async def test_old_cards_takes_what_was_exported_from_them(
        self, app: App, clock: list[float], database: Path
    ) -> None:
        posts = await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        await app.store.exports.claim(Export(BOB, posts[0].id, AccountService.SPOTIFY, 4), START)
        clock[0] += 40 * DAY
        await app.rights.keep_for(HOME, 30)
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("SELECT count(*) FROM exports").fetchone() == (0,)

    async def test_is_not_stopped_by_what_somebody_calls_a_list(self, app: App, database: Path) -> None:
        for name in ("…", f"<@{ALICE}>", f"for {ALICE}"):
            await app.lists.make(Asking(HOME, BOB), name, shared=True)
        await answers(app, HOME, ALICE, numbers(app, 1))
        await app.rights.forget(ALICE, None)
        assert not rows_with(database, str(ALICE))
        assert len(app.lists.visible(Asking(HOME, BOB))) == 3

    async def test_in_the_only_server_takes_the_account_as_well(self, app: App, database: Path) -> None:
        await does_everything(app, HOME, ALICE, NAMES[ALICE], START)
        assert await app.rights.alone(HOME, ALICE)
        await app.rights.forget(ALICE, HOME)
        assert not rows_with(database, str(ALICE), NAMES[ALICE])

    async def test_in_one_of_two_hears_nothing_more_there(self, app: App, database: Path) -> None:
        await answers(app, AWAY, ALICE, numbers(app, 1))
        await answers(app, HOME, ALICE, numbers(app, 1))
        await app.store.presence.agree(ListeningConsent(HOME, ALICE, visible=True, at=START))
        await app.store.presence.keep(ALICE, Hearing(START).dump(), START)
        await app.nowplaying.load()
        await app.rights.forget(ALICE, HOME)
        assert app.nowplaying.consent(HOME, ALICE) is None
        assert "listening_states" not in rows_with(database, str(ALICE))
        await app.nowplaying.turn()
        assert not await app.store.rights.counts(ALICE, HOME)

    async def test_goes_on_where_a_copy_cannot_be_deleted(self, app: App, database: Path) -> None:
        await answers(app, HOME, ALICE, numbers(app, 1))
        stuck = database.with_name(f"{database.name}.0009.backup")
        stuck.mkdir()  # what cannot be unlinked
        await app.rights.forget(ALICE, None)
        assert not await app.store.rights.counts(ALICE)
        assert await app.store.meta.get(SCRUB) == "1"
        stuck.rmdir()
        await app.keeping.turn()
        assert await app.store.meta.get(SCRUB) == "0"

    async def test_while_a_model_is_swapped_in_leaves_nothing_in_it(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for member in (ALICE, BOB):
            await answers(app, HOME, member, numbers(app, 8))
        adopt = app.library.adopt

        async def late(*given: Any) -> bool:
            await app.rights.forget(ALICE, None)
            return await adopt(*given)

        monkeypatch.setattr(app.library, "adopt", late)
        app.trainer.ask()
        await app.trainer.turn()
        ledger = app.library.engine.scale.material.ledger
        assert not len(ledger.row(GroupId(HOME), Asker(ALICE)).positions)
        assert len(ledger.row(GroupId(HOME), Asker(BOB)).positions)


class TestWhatOthersDoMeanwhile:
    async def test_is_not_overlooked_by_reading_again(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read, reached, go_on = app.store.choices.choices, asyncio.Event(), asyncio.Event()

        async def slowly() -> Any:
            found = await read()
            reached.set()
            await go_on.wait()
            return found

        monkeypatch.setattr(app.store.choices, "choices", slowly)
        loading = asyncio.create_task(app.choices.load())
        await reached.wait()
        hiding = asyncio.create_task(app.rights.hide(HOME, BOB, hidden=True))
        while not hiding.done() and not app.choices._turn.locked():  # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0)
        if not app.choices._turn.locked():  # pyright: ignore[reportPrivateUsage]
            await hiding
        go_on.set()
        await asyncio.gather(loading, hiding)
        assert not app.choices.named(HOME, BOB)

    async def test_is_still_blocked_while_blocks_are_read_again(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await does_everything(app, HOME, BOB, NAMES[BOB], START)
        await app.blocks.load()
        read, seen = app.store.blocks.all, list[int]()

        async def watched() -> Any:
            seen.append(len(app.blocks.of(HOME, BOB)))
            return await read()

        monkeypatch.setattr(app.store.blocks, "all", watched)
        await app.blocks.load()
        assert seen == [1]
        assert isinstance(app.blocks, Blocks)


class TestAWeeklyMix:
    @pytest.mark.parametrize("begun", [False, True])
    async def test_that_is_due_is_not_made_for_who_is_gone(
        self, app: App, database: Path, begun: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        when = DiscoverySettings(HOME, ChannelId(6), 4, 17, "UTC", 5, START, member=ALICE)
        await app.store.own.start(when, ALICE, "en")
        if begun:  # it is being written while she goes
            pick = app.picker.pick

            async def slowly(question: Question) -> list[Slot]:
                await app.rights.forget(ALICE, None)
                return await pick(question)

            monkeypatch.setattr(app.picker, "pick", slowly)
        else:
            await app.rights.forget(ALICE, None)
        room = Room()
        with contextlib.suppress(LeaseLost):
            await app.clockwork.make(Due(when, "2027-W02"), room)
        assert not room.sent
        assert not rows_with(database, str(ALICE))


class TestWhoLeft:
    async def test_is_looked_for_whatever_is_known_of_them(self, app: App) -> None:
        song = numbers(app, 1)[0]
        made = await app.lists.make(Asking(HOME, ALICE), "Ours", shared=True)
        post = await app.picker.named(PostKind.RADIO, server=HOME, member=ALICE, slots=[Slot(1, song)])
        await app.store.radios.join(post.id, Listener(BOB))
        carol = MemberId(833_333_333_333_333_333)
        await app.lists.add(Asking(HOME, carol), made, SongId(song))
        held = {member for _, member in await app.store.leaving.held([HOME], START, 10)}
        assert held == {ALICE, BOB, carol}
        for member in held:
            assert await app.store.leaving.elsewhere(member, but=AWAY)
            assert not await app.store.leaving.elsewhere(member, but=HOME)

    async def test_is_known_where_they_linked_an_account_that_was_never_read(self, database: Path) -> None:
        async with world(database) as home:
            await home.app.store.servers.joined(ServerId(1), START)
            home.standins["listenbrainz"].script = failing
            await home.app.store.accounts.put(Account(MemberId(7), AccountService.LISTENBRAINZ, "rob", START))
            with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the service does
                await follow(home)
            assert await home.app.store.leaving.held([ServerId(1)], float("inf"), 10) == [(1, 7)]


async def failing(_request: web.Request, _service: Standin) -> web.StreamResponse:
    return web.Response(status=500)


class TestServers:
    async def test_that_are_reset_have_no_links_answered(self, app: App) -> None:
        await app.bringing.listen(HOME, ChannelId(5))
        await app.rights.forget_server(HOME, left=False)
        assert not app.bringing.listens(HOME, ChannelId(5))

    async def test_that_came_after_the_look_are_not_left(self, app: App, clock: list[float]) -> None:
        there = {HOME}
        await app.store.servers.joined(HOME, START - DAY)
        await app.store.servers.joined(AWAY, START + 1)
        assert await app.store.servers.settle(there, START) == ([], [])
        assert await app.store.servers.settle(there, START + 2) == ([], [AWAY])

    async def test_in_which_segue_is_keep_everything_whatever_was_noted(
        self, app: App, clock: list[float]
    ) -> None:
        await answers(app, HOME, ALICE, numbers(app, 1))
        await app.store.servers.left(HOME, START)

        async def present(_server: ServerId, _member: MemberId) -> bool | None:
            return True

        app.keeping.ask(lambda: {HOME}, present)
        clock[0] += 31 * DAY
        await app.keeping.turn()
        assert await app.store.rights.counts(ALICE, HOME)
        assert await app.store.servers.gone() == {}
