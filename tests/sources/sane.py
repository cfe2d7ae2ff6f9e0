"""What every answer must be, whatever a service sent: short, legible, finite, and of the promised types."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from enum import Enum
from typing import Any, cast

from bot.sources.found import (
    FoundAlbum,
    FoundArtist,
    FoundPlaylist,
    FoundSong,
    FoundSpoken,
    Popularity,
    Tag,
)
from bot.sources.legible import legible
from bot.sources.reading import LONGEST_LINK, LONGEST_NAME, LONGEST_PROSE

LONGEST = {"description": LONGEST_PROSE, "link": LONGEST_LINK, "artwork": LONGEST_LINK}
NEEDED = {"title", "name", "id", "source"}


def check(found: object, *, limit: int) -> None:
    """Fail unless the answer can be stored and shown as it is."""
    if isinstance(found, tuple):
        several = cast("tuple[object, ...]", found)
        most = 20 if several and isinstance(several[0], Tag) else limit
        assert len(several) <= most
        ids = [
            each.id
            for each in several
            if isinstance(each, FoundSong | FoundArtist | FoundAlbum | FoundSpoken)
        ]
        assert len(ids) == len(set(ids))
        for each in several:
            check(each, limit=limit)
        return
    assert dataclasses.is_dataclass(found)
    assert not isinstance(found, type)
    for field in dataclasses.fields(found):
        _check_field(found, field.name, getattr(found, field.name), limit)


def _check_field(found: Any, name: str, value: object, limit: int) -> None:
    if name in NEEDED:
        assert value
    if name in {"link", "artwork"} and value is not None:
        assert isinstance(value, str)
        assert value.startswith(("https://", "http://"))
        assert len(value) <= LONGEST_LINK
    if isinstance(found, FoundSong | FoundAlbum) and name == "artists":
        assert value
    match value:
        case None | bool() | Enum():
            pass
        case str():
            assert value == legible(value) != ""
            assert len(value) <= LONGEST.get(name, LONGEST_NAME)
            value.encode()
        case int():
            assert 0 <= value <= 10**12
        case float():
            assert math.isfinite(value)
            assert 0 <= value <= (400 if name == "bpm" else 1)
        case tuple():
            _check_all(cast("tuple[object, ...]", value), limit if isinstance(found, FoundPlaylist) else 100)
        case _:
            assert isinstance(value, Popularity), (name, value)


def _check_all(values: Iterable[object], limit: int) -> None:
    several = tuple(values)
    assert len(several) <= limit
    for each in several:
        if isinstance(each, str):
            assert each == legible(each) != ""
            assert len(each) <= LONGEST_NAME
        else:
            check(each, limit=limit)


def songs_in(found: object) -> list[FoundSong]:
    """Every song in an answer."""
    if isinstance(found, FoundSong):
        return [found]
    if isinstance(found, FoundPlaylist):
        return list(found.songs)
    several = cast("tuple[object, ...]", found) if isinstance(found, tuple) else ()
    return [each for each in several if isinstance(each, FoundSong)]
