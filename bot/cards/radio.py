"""The card of a radio: the song of the moment, and how to move on."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.exporting import export_button
from bot.cards.plain import safe
from bot.cards.song import Card, Item, Shelf, accent, block, layout, public, saving
from bot.store.records import Post, Slot
from bot.text import say


@public
def radio_card(post: Post, shelf: Shelf) -> Card:
    """The current song with its controls; once the radio has ended, only the way out with all that it played."""
    current = post.slots[-1]
    song = shelf.song(current.song)
    seed = post.query.get("seed")
    start = shelf.song(seed) if isinstance(seed, int) else None
    items, covers = block(post, current, shelf, alone=True)
    head = "" if start is None else f"{safe(start.title, 60)} · {safe(start.artist, 40)}"
    tail: list[Item] = []
    if post.closed:
        tail.append(ui.ActionRow(export_button(post)))
        tail.append(ui.TextDisplay(say("radio.ended", n=len(post.slots))))
    else:
        tail.append(_controls(post, current))
        tail.append(ui.TextDisplay(say("radio.footer", n=len(post.slots))))
    return layout(
        ui.TextDisplay(say("radio.title", song=head)),
        *items,
        *tail,
        covers=covers,
        accent=None if song is None else accent(song),
    )


def _controls(post: Post, slot: Slot) -> Item:
    def button(action: str, style: discord.ButtonStyle, emoji: str | None = None) -> ui.Button[Any]:
        label = say(f"radio.{action}")
        return ui.Button(
            style=style, label=label, emoji=emoji, custom_id=ids.radio(post.id, slot.number, action)
        )

    row: ui.ActionRow[Any] = ui.ActionRow(
        button("next", discord.ButtonStyle.primary, "▶️"),
        button("like_this", discord.ButtonStyle.secondary),
        button("stop", discord.ButtonStyle.secondary),
        export_button(post),
        saving(post, slot),
    )
    return row
