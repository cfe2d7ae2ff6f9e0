"""What a source can be asked: one small protocol a question; a source implements those that its service answers.

Searches give an empty tuple where nothing fits. Everything that names one thing raises `SourceNotFound` where there is
none. Every method may raise any other `SourceError` and waits no longer than its source's policy says. A ``limit`` is
the most that comes back; sources cut it to what their service allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pydantic import SecretStr

from bot.sources.found import (
    AudioFeatures,
    FoundAlbum,
    FoundArtist,
    FoundPlaylist,
    FoundSong,
    FoundSpoken,
    Isrc,
    ListensPage,
    Mbid,
    Popularity,
    SimilarArtist,
    SimilarSong,
    SourceId,
    SourceName,
    SpokenKind,
    Tag,
    WrittenPlaylist,
)
from bot.sources.outbound.metrics import Metrics
from bot.sources.playlists import Entry


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
class Sparing(Protocol):
    """A source with few calls a day, which keeps some of them for members' own questions."""

    def in_background(self) -> Source:
        """The same source for work that no member waits for."""
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
class MbidLookup(Protocol):
    """Tells of recordings by their MBIDs: as many answers as ids, in the same order, None where it knows none."""

    async def songs_by_mbid(self, mbids: Sequence[Mbid]) -> tuple[FoundSong | None, ...]: ...


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
class SimilarArtists(Protocol):
    """Names artists near another one and how near, nearest first, never the artist themselves."""

    async def similar_artists(self, artist: FoundArtist, *, limit: int = 25) -> tuple[SimilarArtist, ...]: ...


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
class ArtistTags(Protocol):
    """Says which genres and words belong to an artist, strongest first."""

    async def artist_tags(self, artist_id: SourceId) -> tuple[Tag, ...]: ...


@runtime_checkable
class AudioFeaturesOf(Protocol):
    """Says how songs sound: as many answers as songs, in the same order, None where it does not know."""

    async def audio_features(self, songs: Sequence[FoundSong]) -> tuple[AudioFeatures | None, ...]: ...


@runtime_checkable
class SimilarSongs(Protocol):
    """Names songs near another one, nearest first, never the song itself."""

    async def similar_songs(self, song: FoundSong, *, limit: int = 25) -> tuple[SimilarSong, ...]: ...


@runtime_checkable
class SongPopularity(Protocol):
    """Says how well known songs are: as many answers as songs, in the same order, None where it does not know."""

    async def song_popularity(self, songs: Sequence[FoundSong]) -> tuple[Popularity | None, ...]: ...


@runtime_checkable
class ArtistPopularity(Protocol):
    """Says how well known artists are: as many answers as artists, in the same order, None where unknown."""

    async def artist_popularity(self, artists: Sequence[FoundArtist]) -> tuple[Popularity | None, ...]: ...


@runtime_checkable
class SpokenSearch(Protocol):
    """Finds podcasts, audiobooks and the like by free text, best first."""

    @property
    def spoken_kinds(self) -> frozenset[SpokenKind]:
        """What it has."""
        ...

    async def search_spoken(
        self, kind: SpokenKind, text: str, *, limit: int = 10
    ) -> tuple[FoundSpoken, ...]: ...


@runtime_checkable
class SpokenLookup(Protocol):
    """Tells of the podcast, episode or audiobook with one of the source's own ids."""

    async def spoken(self, kind: SpokenKind, spoken_id: SourceId) -> FoundSpoken: ...


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


@runtime_checkable
class ListensOf(Protocol):
    """Reads what somebody listened to, page by page, newest first.

    Begin without ``before`` and go on with the page's ``older`` until that is None. ``before`` and ``after`` are Unix
    seconds, both exclusive. More than ``limit`` plays come back only where so many share one second.
    """

    async def listens(
        self, account: str, *, before: float | None, after: float | None, limit: int = 1000
    ) -> ListensPage: ...


@runtime_checkable
class AccountLookup(Protocol):
    """Says whether there is somebody of that name at the service."""

    async def has_account(self, account: str) -> bool: ...


@runtime_checkable
class PlaylistWriting(Protocol):
    """Keeps playlists in a member's own account, with the token that they gave for it.

    Raises `TokenRefused` where the service does not take the token. What changes something is sent once only.
    """

    async def account_of(self, token: SecretStr) -> str: ...

    async def create_playlist(
        self, token: SecretStr, title: str, entries: Sequence[Entry], *, public: bool = False
    ) -> WrittenPlaylist: ...

    async def add_to_playlist(
        self, token: SecretStr, playlist_id: SourceId, entries: Sequence[Entry]
    ) -> int: ...
