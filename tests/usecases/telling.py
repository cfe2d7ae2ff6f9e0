"""A source that tells of songs by a table, beside those that ask real sockets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.sources.errors import SourceError, SourceNotFound
from bot.sources.found import (
    AudioFeatures,
    FoundAlbum,
    FoundSong,
    Isrc,
    Popularity,
    SimilarSong,
    SourceId,
    SourceName,
    Tag,
)
from bot.sources.outbound.metrics import Metrics, Tally


@dataclass
class Teller:
    """A source by name; ``calls`` has the titles that it was asked about."""

    name: SourceName
    near: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    unknown: frozenset[str] = frozenset()
    trouble: SourceError | None = None
    released: str | None = "2001-02-03"
    calls: list[str] = field(default_factory=list[str])

    def metrics(self) -> Metrics:
        return Tally().metrics()

    def tell(self, artist: str, title: str) -> FoundSong:
        number = sum(map(ord, f"{artist}{title}"))
        return FoundSong(
            self.name,
            SourceId(str(number)),
            title,
            (artist,),
            album=f"{title}, the album",
            isrc=Isrc(f"QZXXX26{number % 100_000:05d}"),
            released=self.released,
            artwork=f"https://covers.example.net/{number}.jpg",
            popularity=Popularity(0.5, "test"),
        )

    def asked(self, title: str) -> None:
        self.calls.append(title)
        if self.trouble is not None:
            raise self.trouble


@dataclass
class Naming(Teller):
    """Knows every song by its names, but for some."""

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        self.asked(title)
        return () if title in self.unknown else (self.tell(artist, title),)


@dataclass
class Describing(Teller):
    """Says how songs are that have an ISRC, and cannot tell which they are."""

    async def song_tags(self, song: FoundSong) -> tuple[Tag, ...]:
        self.asked(song.title)
        if song.isrc is None:
            raise SourceNotFound(self.name)
        return (Tag("Night Drive"), Tag("synth", 0.5))

    async def audio_features(self, songs: Sequence[FoundSong]) -> tuple[AudioFeatures | None, ...]:
        return tuple(
            AudioFeatures(self.name, bpm=120.0, major=True, energy=0.25) if song.isrc else None
            for song in songs
        )

    async def similar_songs(self, song: FoundSong, *, limit: int = 25) -> tuple[SimilarSong, ...]:
        titles = self.near.get(song.title, ())
        return tuple(SimilarSong(self.tell("Near Band", title)) for title in titles)


@dataclass
class Announcing(Naming):
    """Names new releases."""

    albums: Sequence[FoundAlbum] = ()

    async def fresh_releases(self, *, limit: int = 25) -> tuple[FoundAlbum, ...]:
        self.asked("fresh")
        return tuple(self.albums)
