"""`/insights`, as admins live it."""

from __future__ import annotations

import pytest
import simcord

from bot.store.records import ServerId
from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown


async def shows(home: Home) -> Shown:
    return home.shown(await home.admin.slash(home.channel, "insights"))


async def test_an_empty_server_is_told_how_to_begin(home: Home) -> None:
    card = await shows(home)
    assert card.private
    assert "shown nothing here in the last 8 weeks" in card.text
    assert "/recommend" in card.text
    week = home.shown(await home.admin.slash(home.channel, "insights", weeks=1))
    assert "this week" in week.text


async def test_a_picture_the_same_in_words_and_a_file(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", count=5))
    await home.press(home.alice, card, ":1:like")
    await home.press(home.alice, card, ":2:skip")
    found = await shows(home)
    assert found.private
    assert "Shown in the last 8 weeks: 5, of which liked: 1, which is 20% (4–62)" in found.text
    assert "Members who answered: 1" in found.text
    assert found.alt in found.text
    names = {attachment.filename for attachment in found.message.attachments}
    assert names == {"insights.png", "insights.csv"}


async def test_another_server_sees_nothing_of_it(home: Home) -> None:
    await home.alice.slash(home.channel, "recommend")
    with home.env.time_context():
        assert (await home.app.insight.of(ServerId(home.guild.id))).total.shown
    eve = home.env.create_user("eve")
    other = home.env.create_guild("Elsewhere", owner=eve)
    channel, boss = other.create_text_channel("music"), other.add_member(eve)
    card = home.shown(await boss.slash(channel, "insights"))
    assert "shown nothing here" in card.text


async def test_members_do_not_see_it(home: Home) -> None:
    with pytest.raises(simcord.SetupError, match="not visible"):
        await home.alice.slash(home.channel, "insights")
