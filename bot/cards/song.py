"""One song in Components V2: cover, three lines, four buttons: eight components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec

import discord
from discord import ui

from bot.cards import ids
from bot.cards.about import about_lines
from bot.cards.art import Cover, cover
from bot.cards.plain import safe
from bot.cards.why import why
from bot.store.records import About, Counts, ItemKind, MemberId, Post, PostKind, ServerId, Slot, Song
from bot.store.wishes import Wish
from bot.text import DEFAULT, say, speaking, spoken

# Discord counts nested components too and takes at most this many (design.md, decision 5).
MOST_COMPONENTS = 40

Item = ui.Item[Any]
P = ParamSpec("P")


def english(_server: ServerId) -> str:
    """English, wherever it is."""
    return DEFAULT


def anybody(_server: ServerId, _member: MemberId) -> bool:
    """Whoever it is."""
    return True


def _nameless(_list: int) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where cards look up what they draw.

    Attributes:
        song: a song by its id, or None.
        counts: how the post's server answers to a song.
        language: what a server speaks.
        list_name: what a list is called now, or None.
        named: whether others in a server may see a member's name.
    """

    song: Callable[[int], Song | None]
    counts: Callable[[Post, int], Counts]
    language: Callable[[ServerId], str] = english
    list_name: Callable[[int], str | None] = _nameless
    named: Callable[[ServerId, MemberId], bool] = anybody

    def member(self, post: Post, member: MemberId | None) -> str:
        """A member of a post's server as a card names them."""
        return self.called(post.server, member)

    def called(self, server: ServerId, member: MemberId | None) -> str:
        """A member of a server as a card names them; nobody in particular where they hide or were forgotten.

        A mention shows the name without our keeping it; nobody is pinged, as no mention is allowed to.
        """
        if not member or not self.named(server, member):
            return say("member.unnamed")
        return f"<@{member}>"


@dataclass(slots=True)
class Card:
    """A layout and the pictures that it shows from attachments."""

    view: ui.LayoutView
    covers: list[Cover] = field(default_factory=list[Cover])

    @property
    def files(self) -> list[discord.File]:
        """Fresh files for one request; a file can be sent once."""
        return [discord.File(BytesIO(drawn.data), filename=drawn.filename) for drawn in self.covers]


def public(draw: Callable[Concatenate[Post, Shelf, P], Card]) -> Callable[Concatenate[Post, Shelf, P], Card]:
    """Have a card speak the language of its server, whoever presses its buttons, unless one member alone sees it.

    A weekly post may have a language of its own.
    """

    @wraps(draw)
    def drawn(post: Post, shelf: Shelf, *given: P.args, **named: P.kwargs) -> Card:
        chosen = post.query.get("language")
        public = chosen if isinstance(chosen, str) else shelf.language(post.server)
        with speaking(spoken() if post.query.get("private") else public):
            return draw(post, shelf, *given, **named)

    return drawn


def layout(*items: Item, covers: list[Cover] | None = None, accent: int | None = None) -> Card:
    """A card of one container. Its buttons are answered by ``cogs.buttons``, so discord.py keeps no view."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items, accent_colour=accent))
    view.stop()
    return Card(view, covers or [])


def name(song: Song, limit: int = 60) -> str:
    """Title and artist in one safe line; what is spoken by nobody in particular has its title alone."""
    if song.kind is not ItemKind.SONG and song.artist == song.title:
        return f"**{safe(song.title, limit)}**"
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


def why_button(post: Post, slot: Slot) -> ui.Button[Any]:
    """Ask why a song is here."""
    grey = discord.ButtonStyle.secondary
    return ui.Button(style=grey, label=say("card.why"), custom_id=ids.why(post.id, slot.number))


def buttons(post: Post, slot: Slot, counts: Counts, *, alone: bool = False) -> ui.ActionRow[Any]:
    """Like, skip, dislike and listen; the counts are this server's. A song alone on its card has room for "why" as well."""

    def button(verb: str, emoji: str | None, label: str | None) -> ui.Button[Any]:
        return ui.Button(
            style=discord.ButtonStyle.secondary,
            emoji=emoji,
            label=label,
            custom_id=ids.feedback(post.id, slot.number, verb),
        )

    row: ui.ActionRow[Any] = ui.ActionRow(
        button("like", "❤️", str(counts.likes) if counts.likes else None),
        button("skip", "⏭️", str(counts.skips) if counts.skips else None),
        button("dislike", "👎", str(counts.dislikes) if counts.dislikes else None),
        button("listen", None, say("card.listen")),
    )
    if alone and slot.reasons:
        row.add_item(why_button(post, slot))
    return row


def _whom(wish: Wish, slot: Slot, post: Post, shelf: Shelf) -> str:
    """Of several members, those whom a song is for."""
    places = [place for reason in slot.reasons if reason.kind == "whom" for place in reason.items]
    people = [wish.people[place] for place in places if place < len(wish.people)]
    people = [each for each in people if each in wish.named and each and shelf.named(post.server, each)]
    names = [shelf.member(post, member) for member in people]
    return say("why.whom", names=", ".join(names)) if names else ""


def block(
    post: Post, slot: Slot, shelf: Shelf, *, alone: bool = False, everybody: bool = False
) -> tuple[list[Item], list[Cover]]:
    """The components of one slot, and its drawn cover if it needs one.

    Args:
        alone: whether the card shows nothing else, so that there is room for one button more.
        everybody: whether its reason speaks to nobody alone.
    """
    song = shelf.song(slot.song)
    if song is None:
        return [], []
    wish, radio = Wish.of(post.query), post.kind is PostKind.RADIO
    several = everybody or post.member is None or not wish.own
    reason = why(slot.reasons, song, shelf.song, everybody=several, asked=bool(wish.mood), radio=radio)
    reason = " · ".join(filter(None, (_whom(wish, slot, post, shelf), reason)))
    address, drawn = picture(song)
    alt = say("card.cover", title=song.title, artist=song.artist)[:256]
    thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(address, description=alt)
    section: ui.Section[Any] = ui.Section(lines(song, reason), accessory=thumbnail)
    row: Item = buttons(post, slot, shelf.counts(post, slot.song), alone=alone)
    return [section, row], [drawn] if drawn else []


def page_of_blocks(
    post: Post, slots: Sequence[Slot], shelf: Shelf, *, alone: bool = False
) -> tuple[list[Item], list[Cover], int | None]:
    """The blocks of several slots, each drawn cover once, and the accent of the first song.

    Args:
        alone: whether the card shows nothing else.
    """
    items: list[Item] = []
    covers: dict[str, Cover] = {}
    for slot in slots:
        parts, drawn = block(post, slot, shelf, alone=alone)
        items += parts
        covers |= {cover.filename: cover for cover in drawn}
    first = shelf.song(slots[0].song) if slots else None
    return items, list(covers.values()), None if first is None else accent(first)


def saving(post: Post, slot: Slot) -> ui.Button[Any]:
    """The button that puts a song into a list."""
    return ui.Button(
        style=discord.ButtonStyle.secondary,
        emoji="📌",
        label=say("card.save"),
        custom_id=ids.save(post.id, slot.number),
    )


def one(post: Post, slot: Slot, shelf: Shelf, title: str, about: About | None = None) -> Card:
    """A card of a single song under a title, with what is told of it in small print."""
    song = shelf.song(slot.song)
    items, covers = block(post, slot, shelf, alone=True)
    if about is not None and (rows := about_lines(about)):
        items.insert(1, ui.TextDisplay("\n".join(rows)))
    # Lists hold songs only.
    if song is not None and song.kind is ItemKind.SONG:
        items.append(ui.ActionRow(saving(post, slot)))
    return layout(ui.TextDisplay(title), *items, covers=covers, accent=None if song is None else accent(song))
