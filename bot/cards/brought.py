"""The quiet card under a member's own link."""

from __future__ import annotations

from bot.cards.song import Card, Shelf, one, public
from bot.store.records import Post
from bot.text import say


@public
def brought_card(post: Post, shelf: Shelf) -> Card:
    """The song, and who brought it."""
    return one(post, post.slots[0], shelf, say("card.brought", name=shelf.member(post, post.member)))
