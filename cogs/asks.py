"""``/ask``: everybody may bring songs for a mood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards import ids
from bot.cards.asks import LONGEST_MOOD, ask_card
from bot.cards.plain import safe
from bot.cards.recommend import recommend_card
from bot.client import Interaction, Segue, bind
from bot.errors import UnknownPost
from bot.store.records import Post, PostId
from bot.text import say
from bot.usecases.songs import label
from cogs.asking import looked_up, think, where
from cogs.buttons import FeedbackButton, Pressed
from cogs.showing import draw, show, whole

LONGEST_ANSWER = 300


class AskButton(Pressed, template=ids.ASK):
    """Bring a song, see what Segue would add, close."""

    async def pressed(self, interaction: Interaction, post: Post) -> None:
        """Do the one that was pressed."""
        app, asked = interaction.client.app, where(interaction)
        match self.match["action"]:
            case "answer":
                await app.asks.check(post)
                window = answer_window(post.id)
                await interaction.response.send_modal(window)
                # What is sent from it is answered below, by its id, after a restart too.
                window.stop()
            case "close":
                moderator = interaction.permissions.manage_messages
                closed = await app.asks.close(post, asked.member, moderator=moderator)
                await interaction.response.edit_message(view=ask_card(closed, app.shelf).view)
            case _:
                await think(interaction, private=True)
                added = await app.asks.suggested(post, asked.member, asked.channel, beside=partial(draw, app))
                await show(interaction, added, recommend_card(added, app.shelf))


def answer_window(post: PostId) -> ui.Modal:
    """Where a member types a song."""
    window = ui.Modal(title=say("ask.window"), custom_id=ids.ask_window(post))
    line: ui.TextInput[Any] = ui.TextInput(min_length=1, max_length=LONGEST_ANSWER)
    window.add_item(ui.Label(text=say("ask.window.song"), description=say("ask.window.hint"), component=line))
    return window


class AsksCog(commands.Cog, name="Asks"):
    """Asks, and what is sent from their windows."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.ask"))
    @app_commands.describe(mood=say("command.ask.mood"))
    @app_commands.guild_only()
    async def ask(self, interaction: Interaction, mood: app_commands.Range[str, 1, LONGEST_MOOD]) -> None:
        """Post a card that everybody may answer to."""
        asked = where(interaction)
        await think(interaction)
        app = self.bot.app
        post = await app.asks.ask(server=asked.server, member=asked.member, channel=asked.channel, mood=mood)
        await show(interaction, post, ask_card(post, app.shelf))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take a song from a window, whatever happens; windows outlive the process that opened them."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data = cast("Mapping[str, Any]", interaction.data or {})
        sent = re.fullmatch(ids.ASK_WINDOW, str(data.get("custom_id", "")))
        if sent is None:
            return
        bind(interaction)
        if self.bot.too_late(interaction):
            return
        try:
            await self._brought(interaction, PostId(int(sent["post"])), next(typed(data), ""))
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, the member is answered
            await self.bot.tell(interaction, error)

    async def _brought(self, interaction: Interaction, number: PostId, text: str) -> None:
        app, asked = self.bot.app, where(interaction)
        # The window stands on the card, so that its answer is the card itself; all else is told privately.
        await interaction.response.defer()
        post = await app.picker.post(number)
        if post is None or post.server != asked.server:
            raise UnknownPost("That card is no longer known.")
        song = await looked_up(interaction, text)
        post = await app.asks.answer(post, asked.member, song)
        await FeedbackButton.refresher.until_fresh(
            app,
            post,
            lambda: interaction.edit_original_response(view=whole(app, app.picker.newest(post)).view),
        )
        await interaction.followup.send(say("ask.brought", song=safe(label(song), 120)), ephemeral=True)


def typed(data: Mapping[str, Any]) -> Iterator[str]:
    """The texts in a window that was sent, however deep they lie."""
    if isinstance(data.get("value"), str):
        yield data["value"]
    for part in [*data.get("components", []), *([data["component"]] if "component" in data else [])]:
        yield from typed(part)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its cards."""
    await bot.add_cog(AsksCog(bot))
    bot.add_dynamic_items(AskButton)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(AskButton)
