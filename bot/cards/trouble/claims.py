"""Why a song cannot be registered, settled or rated."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import (
    ArtistLeft,
    ClaimantHidden,
    ClaimGone,
    ClaimRefused,
    NotASong,
    NotClaimed,
    OwnClaim,
    SongClaimed,
    TooManyClaims,
)
from bot.text import say


def told(error: Exception, command: Callable[[str], str]) -> str | None:
    """What stands between a member and their song."""
    match error:
        case OwnClaim():
            return say("error.claim.own", remove=command("artist remove"))
        case NotASong():
            return say("error.claim.kind")
        case SongClaimed():
            return say("error.claim.taken")
        case ClaimRefused():
            return say("error.claim.refused")
        case TooManyClaims(most=most, waiting=True):
            return say("error.claim.waiting", n=most, remove=command("artist remove"))
        case TooManyClaims(most=most):
            return say("error.claim.many", n=most, remove=command("artist remove"))
        case ClaimantHidden():
            return say("error.claim.hidden", privacy=command("privacy"))
        case NotClaimed(elsewhere=True):
            return say("error.claim.elsewhere")
        case NotClaimed():
            return say("error.claim.not", list=command("artist list"))
        case ClaimGone():
            return say("error.claim.gone")
        case ArtistLeft():
            return say("error.claim.left")
        case _:
            return None
