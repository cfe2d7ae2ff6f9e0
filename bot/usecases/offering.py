"""What a catalogue offers to somebody who wants to say what they like: genres, artists, decades."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeVar

from bot.store.records import Song

MOST_GENRES = 75
MOST_ARTISTS = 50
MOST_DECADES = 25
# Of a genre, this many artists may come into a menu.
_OF_GENRE = 50
# Discord's limit for a choice.
_LONGEST = 100
_Name = TypeVar("_Name", str, int)


@dataclass(frozen=True, slots=True)
class Offer:
    """The genres, artists and decades that a catalogue is mostly made of.

    Attributes:
        genres: the most common first.
        artists: by genre, the best known first: who has many songs, and popular ones.
        everybody: the best-known artists of all.
        decades: by their first year, latest first.
    """

    genres: tuple[str, ...] = ()
    artists: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    everybody: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()

    def artists_of(self, genres: Iterable[str]) -> tuple[str, ...]:
        """The best-known artists of these genres, taking turns; of all when none of them is known here."""
        rows = [self.artists[genre] for genre in genres if genre in self.artists]
        turns = (artist for turn in zip_longest(*rows) for artist in turn if artist is not None)
        return tuple(dict.fromkeys(turns))[:MOST_ARTISTS] if rows else self.everybody


def offer(songs: Iterable[Song]) -> Offer:
    """Count a catalogue; blocking, so call it in a thread."""
    genres: Counter[str] = Counter()
    decades: Counter[int] = Counter()
    everybody: defaultdict[str, float] = defaultdict(float)
    artists: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for song in songs:
        known = 1.0 + (song.popularity or 0.0) / 100
        if song.year is not None:
            decades[song.year // 10 * 10] += 1
        if 0 < len(song.artist.strip()) <= _LONGEST:
            everybody[song.artist] += known
            for genre in song.genres[:3]:
                artists[genre][song.artist] += known
        genres.update(genre for genre in song.genres[:3] if len(genre) <= _LONGEST)
    return Offer(
        genres=tuple(_largest(genres, MOST_GENRES)),
        artists={genre: tuple(_largest(each, _OF_GENRE)) for genre, each in artists.items()},
        everybody=tuple(_largest(everybody, MOST_ARTISTS)),
        decades=tuple(sorted(_largest(decades, MOST_DECADES), reverse=True)),
    )


def _largest(counts: Mapping[_Name, float], most: int) -> list[_Name]:
    """The names that count most, by name where they count alike."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [name for name, _ in ranked[:most]]
