"""What iTunes' answers mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from bot.sources.errors import SourceNotFound, SourceNotUnderstood, SourceQuota
from bot.sources.found import FoundSong, FoundSpoken, SourceId, SpokenKind, Tag
from bot.sources.itunes import POLICY, Itunes
from tests.sources.asking import asking, replies
from tests.sources.services import itunes as honest
from tests.sources.services.itunes import PICTURE, STORE, ItunesService
from tests.sources.services.tale import TEARDROP
from tests.sources.standin import Standin

Asked = tuple[Itunes, Standin]
SONG_ID = SourceId(str(TEARDROP.number))


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(ItunesService(), POLICY, Itunes) as both:
        yield both


async def test_a_song(asked: Asked) -> None:
    source, service = asked
    song = FoundSong(
        source=source.name,
        id=SONG_ID,
        title="Teardrop",
        artists=("Massive Attack",),
        artist_id=SourceId("24045"),
        album="Mezzanine",
        album_id=SourceId("724466069"),
        duration_ms=330_000,
        released="1998-04-20",
        artwork=f"{PICTURE}/600x600bb.jpg",
        link=f"{STORE}/album/teardrop/724466069?i={TEARDROP.number}&uo=4",
        explicit=False,
        tags=(Tag("Electronic"),),
    )
    assert await source.song(SONG_ID) == song
    assert await source.search_songs("teardrop") == (song,)
    assert service.calls[-1] == "/search?country=US&entity=song&limit=10&media=music&term=teardrop"


async def test_podcasts_and_audiobooks(asked: Asked) -> None:
    source, _ = asked
    podcast = (await source.search_spoken(SpokenKind.PODCAST, "tear"))[0]
    assert podcast == FoundSpoken(
        source=source.name,
        id=SourceId("917918570"),
        kind=SpokenKind.PODCAST,
        title="Teardrop",
        creator="Massive Attack",
        genres=("Music History", "Music"),
        released="2026-11-20",
        explicit=False,
        artwork=f"{PICTURE}/600x600bb.jpg",
        link=f"{STORE}/podcast/id917918570?uo=4",
    )
    book = (await source.search_spoken(SpokenKind.AUDIOBOOK, "tear"))[0]
    assert (book.kind, book.explicit, book.released) == (SpokenKind.AUDIOBOOK, True, "2018-11-13")
    assert book.description == "A life told by itself & others"
    assert await source.search_spoken(SpokenKind.RADIO, "tear") == ()


async def test_too_many_calls_are_refused_with_403(asked: Asked) -> None:
    source, service = asked
    service.script = replies({}, 403)
    with pytest.raises(SourceQuota) as error:
        await source.song(SONG_ID)
    assert error.value.until == service.clock.now() + timedelta(seconds=POLICY.quota_seconds)


async def test_music_videos_are_no_songs_and_another_id_is_not_believed(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"resultCount": 1, "results": [honest.song(TEARDROP) | {"kind": "music-video"}]})
    assert await source.search_songs("teardrop") == ()
    with pytest.raises(SourceNotFound):
        await source.song(SONG_ID)
    service.script = None
    with pytest.raises(SourceNotUnderstood):
        await source.song(SourceId("12"))


async def test_what_is_no_id_is_not_asked_for(asked: Asked) -> None:
    source, service = asked
    for wrong in ("", "0", "1,2", "x", "1&entity=song"):
        with pytest.raises(SourceNotFound):
            await source.song(SourceId(wrong))
    assert not service.calls
