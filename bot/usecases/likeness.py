"""What is like what by its words and genres: TF-IDF vectors of a few thousand items at most, and their cosine."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.store.records import Song, SongId

GENRE = 1.5
"""A genre says more than a word of a description."""
MOST_SHARED = 3
Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Alike:
    """An item that is like others.

    Attributes:
        score: the weighted sum of its cosines to them.
        nearest: which of them it is most like, and what the two share, the most telling first.
    """

    song: SongId
    score: float
    nearest: SongId
    shared: tuple[str, ...]


def terms(song: Song) -> Vector:
    """What an item is about: its genres, moods and words, each with a weight that falls with its place."""
    found: Vector = {}
    for weight, listed in ((GENRE, (*song.genres, *song.moods)), (1.0, song.words)):
        for place, term in enumerate(listed):
            found[term] = max(found.get(term, 0.0), weight / (1 + place / 8))
    return found


def alike(
    liked: Mapping[SongId, float], known: Mapping[SongId, Song], among: Collection[SongId]
) -> list[Alike]:
    """The items that share anything with those that are liked, best first; what is disliked counts against them.

    Args:
        liked: weights, below 0 for what is disliked.
    """
    items = {song: terms(known[song]) for song in {*among, *liked} if song in known}
    times = Counter(term for vector in items.values() for term in vector)
    vectors = {song: _scaled(vector, times, len(items)) for song, vector in items.items()}
    found = [
        each
        for song in among
        if song in vectors and (each := _like(song, vectors[song], liked, vectors)) is not None
    ]
    return sorted(found, key=lambda each: (-each.score, each.song))


def telling(songs: Sequence[tuple[Song, float]], count: int) -> list[str]:
    """The genres and words that weigh most in what somebody likes."""
    total: defaultdict[str, float] = defaultdict(float)
    for song, weight in songs:
        for term, own in terms(song).items():
            total[term] += weight * own
    return sorted((term for term in total if total[term] > 0), key=lambda term: -total[term])[:count]


def _scaled(vector: Vector, times: Counter[str], count: int) -> Vector:
    weighed = {term: weight * math.log1p(count / times[term]) for term, weight in vector.items()}
    norm = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {term: weight / norm for term, weight in weighed.items()}


def _like(
    song: SongId, own: Vector, liked: Mapping[SongId, float], vectors: Mapping[SongId, Vector]
) -> Alike | None:
    total, nearest, best = 0.0, None, 0.0
    for other, weight in liked.items():
        if other == song or other not in vectors:
            continue
        part = weight * sum(value * vectors[other].get(term, 0.0) for term, value in own.items())
        total += part
        if part > best:
            nearest, best = other, part
    if nearest is None or total <= 0:
        return None
    near = vectors[nearest]
    shared = sorted((term for term in own if term in near), key=lambda term: -own[term] * near[term])
    return Alike(song, total, nearest, tuple(shared[:MOST_SHARED]))
