"""Answers: one tap, one event, whatever Discord delivers twice and members press twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import App, open_app
from bot.errors import UnknownPost
from bot.store.radio_query import RadioQuery
from bot.store.records import (
    ChannelId,
    Counts,
    FeedbackEvent,
    MemberId,
    MessageId,
    Post,
    PostKind,
    ServerId,
    SongId,
    Verb,
)
from bot.store.wishes import Wish
from bot.usecases.feedback import Answer, verb_of

HOME, ALICE, BOB = ServerId(1), MemberId(10), MemberId(11)
MESSAGE = MessageId(500)


@pytest.fixture
async def post(app: App) -> Post:
    """Two songs that Alice asked for."""
    return await app.recommend.ask(server=HOME, member=ALICE, channel=ChannelId(2), wish=Wish(count=2))


@pytest.fixture
async def single(app: App) -> Post:
    """One song, in a message that takes reactions."""
    post = await app.recommend.ask(server=HOME, member=ALICE, channel=ChannelId(2), wish=Wish(count=1))
    await app.picker.sent(post, ChannelId(2), MESSAGE)
    return post


async def log(app: App) -> list[FeedbackEvent]:
    return [event async for event in app.store.feedback.replay()]


async def tap(app: App, post: Post, verb: Verb, cause: str, member: MemberId = ALICE) -> Answer:
    return await app.feedback.tap(server=HOME, member=member, post=post, slot=1, verb=verb, cause=cause)


async def react(
    app: App, emoji: str, *, added: bool = True, member: MemberId = ALICE, message: MessageId = MESSAGE
) -> Answer | None:
    return await app.feedback.react(server=HOME, member=member, message=message, emoji=emoji, added=added)


class TestButtons:
    async def test_the_same_answer_again_takes_it_back(self, app: App, post: Post) -> None:
        first = await tap(app, post, Verb.LIKE, "1")
        assert (first.verdict, first.counts, first.changed) == (Verb.LIKE, Counts(likes=1), True)
        assert first.song.id == post.slots[0].song
        again = await tap(app, post, Verb.LIKE, "2")
        assert (again.verdict, again.counts, again.changed) == (None, Counts(), True)
        assert [event.verb for event in await log(app)] == [Verb.LIKE, Verb.UNDO]

    async def test_another_answer_replaces_the_first(self, app: App, post: Post) -> None:
        await tap(app, post, Verb.LIKE, "1")
        assert (await tap(app, post, Verb.DISLIKE, "2")).counts == Counts(dislikes=1)

    async def test_taking_back_the_last_answer_leaves_none_standing(self, app: App, post: Post) -> None:
        await tap(app, post, Verb.LIKE, "1")
        await tap(app, post, Verb.SKIP, "2")
        assert (await tap(app, post, Verb.SKIP, "3")).verdict is None

    async def test_members_answer_for_themselves(self, app: App, post: Post) -> None:
        await tap(app, post, Verb.LIKE, "1")
        assert (await tap(app, post, Verb.LIKE, "2", member=BOB)).counts == Counts(likes=2)

    async def test_two_quick_presses_are_two_turns(self, app: App, post: Post) -> None:
        answers = await asyncio.gather(*(tap(app, post, Verb.LIKE, str(n)) for n in range(4)))
        assert [answer.verdict for answer in answers] == [Verb.LIKE, None, Verb.LIKE, None]

    async def test_one_press_delivered_twice_counts_once(self, app: App, post: Post) -> None:
        answers = await asyncio.gather(*(tap(app, post, Verb.LIKE, "1") for _ in range(3)))
        assert [answer.changed for answer in answers] == [True, False, False]
        assert {answer.verdict for answer in answers} == {Verb.LIKE}
        assert len(await log(app)) == 1

    async def test_one_press_delivered_twice_counts_once_after_other_answers(
        self, app: App, single: Post
    ) -> None:
        await react(app, "👍")
        await tap(app, single, Verb.SKIP, "1")
        repeated = await tap(app, single, Verb.SKIP, "1")
        assert (repeated.verdict, repeated.changed) == (Verb.SKIP, False)
        assert len(await log(app)) == 2

    async def test_without_toggle_the_same_answer_only_says_it_again(self, app: App, post: Post) -> None:
        for cause in ("1", "2"):
            answer = await app.feedback.tap(
                server=HOME, member=ALICE, post=post, slot=2, verb=Verb.SKIP, cause=cause, toggle=False
            )
            assert answer.counts == Counts(skips=1)

    @pytest.mark.parametrize(("server", "slot"), [(ServerId(2), 1), (HOME, 3), (HOME, 0)])
    async def test_a_card_of_another_server_or_without_that_song_is_unknown(
        self, app: App, post: Post, server: ServerId, slot: int
    ) -> None:
        with pytest.raises(UnknownPost):
            await app.feedback.tap(
                server=server, member=ALICE, post=post, slot=slot, verb=Verb.LIKE, cause="1"
            )
        assert await log(app) == []


class TestCommands:
    async def test_saying_the_same_again_changes_nothing(self, app: App) -> None:
        async def like(cause: str) -> Answer:
            return await app.feedback.say(
                server=HOME, member=ALICE, song=SongId(1), verb=Verb.LIKE, cause=cause
            )

        assert (await like("1")).changed
        again = await like("2")
        assert (again.changed, again.verdict, again.counts) == (False, Verb.LIKE, Counts(likes=1))
        assert len(await log(app)) == 1


class TestReactions:
    @pytest.mark.parametrize(
        ("emoji", "verb"),
        [
            ("❤️", Verb.LIKE),
            ("❤", Verb.LIKE),
            ("👍", Verb.LIKE),
            ("🔥", Verb.LIKE),
            ("⏭️", Verb.SKIP),
            ("⏭", Verb.SKIP),
            ("👎", Verb.DISLIKE),
            ("👍🏽", None),
            ("🎉", None),
            ("", None),
        ],
    )
    def test_mean_what_they_look_like(self, emoji: str, verb: Verb | None) -> None:
        assert verb_of(emoji) is verb

    async def test_added_or_removed_twice_count_once(self, app: App, single: Post) -> None:
        answers = [await react(app, "❤️"), await react(app, "❤")]
        assert [answer and (answer.verdict, answer.changed) for answer in answers] == [
            (Verb.LIKE, True),
            (Verb.LIKE, False),
        ]
        removed = await react(app, "❤️", added=False)
        assert removed is not None
        assert (removed.verdict, removed.changed) == (None, True)
        assert await react(app, "❤️", added=False) is None
        assert len(await log(app)) == 2

    async def test_of_two_kinds_each_counts_until_it_is_removed(self, app: App, single: Post) -> None:
        await react(app, "❤️")
        await react(app, "👎")
        left = await react(app, "👎", added=False)
        assert left is not None
        assert left.verdict is Verb.LIKE

    async def test_are_remembered_after_a_restart(self, app: App, single: Post) -> None:
        await react(app, "❤️")
        async with open_app(app.settings) as restarted:
            again = await react(restarted, "❤️")
            assert again is not None
            assert not again.changed
            removed = await react(restarted, "❤️", added=False)
            assert removed is not None
            assert removed.counts == Counts()

    async def test_do_not_take_back_what_a_button_said(self, app: App, single: Post) -> None:
        await tap(app, single, Verb.LIKE, "1")
        assert await react(app, "❤️", added=False) is None
        assert app.tastes.counts(HOME, single.slots[0].song) == Counts(likes=1)

    async def test_mean_nothing_elsewhere(self, app: App, post: Post, single: Post) -> None:
        await app.picker.sent(post, ChannelId(2), MessageId(501))
        assert await react(app, "❤️", message=MessageId(501)) is None, "which of the two songs?"
        assert await react(app, "❤️", message=MessageId(502)) is None, "not a message of ours"
        assert await react(app, "🎉") is None
        abroad = await app.feedback.react(
            server=ServerId(2), member=ALICE, message=MESSAGE, emoji="❤️", added=True
        )
        assert abroad is None
        assert await log(app) == []

    async def test_answer_the_song_that_a_radio_plays_now(self, app: App) -> None:
        radio = await app.radio.start(
            server=HOME, member=ALICE, channel=ChannelId(2), query=RadioQuery(seed=SongId(1))
        )
        await app.picker.sent(radio, ChannelId(2), MESSAGE)
        await react(app, "❤️")
        longer = await app.radio.next(radio, 1)
        await react(app, "❤️", member=BOB)
        assert longer.kind is PostKind.RADIO
        for slot in longer.slots:
            assert app.tastes.counts(HOME, slot.song) == Counts(likes=1), slot.number


async def test_an_answer_is_felt_by_the_next_recommendation(app: App, post: Post) -> None:
    liked = SongId(100)
    assert post.query["unknown"] is True
    await app.feedback.say(server=HOME, member=ALICE, song=liked, verb=Verb.LIKE, cause="1")
    following = await app.recommend.ask(server=HOME, member=ALICE, channel=None)
    assert following.query["unknown"] is False
    assert any(liked in reason.items for slot in following.slots for reason in slot.reasons)
    assert liked not in {slot.song for slot in following.slots}
