"""A member's own weekly mix, by direct message."""

from __future__ import annotations

from datetime import timedelta

from bot.store.records import MemberId, ServerId
from bot.store.switches import Switch, SwitchKind
from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown

HOUR = 3600.0


async def started(home: Home, **more: object) -> Shown:
    soon = home.env.now() + timedelta(hours=1)
    answer = home.shown(
        await home.alice.slash(
            home.channel, "mydiscovery start", weekday=soon.weekday(), hour=soon.hour, timezone="UTC", **more
        )
    )
    assert answer.private
    return answer


def mixes(home: Home) -> list[Shown]:
    """What Alice finds in her direct messages."""
    return [
        shown
        for message in home.alice.user.dm_channel.history()
        if "Your week" in (shown := Shown(message)).text
    ]


async def test_a_mix_comes_once_a_week_and_its_buttons_answer(home: Home) -> None:
    assert "5 new songs each week" in (await started(home)).text
    await home.later(2 * HOUR)
    [mix] = mixes(home)
    assert len(mix.titles) == 4
    liked = await home.alice.user.click(mix.message, custom_id=mix.button(":1:like"))
    assert liked.acknowledged
    said = home.app.tastes.said(ServerId(home.guild.id), MemberId(home.alice.id))
    assert len(list(said)) == 1
    turned = await home.alice.user.click(mix.message, custom_id=mix.button(":1:n"))
    assert turned.acknowledged
    assert len(mixes(home)[0].titles) == 1
    await home.later(3 * HOUR)
    assert len(mixes(home)) == 1


async def test_stop_ends_it_at_once(home: Home) -> None:
    await started(home, songs=3)
    stopped = home.shown(await home.alice.slash(home.channel, "mydiscovery stop"))
    assert "No more weekly mixes" in stopped.text
    await home.later(2 * HOUR)
    assert mixes(home) == []
    again = home.shown(await home.alice.slash(home.channel, "mydiscovery stop"))
    assert "You get no weekly mix" in again.text


async def test_closed_direct_messages_are_told_at_the_next_command(home: Home) -> None:
    await started(home)
    home.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await home.later(2 * HOUR)
    assert mixes(home) == []
    result = await home.alice.slash(home.channel, "help")
    told = [each for each in result.followups if "you take no direct messages from me" in Shown(each).text]
    assert len(told) == 1


async def test_an_unknown_time_zone_is_explained(home: Home) -> None:
    wrong = home.shown(await home.alice.slash(home.channel, "mydiscovery start", timezone="Mars/Base"))
    assert "Mars" in wrong.text


async def test_in_a_server_that_is_switched_off_its_mixes_answer_no_more(home: Home) -> None:
    await started(home)
    await home.later(2 * HOUR)
    [mix] = mixes(home)
    await home.app.store.switches.off(Switch(SwitchKind.SERVER, str(home.guild.id)), 1.0)
    await home.app.switches.look()
    refused = home.shown(await home.alice.user.click(mix.message, custom_id=mix.button(":1:like")))
    assert "for this server" in refused.text
    assert not home.app.tastes.members(ServerId(home.guild.id))
