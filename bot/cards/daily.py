"""The answer to ``/daily``: four songs a page, familiar ones marked so."""

from __future__ import annotations

from functools import partial

from discord import ui

from bot.cards import ids
from bot.cards.art import Cover
from bot.cards.exporting import export_button
from bot.cards.paging import paged, turning
from bot.cards.recommend import PER_PAGE
from bot.cards.song import Card, Item, Shelf, accent, block, layout, public
from bot.store.records import Post
from bot.text import say


@public
def daily_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of a member's day."""
    page, count = paged(len(post.slots), PER_PAGE, page)
    # Discord writes the date in the language and the zone of whoever reads it.
    head = say("daily.title", name=shelf.member(post, post.member), day=f"<t:{int(post.at)}:D>")
    if post.query.get("unknown"):
        head += "\n" + say("daily.new_member")
    items: list[Item] = [ui.TextDisplay(head)]
    covers: list[Cover] = []
    shown = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    for slot in shown:
        parts, drawn = block(post, slot, shelf)
        items.extend(parts)
        covers.extend(cover for cover in drawn if cover.filename not in {c.filename for c in covers})
    items.append(ui.TextDisplay(say("daily.footer", page=page + 1, pages=count)))
    items += turning(partial(ids.page, post.id), page, count, export_button(post))
    first = shelf.song(shown[0].song) if shown else None
    return layout(*items, covers=covers, accent=None if first is None else accent(first))
