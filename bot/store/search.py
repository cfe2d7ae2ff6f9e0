"""Finding songs by what a member types: typos, missing accents, other scripts and any word order forgiven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import CountVectorizer  # pyright: ignore[reportMissingTypeStubs]

from bot.folding import fold, written
from bot.store.meaning import GUESTS, meant
from bot.store.records import Song, SongId

LONGEST_TEXT = 120
"""Characters of a text that are looked at: longer than any title, short enough to be quick."""

CONFIDENT = 75.0
"""The score from which a song may be `believed` to be meant (chosen on 22,676 real songs)."""
LOOKED_AT = 5
"""Songs of which one may be meant."""

_CANDIDATES = 150
_WORTH_SHOWING = 45.0
_WHOLE_WORD, _BEGINNING, _INSIDE, _SHORTENED = 1.0, 0.96, 0.95, 0.9
_COVERED, _ALIKE, _POPULAR = 72.0, 25.0, 3.0  # the parts of the score; they add up to 100


@dataclass(frozen=True, slots=True)
class Match:
    """A song that fits a text; ``score`` is 0 to 100."""

    song_id: SongId
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """A song's names as they are compared: folded and, in other scripts, as written as well."""

    title: str
    artist: str
    full: str
    squeezed: str
    words: tuple[str, ...]


def believed(text: str, found: Sequence[Match], songs: Mapping[SongId, Song]) -> Match | None:
    """The first of some matches that is surely `meant`, or None."""
    for match in found:
        if match.score >= CONFIDENT and meant(_cut(text), songs[match.song_id]):
            return match
    return None


class SearchIndex:
    """Songs by artist and title. It never changes, so any thread may ask it.

    Texts and songs are split into character trigrams within words. An inverted index, a sparse CSC matrix of shape
    (songs, trigrams), yields the songs with the greatest IDF-weighted overlap; those few are compared word by word.
    """

    def __init__(self, songs: Iterable[Song]) -> None:
        listed = list(songs)
        self._songs = {song.id: song for song in listed}
        self._ids = [song.id for song in listed]
        self._artists = [song.artist for song in listed]
        self._popularity = np.array([song.popularity or 0.0 for song in listed], dtype=np.float64) / 100.0
        self._entries = [_entry(song) for song in listed]
        self._grams: dict[str, int] = {}
        if listed:
            self._build()

    def _build(self) -> None:
        memory: dict[str, list[str]] = {}

        def grams(entry: _Entry) -> list[str]:
            found: list[str] = []
            for word in entry.words:
                if (known := memory.get(word)) is None:
                    known = memory[word] = _grams(word)
                found += known
            return found

        untyped: Any = CountVectorizer
        vectorizer = untyped(analyzer=grams, binary=True, dtype=np.float32)
        matrix: Any = vectorizer.fit_transform(self._entries).tocsc()
        self._grams = vectorizer.vocabulary_
        self._starts: npt.NDArray[np.int32] = matrix.indptr
        self._rows: npt.NDArray[np.int32] = matrix.indices
        count = len(self._entries)
        self._idf: npt.NDArray[np.float64] = np.log1p(count / np.diff(self._starts))
        mass = np.bincount(self._rows, weights=np.repeat(self._idf, np.diff(self._starts)), minlength=count)
        # Between songs that hold all of the text, the shorter and then the more popular one comes first.
        self._favour = 0.2 / np.sqrt(np.maximum(mass, 1.0)) + 0.05 * self._popularity

    def find(self, text: str, limit: int = 25) -> list[Match]:
        """The songs that fit best, best first; empty for text without anything to look for."""
        query = _cut(text)
        folded, own = fold(query), "" if query.isascii() else written(query)
        if not folded or limit <= 0 or not self._ids:
            return []
        asked = tuple(folded.split())
        near = self._near({*asked, *own.split()})
        # Both readings of a text in another script count: as written and as folded.
        readings = [folded, own] if own and own != folded else [folded]
        # So do those with and without a guest, whom the catalogue may not name.
        if (alone := fold(GUESTS.split(query)[0])) and alone != folded:
            readings.append(alone)
            near = sorted({*near, *self._near(set(alone.split()))})
        scored = [(max(self._score(reading, row) for reading in readings), row) for row in near]
        scored = [pair for pair in scored if pair[0] >= _WORTH_SHOWING]
        scored.sort(key=lambda pair: (-pair[0], -self._popularity[pair[1]], pair[1]))
        return [Match(self._ids[row], round(score, 2)) for score, row in scored[:limit]]

    def best(self, text: str) -> Match | None:
        """The song that is meant, or None when no song fits well enough."""
        return believed(text, self.find(text, LOOKED_AT), self._songs)

    def sensible(self, limit: int = 25) -> list[Match]:
        """Popular songs for an empty text, the score being the popularity; second songs only when artists run out."""
        rounds: list[tuple[int, int]] = []
        seen: Counter[str] = Counter()
        for row in np.argsort(-self._popularity, kind="stable").tolist():
            rounds.append((seen[self._artists[row]], row))
            seen[self._artists[row]] += 1
            if len(seen) >= limit:
                break
        rounds.sort(key=lambda pair: pair[0])
        return [
            Match(self._ids[row], 100 * float(self._popularity[row])) for _, row in rounds[: max(limit, 0)]
        ]

    def _near(self, words: set[str]) -> list[int]:
        """The rows that share most with the words."""
        columns = {self._grams[gram] for word in words for gram in _grams(word) if gram in self._grams}
        if not columns:
            return []
        overlap = np.zeros(len(self._ids))
        for column in columns:
            overlap[self._rows[self._starts[column] : self._starts[column + 1]]] += self._idf[column]
        touched = np.flatnonzero(overlap)
        if len(touched) <= _CANDIDATES:
            return touched.tolist()
        # Among these alone: a partition is slow where nearly all values are the same.
        shared = overlap[touched] + self._favour[touched]
        return touched[np.argpartition(shared, -_CANDIDATES)[-_CANDIDATES:]].tolist()

    def _score(self, query: str, row: int) -> float:
        entry = self._entries[row]
        covered = _coverage(query, entry)
        alike = max(
            fuzz.ratio(query, entry.title),
            fuzz.token_sort_ratio(query, entry.full),
            0.95 * fuzz.ratio(query, entry.artist),
            0.9 * fuzz.token_set_ratio(query, entry.full),
        )
        return _COVERED * covered + _ALIKE * alike / 100.0 + _POPULAR * float(self._popularity[row])


def _coverage(query: str, entry: _Entry) -> float:
    """How much of the query stands in the entry, 0 to 1; longer words count for more."""
    words = query.split()
    total = found = 0.0
    for place, word in enumerate(words):
        best = 0.0
        for known in entry.words:
            if known == word:
                best = _WHOLE_WORD
                break
            if place == len(words) - 1 and known.startswith(word):
                best = max(best, _BEGINNING)
            elif len(word) >= 3 and known.startswith(word):
                best = max(best, _SHORTENED)
            else:
                best = max(best, fuzz.ratio(word, known, score_cutoff=60) / 100.0)
        total += len(word)
        found += len(word) * best
    squeezed = query.replace(" ", "")
    if len(squeezed) >= 4 and squeezed in entry.squeezed:  # "acdc", "blink182"
        found = max(found, _INSIDE * total)
    return found / total if total else 0.0


def _entry(song: Song) -> _Entry:
    title, artist = fold(song.title), fold(song.artist)
    full = f"{artist} {title}"
    words = full.split()
    if not (song.title.isascii() and song.artist.isascii()):
        words += written(f"{song.artist} {song.title}").split()
    return _Entry(title, artist, full, full.replace(" ", ""), tuple(dict.fromkeys(words)))


def _grams(word: str) -> list[str]:
    """The trigrams of a word with its edges, and its first letter for whoever has typed no more yet."""
    edged = f" {word} "
    return [edged[:2], *(edged[start : start + 3] for start in range(len(edged) - 2))]


def _cut(text: str) -> str:
    return " ".join(text[: 4 * LONGEST_TEXT].split())[:LONGEST_TEXT]
