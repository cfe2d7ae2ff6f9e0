"""The end of a week: what the server thought of its post, and the poll on the best of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.cards import ids
from bot.errors import StoreBusy
from bot.store.records import ChannelId, DiscoverySettings, MemberId, Part, Post, PostKind, ServerId, Slot
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

HOUR, DAY = 3600.0, 86_400.0


async def begin(home: Home, **chosen: Any) -> Post:
    """A server with its first post, made at once; the next one comes in a week, at this hour."""
    now = home.env.now()
    server = ServerId(home.guild.id)
    settings = DiscoverySettings(
        server, ChannelId(home.channel.id), now.weekday(), now.hour, "UTC", 10, now.timestamp()
    )
    await home.app.store.discovery.configure(replace(settings, **chosen))
    await home.admin.slash(home.channel, "discovery now")
    [post] = await home.app.store.posts.past(PostKind.WEEKLY, server, 5)
    return post


def week(home: Home, post: Post) -> Shown:
    """A weekly post as it looks now."""
    for message in home.channel.history():
        shown = Shown(message)
        if ids.choose(post.id) in shown.ids:
            return shown
    raise AssertionError("there is no such post")


def polls(home: Home) -> list[discord.Message]:
    return [message for message in home.channel.history() if message.poll is not None]


async def like(home: Home, who: Any, post: Post, *numbers: int) -> None:
    for number in numbers:
        card = home.shown(await who.select(week(home, post).message, [str(number)]))
        await home.press(who, card, f":{number}:like")


def title(home: Home, post: Post, number: int) -> str:
    slot = post.slot(number)
    assert slot is not None
    return home.app.library.songs[slot.song].title


class TestAfterItsWeek:
    async def test_a_post_says_what_was_liked_the_best_first(self, home: Home) -> None:
        post = await begin(home)
        await like(home, home.alice, post, 3, 7)
        await like(home, home.bob, post, 7)
        await home.later(6 * DAY)
        assert "new to you all" in week(home, post).text
        await home.later(DAY + HOUR)
        closed = week(home, post)
        assert "what you made of it" in closed.text
        assert "You liked 2 of 10 songs · 2 of you answered" in closed.text
        favourite = title(home, post, 7)
        assert f"Your favourite: **{favourite}**" in closed.text
        assert closed.titles[:2] == [favourite, title(home, post, 3)]
        assert "<@" not in closed.text
        again = await home.app.picker.post(post.id)
        assert again is not None
        assert again.closed

    async def test_the_next_post_tells_how_the_last_was_received(self, home: Home) -> None:
        post = await begin(home)
        await like(home, home.alice, post, 2)
        await home.later(7 * DAY + HOUR)
        newest = home.last()
        assert f"last week you liked 1 of 10 songs · favourite: **{title(home, post, 2)}**" in newest.text
        assert "new to you all" in newest.text

    async def test_nobodys_answer_is_said_kindly_and_can_still_be_given(self, home: Home) -> None:
        post = await begin(home)
        await home.later(7 * DAY + HOUR)
        assert "Nobody has rated these songs yet" in week(home, post).text
        await restart(home)
        await like(home, home.alice, post, 4)
        again = week(home, post)
        assert "❤️ 1" in again.text
        assert "what you made of it" in again.text
        assert [each for each in again.ids if each.startswith("ex:v1:")]

    async def test_an_early_next_post_closes_the_one_before(self, home: Home) -> None:
        post = await begin(home)
        await home.later(3 * DAY)
        await home.app.store.discovery.stop(ServerId(home.guild.id))
        await begin_again(home)
        await home.later(2 * 60)
        assert "what you made of it" in week(home, post).text

    async def test_a_deleted_message_or_a_lost_permission_ends_it_quietly(self, home: Home) -> None:
        post = await begin(home)
        await week(home, post).message.delete()  # type: ignore[union-attr]
        await home.later(8 * DAY)
        again = await home.app.picker.post(post.id)
        assert again is not None
        assert again.closed

    async def test_a_refused_edit_is_tried_again(self, home: Home) -> None:
        post = await begin(home)
        assert post.message is not None
        await home.app.store.discovery.stop(ServerId(home.guild.id))
        route = f"/channels/{home.channel.id}/messages/{post.message}"
        home.env.inject_error("PATCH", route, status=400, code=50035)
        await home.later(7 * DAY + 60)
        assert "new to you all" in week(home, post).text
        await home.later(HOUR)
        assert "what you made of it" in week(home, post).text

    async def test_one_that_hangs_or_breaks_holds_up_no_new_post(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post = await begin(home)

        async def hanging(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        with monkeypatch.context() as patch:
            patch.setattr("cogs.closing.WITHIN", 0.0)
            patch.setattr(discord.PartialMessage, "edit", hanging)
            await home.later(7 * DAY)
        assert "Week 2" in home.last().text
        assert "new to you all" in week(home, post).text
        with monkeypatch.context() as patch:
            patch.setattr("cogs.closing.weekly_card", breaking)
            await home.later(7 * DAY)
        assert "Week 3" in home.last().text
        await home.later(HOUR)
        assert "what you made of it" in week(home, post).text

    async def test_an_error_that_nobody_thought_of_stops_the_clock_for_a_minute_only(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await begin(home)
        with monkeypatch.context() as patch:
            patch.setattr(type(home.app.closing), "due_to_poll", breaking)
            patch.setattr(type(home.app.weekly), "look", breaking)
            await home.later(7 * DAY)
        assert "Week 1" in home.last().text
        await home.later(60)
        assert "Week 2" in home.last().text

    async def test_it_speaks_the_language_that_was_set(self, home: Home) -> None:
        post = await begin(home, language="de")
        assert "Woche" in week(home, post).text
        await like(home, home.alice, post, 1)
        assert "Woche" in week(home, post).text
        await home.later(7 * DAY + HOUR)
        assert "was ihr davon haltet" in week(home, post).text


def breaking(*_: object, **__: object) -> None:
    """Something that is wrong in the program."""
    raise ValueError("nobody thought of this")


async def begin_again(home: Home) -> None:
    """The next week's post, before its time."""
    await home.later(4.5 * DAY)
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")


class TestThePoll:
    async def test_is_on_the_best_four_and_its_winner_is_the_favourite(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2, 3, 4, 5)
        await like(home, home.bob, post, 5)
        await home.later(4.5 * DAY)
        assert polls(home) == []
        await home.later(DAY)
        [message] = polls(home)
        assert message.poll is not None
        best = title(home, post, 5)
        assert message.poll.answers[0].text.startswith(best)
        assert len(message.poll.answers) == 4
        assert "which song was the best?" in message.poll.question
        await home.alice.vote(message, answer=2)
        await home.bob.vote(message, answer=2)
        await home.admin.vote(message, answer=1)
        await home.later(2 * DAY)
        closed = week(home, post).text
        assert f"Your favourite, by vote: **{title(home, post, 1)}**" in closed
        assert len(polls(home)) == 1
        assert f"favourite: **{title(home, post, 1)}**" in home.last().text

    async def test_without_votes_leaves_it_to_the_likes(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 6, 8)
        await home.later(5.5 * DAY)
        assert len(polls(home)) == 1
        await home.later(2 * DAY)
        assert f"Your favourite: **{title(home, post, 6)}**" in week(home, post).text

    @pytest.mark.parametrize("liked", [(), (3,)])
    async def test_is_none_where_there_is_no_choice(self, home: Home, liked: tuple[int, ...]) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, *liked)
        await home.later(6 * DAY)
        assert polls(home) == []

    async def test_is_none_where_it_is_not_wanted(self, home: Home) -> None:
        post = await begin(home)
        await like(home, home.alice, post, 1, 2)
        await home.later(6 * DAY)
        assert polls(home) == []

    async def test_is_left_out_where_it_is_not_allowed(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2)
        home.env.inject_error("POST", f"/channels/{home.channel.id}/messages", status=403, code=50013)
        await home.later(5.5 * DAY)
        await home.later(HOUR)
        assert polls(home) == []
        await home.later(1.5 * DAY)
        assert "what you made of it" in week(home, post).text

    async def test_cut_off_on_its_way_is_found_and_not_sent_again(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2)

        async def crash(*_: object) -> None:
            raise StoreBusy("power cut")

        with monkeypatch.context() as patch:
            patch.setattr(type(home.app.closing), "poll_sent", crash)
            await home.later(5.5 * DAY)
        assert len(polls(home)) == 1
        assert len(await home.app.closing.interrupted_polls()) == 1
        await restart(home)
        await home.later(HOUR)
        assert len(polls(home)) == 1
        assert await home.app.closing.interrupted_polls() == []

    async def test_that_never_left_is_sent_after_all(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2)
        await home.later(4.9 * DAY)
        with home.env.time_context():
            await home.app.closing.claim_poll(post)
        await restart(home)
        await home.later(5 * HOUR)
        await home.later(HOUR)
        assert len(polls(home)) == 1

    async def test_that_was_deleted_decides_nothing(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2)
        await home.later(5.5 * DAY)
        [message] = polls(home)
        await message.delete()
        await home.later(2 * DAY)
        assert "Your favourite: " in week(home, post).text

    async def test_that_ends_after_the_post_was_closed_still_names_the_favourite(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2)
        await home.later(5.1 * DAY)
        [message] = polls(home)
        await home.alice.vote(message, answer=2)
        with home.env.time_context():
            await home.app.closing.closed(await home.app.closing.concluded(post))
        await home.later(2 * DAY)
        assert f"by vote: **{title(home, post, 2)}**" in week(home, post).text

    async def test_is_claimed_once_by_several(self, home: Home) -> None:
        post = await begin(home, poll=True)
        await like(home, home.alice, post, 1, 2)
        claims = await asyncio.gather(*(home.app.closing.claim_poll(post) for _ in range(5)))
        assert len([claim for claim in claims if claim is not None]) == 1


async def test_who_brought_a_song_does_not_rate_it(home: Home) -> None:
    for song in sorted(home.app.library.songs)[100:130:10]:
        await home.app.picker.named(
            PostKind.FOUND,
            server=ServerId(home.guild.id),
            member=MemberId(home.alice.id),
            slots=[Slot(1, song)],
        )
    post = await begin(home)
    found = next(slot for slot in post.slots if slot.part is Part.FINDS)
    assert f"brought by <@{home.alice.id}>" in week(home, post).text
    card = home.shown(await home.alice.select(week(home, post).message, [str(found.number)]))
    refused = home.shown(await home.press(home.alice, card, f":{found.number}:like"))
    assert "❤️ 1" not in week(home, post).text
    assert refused.private
    await like(home, home.bob, post, found.number)
    assert "❤️ 1" in week(home, post).text


async def test_reactions_under_the_whole_post_rate_nothing(home: Home) -> None:
    post = await begin(home)
    await home.alice.react(week(home, post).message, "❤️")
    assert "❤️ 1" not in week(home, post).text


async def test_a_members_own_mix_neither_closes_the_post_nor_is_closed_like_one(home: Home) -> None:
    post = await begin(home)
    soon = home.env.now() + timedelta(hours=1)
    await home.alice.slash(
        home.channel, "mydiscovery start", weekday=soon.weekday(), hour=soon.hour, timezone="UTC"
    )
    await home.later(2 * HOUR)
    [mix] = [Shown(each) for each in home.alice.user.dm_channel.history()]
    assert "new to you all" in week(home, post).text
    await home.app.store.discovery.stop(ServerId(home.guild.id))
    await home.app.own.stop(ServerId(home.guild.id), MemberId(home.alice.id))
    await home.later(8 * DAY)
    assert "what you made of it" in week(home, post).text
    [again] = [Shown(each) for each in home.alice.user.dm_channel.history()]
    assert again.text == mix.text
