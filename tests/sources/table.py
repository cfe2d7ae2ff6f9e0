"""The table of sources that the fault suite runs: a new source adds its stand-in and one row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.sources import (
    acousticbrainz,
    deezer,
    itunes,
    lastfm,
    listenbrainz,
    listenbrainz_labs,
    musicbrainz,
    radio_browser,
    reccobeats,
    spotify,
)
from bot.sources.acousticbrainz import AcousticBrainz
from bot.sources.deezer import Deezer
from bot.sources.found import FoundArtist, FoundSong, Isrc, Mbid, SourceId, SourceName, SpokenKind
from bot.sources.itunes import Itunes
from bot.sources.lastfm import Lastfm
from bot.sources.lastfm_plays import Bookmark
from bot.sources.lastfm_shapes import id_of
from bot.sources.listenbrainz import ListenBrainz
from bot.sources.listenbrainz_labs import ListenBrainzLabs
from bot.sources.musicbrainz import MusicBrainz
from bot.sources.outbound import Outbound, Policy
from bot.sources.radio_browser import RadioBrowser
from bot.sources.reccobeats import ReccoBeats
from tests.sources.services import spotify as honest_spotify
from tests.sources.services.deezer import ALBUM, ARTIST, PLAYLIST, DeezerService
from tests.sources.services.features import AcousticBrainzService, ReccoBeatsService
from tests.sources.services.itunes import ItunesService
from tests.sources.services.lastfm import LastfmService
from tests.sources.services.listenbrainz import PLAYLIST as JSPF
from tests.sources.services.listenbrainz import ListenBrainzService
from tests.sources.services.musicbrainz import MusicBrainzService
from tests.sources.services.radio_browser import RadioBrowserService
from tests.sources.services.spotify import SpotifyService
from tests.sources.services.tale import TEARDROP
from tests.sources.spotify_way import spotify_outbound
from tests.sources.standin import Service, Standin

LIMIT = 5
NAMED = (TEARDROP.artist, TEARDROP.title)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a source; ``search`` finds nothing with an empty answer, others with `SourceNotFound`.

    An answer of as many parts as were asked for is empty where all of them are None. ``blank`` is the JSON by which
    the service says that there is nothing, where that says nothing else.
    """

    name: str
    ask: Callable[[Any], Awaitable[object]]
    search: bool = False
    blank: str | None = None


def plain(policy: Policy, session: aiohttp.ClientSession, service: Standin) -> Outbound:
    """The way out of sources without keys."""
    return Outbound(policy, session, clock=service.clock, rng=Random(1))


def lastfm_outbound(policy: Policy, session: aiohttp.ClientSession, service: Standin) -> Outbound:
    """The way out to Last.fm."""
    return lastfm.open_outbound(SecretStr("k3y"), session, policy, clock=service.clock, rng=Random(1))


@dataclass(frozen=True, slots=True)
class Row:
    """A source: its policy (the base address is replaced), how it is made, its stand-in, and all it can be asked.

    ``titles`` are the fields that hold what members read; ``way`` makes the way out, where it is no plain one.
    """

    name: str
    policy: Policy
    build: Callable[[Outbound], object]
    service: Service
    titles: frozenset[str]
    asks: tuple[Ask, ...]
    way: Callable[[Policy, aiohttp.ClientSession, Standin], Outbound] = field(default=plain)


def _s(text: object) -> SourceId:
    return SourceId(str(text))


TEARDROP_ID, ARTIST_ID = _s(TEARDROP.number), _s(ARTIST)
KNOWN = FoundSong(
    SourceName("test"),
    _s(1),
    TEARDROP.title,
    (TEARDROP.artist,),
    isrc=Isrc(TEARDROP.isrc),
    mbid=Mbid(TEARDROP.recording),
)
PERFORMER = FoundArtist(SourceName("test"), _s(1), TEARDROP.artist, mbid=Mbid(TEARDROP.performer))

SPOTIFY_ID = _s(honest_spotify.song_id(TEARDROP))

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
    Row(
        "listenbrainz",
        listenbrainz.POLICY,
        ListenBrainz,
        ListenBrainzService(),
        frozenset(
            {"name", "title", "creator", "album", "annotation", "track_name", "artist_name", "release_name"}
            | {"recording_name", "artist_credit_name", "tag"}
        ),
        (
            Ask("song", lambda source: source.song(_s(TEARDROP.recording)), blank="{}"),
            Ask(
                "songs by mbid",
                lambda source: source.songs_by_mbid([Mbid(TEARDROP.recording)]),
                search=True,
                blank="{}",
            ),
            Ask(
                "songs named", lambda source: source.songs_named(*NAMED, limit=LIMIT), search=True, blank="{}"
            ),
            Ask("song tags", lambda source: source.song_tags(KNOWN), blank="{}"),
            Ask(
                "top songs",
                lambda source: source.top_songs(_s(TEARDROP.performer), limit=LIMIT),
                search=True,
                blank="[]",
            ),
            Ask("song popularity", lambda source: source.song_popularity([KNOWN]), search=True),
            Ask("artist popularity", lambda source: source.artist_popularity([PERFORMER]), search=True),
            Ask("fresh releases", lambda source: source.fresh_releases(limit=LIMIT), search=True),
            Ask("listens", lambda source: source.listens("rob", limit=LIMIT)),
            Ask("playlist", lambda source: source.playlist(_s(JSPF), limit=LIMIT)),
        ),
    ),
    Row(
        "listenbrainz_labs",
        listenbrainz_labs.POLICY,
        ListenBrainzLabs,
        ListenBrainzService(),
        frozenset({"recording_name", "artist_credit_name", "release_name", "name", "comment"}),
        (
            Ask(
                "similar songs",
                lambda source: source.similar_songs(KNOWN, limit=LIMIT),
                search=True,
                blank="[]",
            ),
            Ask(
                "similar artists",
                lambda source: source.similar_artists(PERFORMER, limit=LIMIT),
                search=True,
                blank="[]",
            ),
            Ask(
                "related artists",
                lambda source: source.related_artists(_s(TEARDROP.performer), limit=LIMIT),
                search=True,
                blank="[]",
            ),
        ),
    ),
    Row(
        "reccobeats",
        reccobeats.POLICY,
        ReccoBeats,
        ReccoBeatsService(),
        frozenset(),
        (Ask("audio features", lambda source: source.audio_features([KNOWN]), search=True),),
    ),
    Row(
        "acousticbrainz",
        acousticbrainz.POLICY,
        AcousticBrainz,
        AcousticBrainzService(),
        frozenset(),
        (Ask("audio features", lambda source: source.audio_features([KNOWN]), search=True, blank="{}"),),
    ),
    Row(
        "radio_browser",
        radio_browser.POLICY,
        RadioBrowser,
        RadioBrowserService(),
        frozenset({"name", "tags", "country", "state"}),
        (
            Ask(
                "search stations",
                lambda source: source.search_spoken(SpokenKind.RADIO, "tear", limit=LIMIT),
                search=True,
                blank="[]",
            ),
        ),
    ),
    Row(
        "spotify",
        spotify.SpotifyConfig().policy,
        spotify.Spotify,
        SpotifyService(),
        frozenset({"name", "description", "publisher", "label", "display_name"}),
        (
            Ask("search songs", lambda source: source.search_songs("teardrop", limit=LIMIT), search=True),
            Ask("songs named", lambda source: source.songs_named(*NAMED, limit=LIMIT), search=True),
            Ask("song", lambda source: source.song(SPOTIFY_ID)),
            Ask("songs by isrc", lambda source: source.songs_by_isrc(Isrc(TEARDROP.isrc))),
            Ask("search artists", lambda source: source.search_artists("massive", limit=LIMIT), search=True),
            Ask("artist", lambda source: source.artist(_s(honest_spotify.ARTIST))),
            Ask("artist albums", lambda source: source.artist_albums(_s(honest_spotify.ARTIST), limit=LIMIT)),
            Ask("album", lambda source: source.album(_s(honest_spotify.ALBUM))),
            Ask("album songs", lambda source: source.album_songs(_s(honest_spotify.ALBUM), limit=LIMIT)),
            Ask(
                "search podcasts",
                lambda source: source.search_spoken(SpokenKind.PODCAST, "tear", limit=LIMIT),
                search=True,
            ),
            Ask("episode", lambda source: source.spoken(SpokenKind.EPISODE, _s(honest_spotify.EPISODE))),
            Ask(
                "audiobook", lambda source: source.spoken(SpokenKind.AUDIOBOOK, _s(honest_spotify.AUDIOBOOK))
            ),
            Ask("playlist", lambda source: source.playlist(_s(honest_spotify.PLAYLIST), limit=LIMIT)),
        ),
        spotify_outbound,
    ),
    Row(
        "lastfm",
        lastfm.POLICY,
        Lastfm,
        LastfmService(),
        frozenset({"name", "#text", "title"}),
        (
            Ask("search songs", lambda source: source.search_songs("teardrop", limit=LIMIT), search=True),
            Ask("songs named", lambda source: source.songs_named(*NAMED, limit=LIMIT), search=True),
            Ask("song", lambda source: source.song(id_of(*NAMED))),
            Ask("similar songs", lambda source: source.similar_songs(KNOWN, limit=LIMIT)),
            Ask("related artists", lambda source: source.related_artists(_s(TEARDROP.artist), limit=LIMIT)),
            Ask("top songs", lambda source: source.top_songs(_s(TEARDROP.artist), limit=LIMIT)),
            Ask("song tags", lambda source: source.song_tags(KNOWN)),
            Ask("artist tags", lambda source: source.artist_tags(_s(TEARDROP.artist))),
            Ask("listener", lambda source: source.listener("rj")),
            Ask("recent plays", lambda source: source.recent_plays(Bookmark("rj", until=1_770_000_000))),
        ),
        lastfm_outbound,
    ),
)
