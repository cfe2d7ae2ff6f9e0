"""``/search`` and ``/related``: anything by name, for whoever asks alone."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards.found import list_card
from bot.cards.plain import clean
from bot.client import Interaction, Segue
from bot.text import say
from bot.usecases.searching import Wanted
from cogs.asking import LONGEST_LABEL, MOST_CHOICES, choice, think, where

KINDS = [choice(f"what.{wanted.value}", wanted.value) for wanted in Wanted]
LONGEST_QUERY = 100
Text = app_commands.Range[str, 1, LONGEST_QUERY]


async def artists(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer artists while a member types; from memory only, and never an error."""
    songs = interaction.client.app.library.suggest(current, 2 * MOST_CHOICES)
    names = dict.fromkeys(song.artist.partition(", ")[0] for song in songs)
    return [
        app_commands.Choice(name=clean(name, LONGEST_LABEL), value=name[:LONGEST_QUERY])
        for name in list(names)[:MOST_CHOICES]
    ]


class SearchCog(commands.Cog, name="Search"):
    """Looks things up; their menus and buttons are in ``cogs.opening``."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.search"))
    @app_commands.describe(query=say("command.search.query"), kind=say("command.search.kind"))
    @app_commands.choices(kind=KINDS)
    @app_commands.guild_only()
    async def search(self, interaction: Interaction, query: Text, kind: str = Wanted.SONGS.value) -> None:
        """Answer with a list of what fits."""
        asked, app = where(interaction), self.bot.app
        await think(interaction, private=True)
        post = await app.search.ask(Wanted(kind), query, server=asked.server, member=asked.member)
        await interaction.edit_original_response(view=list_card(post, app.shelf).view)

    @app_commands.command(description=say("command.related"))
    @app_commands.describe(artist=say("command.related.artist"))
    @app_commands.autocomplete(artist=artists)
    @app_commands.guild_only()
    async def related(self, interaction: Interaction, artist: Text) -> None:
        """Answer with artists near this one."""
        asked, app = where(interaction), self.bot.app
        await think(interaction, private=True)
        post = await app.search.related(artist, server=asked.server, member=asked.member)
        await interaction.edit_original_response(view=list_card(post, app.shelf).view)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(SearchCog(bot))
