"""“Like this song” and “Recommend from this” on messages of Segue's and of members."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.app import App
from bot.store.records import MemberId, ServerId, Verb
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown
from tests.sources.services.tale import ANOTHER
from tests.usecases.outside import NEW, world

LIKE, RECOMMEND = "Like this song", "Recommend from this"
SECRET = "my dog is called Watson"


def titled(home: Home, message: discord.Message, url: str, title: str, **more: Any) -> None:
    """What Discord shows below a message for a link in it."""
    home.env.backend.edit_message(
        message.channel.id, message.id, {"embeds": [{"type": "video", "url": url, "title": title, **more}]}
    )


def shown_message(home: Home) -> discord.Message:
    message = home.channel.last_message
    assert message is not None
    return message


def opinion(home: Home, who: Any, title: str) -> Verb | None:
    song = home.app.library.resolve(title)
    return home.app.tastes.opinion(ServerId(home.guild.id), MemberId(who.id), song.id).verb


async def radio(home: Home) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "radio play", song="teardrop massive attack"))


class TestOnSeguesOwn:
    async def test_one_song_is_liked_and_its_card_says_so(self, home: Home) -> None:
        card = await radio(home)
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        assert told.private
        assert "You like this" in told.text
        assert told.titles == card.titles
        assert opinion(home, home.bob, card.titles[0]) is Verb.LIKE
        assert Shown(shown_message(home)).label(":1:like") == "1"

    async def test_another_answer_on_the_private_card_leaves_the_radio_where_it_is(self, home: Home) -> None:
        card = await radio(home)
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        again = home.shown(await home.press(home.bob, told, ":dislike"))
        assert again.private
        assert again.titles == card.titles
        assert ":next" not in " ".join(again.ids), "the private card has become the radio"
        assert opinion(home, home.bob, card.titles[0]) is Verb.DISLIKE
        playing = Shown(shown_message(home))
        assert playing.titles == card.titles
        assert (playing.label(":1:like"), playing.label(":1:dislike")) == (None, "1")
        home.shown(await home.press(home.alice, playing, ":next"))
        later = home.shown(await home.press(home.bob, again, ":like"))
        assert later.titles == card.titles
        assert "You like this" in later.text

    async def test_liking_it_again_changes_nothing(self, home: Home) -> None:
        card = await radio(home)
        for _ in range(2):
            await home.bob.context_menu(home.channel, LIKE, shown_message(home))
        assert opinion(home, home.bob, card.titles[0]) is Verb.LIKE
        events = [event async for event in home.app.store.feedback.replay()]
        assert len(events) == 1

    async def test_of_several_the_member_chooses_privately(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "recommend"))
        asked = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        assert asked.private
        assert "Which song do you like?" in asked.text
        await restart(home)
        chosen = await home.bob.select(asked.message, ["3"], custom_id=asked.button(":like"))
        told = home.shown(chosen)
        assert told.private
        assert told.titles == [card.titles[2]]
        assert opinion(home, home.bob, card.titles[2]) is Verb.LIKE
        assert opinion(home, home.bob, card.titles[0]) is None

    async def test_a_private_card_is_understood_too(self, home: Home) -> None:
        card = home.shown(await home.bob.slash(home.channel, "skip", song="teardrop massive attack"))
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, card.message))
        assert told.titles == ["Teardrop"]
        assert opinion(home, home.bob, "Teardrop Massive Attack") is Verb.LIKE

    async def test_songs_like_it_are_for_everybody(self, home: Home) -> None:
        card = await radio(home)
        result = await home.bob.context_menu(home.channel, RECOMMEND, shown_message(home))
        told = home.shown(result)
        assert not told.private
        assert f"Like {card.titles[0]}" in told.text
        assert len(told.titles) == 4

    async def test_songs_like_one_of_several(self, home: Home) -> None:
        card = home.shown(await home.alice.slash(home.channel, "recommend"))
        asked = home.shown(await home.bob.context_menu(home.channel, RECOMMEND, shown_message(home)))
        assert asked.private
        told = home.shown(await home.bob.select(asked.message, ["2"], custom_id=asked.button(":recommend")))
        assert not told.private
        assert f"Like {card.titles[1]}" in told.text

    async def test_a_weekly_post_counts_it_at_once(self, home: Home) -> None:
        await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
        await home.admin.slash(home.channel, "discovery now")
        asked = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        await home.bob.select(asked.message, ["1"], custom_id=asked.button(":like"))
        assert "❤️ 1" in Shown(shown_message(home)).text

    async def test_a_message_without_a_song_says_what_to_do(self, home: Home) -> None:
        await home.alice.slash(home.channel, "help")
        message = await home.alice.send(home.channel, "hello there")
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, message))
        assert told.private
        assert "no song in that message" in told.text
        assert "/like" in told.text


class TestOnMembersLinks:
    @pytest.fixture
    async def app(self, database: Path) -> AsyncGenerator[App]:
        async with world(database) as opened:
            opened.tell(ANOTHER)
            yield opened.app

    async def test_a_link_that_a_source_knows_is_liked(self, home: Home) -> None:
        message = await home.alice.send(
            home.channel, f"{SECRET}: https://www.deezer.com/track/{ANOTHER.number}"
        )
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, message))
        assert told.private
        assert told.titles == [ANOTHER.title]
        assert opinion(home, home.bob, f"{ANOTHER.title} {ANOTHER.artist}") is Verb.LIKE

    async def test_the_title_that_discord_shows_is_enough(self, home: Home) -> None:
        url = "https://www.youtube.com/watch?v=u7K72X4eo_s"
        message = await home.alice.send(home.channel, f"listen: https://youtu.be/u7K72X4eo_s?t=3 {SECRET}")
        titled(home, message, url, "Massive Attack - Teardrop (Official Video)")
        message = shown_message(home)
        told = home.shown(await home.bob.context_menu(home.channel, RECOMMEND, message))
        assert told.private
        assert "Songs like Teardrop" in told.text
        assert "Like Teardrop · Massive Attack" in home.last().text

    async def test_the_channel_beside_a_title_says_who_plays(self, home: Home) -> None:
        url = "https://www.youtube.com/watch?v=u7K72X4eo_s"
        message = await home.alice.send(home.channel, url)
        titled(home, message, url, "Teardrop", author={"name": "Massive Attack - Topic"})
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        assert told.titles == ["Teardrop"]

    async def test_spotify_needs_no_credentials_where_discord_shows_the_song(self, home: Home) -> None:
        url = "https://open.spotify.com/track/67Hna13dNDkZvBpTXRIaOJ"
        message = await home.alice.send(home.channel, url)
        titled(home, message, url, "Teardrop", description="Massive Attack · Mezzanine · Song · 1998")
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        assert told.titles == ["Teardrop"]

    async def test_a_forwarded_link_is_read_too(self, home: Home) -> None:
        message = await home.alice.send(home.channel, f"https://www.deezer.com/track/{ANOTHER.number}")
        forwarded = await home.alice.forward(message, home.channel)
        told = home.shown(await home.bob.context_menu(home.channel, LIKE, forwarded))
        assert told.titles == [ANOTHER.title]

    async def test_of_several_links_the_member_chooses(self, home: Home) -> None:
        url = "https://www.youtube.com/watch?v=u7K72X4eo_s"
        message = await home.alice.send(
            home.channel, f"{url} and https://www.deezer.com/track/{ANOTHER.number}"
        )
        titled(home, message, url, "Massive Attack - Teardrop")
        asked = home.shown(await home.bob.context_menu(home.channel, LIKE, shown_message(home)))
        assert asked.private
        told = home.shown(await home.bob.select(asked.message, ["2"], custom_id=asked.button(":like")))
        assert told.titles == [ANOTHER.title]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "do not know the song behind that link"),
            ("https://example.org/track/1", "no song in that message"),
            ("https://www.deezer.com/album/302127", "no song in that message"),
            ("", "no song in that message"),
        ],
    )
    @pytest.mark.parametrize("menu", [LIKE, RECOMMEND])
    async def test_what_leads_nowhere_is_told(self, home: Home, content: str, said: str, menu: str) -> None:
        message = await home.alice.send(
            home.channel, content, attachments=[] if content else [("cat.png", b"cat")]
        )
        told = home.shown(await home.bob.context_menu(home.channel, menu, message))
        assert told.private
        assert said in told.text

    async def test_nothing_of_a_message_is_stored(self, home: Home, database: Path) -> None:
        message = await home.alice.send(
            home.channel, f"{SECRET} https://www.deezer.com/track/{ANOTHER.number}?utm_source={NEW.isrc}"
        )
        for menu in (LIKE, RECOMMEND):
            await home.bob.context_menu(home.channel, menu, message)
        kept = b"".join(file.read_bytes() for file in database.parent.glob("segue.db*"))
        for words in (SECRET, "utm_source", NEW.isrc):
            assert words.encode() not in kept


def test_names_fit_and_are_no_more_than_discord_allows() -> None:
    for name in (LIKE, RECOMMEND):
        assert re.fullmatch(r"[\w ]{1,32}", name)
