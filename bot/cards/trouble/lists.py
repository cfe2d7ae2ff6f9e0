"""What is wrong with a list, or with what was brought to an ask."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards.plain import safe
from bot.errors import (
    AskEnded,
    AskHas,
    EmptyList,
    ListFull,
    ListNameTaken,
    NoName,
    NotInList,
    NotYourList,
    TooManyLists,
    UnknownList,
)
from bot.text import say


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why a list or an ask does not take that."""
    match error:
        case UnknownList(text=text, suggestions=suggestions) if suggestions:
            offered = " / ".join(safe(each, 60) for each in suggestions)
            return say("error.list.near", name=safe(text, 60), suggestions=offered)
        case UnknownList(text=text):
            return say("error.list", name=safe(text, 60), lists=command("playlist list"))
        case ListNameTaken(name=name):
            return say("error.list.taken", name=safe(name, 60))
        case TooManyLists(most=most):
            return say("error.list.many", n=most, delete=command("playlist delete"))
        case ListFull(most=most):
            return say("error.list.full", n=most)
        case EmptyList(name=name):
            return say("error.list.empty", name=safe(name, 60), add=command("playlist add"))
        case NotInList(song=song, name=name):
            return say("error.list.not_in", song=safe(song, 80), name=safe(name, 60))
        case NotYourList():
            return say("error.list.not_yours")
        case NoName():
            return say("error.no_name")
        case AskEnded():
            return say("error.ask.ended", ask=command("ask"))
        case AskHas(song=song, member=None):
            return say("error.ask.has", song=safe(song, 120))
        case AskHas(song=song, member=member):
            return say("error.ask.has.by", song=safe(song, 120), member=f"<@{member}>")
        case _:
            return None
