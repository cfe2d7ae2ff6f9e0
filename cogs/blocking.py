"""``/block`` and ``/unblock``: what a member does not want to meet; seen by the member alone."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cards.blocks import blocked_text, blocks_text
from bot.cards.plain import clean
from bot.client import Interaction, Segue
from bot.errors import NotBlocked
from bot.store.records import BlockKind
from bot.text import say
from cogs.asking import LONGEST_LABEL, MOST_CHOICES, artists, asked_song, choice, genres, songs, think, where

DAYS = {"day": 1, "week": 7, "month": 30, "always": None}
DAY = 86_400.0
HOW_LONG = [choice(f"block.for.{each}", each) for each in DAYS]


async def blocked(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer what a member has blocked; from memory only, and never an error."""
    asked, blocks = where(interaction), interaction.client.app.blocks
    named = [
        (f"{block.kind.value}:{block.value}", blocks.named(block))
        for block in blocks.of(asked.server, asked.member)
    ]
    found = [(value, name) for value, name in named if current.casefold() in name.casefold()]
    return [
        app_commands.Choice(name=clean(name, LONGEST_LABEL), value=value)
        for value, name in found[:MOST_CHOICES]
        if len(value) <= LONGEST_LABEL
    ]


class Blocking(commands.Cog):
    """Blocks and takes blocks back."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.block"))
    @app_commands.rename(how_long="for")
    @app_commands.describe(
        song=say("command.block.song"),
        artist=say("command.block.artist"),
        genre=say("command.block.genre"),
        how_long=say("command.block.for"),
    )
    @app_commands.choices(how_long=HOW_LONG)
    @app_commands.autocomplete(song=songs, artist=artists, genre=genres)
    @app_commands.guild_only()
    async def block(
        self,
        interaction: Interaction,
        song: str | None = None,
        artist: str | None = None,
        genre: str | None = None,
        how_long: str = "always",
    ) -> None:
        """Block what was named; with nothing named, list what is blocked."""
        asked, app = where(interaction), self.bot.app
        wanted: list[tuple[BlockKind, str]] = []
        if artist:
            wanted.append((BlockKind.ARTIST, app.library.artist(artist)))
        if genre:
            wanted.append((BlockKind.GENRE, app.library.genre(genre)))
        if song:
            wanted.append((BlockKind.SONG, str((await asked_song(interaction, song, private=True)).id)))
        else:
            await think(interaction, private=True)
        days = DAYS[how_long]
        made = [
            await app.blocks.add(
                asked.server, asked.member, kind, name, seconds=None if days is None else days * DAY
            )
            for kind, name in wanted
        ]
        command = self.bot.command_mention
        text = (
            blocked_text(made, app.blocks.named, command)
            if made
            else blocks_text(app.blocks.of(asked.server, asked.member), app.blocks.named, command)
        )
        await interaction.edit_original_response(content=text)

    @app_commands.command(description=say("command.unblock"))
    @app_commands.describe(what=say("command.unblock.what"))
    @app_commands.autocomplete(what=blocked)
    @app_commands.guild_only()
    async def unblock(self, interaction: Interaction, what: str) -> None:
        """Take one block back."""
        asked, app = where(interaction), self.bot.app
        await think(interaction, private=True)
        held = app.blocks.of(asked.server, asked.member)
        meant = [
            block
            for block in held
            if what == f"{block.kind.value}:{block.value}"
            or what.casefold() == app.blocks.named(block).casefold()
        ]
        if not meant:
            raise NotBlocked("That is not blocked.")
        block = await app.blocks.remove(asked.server, asked.member, meant[0].kind, meant[0].value)
        text = say("unblock.done", what=clean(app.blocks.named(block), LONGEST_LABEL))
        await interaction.edit_original_response(content=text)


async def setup(bot: Segue) -> None:
    """Add the cog."""
    await bot.add_cog(Blocking(bot))
