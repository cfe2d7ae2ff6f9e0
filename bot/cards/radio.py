"""The card of a radio: the song of the moment, what comes next, and how to steer it; seventeen components."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.exporting import export_button
from bot.cards.plain import safe
from bot.cards.song import Card, Item, Shelf, accent, block, layout, name, public, saving
from bot.store.radio_query import RadioQuery, Toward, Whose
from bot.store.records import Post, Slot
from bot.text import say


def started_from(query: RadioQuery, shelf: Shelf) -> str:
    """The song, the artist and the mood that a radio was started from; empty where it plays from a taste alone."""
    song = None if query.seed is None else shelf.song(query.seed)
    named = [] if song is None else [f"{safe(song.title, 50)} · {safe(song.artist, 30)}"]
    if query.artist is not None:
        named.append(safe(query.artist, 40))
    if query.mood:
        named.append(safe(", ".join(query.mood), 60))
    return " / ".join(named)


def plain_source(query: RadioQuery, shelf: Shelf) -> str:
    """The same in a few words without Markdown, for menus and names."""
    song = None if query.seed is None else shelf.song(query.seed)
    named = song.title if song is not None else query.artist or ", ".join(query.mood)
    return named or say(f"radio.source.{query.whose.value}")


def radio_title(post: Post, shelf: Shelf) -> str:
    """What a radio plays from, or for whom."""
    query = RadioQuery.model_validate(post.query)
    named = started_from(query, shelf)
    if named:
        return say("radio.title", song=named)
    of_taste = next((each.member for each in post.listeners if each.of_taste), None)
    if query.whose is Whose.ME:
        return say("radio.title.member", name=shelf.member(post, post.member))
    # A member may keep their taste to themselves by now: then it plays from the server's.
    if query.whose is Whose.SERVER or of_taste is None:
        return say("radio.title.server")
    return say("radio.title.member", name=shelf.member(post, of_taste))


@public
def radio_card(post: Post, shelf: Shelf) -> Card:
    """The current song with its controls; once the radio has ended, only the way out with all that it played."""
    current = post.slots[-1]
    song = shelf.song(current.song)
    query = RadioQuery.model_validate(post.query)
    items, covers = block(post, current, shelf, alone=True, everybody=query.whose is not Whose.ME)
    tail: list[Item] = []
    if post.closed:
        tail.append(ui.ActionRow(export_button(post)))
        tail.append(ui.TextDisplay(say("radio.ended", n=len(post.slots))))
    else:
        tail += [_controls(post, current), _steer(post, query)]
        tail.append(ui.TextDisplay("\n".join(_small_print(post, query, shelf))))
    return layout(
        ui.TextDisplay(radio_title(post, shelf)),
        *items,
        *tail,
        covers=covers,
        accent=None if song is None else accent(song),
    )


def _controls(post: Post, slot: Slot) -> Item:
    def button(action: str, style: discord.ButtonStyle, emoji: str | None = None) -> ui.Button[Any]:
        label = say(f"radio.{action}")
        return ui.Button(
            style=style, label=label, emoji=emoji, custom_id=ids.radio(post.id, slot.number, action)
        )

    row: ui.ActionRow[Any] = ui.ActionRow(
        button("next", discord.ButtonStyle.primary, "▶️"),
        button("like_this", discord.ButtonStyle.secondary),
        button("stop", discord.ButtonStyle.secondary),
        export_button(post),
        saving(post, slot),
    )
    return row


def _steer(post: Post, query: RadioQuery) -> Item:
    """Where to steer; nothing is chosen beforehand, as what is chosen already could not be chosen again."""

    def option(direction: Toward) -> discord.SelectOption:
        word = say(f"radio.toward.{direction.value}")
        label = say("radio.undo", direction=word) if direction in query.steer else word
        return discord.SelectOption(label=label, value=direction.value)

    menu: ui.Select[Any] = ui.Select(
        custom_id=ids.steer(post.id),
        placeholder=say("radio.steer"),
        options=[option(direction) for direction in Toward],
    )
    row: ui.ActionRow[Any] = ui.ActionRow(menu)
    return row


def _small_print(post: Post, query: RadioQuery, shelf: Shelf) -> list[str]:
    lines: list[str] = []
    songs = [name(song, 40) for each in query.upcoming[:2] if (song := shelf.song(each)) is not None]
    if len(songs) == 2:
        lines.append(say("radio.upcoming.two", first=songs[0], second=songs[1]))
    elif songs:
        lines.append(say("radio.upcoming", first=songs[0]))
    if query.steer:
        words = ", ".join(say(f"radio.toward.{direction.value}") for direction in query.steer)
        lines.append(say("radio.steered", directions=words))
    return [*lines, say("radio.footer", n=len(post.slots))]
