"""``/like``, ``/skip``, ``/dislike`` and ``/undo``: answers to any song, seen by the member alone."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards.song import one
from bot.client import Interaction, Segue
from bot.store.records import FeedbackEvent, Verb
from bot.text import say
from cogs.asking import asked_song, songs, think, where
from cogs.buttons import FeedbackButton
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
        about = await app.store.catalog.about(song.id)
        card = said(app, post, post.slots[0], interaction, about=about)
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
        undone = await app.feedback.undo(server=asked.server, member=asked.member, cause=str(interaction.id))
        if undone is None or not undone.answer.changed:
            told = say("undo.nothing" if undone is None else "undo.done_before")
            await interaction.edit_original_response(content=told)
            return
        title = say(f"undo.{undone.event.verb.value}")
        if undone.answer.verdict is not None:
            title += "\n" + say(f"undo.again.{undone.answer.verdict.value}")
        song = undone.answer.song.id
        post = await app.picker.single(server=asked.server, member=asked.member, song=song)
        card = one(post, post.slots[0], app.shelf, title)
        await interaction.edit_original_response(view=card.view, attachments=card.files)
        await self._redraw(interaction, undone.event)

    async def _redraw(self, interaction: Interaction, taken_back: FeedbackEvent) -> None:
        """Show on the card where it was said that it counts no more."""
        if taken_back.post is None or taken_back.slot is None:
            return
        post = await self.bot.app.picker.post(taken_back.post)
        slot = None if post is None else post.slot(taken_back.slot)
        if post is not None and slot is not None:
            await FeedbackButton.refresher.refresh(interaction, post, slot)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(FeedbackCog(bot))
