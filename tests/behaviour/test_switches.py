"""What the operator switches off while the bot runs, as members live it."""

from __future__ import annotations

from datetime import timedelta

from bot.store.records import ServerId
from bot.store.switches import Switch, SwitchKind
from tests.behaviour.conftest import Home, restart

TEARDROP = "teardrop massive attack"


async def switch(home: Home, kind: SwitchKind, name: str, *, off: bool = True) -> None:
    """As another process does it, and as the running bot notices it within seconds."""
    chosen = Switch(kind, name)
    await (home.app.store.switches.off(chosen, 1.0) if off else home.app.store.switches.on(chosen))
    await home.app.switches.look()


async def test_a_command_is_off_and_on_again(home: Home) -> None:
    await switch(home, SwitchKind.COMMAND, "recommend")
    told = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert told.private
    assert "switched this off for now" in told.text
    assert "Teardrop" in home.shown(await home.alice.slash(home.channel, "like", song=TEARDROP)).text
    await restart(home)
    assert "for now" in home.shown(await home.alice.slash(home.channel, "recommend")).text
    await switch(home, SwitchKind.COMMAND, "recommend", off=False)
    assert home.shown(await home.alice.slash(home.channel, "recommend")).titles


async def test_what_is_on_the_cards_of_a_command_is_off_with_it(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "radio play", song=TEARDROP))
    await switch(home, SwitchKind.COMMAND, "radio")
    told = home.shown(await home.press(home.alice, card, ":next"))
    assert told.private
    assert "for now" in told.text
    # Likes are of every card.
    await home.press(home.alice, card, ":like")
    await switch(home, SwitchKind.COMMAND, "radio", off=False)
    await home.press(home.alice, home.last(), ":next")
    assert "Teardrop" not in home.last().titles


async def test_a_server_is_off_with_its_buttons_reactions_and_posts(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", count=1))
    soon = home.env.now() + timedelta(hours=2)
    set_up = {"weekday": soon.weekday(), "hour": soon.hour, "timezone": "UTC"}
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel, **set_up)
    await switch(home, SwitchKind.SERVER, str(home.guild.id))
    before = len(home.channel.history())
    assert "for this server" in home.shown(await home.alice.slash(home.channel, "help")).text
    assert "for this server" in home.shown(await home.press(home.alice, card, ":1:listen")).text
    await home.alice.react(card.message, "❤️")
    assert not home.app.tastes.members(ServerId(home.guild.id))
    await home.later(3 * 3_600)
    assert len(home.channel.history()) == before
    await switch(home, SwitchKind.SERVER, str(home.guild.id), off=False)
    await home.later(60)
    assert len(home.channel.history()) == before + 1
    assert home.shown(await home.alice.slash(home.channel, "help")).text


async def test_which_commands_there_are_is_known_to_the_operator(home: Home) -> None:
    names = await home.app.store.meta.get("command_names") or ""
    assert all(f'"{name}"' in names for name in ("radio", "radio play", "charts", "Like this song"))
