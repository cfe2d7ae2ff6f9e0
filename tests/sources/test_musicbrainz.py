"""What MusicBrainz' answers mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sources.errors import SourceNotFound, SourceNotUnderstood
from bot.sources.found import FoundArtist, FoundSong, Isrc, Mbid, SourceId, Tag
from bot.sources.musicbrainz import POLICY, MusicBrainz
from tests.sources.asking import asking, replies
from tests.sources.services import musicbrainz as honest
from tests.sources.services.musicbrainz import RELEASE, MusicBrainzService
from tests.sources.services.tale import TEARDROP
from tests.sources.standin import Standin

Asked = tuple[MusicBrainz, Standin]
RECORDING, PERFORMER = SourceId(TEARDROP.recording), SourceId(TEARDROP.performer)


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(MusicBrainzService(), POLICY, MusicBrainz) as both:
        yield both


def _query(service: Standin) -> str:
    return parse_qs(urlsplit(service.calls[-1]).query)["query"][0]


async def test_a_recording_is_told_with_tags_writers_and_language(asked: Asked) -> None:
    source, service = asked
    assert await source.song(RECORDING) == FoundSong(
        source=source.name,
        id=RECORDING,
        title="Teardrop",
        artists=("Massive Attack", "A Guest"),
        artist_id=PERFORMER,
        album="Mezzanine",
        album_id=SourceId(RELEASE),
        duration_ms=330_000,
        isrc=Isrc("GBAAA0000001"),
        mbid=Mbid(TEARDROP.recording),
        released="1998-04-20",
        link=f"https://musicbrainz.org/recording/{TEARDROP.recording}",
        tags=(Tag("trip hop", 1.0), Tag("electronic", 0.5)),
        writers=("A. Writer", "E. Fraser"),
        players=(("harpsichord", ("A Player",)),),
        language="eng",
        version="album version",
    )
    wanted = parse_qs(urlsplit(service.calls[0]).query)["inc"][0].split()
    assert {"artist-credits", "isrcs", "tags", "genres", "work-level-rels"} <= set(wanted)


async def test_a_recording_of_an_isrc_is_told_with_that_isrc(asked: Asked) -> None:
    source, _ = asked
    assert [song.isrc for song in await source.songs_by_isrc(Isrc("gb-aaa-98-00322"))] == [TEARDROP.isrc]
    with pytest.raises(SourceNotUnderstood):
        await source.songs_by_isrc(Isrc("USXXX0000001"))


async def test_an_artist(asked: Asked) -> None:
    source, _ = asked
    assert await source.artist(PERFORMER) == FoundArtist(
        source.name,
        PERFORMER,
        "Massive Attack",
        mbid=Mbid(TEARDROP.performer),
        note="from Bristol",
        country="GB",
        tags=(Tag("trip hop", 1.0), Tag("british", 0.25)),
        link=f"https://musicbrainz.org/artist/{TEARDROP.performer}",
    )


async def test_artist_and_title_are_asked_by_field_with_quotes_kept_inside(asked: Asked) -> None:
    source, service = asked
    await source.songs_named('AC/DC "live"', "Back\\ in AND Black")
    assert _query(service) == r'recording:"Back\\ in AND Black" AND artist:"AC/DC \"live\""'
    await source.songs_named("", "Teardrop")
    assert _query(service) == 'recording:"Teardrop"'


async def test_search_syntax_in_free_text_is_only_text(asked: Asked) -> None:
    source, service = asked
    await source.search_songs('tear* (drop) || artist:"x"~ \\')
    assert _query(service) == "tear drop artist x"
    assert "dismax=true" in service.calls[-1]


async def test_503_is_waited_out(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"error": "busy"}, 503)
    with pytest.raises(Exception, match="MusicBrainz does not answer"):
        await source.song(RECORDING)
    assert len(service.calls) == POLICY.retries + 1


async def test_it_asks_once_a_second_and_says_who_asks(asked: Asked) -> None:
    source, service = asked
    await source.song(RECORDING)
    await source.artist(PERFORMER)
    assert service.clock.monotonic() >= 1.0
    assert all(header["User-Agent"].startswith("Segue/") for header in service.headers)


async def test_an_instrumental_has_no_language(asked: Asked) -> None:
    source, service = asked
    work = {"id": RELEASE, "language": "zxx", "relations": None}
    relations = [{"type": "performance", "work": work}, {"type": "performance", "work": None}]
    service.script = replies(honest.found(TEARDROP) | {"relations": relations, "first-release-date": ""})
    song = await source.song(RECORDING)
    assert (song.language, song.writers, song.released) == (None, (), "1998-04-20")


async def test_a_song_without_an_mbid_is_not_asked_for(asked: Asked) -> None:
    source, service = asked
    with pytest.raises(SourceNotFound):
        await source.song_tags(FoundSong(source.name, SourceId("1"), "Teardrop", ("Massive Attack",)))
    for wrong in ("", "1", "../artist", TEARDROP.recording + "x", "{" + TEARDROP.recording[:-1]):
        with pytest.raises(SourceNotFound):
            await source.song(SourceId(wrong))
    assert not service.calls
