"""``/mydiscovery``: a weekly mix of one's own, by direct message.

It is no subcommand of ``/discovery``, as Discord knows permissions of whole commands only: members would either not see
it, or see everything that admins can do there.
"""

from __future__ import annotations

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.own import closed_text
from bot.cards.plain import safe
from bot.client import Interaction, Segue
from bot.store.records import ChannelId, MemberId
from bot.text import language_of, say
from bot.usecases.own import FEWEST, LENGTH, MOST
from bot.usecases.weeks import UnknownTimezone
from cogs.asking import think, where
from cogs.weekly import EVENING, FRIDAY, WEEKDAYS, spelled, zones

log = structlog.get_logger(__name__)


@app_commands.guild_only()
class MyDiscovery(commands.GroupCog, name="mydiscovery", description=say("command.mydiscovery")):
    """A member's own weekly mix."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.mydiscovery.start"))
    @app_commands.describe(
        weekday=say("command.discovery.channel.weekday"),
        hour=say("command.discovery.channel.hour"),
        timezone=say("command.mydiscovery.start.timezone"),
        songs=say("command.mydiscovery.start.songs"),
    )
    @app_commands.choices(weekday=WEEKDAYS)
    @app_commands.autocomplete(timezone=zones)
    async def start(
        self,
        interaction: Interaction,
        weekday: int = FRIDAY,
        hour: app_commands.Range[int, 0, 23] = EVENING,
        timezone: str | None = None,
        songs: app_commands.Range[int, FEWEST, MOST] = LENGTH,
    ) -> None:
        """Get a mix each week."""
        await think(interaction, private=True)
        asked, app = where(interaction), self.bot.app
        if timezone is None:
            settings = await app.weekly.settings(asked.server)
            timezone = "UTC" if settings is None else settings.timezone
        channel = await interaction.user.create_dm()
        try:
            first = await app.own.start(
                server=asked.server,
                member=asked.member,
                channel=ChannelId(channel.id),
                weekday=weekday,
                hour=hour,
                timezone=timezone,
                count=songs,
                language=language_of(interaction.locale),
            )
        except UnknownTimezone:
            await interaction.edit_original_response(
                content=say("error.timezone", timezone=safe(timezone, 60))
            )
            return
        stop = self.bot.command_mention("mydiscovery stop")
        await interaction.edit_original_response(
            content=say("own.started", n=songs, when=spelled(first), timezone=timezone, stop=stop)
        )

    @app_commands.command(description=say("command.mydiscovery.stop"))
    async def stop(self, interaction: Interaction) -> None:
        """Get no more of them."""
        await think(interaction, private=True)
        asked = where(interaction)
        stopped = await self.bot.app.own.stop(asked.server, asked.member)
        start = self.bot.command_mention("mydiscovery start")
        await interaction.edit_original_response(
            content=say("own.stopped", start=start) if stopped else say("own.was_off", start=start)
        )

    @commands.Cog.listener("on_app_command_completion")
    async def tell(self, interaction: Interaction, command: object) -> None:
        """Tell a member who could not be written to, now that they are here."""
        del command
        known = await self.bot.app.own.to_tell(MemberId(interaction.user.id))
        if known is None:
            return
        mention = self.bot.command_mention
        text = closed_text(known, mention("mydiscovery start"), mention("mydiscovery stop"))
        try:
            await interaction.followup.send(text, ephemeral=True)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("could not tell the member", error=str(error))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(MyDiscovery(bot))
