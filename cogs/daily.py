"""``/daily``."""

from __future__ import annotations

from functools import partial

from discord import app_commands
from discord.ext import commands

from bot.cards.daily import daily_card
from bot.client import Interaction, Segue
from bot.text import say
from cogs.asking import think, where
from cogs.showing import draw, show


class DailyCog(commands.Cog, name="Daily"):
    """A mix for one day."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.daily"))
    @app_commands.describe(private=say("command.daily.private"))
    @app_commands.guild_only()
    async def daily(self, interaction: Interaction, private: bool = False) -> None:
        """Answer with the mix of today."""
        asked = where(interaction)
        app = self.bot.app
        await think(interaction, private=private)
        post = await app.daily.ask(
            server=asked.server, member=asked.member, channel=asked.channel, beside=partial(draw, app)
        )
        await show(interaction, post, daily_card(post, app.shelf))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(DailyCog(bot))
