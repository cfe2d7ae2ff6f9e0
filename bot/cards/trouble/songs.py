"""Why there is no song: nothing fits what was typed or pasted, or nothing is left to bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.cards.plain import safe
from bot.errors import (
    EmptyCatalog,
    NobodyReached,
    NobodyThere,
    NoSongThere,
    NotHere,
    NothingFound,
    NothingLeft,
    NothingSpoken,
    RadioGone,
    RadioOver,
    UnclearMood,
    UnknownArtist,
    UnknownGenre,
    UnknownLink,
    UnknownMood,
    UnknownSong,
    UnknownTaste,
)
from bot.text import say

_UNKNOWN: Mapping[type[UnknownSong], str] = {
    UnknownArtist: "error.unknown_artist",
    UnknownGenre: "error.unknown_genre",
    NobodyReached: "error.nobody_reached",
}


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """What was not understood, or not found."""
    match error:
        case UnknownSong(text=text) | UnknownMood(text=text) | NothingFound(text=text) if not text.strip():
            return say("error.no_name")
        case UnknownSong(text=text, suggestions=suggestions):
            return _unknown(error, text, suggestions)
        case UnknownMood(text=text):
            return say("error.unknown_mood", text=safe(text, 80))
        case UnclearMood():
            return say("error.mood")
        case UnknownLink(service=service, unreached=True):
            return say("error.link.unreached", service=service)
        case UnknownLink(service=service, song=song):
            return say("error.link.song" if song else "error.link", service=service)
        case NoSongThere(link=link, command=other):
            return say("error.no_song.link" if link else "error.no_song", command=command(other))
        case NothingFound():
            return _searched(error)
        case NothingSpoken(kind=kind):
            return say(f"error.nothing_spoken.{kind}", command=command("search"))
        case EmptyCatalog():
            return say("error.empty_catalog")
        case _:
            return _ended(error, command)


def _unknown(error: UnknownSong, text: str, near: Sequence[str]) -> str:
    """What a typed name is not, and what is like it."""
    key = _UNKNOWN.get(type(error), "error.unknown_song")
    if not near:
        return say(key, text=safe(text, 80))
    offered = " / ".join(safe(each, 80) for each in near)
    return say(f"{key}.near", text=safe(text, 80), suggestions=offered)


def _searched(error: NothingFound) -> str:
    """Why a search found nothing."""
    text = safe(error.text, 80)
    if error.down:
        services = ", ".join(safe(each, 30) for each in error.down)
        return say("error.nothing_found.down", text=text, services=services)
    if error.what == "related":
        return say("error.nothing_related", text=text)
    return say("error.nothing_found" if error.asked else f"error.unasked.{error.what}", text=text)


def _ended(error: Exception, command: Callable[[str], str]) -> str | None:
    """Why nothing comes, or nothing more, and for whom nothing can come."""
    match error:
        case RadioOver():
            return say("error.radio_over", command=command("radio play"))
        case RadioGone():
            return say("error.radio_gone", command=command("radio play"))
        case NothingLeft():
            return say("error.nothing_left")
        case NobodyThere():
            return say("error.nobody_there", mix=command("mix"))
        case NotHere():
            return say("error.not_here")
        case UnknownTaste(member=member):
            brought = command("taste import playlist")
            return say("error.unknown_taste", name=f"<@{member}>", import_=brought)
        case _:
            return None
