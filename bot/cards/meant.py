"""Which song of a message is meant: a menu that the member alone sees."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.cards import ids
from bot.cards.help import ACCENT
from bot.cards.plain import clean
from bot.cards.song import Card, Shelf, layout
from bot.store.records import Post, Slot
from bot.text import say

# Discord's limit for a menu.
MOST_CHOICES = 25


def meant_card(post: Post, slots: Sequence[Slot], shelf: Shelf, wish: str) -> Card:
    """The songs of a post to choose from; ``wish`` is ``like`` or ``recommend``."""
    shown = [(slot, song) for slot in slots if (song := shelf.song(slot.song)) is not None]
    menu: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=ids.meant(post.id, wish),
        placeholder=say("menu.choose"),
        options=[
            discord.SelectOption(
                label=clean(song.title, 100), description=clean(song.artist, 100), value=str(slot.number)
            )
            for slot, song in shown[:MOST_CHOICES]
        ],
    )
    return layout(ui.TextDisplay(say(f"menu.which.{wish}")), ui.ActionRow(menu), accent=ACCENT)
