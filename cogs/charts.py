"""``/charts`` and ``/finds``: what a server likes, and through whom songs came to it. Anybody may turn a page: for others it is their own."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.charts import charts_card, charts_picture
from bot.cards.finds import finds_card
from bot.cards.plain import safe
from bot.cards.song import Card
from bot.client import PRIVATE, Interaction, Segue
from bot.errors import Refused
from bot.store.records import MemberId, ServerId
from bot.text import say, speaking, spoken
from bot.usecases.charts import Period, View
from cogs.asking import choice, think, where
from cogs.buttons import Touched
from cogs.portraits import may_see

VIEWS = [choice(f"charts.choose.{view.value}", view.value) for view in View if view is not View.MEMBER]
PERIODS = [choice(f"charts.choose.{period.value}", period.value) for period in Period]


def language(interaction: Interaction, server: ServerId, *, private: bool) -> str:
    """What a card speaks: the member's language where they alone see it, the server's otherwise."""
    return spoken() if private else interaction.client.app.shelf.language(server)


async def may_show(interaction: Interaction, member: MemberId) -> None:
    """See that a member's likes may stand on a card.

    Raises:
        Refused: they do not let others here see what they like, or hide their name.
    """
    app, asked = interaction.client.app, where(interaction)
    hidden = app.choices.member(asked.server, member).hidden
    if hidden or not await app.portraits.visible(asked.server, member):
        raise Refused(_own_hidden(interaction) if member == asked.member else say("charts.not_shown"))


async def chart(
    interaction: Interaction, view: View, period: Period, member: MemberId | None, page: int, *, private: bool
) -> Card:
    """A page of the charts, for whoever asks."""
    app, asked = interaction.client.app, where(interaction)
    found = await app.charts.page(asked.server, view, period, member=member, number=page)
    picture = await asyncio.to_thread(charts_picture, found)
    with speaking(language(interaction, asked.server, private=private)):
        recommend = interaction.client.command_mention("recommend")
        return charts_card(found, picture, owner=asked.member, recommend=recommend)


def _own_hidden(interaction: Interaction) -> str:
    mention = interaction.client.command_mention
    return say(
        "charts.own_hidden",
        visible=mention("taste visible"),
        privacy=mention("privacy"),
        history=mention("history"),
    )


def may_name(interaction: Interaction, member: MemberId | None, *, private: bool) -> None:
    """See that what a member brought may stand beside their name.

    Raises:
        Refused: they hide it, and this is not for themselves alone.
    """
    app, asked = interaction.client.app, where(interaction)
    alone = private and member == asked.member
    if member is not None and not alone and app.choices.member(asked.server, member).hidden:
        raise Refused(say("finds.hidden"))


async def finds(interaction: Interaction, member: MemberId | None, page: int, *, private: bool) -> Card:
    """A page of the finds, for whoever asks."""
    app, asked = interaction.client.app, where(interaction)
    found = await app.finds.page(asked.server, member, page)
    mention = interaction.client.command_mention
    with speaking(language(interaction, asked.server, private=private)):
        return finds_card(found, owner=asked.member, ask=mention("ask"), add=mention("playlist add"))


async def turning(interaction: Interaction, owner: int) -> bool:
    """Announce the answer to a press: in place for who asked, and privately for everybody else; whether it is private."""
    seen_alone = interaction.message is not None and interaction.message.flags.ephemeral
    if interaction.user.id != owner and not seen_alone:
        await think(interaction, private=True)
        return True
    await interaction.response.defer()
    interaction.extras[PRIVATE] = seen_alone
    return seen_alone


class ChartsButton(Touched, template=ids.CHARTS):
    """Another view, period or page."""

    async def answer(self, interaction: Interaction) -> None:
        """Show it."""
        private = await turning(interaction, int(self.match["owner"]))
        number = int(self.match["member"])
        member = MemberId(number) if number else None
        if member is not None:
            await may_show(interaction, member)
        card = await chart(
            interaction,
            View(self.match["view"]),
            Period(self.match["period"]),
            member,
            int(self.match["page"]),
            private=private,
        )
        await interaction.edit_original_response(view=card.view, attachments=card.files)


class FindsButton(Touched, template=ids.FINDS):
    """Another page of finds."""

    async def answer(self, interaction: Interaction) -> None:
        """Show it."""
        private = await turning(interaction, int(self.match["owner"]))
        number = int(self.match["member"])
        member = MemberId(number) if number else None
        may_name(interaction, member, private=private)
        card = await finds(interaction, member, int(self.match["page"]), private=private)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


class ChartsCog(commands.Cog, name="Charts"):
    """What a server likes and finds."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.charts"))
    @app_commands.describe(
        view=say("command.charts.view"),
        period=say("command.charts.period"),
        member=say("command.charts.member"),
    )
    @app_commands.choices(view=VIEWS, period=PERIODS)
    @app_commands.guild_only()
    async def charts(
        self,
        interaction: Interaction,
        view: str = View.LIKED.value,
        period: str = Period.MONTH.value,
        member: discord.User | None = None,
    ) -> None:
        """Show the charts to everybody."""
        asked = where(interaction)
        chosen, whose = View(view), None
        # What is refused is told to the member alone, so the card is announced when there is one.
        if member is not None:
            chosen, whose = View.MEMBER, MemberId(member.id)
            if member.id != asked.member:
                await may_see(interaction, asked, member)
            await may_show(interaction, whose)
        await think(interaction)
        card = await chart(interaction, chosen, Period(period), whose, 0, private=False)
        await interaction.edit_original_response(view=card.view, attachments=card.files)

    @app_commands.command(description=say("command.finds"))
    @app_commands.describe(member=say("command.finds.member"))
    @app_commands.guild_only()
    async def finds(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """Show the finds to everybody; to who hides their name, their own privately."""
        asked, app = where(interaction), self.bot.app
        whose = None if member is None else MemberId(member.id)
        alone = whose == asked.member and app.choices.member(asked.server, asked.member).hidden
        if member is not None and member.bot:
            raise Refused(say("taste.bot", name=safe(member.display_name)))
        may_name(interaction, whose, private=alone)
        await think(interaction, private=alone)
        card = await finds(interaction, whose, 0, private=alone)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its cards."""
    await bot.add_cog(ChartsCog(bot))
    bot.add_dynamic_items(ChartsButton, FindsButton)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(ChartsButton, FindsButton)
