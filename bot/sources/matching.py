"""Which of the songs that sources found are one, and which of them is the one that was meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.folding import fold
from bot.sources.found import FoundSong, Isrc, Mbid, SourceName
from bot.sources.marks import is_reissue, is_version
from bot.sources.naming import song_key, work_key

TOLERANCE_MS = 4_000
"""Two tellings of one recording differ by no more: services count silence and fades differently."""
ENOUGH = 0.86
"""The least `likeness` that is believed to be the song that was asked for."""

T = TypeVar("T")
Pair = tuple[int, int]
_GUESTS = re.compile(r"\s(?:feat(?:uring)?|ft)\b\.?\s|\s[x×&+]\s|[,;/]", re.IGNORECASE)
_PERFORMED = frozenset({"live", "remix", "acoustic", "karaoke", "instrumental", "demo", "reprise"})
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")


@dataclass(frozen=True, slots=True)
class MatchedSong:
    """One song with everything that sources said of it, best placed first; nothing is mixed, so each fact has its source.

    Attributes:
        key: `song_key`: recordings that were sold again share it, other versions have their own.
        work: `work_key`: all versions of the song share it.
        found: what each source told, one at least.
    """

    key: str
    work: str
    found: tuple[FoundSong, ...]

    @property
    def best(self) -> FoundSong:
        """The telling that came first."""
        return self.found[0]

    @property
    def isrc(self) -> Isrc | None:
        """The recording's ISRC, where any source says it."""
        return self.first(lambda song: song.isrc)

    @property
    def mbid(self) -> Mbid | None:
        """The recording's MusicBrainz id, where any source says it."""
        return self.first(lambda song: song.mbid)

    @property
    def links(self) -> dict[SourceName, str]:
        """Where the song can be opened, one link a source."""
        return {song.source: song.link for song in reversed(self.found) if song.link}

    def first(self, fact: Callable[[FoundSong], T | None]) -> T | None:
        """The first telling of a fact, such as ``first(lambda song: song.bpm)``."""
        return next((told for song in self.found if (told := fact(song)) is not None), None)


def merge(*lists: Sequence[FoundSong]) -> tuple[MatchedSong, ...]:
    """One list of the lists of several sources: by best place, then by how many sources have the song.

    Songs are one by ISRC, else by MBID, else by artist and title where lengths agree. A wrong ISRC does not join a song
    with another version of it: where titles and lengths both differ, the id is not believed.
    """
    placed = [(place, song) for found in lists for place, song in enumerate(found)]
    songs = [song for _, song in placed]
    groups = _Groups(len(songs))
    keys = [song_key(song.artist, titled(song)) for song in songs]
    for ids in ([song.isrc for song in songs], [song.mbid for song in songs]):
        for members in _alike(ids):
            groups.join_all(_same_id(songs, keys, members))
    for members in _alike([(key, _remastered(song)) for key, song in zip(keys, songs, strict=True)]):
        groups.join_all(_same_name(songs, members))
    merged = [sorted(members, key=lambda at: (placed[at][0], at)) for members in groups.members()]
    merged.sort(key=lambda members: (placed[members[0]][0], -_sources(songs, members), members[0]))
    return tuple(_matched([songs[at] for at in members], keys[members[0]]) for members in merged)


def best(
    artist: str, title: str, found: Iterable[FoundSong], *, duration_ms: int | None = None
) -> FoundSong | None:
    """The song that was meant by artist and title, the first of equals; None where all are other songs."""
    scored = [(likeness(artist, title, song, duration_ms=duration_ms), song) for song in found]
    score, song = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return song if score >= ENOUGH else None


def likeness(artist: str, title: str, song: FoundSong, *, duration_ms: int | None = None) -> float:
    """How surely the song is the one asked for, 0 to 1: the lesser of artist and title, less for another length.

    Another version, part or number ("Song 2", "Pt. 1") is another song. Without an artist the title decides alone.
    """
    by_title = _title_likeness(artist, title, song)
    by_artist = _artist_likeness(artist, song) if artist.strip() else 1.0
    # Where one of the names is sure, the other one may have a slip.
    if artist.strip() and by_artist == 1.0 and by_title < ENOUGH and _slipped_title(title, titled(song)):
        by_title = ENOUGH
    if by_title == 1.0 and by_artist < ENOUGH and any(_slipped(artist, name) for name in song.artists):
        by_artist = ENOUGH
    score = min(by_title, by_artist)
    if duration_ms is not None and song.duration_ms is not None:
        score *= 1.0 if abs(duration_ms - song.duration_ms) <= TOLERANCE_MS else 0.95
    return score


def titled(song: FoundSong) -> str:
    """The title with what its source says of the version beside it, where that makes it another song."""
    note = song.version
    return f"{song.title} ({note})" if note and is_version(note) and not is_reissue(note) else song.title


def _title_likeness(artist: str, title: str, song: FoundSong) -> float:
    given = titled(song)
    asked, told = (song_key("", text).partition("|")[2] for text in (title, given))
    if _numbers(asked) != _numbers(told) or _is_version(title) != _is_version(given):
        return 0.0
    if _PERFORMED & (set(asked.split()) ^ set(told.split())):
        return 0.0  # "Song live" is a version too
    if asked != told and _is_version(title) and work_key("", title) == work_key("", given):
        return 0.0  # two versions of one song
    without = [fold(_BRACKETS.sub(" ", text)) for text in (title, given)]
    # "Satisfaction" means "(I Can't Get No) Satisfaction"; a version's brackets have been dealt with above.
    bare = 0.95 if without[0] and without[0] == without[1] else 0.0
    tail = 0.95 if asked == f"{fold(artist)} {told}" else 0.0  # "Artist - Title" typed as the title
    return max(_ratio(asked, told), 0.95 * _ratio(_no_article(asked), _no_article(told)), bare, tail)


def _artist_likeness(artist: str, song: FoundSong) -> float:
    """The main artist, whole or the first of several, or, a little less, a guest."""
    asked, told = fold(artist), {fold(song.artist), fold(" ".join(song.artists))}
    whole = max(_ratio(_no_article(asked), _no_article(name)) for name in told)
    firsts = {asked, _lead(artist)}, {fold(song.artist), _lead(song.artist), *map(fold, song.artists[1:])}
    part = max(_ratio(one, other) for one in firsts[0] for other in firsts[1])
    return max(whole, 0.95 * part)


def _lead(artist: str) -> str:
    return fold(_GUESTS.split(artist)[0]) or fold(artist)


def _ratio(one: str, other: str) -> float:
    """Share of equal characters, 0 to 1; a short name allows no slip, as one letter makes another of it."""
    if one == other:
        return 1.0
    return fuzz.ratio(one, other) / 100 if min(len(one), len(other)) >= 6 else 0.0


def _slipped_title(asked: str, told: str) -> bool:
    return _is_version(asked) == _is_version(told) and _slipped(asked, told)


def _slipped(asked: str, told: str) -> bool:
    """Whether one is the other with one slip: letters swapped, left out, put in or mistaken, or two in a long word.

    Numbers are exact, and of a short word a slip makes another one.
    """
    one, other = (song_key("", text).partition("|")[2].split() for text in (asked, told))
    if "".join(one) == "".join(other):
        return True
    differ = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) != len(other) or len(differ) != 1 or _numbers(asked) != _numbers(told):
        return False
    shorter = min(map(len, differ[0]))
    return shorter >= 4 and OSA.distance(*differ[0]) <= (1 if shorter < 8 else 2)


def _no_article(name: str) -> str:
    return name.removeprefix("the ")


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _is_version(title: str) -> bool:
    return song_key("", title) != work_key("", title)


def _alike(told: Sequence[Hashable | None]) -> Iterable[list[int]]:
    """The places of each thing that is told, None apart."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for at, each in enumerate(told):
        if each is not None:
            places[each].append(at)
    return places.values()


def _same_id(songs: Sequence[FoundSong], keys: Sequence[str], members: Sequence[int]) -> Iterable[Pair]:
    """Pairs of those with one id whose names or lengths do not contradict it."""
    named: dict[str, int] = {}
    for at in members:
        yield named.setdefault(keys[at], at), at
    yield from _same_length(songs, members)
    works = {at: _work(songs[at]) for at in named.values()}
    for at in members:
        if not songs[at].duration_ms:  # two names of one work are two versions of it
            yield from ((other, at) for other, work in works.items() if work != _work(songs[at]))


def _same_name(songs: Sequence[FoundSong], members: Sequence[int]) -> Iterable[Pair]:
    """Pairs of those with one name whose lengths agree; a song of unknown length goes with the first."""
    yield from _same_length(songs, members)
    yield from ((members[0], at) for at in members[1:] if not songs[at].duration_ms)


def _same_length(songs: Sequence[FoundSong], members: Iterable[int]) -> Iterable[Pair]:
    timed = sorted((length, at) for at in members if (length := songs[at].duration_ms))
    return ((one, other) for (short, one), (long, other) in pairwise(timed) if long - short <= TOLERANCE_MS)


def _remastered(song: FoundSong) -> bool:
    """What keeps recordings of one `song_key` apart."""
    return "remaster" in fold(song.title)


def _sources(songs: Sequence[FoundSong], members: Iterable[int]) -> int:
    return len({songs[at].source for at in members})


def _matched(found: Sequence[FoundSong], key: str) -> MatchedSong:
    return MatchedSong(key, _work(found[0]), tuple(found))


def _work(song: FoundSong) -> str:
    return work_key(song.artist, titled(song))


class _Groups:
    """Numbers joined to groups (union-find with path halving)."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parents[second] = first

    def join_all(self, pairs: Iterable[Pair]) -> None:
        for one, other in pairs:
            self.join(one, other)

    def members(self) -> Iterable[list[int]]:
        groups: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._parents)):
            groups[self._root(at)].append(at)
        return groups.values()

    def _root(self, at: int) -> int:
        while (parent := self._parents[at]) != at:
            self._parents[at] = self._parents[parent]
            at = self._parents[at]
        return at
