"""Picking: what was shown rests, what was shown is written down, and a server gets only what is new to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import App, open_app
from bot.errors import EmptyCatalog
from bot.store.radio_query import RadioQuery
from bot.store.records import (
    ChannelId,
    Heard,
    Listened,
    MemberId,
    MessageId,
    Post,
    PostKind,
    ServerId,
    Slot,
    SongId,
    Verb,
)
from bot.usecases.picking import REST_DAYS, Question, asking, at_hand
from bot.usecases.taste import DAY
from recommender import Engine, ItemId, Query, Recommended
from tests.conftest import settings as settings_for

HOME, ALICE, BOB = ServerId(1), MemberId(10), MemberId(11)
ASKED = Question(HOME, ALICE, count=5, per_artist=100)
FOR_ALL = Question(HOME, None, count=5, whole_server=True, per_artist=100)


@dataclass
class Time:
    """The clock of a test."""

    now: float = 1.79e9


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def app(database: Path, time: Time) -> AsyncGenerator[App]:
    async with open_app(settings_for(database), now=lambda: time.now, seed=1) as opened:
        yield opened


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[Query]:
    """What the engine is asked, in this order."""
    asked: list[Query] = []
    recommending = Engine.recommending

    def listened(engine: Engine, query: Query, **given: Any) -> Generator[None, None, Recommended]:
        asked.append(query)
        return recommending(engine, query, **given)

    monkeypatch.setattr(Engine, "recommending", listened)
    return asked


async def show(app: App, question: Question = ASKED) -> Post:
    """Pick and publish."""
    kind = PostKind.WEEKLY if question.whole_server else PostKind.RECOMMEND
    slots = await app.picker.pick(question)
    return await app.picker.publish(kind, question, slots, channel=None, query={})


def songs(*posts: Post) -> set[SongId]:
    return {slot.song for post in posts for slot in post.slots}


def all_but(app: App, count: int) -> set[SongId]:
    """Every song of the catalogue except a few."""
    return set(sorted(app.library.songs)[count:])


class TestRest:
    async def test_what_was_shown_is_not_shown_again_for_a_week(self, app: App, time: Time) -> None:
        first = await show(app)
        time.now += REST_DAYS * DAY
        second = await show(app)
        assert not songs(first) & songs(second)
        time.now += 1
        assert songs(await show(app)) == songs(first)

    async def test_a_restart_repeats_nothing(self, app: App, time: Time) -> None:
        first = await show(app)
        async with open_app(app.settings, now=lambda: time.now) as restarted:
            assert not songs(first) & songs(await show(restarted))

    async def test_others_may_see_what_one_member_saw(self, app: App) -> None:
        first = await show(app)
        assert songs(await show(app, replace(ASKED, member=BOB))) == songs(first)
        assert songs(await show(app, replace(ASKED, server=ServerId(2)))) == songs(first)

    async def test_ends_early_when_nothing_else_is_left(self, app: App) -> None:
        few = replace(ASKED, leave_out=all_but(app, 7))
        first, second = await show(app, few), await show(app, few)
        assert len(first.slots) == len(second.slots) == 5
        assert len(songs(first, second)) <= 7

    async def test_never_ends_for_what_was_left_out_or_answered(self, app: App) -> None:
        few = replace(ASKED, leave_out=all_but(app, 7))
        first = await show(app, few)
        for slot in first.slots[:3]:
            await app.feedback.say(server=HOME, member=ALICE, song=slot.song, verb=Verb.SKIP, cause="")
        assert songs(await show(app, few)) == set(sorted(app.library.songs)[:7]) - {
            slot.song for slot in first.slots[:3]
        }


class TestTheBook:
    async def test_holds_every_slot_with_its_probability(self, app: App) -> None:
        post = await show(app, replace(ASKED, count=10, explore=3))
        async with app.store.db.read() as connection:
            found = await connection.execute(
                text(
                    "SELECT slot, song_id, member_id, score, propensity FROM impressions WHERE post_id = :post"
                ),
                {"post": post.id},
            )
            written: list[tuple[Any, ...]] = [tuple(row) for row in found]
        assert written == [(s.number, s.song, ALICE, s.score, s.propensity) for s in post.slots]
        assert [slot.number for slot in post.slots] == list(range(1, 11))
        drawn = [slot for slot in post.slots if slot.explored]
        assert len(drawn) == 3
        assert all(0 < slot.propensity < 1 for slot in drawn)
        assert {slot.propensity for slot in post.slots if not slot.explored} == {1.0}
        assert all(slot.reasons[-1].kind == "explore" for slot in drawn)

    async def test_holds_nothing_for_a_song_that_was_named(self, app: App) -> None:
        await app.picker.single(server=HOME, member=ALICE, song=SongId(1))
        assert await app.store.posts.shown(since=0) == []

    async def test_is_read_where_memory_has_forgotten(
        self, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(at_hand, "CACHED_POSTS", 1)
        first, second = await show(app), await show(app)
        assert await app.picker.post(second.id) == second
        again = await app.picker.post(first.id)
        assert again is not first
        assert again == first


class TestForTheWholeServer:
    async def test_where_too_few_are_new_what_was_only_shown_comes_again(self, app: App) -> None:
        seen = await show(app)
        rated = SongId(max(app.library.songs))
        await app.feedback.say(server=HOME, member=BOB, song=rated, verb=Verb.LIKE, cause="1")
        few = replace(FOR_ALL, leave_out=set(app.library.songs) - songs(seen) - {rated})
        again = {slot.song for slot in await app.picker.pick(few)}
        assert again
        assert again <= songs(seen), "rated songs never"

    async def test_what_anybody_ever_rated_is_not_new_even_when_taken_back(self, app: App) -> None:
        [best] = await app.picker.pick(replace(FOR_ALL, count=1))
        elsewhere = replace(FOR_ALL, server=ServerId(2))
        await app.feedback.say(server=ServerId(2), member=BOB, song=best.song, verb=Verb.LIKE, cause="1")
        [said] = app.tastes.events()
        app.tastes.apply(replace(said, verb=Verb.UNDO, undoes=said.id))
        assert best.song in {slot.song for slot in await app.picker.pick(FOR_ALL)}, "another server's matter"
        assert best.song not in {slot.song for slot in await app.picker.pick(elsewhere)}

    async def test_three_voices_are_several(self, app: App, queries: list[Query]) -> None:
        for number in range(asking.SEVERAL):
            await app.picker.pick(FOR_ALL)
            await app.picker.pick(replace(ASKED, member=MemberId(40 + number)))
            await app.feedback.say(
                server=HOME, member=MemberId(40 + number), song=SongId(1), verb=Verb.LIKE, cause=f"{number}"
            )
        assert not any(query.several for query in queries)
        queries.clear()
        await app.picker.pick(FOR_ALL)
        await app.picker.pick(ASKED)
        assert [query.several for query in queries] == [True, False]

    async def test_rest_is_not_cut_short(self, app: App) -> None:
        few = replace(FOR_ALL, leave_out=all_but(app, 7))
        assert len((await show(app, few)).slots) == 5
        assert len((await show(app, few)).slots) == 2
        assert await app.picker.pick(few) == []


async def test_a_seed_is_answered_by_what_is_like_it(app: App) -> None:
    seed = SongId(1)
    slots: list[Slot] = await app.picker.pick(replace(ASKED, seeds={seed: 1.0}))
    assert seed not in {slot.song for slot in slots}
    assert all(any(reason.kind == "seed" for reason in slot.reasons) for slot in slots)


async def test_without_songs_there_is_nothing_to_pick(tmp_path: Path) -> None:
    async with open_app(settings_for(tmp_path / "empty.db")) as app:
        with pytest.raises(EmptyCatalog):
            await app.picker.pick(ASKED)


class TestTrials:
    async def test_count_what_a_server_was_shown_and_liked(self, app: App) -> None:
        first, second = await show(app), await show(app, replace(ASKED, member=BOB))
        assert songs(first) == songs(second)
        liked = first.slots[0].song
        await app.feedback.say(server=HOME, member=ALICE, song=liked, verb=Verb.LIKE, cause="1")
        trials = app.picker.trials(HOME)
        assert trials == {song: (2, int(song == liked)) for song in songs(first)}
        assert len(trials) == 5
        assert not app.picker.trials(ServerId(2))

    async def test_are_the_same_after_a_restart(self, app: App, time: Time) -> None:
        post = await show(app)
        await show(app, FOR_ALL)
        await app.feedback.say(server=HOME, member=BOB, song=post.slots[1].song, verb=Verb.LIKE, cause="1")
        async with open_app(app.settings, now=lambda: time.now) as restarted:
            assert restarted.picker.trials(HOME) == dict(app.picker.trials(HOME))

    async def test_are_never_liked_more_often_than_shown(self, app: App) -> None:
        song = (await show(app)).slots[0].song
        for who in (ALICE, BOB):
            await app.feedback.say(server=HOME, member=who, song=song, verb=Verb.LIKE, cause=str(who))
        assert app.picker.trials(HOME)[ItemId(song)] == (1, 1)

    async def test_forget_what_discord_never_showed_and_what_was_only_named(
        self, app: App, time: Time
    ) -> None:
        post = await show(app)
        named = await app.picker.single(server=HOME, member=ALICE, song=post.slots[0].song)
        await app.picker.withdraw(named.id)
        assert app.picker.trials(HOME)[ItemId(post.slots[0].song)] == (1, 0)
        assert songs(post) <= app.picker.resting(HOME, ALICE, time.now), "it was shown in the other post"
        await app.picker.withdraw(post.id)
        assert app.picker.trials(HOME) == {}

    async def test_go_to_the_engine(self, app: App, queries: list[Query]) -> None:
        post = await show(app)
        queries.clear()
        await app.picker.pick(ASKED)
        assert queries[0].trials == dict.fromkeys(songs(post), (1, 0))


class TestDiscretion:
    """The card is seen by everybody, what a linked account tells is the member's alone."""

    @staticmethod
    def hears(app: App, time: Time, *, own: bool) -> SongId:
        song = app.library.resolve("teardrop massive attack").id
        app.tastes.listen(ALICE, [Listened(ALICE, HOME, song, Heard(9, 9, 0, time.now), own)])
        return song

    @staticmethod
    def named(slots: tuple[Slot, ...] | list[Slot]) -> set[int]:
        return {item for slot in slots for reason in slot.reasons for item in reason.items}

    async def test_a_reason_names_no_song_that_only_an_account_tells_of(self, app: App, time: Time) -> None:
        song = self.hears(app, time, own=False)
        assert song in self.named(await app.picker.pick(ASKED))
        self.hears(app, time, own=True)
        picked = await app.picker.pick(ASKED)
        assert song not in self.named(picked)
        assert any(slot.reasons for slot in picked)

    async def test_what_is_asked_from_was_named_by_who_asks(self, app: App, time: Time) -> None:
        song = self.hears(app, time, own=True)
        assert song in self.named(await app.picker.pick(replace(ASKED, seeds={song: 1.0})))

    async def test_a_radio_from_a_taste_does_not_name_it_either(self, app: App, time: Time) -> None:
        song = self.hears(app, time, own=True)
        post = await app.radio.start(server=HOME, member=ALICE, channel=None, query=RadioQuery())
        assert song not in self.named(post.slots)


def for_both() -> Question:
    """The same every time it is asked."""
    return Question(HOME, ALICE, count=4, together=(ALICE, BOB))


async def sent(app: App, post: Post) -> dict[MemberId, float]:
    """Show a post, and read what everybody is owed after it."""
    await app.picker.sent(post, ChannelId(1), MessageId(post.id))
    return {member: weight for (_, member), weight in (await app.store.blocks.debts()).items()}


class TestDebts:
    """Two members may ask for the same people at once: each list counts, and none for another one."""

    @pytest.fixture(autouse=True)
    async def tastes_apart(self, app: App) -> None:
        for who, named in ((ALICE, "glory box portishead"), (BOB, "back in black ac/dc")):
            song = app.library.resolve(named).id
            await app.feedback.say(server=HOME, member=who, song=song, verb=Verb.LIKE, cause=named)

    async def two(self, app: App) -> tuple[Post, Post]:
        """Two lists that are on their way at the same time."""
        questions = for_both(), for_both()
        slots = [await app.picker.pick(each) for each in questions]
        first, second = [
            await app.picker.publish(PostKind.RECOMMEND, question, picked, channel=None, query={})
            for question, picked in zip(questions, slots, strict=True)
        ]
        return first, second

    async def test_the_other_list_keeps_its_own_when_one_never_came(self, app: App) -> None:
        first, second = await self.two(app)
        await app.picker.withdraw(first.id)
        assert await app.store.blocks.debts() == {}
        assert (await sent(app, second)).keys() == {ALICE, BOB}

    async def test_both_lists_count(self, app: App) -> None:
        first, second = await self.two(app)
        after_one = await sent(app, first)
        after_two = await sent(app, second)
        less = min(after_one, key=lambda member: after_one[member])
        assert after_two[less] < after_one[less] < 1
        assert sum(after_two.values()) == pytest.approx(2)

    async def test_a_list_that_was_forgotten_on_its_way_owes_nobody_anything(self, app: App) -> None:
        first, second = await self.two(app)
        await app.picker.forget(member=BOB)
        assert await sent(app, first) == await sent(app, second) == {}
