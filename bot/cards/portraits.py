"""Tastes as members see them: one alone, two beside each other, many on a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import discord
from discord import ui

from bot.cards import ids
from bot.cards.art import Cover
from bot.cards.help import ACCENT
from bot.cards.pictures import (
    Agreement,
    Likeness,
    Mark,
    Section,
    draw_agreement,
    draw_map,
    draw_portrait,
)
from bot.cards.pictures.lettering import lettered
from bot.cards.plain import clean, safe
from bot.cards.reasons import gallery, percent
from bot.cards.song import Card, Item, Shelf, layout, name
from bot.cards.tasting import decade_name
from bot.store.records import MemberId, Post
from bot.text import say

PORTRAIT, AGREEMENT, MAP = "taste.png", "together.png", "map.png"


class Beside(Protocol):
    """One value beside the server's or another member's (`bot.usecases.portrait.Beside`)."""

    @property
    def name(self) -> str: ...
    @property
    def own(self) -> float: ...
    @property
    def server(self) -> float | None: ...


class Pictured(Protocol):
    """A taste, taken apart (`bot.usecases.portrait.Portrait`)."""

    @property
    def songs(self) -> int: ...
    @property
    def genres(self) -> Sequence[Beside]: ...
    @property
    def decades(self) -> Sequence[Beside]: ...
    @property
    def features(self) -> Sequence[Beside]: ...
    @property
    def adventurous(self) -> float | None: ...
    @property
    def moved(self) -> Sequence[Beside]: ...


class Compared(Protocol):
    """What two members share (`bot.usecases.comparing.Comparison`)."""

    @property
    def agreement(self) -> float: ...
    @property
    def genres(self) -> Sequence[Beside]: ...
    @property
    def artists(self) -> Sequence[str]: ...
    @property
    def songs(self) -> Sequence[int]: ...
    @property
    def for_other(self) -> Sequence[int]: ...


class Mapped(Protocol):
    """Where members and genres stand (`bot.usecases.mapping.TasteMap`)."""

    @property
    def members(self) -> Mapping[MemberId, tuple[float, float]]: ...
    @property
    def landmarks(self) -> Sequence[tuple[str, tuple[float, float]]]: ...


@lettered
def portrait_picture(who: str, shown: Pictured) -> bytes:
    """A taste in a picture; about a tenth of a second, so call it in a thread."""
    own = clean(who, 40)
    average = any(each.server is not None for each in (*shown.genres, *shown.decades))
    months = say("taste.show.month"), say("taste.show.before")
    return draw_portrait(
        own,
        [
            Section(say("taste.show.genres"), _rows(shown.genres, str)),
            Section(say("taste.show.decades"), _rows(shown.decades, decade_name)),
            Section(say("taste.show.features"), _rows(shown.features, _feature), shares=False),
            Section(say("taste.show.moved"), _rows(shown.moved, str), legend=months),
        ],
        legend=(own, say("taste.show.server")) if average else None,
    )


def portrait_card(who: str, shown: Pictured, picture: bytes, *, share: bool) -> Card:
    """A taste, with the button that shows it to everybody where it is the member's own."""
    lines = [say("taste.show.title", name=safe(who, 60)), say("taste.show.songs", n=shown.songs)]
    if shown.adventurous is not None:
        lines.append(say("taste.show.adventurous", share=percent(shown.adventurous)))
    parts = (*_told(shown.genres, str), *_told(shown.decades, decade_name))
    alt = say("taste.show.alt", name=clean(who, 60), parts=", ".join(parts))
    items: list[Item] = [ui.TextDisplay("\n".join(lines)), gallery(PORTRAIT, alt)]
    if share:
        button: ui.Button[ui.LayoutView] = ui.Button(
            label=say("taste.show.here"), custom_id=ids.taste_share()
        )
        items.append(ui.ActionRow(button))
    return layout(*items, covers=[Cover(picture, PORTRAIT)], accent=ACCENT)


@lettered
def agreement_picture(names: tuple[str, str], compared: Compared, shelf: Shelf) -> bytes:
    """Two tastes in a picture; tens of milliseconds, so call it in a thread."""
    songs = [song for number in compared.songs if (song := shelf.song(number)) is not None]
    return draw_agreement(
        (clean(names[0], 40), clean(names[1], 40)),
        Agreement(compared.agreement, percent(compared.agreement), say("taste.compare.meaning")),
        _rows(compared.genres, str),
        [
            (say("taste.compare.artists"), [*compared.artists]),
            (say("taste.compare.songs"), [f"{song.title} · {song.artist}" for song in songs]),
        ],
        heading=say("taste.compare.genres"),
    )


def agreement_card(other: str, compared: Compared, post: Post | None, shelf: Shelf, picture: bytes) -> Card:
    """What two members share, and a menu of the songs in ``post``, which the other one could give; None without any."""
    who, share = safe(other, 60), percent(compared.agreement)
    head = [say("taste.compare.title", name=who), say("taste.compare.share", share=share)]
    parts = ", ".join([*_told(compared.genres, str), *compared.artists]) or say("taste.compare.nothing")
    alt = say("taste.compare.alt", name=clean(other, 60), share=share, parts=parts)
    items: list[Item] = [ui.TextDisplay("\n".join(head)), gallery(AGREEMENT, alt)]
    for heading, songs in (
        (say("taste.compare.for_you", name=who), [] if post is None else [slot.song for slot in post.slots]),
        (say("taste.compare.for_other", name=who), compared.for_other),
    ):
        known = [song for number in songs if (song := shelf.song(number)) is not None]
        if known:
            items.append(ui.TextDisplay("\n".join([heading, *(f"- {name(song)}" for song in known)])))
    if post is not None:
        items.append(ui.ActionRow(_choose(post, shelf)))
    return layout(*items, covers=[Cover(picture, AGREEMENT)], accent=ACCENT)


@lettered
def map_picture(server: str, names: Mapping[MemberId, str], mapped: Mapped) -> bytes:
    """The map; tens of milliseconds, so call it in a thread."""
    members = [Mark(clean(names[member], 32), *place) for member, place in mapped.members.items()]
    return draw_map(clean(server, 60), members, [Mark(genre, *place) for genre, place in mapped.landmarks])


def map_card(names: Mapping[MemberId, str], mapped: Mapped, picture: bytes, visible: str) -> Card:
    """The map of those who agreed.

    Args:
        visible: the command by which others come onto it.
    """
    told = ", ".join(clean(names[member], 32) for member in mapped.members)
    genres = ", ".join(genre for genre, _ in mapped.landmarks)
    return layout(
        ui.TextDisplay(say("taste.server.title")),
        gallery(MAP, say("taste.server.alt", names=told, genres=genres)),
        ui.TextDisplay(say("taste.server.how", visible=visible)),
        covers=[Cover(picture, MAP)],
        accent=ACCENT,
    )


def _choose(post: Post, shelf: Shelf) -> ui.Select[ui.LayoutView]:
    options = [
        discord.SelectOption(
            label=clean(song.title, 100), description=clean(song.artist, 100), value=str(slot.number)
        )
        for slot in post.slots
        if (song := shelf.song(slot.song)) is not None
    ]
    return ui.Select(custom_id=ids.choose(post.id), placeholder=say("weekly.choose"), options=options)


def _feature(feature: str) -> str:
    return say(f"feature.{feature}")


def _rows(values: Sequence[Beside], named: Callable[[str], str]) -> list[Likeness]:
    return [Likeness(named(each.name), each.own, percent(each.own), each.server) for each in values]


def _told(values: Sequence[Beside], named: Callable[[str], str]) -> list[str]:
    return [say("picture.part", name=named(each.name), share=percent(each.own)) for each in values]
