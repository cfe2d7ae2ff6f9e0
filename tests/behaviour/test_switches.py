"""What the operator switches off while the bot runs, as members live it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import cast

from bot.cards import ids
from bot.client import Segue
from bot.store.records import ClaimState, MemberId, ServerId
from bot.store.switches import Switch, SwitchKind
from cogs.world import DiscordWorld
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


def test_every_kind_of_button_belongs_to_a_command_or_stands_on_the_cards_of_many() -> None:
    kinds = {value for name, value in vars(ids).items() if name.isupper() and ":v" in str(value)}
    firsts = {pattern.partition(":")[0] for pattern in kinds}
    finer = {first for first, _ in ids.FINER}
    assert firsts == {*ids.COMMANDS, *finer, *ids.OF_MANY}
    assert ids.OF_MANY.isdisjoint(ids.COMMANDS)


async def test_every_command_of_a_button_is_one(home: Home) -> None:
    names = set(json.loads(await home.app.store.meta.get("command_names") or "[]"))
    assert {*ids.COMMANDS.values(), *ids.FINER.values()} <= names


async def test_a_skip_on_a_radio_that_is_off_is_an_answer_alone(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "radio play", song=TEARDROP))
    await switch(home, SwitchKind.COMMAND, "radio")
    await home.press(home.alice, card, ":skip")
    assert home.last().titles == card.titles
    assert home.last().label(":skip") == "1"


async def test_what_asks_again_is_off_with_what_it_asks(home: Home) -> None:
    server = ServerId(home.guild.id)
    one = home.shown(await home.alice.slash(home.channel, "recommend", count=1))
    mixed = home.shown(await home.alice.slash(home.channel, "mix", member=home.bob))
    await switch(home, SwitchKind.COMMAND, "mix")
    assert "for now" in home.shown(await home.press(home.alice, mixed, ":same")).text
    assert home.shown(await home.press(home.alice, one, ":same")).titles
    await switch(home, SwitchKind.COMMAND, "recommend")
    assert "for now" in home.shown(await home.press(home.alice, one, ":same")).text
    heard = home.shown(await home.press(home.alice, one, ":1:listen"))
    for command, beginning in (("recommend", "from:"), ("block", "hide:")):
        await switch(home, SwitchKind.COMMAND, command)
        pressed = await home.alice.click(heard.message, custom_id=heard.button_of(beginning))
        assert "for now" in home.shown(pressed).text
    assert not home.app.blocks.songs(server, MemberId(home.alice.id))


async def test_no_song_becomes_a_members_while_that_is_off(home: Home) -> None:
    await home.alice.slash(home.channel, "artist register", song=TEARDROP)
    card = home.last()
    await switch(home, SwitchKind.COMMAND, "artist")
    assert "for now" in home.shown(await home.press(home.admin, card, ":confirm")).text
    assert home.app.claims.all()[0].state is ClaimState.WAITING


async def test_mixes_stop_with_their_own_command(home: Home) -> None:
    world = DiscordWorld(cast("Segue", home.env.bot))
    server, alice = ServerId(home.guild.id), MemberId(home.alice.id)
    await switch(home, SwitchKind.COMMAND, "discovery")
    assert (world.here(server), world.here(server, alice)) == (False, True)
    await switch(home, SwitchKind.COMMAND, "discovery", off=False)
    await switch(home, SwitchKind.COMMAND, "mydiscovery")
    assert (world.here(server), world.here(server, alice)) == (True, False)


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
