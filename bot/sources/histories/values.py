"""The values of a play, from fields that may hold anything."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.sources.legible import legible
from bot.sources.links import Service, read_link

LONGEST_NAME = 300
EARLIEST = 1_009_843_200
"""2002-01-01: nobody kept a listening history before."""
_A_DAY = 86_400
_LONGEST_MS = _A_DAY * 1000


class Refusal(StrEnum):
    """Why a record is no play."""

    NO_NAME = "no name"
    BAD_DATE = "date cannot be right"
    NOT_A_PLAY = "not a play"
    BROKEN_LINE = "broken line"
    PRIVATE = "incognito"


def name(value: object) -> str:
    """A name as members read it, of at most `LONGEST_NAME` characters; empty for anything but text."""
    return _legible(value[: LONGEST_NAME * 4]) if isinstance(value, str) else ""


@lru_cache(maxsize=20_000)
def _legible(text: str) -> str:
    return legible(text)[:LONGEST_NAME].rstrip()


def unix_time(value: object, latest: float) -> int | None:
    """Unix seconds of a number or an ISO date (UTC where it names no zone), if a play can have been then.

    Args:
        latest: now, by the clock of whoever imports; a day later is taken as a clock that was wrong a little.
    """
    seconds = _iso(value) if isinstance(value, str) else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        return None
    return int(seconds) if EARLIEST <= seconds <= latest + _A_DAY else None


def _iso(text: str) -> float | None:
    try:
        when = datetime.fromisoformat(text[:40])
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def whole(value: object) -> int | None:
    """Milliseconds from 0 up to a day, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 <= value <= _LONGEST_MS else None


def spotify_id(*addresses: Any) -> str | None:
    """Spotify's id in the first of these addresses that is one of its tracks, episodes or chapters."""
    for address in addresses:
        found = read_link(address) if isinstance(address, str) and address else None
        if found is not None and found.service is Service.SPOTIFY:
            return found.id
    return None


def named_track(artist: str, title: str) -> str:
    """What stands for a track in `play_key` where its source gives no id: 16 digits of its names, case folded."""
    return hashlib.blake2b(f"{artist}\n{title}".casefold().encode(), digest_size=8).hexdigest()
