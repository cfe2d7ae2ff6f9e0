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
    ListensPage,
    Popularity,
    SimilarArtist,
    SimilarSong,
    Tag,
)
from bot.sources.lastfm_plays import Bookmark
from bot.sources.legible import legible
from bot.sources.reading import LONGEST_LINK, LONGEST_NAME, LONGEST_PROSE

LONGEST = {"description": LONGEST_PROSE, "link": LONGEST_LINK, "artwork": LONGEST_LINK}
NEEDED = {"title", "name", "id", "source"}
RANGES = {"bpm": (0, 400), "loudness": (-60, 5), "older": (0, 10**11)}


def check(found: object, *, limit: int) -> None:
    """Fail unless the answer can be stored and shown as it is."""
    if isinstance(found, tuple):
        several = cast("tuple[object, ...]", found)
        most = 20 if several and isinstance(several[0], Tag) else limit
        assert len(several) <= most
        ids = [each.id for each in map(_told, several) if each is not None]
        assert len(ids) == len(set(ids))
        for each in several:
            if each is not None:
                check(each, limit=limit)
        return
    assert dataclasses.is_dataclass(found)
    assert not isinstance(found, type)
    for field in dataclasses.fields(found):
        _check_field(found, field.name, getattr(found, field.name), limit)


def _told(each: object) -> FoundSong | FoundArtist | FoundAlbum | FoundSpoken | None:
    """What an element of an answer tells of, where it has an id."""
    match each:
        case SimilarSong():
            return each.song
        case SimilarArtist():
            return each.artist
        case FoundSong() | FoundArtist() | FoundAlbum() | FoundSpoken():
            return each
        case _:
            return None


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
            low, high = RANGES.get(name, (0, 1))
            assert low <= value <= high
        case tuple():
            counted = isinstance(found, FoundPlaylist | ListensPage)
            _check_all(cast("tuple[object, ...]", value), limit if counted else 100)
        case FoundSong() | FoundArtist():
            check(value, limit=limit)
        case _:
            assert isinstance(value, Popularity | Bookmark), (name, value)


def _check_all(values: Iterable[object], limit: int) -> None:
    several = tuple(values)
    assert len(several) <= limit
    for each in several:
        if isinstance(each, str):
            assert each == legible(each) != ""
            assert len(each) <= LONGEST_NAME
        elif isinstance(each, tuple):  # an instrument and its players
            instrument, players = cast("tuple[str, tuple[str, ...]]", each)
            assert players
            _check_all((instrument, *players), limit)
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
