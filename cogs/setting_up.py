"""``/setup``: four steps in one private message; what was chosen is in the ids of its buttons, so nothing is lost with the process."""

from __future__ import annotations

from typing import cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.setting_up import done_card, finish_card, look_card, place_card, taste_card
from bot.cards.song import Card
from bot.cards.trouble import trouble
from bot.client import Interaction, Segue
from bot.errors import ChannelClosed, ChannelGone, StaleChoice
from bot.store.arranged import Proposal
from bot.store.records import ChannelId
from bot.store.tastes import ChoiceKind
from bot.text import say
from bot.usecases.arranging import known_zone
from cogs.asking import think, where
from cogs.governing import (
    NEEDED,
    WISHED,
    Governed,
    check_posting,
    moment_text,
    propose,
    server_of,
)
from cogs.weekly import Discovery


class SetupCog(commands.Cog, name="Setup"):
    """Begins a set-up; its steps are answered below."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(name="setup", description=say("command.setup"))
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def setup_(self, interaction: Interaction) -> None:
        """Show the first step."""
        await begin(interaction)


async def begin(interaction: Interaction) -> None:
    """Show the first step in a private message."""
    await think(interaction, private=True)
    settings = await interaction.client.app.weekly.settings(where(interaction).server)
    card = await drawn(interaction, "look", propose(interaction, settings))
    await interaction.edit_original_response(view=card.view)


async def drawn(interaction: Interaction, step: str, draft: Proposal) -> Card:
    """The card of a step, for what was chosen so far."""
    app, mention = interaction.client.app, interaction.client.command_mention
    guild = server_of(interaction)
    match step:
        case "place":
            when = None if draft.channel is None else await _next(interaction, draft)
            now = discord.utils.utcnow().timestamp()
            return place_card(draft, when, now, _wrong(interaction, draft), mention)
        case "taste":
            chosen = app.choosing.of(where(interaction).server, where(interaction).member)
            return taste_card(draft, sum(len(chosen.of(kind)) for kind in ChoiceKind))
        case "finish":
            return finish_card(draft, await _next(interaction, draft))
        case _:
            may = guild.me.guild_permissions
            missing, wished = (
                [name for name in names if not getattr(may, name)] for names in (NEEDED, WISHED)
            )
            return look_card(draft, missing, wished, mention)


def _wrong(interaction: Interaction, draft: Proposal) -> str | None:
    """What is wrong with the channel that was chosen, in a sentence."""
    if draft.channel is None:
        return None
    try:
        check_posting(server_of(interaction), draft.channel)
    except (ChannelGone, ChannelClosed) as error:
        return trouble(error, command=interaction.client.command_mention)[0]
    return None


async def _next(interaction: Interaction, draft: Proposal) -> str:
    """When the next post would come, with this week's made or not."""
    app = interaction.client.app
    asked = await app.arranging.draft(where(interaction).server, draft)
    return moment_text(await app.weekly.next_time(asked))


class BeginButton(Governed, template=ids.SETUP):
    """The button of the greeting."""

    async def governed(self, interaction: Interaction) -> None:
        """Begin, privately."""
        await begin(interaction)


class StepButton(Governed, template=ids.SETUP_STEP):
    """On to a step, back to one, or the end."""

    async def governed(self, interaction: Interaction) -> None:
        """Show it in the same message."""
        await interaction.response.defer()
        draft, step = ids.drafted(self.match.groupdict()), self.match["step"]
        if step != "look" and (draft.channel is None or _wrong(interaction, draft) is not None):
            step = "place"
        if step in ("now", "later"):
            card = await self._end(interaction, draft, now=step == "now")
        else:
            card = await drawn(interaction, step, draft)
        await interaction.edit_original_response(view=card.view)

    async def _end(self, interaction: Interaction, draft: Proposal, *, now: bool) -> Card:
        """Write down what was chosen, and post or wait."""
        app, asked = interaction.client.app, where(interaction)
        settings = await app.arranging.place(asked.server, asked.member, draft)
        outcome = await _post(interaction) if now else ""
        if not outcome:
            when = moment_text(await app.weekly.next_time(settings))
            outcome = say("setup.done.later", channel=f"<#{settings.channel}>", when=when)
        return done_card(draft, outcome, interaction.client.command_mention)


async def _post(interaction: Interaction) -> str:
    """Make this week's post, and say what came of it; a week that has its post gets no other.

    Where there is nothing to post, the boundary says so; what was chosen is kept.
    """
    due = await interaction.client.app.weekly.due_now(where(interaction).server)
    return await cast("Discovery", interaction.client.get_cog(Discovery.__cog_name__)).made(due)


class PlaceMenu(Governed, template=ids.SETUP_MENU):
    """Channel, weekday, hour or zone, each in a menu of its own."""

    async def governed(self, interaction: Interaction) -> None:
        """Show the same step with what was chosen."""
        await interaction.response.defer()
        draft = with_choice(ids.drafted(self.match.groupdict()), self.match["what"], self.values(interaction))
        card = await drawn(interaction, "place", draft)
        await interaction.edit_original_response(view=card.view)


def with_choice(draft: Proposal, what: str, values: list[str]) -> Proposal:
    """What was chosen so far, with one more choice.

    Raises:
        StaleChoice: there is no such choice.
    """
    value = values[0] if len(values) == 1 else ""
    if what == "zone":
        return Proposal(draft.channel, draft.weekday, draft.hour, known_zone(value))
    if not value.isdecimal():
        raise StaleChoice("Nothing was chosen.")
    number = int(value)
    match what:
        case "channel":
            return Proposal(ChannelId(number), draft.weekday, draft.hour, draft.timezone)
        case "weekday":
            return Proposal(draft.channel, number % 7, draft.hour, draft.timezone)
        case _:
            return Proposal(draft.channel, draft.weekday, number % 24, draft.timezone)


ITEMS = (BeginButton, StepButton, PlaceMenu)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its buttons."""
    await bot.add_cog(SetupCog(bot))
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(*ITEMS)
