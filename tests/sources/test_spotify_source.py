"""What Spotify's answers mean, and which calls are made at all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.sources.errors import SourceError, SourceNotFound, SourceNotUnderstood, SourceQuota
from bot.sources.found import FoundAlbum, FoundSong, FoundSpoken, Isrc, SourceId, SpokenKind
from bot.sources.outbound import Allowance, Outbound, open_session
from bot.sources.protocol import (
    Albums,
    ArtistLookup,
    ArtistSearch,
    AudioFeaturesOf,
    IsrcLookup,
    NamedSongs,
    PlaylistLookup,
    RelatedArtists,
    SongLookup,
    SongSearch,
    Source,
    SpokenLookup,
    SpokenSearch,
    TopSongs,
)
from bot.sources.spotify import PlaylistClosed, Spotify, SpotifyConfig, open_outbound
from tests.sources.asking import replies
from tests.sources.hand_clock import HandClock
from tests.sources.services import spotify as honest
from tests.sources.services.spotify import (
    ALBUM,
    ARTIST,
    AUDIOBOOK,
    EPISODE,
    OPEN,
    PICTURES,
    PLAYLIST,
    SHOW,
    SpotifyService,
)
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.spotify_way import APP, DictMemory, spotify_outbound, with_token
from tests.sources.standin import Script, Standin, standin, told

Asked = tuple[Spotify, Standin]
SONG_ID = SourceId(honest.song_id(TEARDROP))


@asynccontextmanager
async def spotify(**allowance: object) -> AsyncGenerator[tuple[Outbound, Spotify, Standin]]:
    """A source with a budget, and the stand-in that it asks."""
    async with standin(SpotifyService(), HandClock()) as service:
        plain = SpotifyConfig(allowance=Allowance.model_validate(allowance))
        policy = plain.policy.model_copy(update={"base": service.base, "calls": 1_000})
        config = plain.model_copy(update={"policy": policy})
        transport = with_token(config, service)
        outbound = open_outbound(APP, DictMemory(), config, clock=service.clock, transport=transport)
        yield outbound, Spotify(outbound, config), service


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with spotify() as (_, source, service):
        yield source, service


def test_it_says_what_it_can_do_today() -> None:
    can = (SongSearch, NamedSongs, SongLookup, IsrcLookup, ArtistSearch, ArtistLookup, Albums)
    for capability in (*can, SpokenLookup, PlaylistLookup):
        assert issubclass(Spotify, capability)
    for capability in (AudioFeaturesOf, RelatedArtists, TopSongs):
        assert not issubclass(Spotify, capability)


def test_it_finds_what_is_spoken(asked: Asked) -> None:
    assert isinstance(asked[0], SpokenSearch)


async def test_a_song_is_told_without_what_must_not_be_learnt_from(asked: Asked) -> None:
    source, service = asked
    service.script = replies(honest.track(TEARDROP) | {"popularity": 80, "available_markets": ["DE"]})
    assert isinstance(source, Source)
    assert await source.song(SONG_ID) == FoundSong(
        source=source.name,
        id=SONG_ID,
        title="Teardrop",
        artists=("Massive Attack", "A Guest"),
        artist_id=SourceId(ARTIST),
        album="Mezzanine",
        album_id=SourceId(ALBUM),
        duration_ms=330_000,
        isrc=Isrc("GBAAA9800322"),
        released="1998-04-20",
        artwork=f"{PICTURES}/album-640",
        link=f"{OPEN}/track/{SONG_ID}",
        explicit=False,
    )


async def test_an_album_and_its_songs(asked: Asked) -> None:
    source, service = asked
    assert await source.album(SourceId(ALBUM)) == FoundAlbum(
        source.name,
        SourceId(ALBUM),
        "Mezzanine",
        ("Massive Attack", "A Guest"),
        kind="album",
        released="1998-04-20",
        songs=11,
        label="Virgin",
        artwork=f"{PICTURES}/album-640",
        link=f"{OPEN}/album/{ALBUM}",
    )
    (song,) = await source.album_songs(SourceId(ALBUM), limit=1_000)
    assert (song.album_id, song.isrc) == (ALBUM, None)
    await source.artist_albums(SourceId(ARTIST), limit=1_000)
    assert service.calls[1:] == [
        f"/albums/{ALBUM}/tracks/?limit=50&offset=0",  # the slash is spotipy's
        f"/artists/{ARTIST}/albums?include_groups=album,single&limit=10&offset=0".replace(",", "%2C"),
    ]


async def test_a_search_asks_for_ten_at_most(asked: Asked) -> None:
    source, service = asked
    await source.songs_named('Weird "Al" Yankovic', 'x" artist:"y', limit=1_000)
    assert service.calls[0].startswith(
        "/search?q=track%3A%22x+artist%3A+y%22+artist%3A%22Weird+Al+Yankovic%22&limit=10&"
    )
    assert await source.search_songs(" \u200b ") == ()
    assert len(service.calls) == 1


async def test_an_isrc_finds_its_recordings_only(asked: Asked) -> None:
    source, service = asked
    other = honest.track(TEARDROP) | {"id": "other", "external_ids": {"isrc": "USXXX0000001"}}
    service.script = replies({"tracks": honest.paged(honest.track(TEARDROP), other)})
    assert [song.id for song in await source.songs_by_isrc(Isrc("GB-AAA-98-00322"))] == [SONG_ID]
    assert service.calls == ["/search?q=isrc%3AGBAAA9800322&limit=10&offset=0&type=track"]
    with pytest.raises(SourceNotUnderstood):
        await source.songs_by_isrc(Isrc("USXXX0000002"))


@pytest.mark.parametrize(
    ("kind", "path", "ident"),
    [
        (SpokenKind.PODCAST, "shows", SHOW),
        (SpokenKind.EPISODE, "episodes", EPISODE),
        (SpokenKind.AUDIOBOOK, "audiobooks", AUDIOBOOK),
    ],
)
async def test_what_is_spoken(asked: Asked, kind: SpokenKind, path: str, ident: str) -> None:
    source, service = asked
    found = await source.spoken(kind, SourceId(ident))
    assert found == FoundSpoken(
        source.name,
        SourceId(ident),
        kind,
        "Teardrop",
        creator="Massive Attack",
        description="About songs & places",
        language="en",
        released="2026-11-20",
        explicit=False,
        artwork=f"{PICTURES}/{path.removesuffix('s')}-640",
        link=f"{OPEN}/{path.removesuffix('s')}/{ident}",
    )
    assert service.calls == [f"/{path}/{ident}?market=US"]
    assert await source.search_spoken(kind, "tear") == (found,)
    assert "market=US" in service.calls[1]


async def test_there_is_no_radio(asked: Asked) -> None:
    source, service = asked
    assert await source.search_spoken(SpokenKind.RADIO, "tear") == ()
    with pytest.raises(SourceNotFound):
        await source.spoken(SpokenKind.RADIO, SourceId("x"))
    assert not service.calls


@pytest.mark.parametrize(
    "wrong", ["", "1/../2", "1?x=1", "spotify:track:1", "https://x", "é", "x" * 80, "1\n"]
)
async def test_what_is_no_id_does_not_get_into_an_address(asked: Asked, wrong: str) -> None:
    source, service = asked
    for ask in (
        source.song,
        source.artist,
        source.album,
        source.playlist,
        source.album_songs,
        source.artist_albums,
    ):
        with pytest.raises(SourceNotFound):
            await ask(SourceId(wrong))
    with pytest.raises(SourceNotFound):
        await source.songs_by_isrc(Isrc(wrong))
    assert not service.calls


async def test_a_closed_playlist_says_why_and_what_to_do(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"error": {"status": 403, "message": "Forbidden"}}, status=403)
    with pytest.raises(PlaylistClosed, match=r"Spotify shows .* to its owner only.* CSV file") as error:
        await source.playlist(SourceId(PLAYLIST))
    assert error.value.__cause__ is None
    assert len(service.calls) == 1


async def test_a_playlist_is_read_page_by_page(asked: Asked) -> None:
    source, service = asked
    service.script = _paged(total=120)
    found = await source.playlist(SourceId(PLAYLIST), limit=110)
    assert [song.id for song in found.songs] == [f"song{number}" for number in range(110)]
    assert (found.total, found.creator, found.artwork) == (120, "somebody", f"{PICTURES}/playlist-640")
    assert [call.split("offset=")[1].split("&")[0] for call in service.calls[:-1]] == ["0", "50", "100"]


async def test_a_playlist_ends_with_the_last_page_that_comes(asked: Asked) -> None:
    source, service = asked
    service.script = _paged(total=120, broken_from=50)
    assert len((await source.playlist(SourceId(PLAYLIST), limit=110)).songs) == 50
    service.script = _paged(total=120, broken_from=0)
    with pytest.raises(SourceError):
        await source.playlist(SourceId(PLAYLIST), limit=50)


async def test_episodes_and_what_is_gone_are_left_out_of_a_playlist(asked: Asked) -> None:
    source, service = asked
    rows = [
        {"item": None},
        {"item": {"type": "episode", "id": "x", "name": "y"}},
        {"track": honest.track(TEARDROP)},
    ]

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        return (
            told(Reply(honest.paged(*rows)))
            if request.path.endswith("/items")
            else told(service.honest(request))
        )

    service.script = script
    assert [song.id for song in (await source.playlist(SourceId(PLAYLIST))).songs] == [SONG_ID]


def _paged(*, total: int, broken_from: int | None = None) -> Script:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if not request.path.endswith("/items"):
            return told(service.honest(request))
        first = int(request.query["offset"])
        if broken_from is not None and first >= broken_from:
            return web.Response(status=500)
        numbers = range(first, min(first + int(request.query["limit"]), total))
        rows = [{"item": honest.track(TEARDROP) | {"id": f"song{number}"}} for number in numbers]
        return told(Reply(honest.paged(*rows, total=total)))

    return script


async def test_background_work_stops_before_members_do() -> None:
    async with spotify(calls=10, background_share=0.5) as (outbound, source, service):
        idle = source.in_background()
        for number in range(5):
            await idle.search_songs(f"song {number}")
        with pytest.raises(SourceQuota) as error:
            await idle.search_songs("another")
        assert error.value.until is not None
        for number in range(5):
            await source.search_songs(f"title {number}")
        with pytest.raises(SourceQuota):
            await source.search_songs("another")
        assert (len(service.calls), outbound.metrics().calls) == (10, 10)


async def test_retries_count_too() -> None:
    async with spotify(calls=2) as (_, source, service):
        service.script = replies({}, status=500)
        with pytest.raises(SourceQuota):
            await source.search_songs("song")
        assert len(service.calls) == 2


async def test_a_joined_or_absent_question_costs_nothing() -> None:
    async with spotify(calls=1) as (_, source, service):
        service.script = replies(honest.MISSING.body, status=404)
        for _ in range(5):
            with pytest.raises(SourceNotFound):
                await source.song(SONG_ID)


async def test_the_table_has_the_same_way_out() -> None:
    async with standin(SpotifyService(), HandClock()) as service, open_session() as session:
        policy = SpotifyConfig().policy.model_copy(update={"base": service.base})
        assert await Spotify(spotify_outbound(policy, session, service)).song(SONG_ID)
