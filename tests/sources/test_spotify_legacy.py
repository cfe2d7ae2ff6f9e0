"""What only old apps may ask Spotify: tried once, remembered, and let go of when it is taken away."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from aiohttp import web

from bot.sources.errors import SourceDown
from bot.sources.found import AudioFeatures, FoundSong, SourceId, SourceName
from bot.sources.outbound import Outbound
from bot.sources.protocol import AudioFeaturesOf, RelatedArtists, Source
from bot.sources.spotify import (
    Access,
    Legacy,
    NotForThisApp,
    SpotifyApp,
    SpotifyAudioFeatures,
    SpotifyConfig,
    SpotifyRelatedArtists,
    legacy_sources,
    open_outbound,
)
from tests.sources.asking import replies
from tests.sources.hand_clock import HandClock
from tests.sources.services import spotify as honest
from tests.sources.services.spotify import ARTIST, SpotifyService
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.spotify_way import APP, DictMemory, with_token
from tests.sources.standin import Standin, standin, told

FEATURES = {
    "id": "song1",
    "tempo": 152.9,
    "key": 9,
    "mode": 0,
    "loudness": -8.5,
    "energy": 0.5,
    "danceability": 0.6,
    "valence": 0.2,
    "acousticness": 0.1,
    "instrumentalness": 0.8,
    "liveness": 0.1,
    "speechiness": 0.03,
}


class Room:
    """A stand-in whose legacy calls can be opened, and a memory that outlives restarts."""

    def __init__(self, service: Standin) -> None:
        self.service = service
        self.memory = DictMemory()
        policy = SpotifyConfig().policy.model_copy(update={"base": service.base, "absent_entries": 0})
        self.config = SpotifyConfig(policy=policy)

    def restarted(self, app: SpotifyApp = APP) -> Access:
        transport = with_token(self.config, self.service)
        self.outbound = open_outbound(
            app, self.memory, self.config, clock=self.service.clock, transport=transport
        )
        self.access = Access(self.outbound, self.memory, app, self.config)
        return self.access

    def outbound_now(self) -> Outbound:
        """The way out of a fresh start."""
        self.restarted()
        return self.outbound

    def opened(self) -> None:
        async def script(request: web.Request, service: Standin) -> web.StreamResponse:
            if request.path.endswith("related-artists"):
                return told(Reply({"artists": [honest.artist(TEARDROP) | {"id": "near"}]}))
            if request.path.startswith("/audio-features"):
                return told(Reply({"audio_features": [FEATURES, None]}))
            return told(service.honest(request))

        self.service.script = script


@pytest.fixture
async def room() -> AsyncGenerator[Room]:
    async with standin(SpotifyService(), HandClock()) as service:
        yield Room(service)


def _song(ident: str, source: str = "spotify") -> FoundSong:
    return FoundSong(SourceName(source), SourceId(ident), "Title", ("Artist",))


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_new_app_is_refused_once_and_never_asks_again(room: Room, status: int) -> None:
    room.service.script = replies({"error": {"status": status, "message": "no"}}, status)
    access = room.restarted()
    assert await legacy_sources(room.outbound, access, room.config) == ()
    calls = len(room.service.calls)
    assert calls == 2
    for _ in range(3):
        assert await legacy_sources(room.outbound, room.restarted(), room.config) == ()
    assert len(room.service.calls) == calls
    with pytest.raises(NotForThisApp, match="any more"):
        await SpotifyAudioFeatures(room.outbound, access, room.config).audio_features([_song("song1")])


async def test_an_old_app_may_and_that_is_remembered_too(room: Room) -> None:
    room.opened()
    access = room.restarted()
    features, related = await legacy_sources(room.outbound, access, room.config)
    assert isinstance(features, AudioFeaturesOf)
    assert isinstance(related, RelatedArtists)
    assert isinstance(features, Source)
    calls = len(room.service.calls)
    assert len(await legacy_sources(room.outbound, room.restarted(), room.config)) == 2
    assert len(room.service.calls) == calls


async def test_another_app_is_tried_by_itself(room: Room) -> None:
    room.service.script = replies({}, 403)
    assert not await room.restarted().may(Legacy.AUDIO_FEATURES)
    room.opened()
    assert not await room.restarted().may(Legacy.AUDIO_FEATURES)
    assert await room.restarted(replace(APP, client_id="another")).may(Legacy.AUDIO_FEATURES)
    assert "another" not in repr(room.memory.texts)


@pytest.mark.parametrize("status", [429, 500, 401, 400])
async def test_trouble_is_no_answer(room: Room, status: int) -> None:
    room.config = room.config.model_copy(update={"token_url": f"{room.service.base}/api/token"})
    room.service.script = replies({}, status)
    assert not await room.restarted().may(Legacy.RELATED_ARTISTS)
    room.opened()
    assert await room.restarted().may(Legacy.RELATED_ARTISTS)


@pytest.mark.parametrize(
    ("what", "call"),
    [
        (Legacy.AUDIO_FEATURES, "/audio-features?ids=11dFghVXANMlKmJXsNCbNl"),
        (Legacy.RELATED_ARTISTS, "/artists/0TnOYISbd1XYRBk9myaseg/related-artists"),
        (Legacy.RECOMMENDATIONS, "/recommendations?limit=1&seed_tracks=11dFghVXANMlKmJXsNCbNl"),
        (Legacy.TOP_TRACKS, "/artists/0TnOYISbd1XYRBk9myaseg/top-tracks?market=US"),
        (Legacy.BATCH_READS, "/tracks?ids=11dFghVXANMlKmJXsNCbNl"),
    ],
)
async def test_each_is_tried_with_one_small_question(room: Room, what: Legacy, call: str) -> None:
    assert not await room.restarted().may(what)
    assert room.service.calls == [call]


async def test_audio_features_come_in_the_order_of_the_songs(room: Room) -> None:
    room.opened()
    source = SpotifyAudioFeatures(room.outbound_now(), room.access, room.config)
    songs = [_song("x", "deezer"), _song("song2"), _song("song1"), _song("song1")]
    none, unknown, first, again = await source.audio_features(songs)
    assert (none, unknown) == (None, None)
    assert (
        first
        == again
        == AudioFeatures(SourceName("spotify"), 152.9, 9, False, -8.5, 0.5, 0.6, 0.2, 0.1, 0.8, 0.1, 0.03)
    )
    assert room.service.calls[-1] == "/audio-features?ids=song2%2Csong1"


async def test_unknown_features_are_unknown(room: Room) -> None:
    room.opened()
    source = SpotifyAudioFeatures(room.outbound_now(), room.access, room.config)
    await source.audio_features([])
    room.service.script = replies({"audio_features": [FEATURES | {"key": -1, "tempo": 0, "energy": "x"}]})
    (found,) = await source.audio_features([_song("song1")])
    assert found is not None
    assert (found.key, found.bpm, found.energy) == (None, None, None)


async def test_what_is_taken_away_is_not_asked_for_again(room: Room) -> None:
    room.opened()
    outbound = room.outbound_now()
    features = SpotifyAudioFeatures(outbound, room.access, room.config)
    related = SpotifyRelatedArtists(outbound, room.access, room.config)
    (artist,) = await related.related_artists(SourceId(ARTIST))
    assert artist.id == "near"
    room.service.script = replies({}, 403)
    for _ in range(2):
        with pytest.raises(NotForThisApp):
            await features.audio_features([_song("song1")])
        with pytest.raises(NotForThisApp):
            await related.related_artists(SourceId(ARTIST))
    calls = len(room.service.calls)
    assert await legacy_sources(outbound, room.restarted(), room.config) == ()
    assert len(room.service.calls) == calls


async def test_a_bad_day_takes_nothing_away(room: Room) -> None:
    room.opened()
    related = SpotifyRelatedArtists(room.outbound_now(), room.access, room.config)
    await related.related_artists(SourceId(ARTIST))
    room.service.script = replies({}, 500)
    with pytest.raises(SourceDown):
        await related.related_artists(SourceId(ARTIST))
    room.opened()
    assert await related.related_artists(SourceId(ARTIST))


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"unknown": true}', '{"audio-features": "maybe"}'])
async def test_a_memory_that_makes_no_sense_is_empty(room: Room, text: str) -> None:
    room.opened()
    room.memory.texts[f"spotify.legacy.{APP.mark}"] = text
    assert await room.restarted().may(Legacy.AUDIO_FEATURES)
