"""What the labs of ListenBrainz tell of likeness."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from pydantic import ValidationError

from bot.sources.errors import SourceNotFound, SourceNotUnderstood
from bot.sources.listenbrainz_labs import POLICY, Algorithms, ListenBrainzLabs
from bot.sources.protocol import (
    FoundArtist,
    FoundSong,
    Mbid,
    RelatedArtists,
    SimilarArtists,
    SimilarSongs,
    Source,
    SourceId,
    SourceName,
)
from tests.sources.asking import asking, replies
from tests.sources.services.listenbrainz import (
    GROUP,
    NEAR,
    NEARER,
    RELEASE,
    ListenBrainzService,
    similar_artist,
    similar_song,
)
from tests.sources.services.tale import TEARDROP
from tests.sources.standin import Standin

Asked = tuple[ListenBrainzLabs, Standin]
TEST = SourceName("test")
SONG = FoundSong(TEST, SourceId("1"), "Teardrop", ("Massive Attack",), mbid=Mbid(TEARDROP.recording))
ARTIST = FoundArtist(TEST, SourceId("1"), "Massive Attack", mbid=Mbid(TEARDROP.performer))


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(ListenBrainzService(), POLICY, ListenBrainzLabs) as both:
        yield both


async def test_unsorted_duplicates_are_told_once_nearest_first(asked: Asked) -> None:
    source, service = asked
    scored = ((NEAR, 50), (GROUP, 25), (NEARER, 200), (TEARDROP.recording, 9_999), (NEAR, 100), (NEAR, 3))
    service.script = replies([similar_song(TEARDROP, found, score) for found, score in scored])
    found = await source.similar_songs(SONG)
    assert [(near.song.mbid, near.likeness) for near in found] == [(NEARER, 1.0), (NEAR, 0.5), (GROUP, 0.125)]
    assert [near.song.mbid for near in await source.similar_songs(SONG, limit=1)] == [NEARER]


async def test_a_similar_song_is_told_as_far_as_it_is_known(asked: Asked) -> None:
    source, service = asked
    (near,) = await source.similar_songs(SONG)
    assert near.song == FoundSong(
        source=SourceName("listenbrainz"),
        id=SourceId(NEAR),
        title="Roads",
        artists=("Portishead",),
        artist_id=None,
        album="Dummy",
        album_id=SourceId(RELEASE),
        mbid=Mbid(NEAR),
        artwork=f"https://coverartarchive.org/release/{RELEASE}/829521842-500.jpg",
        link=f"https://musicbrainz.org/recording/{NEAR}",
    )
    assert service.calls == [
        f"/similar-recordings/json?algorithm={Algorithms().songs}&recording_mbids={TEARDROP.recording}"
    ]


async def test_similar_artists(asked: Asked) -> None:
    source, service = asked
    scored = ((NEAR, 415), (TEARDROP.performer, 9_000), (NEARER, 830), (NEAR, 415))
    service.script = replies([similar_artist(TEARDROP, found, score) for found, score in scored])
    found = await source.similar_artists(ARTIST)
    assert [(near.artist.mbid, near.likeness) for near in found] == [(NEARER, 1.0), (NEAR, 0.5)]
    assert found[0].artist.note == "from Bristol"
    related = await source.related_artists(SourceId(TEARDROP.performer))
    assert related == tuple(near.artist for near in found)
    assert isinstance(source, Source | SimilarSongs | SimilarArtists | RelatedArtists)


async def test_scores_that_are_missing_or_nothing_do_not_divide_by_zero(asked: Asked) -> None:
    source, service = asked
    service.script = replies([similar_song(TEARDROP) | {"score": score} for score in (None, 0, -4)])
    assert [near.likeness for near in await source.similar_songs(SONG)] == [0.0]


async def test_nothing_near_is_no_failure_and_is_remembered(asked: Asked) -> None:
    source, service = asked
    service.script = replies([])
    for _ in range(2):
        assert await source.similar_songs(SONG) == ()
    assert len(service.calls) == 1
    service.script = replies([similar_song(TEARDROP, TEARDROP.recording)])
    assert await source.similar_songs(SONG, limit=3) == ()


async def test_what_has_no_mbid_is_not_asked_for(asked: Asked) -> None:
    source, service = asked
    with pytest.raises(SourceNotFound):
        await source.similar_songs(FoundSong(TEST, SourceId("1"), "x", ("y",)))
    with pytest.raises(SourceNotFound):
        await source.related_artists(SourceId("1"))
    assert not service.calls


async def test_a_data_set_that_is_gone_is_not_an_illness(asked: Asked) -> None:
    _, service = asked
    source = ListenBrainzLabs(asked[0]._outbound, algorithms=Algorithms(songs="session_based_gone"))  # pyright: ignore[reportPrivateUsage]
    service.script = replies([{"msg": "value is not a valid enumeration member"}], 400)
    with pytest.raises(SourceNotUnderstood) as error:
        await source.similar_songs(SONG)
    assert not error.value.unwell
    assert "algorithm=session_based_gone" in service.calls[0]


def test_a_data_sets_name_is_a_name() -> None:
    with pytest.raises(ValidationError):
        Algorithms(songs="x&limit=1")
    with pytest.raises(ValidationError):
        Algorithms.model_validate({"albums": "x"})
