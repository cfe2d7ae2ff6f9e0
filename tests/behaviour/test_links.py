"""Members' own links in a channel that an admin chose: a quiet card, which whoever brought the song does not rate."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import discord
import pytest
import simcord

from bot.app import App
from bot.client import intents
from bot.store.records import ChannelId, MemberId, MessageId, ServerId, Verb
from cogs.links import MOST_SHOWN
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown
from tests.behaviour.test_messages import LIKE, SECRET, opinion, titled
from tests.sources.services.tale import TEARDROP
from tests.usecases.outside import world

LINK = f"https://www.deezer.com/track/{TEARDROP.number}"
VIDEO = "https://www.youtube.com/watch?v=u7K72X4eo_s"


@pytest.fixture
async def app(database: Path) -> AsyncGenerator[App]:
    """Links are turned on, and a service knows one song."""
    async with world(database, SEGUE_LINKS=True) as opened:
        opened.tell(TEARDROP)
        yield opened.app


async def says(home: Home, command: str, **given: object) -> str:
    told = home.shown(await home.admin.slash(home.channel, command, **given))
    assert told.private
    return told.text


def answers(home: Home) -> list[discord.Message]:
    """What Segue has posted in the channel."""
    return [message for message in home.channel.history() if message.author.bot]


async def brought(home: Home, who: simcord.MemberActor | None = None, content: str = LINK) -> Shown:
    """The card under a member's link."""
    before = len(answers(home))
    await (who or home.alice).send(home.channel, content)
    assert len(answers(home)) == before + 1
    return Shown(answers(home)[-1])


class TestTheCard:
    @pytest.fixture(autouse=True)
    async def on(self, home: Home) -> None:
        assert "get a card from now on" in await says(home, "links on")

    async def test_comes_quietly_under_a_link(self, home: Home) -> None:
        card = await brought(home, content=f"{SECRET}: {LINK}")
        assert card.titles == ["Teardrop"]
        assert f"brought by <@{home.alice.id}>" in card.text
        assert card.message.flags.value & 1 << 12, "it notifies nobody"
        message = answers(home)[-1]
        assert message.reference is not None
        assert not home.env.backend.get_message(home.channel.id, message.id).ping_user_ids
        assert [str(each.emoji) for each in message.reactions] == ["❤️", "⏭️", "👎"]

    async def test_is_rated_by_everybody_but_who_brought_it(self, home: Home) -> None:
        card = await brought(home)
        for verb in ("like", "skip", "dislike"):
            told = home.shown(await home.press(home.alice, card, f":1:{verb}"))
            assert told.private
            assert "You brought that song" in told.text
        assert opinion(home, home.alice, "Teardrop Massive Attack") is None
        after = home.shown(await home.press(home.bob, card, ":1:like"))
        assert after.label(":1:like") == "1"
        assert f"brought by <@{home.alice.id}>" in after.text
        heard = home.shown(await home.press(home.alice, card, ":1:listen"))
        assert "Teardrop" in heard.text

    async def test_takes_reactions_of_others(self, home: Home) -> None:
        await brought(home)
        message = answers(home)[-1]
        await home.alice.react(message, "❤️")
        assert opinion(home, home.alice, "Teardrop Massive Attack") is None
        await home.bob.react(message, "❤️")
        assert opinion(home, home.bob, "Teardrop Massive Attack") is Verb.LIKE
        assert Shown(answers(home)[-1]).label(":1:like") == "1"

    async def test_is_no_way_round_for_who_brought_it(self, home: Home) -> None:
        await brought(home)
        told = home.shown(await home.alice.context_menu(home.channel, LIKE, answers(home)[-1]))
        assert "You brought that song" in told.text
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, answers(home)[-1]))
        assert "You like this" in told.text

    async def test_works_after_a_restart(self, home: Home) -> None:
        card = await brought(home)
        await restart(home)
        home.app.picker.forget_posts()
        told = home.shown(await home.press(home.alice, card, ":1:like"))
        assert "You brought that song" in told.text
        assert home.shown(await home.press(home.bob, card, ":1:like")).label(":1:like") == "1"

    async def test_is_one_a_message(self, home: Home) -> None:
        await brought(home, content=f"{LINK} {VIDEO} https://www.deezer.com/track/1")

    async def test_stays_when_the_message_goes(self, home: Home) -> None:
        message = await home.alice.send(home.channel, LINK)
        card = Shown(answers(home)[-1])
        await home.alice.delete(message)
        assert home.shown(await home.press(home.bob, card, ":1:like")).label(":1:like") == "1"

    async def test_keeps_the_song_and_who_brought_it_and_nothing_else(
        self, home: Home, database: Path
    ) -> None:
        await brought(home, content=f"{SECRET} {LINK}?utm_source=watson")
        post = await home.app.store.posts.by_message(MessageId(answers(home)[-1].id))
        assert post is not None
        assert post.member == MemberId(home.alice.id)
        kept = b"".join(file.read_bytes() for file in database.parent.glob("segue.db*"))
        assert SECRET.encode() not in kept
        assert b"utm_source" not in kept

    async def test_waits_for_the_title_that_discord_shows(self, home: Home) -> None:
        message = await home.alice.send(home.channel, VIDEO)
        assert not answers(home)
        titled(home, message, VIDEO, "Massive Attack - Teardrop (Official Video)")
        await home.env.settle()
        assert Shown(answers(home)[-1]).titles == ["Teardrop"]
        titled(home, message, VIDEO, "Massive Attack - Teardrop (Official Video)")
        await home.env.settle()
        assert len(answers(home)) == 1

    @pytest.mark.parametrize(
        "content",
        [
            "no link at all",
            "https://example.org/track/1",
            "https://www.deezer.com/album/302127",
            VIDEO,
            f"`{VIDEO}`",
        ],
    )
    async def test_does_not_come_for_anything_else(self, home: Home, content: str) -> None:
        await home.alice.send(home.channel, content)
        assert not answers(home)

    async def test_cannot_be_flooded(self, home: Home) -> None:
        await brought(home)
        for _ in range(5):
            await home.alice.send(home.channel, LINK)
        assert len(answers(home)) == 1
        await brought(home, home.bob)
        await home.later(31)
        await brought(home)

    async def test_does_not_answer_bots(self, home: Home) -> None:
        bot = home.guild.add_member(home.env.create_user("other", bot=True))
        await bot.send(home.channel, LINK)
        assert len(answers(home)) == 1  # the other bot's own message

    async def test_comes_in_the_chosen_channels_only(self, home: Home) -> None:
        other = home.guild.create_text_channel("talk")
        await home.alice.send(other, LINK)
        assert not [message for message in other.history() if message.author.bot]


class TestChoosing:
    async def test_does_not_come_where_admins_do_not_want_links_read(self, home: Home) -> None:
        await home.app.arranging.change(ServerId(home.guild.id), MemberId(home.admin.id), "links", ["off"])
        before = len(answers(home))
        await home.alice.send(home.channel, LINK)
        assert len(answers(home)) == before
        assert "Links are not read in this server" in await says(home, "links on")

    async def test_channels_are_turned_on_shown_and_turned_off(self, home: Home) -> None:
        assert "nowhere yet" in await says(home, "links show")
        await home.alice.send(home.channel, LINK)
        assert not answers(home)
        await says(home, "links on", channel=home.channel)
        assert f"<#{home.channel.id}>" in await says(home, "links show")
        assert home.app.bringing.channels(ServerId(home.guild.id)) == [home.channel.id]
        await home.app.bringing.load()  # as a start does
        await brought(home)
        assert "answered no more" in await says(home, "links off")
        assert "were not answered" in await says(home, "links off")
        await home.bob.send(home.channel, LINK)
        assert len(answers(home)) == 1

    async def test_is_for_admins(self, home: Home) -> None:
        with pytest.raises(simcord.SetupError, match="not visible"):
            await home.bob.slash(home.channel, "links on")

    async def test_missing_permissions_are_listed(self, home: Home) -> None:
        mute = discord.PermissionOverwrite(send_messages=False)
        hidden = home.guild.create_text_channel("quiet", overwrites={home.guild.default_role: mute})
        told = await says(home, "links on", channel=hidden)
        assert "Send Messages" in told
        assert not home.app.bringing.channels(ServerId(home.guild.id))


async def test_very_many_channels_are_counted_in_one_message(home: Home) -> None:
    server = ServerId(home.guild.id)
    for number in range(200):
        await home.app.bringing.listen(server, ChannelId(9 * 10**18 - number))
    told = await says(home, "links show")
    assert told.count("<#") == MOST_SHOWN
    assert f"and in {200 - MOST_SHOWN} more channels" in told


class TestTurnedOff:
    @pytest.fixture
    async def app(self, database: Path) -> AsyncGenerator[App]:
        async with world(database) as opened:
            opened.tell(TEARDROP)
            yield opened.app

    async def test_it_says_what_it_needs_and_hears_nothing(self, home: Home) -> None:
        assert "SEGUE_LINKS=1" in await says(home, "links on")
        await home.app.bringing.listen(ServerId(home.guild.id), home.channel.id)  # pyright: ignore[reportArgumentType]
        me = home.env.bot.user
        assert me is not None
        for said in (LINK, f"<@{me.id}> {LINK}"):
            await home.alice.send(home.channel, said)
            assert not answers(home)

    async def test_no_privileged_intent_is_asked_for(self) -> None:
        for links in (False, True):
            asked = intents(links=links)
            assert not asked.members
            assert not asked.presences
            assert asked.message_content is links
