"""``/discovery`` and the clock that makes its posts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from zoneinfo import available_timezones

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands, tasks

from bot.cards import ids
from bot.cards.plain import safe
from bot.cards.trouble import permission_names
from bot.cards.weekly import week_picture, weekly_card
from bot.client import Interaction, Segue
from bot.errors import DiscoveryDone, SegueError
from bot.store.records import ChannelId, DiscoveryRun, MessageId, Post, ServerId
from bot.text import say
from bot.usecases.weekly import Due, UnknownTimezone
from cogs.asking import MOST_CHOICES, choice, think, where
from cogs.closing import Ending

log = structlog.get_logger(__name__)

WEEKDAYS = [choice(f"weekday.{day}", day) for day in range(7)]
FRIDAY, EVENING = 4, 18
# A post that was refused is tried again after so long, until it is too late for it.
PATIENCE = timedelta(minutes=10)
# Seconds that a stop waits for a post that is being made.
GRACE = 8.0
# Seconds within which a claimed post may still be on its way to Discord, rate limits included.
ON_ITS_WAY = 300.0
NEEDED = ("view_channel", "send_messages", "attach_files", "read_message_history")
ZONES = sorted(available_timezones())
COMMON = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Sydney",
)


async def zones(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer time zones while an admin types."""
    del interaction
    asked = current.strip().replace(" ", "_").casefold()[:60]
    found = [zone for zone in ZONES if asked in zone.casefold()] if asked else list(COMMON)
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:MOST_CHOICES]]


def _when(moment: datetime) -> str:
    return f"{discord.utils.format_dt(moment, 'F')} ({discord.utils.format_dt(moment, 'R')})"


class MissingChannelPermissions(SegueError):
    """The sentence lists what is missing where."""


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Discovery(commands.GroupCog, name="discovery", description=say("command.discovery")):
    """The weekly post: set up by admins, made by a loop, once a week whatever happens."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self.weekly = bot.app.weekly
        self.ending = Ending(bot)
        self._patience: dict[ServerId, datetime] = {}
        self._turn = asyncio.Lock()
        self._on_their_way: set[tuple[ServerId, str]] = set()
        self._started = discord.utils.utcnow().timestamp()

    async def cog_load(self) -> None:
        """Start the clock."""
        self.clock.start()

    async def cog_unload(self) -> None:
        """Stop the clock between two turns: what it has begun is finished first, for a while."""
        try:
            async with asyncio.timeout(GRACE), self._turn:
                self.clock.cancel()
        except TimeoutError:
            self.clock.cancel()

    @app_commands.command(description=say("command.discovery.channel"))
    @app_commands.describe(
        channel=say("command.discovery.channel.channel"),
        weekday=say("command.discovery.channel.weekday"),
        hour=say("command.discovery.channel.hour"),
        timezone=say("command.discovery.channel.timezone"),
    )
    @app_commands.choices(weekday=WEEKDAYS)
    @app_commands.autocomplete(timezone=zones)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def channel(
        self,
        interaction: Interaction,
        channel: discord.TextChannel,
        weekday: int = FRIDAY,
        hour: app_commands.Range[int, 0, 23] = EVENING,
        timezone: str = "UTC",
    ) -> None:
        """Choose where and when."""
        await think(interaction, private=True)
        missing = [name for name in NEEDED if not getattr(channel.permissions_for(channel.guild.me), name)]
        if missing:
            await interaction.edit_original_response(
                content=say(
                    "error.channel_permissions",
                    channel=channel.mention,
                    permissions=permission_names(missing),
                )
            )
            return
        try:
            upcoming = await self.weekly.configure(
                server=where(interaction).server,
                channel=ChannelId(channel.id),
                weekday=weekday,
                hour=hour,
                timezone=timezone,
            )
        except UnknownTimezone:
            await interaction.edit_original_response(
                content=say("error.timezone", timezone=safe(timezone, 60))
            )
            return
        settings = await self.weekly.settings(where(interaction).server)
        zone = settings.timezone if settings else timezone
        await interaction.edit_original_response(
            content=say(
                "discovery.set",
                channel=channel.mention,
                weekday=say(f"weekday.{weekday}"),
                hour=f"{hour:02d}",
                timezone=zone,
                when=_when(upcoming),
            )
        )

    @app_commands.command(description=say("command.discovery.now"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def now(self, interaction: Interaction) -> None:
        """Make this week's post without waiting for its hour."""
        await think(interaction, private=True)
        due = await self.weekly.due_now(where(interaction).server)
        await interaction.edit_original_response(content=await self.made(due))

    async def made(self, due: Due) -> str:
        """Make a post that an admin asks for, and say what became of it."""
        # Whether a doubtful week was posted, admins can see: that they ask for it is the answer.
        await self.weekly.decided(due)
        try:
            await self.publish(due)
        except DiscoveryDone as done:
            return await self._done(due, done)
        upcoming = await self.weekly.next_time(due.settings)
        return say("discovery.posted", channel=f"<#{due.settings.channel}>", when=_when(upcoming))

    async def _done(self, due: Due, done: DiscoveryDone) -> str:
        when = _when(await self.weekly.next_time(due.settings))
        if done.channel_id is None or done.message_id is None:
            return say("error.discovery_done", when=when)
        link = f"https://discord.com/channels/{due.settings.server}/{done.channel_id}/{done.message_id}"
        return say("error.discovery_done.link", link=link, when=when)

    @app_commands.command(description=say("command.discovery.off"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def off(self, interaction: Interaction) -> None:
        """Make no more posts."""
        await think(interaction, private=True)
        stopped = await self.weekly.stop(where(interaction).server)
        await interaction.edit_original_response(
            content=say("discovery.off" if stopped else "discovery.was_off")
        )

    async def publish(self, due: Due) -> None:
        """Claim, send, confirm.

        Raises:
            DiscoveryDone: the week was claimed before.
            EmptyCatalog, NothingLeft: there is nothing to post.
            HTTPException: Discord refused; the week is free again unless that cannot be known.
        """
        way = (due.settings.server, due.week)
        self._on_their_way.add(way)
        try:
            post = await self.weekly.prepare(due)
            try:
                message = await self._send(due, post)
            except discord.HTTPException as error:
                # A server error or a cut wire may come after the message was made: the clock looks for it.
                if error.status < 500:
                    await self.weekly.refused(due)
                raise
            await self.weekly.confirm(due, post, MessageId(message.id))
        finally:
            self._on_their_way.discard(way)

    async def _send(self, due: Due, post: Post) -> discord.Message:
        await asyncio.to_thread(week_picture, post, self.bot.app.shelf)
        card = weekly_card(post, self.bot.app.shelf)
        channel = self.bot.get_partial_messageable(due.settings.channel, guild_id=due.settings.server)
        # The nonce lets Discord itself drop a second copy within a few minutes.
        nonce = f"{due.settings.server:x}-{due.week}"
        return await channel.send(view=card.view, files=card.files, nonce=nonce)

    @tasks.loop(minutes=1)
    async def clock(self) -> None:
        """Make every post that is due, after settling what was cut off on its way."""
        now, following = discord.utils.utcnow(), self.clock.next_iteration
        if following is not None and following < now:
            # The host slept. discord.py would run every turn that was missed: one is enough.
            self.clock.restart()
            return
        async with self._turn:
            await self.ending.turn()
            await self._make_what_is_due(now)

    async def _make_what_is_due(self, now: datetime) -> None:
        try:
            interrupted, waiting = await self.weekly.interrupted(), await self.weekly.due()
        except SegueError as error:
            log.warning("cannot look for due posts", error=str(error))
            return
        for run in interrupted:
            if self._left_behind(run, now):
                await self._quietly(run.server, run.week, self._settle(run))
        for due in waiting:
            if self._patience.get(due.settings.server, now) <= now:
                await self._quietly(due.settings.server, due.week, self.publish(due))

    def _left_behind(self, run: DiscoveryRun, now: datetime) -> bool:
        """Whether nobody is making this post any more: it is from before this start, or was cut off a while ago."""
        if (run.server, run.week) in self._on_their_way or self._patience.get(run.server, now) > now:
            return False
        return run.at <= self._started or run.at < now.timestamp() - ON_ITS_WAY

    async def _quietly(self, server: ServerId, week: str, work: Awaitable[None]) -> None:
        """Do one server's work; whatever goes wrong is logged and tried again later, and no other server waits."""
        try:
            await work
        except DiscoveryDone:
            log.info("weekly post was made elsewhere", server=server, week=week)
        except Exception as error:
            expected = isinstance(error, SegueError | discord.HTTPException | OSError | aiohttp.ClientError)
            told = None if expected else error
            log.warning("weekly post not made yet", server=server, week=week, error=str(error), exc_info=told)
            self._patience[server] = discord.utils.utcnow() + PATIENCE
        else:
            log.info("weekly post made", server=server, week=week)

    @clock.before_loop
    async def ready(self) -> None:
        """Wait until Discord can be asked."""
        await self.bot.wait_until_ready()

    async def _settle(self, run: DiscoveryRun) -> None:
        try:
            await self.weekly.found(run, await self._search(run))
        except discord.NotFound:
            # The channel is gone, and with it whatever was posted there.
            await self.weekly.found(run, None)
        except discord.Forbidden:
            log.warning("cannot tell whether a weekly post was made: no read access", server=run.server)
            await self.weekly.doubtful(run)

    async def _search(self, run: DiscoveryRun) -> MessageId | None:
        """Look in the channel, since the claim, for a message with this post's ids."""
        if run.post is None:
            return None
        channel = self.bot.get_partial_messageable(run.channel, guild_id=ServerId(run.server))
        since = discord.Object(
            discord.utils.time_snowflake(datetime.fromtimestamp(run.at - 60, discord.utils.utcnow().tzinfo))
        )
        wanted = ids.choose(run.post)
        async for message in channel.history(after=since, limit=None):
            if message.author == self.bot.user and any(
                getattr(part, "custom_id", None) == wanted for part in message_parts(message)
            ):
                return MessageId(message.id)
        return None


def message_parts(message: discord.Message) -> list[object]:
    """Every component of a message, nested ones too."""
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    return list(view.walk_children())


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Discovery(bot))
