"""What a source can be asked: one small protocol a question; a source implements those that its service answers.

Searches give an empty tuple where nothing fits. Everything that names one thing raises `SourceNotFound` where there is
none. Every method may raise any other `SourceError` and waits no longer than its source's policy says. A ``limit`` is
the most that comes back; sources cut it to what their service allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.sources.found import (
    AudioFeatures,
    FoundAlbum,
    FoundArtist,
    FoundPlaylist,
    FoundSong,
    FoundSpoken,
    Isrc,
    SimilarSong,
    SourceId,
    SourceName,
    SpokenKind,
    Tag,
)
from bot.sources.outbound.metrics import Metrics


@runtime_checkable
class Source(Protocol):
    """An outside music service."""

    @property
    def name(self) -> SourceName:
        """The name it is stored and counted under."""
        ...

    def metrics(self) -> Metrics:
        """What was asked of it so far, and how that went."""
        ...


@runtime_checkable
class SongSearch(Protocol):
    """Finds songs by free text, best first."""

    async def search_songs(self, text: str, *, limit: int = 10) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class NamedSongs(Protocol):
    """Finds songs by artist and title, best first; `matching.best` says which of them is the one meant."""

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class SongLookup(Protocol):
    """Tells of the song with one of the source's own ids."""

    async def song(self, song_id: SourceId) -> FoundSong: ...


@runtime_checkable
class IsrcLookup(Protocol):
    """Tells of the recordings with an ISRC, one at least."""

    async def songs_by_isrc(self, isrc: Isrc) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class ArtistSearch(Protocol):
    """Finds artists by name, best first."""

    async def search_artists(self, text: str, *, limit: int = 10) -> tuple[FoundArtist, ...]: ...


@runtime_checkable
class ArtistLookup(Protocol):
    """Tells of the artist with one of the source's own ids."""

    async def artist(self, artist_id: SourceId) -> FoundArtist: ...


@runtime_checkable
class RelatedArtists(Protocol):
    """Names artists near another one, nearest first."""

    async def related_artists(self, artist_id: SourceId, *, limit: int = 20) -> tuple[FoundArtist, ...]: ...


@runtime_checkable
class TopSongs(Protocol):
    """Names an artist's best known songs."""

    async def top_songs(self, artist_id: SourceId, *, limit: int = 10) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class ArtistRadio(Protocol):
    """Plays songs of an artist and of others near them, in no order that means anything."""

    async def artist_radio(self, artist_id: SourceId, *, limit: int = 25) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class Albums(Protocol):
    """Tells of albums: of an artist, one by its id, and what is on it."""

    async def artist_albums(self, artist_id: SourceId, *, limit: int = 25) -> tuple[FoundAlbum, ...]: ...

    async def album(self, album_id: SourceId) -> FoundAlbum: ...

    async def album_songs(self, album_id: SourceId, *, limit: int = 50) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class SongTags(Protocol):
    """Says which genres and words belong to a song, strongest first; needs what the source knows songs by."""

    async def song_tags(self, song: FoundSong) -> tuple[Tag, ...]: ...


@runtime_checkable
class AudioFeaturesOf(Protocol):
    """Says how songs sound: as many answers as songs, in the same order, None where it does not know."""

    async def audio_features(self, songs: Sequence[FoundSong]) -> tuple[AudioFeatures | None, ...]: ...


@runtime_checkable
class SimilarSongs(Protocol):
    """Names songs near another one, nearest first, never the song itself."""

    async def similar_songs(self, song: FoundSong, *, limit: int = 25) -> tuple[SimilarSong, ...]: ...


@runtime_checkable
class SpokenSearch(Protocol):
    """Finds podcasts, audiobooks and the like by free text, best first."""

    async def search_spoken(
        self, kind: SpokenKind, text: str, *, limit: int = 10
    ) -> tuple[FoundSpoken, ...]: ...


@runtime_checkable
class FreshReleases(Protocol):
    """Names what has just come out, newest first."""

    async def fresh_releases(self, *, limit: int = 25) -> tuple[FoundAlbum, ...]: ...


@runtime_checkable
class Chart(Protocol):
    """Names the songs that are heard most at present, first first."""

    async def chart(self, *, limit: int = 25) -> tuple[FoundSong, ...]: ...


@runtime_checkable
class PlaylistLookup(Protocol):
    """Reads a public playlist with its first ``limit`` songs."""

    async def playlist(self, playlist_id: SourceId, *, limit: int = 200) -> FoundPlaylist: ...
