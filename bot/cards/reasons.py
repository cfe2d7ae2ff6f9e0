"""Why a song was chosen: the parts of its score as bars, and its reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import discord
from discord import ui

from bot.cards.art import Cover
from bot.cards.pictures import Bar, draw_bars
from bot.cards.pictures.bars import MOST
from bot.cards.pictures.lettering import lettered
from bot.cards.plain import clean
from bot.cards.song import Card, Item, Shelf, accent, layout, name
from bot.cards.why import why_in_full
from bot.store.records import Post, Slot
from bot.text import say

PICTURE = "why.png"


class Reasoned(Protocol):
    """A score taken apart (`bot.usecases.reasoning.Reasoning`)."""

    @property
    def parts(self) -> tuple[tuple[str, float], ...]: ...
    @property
    def complete(self) -> bool: ...


def percent(share: float) -> str:
    """A share as members read it."""
    return say("picture.percent", share=round(100 * share))


@lettered
def reasons_picture(parts: Sequence[tuple[str, float]]) -> bytes:
    """The parts as bars; tens of milliseconds, so call it in a thread."""
    return draw_bars(
        say("part.title"), [Bar(say(f"part.{kind}"), share, percent(share)) for kind, share in parts]
    )


def reasons_card(post: Post, slot: Slot, shelf: Shelf, reasoned: Reasoned, picture: bytes | None) -> Card:
    """What spoke for a song, drawn and said."""
    song = shelf.song(slot.song)
    if song is None:
        return layout(ui.TextDisplay(say("part.unknown")))
    said = why_in_full(slot.reasons, song, shelf.song, everybody=post.member is None)
    items: list[Item] = [ui.TextDisplay(say("part.heading", song=name(song)))]
    covers: list[Cover] = []
    if picture is not None:
        told = ", ".join(
            say("picture.part", name=say(f"part.{kind}"), share=percent(share))
            for kind, share in reasoned.parts[:MOST]
        )
        items.append(gallery(PICTURE, say("part.alt", parts=told)))
        covers.append(Cover(picture, PICTURE))
    items += [ui.TextDisplay("\n".join(f"- {words}" for words in said))] if said else []
    items.append(ui.TextDisplay(say(_note(reasoned))))
    return layout(*items, covers=covers, accent=accent(song))


def gallery(filename: str, alt: str) -> Item:
    """One attached picture, with what it says in words."""
    made: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
    made.add_item(media=discord.UnfurledMediaItem(f"attachment://{filename}"), description=clean(alt, 1024))
    return made


def _note(reasoned: Reasoned) -> str:
    if not reasoned.parts:
        return "part.unknown"
    if not reasoned.complete:
        return "part.note.largest"
    against = any(share < 0 for _, share in reasoned.parts)
    return "part.note.against" if against else "part.note.all"
