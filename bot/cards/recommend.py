"""The answer to ``/recommend``: four songs a page, one budget of forty components."""

from __future__ import annotations

from functools import partial
from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.exporting import export_button
from bot.cards.paging import paged, turning
from bot.cards.plain import safe
from bot.cards.song import Card, Item, Shelf, layout, page_of_blocks, public
from bot.store.records import ItemKind, Post
from bot.store.wishes import Wish
from bot.text import say

# Container, title, footer and a row of four are eight components, a song is eight: 8 + 4 · 8 = 40, Discord's limit.
PER_PAGE = 4
MOST_BESIDE_FOOTER = 4
# Members who are named in a title, and letters of a mood.
NAMED = 5
MOOD = 80


def page_of(slot: int) -> int:
    """The page, counted from 0, that a slot is on."""
    return (slot - 1) // PER_PAGE


def title(post: Post, shelf: Shelf) -> str:
    """What the songs start from, or whom they are for, and what else was asked."""
    wish = Wish.of(post.query)
    if wish.of_ask is not None:
        return say("ask.added_by_segue")
    if wish.of_list is not None:
        named = shelf.list_name(wish.of_list)
        return say("list.recommend.gone") if named is None else say("list.recommend", name=safe(named, 60))
    spoken = "" if wish.kind is ItemKind.SONG else f".{wish.kind.value}"
    song = shelf.song(wish.seed) if wish.seed is not None else None
    if song is not None:
        head = say(f"card.like{spoken}", song=f"{safe(song.title, 60)} · {safe(song.artist, 40)}")
    elif wish.artist:
        head = say("card.like", song=safe(wish.artist, 60))
    elif wish.own and wish.mood:
        head = say("card.mood", mood=safe(wish.mood, MOOD))
    else:
        head = _whose(wish, post, shelf)
    lines = [head]
    if song is not None and wish.artist:
        lines.append(say("card.also.artist", artist=safe(wish.artist, 60)))
    if wish.mood and (song is not None or wish.artist or not wish.own):
        lines.append(say("card.also.mood", mood=safe(wish.mood, MOOD)))
    unknown = post.query.get("mood_unknown")
    if isinstance(unknown, list) and unknown:
        words = ", ".join(safe(str(word), 30) for word in unknown[:8])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        lines.append(say("card.mood.unknown", words=words))
    if post.query.get("unknown") and wish.open:
        lines.append(say("card.new_member" if wish.own else "card.nobody_known"))
    return "\n".join(lines)


def _whose(wish: Wish, post: Post, shelf: Shelf) -> str:
    if wish.everybody:
        return say("card.for.server")
    if wish.room is not None:
        return say("card.for.room", channel=f"<#{wish.room}>")
    if not wish.people:
        spoken = "" if wish.kind is ItemKind.SONG else f".{wish.kind.value}"
        return say(f"card.for{spoken}", name=shelf.member(post, post.member))
    names = ", ".join(shelf.member(post, member) for member in wish.people[:NAMED])
    if len(wish.people) > NAMED:
        return say("card.for.more", names=names, n=len(wish.people) - NAMED)
    return say("card.for.several", names=names)


def _footer(post: Post, page: int, pages: int) -> tuple[str, list[Item]]:
    """What stands below the songs; where a fifth button needs the room, its small print goes under the title."""
    dial, wish = str(post.query.get("dial", "balanced")), Wish.of(post.query)
    beside = [_button("card.more", ids.more(post.id, "same"))]
    new = bool(post.query.get("unknown")) and wish.own and wish.open
    # Five buttons are Discord's limit for a row.
    if dial != "adventurous" and (pages == 1 or (pages == 2 and not new)):
        beside.append(_button("card.less_known", ids.more(post.id, "adventurous")))
    if len(post.slots) > 1:
        beside.append(export_button(post))
    if new:
        beside.append(_button("card.start_taste", ids.taste_step("begin")))
    [row] = turning(partial(ids.page, post.id), page, pages, *beside)
    # Of whom nothing is known reads below the title what taps do.
    if post.query.get("unknown") and wish.open:
        key = "card.footer.unknown.page" if pages > 1 else "card.footer.unknown"
    else:
        key = "card.footer.page" if pages > 1 else "card.footer"
    footer = say(key, dial=say(f"dial.{dial}"), page=page + 1, pages=pages)
    if new or len(row.children) > MOST_BESIDE_FOOTER:
        return footer, [row]
    return "", [ui.TextDisplay(footer), row]


def _button(key: str, custom_id: str) -> ui.Button[Any]:
    return ui.Button(style=discord.ButtonStyle.secondary, label=say(key), custom_id=custom_id)


@public
def recommend_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of a post."""
    page, pages = paged(len(post.slots), PER_PAGE, page)
    small, footer = _footer(post, page, pages)
    items: list[Item] = [ui.TextDisplay("\n".join(filter(None, (title(post, shelf), small))))]
    shown = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    songs, covers, colour = page_of_blocks(post, shown, shelf, alone=post.single)
    items += songs
    return layout(*items, *footer, covers=covers, accent=colour)
