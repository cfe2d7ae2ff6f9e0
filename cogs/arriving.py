"""Servers that Segue comes into and leaves: noted, and greeted once."""

from __future__ import annotations

import aiohttp
import discord
import structlog
from discord.ext import commands

from bot.cards.setting_up import hello_card
from bot.client import Segue
from bot.errors import StoreError
from bot.store.records import ServerId
from bot.text import language_of, speaking

log = structlog.get_logger(__name__)

LATELY = 24 * 3600.0
"""A server that Segue came into while it was not running is greeted within so many seconds."""


class Arriving(commands.Cog):
    """Greets, and keeps the list of servers right."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self.servers = bot.app.store.servers

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Introduce Segue to a server, once."""
        try:
            new = await self.servers.joined(ServerId(guild.id), _now())
        except StoreError as error:
            # Whether it was greeted could not be written down, so it is not: `/setup` is there all the same.
            log.warning("server not noted", server=guild.id, error=str(error))
            return
        log.info("server joined", server=guild.id, new=new)
        if new:
            await self._greet(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that Segue has left, from when on what it keeps of the server is to go."""
        try:
            await self.servers.left(ServerId(guild.id), _now())
        except StoreError as error:
            log.warning("leaving not noted before the next start", server=guild.id, error=str(error))
            return
        log.info("server left", server=guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Catch up with what happened while nobody listened."""
        there = {ServerId(guild.id): guild for guild in self.bot.guilds}
        now = _now()
        try:
            came, gone = await self.servers.settle(there, now)
            if came or gone:
                log.info("servers settled", came=len(came), left=len(gone))
            for server in came:
                guild = there[server]
                if await self.servers.joined(server, now) and _since(guild) > now - LATELY:
                    await self._greet(guild)
        except StoreError as error:
            log.warning("servers not settled", error=str(error))

    async def _greet(self, guild: discord.Guild) -> None:
        """Send the message where it is allowed; one refusal after another leads to the next channel."""
        language = self.bot.app.choices.server(ServerId(guild.id)).language
        with speaking(language or language_of(guild.preferred_locale)):
            card = hello_card(self.bot.command_mention)
        for channel in _open_to(guild):
            try:
                await channel.send(view=card.view, silent=True)
            except discord.Forbidden:
                continue
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                # It may have arrived: better no greeting than two.
                log.info("greeting not sent", server=guild.id, error=str(error))
            return
        log.info("no channel to greet in", server=guild.id)


def _open_to(guild: discord.Guild) -> list[discord.TextChannel]:
    """The channels in which Segue may write: that of Discord's own notices, then the others from the top on."""
    system, rules = guild.system_channel, guild.rules_channel
    others = [channel for channel in guild.text_channels if channel not in (system, rules)]
    ordered = [*([system] if system is not None else []), *others]
    permissions = [(channel, channel.permissions_for(guild.me)) for channel in ordered]
    return [channel for channel, may in permissions if may.view_channel and may.send_messages]


def _since(guild: discord.Guild) -> float:
    """When Segue came into a server, unix time; 0 where Discord does not say, as of one that is down just now."""
    since = None if guild.unavailable else guild.me.joined_at
    return 0.0 if since is None else since.timestamp()


def _now() -> float:
    return discord.utils.utcnow().timestamp()


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Arriving(bot))
