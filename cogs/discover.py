"""``/recommend``."""

from __future__ import annotations

from functools import partial

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.recommend import recommend_card
from bot.client import Interaction, Segue
from bot.store.records import ItemKind
from bot.text import say
from bot.usecases.recommend import DEFAULT, MOST
from bot.usecases.searching import SPOKEN, Wanted
from cogs.asking import asked_song, songs, think, where
from cogs.showing import draw, show
from recommender import Dial

KINDS = [
    app_commands.Choice(name=say(f"what.{wanted.value}"), value=wanted.value)
    for wanted in (Wanted.SONGS, *SPOKEN)
]
DIALS = [app_commands.Choice(name=say(f"dial.{dial.value}"), value=dial.value) for dial in Dial]
log = structlog.get_logger(__name__)

# A message with one song invites reactions; on longer ones nobody could tell which song is meant.
INVITED = ("❤️", "⏭️", "👎")


class Discover(commands.Cog):
    """Songs on request."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.recommend"))
    @app_commands.describe(
        song=say("command.recommend.song"),
        dial=say("command.recommend.dial"),
        count=say("command.recommend.count"),
        kind=say("command.recommend.kind"),
    )
    @app_commands.choices(dial=DIALS, kind=KINDS)
    @app_commands.autocomplete(song=songs)
    @app_commands.guild_only()
    async def recommend(
        self,
        interaction: Interaction,
        song: str | None = None,
        dial: str = Dial.BALANCED.value,
        count: app_commands.Range[int, 1, MOST] = DEFAULT,
        kind: str = Wanted.SONGS.value,
    ) -> None:
        """Answer with a page of songs."""
        asked = where(interaction)
        app = self.bot.app
        wanted = SPOKEN.get(Wanted(kind), ItemKind.SONG)
        seed = None
        if song:
            seed = (await asked_song(interaction, song)).id
        else:
            app.recommend.check(wanted, server=asked.server, member=asked.member)
            await think(interaction)
        post = await app.recommend.ask(
            server=asked.server,
            member=asked.member,
            channel=asked.channel,
            seed=seed,
            dial=Dial(dial),
            count=count,
            kind=wanted,
            beside=partial(draw, app),
        )
        message = await show(interaction, post, recommend_card(post, app.shelf))
        if post.single:
            await invite(interaction, message)


async def invite(interaction: Interaction, message: discord.Message) -> None:
    """Put the reactions on a one-song message, where Segue may."""
    may = interaction.app_permissions
    if may.add_reactions and may.read_message_history and may.view_channel:
        try:
            for emoji in INVITED:
                await message.add_reaction(emoji)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("no reactions added", error=str(error))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Discover(bot))
