"""What Last.fm's answers mean, and how a listener's plays are read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.sources import lastfm
from bot.sources.errors import SourceDown, SourceError, SourceNotFound, Trouble
from bot.sources.found import FoundSong, ListensPage, Mbid, Popularity, SourceId, SourceName, Tag
from bot.sources.histories.plays import Play, PlayKind
from bot.sources.histories.plays import Source as Recorder
from bot.sources.lastfm import Lastfm
from bot.sources.lastfm_errors import Hidden
from bot.sources.lastfm_plays import Bookmark, Listener
from bot.sources.lastfm_shapes import id_of
from bot.sources.outbound import open_session
from bot.sources.protocol import (
    Albums,
    ArtistTags,
    IsrcLookup,
    ListensOf,
    NamedSongs,
    RelatedArtists,
    SimilarSongs,
    SongLookup,
    SongSearch,
    SongTags,
    Source,
    TopSongs,
)
from tests.sources.asking import replies
from tests.sources.hand_clock import HandClock
from tests.sources.services import lastfm as honest
from tests.sources.services.lastfm import PICTURE, SITE, STAR, LastfmService
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Script, Standin, sent, standin, told

KEY = "k3y-that-nobody-may-see"
Asked = tuple[Lastfm, Standin]
SONG_ID = id_of("Massive Attack", "Teardrop")
SONG = FoundSong(SourceName("deezer"), SourceId("1"), "Teardrop", ("Massive Attack",))
UNTIL = 1_770_000_000
BEGIN = Bookmark("rj", UNTIL)


@asynccontextmanager
async def listening() -> AsyncGenerator[Asked]:
    async with standin(LastfmService(), HandClock()) as service, open_session() as session:
        policy = lastfm.POLICY.model_copy(update={"base": f"{service.base}/2.0"})
        outbound = lastfm.open_outbound(SecretStr(KEY), session, policy, clock=service.clock, rng=Random(1))
        yield Lastfm(outbound), service


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with listening() as both:
        yield both


def test_it_says_what_it_can_do() -> None:
    for capability in (
        SongSearch,
        NamedSongs,
        SongLookup,
        SimilarSongs,
        RelatedArtists,
        TopSongs,
        SongTags,
        ArtistTags,
    ):
        assert issubclass(Lastfm, capability)
    for capability in (IsrcLookup, Albums):
        assert not issubclass(Lastfm, capability)


async def test_a_song_is_told_in_full(asked: Asked) -> None:
    source, service = asked
    assert isinstance(source, Source)
    assert await source.song(SONG_ID) == FoundSong(
        source=source.name,
        id=SONG_ID,
        title="Teardrop",
        artists=("Massive Attack",),
        artist_id=SourceId("Massive Attack"),
        album="Mezzanine",
        duration_ms=330_000,
        mbid=Mbid(TEARDROP.recording),
        artwork=PICTURE,
        link=f"{SITE}/music/Massive+Attack/_/Teardrop",
        popularity=Popularity(0.2, "Last.fm listeners"),
        tags=(Tag("trip-hop"),),
    )
    path, _, query = service.calls[0].partition("?")
    assert path == "/2.0/"
    assert set(query.split("&")) == {
        "method=track.getInfo",
        "format=json",
        "artist=Massive+Attack",
        "track=Teardrop",
        f"api_key={KEY}",
    }


async def test_neighbours_come_nearest_first_and_without_the_song_itself(asked: Asked) -> None:
    source, service = asked
    rows = [
        honest.track(TEARDROP) | {"name": name, "match": match}
        for name, match in (("Far", "0.1"), ("teardrop", 1), ("Near", 0.9), ("Far", 0.05), ("Nowhere", "x"))
    ]
    service.script = replies({"similartracks": {"track": rows}})
    found = await source.similar_songs(SONG, limit=10)
    assert [(one.song.title, one.likeness) for one in found] == [
        ("Near", 0.9),
        ("Far", 0.1),
        ("Nowhere", None),
    ]


async def test_artists_near_and_their_songs(asked: Asked) -> None:
    source, service = asked
    (artist,) = await source.related_artists(SourceId("Tricky"))
    assert (artist.id, artist.name, artist.mbid, artist.artwork) == (
        "Massive Attack",
        "Massive Attack",
        TEARDROP.performer,
        None,
    )
    (song,) = await source.top_songs(SourceId("Massive Attack"), limit=1_000)
    assert (song.id, song.artwork) == (SONG_ID, None)
    assert "limit=100" in service.calls[-1]


async def test_tags_are_weighed_against_the_strongest(asked: Asked) -> None:
    source, service = asked
    assert await source.song_tags(SONG) == (Tag("trip-hop", 1.0), Tag("chill", 0.5))
    rows = [
        {"name": "b", "count": "10"},
        {"name": "A", "count": 40},
        {"name": "a", "count": 1},
        {"name": "c", "count": 0},
    ]
    service.script = replies({"toptags": {"tag": rows}})
    assert await source.artist_tags(SourceId("x")) == (Tag("a", 1.0), Tag("b", 0.25))


@pytest.mark.parametrize("none", [[], "", "\n   "])
async def test_nothing_comes_as_text_too(asked: Asked, none: object) -> None:
    source, service = asked
    service.script = replies({"results": {"trackmatches": {"track": none}}})
    assert await source.search_songs("x") == ()
    service.script = replies({"toptags": {"tag": none, "@attr": {"artist": "x"}}})
    assert await source.artist_tags(SourceId("x")) == ()
    service.script = replies({"similartracks": {"track": none, "@attr": {"artist": "x"}}})
    assert await source.similar_songs(SONG) == ()


async def test_one_alone_is_no_list(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"toptags": {"tag": {"name": "x", "count": "100"}}})
    assert await source.artist_tags(SourceId("x")) == (Tag("x", 1.0),)
    service.script = replies({"results": {"trackmatches": {"track": {"name": "x", "artist": "y"}}}})
    assert [song.id for song in await source.search_songs("x")] == ["y/_/x"]


async def test_the_star_is_no_picture(asked: Asked) -> None:
    source, service = asked
    service.script = replies(
        {"track": honest.track(TEARDROP) | {"album": {"title": "x", "image": honest.images(STAR)}}}
    )
    assert (await source.song(SONG_ID)).artwork is None


@pytest.mark.parametrize("status", [200, 400, 403, 404, 500, 503])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (2, Trouble.DOWN),
        (3, Trouble.NOT_UNDERSTOOD),
        (4, Trouble.REFUSED),
        (6, Trouble.NOT_FOUND),
        (7, Trouble.NOT_FOUND),
        (8, Trouble.DOWN),
        (10, Trouble.REFUSED),
        (11, Trouble.DOWN),
        (13, Trouble.NOT_UNDERSTOOD),
        (16, Trouble.DOWN),
        (17, Trouble.REFUSED),
        (26, Trouble.REFUSED),
        (29, Trouble.QUOTA),
    ],
)
async def test_errors_count_by_their_number_whatever_the_status(
    asked: Asked, code: int, kind: Trouble, status: int
) -> None:
    source, service = asked
    service.script = replies({"error": code, "message": "x"}, status)
    with pytest.raises(SourceError) as error:
        await source.song(SONG_ID)
    assert error.value.kind is kind


@pytest.mark.parametrize("body", [{"error": "6"}, {"error": True}, {"error": None}, {"error": {}}, [], "x"])
async def test_what_is_no_error_number_leaves_it_to_the_status(asked: Asked, body: object) -> None:
    source, service = asked
    service.script = replies(body, 503)
    with pytest.raises(SourceDown):
        await source.song(SONG_ID)


async def test_a_pause_that_is_asked_for_is_kept(asked: Asked) -> None:
    source, service = asked

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if len(service.calls) == 1:
            body = b'{"error": 29, "message": "Rate limit exceeded"}'
            return sent(body, "application/json", status=400, **{"Retry-After": "3"})
        return told(service.honest(request))

    service.script = script
    assert await source.song(SONG_ID)
    assert service.clock.slept == [3.0]


async def test_what_names_nothing_is_not_asked(asked: Asked) -> None:
    source, service = asked
    assert await source.search_songs(" \u200b") == ()
    assert await source.songs_named("Massive Attack", "") == ()
    for wrong in ("", "Teardrop", "/_/Teardrop", "Massive Attack/_/ "):
        with pytest.raises(SourceNotFound):
            await source.song(SourceId(wrong))
    for user in ("", "a b", "rj&method=x", "x" * 99, "é"):
        with pytest.raises(SourceNotFound):
            await source.listener(user)
        with pytest.raises(SourceNotFound):
            await source.recent_plays(replace(BEGIN, user=user))
    with pytest.raises(SourceNotFound):
        await source.top_songs(SourceId(" "))
    assert not service.calls


async def test_a_listener(asked: Asked) -> None:
    source, service = asked
    assert await source.listener("rj") == Listener(
        "RJ", 54_189, 1_037_793_040, "United Kingdom", f"{SITE}/user/RJ"
    )
    service.script = replies({"user": {"name": "RJ", "country": "None", "playcount": "many"}})
    assert await source.listener("rj") == Listener("RJ", None, None, None, None)


async def test_a_play_as_it_is_kept(asked: Asked) -> None:
    source, _ = asked
    page = await source.recent_plays(BEGIN)
    (play,) = page.plays
    assert play == Play(
        source=Recorder.LASTFM,
        kind=PlayKind.SONG,
        artist="Massive Attack",
        title="Teardrop",
        album="Mezzanine",
        track_id=None,
        isrc=None,
        mbid=TEARDROP.recording,
        at=1_760_000_000,
        ms_played=None,
        duration_ms=None,
        skipped=None,
        key=play.key,
    )
    assert play.key.startswith("lastfm:1760000000:")
    assert (page.following, page.total) == (None, 1)


async def test_what_plays_now_is_left_out(asked: Asked) -> None:
    source, service = asked
    now = honest.scrobble(TEARDROP) | {"@attr": {"nowplaying": "true"}}
    del now["date"]
    service.script = replies(honest.recent(now, honest.scrobble(TEARDROP)))
    assert [play.at for play in (await source.recent_plays(BEGIN)).plays] == [1_760_000_000]
    service.script = replies(honest.recent(now))
    assert (await source.recent_plays(BEGIN)).plays == ()
    service.script = replies({"recenttracks": {"track": now, "@attr": {"totalPages": "0"}}})
    assert (await source.recent_plays(BEGIN)).plays == ()


async def test_plays_that_cannot_be_are_left_out(asked: Asked) -> None:
    source, service = asked
    rows = [
        honest.scrobble(TEARDROP, at) for at in (0, 1_700_000_000, UNTIL, 2**39, 1_700_000_000, 1_750_000_000)
    ]
    service.script = replies(honest.recent(*rows))
    assert [play.at for play in (await source.recent_plays(BEGIN)).plays] == [1_750_000_000, 1_700_000_000]
    since = replace(BEGIN, since=1_720_000_000)
    assert [play.at for play in (await source.recent_plays(since)).plays] == [1_750_000_000]


SECONDS = (
    1_760_000_000,
    1_760_000_000,
    1_759_999_000,
    1_759_998_000,
    1_759_998_000,
    1_759_997_000,
    1_759_990_000,
)


def _remembering(most: int = 3, *, broken: int = 10**9) -> Script:
    """Last.fm with these plays, so many a page; it fails from its ``broken``-th answer on."""
    answered: list[int] = []

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        answered.append(1)
        if len(answered) >= broken:
            return told(Reply({"error": 8, "message": "Operation failed"}, status=500))
        first, end = int(request.query.get("from", 0)), int(request.query["to"])
        asked = [(n, at) for n, at in enumerate(SECONDS) if first <= at < end]
        rows = [honest.scrobble(replace(TEARDROP, title=f"Song {n}"), at) for n, at in asked[:most]]
        pages = -(-len(asked) // most)
        return told(Reply(honest.recent(*rows, page=1, pages=pages, total=len(asked))))

    return script


async def _read(source: Lastfm, before: float | None = None, after: float | None = None) -> list[ListensPage]:
    pages = [await source.listens("rj", before=before, after=after)]
    while pages[-1].older is not None:
        pages.append(await source.listens("rj", before=pages[-1].older, after=after))
    return pages


async def test_a_history_is_read_to_its_end_and_no_second_is_torn_apart(asked: Asked) -> None:
    source, service = asked
    assert isinstance(source, ListensOf)
    service.script = _remembering()
    titles = [play.title for page in await _read(source) for play in page.plays]
    assert sorted(titles) == [f"Song {n}" for n in range(len(SECONDS))]
    after = [play.at for page in await _read(source, after=1_759_998_000) for play in page.plays]
    assert after == [1_760_000_000, 1_760_000_000, 1_759_999_000]


async def test_reading_goes_on_where_it_broke_off(asked: Asked) -> None:
    source, service = asked
    service.script = _remembering()
    first = await source.listens("rj", before=None, after=None)
    service.script = _remembering(broken=1)
    with pytest.raises(SourceDown):
        await source.listens("rj", before=first.older, after=None)
    service.script = _remembering()
    rest = await _read(source, before=first.older)
    titles = [play.title for page in (first, *rest) for play in page.plays]
    assert sorted(titles) == [f"Song {n}" for n in range(len(SECONDS))]


async def test_a_listener_is_there_or_not(asked: Asked) -> None:
    source, service = asked
    assert await source.has_account("rj")
    service.script = replies({"error": 6, "message": "User not found"}, 404)
    assert not await source.has_account("nobody")


async def test_hidden_plays_say_so(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"error": 17, "message": "Login: User required to be logged in"}, 403)
    with pytest.raises(Hidden, match="privacy"):
        await source.recent_plays(BEGIN)


async def test_the_key_is_sent_and_never_told(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    source, service = asked
    service.script = replies({"error": 10, "message": f"Invalid API key {KEY}"}, 403)
    with pytest.raises(SourceError) as error:
        await source.song(SONG_ID)
    assert f"api_key={KEY}" in service.calls[0]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp.server")]
    assert not [
        text for text in (repr(source), str(error.value), repr(vars(error.value)), *ours) if KEY in text
    ]
