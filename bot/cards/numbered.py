"""Numbered songs in one text, and the menu to choose one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.plain import clean
from bot.cards.song import Shelf, name
from bot.store.records import Post, Slot, Song
from bot.text import say

# Discord's limit for a menu; a longer post needs a second page.
MOST_CHOICES = 25
# Characters: what stands around a list has the rest of Discord's 4,000.
LONGEST = 3_300

Numbered = tuple[Slot, Song]


def choosing(
    post: Post, shown: Sequence[Numbered], *, number: int = 0, placeholder: str | None = None
) -> ui.ActionRow[Any]:
    """The menu that opens one song, for whoever chooses it alone; of several menus on a card, the one of this number."""
    menu: ui.Select[Any] = ui.Select(
        custom_id=ids.choose(post.id, number),
        placeholder=placeholder or say("weekly.choose"),
        options=[
            discord.SelectOption(
                label=clean(f"{slot.number} {song.title}", 100),
                description=clean(song.artist, 100),
                value=str(slot.number),
            )
            for slot, song in shown
        ],
    )
    return ui.ActionRow(menu)


def fitting(write: Callable[[int], Sequence[str]]) -> str:
    """Lines in one text, with shorter names where long ones would break the budget.

    Args:
        write: gives the lines for names of at most so many characters.
    """
    text = ""
    for limit in (60, 25, 10):
        text = "\n".join(write(limit))
        if len(text.encode("utf-16-le")) // 2 <= LONGEST:
            break
    return text


def credited(post: Post, slot: Slot, song: Song, shelf: Shelf, limit: int) -> str:
    """A song with its number, its year, the likes of the server and who brought it."""
    counts = shelf.counts(post, slot.song)
    line = say("weekly.line", number=slot.number, song=name(song, limit))
    line += f" · {song.year}" if song.year else ""
    line += f" · ❤️ {counts.likes}" if counts.likes else ""
    if slot.brought is not None:
        line += "\n" + say("list.brought", name=f"<@{slot.brought}>")
    return line
