"""The smallest bot that answers as a good one does, in plain discord.py: proves the stand-in, and is the benchmarks' peer."""

from __future__ import annotations

import io
import re
from typing import Any, Self

import discord
from discord import app_commands, ui

VERBS = {"like": "❤️", "skip": "⏭️", "dislike": "👎"}
SONGS = {"1": "Teardrop", "2": "Glory Box", "3": "Roads"}
# A black pixel.
COVER = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763606060000000040001f61738550000000049454e44ae426082"
)


class Verb(ui.DynamicItem[ui.Button[Any]], template=r"bare:(?P<song>\d+):(?P<count>\d+):(?P<verb>\w+)"):
    def __init__(self, song: str, count: int, verb: str) -> None:
        self.song, self.count, self.verb = song, count, verb
        custom_id = f"bare:{song}:{count}:{verb}"
        super().__init__(ui.Button(emoji=VERBS[verb], label=str(count), custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["song"], int(match["count"]), match["verb"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(
            view=card(self.song, self.count + 1, _cover_of(interaction.message))
        )


def card(song: str, count: int = 0, cover: str = "attachment://cover.png") -> ui.LayoutView:
    box: ui.Container[Any] = ui.Container(accent_colour=0x336699)
    thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(cover)
    section: ui.Section[Any] = ui.Section(f"**{SONGS[song]}** · pressed {count} times", accessory=thumbnail)
    row: ui.ActionRow[Any] = ui.ActionRow()
    for verb in VERBS:
        button: ui.Item[Any] = Verb(song, count, verb)
        row.add_item(button)
    box.add_item(section).add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


def _cover_of(message: discord.Message | None) -> str:
    """The thumbnail stays what it is: an edit that uploads nothing names its address."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    shown = [item for item in view.walk_children() if isinstance(item, ui.Thumbnail)]
    return shown[0].media.url if shown else "attachment://cover.png"


class BareBot(discord.Client):
    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, guild_reactions=True)
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self.tree = app_commands.CommandTree(self)
        self.reactions: list[tuple[int, str]] = []
        _add_commands(self.tree)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Verb)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py waits 5 s before it identifies again; against 127.0.0.1 nobody needs that."""

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.reactions.append((payload.user_id, str(payload.emoji)))
        self.dispatch("counted")

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        self.reactions.remove((payload.user_id, str(payload.emoji)))
        self.dispatch("counted")


def _add_commands(tree: app_commands.CommandTree[BareBot]) -> None:
    @tree.command(name="card", description="A song as a card")
    @app_commands.describe(song="which one")
    async def show(interaction: discord.Interaction[Any], song: str, count: int = 0) -> None:
        with io.BytesIO(COVER) as cover:
            await interaction.response.send_message(
                view=card(song, count), file=discord.File(cover, "cover.png")
            )

    @show.autocomplete("song")
    async def songs(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        found = [(number, name) for number, name in SONGS.items() if current.lower() in name.lower()]
        return [app_commands.Choice(name=name, value=number) for number, name in found]

    @tree.command(name="later", description="Defer, then answer privately")
    async def later(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="here it is")
        await interaction.followup.send("and one more", ephemeral=True)
