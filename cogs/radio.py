"""``/radio``: a song at a time in one message, and the radios of the past."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.plain import clean
from bot.cards.radio import plain_source, radio_card
from bot.cards.song import Card
from bot.client import FOUND, SHOWN, Interaction, Segue
from bot.errors import NotHere
from bot.store.radio_query import RadioQuery, Whose
from bot.store.records import ChannelId, MemberId, Post
from bot.text import say
from bot.usecases.radio import Wanted
from cogs.asking import LONGEST_LABEL, artists, asked_song, choice, songs, think, where
from cogs.portraits import may_see
from cogs.radio_buttons import past_view
from cogs.showing import draw, remember, show

WHOSE = [choice(f"radio.for.{whose.value}", whose.value) for whose in (Whose.ME, Whose.SERVER)]


@app_commands.guild_only()
class RadioCog(commands.GroupCog, name="radio", description=say("command.radio")):
    """Starts radios and lists them; what can be pressed on them is in ``cogs.radio_buttons``."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.radio.play"))
    @app_commands.rename(whose="for")
    @app_commands.describe(
        song=say("command.radio.song"),
        artist=say("command.radio.artist"),
        mood=say("command.radio.mood"),
        whose=say("command.radio.for"),
        member=say("command.radio.member"),
        thread=say("command.radio.thread"),
    )
    @app_commands.choices(whose=WHOSE)
    @app_commands.autocomplete(song=songs, artist=artists)
    async def play(
        self,
        interaction: Interaction,
        song: str | None = None,
        artist: app_commands.Range[str, 1, 100] | None = None,
        mood: app_commands.Range[str, 1, 200] | None = None,
        whose: str = Whose.ME.value,
        member: discord.User | None = None,
        thread: bool = False,
    ) -> None:
        """Start a radio."""
        asked, app = where(interaction), self.bot.app
        of = None if member is None or member.id == asked.member else _here(member)
        if of is not None and member is not None:
            await may_see(interaction, asked, member)
        server = whose == Whose.SERVER.value
        # From memory: what is not known is told to the member alone, before anything is announced.
        query = await app.radio.understood(asked.server, Wanted(artist, mood, server=server, member=of))
        if song:
            query = query.but(seed=(await asked_song(interaction, song)).id)
        else:
            await think(interaction)
        post = await app.radio.start(
            server=asked.server,
            member=asked.member,
            channel=asked.channel,
            query=query.but(home=_home(interaction)),
            of=of,
        )
        await draw(app, post.slots)
        try:
            await self._show(interaction, post, radio_card(post, app.shelf), thread=thread)
        except discord.HTTPException as error:
            # Unless it is on the screen already, nobody has seen it; after a server error that cannot be known.
            written = await app.picker.post(post.id)
            if error.status < 500 and (written is None or written.message is None):
                await app.picker.withdraw(post.id)
            raise

    @app_commands.command(description=say("command.radio.history"))
    @app_commands.rename(whose="for")
    @app_commands.describe(whose=say("command.radio.history.for"))
    @app_commands.choices(whose=WHOSE)
    async def history(self, interaction: Interaction, whose: str = Whose.ME.value) -> None:
        """List past radios, to the member alone."""
        await think(interaction, private=True)
        await interaction.edit_original_response(view=await past_view(interaction, Whose(whose)))

    async def _show(self, interaction: Interaction, post: Post, card: Card, *, thread: bool) -> None:
        """Show a new radio in a thread of its own, or here where none was asked for or may be opened."""
        opened = await _thread(interaction, post, self.bot) if thread else None
        if opened is None:
            await show(interaction, post, card)
            if thread and not isinstance(interaction.channel, discord.Thread):
                await interaction.followup.send(say("radio.no_thread"), ephemeral=True)
            return
        message = await opened.send(view=card.view, files=card.files)
        await remember(self.bot.app, post, message)
        sentence = say("radio.thread", thread=opened.mention)
        if (found := interaction.extras.get(FOUND)) is not None:
            await interaction.edit_original_response(content=found)
            interaction.extras[SHOWN] = True
            await interaction.followup.send(sentence)
        else:
            await interaction.edit_original_response(content=sentence)


def _here(member: discord.User | discord.Member) -> MemberId:
    """Whose taste a radio can follow.

    Raises:
        NotHere: a bot, or somebody who is not in the server.
    """
    if member.bot or not isinstance(member, discord.Member):
        raise NotHere("Only people in this server have a taste to follow.")
    return MemberId(member.id)


def _home(interaction: Interaction) -> ChannelId | None:
    """The channel whose members see what is posted here: of a public thread its channel."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread) and not channel.is_private():
        return ChannelId(channel.parent_id)
    return where(interaction).channel


async def _thread(interaction: Interaction, post: Post, bot: Segue) -> discord.Thread | None:
    """Open a thread for a radio; None where there can be none, or Segue may not."""
    channel, may = interaction.channel, interaction.app_permissions
    if not isinstance(channel, discord.TextChannel):
        return None
    if not (may.create_public_threads and may.send_messages_in_threads):
        return None
    source = plain_source(RadioQuery.model_validate(post.query), bot.app.shelf)
    title = say("radio.thread.name", source=source)
    try:
        return await channel.create_thread(
            name=clean(title, LONGEST_LABEL), type=discord.ChannelType.public_thread
        )
    except discord.Forbidden:
        return None


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(RadioCog(bot))
