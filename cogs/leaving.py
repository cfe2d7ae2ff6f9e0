"""Which members leave a server, as far as Discord tells or can be asked."""

from __future__ import annotations

from collections.abc import Collection

import aiohttp
import discord
import structlog
from discord.ext import commands

from bot.client import Segue
from bot.store.records import MemberId, ServerId

log = structlog.get_logger(__name__)

NOT_THERE = frozenset({10_007, 10_013})
"""What Discord answers of a member who is not there, and of a user who is nowhere any more; not of a server that is gone."""


class Leaving(commands.Cog):
    """Notes it; `bot.usecases.keeping` deletes what is left after a while.

    Discord tells that a member left only with the members intent (``SEGUE_MEMBERS``). Without it, it is asked about each
    member now and then, which needs none.
    """

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Be asked who is there."""
        self.bot.app.keeping.ask(self.servers, self.present)

    def servers(self) -> Collection[ServerId]:
        """Where Segue is, once Discord has told; where nothing is known for certain, nowhere."""
        return {ServerId(guild.id) for guild in self.bot.guilds} if self.bot.connected else ()

    async def present(self, server: ServerId, member: MemberId) -> bool | None:
        """Whether a member is in a server; None where Discord does not say."""
        guild = self.bot.get_guild(server)
        if guild is None:
            return None
        try:
            await guild.fetch_member(member)
        except discord.NotFound as gone:
            return False if gone.code in NOT_THERE else None
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("not known whether a member is there", error=str(error))
            return None
        return True

    @commands.Cog.listener()
    async def on_raw_member_remove(self, gone: discord.RawMemberRemoveEvent) -> None:
        """A member has left, where Discord tells."""
        await self.bot.app.keeping.member_left(ServerId(gone.guild_id), MemberId(gone.user.id))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Leaving(bot))
