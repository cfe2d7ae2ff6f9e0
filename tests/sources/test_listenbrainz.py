"""What ListenBrainz' answers about songs, artists and releases mean."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import AsyncGenerator
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.sources.errors import SourceNotFound, SourceRefused
from bot.sources.listenbrainz import POLICY, ListenBrainz, secrets
from bot.sources.listenbrainz_heard import MEASURE, listeners
from bot.sources.protocol import (
    AccountLookup,
    ArtistPopularity,
    FoundArtist,
    FoundSong,
    FreshReleases,
    ListensOf,
    Mbid,
    MbidLookup,
    NamedSongs,
    PlaylistLookup,
    PlaylistWriting,
    Popularity,
    SongLookup,
    SongPopularity,
    SongTags,
    Source,
    SourceId,
    SourceName,
    Tag,
    TopSongs,
)
from tests.sources.asking import asking, replies
from tests.sources.services import listenbrainz as honest
from tests.sources.services.listenbrainz import GROUP, NEAR, NEARER, RELEASE, TOKEN, ListenBrainzService
from tests.sources.services.tale import ANOTHER, TEARDROP, Reply
from tests.sources.standin import Script, Standin, told

Asked = tuple[ListenBrainz, Standin]
RECORDING = SourceId(TEARDROP.recording)
COVER = f"https://coverartarchive.org/release/{RELEASE}/829521842-500.jpg"


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(ListenBrainzService(), POLICY, ListenBrainz) as both:
        yield both


def _song(mbid: str | None) -> FoundSong:
    return FoundSong(
        SourceName("test"), SourceId("1"), "Teardrop", ("Massive Attack",), mbid=Mbid(mbid) if mbid else None
    )


def _ids(count: int) -> list[Mbid]:
    return [Mbid(str(uuid.UUID(int=number))) for number in range(count)]


async def test_it_says_what_it_can_do(asked: Asked) -> None:
    can = (SongLookup, MbidLookup, NamedSongs, SongTags, TopSongs, SongPopularity, ArtistPopularity)
    for capability in (*can, FreshReleases, ListensOf, AccountLookup, PlaylistLookup, PlaylistWriting):
        assert issubclass(ListenBrainz, capability)
    assert isinstance(asked[0], Source)


async def test_a_recording_is_told_in_full(asked: Asked) -> None:
    source, service = asked
    assert await source.song(RECORDING) == FoundSong(
        source=source.name,
        id=RECORDING,
        title="Teardrop",
        artists=("Massive Attack",),
        artist_id=SourceId(TEARDROP.performer),
        album="Mezzanine",
        album_id=SourceId(RELEASE),
        duration_ms=330_000,
        mbid=Mbid(TEARDROP.recording),
        released="1998-04-20",
        artwork=COVER,
        link=f"https://musicbrainz.org/recording/{TEARDROP.recording}",
        tags=(Tag("trip hop", 1.0), Tag("downtempo", 1.0), Tag("british", 0.5), Tag("dreamy", 0.25)),
    )
    assert service.calls == [
        f"/metadata/recording/?inc=artist+release+tag&recording_mbids={TEARDROP.recording}"
    ]
    assert (await source.song_tags(_song(TEARDROP.recording)))[0] == Tag("trip hop")


async def test_what_is_not_told_is_unknown(asked: Asked) -> None:
    source, service = asked
    bare: dict[str, object] = {
        "recording": {"name": "Teardrop"},
        "artist": {"name": "Massive Attack"},
        "release": {"year": 1998},
    }
    service.script = replies({TEARDROP.recording: bare})
    song = await source.song(RECORDING)
    assert (song.artists, song.released, song.artwork, song.tags) == (("Massive Attack",), "1998", None, ())


async def test_a_song_without_an_mbid_is_not_asked_for(asked: Asked) -> None:
    source, service = asked
    for wrong in ("", "1", "../../x", TEARDROP.recording + "0"):
        for question in (source.song, source.top_songs, source.playlist):
            with pytest.raises(SourceNotFound):
                await question(SourceId(wrong))
    with pytest.raises(SourceNotFound):
        await source.song_tags(_song(None))
    assert await source.song_popularity([_song(None)]) == (None,)
    assert not service.calls


async def test_names_are_looked_up(asked: Asked) -> None:
    source, service = asked
    (song,) = await source.songs_named("Massive Attack", "Teardrop")
    assert (song.mbid, song.released) == (TEARDROP.recording, "1998-04-20")
    assert "artist_name=Massive+Attack" in service.calls[0]
    bare = honest.matched(TEARDROP)
    del bare["metadata"]
    service.script = replies(bare)
    (song,) = await source.songs_named("Massive Attack", "Teardrop!")
    assert (song.title, song.artist, song.album, song.released) == (
        "Teardrop",
        "Massive Attack",
        "Mezzanine",
        None,
    )
    calls = len(service.calls)
    assert await source.songs_named("", "Teardrop") == await source.songs_named("x", " \u200b") == ()
    assert len(service.calls) == calls


async def test_recordings_are_told_fifty_a_call_in_the_order_of_asking(asked: Asked) -> None:
    source, service = asked
    ids = _ids(120)

    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        wanted = request.query["recording_mbids"].split(",")
        return told(Reply({each: honest.metadata(TEARDROP) for each in reversed(wanted) if each != ids[7]}))

    service.script = script
    found = await source.songs_by_mbid([*ids, ids[3], Mbid("none")])
    assert [song.mbid if song else None for song in found] == [
        *(None if each == ids[7] else each for each in ids),
        ids[3],
        None,
    ]
    assert len(service.calls) == 3


def _counting(counts: dict[str, int | None]) -> Script:
    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        wanted: list[str] = (await request.json())["recording_mbids"]
        rows: list[dict[str, Any]] = [
            {"recording_mbid": each, "total_listen_count": 10**6, "total_user_count": counts.get(each)}
            for each in wanted
        ]
        return told(Reply(rows[::-1]))

    return script


async def test_popularity_is_told_by_id_not_by_order(asked: Asked) -> None:
    source, service = asked
    service.script = _counting({NEAR: 1_000_000, NEARER: 0})
    found = await source.song_popularity([_song(NEAR), _song(GROUP), _song(None), _song(NEARER), _song(NEAR)])
    most, least = Popularity(1.0, MEASURE), Popularity(0.0, MEASURE)
    assert found == (most, None, None, least, most)
    assert len(service.calls) == 1


async def test_a_thousand_counts_a_call(asked: Asked) -> None:
    source, service = asked
    ids = _ids(1_001)
    service.script = _counting(dict.fromkeys(ids, 5))
    assert None not in await source.song_popularity([_song(each) for each in ids])
    assert len(service.calls) == 2


def test_the_scale_is_logarithmic() -> None:
    shares = [told.share for count in (0, 999, 1_000_000, 10**9) if (told := listeners(count))]
    assert shares == pytest.approx([0.0, 0.5, 1.0, 1.0], abs=1e-6)
    assert listeners(None) is None
    told_99 = listeners(99)
    assert told_99 is not None
    assert told_99.share == pytest.approx(math.log(100) / math.log(1_000_001))


async def test_artists_are_counted_too(asked: Asked) -> None:
    source, _ = asked
    artist = FoundArtist(source.name, SourceId("1"), "Massive Attack", mbid=Mbid(TEARDROP.performer))
    assert await source.artist_popularity([artist]) == (Popularity(1.0, MEASURE),)


async def test_the_most_heard_come_first(asked: Asked) -> None:
    source, service = asked
    rows = [
        honest.top(TEARDROP) | {"recording_mbid": each, "total_listen_count": heard}
        for each, heard in ((NEAR, 5), (TEARDROP.recording, 50), (NEAR, 5), (NEARER, None))
    ]
    service.script = replies(rows)
    found = await source.top_songs(SourceId(TEARDROP.performer))
    assert [song.mbid for song in found] == [TEARDROP.recording, NEAR, NEARER]
    assert found[0].popularity == listeners(999)


async def test_without_a_token_top_recordings_may_be_refused(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"code": 401, "error": "you need to provide an Auth token"}, 401)
    with pytest.raises(SourceRefused):
        await source.top_songs(SourceId(TEARDROP.performer))


async def test_fresh_releases_come_newest_first_one_of_each_group(asked: Asked) -> None:
    source, service = asked
    row = honest.release(TEARDROP)
    rows = [
        row | {"release_group_mbid": NEAR, "release_date": "2026-11-10"},
        row | {"release_date": "2026-11-20", "listen_count": 3, "release_name": "A Reissue"},
        row | {"release_group_mbid": NEARER, "release_date": "2026-11-20", "listen_count": None},
        row | {"release_date": "2026-11-20", "listen_count": 12},
    ]
    service.script = replies({"payload": {"releases": rows, "total_count": 4}})
    found = await source.fresh_releases()
    assert [(album.id, album.released) for album in found] == [
        (GROUP, "2026-11-20"),
        (NEARER, "2026-11-20"),
        (NEAR, "2026-11-10"),
    ]
    first = found[0]
    assert (first.title, first.artist, first.kind, first.tags) == (
        "Mezzanine",
        "Massive Attack",
        "Album",
        (Tag("trip hop"),),
    )
    assert (first.artwork, first.link) == (COVER, f"https://musicbrainz.org/release-group/{GROUP}")


async def test_fresh_releases_are_asked_for_around_a_day(asked: Asked) -> None:
    source, service = asked
    await source.fresh_releases()
    await source.fresh_releases(days=1_000, until=date(2026, 1, 31), upcoming=True)
    assert service.calls == [
        "/explore/fresh-releases/?days=14&future=false&past=true&release_date=2026-11-21&sort=release_date",
        "/explore/fresh-releases/?days=90&future=true&past=true&release_date=2026-01-31&sort=release_date",
    ]


async def test_a_playlist_is_read_from_jspf(asked: Asked) -> None:
    source, service = asked
    found = await source.playlist(SourceId(honest.PLAYLIST.upper()))
    assert (found.title, found.creator, found.total) == ("Slow evenings", "rob", 1)
    assert found.description == "For late hours"
    (song,) = found.songs
    assert (song.mbid, song.artist_id, song.artwork) == (TEARDROP.recording, TEARDROP.performer, COVER)
    bare = {
        "identifier": f"https://musicbrainz.org/recording/{ANOTHER.recording}",
        "title": "x",
        "creator": "y",
    }
    elsewhere = bare | {"identifier": ["https://example.org/1"]}
    whole = honest.playlist(TEARDROP, 3)
    whole["playlist"]["track"] += [bare, elsewhere]
    service.script = replies(whole)
    found = await source.playlist(SourceId(honest.PLAYLIST))
    assert [song.mbid for song in found.songs] == [TEARDROP.recording, ANOTHER.recording]
    assert found.total == 5
    assert len((await source.playlist(SourceId(honest.PLAYLIST), limit=1)).songs) == 1


def test_segues_own_token_goes_into_the_header_and_is_not_shown() -> None:
    own = secrets(SecretStr(TOKEN))
    assert own.headers["Authorization"].get_secret_value() == f"Token {TOKEN}"
    assert TOKEN not in repr(own) + json.dumps(str(own))
