"""A member's own answers: a page of lines, a filter, and a menu that opens one of the songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import discord
from discord import ui

from bot.cards import ids
from bot.cards.numbered import fitting
from bot.cards.paging import turning
from bot.cards.plain import clean
from bot.cards.song import Card, Item, layout, name
from bot.store.records import FeedbackEvent, Song, Verb
from bot.text import say

EMOJI = {Verb.LIKE: "❤️", Verb.SKIP: "⏭️", Verb.DISLIKE: "👎"}
ALL = "all"


class Page(Protocol):
    """A page of answers (`bot.usecases.answered.Answers`)."""

    @property
    def kind(self) -> Verb | None: ...
    @property
    def lines(self) -> Sequence[tuple[FeedbackEvent, Song]]: ...
    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def counts(self) -> Mapping[Verb, int]: ...


def answered_card(answers: Page, begin: str) -> Card:
    """One page of them; ``begin`` is the command that somebody without any may begin with."""
    total = sum(answers.counts.values())
    if not total:
        return layout(ui.TextDisplay(say("history.none", recommend=begin)))
    items: list[Item] = [ui.TextDisplay(say("history.title", n=total))]
    if answers.lines:
        text = fitting(lambda limit: [_line(event, song, limit) for event, song in answers.lines])
        items += [ui.TextDisplay(text), ui.ActionRow(_menu(answers))]
    else:
        items.append(ui.TextDisplay(say("history.none_of_kind")))
    items.append(ui.ActionRow(*_filter(answers)))
    items.append(ui.TextDisplay(say("history.footer", page=answers.page + 1, pages=answers.pages)))
    kind = ALL if answers.kind is None else answers.kind.value
    items += turning(partial(ids.history, kind), answers.page, answers.pages)
    return layout(*items)


def _line(event: FeedbackEvent, song: Song, limit: int) -> str:
    return f"{EMOJI[event.verb]} {name(song, limit)} · <t:{int(event.at)}:R>"


def _menu(answers: Page) -> ui.Select[Any]:
    return ui.Select(
        custom_id=ids.history_song(),
        placeholder=say("history.choose"),
        options=[
            discord.SelectOption(
                label=clean(song.title, 100),
                description=clean(song.artist, 100),
                emoji=EMOJI[event.verb],
                value=str(song.id),
            )
            for event, song in answers.lines
        ],
    )


def _filter(answers: Page) -> list[ui.Button[Any]]:
    """All, and each kind with how many there are; the one that is shown stands out."""

    def button(kind: Verb | None, emoji: str | None, label: str) -> ui.Button[Any]:
        shown = kind is answers.kind
        return ui.Button(
            style=discord.ButtonStyle.primary if shown else discord.ButtonStyle.secondary,
            emoji=emoji,
            label=label,
            custom_id=ids.history(ALL if kind is None else kind.value, 0, "f"),
        )

    kinds = [button(verb, EMOJI[verb], str(answers.counts[verb])) for verb in EMOJI]
    return [button(None, None, say("history.all")), *kinds]
