"""What was looked up: a numbered list with a menu to open one, and the card of an artist. For one member's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import discord
from discord import ui

from bot.cards import ids
from bot.cards.paging import paged, turning
from bot.cards.plain import clean, safe
from bot.cards.song import Card, Item, Shelf, accent, layout, name
from bot.store.named import NamedAlbum, NamedArtist
from bot.store.records import Post, Song
from bot.text import say
from bot.text.names import country

PER_PAGE = 10
LONGEST = 40
"""Characters of a name: ten lines of them, each sign escaped, stay below Discord's 4,000."""
ALBUMS = frozenset({"albums", "albums_of"})
ARTISTS = frozenset({"artists", "related"})
_GREY = discord.ButtonStyle.secondary


def kept(post: Post) -> list[object]:
    """The artists or albums that a list holds, as they were written."""
    found = post.query.get("found")
    return cast("list[object]", found) if isinstance(found, list) else []


def length(post: Post) -> int:
    """How many lines a list has."""
    return len(post.slots) or len(kept(post))


def list_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of a list."""
    page, pages = paged(length(post), PER_PAGE, page)
    what = str(post.query.get("what", "songs"))
    artist = safe(str(post.query.get("artist") or "?"), LONGEST)
    head = say(f"found.title.{what}", text=safe(str(post.query.get("text", "")), 80), artist=artist)
    numbers = range(page * PER_PAGE + 1, min((page + 1) * PER_PAGE, length(post)) + 1)
    rows = [(number, *_row(post, number, what, shelf)) for number in numbers]
    lines = [say("found.line", number=number, text=line) for number, line, _, _ in rows]
    menu = _menu(post, [(number, label, beside) for number, _, label, beside in rows], "found.choose")
    items: list[Item] = [ui.TextDisplay(head), ui.TextDisplay("\n".join(lines)), menu]
    if pages > 1:
        items.append(ui.TextDisplay(say("found.page", page=page + 1, pages=pages)))
        items += turning(partial(ids.page, post.id), page, pages)
    first = shelf.song(post.slots[0].song) if post.slots else None
    return layout(*items, *_down(post), accent=None if first is None else accent(first))


def artist_card(post: Post, shelf: Shelf) -> Card:
    """What is known of an artist, their best known songs, and the ways on from here."""
    artist = NamedArtist.of(post.query)
    about = [
        artist.country and country(artist.country),
        artist.note and safe(artist.note, 80),
        *(safe(tag, 30) for tag in artist.tags[:4]),
    ]
    head = say("artist.title", name=safe(artist.name, 80))
    known = " · ".join(filter(None, about))
    items: list[Item] = [ui.TextDisplay(f"{head}\n{known}" if known else head)]
    songs = [(slot.number, song) for slot in post.slots if (song := shelf.song(slot.song)) is not None]
    if songs:
        lines = [
            say("found.line", number=number, text=_dated(f"**{safe(song.title, LONGEST)}**", song))
            for number, song in songs
        ]
        items.append(ui.TextDisplay("\n".join([say("artist.best"), *lines])))
        items.append(
            _menu(post, [(number, song.title, song.artist) for number, song in songs], "artist.choose")
        )
    else:
        items.append(ui.TextDisplay(say("artist.no_songs")))
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(
        ui.Button(style=_GREY, label=say("artist.related"), custom_id=ids.artist(post.id, "related"))
    )
    row.add_item(ui.Button(style=_GREY, label=say("artist.albums"), custom_id=ids.artist(post.id, "albums")))
    return layout(*items, row, *_down(post), accent=accent(songs[0][1]) if songs else None)


def _row(post: Post, number: int, what: str, shelf: Shelf) -> tuple[str, str, str]:
    """A line, and its label and small print in the menu."""
    if what in ARTISTS:
        return _artist_row(NamedArtist.of(kept(post)[number - 1]), shelf)
    if what in ALBUMS:
        album = NamedAlbum.of(kept(post)[number - 1])
        line = f"**{safe(album.title, LONGEST)}** · {safe(album.artist, LONGEST)}"
        return line + (f" · {album.year}" if album.year else ""), album.title, album.artist
    slot = post.slot(number)
    song = None if slot is None else shelf.song(slot.song)
    if song is None:
        return "?", "?", ""
    return _dated(name(song, LONGEST), song), song.title, song.artist


def _artist_row(artist: NamedArtist, shelf: Shelf) -> tuple[str, str, str]:
    where = country(artist.country) if artist.country else None
    parts = [f"**{safe(artist.name, LONGEST)}**", where, *(safe(tag, 20) for tag in artist.tags[:2])]
    beside = artist.note or where or ", ".join(artist.tags[:2])
    line = " · ".join(filter(None, parts))
    song = None if artist.song is None else shelf.song(artist.song)
    if song is not None:
        line += "\n" + say("found.song", song=safe(song.title, LONGEST))
    return line, artist.name, beside


def _dated(line: str, song: Song) -> str:
    return line + (f" · {song.year}" if song.year else "")


def _menu(post: Post, choices: Sequence[tuple[int, str, str]], key: str) -> ui.ActionRow[Any]:
    options = [
        discord.SelectOption(
            label=clean(f"{number} {label}", 100),
            description=clean(beside, 100) if beside else None,
            value=str(number),
        )
        for number, label, beside in choices
    ]
    return ui.ActionRow(ui.Select(custom_id=ids.open_one(post.id), placeholder=say(key), options=options))


def _down(post: Post) -> list[Item]:
    down = post.query.get("down")
    if not isinstance(down, list) or not down:
        return []
    services = ", ".join(safe(str(each), 30) for each in cast("list[object]", down))
    return [ui.TextDisplay(say("found.down", services=services))]
