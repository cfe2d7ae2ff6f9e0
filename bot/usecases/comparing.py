"""Two tastes beside each other: what is shared, how much, and what could be given. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.records import SongId
from bot.usecases.portrait import Beside, Finder, Taste, largest

MOST_SHARED = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two members share.

    Attributes:
        agreement: see `agreement`.
        genres: the genres that both like, with both shares; largest common part first.
        artists: by whom both like a song.
        songs: that both like.
        for_asker, for_other: songs that one likes, the other does not know, and the engine ranks high for them.
    """

    agreement: float
    genres: tuple[Beside, ...] = ()
    artists: tuple[str, ...] = ()
    songs: tuple[SongId, ...] = ()
    for_asker: tuple[SongId, ...] = ()
    for_other: tuple[SongId, ...] = ()


def agreement(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """What part of two tastes lies in the same genres, 0 to 1: the sum of the smaller of both shares of each genre."""
    return min(1.0, sum(min(share, other.get(name, 0.0)) for name, share in one.items()))


def shared_genres(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[Beside, ...]:
    """The genres of both, the largest common part first."""
    both = {name: min(one[name], other[name]) for name in one.keys() & other.keys()}
    return tuple(Beside(name, one[name], other[name]) for name in largest(both, MOST_SHARED))


def shared_artists(one: Taste, other: Taste, find: Finder) -> tuple[str, ...]:
    """The artists whom both like, those whom the less fond of the two likes most first."""
    fond, also = _artists(one, find), _artists(other, find)
    both = {name: min(fond[name], also[name]) for name in fond.keys() & also.keys()}
    return tuple(largest(both, MOST_SHARED))


def _artists(taste: Taste, find: Finder) -> dict[str, float]:
    fond: dict[str, float] = {}
    for number, weight in taste.items():
        song = find(number)
        if song is not None and weight > 0:
            fond[song.artist] = fond.get(song.artist, 0.0) + weight
    return fond
