"""Where commands may be used: in the channels that a server's admins chose, and in their threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import Elsewhere
from bot.store.records import ServerId

if TYPE_CHECKING:
    from bot.client import Interaction
    from bot.usecases.choices import Choices

EVERYWHERE = {"privacy"}
"""Commands of members that no admin can take from them."""


def check_channel(interaction: Interaction, choices: Choices) -> None:
    """Let a command pass where it may be used.

    The commands of admins pass everywhere, so that nobody locks themselves out; channels that are gone count no more, and
    where none is left, everything is allowed again.

    Raises:
        Elsewhere: it may be used in other channels.
    """
    guild = interaction.guild
    if guild is None or _for_admins(interaction):
        return
    chosen = choices.server(ServerId(guild.id)).channels
    there = [channel for number in chosen if (channel := guild.get_channel(number)) is not None]
    if not there or _home(interaction) & {channel.id for channel in there}:
        return
    member = interaction.user
    seen = there
    if isinstance(member, discord.Member):
        seen = [channel for channel in there if channel.permissions_for(member).view_channel]
    raise Elsewhere([channel.id for channel in seen])


def _for_admins(interaction: Interaction) -> bool:
    """Whether the command is one of those that need a permission, or one that works everywhere."""
    command = interaction.command
    if command is None:
        return False
    root = command if isinstance(command, app_commands.ContextMenu) else command.root_parent or command
    return root.default_permissions is not None or root.name in EVERYWHERE


def _home(interaction: Interaction) -> set[int]:
    """The channel of an interaction, and of a thread the one that it belongs to."""
    channel = interaction.channel
    parent = {channel.parent_id} if isinstance(channel, discord.Thread) else set[int]()
    return parent if interaction.channel_id is None else parent | {interaction.channel_id}
