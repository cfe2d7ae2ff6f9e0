"""The answer to ``/recommend``: four songs a page, one budget of forty components."""

from __future__ import annotations

import discord
from discord import ui

from bot.cards import ids
from bot.cards.art import Cover
from bot.cards.plain import safe
from bot.cards.song import Card, Item, Shelf, accent, block, layout
from bot.store.records import Post
from bot.text import say

# Container, title, footer and a row of three are seven components, a song is eight: 7 + 4 · 8 = 39.
PER_PAGE = 4


def pages(post: Post) -> int:
    """How many pages a post has."""
    return max(1, -(-len(post.slots) // PER_PAGE))


def page_of(slot: int) -> int:
    """The page, counted from 0, that a slot is on."""
    return (slot - 1) // PER_PAGE


def title(post: Post, shelf: Shelf) -> str:
    """Whom the songs are for, or what they are like."""
    seed = post.query.get("seed")
    song = shelf.song(seed) if isinstance(seed, int) else None
    if song is not None:
        return say("card.like", song=f"{safe(song.title, 60)} · {safe(song.artist, 40)}")
    if "of_ask" in post.query:
        return say("ask.added_by_segue")
    of_list = post.query.get("of_list")
    if isinstance(of_list, int):
        named = shelf.list_name(of_list)
        return say("list.recommend.gone") if named is None else say("list.recommend", name=safe(named, 60))
    # A mention shows the name without our keeping it; nobody is pinged, as no mention is allowed to.
    head = say("card.for", name=f"<@{post.member}>")
    if post.query.get("unknown"):
        head += "\n" + say("card.new_member")
    return head


def _footer(post: Post, page: int) -> list[Item]:
    dial = say(f"dial.{post.query.get('dial', 'balanced')}")
    count = pages(post)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    grey = discord.ButtonStyle.secondary
    if count > 1:
        before, after = (page - 1) % count, (page + 1) % count
        # Two pages: both arrows lead to the other one, and two buttons may not share an id.
        if count > 2:
            row.add_item(ui.Button(style=grey, emoji="◀️", custom_id=ids.page(post.id, before)))
        row.add_item(ui.Button(style=grey, emoji="▶️", custom_id=ids.page(post.id, after)))
    row.add_item(ui.Button(style=grey, label=say("card.more"), custom_id=ids.more(post.id, "same")))
    if count <= 2 and post.query.get("dial") != "adventurous":
        row.add_item(
            ui.Button(style=grey, label=say("card.less_known"), custom_id=ids.more(post.id, "adventurous"))
        )
    key = "card.footer.page" if count > 1 else "card.footer"
    return [ui.TextDisplay(say(key, dial=dial, page=page + 1, pages=count)), row]


def recommend_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of a post."""
    page = min(max(page, 0), pages(post) - 1)
    items: list[Item] = [ui.TextDisplay(title(post, shelf))]
    covers: list[Cover] = []
    shown = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    for slot in shown:
        parts, drawn = block(post, slot, shelf)
        items.extend(parts)
        covers.extend(cover for cover in drawn if cover.filename not in {c.filename for c in covers})
    first = shelf.song(shown[0].song) if shown else None
    return layout(
        *items, *_footer(post, page), covers=covers, accent=None if first is None else accent(first)
    )
