"""``/discovery``: the weekly post, as admins see it. The clock that makes it is in ``cogs.clock``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import available_timezones

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.notices import WEEKS_A_PAGE, history_card, number, preview_card, why_text
from bot.cards.permissions import permission_names
from bot.cards.plain import safe
from bot.cards.song import Card
from bot.cards.weekly import week_picture, weekly_card
from bot.client import Interaction, Segue
from bot.errors import DiscoveryDone
from bot.store.records import ChannelId, RunState
from bot.text import say
from bot.usecases.channel import CannotLook, MaybeSent, NotNow, NotSent
from bot.usecases.posting import LeaseLost
from bot.usecases.weeks import Due, UnknownTimezone
from cogs.asking import MOST_CHOICES, choice, think, where
from cogs.buttons import Touched
from cogs.world import NEEDED, DiscordWorld

WEEKDAYS = [choice(f"weekday.{day}", day) for day in range(7)]
FRIDAY, EVENING = 4, 18
LONGEST_PAUSE = 52
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
    """Offer time zones while somebody types."""
    del interaction
    asked = current.strip().replace(" ", "_").casefold()[:60]
    found = [zone for zone in ZONES if asked in zone.casefold()] if asked else list(COMMON)
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:MOST_CHOICES]]


def spelled(moment: datetime) -> str:
    """A moment in the words and the zone of whoever reads it."""
    return f"{discord.utils.format_dt(moment, 'F')} ({discord.utils.format_dt(moment, 'R')})"


def may_manage(interaction: Interaction) -> None:
    """Let admins alone press: a private card stays on the screen of who is none any more.

    Raises:
        MissingPermissions: they may not manage the server.
    """
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])


async def weeks_page(interaction: Interaction, page: int) -> Card:
    """A page of the server's weeks."""
    bot = interaction.client
    runs, count = await bot.app.weekly.history(where(interaction).server, WEEKS_A_PAGE, page)
    return history_card(runs, count, page, bot.command_mention)


class WeeksButton(Touched, template=ids.WEEKS):
    """Turns the pages of ``/discovery history``."""

    async def answer(self, interaction: Interaction) -> None:
        """Show another page in the same message."""
        may_manage(interaction)
        card = await weeks_page(interaction, int(self.match["page"]))
        await interaction.response.edit_message(view=card.view)


class UnskipButton(Touched, template=ids.UNSKIP):
    """Takes back that a week is skipped."""

    async def answer(self, interaction: Interaction) -> None:
        """Have it made, and say when."""
        may_manage(interaction)
        weekly, server, week = interaction.client.app.weekly, where(interaction).server, self.match["week"]
        # Pressed twice, it says the same.
        await weekly.unskip(server, week)
        when = await weekly.next_time(await weekly.chosen(server))
        text = say("discovery.paused") if when is None else say("discovery.unskipped", when=spelled(when))
        await interaction.response.edit_message(content=text, view=None)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Discovery(commands.GroupCog, name="discovery", description=say("command.discovery")):
    """The weekly post, set up by admins."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot
        self.weekly = bot.app.weekly
        self.world = DiscordWorld(bot)

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
                when=spelled(upcoming),
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
        place = f"<#{due.settings.channel}>"
        try:
            # Whether a doubtful or skipped week was posted, admins can see: that they ask for it is the answer.
            await self.bot.app.clockwork.make(due, self.world, asked=True)
        except DiscoveryDone as done:
            return await self._done(due, done)
        except NotSent as refused:
            why = why_text(refused.why, due.settings.channel, self.bot.command_mention)
            return say("discovery.refused", why=why)
        except (MaybeSent, LeaseLost, NotNow, CannotLook):
            return say("discovery.unclear", channel=place)
        when = await self.weekly.next_time(due.settings)
        if when is None:
            return say(
                "discovery.posted.paused", channel=place, resume=self.bot.command_mention("discovery resume")
            )
        return say("discovery.posted", channel=place, when=spelled(when))

    async def _done(self, due: Due, done: DiscoveryDone) -> str:
        run = await self.weekly.run(due)
        if run is not None and run.state in {RunState.CLAIMED, RunState.SENDING}:
            return say("discovery.making", channel=f"<#{due.settings.channel}>")
        when = await self.weekly.next_time(due.settings)
        if when is None:
            return say("discovery.made")
        if done.channel_id is None or done.message_id is None:
            return say("error.discovery_done", when=spelled(when))
        link = f"https://discord.com/channels/{due.settings.server}/{done.channel_id}/{done.message_id}"
        return say("error.discovery_done.link", link=link, when=spelled(when))

    @app_commands.command(description=say("command.discovery.preview"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def preview(self, interaction: Interaction) -> None:
        """Show the next post to who asks, and change nothing."""
        await think(interaction, private=True)
        app = self.bot.app
        post = await self.weekly.preview(where(interaction).server)
        await asyncio.to_thread(week_picture, post, app.shelf)
        card = preview_card(weekly_card(post, app.shelf))
        await interaction.edit_original_response(view=card.view, attachments=card.files)

    @app_commands.command(description=say("command.discovery.pause"))
    @app_commands.describe(weeks=say("command.discovery.pause.weeks"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def pause(
        self, interaction: Interaction, weeks: app_commands.Range[int, 1, LONGEST_PAUSE] | None = None
    ) -> None:
        """Make no posts for a while."""
        await think(interaction, private=True)
        when = await self.weekly.pause(where(interaction).server, weeks)
        resume = self.bot.command_mention("discovery resume")
        text = (
            say("discovery.paused.open", resume=resume)
            if when is None
            else say("discovery.paused.weeks", when=spelled(when), resume=resume)
        )
        await interaction.edit_original_response(content=text)

    @app_commands.command(description=say("command.discovery.resume"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def resume(self, interaction: Interaction) -> None:
        """Make posts again."""
        await think(interaction, private=True)
        when = await self.weekly.resume(where(interaction).server)
        await interaction.edit_original_response(content=say("discovery.resumed", when=spelled(when)))

    @app_commands.command(description=say("command.discovery.skip"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def skip(self, interaction: Interaction) -> None:
        """Leave the next post out; a button takes that back."""
        await think(interaction, private=True)
        skipped = await self.weekly.skip(where(interaction).server)
        if skipped is None:
            resume = self.bot.command_mention("discovery resume")
            await interaction.edit_original_response(content=say("discovery.paused.open", resume=resume))
            return
        week, following = skipped
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label=say("discovery.unskip"), custom_id=ids.unskip(week)))
        view.stop()
        await interaction.edit_original_response(
            content=say("discovery.skipped", week=number(week), when=spelled(following)), view=view
        )

    @app_commands.command(description=say("command.discovery.history"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def history(self, interaction: Interaction) -> None:
        """List what became of each week."""
        await think(interaction, private=True)
        card = await weeks_page(interaction, 0)
        await interaction.edit_original_response(view=card.view)

    @app_commands.command(description=say("command.discovery.off"))
    @app_commands.checks.has_permissions(manage_guild=True)
    async def off(self, interaction: Interaction) -> None:
        """Make no more posts."""
        await think(interaction, private=True)
        stopped = await self.weekly.stop(where(interaction).server)
        await interaction.edit_original_response(
            content=say("discovery.off" if stopped else "discovery.was_off")
        )


ITEMS = (WeeksButton, UnskipButton)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its cards."""
    await bot.add_cog(Discovery(bot))
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(*ITEMS)
