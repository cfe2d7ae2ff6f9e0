"""Servers that Segue comes into while it runs: the stand-in only knows those that were there before."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import discord
import simcord
from simcord.backend import serializers

from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown

SILENT = discord.PermissionOverwrite(send_messages=False)


def greetings(channel: simcord.ChannelHandle) -> list[Shown]:
    """The messages in a channel with which Segue introduced itself."""
    return [shown for message in channel.history() if "setup:v1:begin" in (shown := Shown(message)).ids]


@contextmanager
def unheard(home: Home) -> Generator[None]:
    """What happens in Discord without Segue being told."""

    def nobody(*_given: Any, **_more: Any) -> None:
        pass

    emit, home.env.backend.emit = home.env.backend.emit, nobody
    try:
        yield
    finally:
        home.env.backend.emit = emit


def build(
    home: Home,
    channels: Mapping[str, bool],
    *,
    name: str = "Away",
    system: str | None = None,
    locale: str = "en-US",
) -> simcord.GuildHandle:
    """Make a server of which Segue has not heard yet.

    Args:
        channels: their names, in order, and whether Segue may write there.
        system: which of them Discord's own notices come to.
    """
    backend = home.env.backend
    with unheard(home):
        guild = home.env.create_guild(name, owner=home.alice.user, preferred_locale=locale)
        for each, may_write in channels.items():
            guild.create_text_channel(each, overwrites={} if may_write else closed_to_us(guild))
        if system is not None:
            backend.guilds[guild.id].system_channel_id = guild.channels[system].id
    return guild


def closed_to_us(guild: simcord.GuildHandle, how: discord.PermissionOverwrite = SILENT) -> dict[Any, Any]:
    """Overwrites of a channel in which Segue may not write, or what else ``how`` says."""
    return {guild.default_role: how, bot_role(guild): how}


def bot_role(guild: simcord.GuildHandle) -> simcord.RoleHandle:
    """The role that Segue was invited with."""
    return next(role for name, role in guild.roles.items() if name != "@everyone")


async def announce(home: Home, guild: simcord.GuildHandle) -> None:
    """Have Discord tell of it as of one that Segue was just added to."""
    payload = dict(serializers.guild_create_payload(home.env.backend, home.env.backend.guilds[guild.id]))
    del payload["unavailable"]
    home.env.backend.emit("GUILD_CREATE", payload)
    await home.env.settle()
