"""``/insights``: to admins alone, how what Segue showed in their server was taken."""

from __future__ import annotations

import asyncio

from discord import app_commands
from discord.ext import commands

from bot.cards.insights import insights_card, insights_picture
from bot.client import Interaction, Segue
from bot.text import say
from bot.usecases.insights import MOST_WEEKS, WEEKS
from cogs.asking import think, where


class InsightsCog(commands.Cog, name="Insights"):
    """Figures of a server for those who manage it."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.insights"))
    @app_commands.describe(weeks=say("command.insights.weeks"))
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def insights(
        self, interaction: Interaction, weeks: app_commands.Range[int, 1, MOST_WEEKS] = WEEKS
    ) -> None:
        """Show the figures of this server alone, and hand them over as a file."""
        await think(interaction, private=True)
        app, asked = self.bot.app, where(interaction)
        found = await app.insight.of(asked.server, weeks)
        title = interaction.guild.name if interaction.guild else ""
        picture = await asyncio.to_thread(insights_picture, title, found)
        recommend = self.bot.command_mention("recommend")
        card = insights_card(found, picture, app.library.songs.get, recommend=recommend)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(InsightsCog(bot))
