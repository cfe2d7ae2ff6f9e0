"""What AcousticBrainz measured, and how it is told."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from aiohttp import web

from bot.sources.acousticbrainz import AT_ONCE, POLICY, AcousticBrainz
from bot.sources.errors import SourceDown
from bot.sources.protocol import AudioFeatures, AudioFeaturesOf, FoundSong, Mbid, Source, SourceId, SourceName
from tests.sources.asking import asking
from tests.sources.services.features import AcousticBrainzService, high_level, low_level
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Script, Standin, told

Asked = tuple[AcousticBrainz, Standin]


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(AcousticBrainzService(), POLICY, AcousticBrainz) as both:
        yield both


def song(mbid: str | None = TEARDROP.recording) -> FoundSong:
    return FoundSong(SourceName("x"), SourceId("1"), "x", ("y",), mbid=Mbid(mbid) if mbid else None)


def documents(low: dict[str, Any] | None, high: dict[str, Any] | None = None, status: int = 200) -> Script:
    """The same two documents about every recording; without one, it is not there."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        wanted = request.query["recording_ids"].split(";")
        document, is_low = (low, True) if request.path.endswith("low-level") else (high, False)
        found: dict[str, object] = {each: {"0": document} for each in reversed(wanted)} if document else {}
        return told(Reply({**found, "mbid_mapping": {}}, 200 if is_low else status))

    return script


async def test_two_documents_make_one_answer(asked: Asked) -> None:
    source, service = asked
    assert isinstance(source, Source)
    assert isinstance(source, AudioFeaturesOf)
    assert await source.audio_features([song()]) == (
        AudioFeatures(
            source=source.name,
            bpm=76.4,
            key=10,
            major=False,
            loudness=-9.5,
            danceability=0.9,
            valence=0.1,
            acousticness=0.2,
            instrumentalness=0.25,
        ),
    )
    wanted = "rhythm.bpm;tonal.key_key;tonal.key_scale;metadata.audio_properties.replay_gain"
    assert service.calls == [
        f"/low-level?features={wanted.replace(';', '%3B')}&recording_ids={TEARDROP.recording}",
        f"/high-level?recording_ids={TEARDROP.recording}",
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("C", 0),
        ("C#", 1),
        ("Db", 1),
        ("Eb", 3),
        ("F#", 6),
        ("Ab", 8),
        ("G#", 8),
        ("Bb", 10),
        ("B", 11),
        ("H", None),
        (3, None),
    ],
)
async def test_keys_are_read_in_either_spelling(asked: Asked, name: object, key: int | None) -> None:
    source, service = asked
    service.script = documents(low_level(key_key=name, key_scale="major" if key else "dorian"))
    (found,) = await source.audio_features([song()])
    assert found is not None
    assert (found.key, found.major) == (key, True if key else None)


async def test_batches_of_twenty_five_mapped_by_id(asked: Asked) -> None:
    source, service = asked
    ids = [str(uuid.UUID(int=number)) for number in range(60)]
    service.script = documents(low_level(), high_level())
    found = await source.audio_features([*map(song, ids), song(None), song(ids[1].upper())])
    assert [each is None for each in found] == [False] * 60 + [True, False]
    asked_for = [call.split("recording_ids=")[1].replace("%3B", ";").split(";") for call in service.calls]
    assert [len(each) for each in asked_for] == [AT_ONCE, AT_ONCE, AT_ONCE, AT_ONCE, 10, 10]


async def test_low_level_alone_will_do_where_there_is_no_more(asked: Asked) -> None:
    source, service = asked
    service.script = documents(low_level())
    (found,) = await source.audio_features([song()])
    assert found == AudioFeatures(source.name, bpm=76.4, key=10, major=False, loudness=-9.5)


async def test_a_failure_half_way_is_a_failure(asked: Asked) -> None:
    source, service = asked
    service.script = documents(low_level(), high_level(), status=500)
    with pytest.raises(SourceDown):
        await source.audio_features([song()])


async def test_what_is_not_there_is_unknown_and_not_asked_for_again(asked: Asked) -> None:
    source, service = asked
    service.script = documents(None)
    for _ in range(2):
        assert await source.audio_features([song(), song(None)]) == (None, None)
    assert len(service.calls) == 1


async def test_documents_that_say_nothing_are_no_features(asked: Asked) -> None:
    source, service = asked
    service.script = documents(
        {"metadata": {"audio_properties": {"replay_gain": 99.0}}, "rhythm": {"bpm": 0}}
    )
    assert await source.audio_features([song()]) == (None,)
