"""The words of outside music services: what a source finds, in one shape whoever found it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from bot.sources.histories.plays import Play

SourceName = NewType("SourceName", str)
"""A source as it is stored and counted, such as ``deezer``."""
SourceId = NewType("SourceId", str)
"""An id of a song, artist, album … within one source."""
Isrc = NewType("Isrc", str)
"""Twelve characters that name one recording, upper case, without hyphens: ``GBAAA9800322``."""
Mbid = NewType("Mbid", str)
"""A MusicBrainz id: a UUID in lower case."""


@dataclass(frozen=True, slots=True)
class Popularity:
    """How well known something is: ``share`` from 0 (nobody) to 1 (the most), and what was measured ("Deezer rank").

    Shares of different measures cannot be compared.
    """

    share: float
    measure: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A genre or a word that listeners use: ``weight`` 0 to 1, 1 for the strongest of the same song or artist."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class FoundSong:
    """One recording as one source tells it; None and empty mean that the source does not say.

    Attributes:
        artists: everybody credited, the main artist first, at least one.
        artist_id: the main artist's id in the same source.
        duration_ms: length in milliseconds.
        released: the sure part of the first release date: ``2012``, ``2012-05`` or ``2012-05-31``.
        bpm: beats per minute.
        writers: who wrote words and music.
        players: who played what: an instrument and its players.
        language: of the words, as an ISO 639-3 code.
        version: what tells this recording from others of the song, where the title does not ("live, 1998-07-11").
    """

    source: SourceName
    id: SourceId
    title: str
    artists: tuple[str, ...]
    artist_id: SourceId | None = None
    album: str | None = None
    album_id: SourceId | None = None
    duration_ms: int | None = None
    isrc: Isrc | None = None
    mbid: Mbid | None = None
    released: str | None = None
    artwork: str | None = None
    link: str | None = None
    popularity: Popularity | None = None
    explicit: bool | None = None
    bpm: float | None = None
    tags: tuple[Tag, ...] = ()
    writers: tuple[str, ...] = ()
    players: tuple[tuple[str, tuple[str, ...]], ...] = ()
    language: str | None = None
    version: str | None = None

    @property
    def artist(self) -> str:
        """The main artist."""
        return self.artists[0]


@dataclass(frozen=True, slots=True)
class FoundArtist:
    """One artist as one source tells them; ``note`` tells apart artists of the same name, ``country`` is ISO 3166-1."""

    source: SourceName
    id: SourceId
    name: str
    mbid: Mbid | None = None
    note: str | None = None
    country: str | None = None
    tags: tuple[Tag, ...] = ()
    popularity: Popularity | None = None
    artwork: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class FoundAlbum:
    """One album, EP or single (``kind``, as the source calls it) without its songs."""

    source: SourceName
    id: SourceId
    title: str
    artists: tuple[str, ...]
    kind: str | None = None
    released: str | None = None
    songs: int | None = None
    label: str | None = None
    mbid: Mbid | None = None
    tags: tuple[Tag, ...] = ()
    artwork: str | None = None
    link: str | None = None

    @property
    def artist(self) -> str:
        """The main artist."""
        return self.artists[0]


@dataclass(frozen=True, slots=True)
class FoundPlaylist:
    """A public playlist and its first songs; ``total`` is how many it has in the source, of which some may be unreadable."""

    source: SourceName
    id: SourceId
    title: str
    creator: str | None
    songs: tuple[FoundSong, ...]
    total: int | None = None
    description: str | None = None
    artwork: str | None = None
    link: str | None = None


class SpokenKind(StrEnum):
    """What can be listened to beside songs."""

    PODCAST = "podcast"
    EPISODE = "episode"
    AUDIOBOOK = "audiobook"
    POETRY = "poetry"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class FoundSpoken:
    """A podcast, an episode, an audiobook or a radio station; ``language`` is an ISO 639 code."""

    source: SourceName
    id: SourceId
    kind: SpokenKind
    title: str
    creator: str | None = None
    description: str | None = None
    genres: tuple[str, ...] = ()
    language: str | None = None
    released: str | None = None
    explicit: bool | None = None
    artwork: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class SimilarSong:
    """A song near another one; ``likeness`` 0 to 1 by the source's own measure, None where it gives an order only."""

    song: FoundSong
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class SimilarArtist:
    """An artist near another one; ``likeness`` as in `SimilarSong`."""

    artist: FoundArtist
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class ListensPage:
    """A piece of somebody's listening history.

    Attributes:
        plays: newest first, each once, and never only some of those of one second.
        older: the ``before`` (Unix seconds) of the next page, None where there is nothing older. It is all that is
            needed to go on after a crash: store it with the plays.
    """

    plays: tuple[Play, ...]
    older: float | None


@dataclass(frozen=True, slots=True)
class WrittenPlaylist:
    """A playlist that was made in somebody's account.

    Attributes:
        songs: how many are in it.
        unknown: how many were left out because the service has no id for them.
        missing: how many are not in it because the service failed on the way; the playlist is there all the same.
    """

    source: SourceName
    id: SourceId
    link: str
    songs: int
    unknown: int
    missing: int


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """How a recording sounds.

    Shares are 0 to 1, ``loudness`` is in dB of full scale (-60 to 0, at times a little above), ``key`` 0 = C to 11 = B.
    """

    source: SourceName
    bpm: float | None = None
    key: int | None = None
    major: bool | None = None
    loudness: float | None = None
    energy: float | None = None
    danceability: float | None = None
    valence: float | None = None
    acousticness: float | None = None
    instrumentalness: float | None = None
    liveness: float | None = None
    speechiness: float | None = None
