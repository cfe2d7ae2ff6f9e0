"""A member's own weekly mix, as a direct message: four songs a page."""

from __future__ import annotations

from functools import partial

from discord import ui

from bot.cards import ids
from bot.cards.notices import number
from bot.cards.paging import paged, turning
from bot.cards.recommend import PER_PAGE
from bot.cards.song import Card, Item, Shelf, layout, page_of_blocks, public
from bot.store.own import OwnDiscovery
from bot.store.records import Post
from bot.text import say


@public
def own_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of the mix of a week."""
    page, count = paged(len(post.slots), PER_PAGE, page)
    items: list[Item] = [ui.TextDisplay(say("own.title", week=number(str(post.query.get("week", "")))))]
    shown = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    songs, covers, colour = page_of_blocks(post, shown, shelf)
    items += songs
    items.append(ui.TextDisplay(say("own.footer", page=page + 1, pages=count)))
    items += turning(partial(ids.page, post.id), page, count)
    return layout(*items, covers=covers, accent=colour)


def closed_text(own: OwnDiscovery, start: str, stop: str) -> str:
    """That a member could not be written to, and what to do; ``start`` and ``stop`` are the commands for it."""
    return say("own.closed.off", start=start) if own.off else say("own.closed", stop=stop)
