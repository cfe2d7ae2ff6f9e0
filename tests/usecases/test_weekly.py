"""The weekly post: at the server's own hour, once a week, whatever clocks and crashes do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App, open_app
from bot.errors import DiscoveryDone, DiscoveryNotSet, NothingLeft
from bot.store.records import ChannelId, DiscoverySettings, MessageId, ServerId
from bot.usecases.weekly import LENGTH, UnknownTimezone, moment, upcoming, week_of
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


class TestBeingDue:
    async def test_begins_at_the_hour_and_ends_with_the_claim(self, app: App, time: Time) -> None:
        assert await configure(app) == utc("2026-11-20T17:00")
        time.set("2026-11-20T16:59:59")
        assert await due(app) == []
        time.set("2026-11-20T17:00")
        [found] = await app.weekly.due()
        assert found.week == "2026-W47"
        await app.weekly.prepare(found)
        assert await due(app) == []

    async def test_is_caught_up_with_for_two_days(self, app: App, time: Time) -> None:
        await configure(app)
        time.set("2026-11-22T17:00")
        assert await due(app) == ["2026-W47"]
        time.set("2026-11-22T17:00:01")
        assert await due(app) == []

    async def test_on_a_sunday_is_caught_up_with_on_monday(self, app: App, time: Time) -> None:
        await configure(app, weekday=6)
        time.set("2026-11-23T09:00")
        [found] = await app.weekly.due()
        assert found.week == "2026-W47"
        await app.weekly.prepare(found)
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

    async def test_comes_once_in_the_night_when_the_clocks_go_back(self, app: App, time: Time) -> None:
        time.set("2026-10-19T12:00")
        await configure(app, weekday=6, hour=2)
        posted: list[str] = []
        for minutes in range(-60, 180, 10):
            time.now = (utc("2026-10-25T00:00") + timedelta(minutes=minutes)).timestamp()
            for each in await app.weekly.due():
                await app.weekly.prepare(each)
                posted.append(each.week)
        assert posted == ["2026-W43"]

    async def test_now_does_not_wait_for_the_hour_and_counts_as_this_weeks(
        self, app: App, time: Time
    ) -> None:
        with pytest.raises(DiscoveryNotSet):
            await app.weekly.due_now(HOME)
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        assert asked.week == "2026-W47"
        await app.weekly.prepare(asked)
        assert await app.weekly.next_time(asked.settings) == utc("2026-11-27T17:00")
        time.set("2026-11-20T17:00")
        assert await due(app) == []

    async def test_now_means_the_week_of_the_servers_own_day(self, app: App, time: Time) -> None:
        await configure(app, timezone="Pacific/Auckland")
        time.set("2026-11-22T12:00")  # Monday there
        assert (await app.weekly.due_now(HOME)).week == "2026-W48"


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
    async def test_holds_songs_for_everybody_and_is_found_again(self, app: App) -> None:
        await configure(app)
        post = await app.weekly.prepare(await app.weekly.due_now(HOME))
        assert (len(post.slots), post.member, post.query["week"]) == (LENGTH, None, "2026-W47")
        assert len({app.library.songs[slot.song].artist for slot in post.slots}) == LENGTH
        run = await app.store.discovery.run(HOME, "2026-W47")
        assert run is not None
        assert (run.state, run.post) == ("claimed", post.id)

    async def test_is_made_once_by_whoever_comes_first(self, app: App) -> None:
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        made = await asyncio.gather(*(app.weekly.prepare(asked) for _ in range(3)), return_exceptions=True)
        assert sorted(type(each).__name__ for each in made) == ["DiscoveryDone", "DiscoveryDone", "Post"]

    async def test_that_is_there_is_linked_to_whoever_asks_again(self, app: App) -> None:
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        post = await app.weekly.prepare(asked)
        await app.weekly.confirm(asked, post, MessageId(9))
        with pytest.raises(DiscoveryDone) as done:
            await app.weekly.prepare(asked)
        assert (done.value.week, done.value.channel_id, done.value.message_id) == ("2026-W47", CHANNEL, 9)
        sent = await app.picker.post(post.id)
        assert sent is not None
        assert (sent.channel, sent.message) == (CHANNEL, 9)
        assert await app.weekly.interrupted() == []

    async def test_of_next_week_repeats_no_song(self, app: App, time: Time) -> None:
        await configure(app)
        songs: list[int] = []
        for week in range(3):
            time.now += 7 * 86_400 * bool(week)
            asked = await app.weekly.due_now(HOME)
            post = await app.weekly.prepare(asked)
            await app.weekly.confirm(asked, post, MessageId(week))
            songs += [slot.song for slot in post.slots]
        assert len(set(songs)) == 3 * LENGTH

    async def test_with_nothing_new_gives_the_week_back(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await configure(app)
        asked = await app.weekly.due_now(HOME)

        async def all_songs(_server: ServerId, _kind: object = None) -> set[int]:
            return set(app.library.songs)

        monkeypatch.setattr(app.store.posts, "songs_of_server", all_songs)
        with pytest.raises(NothingLeft):
            await app.weekly.prepare(asked)
        assert await app.store.discovery.run(HOME, asked.week) is None

    async def test_that_discord_refuses_can_be_made_again(self, app: App) -> None:
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        refused = await app.weekly.prepare(asked)
        await app.weekly.refused(asked)
        assert await app.store.posts.get(refused.id) is None
        assert await app.store.posts.shown(since=0) == []
        again = await app.weekly.prepare(asked)
        # The same songs, but for those that are drawn: nobody has seen them.
        assert [slot.song for slot in again.slots if not slot.explored] == [
            slot.song for slot in refused.slots if not slot.explored
        ]


class TestAfterACrash:
    @pytest.mark.parametrize(
        ("message", "state"),
        [(MessageId(9), "confirmed"), (None, None)],
    )
    async def test_the_channel_decides_whether_the_post_was_made(
        self, app: App, time: Time, message: MessageId | None, state: str | None
    ) -> None:
        await configure(app)
        post = await app.weekly.prepare(await app.weekly.due_now(HOME))
        async with open_app(app.settings, now=lambda: time.now) as restarted:
            [run] = await restarted.weekly.interrupted()
            await restarted.weekly.found(run, message)
            settled = await restarted.store.discovery.run(HOME, "2026-W47")
            assert (settled and settled.state) == state
            assert await restarted.weekly.interrupted() == []
            if message is None:
                assert await restarted.store.posts.get(post.id) is None
            else:
                assert await restarted.store.posts.by_message(message) == replace(post, message=message)

    async def test_a_doubtful_week_is_neither_posted_again_nor_asked_about_again(self, app: App) -> None:
        await configure(app)
        asked = await app.weekly.due_now(HOME)
        await app.weekly.prepare(asked)
        [run] = await app.weekly.interrupted()
        await app.weekly.doubtful(run)
        assert await app.weekly.interrupted() == []
        with pytest.raises(DiscoveryDone):
            await app.weekly.prepare(asked)
