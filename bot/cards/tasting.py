"""The steps of ``/taste start``: menus of genres, artists and decades, and what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import discord
from discord import ui

from bot.cards import ids
from bot.cards.help import ACCENT
from bot.cards.plain import clean, safe
from bot.cards.song import Card, Item, layout
from bot.store.tastes import ChoiceKind
from bot.text import say

STEPS = tuple(ChoiceKind)
# Discord's limit for a menu.
PER_MENU = 25
MOST_MENUS = 5
MOST_TOLD = 12


class Offered(Protocol):
    """What there is to choose from (`bot.usecases.offering.Offer`)."""

    @property
    def genres(self) -> tuple[str, ...]: ...
    @property
    def decades(self) -> tuple[int, ...]: ...
    def artists_of(self, genres: Sequence[str], /) -> tuple[str, ...]: ...


class Picked(Protocol):
    """What a member chose (`bot.usecases.choosing.Choices`)."""

    @property
    def genres(self) -> tuple[str, ...]: ...
    def of(self, kind: ChoiceKind) -> tuple[str, ...]: ...


def menus(kind: ChoiceKind, offered: Offered, picked: Picked) -> list[tuple[str, ...]]:
    """The values of each menu of a step; genres by name, artists the best known first, decades the latest first.

    What was chosen and is not offered any more comes last, so that it can be taken back.
    """
    values: Mapping[ChoiceKind, Callable[[], Sequence[str]]] = {
        ChoiceKind.GENRE: lambda: sorted(offered.genres),
        ChoiceKind.ARTIST: lambda: offered.artists_of(picked.genres),
        ChoiceKind.DECADE: lambda: [str(decade) for decade in offered.decades],
    }
    whole = list(dict.fromkeys([*values[kind](), *picked.of(kind)]))[: PER_MENU * MOST_MENUS]
    return [tuple(whole[start : start + PER_MENU]) for start in range(0, len(whole), PER_MENU)]


def step_card(kind: ChoiceKind, offered: Offered, picked: Picked) -> Card:
    """One step: its menus, with what is chosen already, and the way on."""
    items: list[Item] = [ui.TextDisplay(say(f"taste.start.{kind.value}"))]
    for number, values in enumerate(menus(kind, offered, picked)):
        items.append(ui.ActionRow(_menu(kind, number, values, picked.of(kind))))
    following = STEPS.index(kind) + 1
    step = STEPS[following].value if following < len(STEPS) else "done"
    onwards = say("taste.start.next" if picked.of(kind) else "taste.start.skip")
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    if step != "done":
        row.add_item(ui.Button(label=onwards, custom_id=ids.taste_step(step)))
    green = discord.ButtonStyle.success
    row.add_item(ui.Button(style=green, label=say("taste.start.done"), custom_id=ids.taste_step("done")))
    return layout(*items, row, accent=ACCENT)


def chosen_card(picked: Picked, mention: Callable[[str], str]) -> Card:
    """What was chosen, what comes of it, and how it is taken back."""
    lines = [
        say(f"taste.chosen.{kind.value}", names=_named(kind, picked.of(kind)))
        for kind in STEPS
        if picked.of(kind)
    ]
    if not lines:
        return layout(
            ui.TextDisplay(say("taste.chosen.nothing", recommend=mention("recommend"))), accent=ACCENT
        )
    told = say("taste.chosen", recommend=mention("recommend"), forget=mention("taste forget"))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        ui.Button(label=say("taste.start.again"), custom_id=ids.taste_step(STEPS[0].value))
    )
    return layout(ui.TextDisplay("\n".join([told, *lines])), row, accent=ACCENT)


def decade_name(decade: str) -> str:
    """A decade as members say it, by its first year."""
    return say("taste.decade", decade=decade)


def _menu(
    kind: ChoiceKind, number: int, values: Sequence[str], chosen: Sequence[str]
) -> ui.Select[ui.LayoutView]:
    """One menu, named by its first and last entry where they are in the order of the alphabet."""
    first, last = clean(values[0], 40), clean(values[-1], 40)
    placeholder = {
        ChoiceKind.GENRE: lambda: say("taste.menu.genre", first=first, last=last),
        ChoiceKind.ARTIST: lambda: say("taste.menu.artist" if number == 0 else "taste.menu.artist.more"),
        ChoiceKind.DECADE: lambda: say("taste.menu.decade"),
    }[kind]()
    options = [
        discord.SelectOption(label=clean(_label(kind, value), 100), value=value, default=value in chosen)
        for value in values
    ]
    return ui.Select(
        custom_id=ids.taste_menu(kind.value, number),
        placeholder=placeholder,
        min_values=0,
        max_values=len(options),
        options=options,
    )


def _label(kind: ChoiceKind, value: str) -> str:
    return decade_name(value) if kind is ChoiceKind.DECADE else value


def _named(kind: ChoiceKind, values: Sequence[str]) -> str:
    named = ", ".join(safe(_label(kind, value), 40) for value in values[:MOST_TOLD])
    more = len(values) - MOST_TOLD
    return say("taste.chosen.more", names=named, n=more) if more > 0 else named
