"""Lists: one with its songs, all of a member's, which one to save to, and whether one shall go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.exporting import export_button
from bot.cards.numbered import choosing, credited, fitting
from bot.cards.paging import paged, turning
from bot.cards.plain import clean, safe
from bot.cards.song import Card, Item, Shelf, accent, layout, public
from bot.store.records import ListId, Post, Slot, SongList
from bot.text import say

PER_PAGE = 20
# A menu holds 25; one of them may be for a new list.
MOST_OFFERED = 24
NEW = "new"


def page_of(slot: int) -> int:
    """The page, counted from 0, that a slot is on."""
    return (slot - 1) // PER_PAGE


@public
def list_card(post: Post, shelf: Shelf, page: int = 0) -> Card:
    """One page of a list's songs."""
    page, count = paged(len(post.slots), PER_PAGE, page)
    number = post.query.get("list")
    named = shelf.list_name(number) if isinstance(number, int) else None
    title = say("list.title.gone") if named is None else say("list.title", name=safe(named, 60))
    part = post.slots[page * PER_PAGE : (page + 1) * PER_PAGE]
    shown = [(slot, song) for slot in part if (song := shelf.song(slot.song)) is not None]
    items: list[Item] = [ui.TextDisplay(title)]
    if shown:
        text = fitting(lambda limit: [credited(post, slot, song, shelf, limit) for slot, song in shown])
        items += [ui.TextDisplay(text), choosing(post, shown)]
    items.append(ui.TextDisplay(say("list.footer", n=len(post.slots), page=page + 1, pages=count)))
    items += turning(partial(ids.page, post.id), page, count, export_button(post))
    return layout(*items, accent=accent(shown[0][1]) if shown else None)


def overview_card(lists: Sequence[SongList], counts: Mapping[ListId, int], page: int = 0) -> Card:
    """A member's lists and the server's, with how many songs each has."""
    if not lists:
        return layout(ui.TextDisplay(say("lists.none")))
    page, count = paged(len(lists), PER_PAGE, page)
    lines = [
        say(
            f"lists.line.{'shared' if each.shared else 'own'}",
            n=counts.get(each.id, 0),
            name=safe(each.name, 60),
        )
        for each in lists[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    items: list[Item] = [
        ui.TextDisplay(say("lists.title")),
        ui.TextDisplay("\n".join(lines)),
        ui.TextDisplay(say("lists.footer", n=len(lists), page=page + 1, pages=count)),
    ]
    items += turning(ids.lists, page, count)
    return layout(*items)


def saving_card(post: Post, slot: Slot, shelf: Shelf, lists: Sequence[SongList], *, new: bool) -> Card:
    """Ask for the list that a song is saved to; ``new`` offers to make the usual one."""
    song = shelf.song(slot.song)
    options = [
        discord.SelectOption(
            label=clean(each.name, 100),
            description=say(f"lists.{'shared' if each.shared else 'own'}"),
            value=str(each.id),
        )
        for each in lists[:MOST_OFFERED]
    ]
    if new:
        label = clean(say("list.save.new", name=say("list.save.name")), 100)
        options.append(discord.SelectOption(label=label, value=NEW))
    menu: ui.Select[Any] = ui.Select(
        custom_id=ids.save_to(post.id, slot.number), placeholder=say("list.save.choose"), options=options
    )
    head = say("list.save.title", song="" if song is None else safe(song.title, 60))
    return layout(ui.TextDisplay(head), ui.ActionRow(menu), accent=None if song is None else accent(song))


def told_card(sentence: str) -> Card:
    """One sentence in the place of a card."""
    return layout(ui.TextDisplay(sentence))


def deleting_card(chosen: SongList, songs: int) -> Card:
    """Ask whether a list shall go."""

    def button(action: str, style: discord.ButtonStyle, label: str) -> ui.Button[Any]:
        return ui.Button(style=style, label=label, custom_id=ids.delete_list(chosen.id, action))

    row: ui.ActionRow[Any] = ui.ActionRow(
        button("delete", discord.ButtonStyle.danger, say("list.delete.yes")),
        button("keep", discord.ButtonStyle.secondary, say("list.delete.no")),
    )
    return layout(ui.TextDisplay(say("list.delete.sure", n=songs, name=safe(chosen.name, 60))), row)
