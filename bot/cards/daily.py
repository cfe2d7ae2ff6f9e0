"""The answer to ``/daily``: four songs a page, familiar ones marked so."""

from __future__ import annotations

from functools import partial

from discord import ui

from bot.cards import ids
from bot.cards.exporting import export_button
from bot.cards.paging import paged, turning
from bot.cards.recommend import PER_PAGE
from bot.cards.song import Card, Item, Shelf, layout, page_of_blocks, public
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
    shown = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    songs, covers, colour = page_of_blocks(post, shown, shelf)
    items += songs
    items.append(ui.TextDisplay(say("daily.footer", page=page + 1, pages=count)))
    items += turning(partial(ids.page, post.id), page, count, export_button(post))
    return layout(*items, covers=covers, accent=colour)
