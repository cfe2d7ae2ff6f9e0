"""What a taste is made of: genres, years, sound, and how far it goes beyond what is usual. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.store.records import Song, SongId

Taste = Mapping[SongId, float]
Finder = Callable[[SongId], Song | None]

FEATURES = ("energy", "danceability", "acousticness", "instrumentalness", "valence")
"""Audio features that lie between 0 and 1, and that a listener would name."""
MOST_GENRES, MOST_DECADES, MOST_MOVED = 6, 5, 3
MAIN_GENRES = 3
LITTLE_KNOWN = 25.0
# A mean of fewer songs says more of the songs than of the taste.
FEWEST_MEASURED = 3
# To say how a taste moved, so many likes are needed before and after, and so large a change.
FEWEST_LIKES, SMALLEST_MOVE = 5, 0.05
MONTH = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Beside:
    """One value of a member's, beside the server's; None where the server's is not told."""

    name: str
    own: float
    server: float | None = None


@dataclass(frozen=True, slots=True)
class Portrait:
    """A taste, taken apart.

    Attributes:
        songs: how many liked and played songs it rests on.
        genres, decades: shares of the taste, largest first; a decade is named by its first year.
        features: means of audio features, 0 to 1, as far as measured.
        adventurous: see `adventure`; None where nothing was liked.
        moved: genres that changed most, with their share of the last 30 days' likes beside that of those before.
    """

    songs: int
    genres: tuple[Beside, ...] = ()
    decades: tuple[Beside, ...] = ()
    features: tuple[Beside, ...] = ()
    adventurous: float | None = None
    moved: tuple[Beside, ...] = ()


def genre_shares(taste: Taste, find: Finder) -> dict[str, float]:
    """What part of the liked lies in which genre; a song is told by its first two, and all parts add up to 1."""
    return _shares(taste, find, lambda song: song.genres[:2])


def decade_shares(taste: Taste, find: Finder) -> dict[str, float]:
    """What part of the liked comes from which decade."""
    return _shares(taste, find, lambda song: () if song.year is None else (str(song.year // 10 * 10),))


def beside(own: Mapping[str, float], server: Mapping[str, float] | None, most: int) -> tuple[Beside, ...]:
    """The member's largest shares, each beside the server's."""
    return tuple(
        Beside(name, own[name], None if server is None else server.get(name, 0.0))
        for name in largest(own, most)
    )


def means(taste: Taste, measured: Mapping[SongId, Mapping[str, float]]) -> dict[str, float]:
    """The weighted mean of each audio feature over the liked songs of which it is measured."""
    found: dict[str, float] = {}
    for name in FEATURES:
        known = [
            (weight, measured[song][name])
            for song, weight in taste.items()
            if weight > 0 and name in measured.get(song, {})
        ]
        if len(known) >= FEWEST_MEASURED:
            found[name] = sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)
    return found


def adventure(likes: Collection[SongId], find: Finder) -> float | None:
    """How adventurous a member is: the share of their likes that leads away from what is usual, 0 to 1.

    A like does so when the song's popularity is known and below 25 of 100, so that few play it, or when none of its
    genres is among the member's own three main ones. None without likes.
    """
    songs = [song for number in likes if (song := find(number)) is not None]
    if not songs:
        return None
    main = set(largest(genre_shares(dict.fromkeys(likes, 1.0), find), MAIN_GENRES))
    away = sum(_little_known(song) or main.isdisjoint(song.genres) for song in songs)
    return away / len(songs)


def _little_known(song: Song) -> bool:
    return song.popularity is not None and song.popularity < LITTLE_KNOWN


def moved(likes: Mapping[SongId, float], find: Finder, now: float) -> tuple[Beside, ...]:
    """The genres that changed most: their shares of the last 30 days' likes beside those of all likes before."""
    late = {song: 1.0 for song, at in likes.items() if at >= now - MONTH}
    early = {song: 1.0 for song in likes if song not in late}
    if min(len(late), len(early)) < FEWEST_LIKES:
        return ()
    after, before = genre_shares(late, find), genre_shares(early, find)
    changes = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in {*after, *before}}
    telling = {name: abs(change) for name, change in changes.items() if abs(change) >= SMALLEST_MOVE}
    return tuple(
        Beside(name, after.get(name, 0.0), before.get(name, 0.0)) for name in largest(telling, MOST_MOVED)
    )


def largest(shares: Mapping[str, float], most: int) -> list[str]:
    """The names with the largest shares; by name where they are equal."""
    return sorted(shares, key=lambda name: (-shares[name], name))[:most]


def _shares(taste: Taste, find: Finder, names: Callable[[Song], Iterable[str]]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for number, weight in taste.items():
        song = find(number)
        told = tuple(names(song)) if song is not None and weight > 0 else ()
        for name in told:
            total[name] += weight / len(told)
    whole = sum(total.values())
    return {name: weight / whole for name, weight in total.items()}
