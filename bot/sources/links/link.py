"""What a link names: a thing at a service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Service(StrEnum):
    """Whose link it is."""

    SPOTIFY = "spotify"
    DEEZER = "deezer"
    APPLE = "apple"
    YOUTUBE = "youtube"
    YOUTUBE_MUSIC = "youtube-music"
    TIDAL = "tidal"
    SOUNDCLOUD = "soundcloud"
    BANDCAMP = "bandcamp"
    LISTENBRAINZ = "listenbrainz"
    MUSICBRAINZ = "musicbrainz"


class Kind(StrEnum):
    """What it names, in one vocabulary: a MusicBrainz recording is a track, a release an album, a video a track."""

    TRACK = "track"
    ALBUM = "album"
    ARTIST = "artist"
    PLAYLIST = "playlist"
    EPISODE = "episode"
    SHOW = "show"
    STATION = "station"
    WORK = "work"
    USER = "user"
    PLAYER = "player"
    """Recordings in ListenBrainz' player: the id is their MBIDs, separated by commas."""
    SHORT = "short"
    """A short link: what it names cannot be told without a request."""


@dataclass(frozen=True, slots=True)
class Link:
    """A thing at a service.

    Attributes:
        id: as the service writes it; ``artist/slug`` for SoundCloud and Bandcamp, the code of a short link.
        url: the address of the thing, built anew: https, without tracking, never what was pasted.
    """

    service: Service
    kind: Kind
    id: str
    url: str
