"""What can be pressed on the cards of radios, and on those of past ones."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.radio import radio_card
from bot.cards.radio_history import history_card, played_card
from bot.client import Interaction, Segue
from bot.errors import NotYours, UnknownPost
from bot.store.radio_query import Toward, Whose
from bot.store.records import ChannelId, Post, PostId, PostKind
from cogs.asking import where
from cogs.buttons import Pressed, Touched
from cogs.playing import play_on, redraw


class RadioButton(Pressed, template=ids.RADIO):
    """Next, more like this, stop."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Move on or end."""
        app = interaction.client.app
        if self.match["action"] != "stop":
            like_this = self.match["action"] == "like_this"
            await play_on(interaction, app, post, self.slot(post), like_this=like_this)
            return
        if interaction.user.id != post.member and not interaction.permissions.manage_messages:
            raise NotYours("Only who started a radio stops it.", command="radio play")
        card = radio_card(await app.radio.stop(post), app.shelf)
        await interaction.response.edit_message(view=card.view)


class SteerMenu(Pressed, template=ids.STEER):
    """Calmer, livelier, newer, stranger, back to the start."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Steer, and show what comes next by that."""
        direction = next((each for each in Toward if each.value in chosen(interaction)), None)
        if direction is None:
            raise UnknownPost("That choice is no longer known.")
        await interaction.response.defer()
        app = interaction.client.app
        await redraw(interaction, app, await app.radio.steer(post, direction, where(interaction).member))


class PastButton(Touched, template=ids.PAST):
    """Another page of past radios."""

    async def answer(self, interaction: Interaction) -> None:
        """Turn the page."""
        view = await past_view(interaction, Whose(self.match["whose"]), int(self.match["page"]))
        await interaction.response.edit_message(view=view)


class OpenRadioMenu(Touched, template=ids.OPEN_RADIO):
    """One past radio of a page."""

    async def answer(self, interaction: Interaction) -> None:
        """Show its songs."""
        number = next(iter(chosen(interaction)), "")
        post = await seen(interaction, PostId(int(number[:18]) if number.isdecimal() else 0))
        whose, back = Whose(self.match["whose"]), int(self.match["page"])
        await interaction.response.edit_message(
            view=played_card(post, whose, back, interaction.client.app.shelf).view
        )


class PlayedButton(Touched, template=ids.PLAYED):
    """Another page of a past radio's songs."""

    async def answer(self, interaction: Interaction) -> None:
        """Turn the page."""
        post = await seen(interaction, PostId(int(self.match["post"])))
        whose, back = Whose(self.match["whose"]), int(self.match["back"])
        card = played_card(post, whose, back, interaction.client.app.shelf, int(self.match["page"]))
        await interaction.response.edit_message(view=card.view)


def chosen(interaction: Interaction) -> list[str]:
    """What was chosen from a menu."""
    return list(interaction.data.get("values", [])) if interaction.data else []


async def past_view(interaction: Interaction, whose: Whose, number: int = 0) -> ui.LayoutView:
    """A page of past radios: the member's own, or those of the channels that the member sees."""
    app, asked = interaction.client.app, where(interaction)
    if whose is Whose.ME:
        page = await app.radio.past(server=asked.server, member=asked.member, page=number)
    else:
        page = await app.radio.past(server=asked.server, channels=visible(interaction), page=number)
    return history_card(page, whose, app.shelf).view


def visible(interaction: Interaction) -> set[ChannelId]:
    """The server's channels that a member sees."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return set()
    return {
        ChannelId(channel.id) for channel in guild.channels if channel.permissions_for(member).view_channel
    }


async def seen(interaction: Interaction, number: PostId) -> Post:
    """A past radio that the member may see.

    Raises:
        UnknownPost: there is none; which of the reasons it is, is nobody's business.
    """
    app, asked = interaction.client.app, where(interaction)
    post = await app.picker.post(number)
    if post is None or post.kind is not PostKind.RADIO or post.server != asked.server:
        raise UnknownPost("That radio is no longer known.")
    home = post.query.get("home", post.channel)
    if post.member != asked.member and home not in visible(interaction):
        raise UnknownPost("That radio is no longer known.")
    return post


ITEMS: tuple[type[ui.DynamicItem[Any]], ...] = (
    RadioButton,
    SteerMenu,
    PastButton,
    OpenRadioMenu,
    PlayedButton,
)


async def setup(bot: Segue) -> None:
    """Let the bot answer everything on these cards."""
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer nothing any more."""
    bot.remove_dynamic_items(*ITEMS)
