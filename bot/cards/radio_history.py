"""The cards of ``/radio history``: a page of past radios, and the songs of one."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.paging import paged, turning
from bot.cards.plain import clean
from bot.cards.radio import plain_source, radio_title, started_from
from bot.cards.song import Card, Item, Shelf, layout, name
from bot.store.radio_query import RadioQuery, Whose
from bot.store.records import PastRadio, Post, RadioPage
from bot.text import say

SONGS = 12
_LABEL = 100


def history_card(page: RadioPage, whose: Whose, shelf: Shelf) -> Card:
    """Past radios with when, from what, how many songs and where, and a menu to open one."""
    items: list[Item] = [ui.TextDisplay(say(f"radio.history.{whose.value}"))]
    if not page.radios:
        return layout(*items, ui.TextDisplay(say("radio.history.none")))
    items.append(ui.TextDisplay("\n".join(_line(radio, shelf) for radio in page.radios)))
    options = [_option(radio, shelf) for radio in page.radios]
    menu: ui.Select[Any] = ui.Select(
        custom_id=ids.open_radio(whose.value, page.number),
        placeholder=say("radio.history.open"),
        options=options,
    )
    row: ui.ActionRow[Any] = ui.ActionRow(menu)
    items.append(row)
    if page.pages > 1:
        items.append(ui.TextDisplay(say("radio.history.page", page=page.number + 1, pages=page.pages)))
        items += turning(partial(ids.past, whose.value), page.number, page.pages)
    return layout(*items)


def played_card(post: Post, whose: Whose, back: int, shelf: Shelf, page: int = 0) -> Card:
    """The songs of one radio, a page at a time, and the way back to the list."""
    page, pages = paged(len(post.slots), SONGS, page)
    shown = post.slots[page * SONGS : (page + 1) * SONGS]
    lines = [
        say("radio.history.song", number=slot.number, song=name(song, 50))
        for slot in shown
        if (song := shelf.song(slot.song)) is not None
    ]
    to_list: ui.Button[Any] = ui.Button(
        style=discord.ButtonStyle.secondary,
        label=say("radio.history.back"),
        custom_id=ids.past(whose.value, back),
    )
    items: list[Item] = [ui.TextDisplay(radio_title(post, shelf))]
    if lines:
        items.append(ui.TextDisplay("\n".join(lines)))
    if pages > 1:
        items.append(ui.TextDisplay(say("radio.history.page", page=page + 1, pages=pages)))
    items += turning(partial(ids.played, post.id, whose.value, back), page, pages, to_list)
    return layout(*items)


def _option(radio: PastRadio, shelf: Shelf) -> discord.SelectOption:
    label = clean(plain_source(RadioQuery.model_validate(radio.query), shelf), _LABEL)
    return discord.SelectOption(label=label, value=str(radio.post))


def _from(radio: PastRadio, shelf: Shelf) -> str:
    query = RadioQuery.model_validate(radio.query)
    named = started_from(query, shelf)
    return named or say(f"radio.source.{query.whose.value}")


def _line(radio: PastRadio, shelf: Shelf) -> str:
    when = discord.utils.format_dt(datetime.fromtimestamp(radio.at, UTC), "d")
    link = f"https://discord.com/channels/{radio.server}/{radio.channel}/{radio.message}"
    return say("radio.history.line", n=radio.songs, when=when, source=_from(radio, shelf), link=link)
