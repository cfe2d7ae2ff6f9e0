"""``/history``: a member's own answers, which nobody else sees."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.answered import ALL, answered_card
from bot.cards.song import Card
from bot.client import Interaction, Segue
from bot.errors import UnknownPost
from bot.store.records import SongId, Verb
from bot.text import say
from cogs.asking import choice, think, where
from cogs.buttons import Touched
from cogs.showing import said

KINDS = [choice(f"history.{verb.value}", verb.value) for verb in (Verb.LIKE, Verb.SKIP, Verb.DISLIKE)]


def page(interaction: Interaction, kind: str, number: int = 0) -> Card:
    """A page of the answers of whoever asks: never of anybody else."""
    asked = where(interaction)
    verb = None if kind == ALL else Verb(kind)
    bot = interaction.client
    answers = bot.app.answered.page(asked.server, asked.member, verb, number)
    return answered_card(answers, bot.command_mention("recommend"))


class HistoryButton(Touched, template=ids.HISTORY):
    """Turns pages and chooses a kind."""

    async def answer(self, interaction: Interaction) -> None:
        """Show another page in the same message; from memory, so that it comes at once."""
        card = page(interaction, self.match["kind"], int(self.match["page"]))
        await interaction.response.edit_message(view=card.view)


class HistoryMenu(Touched, template=ids.HISTORY_SONG):
    """Opens a song."""

    async def answer(self, interaction: Interaction) -> None:
        """Answer with its card, where the answer can be changed."""
        asked = where(interaction)
        app = interaction.client.app
        values = interaction.data.get("values", []) if interaction.data else []
        song = SongId(int(values[0][:18])) if values and values[0].isdecimal() else None
        if song is None or song not in app.library.songs:
            raise UnknownPost("That song is gone.")
        await think(interaction, private=True)
        post = await app.picker.single(server=asked.server, member=asked.member, song=song)
        card = said(app, post, post.slots[0], interaction, fresh=True)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


class HistoryCog(commands.Cog, name="History"):
    """What a member said."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.history"))
    @app_commands.describe(kind=say("command.history.kind"))
    @app_commands.choices(kind=KINDS)
    @app_commands.guild_only()
    async def history(self, interaction: Interaction, kind: str = ALL) -> None:
        """List one's own answers."""
        await interaction.response.send_message(view=page(interaction, kind).view, ephemeral=True)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its cards."""
    await bot.add_cog(HistoryCog(bot))
    bot.add_dynamic_items(HistoryButton, HistoryMenu)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(HistoryButton, HistoryMenu)
