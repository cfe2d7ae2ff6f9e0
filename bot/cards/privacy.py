"""The cards of ``/privacy``: what is kept of a member, what they can do about it, and the same for a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.cards import ids
from bot.cards.accounts import service_name
from bot.cards.song import Card, layout
from bot.store.accounts import AccountService
from bot.store.arranged import NONE, RETENTION
from bot.store.records import ListeningConsent, MemberChoices, ServerSettings
from bot.text import say

GREY, RED = discord.ButtonStyle.secondary, discord.ButtonStyle.danger

TOLD: Mapping[str, tuple[str, ...]] = {
    "answers": ("feedback",),
    "posts": ("posts",),
    "shown": ("impressions",),
    "lists": ("song_lists",),
    "brought": ("song_list_songs", "brought"),
    "blocks": ("blocks",),
    "chosen": ("tastes_chosen",),
}
"""What is told apart, and the tables that it is kept in; what is in none of them, in one line."""
COUNTED_BESIDE = frozenset({"slots", "listens", "listened", "accounts"})
"""Songs of the cards that are counted, and what is told in a line of its own."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a member (`bot.usecases.rights.Summary`), and whether listening can be read here at all.

    Attributes:
        presence_on: whoever runs Segue has turned it on.
        presence_allowed: the admins of the server allow it there.
    """

    here: Mapping[str, int]
    everywhere: Mapping[str, int]
    plays: int
    accounts: tuple[AccountService, ...]
    choices: MemberChoices
    presence: ListeningConsent | None
    presence_on: bool
    presence_allowed: bool


def privacy_card(kept: Kept, *, admin: bool) -> Card:
    """Everything at a glance; ``admin`` leads on to the server's own page."""
    told = [
        say("privacy.title"),
        *_counted(kept.here),
        *_everywhere(kept),
        "",
        say("privacy.learning.paused" if kept.choices.paused else "privacy.learning.on"),
        say("privacy.name.hidden" if kept.choices.hidden else "privacy.name.shown"),
    ]
    first = [
        _button("learn" if kept.choices.paused else "pause"),
        _button("name" if kept.choices.hidden else "hide"),
    ]
    if kept.presence is not None:
        told.append(say("privacy.listening.on" if kept.presence_allowed else "privacy.listening.barred"))
        first.append(_button("deafen"))
    elif kept.presence_on and kept.presence_allowed:
        told.append(say("privacy.listening.off"))
        first.append(_button("listen"))
    second = [_button("export"), _button("delete", RED)]
    if admin:
        second.append(_server_button("show"))
    return layout(
        ui.TextDisplay("\n".join(told)),
        ui.ActionRow(*first),
        ui.ActionRow(*second),
        ui.TextDisplay(say("privacy.footer")),
    )


def which_card() -> Card:
    """Ask what shall be deleted."""
    return layout(
        ui.TextDisplay(say("privacy.delete.which")),
        ui.ActionRow(_button("ask_here"), _button("ask_all"), _button("me")),
    )


def sure_card(kept: Kept, *, everywhere: bool) -> Card:
    """Name what goes, and ask once more."""
    rows = kept.everywhere if everywhere else kept.here
    told = [say("privacy.sure.all" if everywhere else "privacy.sure.here"), *_lines(rows)]
    if everywhere and kept.plays:
        told.append(say("privacy.count.plays", n=kept.plays))
    if everywhere and kept.accounts:
        told.append(say("privacy.accounts", names=_services(kept.accounts)))
    told.append(say("privacy.sure.end"))
    yes = _button("do_all" if everywhere else "do_here", RED)
    return layout(ui.TextDisplay("\n".join(told)), ui.ActionRow(yes, _button("me")))


def deleted_card(rows: int, until: float) -> Card:
    """That it is gone, and when the last trace in the recommender will be."""
    return layout(ui.TextDisplay(say("privacy.deleted", n=rows, when=f"<t:{int(until)}:f>")))


def server_card(settings: ServerSettings) -> Card:
    """What admins decide for their server."""
    days = settings.retention_days
    menu: ui.Select[Any] = ui.Select(
        custom_id=ids.server_retention(),
        placeholder=say("privacy.retention.choose"),
        options=[
            discord.SelectOption(
                label=say("privacy.retention.none") if not each else say("privacy.retention.days", n=each),
                value=str(each or NONE),
                default=(days or 0) == each,
            )
            for each in (0, *RETENTION)
        ],
    )
    kept = say("privacy.server.forever") if days is None else say("privacy.server.days", n=days)
    return layout(
        ui.TextDisplay("\n".join([say("privacy.server.title"), kept, say("privacy.server.what")])),
        ui.ActionRow(menu),
        ui.ActionRow(_server_button("settings"), _server_button("reset", RED), _button("me")),
    )


def reset_card(*, again: bool) -> Card:
    """Ask whether everything shall go, and then once more."""
    asked = say("privacy.reset.again" if again else "privacy.reset.sure")
    yes = _server_button("reset_now" if again else "reset_again", RED)
    return layout(ui.TextDisplay(asked), ui.ActionRow(yes, _server_button("show")))


def reset_done_card(rows: int, until: float) -> Card:
    """That a server begins anew."""
    return layout(ui.TextDisplay(say("privacy.reset.done", n=rows, when=f"<t:{int(until)}:f>")))


def export_text(rows: int, files: int) -> str:
    """What is in the files."""
    told = [say("privacy.exported", n=rows)]
    if files > 1:
        told.append(say("privacy.exported.parts", n=files))
    return "\n".join(told)


def _counted(rows: Mapping[str, int]) -> list[str]:
    return [say("privacy.here"), *(_lines(rows) or [say("privacy.nothing")])]


def _lines(rows: Mapping[str, int]) -> list[str]:
    """One line for each sort of what is kept."""
    lines = [
        say(f"privacy.count.{name}", n=count)
        for name, tables in TOLD.items()
        if (count := sum(rows.get(table, 0) for table in tables))
    ]
    told = {table for tables in TOLD.values() for table in tables} | COUNTED_BESIDE
    others = sum(count for table, count in rows.items() if table not in told)
    return [*lines, say("privacy.count.other", n=others)] if others else lines


def _everywhere(kept: Kept) -> list[str]:
    """What belongs to no server, and how much there is in others."""
    lines = [say("privacy.count.plays", n=kept.plays)] if kept.plays else []
    if kept.accounts:
        lines.append(say("privacy.accounts", names=_services(kept.accounts)))
    global_ = {"listens", "listened", "accounts", "listening_states"}
    elsewhere = sum(
        count - kept.here.get(table, 0) for table, count in kept.everywhere.items() if table not in global_
    )
    if elsewhere > 0:
        lines.append(say("privacy.others", n=elsewhere))
    return [say("privacy.everywhere"), *lines] if lines else []


def _services(accounts: tuple[AccountService, ...]) -> str:
    return ", ".join(service_name(each) for each in accounts)


def _button(action: str, style: discord.ButtonStyle = GREY) -> ui.Button[Any]:
    return ui.Button(style=style, label=say(f"privacy.button.{action}"), custom_id=ids.privacy(action))


def _server_button(action: str, style: discord.ButtonStyle = GREY) -> ui.Button[Any]:
    label = say(f"privacy.button.server.{action}")
    return ui.Button(style=style, label=label, custom_id=ids.server_privacy(action))
