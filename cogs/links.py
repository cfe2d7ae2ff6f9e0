"""``/links``, and a quiet card under members' own links where an admin wants that and the operator allows it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.brought import brought_card
from bot.cards.permissions import permission_names
from bot.client import Interaction, Segue
from bot.errors import LinksOff, NotReadHere, StoreError
from bot.sources.together import leave_out
from bot.store.records import ChannelId, MemberId, MessageId, Post, ServerId
from bot.text import say
from cogs.asking import think, where
from cogs.discover import invite
from cogs.reading import links_of
from cogs.showing import draw

log = structlog.get_logger(__name__)

NEEDED = ("view_channel", "send_messages", "attach_files", "read_message_history", "add_reactions")
WRITTEN = {discord.MessageType.default, discord.MessageType.reply}
# Messages whose link led nowhere so far: Discord tells the title of a link a moment after the message.
MOST_OPEN = 200
# Channels of a message: a mention has 24 characters, and Discord takes 2,000.
MOST_SHOWN = 75


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Links(commands.GroupCog, name="links", description=say("command.links")):
    """Channels are chosen by admins; only there are messages looked at, and never kept."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self.bringing = bot.app.bringing
        self._open: OrderedDict[MessageId, asyncio.Lock] = OrderedDict()

    @app_commands.command(description=say("command.links.on"))
    @app_commands.describe(channel=say("command.links.channel"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def on(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Answer links in a channel."""
        await think(interaction, private=True)
        if not self.bot.app.settings.links:
            raise LinksOff("The operator has not turned that on.")
        if not self.bot.app.choices.server(where(interaction).server).links:
            raise NotReadHere("links")
        chosen = channel or interaction.channel
        if not isinstance(chosen, discord.TextChannel):
            await interaction.edit_original_response(content=say("links.text_channel"))
            return
        missing = [name for name in NEEDED if not getattr(chosen.permissions_for(chosen.guild.me), name)]
        if missing:
            told = say(
                "error.channel_permissions", channel=chosen.mention, permissions=permission_names(missing)
            )
        else:
            await self.bringing.listen(where(interaction).server, ChannelId(chosen.id))
            told = say("links.on", channel=chosen.mention)
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=say("command.links.off"))
    @app_commands.describe(channel=say("command.links.channel"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def off(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Answer them no more."""
        await think(interaction, private=True)
        asked = where(interaction)
        number = asked.channel if channel is None else ChannelId(channel.id)
        stopped = number is not None and await self.bringing.stop(asked.server, number)
        told = say("links.off" if stopped else "links.was_off", channel=f"<#{number}>")
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=say("command.links.show"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def show(self, interaction: Interaction) -> None:
        """Say where links are answered."""
        await think(interaction, private=True)
        chosen = self.bringing.channels(where(interaction).server)
        if not self.bot.app.settings.links:
            raise LinksOff("The operator has not turned that on.")
        told = say("links.none")
        if chosen:
            shown = " ".join(f"<#{number}>" for number in chosen[:MOST_SHOWN])
            further = len(chosen) - MOST_SHOWN
            told = (
                say("links.show.more", n=further, channels=shown)
                if further > 0
                else say("links.show", channels=shown)
            )
        await interaction.edit_original_response(content=told)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer the link of a member, in a channel that was chosen."""
        if message.guild is None or message.author.bot or message.type not in WRITTEN:
            return
        server, channel = ServerId(message.guild.id), ChannelId(message.channel.id)
        chosen = self.bot.app.choices.server(server)
        wanted = chosen.links and self.bot.app.switches.serves(server)
        if not wanted or not self.bringing.listens(server, channel) or not links_of(message):
            return
        if not self.bringing.turn(channel, MemberId(message.author.id)):
            log.info("link passed over: too many", server=server)
            return
        leave_out(chosen.sources_off)
        lock = self._open[MessageId(message.id)] = asyncio.Lock()
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        async with lock:
            await self._answer(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Look once more when Discord has shown what a link is that led nowhere before."""
        lock = self._open.get(MessageId(payload.message_id))
        if lock is None or not payload.message.embeds:
            return
        if payload.guild_id is not None:
            leave_out(self.bot.app.choices.server(ServerId(payload.guild_id)).sources_off)
        async with lock:
            if self._open.get(MessageId(payload.message_id)) is lock:
                await self._answer(payload.message)
                self._open.pop(MessageId(payload.message_id), None)

    async def _answer(self, message: discord.Message) -> None:
        if message.guild is None:
            return
        try:
            post = await self.bringing.bring(
                server=ServerId(message.guild.id),
                channel=ChannelId(message.channel.id),
                member=MemberId(message.author.id),
                links=links_of(message),
            )
            if post is not None:
                self._open.pop(MessageId(message.id), None)
                await self._reply(message, post)
        except (StoreError, discord.HTTPException, aiohttp.ClientError, OSError) as error:
            # Nobody has asked for this card, so nobody is told that it does not come.
            log.warning("link not answered", server=message.guild.id, error=str(error))

    async def _reply(self, message: discord.Message, post: Post) -> None:
        app = self.bot.app
        await draw(app, post.slots)
        card = brought_card(post, app.shelf)
        try:
            answer = await message.reply(view=card.view, files=card.files, mention_author=False, silent=True)
        except discord.HTTPException:
            await app.picker.withdraw(post.id)  # such as when the message is gone by now
            raise
        await app.picker.sent(post, ChannelId(answer.channel.id), MessageId(answer.id))
        if message.guild is not None:
            await invite(answer, message.channel.permissions_for(message.guild.me))


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Links(bot))
