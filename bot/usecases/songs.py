"""The songs of the catalogue in memory, and the indexes over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bot.folding import fold
from bot.store.records import ItemKind, Song, SongId
from bot.store.search import Match, SearchIndex

CHOICE = "song:"
Link = tuple[str, str]
"""A service, and its id of a song."""


def label(song: Song) -> str:
    """A song in one line of plain text."""
    year = f" · {song.year}" if song.year else ""
    return f"{song.title} · {song.artist}{year}"


def is_choice(text: str) -> bool:
    """Whether a text is what the autocomplete puts for a song."""
    return text.startswith(CHOICE) and text[len(CHOICE) :].isdecimal()


@dataclass(frozen=True, slots=True)
class Songs:
    """One state of the catalogue, and what is looked up in it."""

    mark: str = ""
    """The fingerprint."""
    by_id: Mapping[SongId, Song] = field(default_factory=dict[SongId, Song])
    """Songs, and what is spoken."""
    kinds: Mapping[ItemKind, frozenset[SongId]] = field(default_factory=dict[ItemKind, frozenset[SongId]])
    """Everything by what it is."""
    search: SearchIndex = field(default_factory=partial(SearchIndex, ()))
    """The index over songs alone, as all that members look songs up in."""
    artists: Mapping[str, tuple[SongId, ...]] = field(default_factory=dict[str, tuple[SongId, ...]])
    """The songs of each artist, the best known first; folded names."""
    genres: Mapping[str, tuple[SongId, ...]] = field(default_factory=dict[str, tuple[SongId, ...]])
    """The songs of each genre; folded names."""
    names: SearchIndex = field(default_factory=partial(SearchIndex, ()))
    """The index over artists; an id is a place in `spelled`."""
    spelled: tuple[str, ...] = ()
    """The artists as they are written."""
    links: Mapping[Link, SongId] = field(default_factory=dict[Link, SongId])
    """By service and the service's id."""
    size: tuple[int, ...] = ()
    """How many rows there were when it was read."""
    later: Mapping[SongId, Song] = field(default_factory=dict[SongId, Song])
    """Songs that came one by one since; they are in `by_id` too."""
    also: SearchIndex = field(default_factory=partial(SearchIndex, ()))
    """The index over those."""

    @classmethod
    def of(cls, mark: str, size: tuple[int, ...], songs: list[Song], links: Mapping[Link, SongId]) -> Songs:
        """Index the songs; blocking, so call it in a thread."""
        by_id = {song.id: song for song in songs}
        sung = _sung(songs)
        artists = _artists(sung)
        return cls(
            mark=mark,
            by_id=by_id,
            kinds=_by_kind(songs, {}),
            search=SearchIndex(sung),
            artists=_by_artist(sung),
            genres=_by_genre(sung),
            names=SearchIndex(artists),
            spelled=tuple(artist.title for artist in artists),
            links=links,
            size=size,
        )

    def having(self, songs: Iterable[Song]) -> Songs:
        """Add songs, or what is known of them now; blocking for a few milliseconds, so call it in a thread."""
        new = {song.id: song for song in songs}
        later = {**self.later, **new}
        links = {pair: song.id for song in new.values() for pair in song.links.items()}
        return replace(
            self,
            by_id={**self.by_id, **new},
            kinds=_by_kind(new.values(), self.kinds),
            artists={**self.artists, **_by_artist(_sung(later.values()), self.artists)},
            genres={**self.genres, **_by_genre(_sung(later.values()), self.genres)},
            links={**self.links, **links},
            later=later,
            also=SearchIndex(_sung(later.values())),
        )

    def of_kind(self, kind: ItemKind) -> frozenset[SongId]:
        """All that is of this kind."""
        return self.kinds.get(kind, frozenset())

    def others(self, kind: ItemKind) -> frozenset[SongId]:
        """All that is of another kind: little beside songs, nearly everything beside what is spoken."""
        return frozenset[SongId]().union(*(ids for each, ids in self.kinds.items() if each is not kind))

    def find(self, text: str, limit: int) -> list[Match]:
        """The songs that fit a text best, best first."""
        found = [match for match in self.search.find(text, limit) if match.song_id not in self.later]
        if self.later:
            found += self.also.find(text, limit)
            found.sort(key=lambda match: -match.score)
        return found[:limit]


def _artists(songs: Iterable[Song]) -> list[Song]:
    """Each artist once, written as a song whose title is their name, as popular as their best known song."""
    found: dict[str, Song] = {}
    for song in songs:
        for name in dict.fromkeys((song.artist, song.artist.partition(",")[0])):
            known = found.get(fold(name))
            if known is None or (known.popularity or 0.0) < (song.popularity or 0.0):
                place = SongId(len(found)) if known is None else known.id
                written = name if known is None else known.title
                found[fold(name)] = Song(place, written, "", popularity=song.popularity)
    return list(found.values())


def credited(song: Song) -> set[str]:
    """The artists of a song: all of them in one, as with a name that has a comma in it, and each."""
    return {song.artist, *(part.strip() for part in song.artist.split(","))}


def _sung(songs: Iterable[Song]) -> list[Song]:
    return [song for song in songs if song.kind is ItemKind.SONG]


def _by_kind(
    songs: Iterable[Song], before: Mapping[ItemKind, frozenset[SongId]]
) -> dict[ItemKind, frozenset[SongId]]:
    """Items by kind, with those there were before."""
    found: dict[ItemKind, set[SongId]] = {}
    for song in songs:
        found.setdefault(song.kind, set()).add(song.id)
    return {**before, **{kind: before.get(kind, frozenset()) | ids for kind, ids in found.items()}}


def _by_artist(
    songs: Iterable[Song], before: Mapping[str, tuple[SongId, ...]] | None = None
) -> dict[str, tuple[SongId, ...]]:
    """Songs by folded artist, best known first, behind those there were before."""
    found: dict[str, list[SongId]] = {}
    for song in sorted(songs, key=lambda song: -(song.popularity or 0.0)):
        for name in {fold(name) for name in credited(song)}:
            found.setdefault(name, list((before or {}).get(name, ()))).append(song.id)
    return {name: tuple(dict.fromkeys(numbers)) for name, numbers in found.items()}


def _by_genre(
    songs: Iterable[Song], before: Mapping[str, tuple[SongId, ...]] | None = None
) -> dict[str, tuple[SongId, ...]]:
    """Songs by folded genre, behind those there were before."""
    found: dict[str, list[SongId]] = {}
    for song in songs:
        for genre in {fold(genre) for genre in song.genres}:
            found.setdefault(genre, list((before or {}).get(genre, ()))).append(song.id)
    return {genre: tuple(dict.fromkeys(numbers)) for genre, numbers in found.items()}
