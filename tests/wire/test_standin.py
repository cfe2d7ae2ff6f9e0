"""The stand-in speaks Discord's protocol well enough for an unchanged discord.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from tests.openapi import DOCUMENT, Judge
from tests.wire.bare_bot import COVER, BareBot
from tests.wire.messages import Message
from tests.wire.standin import WireDiscord
from tests.wire.world import Channel, Guild, Member

HEART = "❤️"
CALLBACK = "/interactions/*/*/callback"


@asynccontextmanager
async def running(discord_: WireDiscord) -> AsyncGenerator[BareBot]:
    async with BareBot() as bot:
        task = asyncio.create_task(bot.start("token"))
        before = discord_.gateway.identified
        try:
            await discord_.ready(before + 1)
            yield bot
        finally:
            await bot.close()
            await task


class Scene:
    """A server with one channel and alice, the bot running in it."""

    def __init__(
        self, discord_: WireDiscord, bot: BareBot, guild: Guild, channel: Channel, alice: Member
    ) -> None:
        self.discord = discord_
        self.bot = bot
        self.guild = guild
        self.channel = channel
        self.alice = alice

    async def card(self) -> Message:
        done = await self.discord.slash(self.alice, self.channel, "card", {"song": "1"})
        assert done.response_message is not None
        return done.response_message

    async def counted(self, count: int) -> None:
        while len(self.bot.reactions) != count:
            await self.bot.wait_for("counted", timeout=20)


@pytest.fixture
async def scene() -> AsyncGenerator[Scene]:
    judge = Judge.load() if DOCUMENT.exists() else None
    async with WireDiscord(judge) as discord_:
        guild = discord_.add_guild("home")
        channel, alice = guild.add_channel("music"), guild.add_member("alice")
        with discord_.routed():
            async with running(discord_) as bot:
                yield Scene(discord_, bot, guild, channel, alice)
        assert discord_.refusals == []
        assert discord_.rest.unknown == []
        if judge is not None:
            assert judge.total == len(discord_.requests)


async def test_commands_are_synced_and_keep_their_ids(scene: Scene) -> None:
    before = {command["name"]: command["id"] for command in scene.discord.application.known(scene.guild.id)}
    assert set(before) == {"card", "later"}
    synced = await scene.bot.tree.sync()
    assert {command.name: str(command.id) for command in synced} == before
    assert [command.id for command in await scene.bot.tree.fetch_commands()] == [
        command.id for command in synced
    ]


async def test_the_connection_is_compressed_as_asked(scene: Scene) -> None:
    assert [connection.zip is not None for connection in scene.discord.gateway.connections] == [True]


async def test_a_slash_command_is_answered_by_a_card(scene: Scene) -> None:
    done = await scene.discord.slash(scene.alice, scene.channel, "card", {"song": "1", "count": 2})
    assert done.acknowledged
    assert not done.ephemeral
    assert done.dispatched_at <= (done.acknowledged_at or 0) <= (done.answered_at or 0)
    assert done.callback_type == 4
    assert "Teardrop** · pressed 2 times" in done.text
    assert [component["type"] for component in done.components] == [17, 9, 10, 11, 1, 2, 2, 2]
    message = done.response_message
    assert message is not None
    assert scene.channel.posted == [message]
    assert [(file.filename, file.data) for file in message.files] == [("cover.png", COVER)]
    assert done.components[3]["media"]["url"] == message.files[0].url


async def test_the_cover_can_be_fetched(scene: Scene) -> None:
    message = await scene.card()
    assert await scene.bot.http.get_from_cdn(message.files[0].url) == COVER


async def test_a_deferred_answer(scene: Scene) -> None:
    done = await scene.discord.slash(scene.alice, scene.channel, "later")
    assert done.callback_type == 5
    assert done.ephemeral
    assert done.text == "here it is"
    await scene.discord.until(lambda: len(done.followups) == 1)
    assert done.followups[0].content == "and one more"
    assert scene.channel.posted == []


async def test_a_press_changes_the_card(scene: Scene) -> None:
    message = await scene.card()
    done = await scene.discord.press(scene.alice, message, "bare:1:0:like")
    assert done.callback_type == 7
    assert done.response_message is message
    assert message.edits == 1
    assert message.custom_ids == ["bare:1:1:like", "bare:1:1:skip", "bare:1:1:dislike"]
    assert "pressed 1 times" in message.text
    assert done.components[3]["media"]["url"] == message.files[0].url
    with pytest.raises(LookupError, match="no 'bare:1:0:like'"):
        await scene.discord.press(scene.alice, message, "bare:1:0:like")


async def test_fifty_presses_at_once(scene: Scene) -> None:
    message = await scene.card()
    members = [scene.guild.add_member(f"member {number}") for number in range(50)]
    presses = [scene.discord.press(member, message, "bare:1:0:like") for member in members]
    done = await asyncio.gather(*presses)
    assert all(press.answered for press in done)
    assert len({press.id for press in done}) == 50
    assert message.edits == 50


async def test_autocomplete(scene: Scene) -> None:
    found = await scene.discord.autocomplete(scene.alice, scene.channel, "card", "song", "tear")
    assert found == [{"name": "Teardrop", "value": "1"}]
    assert await scene.discord.autocomplete(scene.alice, scene.channel, "card", "song", "nothing") == []


async def test_reactions(scene: Scene) -> None:
    message = await scene.card()
    await scene.discord.react(scene.alice, message, HEART)
    await scene.discord.react(scene.alice, message, HEART)
    await scene.counted(1)
    assert scene.bot.reactions == [(scene.alice.id, HEART)]
    await scene.discord.unreact(scene.alice, message, HEART)
    await scene.counted(0)
    partial = scene.bot.get_partial_messageable(scene.channel.id).get_partial_message(message.id)
    await partial.add_reaction(HEART)
    assert message.reactions == {HEART: [scene.discord.world.bot.id]}
    await partial.remove_reaction(HEART, discord.Object(scene.discord.world.bot.id))
    assert message.reactions == {}


async def test_a_dropped_connection_is_resumed_and_nothing_is_missed(scene: Scene) -> None:
    message = await scene.card()
    await scene.discord.drop_connection(wait=False)
    done = await scene.discord.press(scene.alice, message, "bare:1:0:like")
    assert done.answered
    assert scene.discord.gateway.identified == 1
    assert scene.discord.gateway.resumed == 1
    await scene.discord.drop_connection()
    assert scene.discord.gateway.resumed == 2


async def test_op_7_resumes(scene: Scene) -> None:
    await scene.discord.ask_to_reconnect()
    assert scene.discord.gateway.identified == 1
    await scene.card()


async def test_op_9_resumable(scene: Scene) -> None:
    await scene.discord.invalidate_session(resumable=True)
    assert scene.discord.gateway.identified == 1
    await scene.card()


async def test_op_9_identifies_again(scene: Scene) -> None:
    await scene.discord.invalidate_session()
    assert scene.discord.gateway.identified == 2
    assert scene.discord.gateway.resumed == 0
    await scene.card()


async def test_a_forgotten_session_cannot_be_resumed(scene: Scene) -> None:
    scene.discord.gateway.sessions.clear()
    scene.discord.gateway.drop()
    await scene.discord.ready(2)
    await scene.card()


async def test_a_429_is_waited_for(scene: Scene) -> None:
    limit = scene.discord.rate_limit("POST", CALLBACK, retry_after=0.01)
    done = await scene.discord.slash(scene.alice, scene.channel, "card", {"song": "1"})
    assert limit.hits == 1
    assert done.answered
    assert [call.status for call in scene.discord.sent("POST", CALLBACK)] == [429, 200]

    scene.discord.rate_limit("POST", "/channels/*/messages", retry_after=0.01, times=2)
    await scene.bot.get_partial_messageable(scene.channel.id).send("hello")
    assert [call.status for call in scene.discord.sent("POST", "/channels/*/messages")] == [429, 429, 200]
    assert [message.content for message in scene.channel.posted[1:]] == ["hello"]


async def test_a_status_on_purpose(scene: Scene) -> None:
    scene.discord.fault("POST", "/channels/**", status=403, body={"message": "Missing Access", "code": 50001})
    target = scene.bot.get_partial_messageable(scene.channel.id)
    with pytest.raises(discord.Forbidden, match="Missing Access"):
        await target.send("hello")
    await target.send("hello")


async def test_a_hanging_request_goes_on_when_released(scene: Scene) -> None:
    fault = scene.discord.fault("POST", "/channels/*/messages", hang=True)
    sending = asyncio.create_task(scene.bot.get_partial_messageable(scene.channel.id).send("hello"))
    await fault.arrived.wait()
    assert scene.channel.posted == []
    fault.release()
    await sending
    assert len(scene.channel.posted) == 1


async def test_an_answer_that_gets_lost_and_the_nonce_that_helps(scene: Scene) -> None:
    scene.discord.fault("POST", "/channels/*/messages", close=True, applied=True)
    target = scene.bot.get_partial_messageable(scene.channel.id)
    with pytest.raises(aiohttp.ClientError):
        await target.send("week 47", nonce="week-47")
    again = await target.send("week 47", nonce="week-47")
    assert [message.id for message in scene.channel.posted] == [again.id]
    await target.send("week 48", nonce="week-48")
    assert len(scene.channel.posted) == 2


async def test_history_and_edits(scene: Scene) -> None:
    target = scene.bot.get_partial_messageable(scene.channel.id)
    sent = [await target.send(str(number)) for number in range(6)]

    async def history(**which: Any) -> list[str]:
        return [message.content async for message in target.history(**which)]

    assert await history(limit=2) == ["5", "4"]
    assert await history(after=sent[3]) == ["4", "5"]
    assert await history(before=sent[2]) == ["1", "0"]
    assert await history(around=sent[3], limit=3) == ["4", "3", "2"]
    edited = await sent[0].edit(content="changed")
    assert edited.edited_at is not None
    assert (await target.fetch_message(sent[0].id)).content == "changed"
    await sent[0].delete()
    with pytest.raises(discord.NotFound):
        await target.fetch_message(sent[0].id)


async def test_what_a_bot_may_ask_about_a_server(scene: Scene) -> None:
    assert (await scene.bot.fetch_guild(scene.guild.id)).approximate_member_count == 2
    assert (await scene.bot.fetch_channel(scene.channel.id)).id == scene.channel.id
    with pytest.raises(discord.NotFound):
        await scene.bot.fetch_channel(1)
    known = scene.bot.get_guild(scene.guild.id)
    assert known is not None
    assert [member.id for member in await known.query_members(user_ids=[scene.alice.id])] == [scene.alice.id]


async def test_a_second_callback_is_refused(scene: Scene) -> None:
    done = await scene.discord.slash(scene.alice, scene.channel, "card", {"song": "1"})
    adapter = discord.webhook.async_.async_context.get()
    params = discord.webhook.async_.interaction_message_response_params(type=4, content="again")
    async with aiohttp.ClientSession() as session:
        with pytest.raises(discord.HTTPException, match="already been acknowledged"):
            await adapter.create_interaction_response(done.id, done.token, session=session, params=params)


async def test_a_bot_that_comes_back_answers_the_old_buttons(scene: Scene) -> None:
    message = await scene.card()
    await scene.bot.close()
    async with running(scene.discord):
        done = await scene.discord.press(scene.alice, message, "bare:1:0:skip")
    assert done.answered
