"""A member's own weekly mix, as a direct message: four songs a page."""

from __future__ import annotations

from functools import partial

from discord import ui

from bot.cards import ids
from bot.cards.art import Cover
from bot.cards.notices import number
from bot.cards.paging import paged, turning
from bot.cards.recommend import PER_PAGE
from bot.cards.song import Card, Item, Shelf, accent, block, layout, public
from bot.store.own import OwnDiscovery
from bot.store.records import Post
from bot.text import say


@public
def own_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of the mix of a week."""
    page, count = paged(len(post.slots), PER_PAGE, page)
    items: list[Item] = [ui.TextDisplay(say("own.title", week=number(str(post.query.get("week", "")))))]
    covers: list[Cover] = []
    shown = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    for slot in shown:
        parts, drawn = block(post, slot, shelf)
        items.extend(parts)
        covers.extend(cover for cover in drawn if cover.filename not in {c.filename for c in covers})
    items.append(ui.TextDisplay(say("own.footer", page=page + 1, pages=count)))
    items += turning(partial(ids.page, post.id), page, count)
    first = shelf.song(shown[0].song) if shown else None
    return layout(*items, covers=covers, accent=None if first is None else accent(first))


def closed_text(own: OwnDiscovery, start: str, stop: str) -> str:
    """That a member could not be written to, and what to do; ``start`` and ``stop`` are the commands for it."""
    return say("own.closed.off", start=start) if own.off else say("own.closed", stop=stop)
