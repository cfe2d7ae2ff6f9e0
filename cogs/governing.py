"""What only who manages a server may press, and what Segue may do in its channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.client import Interaction
from bot.errors import AdminsOnly, ChannelClosed, ChannelGone
from bot.store.arranged import Proposal
from bot.store.records import ChannelId, DiscoverySettings
from bot.text import say
from bot.usecases.proposing import proposed
from cogs.asking import where
from cogs.buttons import Touched

NEEDED = ("view_channel", "send_messages", "attach_files", "read_message_history")
"""Permissions without which no post can come."""
WISHED = ("add_reactions", "create_public_threads", "send_messages_in_threads", "send_polls")
"""Permissions for reactions under songs, radios in threads, and polls."""


class Governed(Touched, template=r"(?!)"):
    """Base of what admins press: whether they still are is asked at each press."""

    async def answer(self, interaction: Interaction) -> None:
        """Let admins on.

        Raises:
            AdminsOnly: somebody else presses, or is no admin any more.
        """
        if not interaction.permissions.manage_guild:
            raise AdminsOnly("Only who manages the server may do that.")
        await self.governed(interaction)

    async def governed(self, interaction: Interaction) -> None:
        """Do what this item is for."""
        raise NotImplementedError


def server_of(interaction: Interaction) -> discord.Guild:
    """The server of an interaction.

    Raises:
        NoPrivateMessage: it is not in a server.
    """
    where(interaction)
    if interaction.guild is None:
        raise ChannelGone("Segue is not in this server.")
    return interaction.guild


def missing_in(channel: discord.abc.GuildChannel, needed: Sequence[str] = NEEDED) -> list[str]:
    """Which permissions Segue lacks in a channel."""
    may = channel.permissions_for(channel.guild.me)
    return [name for name in needed if not getattr(may, name)]


def check_posting(guild: discord.Guild, channel: ChannelId) -> None:
    """Make sure that posts can come to a channel.

    Raises:
        ChannelGone: it does not exist, or Segue cannot see it, or nothing is posted in such channels.
        ChannelClosed: permissions are missing there.
    """
    found = guild.get_channel(channel)
    if not isinstance(found, discord.TextChannel):
        raise ChannelGone("No such channel.")
    if missing := missing_in(found):
        raise ChannelClosed(channel, missing)


def propose(interaction: Interaction, settings: DiscoverySettings | None) -> Proposal:
    """What a set-up of the weekly post starts from."""
    guild = server_of(interaction)
    open_to_us = [channel for channel in guild.text_channels if not missing_in(channel)]
    system = guild.system_channel
    return proposed(
        settings,
        [(ChannelId(channel.id), channel.name) for channel in open_to_us],
        ChannelId(system.id) if system in open_to_us and system is not None else None,
        server=str(guild.preferred_locale),
        admin=str(interaction.locale),
    )


def moment_text(moment: datetime | None) -> str:
    """A moment as each member's Discord shows it, and how far it is; None is one that nobody knows yet."""
    if moment is None:
        return say("settings.pause.open")
    return f"{discord.utils.format_dt(moment, 'F')} ({discord.utils.format_dt(moment, 'R')})"
