"""``/radio``: a song at a time in one message."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards.radio import radio_card
from bot.client import Interaction, Segue
from bot.text import say
from cogs.asking import asked_song, songs, where
from cogs.showing import draw, show


class RadioCog(commands.Cog, name="Radio"):
    """Starts radios; their buttons are in ``cogs.buttons``."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.radio"))
    @app_commands.describe(song=say("command.radio.song"))
    @app_commands.autocomplete(song=songs)
    @app_commands.guild_only()
    async def radio(self, interaction: Interaction, song: str) -> None:
        """Start a radio from a song."""
        asked = where(interaction)
        app = self.bot.app
        seed = (await asked_song(interaction, song)).id
        post = await app.radio.start(
            server=asked.server, member=asked.member, channel=asked.channel, seed=seed
        )
        await draw(app, post.slots)
        await show(interaction, post, radio_card(post, app.shelf))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(RadioCog(bot))
