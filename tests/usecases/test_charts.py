"""Charts and finds of servers whose every answer is known by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.store.records import EventId, FeedbackEvent, MemberId, Post, PostKind, ServerId, Slot, SongId, Verb
from bot.usecases.charts import Chart, Charts, Period, View, rise
from bot.usecases.lists import Asking
from bot.usecases.picking import numbered
from bot.usecases.taste import Tastes
from tests.conftest import settings

HOME, AWAY = ServerId(1), ServerId(2)
ALICE, BOB, CAROL, DAN = (MemberId(number) for number in (7, 8, 9, 10))
DAY = 86_400.0
NOW = 1_800_000_000.0


@dataclass
class Desk:
    """Answers as they are replayed."""

    app: App
    tastes: Tastes = field(default_factory=Tastes)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def says(
        self, song: int, member: MemberId, ago: float, verb: Verb = Verb.LIKE, server: ServerId = HOME
    ) -> FeedbackEvent:
        number = EventId(next(self.numbers))
        event = FeedbackEvent(
            number, server, member, SongId(song), verb, "button", None, None, None, NOW - ago * DAY
        )
        self.tastes.apply(event)
        return event

    async def page(self, view: View = View.LIKED, period: Period = Period.MONTH, number: int = 0) -> Chart:
        return await self.charts.page(HOME, view, period, number=number)

    @property
    def charts(self) -> Charts:
        return Charts(self.tastes, self.app.library, lambda: NOW)


@pytest.fixture
def desk(app: App) -> Desk:
    return Desk(app)


def songs(chart: Chart) -> list[int]:
    return [line.song.id for line in chart.lines]


async def test_many_likes_of_few_answers_are_not_beaten_by_one(desk: Desk) -> None:
    for member in (ALICE, BOB, CAROL):
        desk.says(1, member, ago=3)
    desk.says(1, DAN, ago=3, verb=Verb.DISLIKE)
    desk.says(2, ALICE, ago=1)
    for member in (ALICE, BOB):
        desk.says(3, member, ago=2)
    desk.says(4, ALICE, ago=2, verb=Verb.SKIP)
    chart = await desk.page()
    # Lower ends: 2 of 2 is .342, 3 of 4 is .301, 1 of 1 is .207; what nobody likes is in no chart.
    assert songs(chart) == [3, 1, 2]
    assert [(line.likes, line.answers) for line in chart.lines] == [(2, 2), (3, 4), (1, 1)]


async def test_equals_go_by_the_newest_like(desk: Desk) -> None:
    desk.says(1, ALICE, ago=3)
    desk.says(2, BOB, ago=1)
    desk.says(3, BOB, ago=2)
    assert songs(await desk.page()) == [2, 3, 1]


async def test_a_period_has_only_its_own_answers(desk: Desk) -> None:
    desk.says(1, ALICE, ago=40)
    desk.says(1, BOB, ago=10)
    desk.says(1, CAROL, ago=1)
    found = {
        period: [(line.likes, line.before) for line in (await desk.page(period=period)).lines]
        for period in Period
    }
    assert found == {Period.WEEK: [(1, 1)], Period.MONTH: [(2, 1)], Period.ALL: [(3, 0)]}


async def test_what_was_taken_back_or_changed_counts_as_it_is_now(desk: Desk) -> None:
    event = desk.says(1, ALICE, ago=2)
    undo = FeedbackEvent(EventId(99), HOME, ALICE, SongId(1), Verb.UNDO, "button", None, None, event.id, NOW)
    desk.tastes.apply(undo)
    desk.says(2, BOB, ago=2)
    desk.says(2, BOB, ago=1, verb=Verb.DISLIKE)
    chart = await desk.page()
    assert (chart.lines, chart.begun) == ((), False)


async def test_rising_is_measured_against_the_time_before(desk: Desk) -> None:
    for member in (ALICE, BOB, CAROL):
        desk.says(1, member, ago=1)  # 3 after 0: 1.73
    for member, ago in ((ALICE, 10.0), (BOB, 2.0), (CAROL, 2.0)):
        desk.says(2, member, ago=ago)  # 2 after 1: .58
    desk.says(3, ALICE, ago=9)
    desk.says(3, BOB, ago=1)  # as before: no rise
    chart = await desk.page(View.RISING, Period.WEEK)
    assert songs(chart) == [1, 2]
    assert [(line.likes, line.before) for line in chart.lines] == [(3, 0), (2, 1)]
    assert rise(3, 0) == pytest.approx(3**0.5)
    assert rise(2, 1) == pytest.approx(1 / 3**0.5)
    assert rise(0, 0) == 0.0
    # Before everything there is nothing to compare with.
    assert (await desk.page(View.RISING, Period.ALL)).period is Period.MONTH


async def test_fresh_is_what_nobody_here_liked_before(desk: Desk) -> None:
    desk.says(1, ALICE, ago=20)
    desk.says(1, BOB, ago=1)
    desk.says(2, BOB, ago=2)
    desk.says(3, CAROL, ago=400, server=AWAY)
    desk.says(3, BOB, ago=3)
    assert songs(await desk.page(View.FRESH, Period.WEEK)) == [2, 3]
    assert songs(await desk.page(View.FRESH, Period.ALL)) == [1, 2, 3]


async def test_one_members_likes_and_nobody_elses(desk: Desk) -> None:
    desk.says(1, ALICE, ago=3)
    desk.says(2, ALICE, ago=1)
    desk.says(3, BOB, ago=2)
    chart = await desk.charts.page(HOME, View.MEMBER, Period.MONTH, member=ALICE)
    assert songs(chart) == [2, 1]


async def test_servers_are_apart(desk: Desk) -> None:
    desk.says(1, ALICE, ago=1, server=AWAY)
    assert not (await desk.page()).begun


async def test_pages_go_on_where_the_last_ended(desk: Desk) -> None:
    for song in range(1, 24):
        desk.says(song, ALICE, ago=song / 10)
    first, last = await desk.page(), await desk.page(number=99)
    assert (first.page, first.pages, first.first, len(first.lines)) == (0, 3, 1, 10)
    assert (last.page, last.first, songs(last)) == (2, 21, [21, 22, 23])


class TestFinds:
    async def found(self, app: App, member: MemberId, song: int, server: ServerId = HOME) -> Post:
        return await app.picker.named(
            PostKind.FOUND, server=server, member=member, slots=numbered([SongId(song)])
        )

    async def test_the_first_who_brought_a_song_by_whatever_way(self, app: App) -> None:
        await self.found(app, ALICE, 1)
        await self.found(app, BOB, 1)
        asked = await app.asks.ask(server=HOME, member=ALICE, channel=None, mood="calm")
        await app.asks.answer(asked, BOB, app.library.songs[SongId(2)])
        asking = Asking(HOME, CAROL, moderator=False)
        shared = await app.lists.make(asking, "Ours", shared=True)
        await app.lists.add(asking, shared, SongId(3))
        own = await app.lists.make(asking, "Mine")
        await app.lists.add(asking, own, SongId(4))
        await self.found(app, DAN, 5, server=AWAY)
        page = await app.finds.page(HOME)
        assert {(each.song.id, each.member, each.shown) for each in page.finds} == {
            (1, ALICE, 2),
            (2, BOB, 1),
            (3, CAROL, 0),
        }
        assert page.total == 3
        assert [each.song.id for each in (await app.finds.page(HOME, BOB)).finds] == [2]

    async def test_what_segue_had_shown_before_is_nobodys_find(self, app: App) -> None:
        await app.store.posts.create(
            kind=PostKind.RECOMMEND, server=HOME, channel=None, member=ALICE, query={},
            slots=[Slot(1, SongId(1), score=1.0), Slot(2, SongId(2), score=1.0)], at=0.0,
        )  # fmt: skip
        await self.found(app, BOB, 1)
        await self.found(app, BOB, 3)
        page = await app.finds.page(HOME)
        assert [each.song.id for each in page.finds] == [3]

    async def test_likes_are_those_of_the_others(self, app: App) -> None:
        post = await self.found(app, ALICE, 1)
        # She may like it by a command, as anybody may; on its card she does not rate it.
        await app.feedback.say(server=HOME, member=ALICE, song=SongId(1), verb=Verb.LIKE, cause="a")
        for member in (BOB, CAROL):
            await app.feedback.tap(
                server=HOME, member=member, post=post, slot=1, verb=Verb.LIKE, cause=str(member)
            )
        assert [each.likes for each in (await app.finds.page(HOME)).finds] == [2]

    async def test_who_hides_their_name_is_a_member(self, app: App) -> None:
        await self.found(app, ALICE, 1)
        await app.choices.choose(HOME, ALICE, hidden=True)
        assert [each.member for each in (await app.finds.page(HOME)).finds] == [None]
        await app.choices.choose(HOME, ALICE, hidden=False)
        assert [each.member for each in (await app.finds.page(HOME)).finds] == [ALICE]

    async def test_an_answer_whose_giver_was_forgotten_keeps_its_place(self, app: App) -> None:
        asked = await app.asks.ask(server=HOME, member=ALICE, channel=None, mood="calm")
        await app.asks.answer(asked, BOB, app.library.songs[SongId(2)])
        await app.asks.forget(BOB)
        assert [(each.song.id, each.member) for each in (await app.finds.page(HOME)).finds] == [(2, None)]

    async def test_an_answer_to_an_old_ask_came_when_it_was_given(self, database: Path) -> None:
        now = [NOW]
        async with open_app(settings(database), now=lambda: now[0], seed=1) as app:
            songs = app.library.songs
            old = await app.asks.ask(server=HOME, member=ALICE, channel=None, mood="calm")
            now[0] += DAY
            new = await app.asks.ask(server=HOME, member=ALICE, channel=None, mood="loud")
            now[0] += DAY
            await app.asks.answer(new, CAROL, songs[SongId(1)])
            await app.store.posts.create(
                kind=PostKind.RECOMMEND, server=HOME, channel=None, member=ALICE, query={},
                slots=[Slot(1, SongId(2), score=1.0)], at=now[0],
            )  # fmt: skip
            now[0] += DAY
            for song in (1, 2, 3):
                await app.asks.answer(old, BOB, songs[SongId(song)])
            page = await app.finds.page(HOME)
        # What Segue had shown by then is nobody's, although the ask is older.
        assert [(each.song.id, each.member, each.at) for each in page.finds] == [
            (3, BOB, NOW + 3 * DAY),
            (1, CAROL, NOW + 2 * DAY),
        ]
