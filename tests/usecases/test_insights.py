"""What was shown and how it was taken, on servers whose every count is known by hand."""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.cards.figures import figures
from bot.describe_operating import report_tables
from bot.store import Store
from bot.store.records import EventId, FeedbackEvent, MemberId, Post, PostKind, ServerId, Slot, SongId, Verb
from bot.store.schema import songs
from bot.store.wishes import Wish
from bot.usecases.insights import Insights, Tally, insights, mondays
from bot.usecases.intervals import wilson
from recommender import Dial, Engine

HOME, AWAY = ServerId(1), ServerId(2)
ALICE, BOB, CAROL = MemberId(7), MemberId(8), MemberId(9)
DAY = 86_400.0
# A Wednesday.
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC).timestamp()
FAMILIAR = Wish(dial=Dial.FAMILIAR).stored()


@dataclass
class Desk:
    """Posts and answers, written as the bot writes them."""

    store: Store

    async def post(
        self, slots: Sequence[Slot], *, ago: float, server: ServerId = HOME, query: dict[str, object]
    ) -> Post:
        return await self.store.posts.create(
            kind=PostKind.RECOMMEND,
            server=server,
            channel=None,
            member=ALICE,
            query=query,
            slots=slots,
            at=NOW - ago,
        )

    async def says(self, post: Post, slot: int, member: MemberId, verb: Verb, *, ago: float) -> FeedbackEvent:
        shown = post.slot(slot)
        assert shown is not None
        event = FeedbackEvent(
            EventId(0), post.server, member, shown.song, verb, "button", post.id, slot, None, NOW - ago
        )
        return (await self.store.feedback.append([event]))[0]

    async def takes_back(self, event: FeedbackEvent) -> None:
        undo = FeedbackEvent(
            EventId(0), event.server, event.member, event.song, Verb.UNDO, "button", event.post, event.slot,
            event.id, NOW,
        )  # fmt: skip
        await self.store.feedback.append([undo])

    async def look(self, server: ServerId | None = HOME, weeks: int = 8) -> Insights:
        return await insights(self.store, Engine(), NOW, server=server, weeks=weeks)


@pytest.fixture
async def desk(database: Path) -> AsyncGenerator[Desk]:
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        yield Desk(store)


def chosen(number: int, song: int) -> Slot:
    return Slot(number, SongId(song), score=1.0)


def tried(number: int, song: int, propensity: float) -> Slot:
    return Slot(number, SongId(song), score=1.0, propensity=propensity, explored=True)


async def scripted(desk: Desk) -> None:
    """Nine showings at home in two weeks, and one elsewhere."""
    this = await desk.post(
        [chosen(1, 11), chosen(2, 12), chosen(3, 13), chosen(4, 14), tried(5, 15, 0.25)],
        ago=DAY,
        query=FAMILIAR,
    )
    await desk.says(this, 1, ALICE, Verb.LIKE, ago=DAY / 2)
    await desk.says(this, 2, ALICE, Verb.SKIP, ago=DAY / 2)
    await desk.says(this, 3, ALICE, Verb.DISLIKE, ago=DAY / 2)
    await desk.says(this, 5, BOB, Verb.LIKE, ago=DAY / 2)
    last = await desk.post(
        [chosen(1, 21), chosen(2, 22), tried(3, 15, 0.5), tried(4, 24, 0.1)], ago=8 * DAY, query={}
    )
    await desk.takes_back(await desk.says(last, 1, ALICE, Verb.LIKE, ago=7 * DAY))
    # One of two likes it; whoever changed their mind counts with the last word.
    await desk.says(last, 2, ALICE, Verb.LIKE, ago=7 * DAY)
    await desk.says(last, 2, BOB, Verb.LIKE, ago=7 * DAY)
    await desk.says(last, 2, BOB, Verb.DISLIKE, ago=6.9 * DAY)
    await desk.says(last, 3, BOB, Verb.LIKE, ago=7 * DAY)
    await desk.says(last, 4, BOB, Verb.LIKE, ago=7 * DAY)
    await desk.says(last, 4, BOB, Verb.SKIP, ago=6.9 * DAY)
    other = await desk.post([chosen(1, 11)], ago=DAY, server=AWAY, query={})
    await desk.says(other, 1, CAROL, Verb.LIKE, ago=DAY)


async def test_every_showing_is_counted_once_by_source_dial_and_week(desk: Desk) -> None:
    await scripted(desk)
    found = await desk.look()
    assert found.total == Tally(shown=9, liked=4, skipped=2, disliked=1)
    assert found.total.ignored == 2
    assert found.by_source == {
        "blend": Tally(shown=6, liked=2, skipped=1, disliked=1),
        "explore": Tally(shown=3, liked=2, skipped=1),
    }
    assert found.by_dial == {
        "familiar": Tally(shown=5, liked=2, skipped=1, disliked=1),
        "balanced": Tally(shown=4, liked=2, skipped=1),
    }
    assert found.weeks[-2:] == (date(2026, 11, 9), date(2026, 11, 16))
    assert found.by_week[-2:] == (found.by_dial["balanced"], found.by_dial["familiar"])
    assert found.by_week[:-2] == (Tally(),) * 6
    assert found.songs == 8
    assert found.people.answered == (0,) * 6 + (2, 2)
    assert (found.people.answered_ever, found.people.known, found.people.servers_ever) == (2, 2, 1)


async def test_who_only_takes_something_back_has_not_answered(desk: Desk) -> None:
    shown = await desk.post([chosen(1, 11)], ago=8 * DAY, query={})
    await desk.takes_back(await desk.says(shown, 1, ALICE, Verb.LIKE, ago=7.5 * DAY))
    found = await desk.look()
    assert found.people.answered[-2:] == (1, 0)


async def test_what_is_spoken_is_no_part_of_the_catalogue_that_was_shown(desk: Desk) -> None:
    async with desk.store.db.write() as connection:
        await connection.execute(update(songs).where(songs.c.id == 11).values(kind="podcast"))
        await connection.execute(update(songs).where(songs.c.id == 13).values(listed=False))
    await desk.post([chosen(1, 11), chosen(2, 12), chosen(3, 13)], ago=DAY, query={})
    found = await desk.look()
    assert (found.total.shown, found.songs, found.catalogue) == (3, 1, 1056)


async def test_what_exploring_taught(desk: Desk) -> None:
    await scripted(desk)
    found = await desk.look()
    # Weights 4, 2 and 10, of which the first two were liked.
    assert found.evenly is not None
    assert found.evenly.share == pytest.approx(6 / 16)
    assert found.evenly.size == pytest.approx(16**2 / (4**2 + 2**2 + 10**2))
    assert (found.evenly.low, found.evenly.high) == wilson(
        found.evenly.share * found.evenly.size, found.evenly.size
    )
    # Beta(1 + 2, 99 + 1).
    believed = found.believed["explore"]
    assert believed.share == pytest.approx(3 / 103)
    assert 0 < believed.low < believed.share < believed.high < 0.1
    assert [(each.song, each.shown, each.liked, round(each.believed, 6)) for each in found.tried] == [
        (15, 2, 2, round(3 / 102, 6))
    ]


async def test_servers_are_apart_and_the_operator_sees_the_sum(desk: Desk) -> None:
    await scripted(desk)
    away = await desk.look(AWAY)
    assert away.total == Tally(shown=1, liked=1)
    assert (away.people.answered_ever, away.people.known) == (1, 1)
    assert away.evenly is None
    assert away.tried == ()
    everywhere = await desk.look(None)
    assert everywhere.total == Tally(shown=10, liked=5, skipped=2, disliked=1)
    assert everywhere.people.servers == (0,) * 6 + (1, 2)
    assert (everywhere.people.answered_ever, everywhere.people.servers_ever) == (3, 2)


async def test_only_the_weeks_that_were_asked_for(desk: Desk) -> None:
    await scripted(desk)
    found = await desk.look(weeks=1)
    assert found.weeks == (date(2026, 11, 16),)
    assert found.total == Tally(shown=5, liked=2, skipped=1, disliked=1)
    assert found.by_week == (found.total,)


async def test_a_server_where_nothing_happened(desk: Desk) -> None:
    found = await desk.look()
    assert found.total == Tally()
    assert found.by_source == found.by_dial == found.believed == {}
    assert (found.evenly, found.little_known, found.coverage) == (None, None, 0.0)
    assert found.total.interval == (0.0, 1.0)
    assert "0 songs shown" in str(next(iter(report_tables(found))))


async def test_the_file_has_all_figures(desk: Desk) -> None:
    await scripted(desk)
    rows = {(row["by"], row["name"]): row for row in csv.DictReader(StringIO(figures(await desk.look())))}
    total = rows["all", ""]
    assert [total[name] for name in ("shown", "liked", "skipped", "disliked", "ignored")] == [
        "9",
        "4",
        "2",
        "1",
        "2",
    ]
    low, high = wilson(4, 9)
    assert (total["share"], total["low"], total["high"]) == ("0.4444", f"{low:.4f}", f"{high:.4f}")
    assert rows["week", "2026-11-16"]["members"] == "2"
    assert rows["week", "2026-09-28"]["share"] == ""
    assert rows["source", "explore"]["liked"] == "2"
    assert rows["explored_evenly", ""]["share"] == "0.3750"
    assert rows["believed", "explore"]["share"] == f"{3 / 103:.4f}"
    assert rows["catalogue", ""]["shown"] == "1058"


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # Newcombe 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_of_the_literature(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


def test_no_trial_says_nothing_and_all_hits_reach_one() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(3, 3)[1] == 1.0


def test_weeks_begin_on_mondays_and_this_one_is_the_last() -> None:
    sunday = datetime(2026, 11, 22, 23, 59, tzinfo=UTC).timestamp()
    assert mondays(sunday, 2) == (date(2026, 11, 9), date(2026, 11, 16))
    assert mondays(sunday + 60, 1) == (date(2026, 11, 23),)
