"""``/like``, ``/skip``, ``/dislike`` and ``/undo``: answers to any song, seen by the member alone."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards.song import one
from bot.client import Interaction, Segue
from bot.store.records import Verb
from bot.text import say
from cogs.asking import asked_song, songs, think, where
from cogs.showing import said


class FeedbackCog(commands.Cog, name="Feedback"):
    """Answers by command."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    async def _say(self, interaction: Interaction, text: str, verb: Verb) -> None:
        asked = where(interaction)
        app = self.bot.app
        song = await asked_song(interaction, text, private=True)
        # The answer comes last: whatever fails before it, "nothing was changed" is true.
        post = await app.picker.single(server=asked.server, member=asked.member, song=song.id)
        await app.feedback.say(
            server=asked.server,
            member=asked.member,
            song=song.id,
            verb=verb,
            cause=str(interaction.id),
        )
        card = said(app, post, post.slots[0], interaction)
        await interaction.edit_original_response(view=card.view, attachments=card.files)

    @app_commands.command(description=say("command.like"))
    @app_commands.describe(song=say("command.feedback.song"))
    @app_commands.autocomplete(song=songs)
    @app_commands.guild_only()
    async def like(self, interaction: Interaction, song: str) -> None:
        """Like a song."""
        await self._say(interaction, song, Verb.LIKE)

    @app_commands.command(description=say("command.skip"))
    @app_commands.describe(song=say("command.feedback.song"))
    @app_commands.autocomplete(song=songs)
    @app_commands.guild_only()
    async def skip(self, interaction: Interaction, song: str) -> None:
        """Skip a song."""
        await self._say(interaction, song, Verb.SKIP)

    @app_commands.command(description=say("command.dislike"))
    @app_commands.describe(song=say("command.feedback.song"))
    @app_commands.autocomplete(song=songs)
    @app_commands.guild_only()
    async def dislike(self, interaction: Interaction, song: str) -> None:
        """Dislike a song."""
        await self._say(interaction, song, Verb.DISLIKE)

    @app_commands.command(description=say("command.undo"))
    @app_commands.guild_only()
    async def undo(self, interaction: Interaction) -> None:
        """Take back the last answer that stands."""
        asked = where(interaction)
        await think(interaction, private=True)
        app = self.bot.app
        if app.tastes.newest(asked.server, asked.member) is None:
            await interaction.edit_original_response(content=say("undo.nothing"))
            return
        undone = await app.feedback.undo(server=asked.server, member=asked.member, cause=str(interaction.id))
        if undone is None:
            await interaction.edit_original_response(content=say("undo.done_before"))
            return
        title = say(f"undo.{undone.verb.value}")
        if undone.answer.verdict is not None:
            title += "\n" + say(f"undo.again.{undone.answer.verdict.value}")
        song = undone.answer.song.id
        post = await app.picker.single(server=asked.server, member=asked.member, song=song)
        card = one(post, post.slots[0], app.shelf, title)
        await interaction.edit_original_response(view=card.view, attachments=card.files)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(FeedbackCog(bot))
