"""What Deezer's answers mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.sources.deezer import LONGEST_PLAYLIST, POLICY, Deezer
from bot.sources.errors import SourceError, SourceNotFound, SourceNotUnderstood, Trouble
from bot.sources.found import FoundArtist, FoundSong, Isrc, Popularity, SourceId, Tag
from bot.sources.protocol import (
    Albums,
    ArtistLookup,
    ArtistRadio,
    ArtistSearch,
    Chart,
    IsrcLookup,
    NamedSongs,
    PlaylistLookup,
    RelatedArtists,
    SongLookup,
    SongSearch,
    SongTags,
    Source,
    TopSongs,
)
from tests.sources.asking import asking, replies
from tests.sources.services import deezer as honest
from tests.sources.services.deezer import ALBUM, ARTIST, PICTURES, PLAYLIST, DeezerService
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Standin, told

Asked = tuple[Deezer, Standin]
SONG_ID = SourceId(str(TEARDROP.number))


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(DeezerService(), POLICY, Deezer) as both:
        yield both


def test_it_says_what_it_can_do() -> None:
    can = (Source, SongSearch, NamedSongs, SongLookup, IsrcLookup, ArtistSearch, ArtistLookup)
    for capability in (*can, RelatedArtists, TopSongs, ArtistRadio, Albums, Chart, PlaylistLookup):
        assert issubclass(Deezer, capability) if capability is not Source else True
    assert not issubclass(Deezer, SongTags)


async def test_a_song_is_told_in_full(asked: Asked) -> None:
    source, _ = asked
    assert isinstance(source, Source)
    assert await source.song(SONG_ID) == FoundSong(
        source=source.name,
        id=SONG_ID,
        title="Teardrop",
        artists=("Massive Attack", "A Guest"),
        artist_id=SourceId(str(ARTIST)),
        album="Mezzanine",
        album_id=SourceId(str(ALBUM)),
        duration_ms=330_000,
        isrc=Isrc("GBAAA9800322"),
        released="1998-04-20",
        artwork=f"{PICTURES}/cover/def/1000x1000-000000-80-0-0.jpg",
        link=f"https://www.deezer.com/track/{TEARDROP.number}",
        popularity=Popularity(0.75, "Deezer rank"),
        explicit=False,
        bpm=152.9,
    )


async def test_an_artist_and_an_album(asked: Asked) -> None:
    source, _ = asked
    assert await source.artist(SourceId(str(ARTIST))) == FoundArtist(
        source.name,
        SourceId(str(ARTIST)),
        "Massive Attack",
        popularity=Popularity(0.1, "Deezer fans"),
        artwork=f"{PICTURES}/artist/abc/1000x1000-000000-80-0-0.jpg",
        link=f"https://www.deezer.com/artist/{ARTIST}",
    )
    album = await source.album(SourceId(str(ALBUM)))
    assert (album.title, album.artist, album.kind, album.songs) == (
        "Mezzanine",
        "Massive Attack",
        "album",
        11,
    )
    assert (album.label, album.tags, album.released) == ("Virgin", (Tag("Electro"),), "1998-04-20")
    assert (await source.artist_albums(SourceId(str(ARTIST))))[0].artists == ("Massive Attack",)


async def test_unknown_tempo_date_and_picture_are_unknown(asked: Asked) -> None:
    source, service = asked
    track = honest.track(TEARDROP) | {"bpm": 0, "release_date": "0000-00-00", "rank": 2_000_000}
    track["album"] = honest.album(TEARDROP) | {"cover_xl": f"{PICTURES}/cover//1000x1000-000000-80-0-0.jpg"}
    service.script = replies(track)
    song = await source.song(SONG_ID)
    assert (song.bpm, song.released, song.artwork) == (None, None, None)
    assert song.popularity == Popularity(1.0, "Deezer rank")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (4, Trouble.QUOTA),
        (100, Trouble.NOT_UNDERSTOOD),
        (200, Trouble.REFUSED),
        (300, Trouble.REFUSED),
        (600, Trouble.NOT_UNDERSTOOD),
        (700, Trouble.DOWN),
        (800, Trouble.NOT_FOUND),
        ("4", Trouble.NOT_UNDERSTOOD),
    ],
)
async def test_errors_come_with_status_200(asked: Asked, code: object, kind: Trouble) -> None:
    source, service = asked
    service.script = replies({"error": {"type": "Exception", "message": "x", "code": code}})
    with pytest.raises(SourceError) as error:
        await source.song(SONG_ID)
    assert error.value.kind is kind


async def test_quota_once_is_waited_for(asked: Asked) -> None:
    source, service = asked

    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        if len(standin.calls) == 1:
            return told(Reply({"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}))
        return told(standin.honest(request))

    service.script = script
    assert await source.song(SONG_ID)
    assert service.clock.slept == [5.0]


async def test_quotes_do_not_end_the_search_field(asked: Asked) -> None:
    source, service = asked
    await source.songs_named('Weird Al" Yankovic', 'track:"x"', limit=1_000)
    assert service.calls == [
        '/search?limit=100&q=artist:"Weird Al Yankovic" track:"track: x"'.replace(" ", "+").replace(
            '"', "%22"
        )
    ]


async def test_blank_questions_are_not_asked(asked: Asked) -> None:
    source, service = asked
    assert await source.search_songs(" \u200b ") == ()
    assert await source.songs_named("", "") == ()
    assert await source.search_artists("") == ()
    assert not service.calls


@pytest.mark.parametrize(
    "wrong", ["", "0", "-1", "1/../2", "1?x=1", "١٢", "9" * 30, "isrc:GBAAA9800322", "1\n"]
)
async def test_what_is_no_id_does_not_get_into_an_address(asked: Asked, wrong: str) -> None:
    source, service = asked
    for question in (source.song, source.artist, source.album, source.playlist, source.top_songs):
        with pytest.raises(SourceNotFound):
            await question(SourceId(wrong))
    with pytest.raises(SourceNotFound):
        await source.songs_by_isrc(Isrc(wrong))
    assert not service.calls


async def test_another_recording_is_not_believed_to_have_the_isrc(asked: Asked) -> None:
    source, _ = asked
    with pytest.raises(SourceNotUnderstood):
        await source.songs_by_isrc(Isrc("USXXX0000001"))


async def test_a_playlist_is_read_page_by_page(asked: Asked) -> None:
    source, service = asked
    service.script = _paged(total=250)
    found = await source.playlist(SourceId(str(PLAYLIST)), limit=230)
    assert [song.id for song in found.songs] == [str(number) for number in range(1, 231)]
    assert (found.total, found.creator, found.description) == (250, "somebody", "For late hours")
    assert [call.split("?")[1] for call in service.calls] == [
        "limit=1",
        "limit=100",
        "index=100&limit=100",
        "index=200&limit=100",
    ]


async def test_a_playlist_ends_with_the_last_page_that_comes(asked: Asked) -> None:
    source, service = asked
    service.script = _paged(total=250, broken_from=100)
    assert len((await source.playlist(SourceId(str(PLAYLIST)), limit=230)).songs) == 100
    service.script = _paged(total=250, broken_from=0)
    with pytest.raises(SourceError):
        await source.playlist(SourceId(str(PLAYLIST)), limit=50)


async def test_a_playlist_of_a_million_is_not_read_to_its_end(asked: Asked) -> None:
    source, service = asked
    service.script = _paged(total=1_000_000)
    found = await source.playlist(SourceId(str(PLAYLIST)), limit=10**9)
    assert len(found.songs) == LONGEST_PLAYLIST
    assert len(service.calls) == LONGEST_PLAYLIST // 100 + 1


def _paged(*, total: int, broken_from: int | None = None):
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if not request.path.endswith("/tracks"):
            return told(Reply(honest.playlist(TEARDROP) | {"nb_tracks": total}))
        first = int(request.query.get("index", "0"))
        if broken_from is not None and first >= broken_from:
            return web.Response(status=500)
        numbers = range(first, min(first + 100, total))
        return told(Reply(honest.listing(*(honest.track(TEARDROP) | {"id": n + 1} for n in numbers))))

    return script


async def test_an_artist_without_songs_is_not_an_unknown_artist(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"data": [], "total": 0})
    for _ in range(2):
        assert await source.top_songs(SourceId("27")) == ()
    assert len(service.calls) == 1
