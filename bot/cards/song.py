"""One song in Components V2: cover, three lines, four buttons: eight components."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.art import Cover, cover
from bot.cards.plain import safe
from bot.cards.why import why
from bot.store.records import Counts, Post, PostKind, Slot, Song
from bot.text import say

# Discord counts nested components too and takes at most this many (design.md, decision 5).
MOST_COMPONENTS = 40

Item = ui.Item[Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where cards look up what they draw.

    Attributes:
        song: a song by its id, or None.
        counts: how the post's server answers to a song.
    """

    song: Callable[[int], Song | None]
    counts: Callable[[Post, int], Counts]


@dataclass(slots=True)
class Card:
    """A layout and the pictures that it shows from attachments."""

    view: ui.LayoutView
    covers: list[Cover] = field(default_factory=list[Cover])

    @property
    def files(self) -> list[discord.File]:
        """Fresh files for one request; a file can be sent once."""
        return [discord.File(BytesIO(drawn.data), filename=drawn.filename) for drawn in self.covers]


def layout(*items: Item, covers: list[Cover] | None = None, accent: int | None = None) -> Card:
    """A card of one container. Its buttons are answered by ``cogs.buttons``, so discord.py keeps no view."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items, accent_colour=accent))
    view.stop()
    return Card(view, covers or [])


def name(song: Song, limit: int = 60) -> str:
    """Title and artist in one safe line."""
    return f"**{safe(song.title, limit)}** · {safe(song.artist, limit)}"


def sleeve(song: Song) -> Cover:
    """The drawn cover of a song; drawn once, then remembered."""
    return cover(song.title, song.artist, (*song.genres[:4], *song.moods[:2]))


def picture(song: Song) -> tuple[str, Cover | None]:
    """The address of a song's cover, and the drawn cover where there is no artwork."""
    if song.artwork_url:
        return song.artwork_url, None
    drawn = sleeve(song)
    return f"attachment://{drawn.filename}", drawn


def accent(song: Song) -> int:
    """The colour of a song's cover."""
    return sleeve(song).accent


def lines(song: Song, reason: str) -> str:
    """Who and when, what it is like, why it is here."""
    first = name(song) + (f" · {song.year}" if song.year else "")
    about = [safe(tag, 30) for tag in (*song.genres[:2], *song.moods[:1])]
    if song.tempo:
        about.append(say("card.bpm", tempo=round(song.tempo)))
    rows = [first, " · ".join(about), f"-# {reason}" if reason else ""]
    return "\n".join(row for row in rows if row)


def buttons(post: Post, slot: Slot, counts: Counts) -> ui.ActionRow[Any]:
    """Like, skip, dislike and listen; the counts are this server's."""

    def button(verb: str, emoji: str | None, label: str | None) -> ui.Button[Any]:
        return ui.Button(
            style=discord.ButtonStyle.secondary,
            emoji=emoji,
            label=label,
            custom_id=ids.feedback(post.id, slot.number, verb),
        )

    return ui.ActionRow(
        button("like", "❤️", str(counts.likes) if counts.likes else None),
        button("skip", "⏭️", str(counts.skips) if counts.skips else None),
        button("dislike", "👎", str(counts.dislikes) if counts.dislikes else None),
        button("listen", None, say("card.listen")),
    )


def block(post: Post, slot: Slot, shelf: Shelf, *, everybody: bool = False) -> tuple[list[Item], list[Cover]]:
    """The components of one slot, and its drawn cover if it needs one; ``everybody`` has its reason speak to nobody alone."""
    song = shelf.song(slot.song)
    if song is None:
        return [], []
    reason = why(
        slot.reasons,
        song,
        shelf.song,
        everybody=everybody or post.member is None,
        radio=post.kind is PostKind.RADIO,
    )
    address, drawn = picture(song)
    alt = say("card.cover", title=song.title, artist=song.artist)[:256]
    thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(address, description=alt)
    section: ui.Section[Any] = ui.Section(lines(song, reason), accessory=thumbnail)
    row: Item = buttons(post, slot, shelf.counts(post, slot.song))
    return [section, row], [drawn] if drawn else []


def one(post: Post, slot: Slot, shelf: Shelf, title: str) -> Card:
    """A card of a single song under a title."""
    song = shelf.song(slot.song)
    items, covers = block(post, slot, shelf)
    return layout(ui.TextDisplay(title), *items, covers=covers, accent=None if song is None else accent(song))
