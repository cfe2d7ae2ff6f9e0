"""How Segue introduces itself to a server, and the four steps of ``/setup``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discord import ui

from bot.cards import ids
from bot.cards.help import ACCENT
from bot.cards.menus import POSTED_IN, Line, button, channel_menu, menu
from bot.cards.permissions import permission_names
from bot.cards.song import Card, Item, layout
from bot.cards.zones import zone_lines
from bot.store.arranged import Proposal
from bot.text import say

Mention = Callable[[str], str]


def hello_card(mention: Mention) -> Card:
    """The one message on joining: what Segue does, what it reads, what it does not."""
    return layout(
        ui.TextDisplay(say("arrive.title")),
        ui.TextDisplay(say("arrive.lines", recommend=mention("recommend"), start=mention("taste start"))),
        ui.ActionRow(button(say("arrive.setup"), ids.setup_begin(), green=True)),
        ui.TextDisplay(say("arrive.admins", help=mention("help"), setup=mention("setup"))),
        accent=ACCENT,
    )


def look_card(draft: Proposal, missing: Sequence[str], wished: Sequence[str], mention: Mention) -> Card:
    """First step: what Segue may do in the server.

    Args:
        missing: permissions without which it is of little use.
        wished: permissions without which it can do less.
    """
    lines = [say("setup.look.missing", permissions=permission_names(missing))] if missing else []
    if wished:
        lines.append(say("setup.look.wished", permissions=permission_names(wished)))
    if not lines:
        lines.append(say("setup.look.fine"))
    again = [button(say("setup.again"), ids.setup_step("look", draft))] if missing or wished else []
    return layout(
        ui.TextDisplay(say("setup.look", settings=mention("settings"))),
        ui.TextDisplay("\n".join(lines)),
        _row(*again, button(say("setup.next"), ids.setup_step("place", draft), green=not missing)),
        accent=ACCENT,
    )


def place_card(draft: Proposal, when: str | None, now: float, wrong: str | None, mention: Mention) -> Card:
    """Second step: where and when the weekly post comes.

    Args:
        when: the next time, as Discord shows it; None without a channel.
        wrong: what is wrong with the channel, if anything is.
    """
    told = say("setup.place.none") if when is None else _when(draft, when)
    items: list[Item] = [ui.TextDisplay(say("setup.place")), ui.TextDisplay(told)]
    if wrong is not None:
        items.append(ui.TextDisplay(f"❗ {wrong}"))
    chosen = [] if draft.channel is None else [draft.channel]
    items += [
        channel_menu(ids.setup_menu("channel", draft), POSTED_IN, chosen, say("setup.menu.channel")),
        menu(ids.setup_menu("weekday", draft), weekdays(), [str(draft.weekday)]),
        menu(ids.setup_menu("hour", draft), hours(), [str(draft.hour)]),
        menu(ids.setup_menu("zone", draft), zone_lines(draft.timezone, now), [draft.timezone]),
        _row(
            button(say("setup.back"), ids.setup_step("look", draft)),
            button(
                say("setup.next"),
                ids.setup_step("taste", draft),
                green=True,
                disabled=draft.channel is None or wrong is not None,
            ),
        ),
        ui.TextDisplay(say("setup.place.zone", command=mention("discovery channel"))),
    ]
    return layout(*items, accent=ACCENT)


def taste_card(draft: Proposal, chosen: int) -> Card:
    """Third step: the first tastes, in the menus of ``/taste start``.

    Args:
        chosen: how many genres, artists and decades the admin has chosen so far.
    """
    items: list[Item] = [ui.TextDisplay(say("setup.taste"))]
    if chosen:
        items.append(ui.TextDisplay(say("setup.taste.chosen", n=chosen)))
    row = _row(
        button(say("setup.back"), ids.setup_step("place", draft)),
        button(say("setup.taste.begin"), ids.taste_step("begin"), green=not chosen),
        button(say("setup.next"), ids.setup_step("finish", draft), green=bool(chosen)),
    )
    return layout(*items, row, accent=ACCENT)


def finish_card(draft: Proposal, when: str) -> Card:
    """Fourth step: what was chosen, and the first post now or at its hour."""
    return layout(
        ui.TextDisplay(say("setup.finish")),
        ui.TextDisplay(_when(draft, when)),
        _row(
            button(say("setup.back"), ids.setup_step("taste", draft)),
            button(say("setup.now"), ids.setup_step("now", draft), green=True),
            button(say("setup.later"), ids.setup_step("later", draft)),
        ),
        accent=ACCENT,
    )


def done_card(draft: Proposal, outcome: str, mention: Mention) -> Card:
    """The end: what has happened, what everybody can do now, and where all else is."""
    names = {"recommend": mention("recommend"), "radio": mention("radio play")}
    return layout(
        ui.TextDisplay(say("setup.done")),
        ui.TextDisplay(outcome),
        ui.TextDisplay(say("setup.done.now_what", **names, start=mention("taste start"))),
        _row(
            button(say("setup.back"), ids.setup_step("finish", draft)),
            button(say("setup.all_settings"), ids.settings_page("when")),
        ),
        accent=ACCENT,
    )


def weekdays() -> list[Line]:
    """The days of the week, from Monday on."""
    return [Line(str(day), say(f"weekday.{day}")) for day in range(7)]


def hours() -> list[Line]:
    """The hours of a day."""
    return [Line(str(hour), f"{hour:02d}:00") for hour in range(24)]


def _when(draft: Proposal, when: str) -> str:
    return say(
        "setup.when",
        channel=f"<#{draft.channel}>",
        weekday=say(f"weekday.{draft.weekday}"),
        hour=f"{draft.hour:02d}",
        timezone=draft.timezone,
        when=when,
    )


def _row(*buttons: ui.Button[ui.LayoutView]) -> ui.ActionRow[ui.LayoutView]:
    return ui.ActionRow(*buttons)
