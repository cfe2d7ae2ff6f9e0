"""What a week is made of: every part, what falls back, who is named, and how the last week's answers change it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.errors import EmptyCatalog, NothingLeft
from bot.folding import fold
from bot.store.records import (
    BlockKind,
    ChannelId,
    DiscoverySettings,
    EventId,
    FeedbackEvent,
    MemberId,
    MessageId,
    Part,
    Post,
    PostKind,
    ServerId,
    ServerSettings,
    Slot,
    SongId,
    Verb,
)
from bot.store.tastes import ChoiceKind
from bot.usecases.composing import FEW_ANSWERS, Composition
from bot.usecases.picking import numbered
from bot.usecases.songs import credited
from bot.usecases.taste import DAY
from tests.conftest import settings as settings_for

HOME, CHANNEL = ServerId(1), ChannelId(2)
MEMBERS = tuple(MemberId(number) for number in range(10, 16))
ALICE, BOB = MEMBERS[:2]
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC).timestamp()
WEEKLY = DiscoverySettings(HOME, CHANNEL, 4, 18, "UTC", 30, since=0.0)


@dataclass
class Time:
    """The clock of a test."""

    now: float = NOW


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def rich(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue that says how well known songs are, in which every fortieth song has just come out; with its model."""
    folder = Path(shutil.copytree(starter, tmp_path_factory.mktemp("rich"), dirs_exist_ok=True))
    with closing(sqlite3.connect(folder / "segue.db")) as connection, connection:
        connection.execute(
            "UPDATE songs SET popularity = 10 + (length(artist) * 7919 + unicode(artist) * 31) % 90"
        )
        connection.execute("UPDATE songs SET released = '2026-11-06' WHERE id % 40 = 0")
        connection.execute("UPDATE songs SET released = '2026-12-24' WHERE id % 40 = 1")
    asyncio.run(_fitted(folder / "segue.db"))
    return folder


async def _fitted(database: Path) -> None:
    async with open_app(settings_for(database)):
        pass


@pytest.fixture
def known(rich: Path, tmp_path: Path) -> Path:
    """The same for one test."""
    return Path(shutil.copytree(rich, tmp_path / "known")) / "segue.db"


@pytest.fixture
async def app(known: Path, time: Time) -> AsyncGenerator[App]:
    async with open_app(settings_for(known), now=lambda: time.now, seed=1) as opened:
        yield opened


def genre(app: App, *names: str) -> list[SongId]:
    """The songs of some genres."""
    return [song for name in names for song in app.library.of_genre(name)]


async def say(
    app: App, member: MemberId, songs: Iterable[SongId], verb: Verb = Verb.LIKE, at: float = NOW
) -> None:
    """Many answers in one go."""
    said = [
        FeedbackEvent(EventId(0), HOME, member, song, verb, "command", None, None, None, at) for song in songs
    ]
    for event in await app.store.feedback.append(said, cause=None):
        app.library.learn(event, app.tastes.apply(event))


def unrated(app: App, name: str, count: int) -> list[SongId]:
    """Songs of a genre that nobody here has said anything of, one of an artist."""
    found: dict[str, SongId] = {}
    for song in genre(app, name):
        if song not in app.tastes.rated(HOME):
            found.setdefault(app.library.main_artist(song), song)
    return list(found.values())[:count]


async def settle(app: App) -> None:
    """Six members who like what they like."""
    kinds = ("jazz", "rock", "soul", "electronic", "folk", "hip hop")
    for member, kind in zip(MEMBERS, kinds, strict=True):
        songs = [song for song in genre(app, kind) if app.library.songs[song].released != "2026-11-06"]
        await say(app, member, songs[:8])


async def bring(app: App, member: MemberId, songs: Iterable[SongId]) -> None:
    for song in songs:
        await app.picker.named(PostKind.FOUND, server=HOME, member=member, slots=numbered([song]))


async def post(app: App, made: Composition, message: int) -> Post:
    """Make a composition a message."""
    written = await app.picker.publish(
        PostKind.WEEKLY, made.question, list(made.slots), channel=CHANNEL, query=made.query
    )
    await app.picker.sent(written, CHANNEL, MessageId(message))
    return written


def parts(made: Composition) -> Counter[Part | None]:
    return Counter(slot.part for slot in made.slots)


def of(made: Composition, part: Part) -> list[Slot]:
    return [slot for slot in made.slots if slot.part is part]


class TestTheMix:
    async def test_has_every_part_in_its_order_with_a_reason_for_each_song(self, app: App) -> None:
        await settle(app)
        await bring(app, ALICE, unrated(app, "ambient", 6))
        made = await app.composer.compose(WEEKLY, "2026-W47")
        assert parts(made) == {
            Part.ALL: 12,
            Part.MEMBERS: 6,
            Part.RELEASES: 4,
            Part.LITTLE_KNOWN: 4,
            Part.FINDS: 4,
        }
        assert [slot.number for slot in made.slots] == list(range(1, 31))
        assert list(dict.fromkeys(slot.part for slot in made.slots)) == list(Part)
        assert all(slot.reasons for slot in made.slots)
        assert made.query == {"week": "2026-W47", "dial": "balanced"}

    @pytest.mark.parametrize("count", [5, 7, 10, 25, 30])
    async def test_has_as_many_songs_as_wanted_and_one_of_an_artist(self, app: App, count: int) -> None:
        await settle(app)
        await bring(app, ALICE, unrated(app, "ambient", 6))
        made = await app.composer.compose(replace(WEEKLY, count=count), "2026-W47")
        artists = [fold(name) for slot in made.slots for name in credited(app.library.songs[slot.song])]
        assert len(made.slots) == count
        assert max(Counter(artists).values()) == 1
        assert parts(made).keys() == set(Part)

    async def test_holds_nothing_that_was_rated_or_in_a_weekly_post_here(self, app: App, time: Time) -> None:
        await settle(app)
        seen: set[SongId] = set()
        for week in range(4):
            time.now = NOW + week * 7 * DAY
            made = await app.composer.compose(WEEKLY, f"2026-W{47 + week}")
            songs = {slot.song for slot in made.slots}
            assert not songs & (seen | app.tastes.rated(HOME))
            seen |= songs
            await post(app, made, week)

    async def test_of_some_parts_has_only_these_and_what_everybody_gets(self, app: App) -> None:
        await settle(app)
        chosen = replace(WEEKLY, count=10, parts=(Part.RELEASES, Part.MEMBERS))
        made = await app.composer.compose(chosen, "2026-W47")
        assert parts(made).keys() <= {Part.RELEASES, Part.MEMBERS, Part.ALL}
        assert made.slots[0].part is Part.RELEASES

    async def test_explores_with_a_written_propensity(self, app: App) -> None:
        await settle(app)
        made = await app.composer.compose(WEEKLY, "2026-W47")
        drawn = [slot for slot in made.slots if slot.explored]
        assert len(drawn) == 6
        assert all(slot.part is Part.ALL and 0 < slot.propensity < 1 for slot in drawn)
        assert all(slot.propensity == 1 for slot in made.slots if not slot.explored)
        written = await post(app, made, 1)
        app.picker.forget_posts()
        assert await app.picker.post(written.id) == replace(written, channel=CHANNEL, message=MessageId(1))

    @pytest.mark.parametrize(("count", "little", "much"), [(5, 1, 1), (10, 2, 1), (30, 6, 3)])
    async def test_explores_less_once_the_server_is_known(
        self, app: App, count: int, little: int, much: int
    ) -> None:
        chosen = replace(WEEKLY, count=count)
        await settle(app)
        made = await app.composer.compose(chosen, "2026-W47")
        assert sum(slot.explored for slot in made.slots) == little
        await say(app, ALICE, genre(app, "jazz")[8:28], Verb.SKIP)
        made = await app.composer.compose(chosen, "2026-W48")
        assert sum(slot.explored for slot in made.slots) == much

    async def test_is_written_by_asking_for_nothing(self, app: App) -> None:
        await settle(app)
        await app.composer.compose(WEEKLY, "2026-W47")
        assert await app.store.posts.songs_of_server(HOME) == set()

    async def test_of_an_empty_catalogue_there_is_none(self, database: Path) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            for table in (
                "song_tags",
                "track_ids",
                "song_details",
                "enquiries",
                "playlist_songs",
                "audio_features",
                "songs",
            ):
                connection.execute(f"DELETE FROM {table}")
        async with open_app(settings_for(database)) as app:
            with pytest.raises(EmptyCatalog):
                await app.composer.compose(WEEKLY, "2026-W47")

    async def test_of_what_is_known_already_there_is_none(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def all_songs(_server: ServerId, _kind: object = None) -> set[SongId]:
            return set(app.library.songs)

        monkeypatch.setattr(app.store.posts, "songs_of_server", all_songs)
        with pytest.raises(NothingLeft):
            await app.composer.compose(WEEKLY, "2026-W47")


class TestNewReleases:
    async def test_came_out_within_eight_weeks_and_are_out(self, app: App) -> None:
        await settle(app)
        made = await app.composer.compose(WEEKLY, "2026-W47")
        assert {app.library.songs[slot.song].released for slot in of(made, Part.RELEASES)} == {"2026-11-06"}

    async def test_that_are_none_any_more_leave_their_place_to_everybody(self, app: App, time: Time) -> None:
        await settle(app)
        time.now += 100 * DAY
        made = await app.composer.compose(replace(WEEKLY, parts=(Part.ALL, Part.RELEASES)), "2027-W08")
        assert {app.library.songs[slot.song].released for slot in of(made, Part.RELEASES)} <= {"2026-12-24"}
        time.now += 100 * DAY
        made = await app.composer.compose(replace(WEEKLY, parts=(Part.ALL, Part.RELEASES)), "2027-W22")
        assert parts(made) == {Part.ALL: 30}


class TestLittleKnown:
    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
    async def test_have_their_stated_share(self, app: App, share: float) -> None:
        await settle(app)
        await app.choices.change(HOME, ALICE, ServerSettings(little_known=share))
        made = await app.composer.compose(WEEKLY, "2026-W47")
        little = app.library.little_known(slot.song for slot in made.slots)
        assert {slot.song for slot in of(made, Part.LITTLE_KNOWN)} <= little
        assert len(little) >= share * 30

    async def test_have_it_where_their_part_is_off(self, app: App) -> None:
        await settle(app)
        await app.choices.change(HOME, ALICE, ServerSettings(little_known=0.5))
        made = await app.composer.compose(replace(WEEKLY, parts=(Part.ALL,)), "2026-W47")
        assert parts(made) == {Part.ALL: 30}
        assert len(app.library.little_known(slot.song for slot in made.slots)) >= 15

    async def test_are_nobody_where_no_source_tells(self, database: Path, time: Time) -> None:
        async with open_app(settings_for(database), now=lambda: time.now, seed=1) as app:
            await settle(app)
            made = await app.composer.compose(WEEKLY, "2026-W47")
            assert Part.LITTLE_KNOWN not in parts(made)
            assert len(made.slots) == 30


class TestOneForEachMember:
    async def test_is_chosen_for_who_was_active(self, app: App, time: Time) -> None:
        await say(app, ALICE, genre(app, "jazz")[:8])
        time.now += 60 * DAY
        await say(app, BOB, genre(app, "rock")[:8], at=time.now)
        assert app.composer.active(HOME) == [BOB]
        assert len(of(await app.composer.compose(WEEKLY, "2027-W03"), Part.MEMBERS)) == 1

    async def test_names_only_who_agreed_and_did_not_hide(self, app: App) -> None:
        await settle(app)
        for member in MEMBERS[:3]:
            await app.portraits.show(HOME, member, visible=True)
        await app.choices.choose(HOME, MEMBERS[2], hidden=True)
        made = await app.composer.compose(WEEKLY, "2026-W47")
        whom = [slot.whom for slot in of(made, Part.MEMBERS)]
        assert sorted(filter(None, whom)) == list(MEMBERS[:2])
        assert whom.count(None) == 4

    async def test_is_forgotten_when_they_agree_no_longer(self, app: App) -> None:
        await settle(app)
        await app.portraits.show(HOME, ALICE, visible=True)
        written = await post(app, await app.composer.compose(WEEKLY, "2026-W47"), 1)
        await app.portraits.show(HOME, ALICE, visible=False)
        again = await app.picker.post(written.id)
        assert again is not None
        assert [slot.whom for slot in written.slots].count(ALICE) == 1
        assert not any(slot.whom for slot in again.slots)

    async def test_is_forgotten_with_them(self, app: App) -> None:
        await settle(app)
        await app.portraits.show(HOME, ALICE, visible=True)
        await bring(app, ALICE, unrated(app, "ambient", 1))
        written = await post(app, await app.composer.compose(WEEKLY, "2026-W47"), 1)
        await app.store.posts.forget(ALICE)
        app.picker.forget_posts()
        again = await app.picker.post(written.id)
        assert again is not None
        assert not any(slot.whom or slot.brought for slot in again.slots)

    async def test_is_nothing_that_they_blocked(self, app: App) -> None:
        await say(app, ALICE, genre(app, "jazz")[:4])
        first = of(await app.composer.compose(WEEKLY, "2026-W47"), Part.MEMBERS)
        await app.blocks.add(HOME, ALICE, BlockKind.ARTIST, app.library.main_artist(first[0].song))
        await app.blocks.add(HOME, ALICE, BlockKind.GENRE, "rock")
        made = of(await app.composer.compose(WEEKLY, "2026-W47"), Part.MEMBERS)
        assert len(made) == 1
        assert made[0].song not in app.blocks.songs(HOME, ALICE)

    async def test_comes_to_everybody_in_turn(self, app: App, time: Time) -> None:
        await settle(app)
        for member in MEMBERS:
            await app.portraits.show(HOME, member, visible=True)
        served: list[MemberId | None] = []
        for week in range(3):
            time.now = NOW + week * 7 * DAY
            made = await app.composer.compose(replace(WEEKLY, count=10), f"2026-W{47 + week}")
            served += [slot.whom for slot in of(made, Part.MEMBERS)]
        assert sorted(filter(None, served)) == list(MEMBERS)

    async def test_comes_to_who_only_chose_to_begin_with(self, app: App) -> None:
        await app.choosing.choose(HOME, ALICE, ChoiceKind.GENRE, ["jazz"], offered=["jazz"])
        made = await app.composer.compose(WEEKLY, "2026-W47")
        assert app.composer.active(HOME) == [ALICE]
        assert len(of(made, Part.MEMBERS)) == 1
        jazz = set(genre(app, "jazz"))
        without = await app.composer.compose(replace(WEEKLY, server=ServerId(2)), "2026-W47")
        assert sum(s.song in jazz for s in made.slots) > sum(s.song in jazz for s in without.slots)


class TestWhatMembersBrought:
    async def test_comes_with_credit_unless_somebody_rated_it(self, app: App) -> None:
        await settle(app)
        rated, *others = unrated(app, "ambient", 5)
        await bring(app, BOB, others[:1])
        await bring(app, ALICE, [rated, *others])
        await say(app, BOB, [rated])
        found = of(await app.composer.compose(WEEKLY, "2026-W47"), Part.FINDS)
        credit = {slot.song: slot.brought for slot in found}
        assert credit.keys() <= set(others)
        assert credit[others[0]] == BOB, "who brought it first"
        assert set(credit.values()) <= {ALICE, BOB}

    async def test_of_an_ask_and_of_a_list_counts_too(self, app: App) -> None:
        await settle(app)
        asked, listed = unrated(app, "ambient", 2)
        for kind, song, member in ((PostKind.ASK, asked, ALICE), (PostKind.LIST, listed, BOB)):
            await app.picker.named(
                kind, server=HOME, member=MEMBERS[3], slots=[Slot(1, song, brought=member)]
            )
        found = of(await app.composer.compose(WEEKLY, "2026-W47"), Part.FINDS)
        assert {slot.song: slot.brought for slot in found} == {asked: ALICE, listed: BOB}

    async def test_is_of_this_server_alone_and_comes_once(self, app: App) -> None:
        await settle(app)
        [song] = unrated(app, "ambient", 1)
        await bring(app, ALICE, [song])
        elsewhere = await app.composer.compose(replace(WEEKLY, server=ServerId(2)), "2026-W47")
        assert of(elsewhere, Part.FINDS) == []
        made = await app.composer.compose(WEEKLY, "2026-W47")
        assert [slot.song for slot in of(made, Part.FINDS)] == [song]
        await post(app, made, 1)
        assert of(await app.composer.compose(WEEKLY, "2026-W48"), Part.FINDS) == []


class TestWhatManyBlocked:
    async def test_is_not_for_everybody(self, app: App) -> None:
        await say(app, ALICE, genre(app, "rock")[:6])
        await say(app, BOB, genre(app, "rock")[6:9])
        chosen = replace(WEEKLY, parts=(Part.ALL,))
        before = await app.composer.compose(chosen, "2026-W47")
        rock = set(genre(app, "rock"))
        assert any(slot.song in rock for slot in before.slots)
        await app.blocks.add(HOME, ALICE, BlockKind.GENRE, "rock")
        after = await app.composer.compose(chosen, "2026-W47")
        assert not any(slot.song in rock for slot in after.slots)


class TestLearning:
    async def test_a_weeks_answers_change_the_next_weeks_songs_and_parts(self, app: App, time: Time) -> None:
        """Two servers with one past: what they say of one week makes two different next weeks."""
        await settle(app)
        await bring(app, ALICE, unrated(app, "ambient", 12))
        first = await post(app, await app.composer.compose(WEEKLY, "2026-W47"), 1)
        time.now += 7 * DAY
        unanswered = await app.composer.compose(WEEKLY, "2026-W48")
        for member in MEMBERS:
            for slot in first.slots:
                if slot.brought == member:
                    continue
                verb = Verb.LIKE if slot.part in {Part.FINDS, Part.RELEASES} else Verb.SKIP
                await app.feedback.tap(
                    server=HOME,
                    member=member,
                    post=first,
                    slot=slot.number,
                    verb=verb,
                    cause=f"{member}:{slot.number}",
                )
        answered = await app.composer.compose(WEEKLY, "2026-W48")
        assert parts(answered)[Part.FINDS] > parts(unanswered)[Part.FINDS]
        assert parts(answered)[Part.RELEASES] > parts(unanswered)[Part.RELEASES]
        assert parts(answered)[Part.ALL] < parts(unanswered)[Part.ALL]
        assert parts(answered).keys() == set(Part)
        assert {s.song for s in answered.slots} != {s.song for s in unanswered.slots}
        assert answered.query["last"] == {
            "liked": 8,
            "of": 30,
            "members": 6,
            "favourite": next(slot.song for slot in first.slots if slot.part is Part.RELEASES),
            "voted": False,
        }

    async def test_artists_who_were_liked_less_than_usual_rest(self, app: App, time: Time) -> None:
        await settle(app)
        first = await post(app, await app.composer.compose(WEEKLY, "2026-W47"), 1)
        liked, ignored = ([slot.song for slot in first.slots[place::2]] for place in (0, 1))
        await say(app, BOB, liked, at=time.now)
        artists = {app.library.main_artist(song) for song in ignored}
        others = {
            app.library.main_artist(song): song
            for song in app.library.songs
            if song not in {slot.song for slot in first.slots} | app.tastes.rated(HOME)
            and app.library.main_artist(song) not in artists
        }
        # Little else is left, so that these artists come if they may.
        await say(app, MemberId(99), sorted(others.values())[20:], Verb.SKIP, at=time.now)

        async def next_week() -> set[str]:
            made = await app.composer.compose(replace(WEEKLY, count=10, parts=(Part.ALL,)), "2026-W48")
            return {app.library.main_artist(slot.song) for slot in made.slots}

        time.now += 7 * DAY
        assert await next_week() & artists, "one member alone says nothing of them"
        await say(app, ALICE, liked, at=time.now)
        assert not await next_week() & artists

    async def test_what_one_server_says_changes_nothing_elsewhere(self, app: App) -> None:
        await settle(app)
        first = await post(app, await app.composer.compose(WEEKLY, "2026-W47"), 1)
        await say(app, ALICE, [slot.song for slot in first.slots if slot.part is Part.RELEASES])
        assert app.composer.received([replace(first, server=ServerId(2))])[Part.RELEASES].answers == 0
        assert app.composer.received([first])[Part.RELEASES].likes == 4


class TestWithLittleToGoOn:
    async def test_it_says_so(self, app: App) -> None:
        assert (await app.composer.compose(WEEKLY, "2026-W47")).query["answers"] == 0
        songs = genre(app, "jazz")
        await say(app, ALICE, songs[: FEW_ANSWERS - 1])
        assert (await app.composer.compose(WEEKLY, "2026-W47")).query["answers"] == FEW_ANSWERS - 1
        await say(app, BOB, songs[:1])
        assert "answers" not in (await app.composer.compose(WEEKLY, "2026-W47")).query

    async def test_language_and_poll_go_with_the_post(self, app: App) -> None:
        made = await app.composer.compose(replace(WEEKLY, language="ja", poll=True), "2026-W47")
        assert (made.query["language"], made.query["poll"]) == ("ja", True)
