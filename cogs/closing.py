"""The end of weekly posts: their polls, and the edit that says what the server thought of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import discord
import structlog

from bot.cards.weekly import week_picture, weekly_card, weekly_poll
from bot.client import Segue
from bot.errors import SegueError
from bot.store.polls import WeeklyPoll
from bot.store.records import MessageId, Post, PostId

log = structlog.get_logger(__name__)

# What Discord refused is tried again after so long.
PATIENCE = timedelta(minutes=10)
# Seconds within which a claimed poll may still be on its way to Discord, rate limits included.
ON_ITS_WAY = 300.0
HOUR = 3_600.0
# Seconds that one post may take, rate limits included …
WITHIN = 150.0
# … and how many are ended beside each other.
AT_ONCE = 8

Work = Callable[[], Awaitable[None]]


class Ending:
    """Brings weekly posts to their end, one turn of the clock at a time; whatever goes wrong is tried again later."""

    def __init__(self, bot: Segue) -> None:
        self._bot = bot
        self._closing = bot.app.closing
        self._patience: dict[PostId, datetime] = {}
        self._on_their_way: set[PostId] = set()
        self._started = discord.utils.utcnow().timestamp()

    async def turn(self) -> None:
        """Settle and count polls, close what is over, and open polls that are due."""
        try:
            interrupted = await self._closing.interrupted_polls()
            ended = await self._closing.ended_polls()
        except SegueError as error:
            log.warning("cannot look for polls", error=str(error))
            return
        left = [poll for poll in interrupted if self._left_behind(poll)]
        await self._each((poll.post, partial(self._settle, poll)) for poll in left)
        await self._each((poll.post, partial(self._count, poll)) for poll in ended)
        # Only now: what a poll has chosen belongs into the verdict.
        try:
            closing, polling = await self._closing.due_to_close(), await self._closing.due_to_poll()
        except SegueError as error:
            log.warning("cannot look for weekly posts to close", error=str(error))
            return
        serves = self._bot.app.switches.serves
        await self._each((post.id, partial(self._close, post)) for post in closing if serves(post.server))
        await self._each((post.id, partial(self._poll, post)) for post in polling if serves(post.server))

    def _left_behind(self, poll: WeeklyPoll) -> bool:
        """Whether nobody is sending this poll any more."""
        if poll.post in self._on_their_way:
            return False
        return poll.at <= self._started or poll.at < discord.utils.utcnow().timestamp() - ON_ITS_WAY

    async def _each(self, work: Iterable[tuple[PostId, Work]]) -> None:
        """Do the work of many posts beside each other; none waits for long for one that Discord refuses or leaves hanging."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(post: PostId, do: Work) -> None:
            async with places:
                await self._quietly(post, do)

        await asyncio.gather(*(one(post, do) for post, do in work))

    async def _quietly(self, post: PostId, do: Work) -> None:
        """Do one post's work; whatever goes wrong is logged, tried again later, and ends nobody else's."""
        now = discord.utils.utcnow()
        if self._patience.get(post, now) > now:
            return
        try:
            async with asyncio.timeout(WITHIN):
                await do()
        except Exception as error:
            expected = isinstance(error, SegueError | discord.HTTPException | OSError | aiohttp.ClientError)
            log.warning(
                "weekly post not ended yet",
                post=post,
                error=repr(error),
                exc_info=None if expected else error,
            )
            self._patience[post] = now + PATIENCE
        else:
            self._patience.pop(post, None)

    # ------------------------------------------------------------------ posts

    async def _close(self, post: Post) -> None:
        """Edit first, remember after: a crash in between only edits twice."""
        await self._redraw(post)
        await self._closing.closed(post)
        log.info("weekly post closed", post=post.id, server=post.server)

    async def _redraw(self, post: Post) -> None:
        if post.channel is None or post.message is None:
            return
        shelf = self._bot.app.shelf
        await asyncio.to_thread(week_picture, post, shelf)
        channel = self._bot.get_partial_messageable(post.channel, guild_id=post.server)
        try:
            await channel.get_partial_message(post.message).edit(view=weekly_card(post, shelf).view)
        except (discord.NotFound, discord.Forbidden) as error:
            log.info("weekly post can no longer be edited", post=post.id, error=str(error))

    # ------------------------------------------------------------------ polls

    async def _poll(self, post: Post) -> None:
        """Claim, send, confirm, as with the post itself."""
        if post.channel is None:
            return
        poll = await self._closing.claim_poll(post)
        if poll is None:
            return
        self._on_their_way.add(post.id)
        try:
            if not self._allowed(post, "send_polls"):
                log.warning("no poll: Send Polls is not allowed", server=post.server, channel=post.channel)
                await self._closing.no_poll(poll)
                return
            hours = round((poll.ends_at - poll.at) / HOUR)
            channel = self._bot.get_partial_messageable(post.channel, guild_id=post.server)
            drawn = weekly_poll(post, poll.songs, hours, self._bot.app.shelf)
            try:
                message = await channel.send(poll=drawn, nonce=f"poll-{post.id}")
            except discord.HTTPException as error:
                # A server error may come after the message was made: then the channel is looked into.
                if error.status >= 500:
                    raise
                log.warning("no poll: Discord refused it", server=post.server, error=str(error))
                await self._closing.no_poll(poll)
                return
            await self._closing.poll_sent(poll, MessageId(message.id))
        finally:
            self._on_their_way.discard(post.id)

    def _allowed(self, post: Post, permission: str) -> bool:
        """Whether the post's channel allows something, as far as is known here."""
        guild = self._bot.get_guild(post.server)
        channel = None if guild is None or post.channel is None else guild.get_channel(post.channel)
        if guild is None or channel is None:
            return True
        return bool(getattr(channel.permissions_for(guild.me), permission))

    async def _settle(self, poll: WeeklyPoll) -> None:
        """Look in the channel, since the claim, for a poll that a crash left unconfirmed."""
        post = await self._bot.app.picker.post(poll.post)
        if post is None or post.channel is None:
            await self._closing.no_poll(poll)
            return
        if not self._allowed(post, "read_message_history"):
            # Discord shows an empty channel then: better none than two.
            await self._closing.no_poll(poll)
            return
        wanted = [answer.text for answer in weekly_poll(post, poll.songs, 1, self._bot.app.shelf).answers]
        channel = self._bot.get_partial_messageable(post.channel, guild_id=post.server)
        since = discord.Object(discord.utils.time_snowflake(datetime.fromtimestamp(poll.at - 60, UTC)))
        try:
            async for message in channel.history(after=since, limit=None):
                asked = [] if message.poll is None else [answer.text for answer in message.poll.answers]
                if message.author == self._bot.user and asked == wanted:
                    await self._closing.poll_sent(poll, MessageId(message.id))
                    return
        except (discord.Forbidden, discord.NotFound):
            # Whether it was sent cannot be known, or there is nowhere to send it.
            await self._closing.no_poll(poll)
            return
        await self._closing.poll_again(poll)

    async def _count(self, poll: WeeklyPoll) -> None:
        """Read the votes of a poll that has ended; a post that was closed meanwhile shows its winner."""
        post = await self._bot.app.picker.post(poll.post)
        votes: list[int] = []
        if post is not None and post.channel is not None and poll.message is not None:
            channel = self._bot.get_partial_messageable(post.channel, guild_id=post.server)
            try:
                message = await channel.fetch_message(poll.message)
            except (discord.NotFound, discord.Forbidden) as error:
                log.info("poll cannot be read", post=poll.post, error=str(error))
            else:
                answers = [] if message.poll is None else message.poll.answers
                votes = [answer.vote_count for answer in answers]
        shown = await self._closing.counted(poll, votes)
        if shown is not None:
            await self._close(shown)
