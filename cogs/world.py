"""Discord as the clock of the weekly posts needs it: its errors in the clock's own words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import discord
import structlog

from bot.cards import ids
from bot.cards.notices import notice_text
from bot.cards.song import Card
from bot.cards.weekly import week_picture
from bot.client import Segue
from bot.store.records import (
    ChannelId,
    MemberId,
    MessageId,
    Notice,
    Post,
    PostId,
    PostKind,
    RunState,
    ServerId,
    Why,
)
from bot.text import DEFAULT, speaking
from bot.usecases.channel import CannotLook, MaybeSent, NotNow, NotSent
from cogs.showing import draw, whole

log = structlog.get_logger(__name__)

# Discord: "Cannot send messages to this user".
CLOSED = 50007
# Seconds that a message may take, waiting for rate limits included: well within a lease.
SEND_WITHIN = 150.0
NEEDED = ("view_channel", "send_messages", "attach_files", "read_message_history")
SILENT = (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError)


def reason(error: discord.HTTPException) -> Why:
    """Why Discord refused."""
    if error.code == CLOSED:
        return Why.CLOSED
    if error.status == 429:
        return Why.DISCORD
    return {403: Why.PERMISSION, 404: Why.GONE}.get(error.status, Why.ERROR)


@asynccontextmanager
async def sending() -> AsyncGenerator[None]:
    """Tell what was refused from what may have been made all the same."""
    try:
        async with asyncio.timeout(SEND_WITHIN):
            yield
    except SILENT as error:
        raise MaybeSent(f"Discord did not say whether it took the message: {error}") from error
    except discord.HTTPException as error:
        raise NotSent(reason(error)) from error


class DiscordChannel:
    """A channel of a server, or the direct messages with one of its members."""

    def __init__(self, bot: Segue, server: ServerId, channel: ChannelId, member: MemberId | None) -> None:
        self._bot = bot
        self._server = server
        self._member = member
        self._channel = bot.get_partial_messageable(channel, guild_id=None if member else server)

    async def send(self, post: Post, nonce: str) -> MessageId:
        """Send a post as its card."""
        if self._member is not None:
            await self._still_here(self._member)
        card = await self._drawn(post)
        async with sending():
            # discord.py sets enforce_nonce wherever there is a nonce: a second copy is the first one again.
            message = await self._channel.send(view=card.view, files=card.files, nonce=nonce)
        return MessageId(message.id)

    async def _still_here(self, member: MemberId) -> None:
        """Write to nobody who has left the server whose songs these are."""
        guild = self._bot.get_guild(self._server)
        try:
            async with sending():
                if guild is not None:
                    await guild.fetch_member(member)
        except NotSent as refused:
            raise NotSent(Why.LEFT if refused.why is Why.GONE else refused.why) from refused
        except MaybeSent as silent:
            raise NotSent(Why.DISCORD) from silent

    async def _drawn(self, post: Post) -> Card:
        app = self._bot.app
        if post.kind is PostKind.WEEKLY:
            await asyncio.to_thread(week_picture, post, app.shelf)
        else:
            await draw(app, post.slots)
        with speaking(str(post.query.get("language") or DEFAULT)):
            return whole(app, post)

    async def find(self, post: PostId, since: float) -> MessageId | None:
        """Look for a message of ours with this post's ids."""
        if not self._readable():
            raise CannotLook("Without Read Message History Discord shows an empty channel.")
        after = discord.Object(discord.utils.time_snowflake(datetime.fromtimestamp(since, UTC)))
        try:
            async for message in self._channel.history(after=after, limit=None):
                if message.author == self._bot.user and any(
                    ids.of_post(each, post) for each in pressable(message)
                ):
                    return MessageId(message.id)
        except discord.NotFound:
            return None  # The channel is gone, and with it whatever was posted there.
        except discord.Forbidden as error:
            raise CannotLook("The channel cannot be read.") from error
        except (discord.HTTPException, *SILENT) as error:
            raise NotNow(f"The channel cannot be looked into just now: {error}") from error
        return None

    def _readable(self) -> bool:
        guild = None if self._member is not None else self._bot.get_guild(self._server)
        channel = None if guild is None else guild.get_channel_or_thread(self._channel.id)
        if guild is None or channel is None:
            return True  # direct messages always are; of what is gone, Discord says so
        return channel.permissions_for(guild.me).read_message_history


def pressable(message: discord.Message) -> list[str]:
    """The ids of everything on a message that can be pressed, nested ones too."""
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    return [str(getattr(part, "custom_id", None) or "") for part in view.walk_children()]


class DiscordWorld:
    """The servers that the bot is in."""

    def __init__(self, bot: Segue) -> None:
        self._bot = bot

    def here(self, server: ServerId, member: MemberId | None = None) -> bool:
        """Whether the bot is in a server, Discord has it up, and the operator lets it, or that member, have posts."""
        switches, guild = self._bot.app.switches, self._bot.get_guild(server)
        command = "discovery" if member is None else "mydiscovery"
        if switches.command_off(command) or not switches.serves(server):
            return False
        return guild is not None and not guild.unavailable

    def channel(self, server: ServerId, channel: ChannelId, member: MemberId | None) -> DiscordChannel:
        """Where to send to and to look."""
        return DiscordChannel(self._bot, server, channel, member)

    async def tell(self, notice: Notice) -> bool:
        """Tell the admins where they look, the server's owner where there is no such place."""
        guild = self._bot.get_guild(notice.server)
        if guild is None:
            return False
        channel = guild.get_channel(notice.channel)
        permissions = None if channel is None else channel.permissions_for(guild.me)
        missing = [name for name in NEEDED if permissions is not None and not getattr(permissions, name)]
        with speaking(self._bot.app.shelf.language(notice.server)):
            text = notice_text(notice, self._bot.command_mention, missing)
        for place in await self._places(guild, notice):
            try:
                await place.send(text)
            except (discord.Forbidden, discord.NotFound):
                continue
            except (discord.HTTPException, *SILENT) as error:
                raise NotNow("The admins cannot be told just now.") from error
            return True
        return False

    async def _places(self, guild: discord.Guild, notice: Notice) -> list[discord.abc.Messageable]:
        """Where admins are told: in the open where it is about the post, in private where they must decide."""
        channel = guild.get_channel(notice.channel)
        public = [guild.system_channel, channel if isinstance(channel, discord.TextChannel) else None]
        places: list[discord.abc.Messageable] = [
            each
            for each in ([guild.public_updates_channel] if notice.state is RunState.UNSURE else public)
            if each is not None and each.permissions_for(guild.me).send_messages
        ]
        if guild.owner_id is not None:
            try:
                places.append(await self._bot.create_dm(discord.Object(guild.owner_id)))
            except (discord.HTTPException, *SILENT) as error:
                log.info("no direct messages with the owner", server=guild.id, error=str(error))
        return places + [each for each in public if each is not None and notice.state is RunState.UNSURE]
