"""The weekly discovery: a collage, a numbered list with reasons, and a menu to choose a song."""

from __future__ import annotations

from functools import lru_cache

from discord import ui

from bot.cards.art import Cover, collage
from bot.cards.exporting import export_button
from bot.cards.numbered import MOST_CHOICES, choosing
from bot.cards.plain import safe
from bot.cards.song import Card, Shelf, accent, layout, name, public, sleeve
from bot.cards.why import why
from bot.store.records import Post, Slot, Song
from bot.text import say

COLLAGE = "week.jpg"
# Characters: title and footer have the rest of Discord's 4,000.
LONGEST_LIST = 3_800


def _line(post: Post, slot: Slot, song: Song, shelf: Shelf, *, limit: int, reasoned: bool) -> str:
    head = say("weekly.line", number=slot.number, song=name(song, limit))
    counts = shelf.counts(post, slot.song)
    liked = f" · ❤️ {counts.likes}" if counts.likes else ""
    reason = why(slot.reasons, song, shelf.song, everybody=True) if reasoned else ""
    year = f" · {song.year}" if song.year else ""
    return f"{head}{year}{liked}" + (f"\n-# {reason}" if reason else "")


def _list(post: Post, shown: list[tuple[Slot, Song]], shelf: Shelf) -> str:
    """The numbered songs; without reasons and with shorter names where long ones would break the budget."""
    text = ""
    for limit, reasoned in ((60, True), (60, False), (25, False), (10, False)):
        text = "\n".join(
            _line(post, slot, song, shelf, limit=limit, reasoned=reasoned) for slot, song in shown
        )
        if len(text) <= LONGEST_LIST:
            break
    return text


def _shown(post: Post, shelf: Shelf) -> list[tuple[Slot, Song]]:
    return [(slot, song) for slot in post.slots[:MOST_CHOICES] if (song := shelf.song(slot.song)) is not None]


@lru_cache(maxsize=64)
def _collage(pictures: tuple[bytes, ...]) -> bytes:
    return collage(pictures)


def week_picture(post: Post, shelf: Shelf) -> Cover:
    """The collage of a post: tens of milliseconds the first time, so draw it in a thread before the card."""
    drawn = [sleeve(song) for _, song in _shown(post, shelf)]
    return Cover(_collage(tuple(each.data for each in drawn)), COLLAGE)


@public
def weekly_card(post: Post, shelf: Shelf) -> Card:
    """The post of one week; ``post`` has at least one song."""
    shown = _shown(post, shelf)
    week = str(post.query.get("week", "")).rpartition("-W")[2].lstrip("0")
    picture = week_picture(post, shelf)
    gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{COLLAGE}", description=say("weekly.collage", count=len(shown)))
    return layout(
        ui.TextDisplay(say("weekly.title", week=safe(week))),
        gallery,
        ui.TextDisplay(_list(post, shown, shelf)),
        choosing(post, shown),
        ui.ActionRow(export_button(post)),
        ui.TextDisplay(say("weekly.footer")),
        covers=[picture],
        accent=accent(shown[0][1]),
    )
