"""The card of ``/nowplaying``: one song, what to say of it, and songs from it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.plain import safe
from bot.cards.song import Card, Shelf, accent, block, layout, public
from bot.store.records import Post
from bot.text import say


@public
def playing_card(post: Post, shelf: Shelf) -> Card:
    """The song that the post's member listens to."""
    slot = post.slots[0]
    song = shelf.song(slot.song)
    items, covers = block(post, slot, shelf)
    # A mention shows the name without our keeping it; nobody is pinged, as no mention is allowed to.
    title = ui.TextDisplay[Any](say("playing.title", name=f"<@{post.member}>"))
    button: ui.Button[Any] = ui.Button(
        style=discord.ButtonStyle.secondary,
        label=say("playing.from"),
        custom_id=ids.start_from(post.id, slot.number),
    )
    return layout(
        title, *items, ui.ActionRow(button), covers=covers, accent=None if song is None else accent(song)
    )


def unknown_text(title: str, artist: str) -> str:
    """A song that nobody but Spotify knows."""
    return say("playing.unknown", song=f"**{safe(title, 100)}** · {safe(artist, 100)}")
