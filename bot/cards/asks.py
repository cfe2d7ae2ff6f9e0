"""The card of an ask: what is looked for, the songs that were brought, and what can be done."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.numbered import MOST_CHOICES, choosing, credited, fitting
from bot.cards.plain import safe
from bot.cards.song import Card, Item, Shelf, accent, layout, public
from bot.store.records import Post
from bot.text import say

LONGEST_MOOD = 200


@public
def ask_card(post: Post, shelf: Shelf) -> Card:
    """An ask as it is now; without its buttons once it was closed."""
    mood = post.query.get("mood")
    head = say("ask.title.forgotten")
    if isinstance(mood, str) and mood:
        head = say("ask.title", name=shelf.member(post, post.member), mood=safe(mood, LONGEST_MOOD))
    shown = [
        (slot, song) for slot in post.slots[:MOST_CHOICES] if (song := shelf.song(slot.song)) is not None
    ]
    items: list[Item] = [ui.TextDisplay(head)]
    if shown:
        text = fitting(lambda limit: [credited(post, slot, song, shelf, limit) for slot, song in shown])
        items += [ui.TextDisplay(text), choosing(post, shown)]
    if post.closed:
        items.append(ui.TextDisplay(say("ask.closed", n=len(post.slots))))
    else:
        items += [_controls(post), ui.TextDisplay(say("ask.footer" if shown else "ask.empty"))]
    return layout(*items, accent=accent(shown[0][1]) if shown else None)


def _controls(post: Post) -> Item:
    def button(action: str, style: discord.ButtonStyle) -> ui.Button[Any]:
        return ui.Button(style=style, label=say(f"ask.{action}"), custom_id=ids.ask(post.id, action))

    row: ui.ActionRow[Any] = ui.ActionRow(
        button("answer", discord.ButtonStyle.primary),
        button("add", discord.ButtonStyle.secondary),
        button("close", discord.ButtonStyle.secondary),
    )
    return row
