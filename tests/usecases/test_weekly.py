"""The weekly post: at the server's own hour, once a week, whatever clocks and crashes do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App, open_app
from bot.errors import DiscoveryDone, DiscoveryNotSet, NothingLeft
from bot.store.records import (
    ChannelId,
    DiscoveryRun,
    DiscoverySettings,
    MemberId,
    MessageId,
    Notice,
    Post,
    PostId,
    RunState,
    ServerId,
    Why,
)
from bot.usecases.channel import CannotLook, MaybeSent, NotNow, NotSent
from bot.usecases.own import MOST_CLOSED
from bot.usecases.posting import LEASE, LOOK_AFTER, LeaseLost, Posting
from bot.usecases.weekly import LENGTH
from bot.usecases.weeks import UnknownTimezone, moment, upcoming, week_of
from tests.conftest import settings as settings_for

HOME, CHANNEL = ServerId(1), ChannelId(2)
FRIDAY = DiscoverySettings(HOME, CHANNEL, 4, 18, "Europe/Berlin", LENGTH, since=0.0)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestTheWeek:
    @pytest.mark.parametrize(
        ("day", "week"),
        [
            ("2026-11-20", "2026-W47"),
            ("2026-01-01", "2026-W01"),
            ("2026-12-31", "2026-W53"),
            ("2027-01-01", "2026-W53"),
            ("2027-01-03", "2026-W53"),
            ("2027-01-04", "2027-W01"),
            ("2024-12-30", "2025-W01"),
        ],
    )
    def test_is_the_iso_week_at_the_turn_of_the_year_too(self, day: str, week: str) -> None:
        assert week_of(date.fromisoformat(day)) == week


class TestTheMoment:
    @pytest.mark.parametrize(
        ("weekday", "hour", "zone", "day", "expected"),
        [
            (4, 18, "Europe/Berlin", "2026-11-16", "2026-11-20T17:00"),  # from the Monday
            (4, 18, "Europe/Berlin", "2026-11-22", "2026-11-20T17:00"),  # and from the Sunday
            (4, 18, "Europe/Berlin", "2026-07-03", "2026-07-03T16:00"),  # summer time
            (6, 2, "Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),  # 2:00 is left out: 3:00 it is
            (6, 2, "Europe/Berlin", "2026-10-25", "2026-10-25T00:00"),  # 2:00 comes twice: the first
            (6, 2, "America/New_York", "2026-03-08", "2026-03-08T07:00"),
            (6, 1, "America/New_York", "2026-11-01", "2026-11-01T05:00"),
            (6, 3, "Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),
            (0, 0, "Pacific/Auckland", "2026-11-16", "2026-11-15T11:00"),  # still Sunday in UTC
            (4, 9, "UTC", "2027-01-03", "2027-01-01T09:00"),  # week 53
        ],
    )
    def test_is_the_local_hour_on_both_sides_of_a_change_of_clocks(
        self, weekday: int, hour: int, zone: str, day: str, expected: str
    ) -> None:
        chosen = replace(FRIDAY, weekday=weekday, hour=hour, timezone=zone)
        assert moment(chosen, date.fromisoformat(day)) == utc(expected)

    @given(
        weekday=st.integers(0, 6),
        hour=st.integers(0, 23),
        zone=st.sampled_from(ZONES),
        now=st.integers(1_577_836_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    )
    def test_comes_about_every_seven_days_and_next_is_never_past(
        self, weekday: int, hour: int, zone: str, now: datetime
    ) -> None:
        chosen = replace(FRIDAY, weekday=weekday, hour=hour, timezone=zone)
        following = upcoming(chosen, now, done=False)
        # One local hour apart from a week where the clocks change between two posts.
        assert now <= following <= now + timedelta(days=7, hours=1)
        today = now.astimezone(ZoneInfo(zone)).date()
        later = moment(chosen, today + timedelta(days=7)) - moment(chosen, today)
        assert abs(later - timedelta(days=7)) <= timedelta(hours=1)
        assert upcoming(chosen, now, done=True) == moment(chosen, today + timedelta(days=7))


@dataclass
class Time:
    """The clock of a test."""

    now: float

    def set(self, text: str) -> None:
        self.now = utc(text).timestamp()


@pytest.fixture
def time() -> Time:
    return Time(utc("2026-11-16T12:00").timestamp())  # a Monday


@pytest.fixture
async def app(database: Path, time: Time) -> AsyncGenerator[App]:
    async with open_app(settings_for(database), now=lambda: time.now, seed=1) as opened:
        yield opened


async def configure(app: App, weekday: int = 4, hour: int = 18, timezone: str = "Europe/Berlin") -> datetime:
    return await app.weekly.configure(
        server=HOME, channel=CHANNEL, weekday=weekday, hour=hour, timezone=timezone
    )


async def due(app: App) -> list[str]:
    return [each.week for each in await app.weekly.due()]


@dataclass
class Room:
    """A channel that fails as it is told: by the next error, as long as there are any."""

    errors: list[Exception] = field(default_factory=list[Exception])
    blind: Exception | None = None
    # Whether a message whose sending is in doubt was made.
    made: bool = False
    sent: list[tuple[PostId, str]] = field(default_factory=list[tuple[PostId, str]])
    notices: list[Notice] = field(default_factory=list[Notice])
    home: bool = True

    def here(self, _server: ServerId, _member: MemberId | None = None) -> bool:
        return self.home

    def channel(self, _server: ServerId, _channel: ChannelId, _member: MemberId | None) -> Room:
        return self

    async def tell(self, notice: Notice) -> bool:
        self.notices.append(notice)
        return True

    async def send(self, post: Post, nonce: str) -> MessageId:
        error = self.errors.pop(0) if self.errors else None
        if error is None or self.made:
            self.sent.append((post.id, nonce))
        if error is not None:
            raise error
        return MessageId(len(self.sent))

    async def find(self, post: PostId, _since: float) -> MessageId | None:
        if self.blind is not None:
            raise self.blind
        return next((MessageId(n) for n, (sent, _) in enumerate(self.sent, 1) if sent == post), None)


@pytest.fixture
def room() -> Room:
    return Room()


async def run_of(app: App, week: str = "2026-W47", member: MemberId | None = None) -> DiscoveryRun:
    run = await app.store.runs.run(HOME, week, member)
    assert run is not None
    return run


async def make(app: App, room: Room, *, asked: bool = True) -> None:
    await app.clockwork.make(await app.weekly.due_now(HOME), room, asked=asked)


class TestBeingDue:
    async def test_begins_at_the_hour_and_ends_with_the_claim(self, app: App, time: Time, room: Room) -> None:
        assert await configure(app) == utc("2026-11-20T17:00")
        time.set("2026-11-20T16:59:59")
        assert await due(app) == []
        time.set("2026-11-20T17:00")
        assert await due(app) == ["2026-W47"]
        await app.clockwork.turn(room)
        assert await due(app) == []
        assert len(room.sent) == 1

    async def test_is_caught_up_with_for_two_days(self, app: App, time: Time) -> None:
        await configure(app)
        time.set("2026-11-22T17:00")
        assert await due(app) == ["2026-W47"]
        time.set("2026-11-22T17:00:01")
        assert await due(app) == []

    async def test_on_a_sunday_is_caught_up_with_on_monday(self, app: App, time: Time, room: Room) -> None:
        await configure(app, weekday=6)
        time.set("2026-11-23T09:00")
        assert await due(app) == ["2026-W47"]
        await app.clockwork.turn(room)
        assert await due(app) == []
        time.set("2026-11-29T17:00")
        assert await due(app) == ["2026-W48"]

    async def test_reaches_over_the_turn_of_the_year(self, app: App, time: Time) -> None:
        await configure(app, weekday=6, timezone="UTC")
        time.set("2027-01-04T09:00")
        assert await due(app) == ["2026-W53"]

    async def test_does_not_begin_before_it_was_set_up(self, app: App, time: Time) -> None:
        time.set("2026-11-20T18:00")
        assert await configure(app) == utc("2026-11-27T17:00")
        assert await due(app) == []
        time.set("2026-11-27T17:00")
        assert await due(app) == ["2026-W48"]

    async def test_ends_when_it_was_stopped(self, app: App, time: Time) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        assert await app.weekly.stop(HOME)
        assert await due(app) == []

    async def test_comes_once_in_the_night_when_the_clocks_go_back(
        self, app: App, time: Time, room: Room
    ) -> None:
        time.set("2026-10-19T12:00")
        await configure(app, weekday=6, hour=2)
        for minutes in range(-60, 180, 30):
            time.now = (utc("2026-10-25T00:00") + timedelta(minutes=minutes)).timestamp()
            await app.clockwork.turn(room)
        assert [nonce for _, nonce in room.sent] == ["1-2026-W43"]

    async def test_now_does_not_wait_for_the_hour_and_counts_as_this_weeks(
        self, app: App, time: Time, room: Room
    ) -> None:
        with pytest.raises(DiscoveryNotSet):
            await app.weekly.due_now(HOME)
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        await make(app, room)
        assert await app.weekly.next_time(asked.settings) == utc("2026-11-27T17:00")
        time.set("2026-11-20T17:00")
        assert await due(app) == []

    async def test_now_means_the_week_of_the_servers_own_day(self, app: App, time: Time) -> None:
        await configure(app, timezone="Pacific/Auckland")
        time.set("2026-11-22T12:00")  # Monday there
        assert (await app.weekly.due_now(HOME)).week == "2026-W48"


class TestAnotherHourOnTheDay:
    """It is Friday: the post was due at 17:00 UTC."""

    async def test_makes_no_second_post_where_one_was_made(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        for zone, hour in (("America/New_York", 18), ("Asia/Tokyo", 23), ("Pacific/Auckland", 1)):
            assert await configure(app, hour=hour, timezone=zone) > utc("2026-11-20T17:00")
            for _ in range(6):
                time.now += 4 * 3600
                await app.clockwork.turn(room)
            time.set("2026-11-20T17:00")
        assert [nonce for _, nonce in room.sent] == ["1-2026-W47"]

    async def test_waits_for_a_later_one(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        time.set("2026-11-20T16:00")
        assert await configure(app, timezone="America/New_York") == utc("2026-11-20T23:00")
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        assert room.sent == []
        time.set("2026-11-20T23:00")
        await app.clockwork.turn(room)
        assert len(room.sent) == 1

    async def test_that_has_just_passed_is_made_at_once(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        time.set("2026-11-20T16:00")
        assert await configure(app, weekday=3) == utc("2026-11-20T16:00")
        await app.clockwork.turn(room)
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        assert [nonce for _, nonce in room.sent] == ["1-2026-W47"]

    async def test_that_is_long_past_comes_next_week_and_nobody_is_told_of_this_one(
        self, app: App, time: Time, room: Room
    ) -> None:
        await configure(app)
        time.set("2026-11-20T16:00")
        assert await configure(app, weekday=0) == utc("2026-11-23T17:00")
        time.set("2026-11-22T16:00")
        await app.clockwork.turn(room)
        assert (room.sent, room.notices) == ([], [])


class TestTheTimeZone:
    async def test_is_found_in_any_case(self, app: App) -> None:
        await configure(app, timezone=" europe/BERLIN ")
        chosen = await app.weekly.settings(HOME)
        assert chosen is not None
        assert chosen.timezone == "Europe/Berlin"

    @pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "GMT+25", "x" * 500])
    async def test_that_does_not_exist_is_refused(self, app: App, zone: str) -> None:
        with pytest.raises(UnknownTimezone):
            await configure(app, timezone=zone)
        assert await app.weekly.settings(HOME) is None


class TestThePost:
    async def test_holds_songs_for_everybody_and_is_found_again(self, app: App, room: Room) -> None:
        await configure(app)
        await make(app, room)
        post = await app.picker.post(room.sent[0][0])
        assert post is not None
        assert (len(post.slots), post.member, post.query["week"]) == (LENGTH, None, "2026-W47")
        assert len({app.library.songs[slot.song].artist for slot in post.slots}) == LENGTH
        assert (post.channel, post.message) == (CHANNEL, 1)

    async def test_is_made_once_by_whoever_comes_first(self, app: App, room: Room) -> None:
        await configure(app)
        made = await asyncio.gather(*(make(app, room) for _ in range(3)), return_exceptions=True)
        assert sorted(type(each).__name__ for each in made) == ["DiscoveryDone", "DiscoveryDone", "NoneType"]
        assert len(room.sent) == 1

    async def test_that_is_there_is_linked_to_whoever_asks_again(self, app: App, room: Room) -> None:
        await configure(app)
        await make(app, room)
        with pytest.raises(DiscoveryDone) as done:
            await make(app, room)
        assert (done.value.week, done.value.channel_id, done.value.message_id) == ("2026-W47", CHANNEL, 1)

    async def test_of_next_week_repeats_no_song(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        for week in range(3):
            time.now += 7 * 86_400 * bool(week)
            await make(app, room)
        songs = [slot.song for post, _ in room.sent for slot in (await posted(app, post)).slots]
        assert len(set(songs)) == 3 * LENGTH

    async def test_with_nothing_new_waits_and_says_why(
        self, app: App, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await configure(app)

        async def all_songs(_server: ServerId, _kind: object = None) -> set[int]:
            return set(app.library.songs)

        monkeypatch.setattr(app.store.posts, "songs_of_server", all_songs)
        with pytest.raises(NothingLeft):
            await make(app, room)
        run = await run_of(app)
        assert (run.state, run.why, run.post) == (RunState.WAITING, Why.NOTHING, None)

    async def test_that_discord_refuses_leaves_no_trace_and_is_made_again(self, app: App, room: Room) -> None:
        await configure(app)
        room.errors = [NotSent(Why.PERMISSION)]
        with pytest.raises(NotSent):
            await make(app, room)
        assert await app.store.posts.shown(since=0) == []
        assert (await run_of(app)).why is Why.PERMISSION
        await make(app, room)
        assert len(room.sent) == 1

    async def test_can_be_seen_before_and_nothing_is_written(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        seen = await app.weekly.preview(HOME)
        assert await app.store.posts.shown(since=0) == []
        assert await app.store.runs.run(HOME, "2026-W47") is None
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        made = await posted(app, room.sent[0][0])
        # Most songs are the same: a few are drawn.
        assert len({s.song for s in made.slots} & {s.song for s in seen.slots}) > LENGTH // 2
        assert made.query["week"] == seen.query["week"]


async def posted(app: App, number: PostId) -> Post:
    post = await app.picker.post(number)
    assert post is not None
    return post


class TestAfterACrash:
    async def cut_off(self, app: App, time: Time, room: Room, *, made: bool) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        room.errors, room.made = [MaybeSent("the line was cut")], made
        await app.clockwork.turn(room)
        assert (await run_of(app)).state is RunState.SENDING
        room.made = False

    @pytest.mark.parametrize("made", [True, False])
    async def test_the_channel_decides_whether_the_post_was_made(
        self, app: App, time: Time, room: Room, made: bool
    ) -> None:
        await self.cut_off(app, time, room, made=made)
        async with open_app(app.settings, now=lambda: time.now) as restarted:
            await restarted.clockwork.turn(room)
            assert (await run_of(app)).state is RunState.SENDING  # it may still be on its way
            time.now += LOOK_AFTER
            await restarted.clockwork.turn(room)
            assert (await run_of(app)).state is RunState.CONFIRMED
        # Made again, it is the same post with the same nonce.
        assert len(set(room.sent)) == len(room.sent) == 1
        assert (await posted(app, room.sent[0][0])).message in {None, 1}

    async def test_nobody_guesses_where_the_channel_cannot_be_read_and_admins_are_asked_once(
        self, app: App, time: Time, room: Room
    ) -> None:
        await self.cut_off(app, time, room, made=True)
        room.blind = CannotLook("no history")
        for _ in range(30):
            time.now += 3_600
            await app.clockwork.turn(room)
        assert len(room.sent) == 1
        assert [(each.state, each.week) for each in room.notices] == [(RunState.UNSURE, "2026-W47")]
        room.blind = None  # Read Message History is granted
        time.now += 3_600
        await app.clockwork.turn(room)
        assert (await run_of(app)).state is RunState.CONFIRMED
        assert len(room.sent) == 1

    async def test_an_admin_who_has_looked_gets_the_post(self, app: App, time: Time, room: Room) -> None:
        await self.cut_off(app, time, room, made=False)
        room.blind = CannotLook("no history")
        time.now += LOOK_AFTER
        await app.clockwork.turn(room)
        assert room.sent == []
        await make(app, room)
        assert len(room.sent) == 1
        assert (await run_of(app)).state is RunState.CONFIRMED

    async def test_a_discord_that_cannot_be_asked_is_asked_later(
        self, app: App, time: Time, room: Room
    ) -> None:
        await self.cut_off(app, time, room, made=True)
        room.blind = NotNow("503")
        time.now += LOOK_AFTER
        await app.clockwork.turn(room)
        assert (await run_of(app)).state is RunState.SENDING
        room.blind = None
        time.now += 3_600
        await app.clockwork.turn(room)
        assert (await run_of(app)).state is RunState.CONFIRMED


class TestTwoProcesses:
    async def test_the_slow_one_that_lost_its_lease_sends_nothing(
        self, app: App, time: Time, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        other = Posting(app.store, app.picker, lambda: time.now)

        async def slowly() -> Post:
            post = await app.weekly.prepare(asked)
            time.now += LEASE  # the machine slept …
            await other.settle(await run_of(app), room)  # … and the other process took over
            await other.publish(asked, room, lambda: app.weekly.prepare(asked))
            return post

        one = Posting(app.store, app.picker, lambda: time.now)
        with pytest.raises(LeaseLost):
            await one.publish(asked, room, slowly)
        assert len(room.sent) == 1
        run = await run_of(app)
        assert (run.state, run.owner, run.post) == (RunState.CONFIRMED, other.owner, room.sent[0][0])
        assert len(await app.store.posts.shown(since=0)) == LENGTH

    async def test_the_second_leaves_alone_what_the_first_is_sending(
        self, app: App, time: Time, room: Room
    ) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        async with open_app(app.settings, now=lambda: time.now) as second:
            send = room.send

            async def meanwhile(post: Post, nonce: str) -> MessageId:
                await second.clockwork.turn(room)
                return await send(post, nonce)

            room.send = meanwhile  # pyright: ignore[reportAttributeAccessIssue]
            await app.clockwork.turn(room)
        assert len(room.sent) == 1


class TestWhatIsTooLate:
    async def test_is_left_out_and_told_once_with_what_to_do(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        room.errors = [NotSent(Why.DISCORD)] * 200
        for _ in range(100):
            await app.clockwork.turn(room)
            time.now += 1_800
        run = await run_of(app)
        assert (run.state, run.why, run.post) == (RunState.SKIPPED, Why.DISCORD, None)
        assert [(each.state, each.why) for each in room.notices] == [(RunState.SKIPPED, Why.DISCORD)]
        assert await app.store.posts.shown(since=0) == []

    async def test_for_what_an_admin_can_mend_is_told_at_once_and_still_comes(
        self, app: App, time: Time, room: Room
    ) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        room.errors = [NotSent(Why.PERMISSION)] * 3
        for _ in range(12):
            await app.clockwork.turn(room)
            time.now += 600
        assert [(each.state, each.why) for each in room.notices] == [(RunState.WAITING, Why.PERMISSION)]
        assert len(room.sent) == 1

    async def test_after_months_off_leaves_weeks_out_and_tells_of_the_last(
        self, app: App, time: Time, room: Room
    ) -> None:
        await configure(app)
        time.set("2027-01-04T12:00")
        for _ in range(3):
            await app.clockwork.turn(room)
        runs, _ = await app.weekly.history(HOME, 20, 0)
        assert [run.week for run in runs] == [
            "2026-W53",
            "2026-W52",
            "2026-W51",
            "2026-W50",
            "2026-W49",
            "2026-W48",
            "2026-W47",
        ]
        assert {run.why for run in runs} == {Why.DOWN}
        assert [each.week for each in room.notices] == ["2026-W53"]

    async def test_while_segue_was_not_in_the_server_is_told_to_nobody(
        self, app: App, time: Time, room: Room
    ) -> None:
        await configure(app)
        room.home = False
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        assert await app.store.runs.run(HOME, "2026-W47") is None
        time.set("2026-11-22T18:00")
        await app.clockwork.turn(room)
        assert (await run_of(app)).why is Why.AWAY
        assert (room.sent, room.notices) == ([], [])

    async def test_ends_quietly_where_no_posts_are_wanted_any_more(
        self, app: App, time: Time, room: Room
    ) -> None:
        await configure(app)
        time.set("2026-11-20T17:00")
        room.errors = [NotSent(Why.DISCORD)]
        await app.clockwork.turn(room)
        await app.weekly.stop(HOME)
        time.now += 10 * 86_400
        await app.clockwork.turn(room)
        assert (await run_of(app)).state is RunState.SKIPPED
        assert room.notices == []


class TestAPause:
    async def test_for_some_weeks_ends_by_itself(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        assert await app.weekly.pause(HOME, 2) == utc("2026-12-04T17:00")
        for day in range(20):
            time.now = (utc("2026-11-16T18:00") + timedelta(days=day)).timestamp()
            await app.clockwork.turn(room)
        assert [nonce for _, nonce in room.sent] == ["1-2026-W49"]
        assert [(await run_of(app, f"2026-W{week}")).why for week in (47, 48)] == [Why.PAUSED] * 2
        assert room.notices == []

    async def test_without_an_end_lasts_until_it_is_resumed(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        assert await app.weekly.pause(HOME, None) is None
        assert await app.weekly.skip(HOME) is None
        assert (await app.weekly.preview(HOME)).slots
        time.set("2027-03-01T12:00")
        await app.clockwork.turn(room)
        assert await app.weekly.resume(HOME) == utc("2027-03-05T17:00")
        await app.clockwork.turn(room)
        assert room.sent == []
        time.set("2027-03-05T17:00")
        await app.clockwork.turn(room)
        assert len(room.sent) == 1

    async def test_does_not_keep_an_admin_from_posting_now(self, app: App, room: Room) -> None:
        await configure(app)
        await app.weekly.pause(HOME, None)
        await make(app, room)
        assert len(room.sent) == 1

    async def test_of_nothing_says_what_is_missing(self, app: App) -> None:
        with pytest.raises(DiscoveryNotSet):
            await app.weekly.pause(HOME, 1)


class TestSkipping:
    async def test_leaves_one_week_out(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        assert await app.weekly.skip(HOME) == ("2026-W47", utc("2026-11-27T17:00"))
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        assert room.sent == []
        time.set("2026-11-27T17:00")
        await app.clockwork.turn(room)
        assert [nonce for _, nonce in room.sent] == ["1-2026-W48"]
        assert room.notices == []

    async def test_again_leaves_the_next_one_out_as_well(self, app: App) -> None:
        await configure(app)
        await app.weekly.skip(HOME)
        assert await app.weekly.skip(HOME) == ("2026-W48", utc("2026-12-04T17:00"))

    async def test_is_taken_back_as_long_as_the_post_can_come(self, app: App, time: Time, room: Room) -> None:
        await configure(app)
        await app.weekly.skip(HOME)
        time.set("2026-11-21T17:00")
        await app.clockwork.turn(room)
        assert await app.weekly.unskip(HOME, "2026-W47")
        await app.clockwork.turn(room)
        assert len(room.sent) == 1
        assert not await app.weekly.unskip(HOME, "2026-W47")


class TestAMixOfOnesOwn:
    ALICE = MemberId(7)

    async def start(self, app: App) -> None:
        first = await app.own.start(
            server=HOME,
            member=self.ALICE,
            channel=ChannelId(70),
            weekday=4,
            hour=18,
            timezone="Europe/Berlin",
            count=5,
            language="en",
        )
        assert first == utc("2026-11-20T17:00")

    async def test_comes_once_a_week_with_songs_that_are_new_to_the_member(
        self, app: App, time: Time, room: Room
    ) -> None:
        await self.start(app)
        songs: list[int] = []
        for day in ("2026-11-20T17:00", "2026-11-20T17:01", "2026-11-27T17:00"):
            time.set(day)
            await app.clockwork.turn(room)
        assert [nonce for _, nonce in room.sent] == ["7-2026-W47", "7-2026-W48"]
        for number, _ in room.sent:
            post = await posted(app, number)
            assert (post.member, len(post.slots)) == (self.ALICE, 5)
            songs += [slot.song for slot in post.slots]
        assert len(set(songs)) == 10

    async def test_is_tried_once_a_day_and_turned_off_where_no_message_is_taken(
        self, app: App, time: Time, room: Room
    ) -> None:
        await self.start(app)
        room.errors = [NotSent(Why.CLOSED)] * 99
        time.set("2026-11-20T17:00")
        for _ in range(24 * 14):
            await app.clockwork.turn(room)
            time.now += 3_600
        assert 99 - len(room.errors) == MOST_CLOSED
        told = await app.own.to_tell(self.ALICE)
        assert told is not None
        assert told.off
        assert await app.own.to_tell(self.ALICE) is None
        assert room.notices == []

    async def test_ends_when_the_member_leaves_or_says_so_or_is_forgotten(
        self, app: App, time: Time, room: Room
    ) -> None:
        await self.start(app)
        room.errors = [NotSent(Why.LEFT)]
        time.set("2026-11-20T17:00")
        await app.clockwork.turn(room)
        assert await app.own.all() == []
        time.set("2026-11-16T12:00")
        await self.start(app)
        assert await app.own.stop(HOME, self.ALICE)
        await self.start(app)
        await app.own.forget(self.ALICE)
        assert await app.own.all() == []
        assert await app.store.runs.run(HOME, "2026-W47", self.ALICE) is None
