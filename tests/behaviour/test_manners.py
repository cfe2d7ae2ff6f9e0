"""What keeps a server quiet and fair: a pace, one's own cards deleted, what a song's private card can do."""

from __future__ import annotations

from typing import cast

import pytest
import simcord
from discord import app_commands

from bot.client import Segue
from bot.pace import Pace
from tests.behaviour.conftest import Home, restart


async def listening(home: Home, who: simcord.MemberActor) -> simcord.InteractionResult:
    """Open the private card of the first song of a list."""
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    return await home.press(who, card, ":1:listen")


async def test_who_asks_too_often_is_told_when_to_ask_again(home: Home) -> None:
    bot = cast(Segue, home.env.bot)
    bot.pace = Pace(2)
    for _ in range(2):
        assert not home.shown(await home.alice.slash(home.channel, "recommend")).private
    refused = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert refused.private
    assert "Too quick" in refused.text
    assert not home.shown(await home.bob.slash(home.channel, "recommend")).private


def test_a_pace_is_each_members_own_and_ends_with_the_minute() -> None:
    pace = Pace(2)
    for at in (100.0, 101.0, 170.0, 171.0):
        pace.step(1, at)
    pace.step(2, 171.0)
    with pytest.raises(app_commands.CommandOnCooldown):
        pace.step(1, 172.0)
    for _ in range(100):
        Pace(0).step(1, 1.0)


async def test_more_like_this_from_a_private_card_is_private(home: Home) -> None:
    links = home.shown(await listening(home, home.bob))
    more = home.shown(await home.bob.click(links.message, custom_id=links.button_of("from:v1:")))
    assert more.private
    assert "### Like" in more.text


async def test_an_artist_can_be_hidden_where_one_meets_them(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    links = home.shown(await home.press(home.bob, card, ":1:listen"))
    await restart(home)
    for _ in range(2):
        hidden = home.shown(await home.bob.click(links.message, custom_id=links.button_of("hide:v1:")))
        assert hidden.private
        assert "everything with **" in hidden.text
    held = home.shown(await home.bob.slash(home.channel, "block"))
    assert held.text.count("everything with **") == 1
    assert "blocked nothing" in home.shown(await home.alice.slash(home.channel, "block")).text


class TestDeleting:
    async def test_ones_own_card_goes(self, home: Home) -> None:
        await home.alice.slash(home.channel, "recommend")
        message = home.channel.last_message
        assert message is not None
        told = home.shown(await home.alice.context_menu(home.channel, "Delete this card", message))
        assert told.private
        assert "Deleted" in told.text
        assert home.channel.last_message is None

    async def test_nobody_elses_but_by_whoever_manages_messages(self, home: Home) -> None:
        await home.alice.slash(home.channel, "recommend")
        message = home.channel.last_message
        assert message is not None
        refused = home.shown(await home.bob.context_menu(home.channel, "Delete this card", message))
        assert "Only who asked for that card" in refused.text
        assert home.channel.last_message is not None
        gone = home.shown(await home.admin.context_menu(home.channel, "Delete this card", message))
        assert "Deleted" in gone.text

    async def test_what_is_no_card_stays(self, home: Home) -> None:
        message = await home.alice.send(home.channel, "hello")
        told = home.shown(await home.alice.context_menu(home.channel, "Delete this card", message))
        assert "no message of mine" in told.text
        assert home.channel.last_message is not None
