"""``/help``: one card that is enough to begin."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards.help import help_card
from bot.client import Interaction, Segue
from bot.text import say


class Help(commands.Cog):
    """What Segue does."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(name="help", description=say("command.help"))
    @app_commands.guild_only()
    async def help_(self, interaction: Interaction) -> None:
        """Explain, to the member alone."""
        card = help_card(self.bot.command_mention, admin=interaction.permissions.manage_guild)
        await interaction.response.send_message(view=card.view, ephemeral=True)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Help(bot))
