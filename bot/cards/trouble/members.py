"""What members keep to themselves, and what they chose not to be told or counted."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import (
    KeptToThemselves,
    LearningPaused,
    ListeningNotRead,
    ListeningOff,
    NameHidden,
    NotBlocked,
    NothingPlaying,
    Refused,
)
from bot.text import say


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """What is not read, not shown or not learnt, and where that is chosen."""
    match error:
        case LearningPaused():
            return say("error.learning_paused", command=command("privacy"))
        case NameHidden():
            return say("error.name_hidden", command=command("privacy"))
        case NotBlocked():
            return say("error.not_blocked", block=command("block"))
        case Refused():
            return str(error)
        case ListeningOff():
            brought, linked = command("taste import history"), command("link status")
            return say("error.listening_off", import_=brought, link=linked, like=command("like"))
        case ListeningNotRead():
            return say("error.listening_not_read", command=command("nowplaying"))
        case KeptToThemselves():
            return say("error.kept_to_themselves")
        case NothingPlaying(own=own):
            return say("error.nothing_playing.own" if own else "error.nothing_playing")
        case _:
            return None
