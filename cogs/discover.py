"""``/recommend``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.recommend import recommend_card
from bot.client import Interaction, Segue
from bot.store.records import ChannelId, ItemKind, MemberId
from bot.store.wishes import MOST, Wish
from bot.text import say
from bot.usecases.searching import SPOKEN, Wanted
from cogs.asking import artists, asked_song, choice, named_among, own_room, songs, think, together, where
from cogs.portraits import may_see
from cogs.showing import draw, show
from recommender import Dial

KINDS = [choice(f"what.{wanted.value}", wanted.value) for wanted in (Wanted.SONGS, *SPOKEN)]
DIALS = [choice(f"dial.{dial.value}", dial.value) for dial in Dial]
FOR = [choice(f"for.{each}", each) for each in ("me", "server", "voice")]
log = structlog.get_logger(__name__)

# A message with one song invites reactions; on longer ones nobody could tell which song is meant.
INVITED = ("❤️", "⏭️", "👎")
Mood = app_commands.Range[str, 1, 200]


class Discover(commands.Cog):
    """Songs on request."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.recommend"))
    @app_commands.rename(whom="for")
    @app_commands.describe(
        song=say("command.recommend.song"),
        artist=say("command.recommend.artist"),
        mood=say("command.recommend.mood"),
        whom=say("command.recommend.for"),
        member=say("command.recommend.member"),
        dial=say("command.recommend.dial"),
        count=say("command.recommend.count"),
        kind=say("command.recommend.kind"),
    )
    @app_commands.choices(dial=DIALS, whom=FOR, kind=KINDS)
    @app_commands.autocomplete(song=songs, artist=artists)
    @app_commands.guild_only()
    async def recommend(
        self,
        interaction: Interaction,
        song: str | None = None,
        artist: str | None = None,
        mood: Mood | None = None,
        whom: str = "me",
        member: discord.User | None = None,
        dial: str | None = None,
        count: app_commands.Range[int, 1, MOST] | None = None,
        kind: str = Wanted.SONGS.value,
    ) -> None:
        """Answer with a page of songs."""
        asked, app = where(interaction), self.bot.app
        wanted = SPOKEN.get(Wanted(kind), ItemKind.SONG)
        room = own_room(interaction) if whom == "voice" else None
        people = () if room is None else together(room)
        if member is not None and member.id != asked.member:
            await may_see(interaction, asked, member)
            people = (MemberId(member.id),)
        named = app.library.artist(artist) if artist else ""
        if mood:
            # Told at once, and to the member alone, where it means nothing.
            await app.recommend.mood(mood)
        seed = (await asked_song(interaction, song)).id if song else None
        if seed is None:
            app.recommend.check(wanted, server=asked.server, member=asked.member)
            await think(interaction)
        usual = app.recommend.usual(asked.server)
        wish = replace(
            usual,
            seed=seed,
            artist=named,
            mood=mood or "",
            people=people,
            named=await named_among(interaction, people),
            room=None if room is None else ChannelId(room.id),
            everybody=whom == "server",
            dial=usual.dial if dial is None else Dial(dial),
            count=count or usual.count,
            kind=wanted,
        )
        await answer(interaction, wish)


async def answer(interaction: Interaction, wish: Wish) -> None:
    """Answer a deferred command with the songs of a wish."""
    asked, app = where(interaction), interaction.client.app
    post = await app.recommend.ask(
        server=asked.server,
        member=asked.member,
        channel=asked.channel,
        wish=wish,
        beside=partial(draw, app),
    )
    message = await show(interaction, post, recommend_card(post, app.shelf))
    if post.single:
        await invite(message, interaction.app_permissions)


async def invite(message: discord.Message, may: discord.Permissions) -> None:
    """Put the reactions on a one-song message, where Segue may."""
    if may.add_reactions and may.read_message_history and may.view_channel:
        try:
            for emoji in INVITED:
                await message.add_reaction(emoji)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("no reactions added", error=str(error))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Discover(bot))
