"""Why something cannot be pressed, or not by this member."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import NotACard, NotYourCard, NotYours, OwnSong, StaleChoice, UnknownPost
from bot.text import say


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """What is wrong with a card, a button or a choice."""
    match error:
        case UnknownPost():
            return say("error.unknown_post")
        case NotACard():
            return say("error.not_a_card")
        case NotYourCard():
            return say("error.not_your_card")
        case NotYours(command=own):
            return say("error.not_yours", command=command(own))
        case OwnSong():
            return say("error.own_song", like=command("like"))
        case StaleChoice():
            return say("error.stale_choice", settings=command("settings"))
        case _:
            return None
