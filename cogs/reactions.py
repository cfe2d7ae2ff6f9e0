"""Reactions to songs count like taps: adding one answers, removing it takes the answer back."""

from __future__ import annotations

from collections.abc import Awaitable

import discord
import structlog
from discord.ext import commands

from bot.client import Segue
from bot.errors import StoreError
from bot.store.records import MemberId, MessageId, PostKind, ServerId
from cogs.playing import heeded
from cogs.showing import Refresher, whole

log = structlog.get_logger(__name__)


class Reactions(commands.Cog):
    """Raw events, since the message may be older than this process."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self._refresher = Refresher()

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Take an answer in."""
        if payload.member is None or not payload.member.bot:
            await self._react(payload, added=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Take an answer back."""
        await self._react(payload, added=False)

    async def _react(self, payload: discord.RawReactionActionEvent, *, added: bool) -> None:
        if payload.guild_id is None or not payload.emoji.is_unicode_emoji():
            return
        if self.bot.user is not None and payload.user_id == self.bot.user.id:
            return
        app = self.bot.app
        message = MessageId(payload.message_id)
        try:
            answer = await app.feedback.react(
                server=ServerId(payload.guild_id),
                member=MemberId(payload.user_id),
                message=message,
                emoji=payload.emoji.name,
                added=added,
            )
        except StoreError as error:
            # A reaction cannot be answered; that the card does not change says that it did not count.
            log.warning("reaction not saved", error=str(error), server=payload.guild_id)
            return
        if answer is not None and answer.changed:
            await self._redraw(payload, message)

    async def _redraw(self, payload: discord.RawReactionActionEvent, message: MessageId) -> None:
        app = self.bot.app
        post = await app.store.posts.by_message(message)
        if post is None:
            return
        if post.kind is PostKind.RADIO:
            post = await heeded(app, post, MemberId(payload.user_id))
        channel = self.bot.get_partial_messageable(payload.channel_id, guild_id=payload.guild_id)
        drawn = channel.get_partial_message(message)

        def edit() -> Awaitable[object]:
            now = app.picker.newest(post)
            card = whole(app, now)
            if now.slots[-1].number == post.slots[-1].number:
                return drawn.edit(view=card.view)
            return drawn.edit(
                view=card.view, attachments=card.files
            )  # a radio has moved on, to another cover

        await self._refresher.until_fresh(app, post, edit)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Reactions(bot))
