"""What ReccoBeats tells of how songs sound."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from aiohttp import web

from bot.sources.errors import SourceOff, SourceQuota
from bot.sources.protocol import AudioFeatures, AudioFeaturesOf, FoundSong, Isrc, Source, SourceId, SourceName
from bot.sources.reccobeats import AT_ONCE, POLICY, ReccoBeats
from tests.sources.asking import asking, replies
from tests.sources.services.features import TRACK, ReccoBeatsService, features
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Script, Standin, told

Asked = tuple[ReccoBeats, Standin]
SPOTIFY = SourceName("spotify")
DEEZER = SourceName("deezer")


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(ReccoBeatsService(), POLICY, ReccoBeats) as both:
        yield both


def track(number: int) -> str:
    return f"{number:022d}"


def on_spotify(known: str) -> FoundSong:
    return FoundSong(SPOTIFY, SourceId(known), "Teardrop", ("Massive Attack",), isrc=Isrc(TEARDROP.isrc))


def elsewhere(isrc: str | None = None, link: str | None = None) -> FoundSong:
    return FoundSong(DEEZER, SourceId("1"), "x", ("y",), isrc=Isrc(isrc) if isrc else None, link=link)


def shuffled(unknown: Sequence[str] = ()) -> Script:
    """A catalogue that answers backwards, with the tempo telling the tracks apart."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        ids = request.query["ids"].split(",")
        assert len(ids) <= AT_ONCE
        rows = [features(each, tempo=100 + int(each) % 200) for each in ids if each not in unknown]
        return told(Reply({"content": rows[::-1]}))

    return script


async def test_features_are_told_in_full(asked: Asked) -> None:
    source, service = asked
    assert isinstance(source, Source)
    assert isinstance(source, AudioFeaturesOf)
    assert await source.audio_features([on_spotify(TRACK)]) == (
        AudioFeatures(
            source=source.name,
            bpm=152.9,
            key=9,
            major=False,
            loudness=-9.4,
            energy=0.42,
            danceability=0.5,
            valence=0.24,
            acousticness=0.0118,
            instrumentalness=0.77,
            liveness=0.09,
            speechiness=0.03,
        ),
    )
    assert service.calls == [f"/audio-features?ids={TRACK}"]


async def test_forty_a_call_each_once_mapped_by_id(asked: Asked) -> None:
    source, service = asked
    service.script = shuffled(unknown=[track(5), track(41)])
    numbers = [*range(95), 3, 3]
    found = await source.audio_features([on_spotify(track(number)) for number in numbers])
    tempi = [each.bpm if each else None for each in found]
    assert tempi == [None if number in {5, 41} else 100 + number for number in numbers]
    sizes = [call.count("%2C") + call.count(",") + 1 for call in service.calls]
    assert sizes == [40, 40, 15]


async def test_an_isrc_will_do_where_there_is_no_spotify_id(asked: Asked) -> None:
    source, service = asked
    rows: list[dict[str, Any]] = [
        features("4PTG3Z6ehGkBFwjybzWkR8", "GBARL9300135", tempo=113),
        features(TRACK, TEARDROP.isrc, tempo=77),
        features(track(1), TEARDROP.isrc, tempo=154),
        features(track(2), tempo=90),
    ]
    service.script = replies({"content": rows})
    found = await source.audio_features(
        [
            elsewhere(TEARDROP.isrc),
            elsewhere(),
            elsewhere("GBARL9300135", f"https://open.spotify.com/track/{track(2)}"),
            elsewhere(link="https://www.deezer.com/track/1"),
        ]
    )
    assert [each.bpm if each else None for each in found] == [77.0, None, 90.0, None]
    assert service.calls == [f"/audio-features?ids={TEARDROP.isrc},{track(2)}"]


async def test_songs_that_it_cannot_know_are_not_asked_for(asked: Asked) -> None:
    source, service = asked
    assert await source.audio_features([]) == ()
    assert await source.audio_features([elsewhere(), on_spotify("../1")][:1]) == (None,)
    assert not service.calls


async def test_what_was_not_heard_or_cannot_be_is_unknown(asked: Asked) -> None:
    source, service = asked
    wrong: dict[str, Any] = {
        "key": -1,
        "mode": 2,
        "loudness": -90,
        "tempo": 0,
        "energy": 1.4,
        "valence": None,
        "liveness": "x",
    }
    service.script = replies({"content": [features(TRACK) | wrong]})
    (found,) = await source.audio_features([on_spotify(TRACK)])
    assert found is not None
    assert (found.key, found.major, found.loudness, found.bpm) == (None, None, None, None)
    assert (found.energy, found.valence, found.liveness, found.danceability) == (None, None, None, 0.5)


async def test_what_is_unknown_is_not_asked_for_again(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"content": []})
    for _ in range(2):
        assert await source.audio_features([on_spotify(TRACK)]) == (None,)
    assert len(service.calls) == 1


async def test_a_pause_that_it_wants_is_kept_and_fails_the_whole(asked: Asked) -> None:
    source, service = asked

    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        if len(standin.calls) == 1:
            return await shuffled()(request, standin)
        return web.Response(status=429, headers={"Retry-After": "3600"})

    service.script = script
    songs = [on_spotify(track(number)) for number in range(50)]
    for _ in range(2):
        with pytest.raises(SourceQuota):
            await source.audio_features(songs)
    assert len(service.calls) == 2


async def test_it_can_be_switched_off() -> None:
    off = POLICY.model_copy(update={"enabled": False})
    async with asking(ReccoBeatsService(), off, ReccoBeats) as (source, service):
        with pytest.raises(SourceOff):
            await source.audio_features([on_spotify(TRACK)])
        assert not service.calls
