"""The peer: a bot that only shows a card. It draws nothing, asks nothing, keeps nothing: plain discord.py.

``python -m benchmarks.bare <api> <gateway> <folder>``: the folder holds what a Segue card was made of (see `benchmarks.cards`).
Its card has the same layout, words, buttons and pictures; it answers as Segue does: defer, then edit the original with files.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Self

import discord
from discord import app_commands, ui

from tests.wire.routed import routed

Json = dict[str, Any]


class Template:
    """A card as it went over the wire once, and its pictures."""

    def __init__(self, folder: Path) -> None:
        self.container: Json = json.loads((folder / "card.json").read_text())[0]
        self.files = [(file.name, file.read_bytes()) for file in sorted(folder.glob("*.jpg"))]

    def uploads(self) -> list[discord.File]:
        return [discord.File(BytesIO(data), name) for name, data in self.files]

    def view(self, counts: Counter[str]) -> ui.LayoutView:
        """The same components, built by discord.py as any bot builds them."""
        box: ui.Container[Any] = ui.Container(accent_colour=self.container.get("accent_color"))
        for part in self.container["components"]:
            box.add_item(_item(part, counts))
        view = ui.LayoutView(timeout=None)
        view.add_item(box)
        view.stop()
        return view


def _item(part: Json, counts: Counter[str]) -> ui.Item[Any]:
    if part["type"] == 10:
        return ui.TextDisplay(part["content"])
    if part["type"] == 9:
        picture = part["accessory"]
        thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(
            picture["media"]["url"], description=picture["description"]
        )
        return ui.Section(*(text["content"] for text in part["components"]), accessory=thumbnail)
    row: ui.ActionRow[Any] = ui.ActionRow()
    for button in part["components"]:
        row.add_item(_button(button, counts))
    return row


def _button(part: Json, counts: Counter[str]) -> ui.Button[Any]:
    custom_id = part["custom_id"]
    count = counts[custom_id]
    emoji = part["emoji"]["name"] if part.get("emoji") else None
    return ui.Button(emoji=emoji, label=str(count) if count else part.get("label"), custom_id=custom_id)


class Pressed(ui.DynamicItem[ui.Button[Any]], template=r"fb:.*"):
    """Counts in memory and shows the card again."""

    template_card: ClassVar[Template]
    counts: ClassVar[Counter[str]] = Counter()

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str]
    ) -> Self:
        del interaction, match
        assert isinstance(item, ui.Button)
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        self.counts[self.custom_id] += 1
        await interaction.response.edit_message(view=self.template_card.view(self.counts))


class Bare(discord.Client):
    def __init__(self, card: Template) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_reactions=True),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
        )
        self.tree = app_commands.CommandTree(self)
        Pressed.template_card = card

        @self.tree.command(name="card", description="A card of four songs")
        async def show(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(view=card.view(Counter()), attachments=card.uploads())

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Pressed)
        await self.tree.sync()


def main() -> None:
    api, gateway, folder = sys.argv[1:]
    with routed(api, gateway):
        Bare(Template(Path(folder))).run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
