"""``/taste import``: listening histories and playlists in, by the member's own wish; ``/taste forget`` takes them back.

What the other commands below ``/taste`` do is in `cogs.portraits`.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.importing import history_text, playlist_text
from bot.client import Interaction, Segue
from bot.errors import TooLarge
from bot.sources.links import read_link
from bot.text import say
from cogs import portraits
from cogs.asking import choice, think, where
from cogs.watching import Watched

LARGEST = 100_000_000
"""Bytes of a file that Segue takes: an export of ten years has about thirty million."""
LARGEST_PLAYLIST = 10_000_000
ON, OFF = "on", "off"
STATES = [choice(f"taste.visible.choice.{state}", state) for state in (ON, OFF)]
Answer = TypeVar("Answer")


class TasteCog(commands.Cog, name="Taste"):
    """What members bring along, begin with and look at."""

    taste = app_commands.Group(name="taste", description=say("command.taste"), guild_only=True)
    bring = app_commands.Group(name="import", description=say("command.taste.import"), parent=taste)

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @taste.command(name="start", description=say("command.taste.start"))
    async def start(self, interaction: Interaction) -> None:
        """Say what one likes."""
        await portraits.start(interaction)

    @taste.command(name="show", description=say("command.taste.show"))
    @app_commands.describe(member=say("command.taste.show.member"))
    async def show(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """See a taste."""
        await portraits.show(interaction, member)

    @taste.command(name="compare", description=say("command.taste.compare"))
    @app_commands.describe(member=say("command.taste.compare.member"))
    async def compare(self, interaction: Interaction, member: discord.User) -> None:
        """See two beside each other."""
        await portraits.compare(interaction, member)

    @taste.command(name="server", description=say("command.taste.server"))
    async def server(self, interaction: Interaction) -> None:
        """See many on a map."""
        await portraits.server_map(interaction)

    @taste.command(name="visible", description=say("command.taste.visible"))
    @app_commands.describe(state=say("command.taste.visible.state"))
    @app_commands.choices(state=STATES)
    async def visible(self, interaction: Interaction, state: str) -> None:
        """Let others see one's own, or no longer."""
        await portraits.set_visible(interaction, visible=state == ON)

    @bring.command(name="history", description=say("command.taste.import.history"))
    @app_commands.describe(file=say("command.taste.import.history.file"))
    async def history(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Take in an export of Spotify or ListenBrainz."""
        asked = where(interaction)
        _fits(file, LARGEST)
        begun = self.bot.app.histories.begun(asked.member)
        await think(interaction, private=True)
        with tempfile.TemporaryDirectory(prefix="segue-") as folder:
            # The member's own name for it goes nowhere.
            path = Path(folder) / "export"
            await file.save(path)
            summary = await self._watched(
                interaction,
                lambda watched: self.bot.app.histories.take_file(
                    server=asked.server, member=asked.member, file=path, progress=watched.tell, begun=begun
                ),
            )
        await _told(interaction, history_text(summary))

    @bring.command(name="listenbrainz", description=say("command.taste.import.listenbrainz"))
    @app_commands.describe(name=say("command.taste.import.name"))
    async def listenbrainz(self, interaction: Interaction, name: app_commands.Range[str, 1, 100]) -> None:
        """Follow a ListenBrainz account."""
        await self._follow(interaction, "listenbrainz", name)

    @bring.command(name="lastfm", description=say("command.taste.import.lastfm"))
    @app_commands.describe(name=say("command.taste.import.name"))
    async def lastfm(self, interaction: Interaction, name: app_commands.Range[str, 1, 100]) -> None:
        """Follow a Last.fm account."""
        await self._follow(interaction, "lastfm", name)

    @bring.command(name="playlist", description=say("command.taste.import.playlist"))
    @app_commands.describe(
        link=say("command.taste.import.playlist.link"), file=say("command.taste.import.playlist.file")
    )
    async def playlist(
        self,
        interaction: Interaction,
        link: app_commands.Range[str, 1, 6000] | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        """Take in a playlist: by link, as a file, or as lines."""
        asked = where(interaction)
        app = self.bot.app
        if file is None and link is None:
            await interaction.response.send_message(say("import.playlist.nothing"), ephemeral=True)
            return
        if file is not None:
            _fits(file, LARGEST_PLAYLIST)
        begun = app.histories.begun(asked.member)
        await think(interaction, private=True)
        pasted = None if link is None else read_link(link)
        if file is not None:
            data, name = await file.read(), file.filename
            taken = await self._watched(
                interaction,
                lambda watched: app.playlists.take(
                    server=asked.server,
                    member=asked.member,
                    data=data,
                    filename=name,
                    progress=watched.tell,
                    begun=begun,
                ),
            )
        elif pasted is not None:
            taken = await self._watched(
                interaction,
                lambda watched: app.playlists.take_link(
                    server=asked.server, member=asked.member, link=pasted, progress=watched.tell
                ),
            )
        else:
            lines = link or ""
            taken = await self._watched(
                interaction,
                lambda watched: app.playlists.take(
                    server=asked.server, member=asked.member, data=lines, progress=watched.tell
                ),
            )
        await _told(interaction, playlist_text(taken))

    @taste.command(name="forget", description=say("command.taste.forget"))
    async def forget(self, interaction: Interaction) -> None:
        """Delete everything that was brought along, and what was chosen to begin with."""
        asked = where(interaction)
        await think(interaction, private=True)
        gone = await self.bot.app.histories.forget(asked.member)
        chosen = await self.bot.app.choosing.forget(asked.member)
        told = [say("import.forgotten", n=gone)] if gone else []
        if chosen:
            told.append(say("taste.forgotten", n=chosen))
        await interaction.edit_original_response(content="\n".join(told) or say("taste.forgotten.nothing"))

    async def _follow(self, interaction: Interaction, source: str, name: str) -> None:
        asked = where(interaction)
        await think(interaction, private=True)
        summary = await self._watched(
            interaction,
            lambda watched: self.bot.app.histories.follow(
                server=asked.server,
                member=asked.member,
                source=source,
                account=name.strip(),
                progress=watched.tell,
            ),
        )
        await _told(interaction, history_text(summary))

    async def _watched(
        self, interaction: Interaction, work: Callable[[Watched], Awaitable[Answer]]
    ) -> Answer:
        """Do it while the member sees how far it is and can break it off."""
        watched = Watched(interaction, asyncio.get_running_loop())
        watched.begin()
        try:
            return await work(watched)
        finally:
            await watched.end()


def _fits(file: discord.Attachment, largest: int) -> None:
    if file.size > largest:
        raise TooLarge(say("import.too_large", most=largest // 1_000_000))


async def _told(interaction: Interaction, text: str) -> None:
    await interaction.edit_original_response(content=text, view=None)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(TasteCog(bot))
