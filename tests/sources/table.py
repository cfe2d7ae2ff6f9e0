"""The table of sources that the fault suite runs: a new source adds its stand-in and one row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sources import deezer, itunes, musicbrainz
from bot.sources.deezer import Deezer
from bot.sources.found import FoundSong, Isrc, Mbid, SourceId, SourceName, SpokenKind
from bot.sources.itunes import Itunes
from bot.sources.musicbrainz import MusicBrainz
from bot.sources.outbound import Outbound, Policy
from tests.sources.services.deezer import ALBUM, ARTIST, PLAYLIST, DeezerService
from tests.sources.services.itunes import ItunesService
from tests.sources.services.musicbrainz import MusicBrainzService
from tests.sources.services.tale import TEARDROP
from tests.sources.standin import Service

LIMIT = 5
NAMED = (TEARDROP.artist, TEARDROP.title)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a source; ``search`` finds nothing with an empty answer, others with `SourceNotFound`."""

    name: str
    ask: Callable[[Any], Awaitable[object]]
    search: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A source: its policy (the base address is replaced), how it is made, its stand-in, and all it can be asked.

    ``titles`` are the fields that hold what members read.
    """

    name: str
    policy: Policy
    build: Callable[[Outbound], object]
    service: Service
    titles: frozenset[str]
    asks: tuple[Ask, ...]


def _s(text: object) -> SourceId:
    return SourceId(str(text))


TEARDROP_ID, ARTIST_ID = _s(TEARDROP.number), _s(ARTIST)
KNOWN = FoundSong(
    SourceName("test"), _s(1), TEARDROP.title, (TEARDROP.artist,), mbid=Mbid(TEARDROP.recording)
)

ROWS = (
    Row(
        "deezer",
        deezer.POLICY,
        Deezer,
        DeezerService(),
        frozenset({"title", "name", "description"}),
        (
            Ask("search songs", lambda source: source.search_songs("teardrop", limit=LIMIT), search=True),
            Ask("songs named", lambda source: source.songs_named(*NAMED, limit=LIMIT), search=True),
            Ask("song", lambda source: source.song(TEARDROP_ID)),
            Ask("songs by isrc", lambda source: source.songs_by_isrc(Isrc(TEARDROP.isrc))),
            Ask("search artists", lambda source: source.search_artists("massive", limit=LIMIT), search=True),
            Ask("artist", lambda source: source.artist(ARTIST_ID)),
            Ask("related artists", lambda source: source.related_artists(ARTIST_ID, limit=LIMIT)),
            Ask("top songs", lambda source: source.top_songs(ARTIST_ID, limit=LIMIT)),
            Ask("artist radio", lambda source: source.artist_radio(ARTIST_ID, limit=LIMIT)),
            Ask("artist albums", lambda source: source.artist_albums(ARTIST_ID, limit=LIMIT)),
            Ask("album", lambda source: source.album(_s(ALBUM))),
            Ask("album songs", lambda source: source.album_songs(_s(ALBUM), limit=LIMIT)),
            Ask("chart", lambda source: source.chart(limit=LIMIT), search=True),
            Ask("playlist", lambda source: source.playlist(_s(PLAYLIST), limit=LIMIT)),
        ),
    ),
    Row(
        "musicbrainz",
        musicbrainz.POLICY,
        MusicBrainz,
        MusicBrainzService(),
        frozenset({"title", "name", "disambiguation"}),
        (
            Ask("search songs", lambda source: source.search_songs("teardrop", limit=LIMIT), search=True),
            Ask("songs named", lambda source: source.songs_named(*NAMED, limit=LIMIT), search=True),
            Ask("song", lambda source: source.song(_s(TEARDROP.recording))),
            Ask("songs by isrc", lambda source: source.songs_by_isrc(Isrc(TEARDROP.isrc))),
            Ask("search artists", lambda source: source.search_artists("massive", limit=LIMIT), search=True),
            Ask("artist", lambda source: source.artist(_s(TEARDROP.performer))),
            Ask("song tags", lambda source: source.song_tags(KNOWN)),
        ),
    ),
    Row(
        "itunes",
        itunes.POLICY,
        Itunes,
        ItunesService(),
        frozenset({"trackName", "collectionName", "artistName", "description", "primaryGenreName"}),
        (
            Ask("search songs", lambda source: source.search_songs("teardrop", limit=LIMIT), search=True),
            Ask("songs named", lambda source: source.songs_named(*NAMED, limit=LIMIT), search=True),
            Ask("song", lambda source: source.song(TEARDROP_ID)),
            Ask(
                "search podcasts",
                lambda source: source.search_spoken(SpokenKind.PODCAST, "tear", limit=LIMIT),
                search=True,
            ),
            Ask(
                "search audiobooks",
                lambda source: source.search_spoken(SpokenKind.AUDIOBOOK, "tear", limit=LIMIT),
                search=True,
            ),
        ),
    ),
)
