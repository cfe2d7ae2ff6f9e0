"""Writing playlists with a member's token: sent once, in hundreds, and the token stays between the two."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr

from bot.sources.errors import (
    SourceDown,
    SourceError,
    SourceNotFound,
    SourceNotUnderstood,
    TokenRefused,
    Trouble,
)
from bot.sources.listenbrainz import POLICY, ListenBrainz
from bot.sources.playlists import Entry
from bot.sources.protocol import SourceId, WrittenPlaylist
from tests.sources.asking import asking, replies
from tests.sources.faults import FAULTS, Fault
from tests.sources.services.listenbrainz import PLAYLIST, TOKEN, ListenBrainzService
from tests.sources.services.tale import Reply
from tests.sources.standin import Script, Standin, told

Asked = tuple[ListenBrainz, Standin]
MINE = SecretStr(TOKEN)
LIST = SourceId(PLAYLIST)


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(ListenBrainzService(), POLICY, ListenBrainz) as both:
        yield both


def entries(count: int) -> list[Entry]:
    return [Entry("Somebody", f"Song {n}", mbid=str(uuid.UUID(int=n + 1))) for n in range(count)]


def keeping(bodies: list[dict[str, Any]], *, broken_from: int = 10**6) -> Script:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if len(service.calls) > broken_from:
            return web.Response(status=500)
        bodies.append(await request.json())
        return told(service.honest(request))

    return script


def tracks(body: dict[str, Any]) -> list[str]:
    return [
        track["identifier"].removeprefix("https://musicbrainz.org/recording/")
        for track in body["playlist"]["track"]
    ]


async def test_a_playlist_is_made_in_the_members_account_a_hundred_songs_a_call(asked: Asked) -> None:
    source, service = asked
    bodies: list[dict[str, Any]] = []
    service.script = keeping(bodies)
    songs = entries(250)
    given = [*songs, Entry("Nobody", "Unknown"), Entry("Nobody", "Wrong", mbid="x")]
    assert await source.create_playlist(MINE, "Slow evenings", given) == WrittenPlaylist(
        source=source.name,
        id=LIST,
        link=f"https://listenbrainz.org/playlist/{PLAYLIST}",
        songs=250,
        unknown=2,
        missing=0,
    )
    assert service.calls == ["/playlist/create", *[f"/playlist/{PLAYLIST}/item/add"] * 2]
    assert [each["Authorization"] for each in service.headers] == [f"Token {TOKEN}"] * 3
    assert bodies[0]["playlist"]["title"] == "Slow evenings"
    assert bodies[0]["playlist"]["extension"] == {
        "https://musicbrainz.org/doc/jspf#playlist": {"public": False}
    }
    assert [each for body in bodies for each in tracks(body)] == [song.mbid for song in songs]
    assert [len(tracks(body)) for body in bodies] == [100, 100, 50]


async def test_what_did_not_get_there_is_told_and_the_playlist_is_not_made_again(asked: Asked) -> None:
    source, service = asked
    service.script = keeping([], broken_from=2)
    made = await source.create_playlist(MINE, "Half", entries(250), public=True)
    assert (made.songs, made.missing) == (200, 50)
    assert len(service.calls) == 3


async def test_a_playlist_that_may_have_been_made_is_not_made_again(asked: Asked) -> None:
    source, service = asked
    service.script = replies({}, 503)
    with pytest.raises(SourceDown):
        await source.create_playlist(MINE, "Once", entries(1))
    assert len(service.calls) == 1


async def test_the_same_playlist_twice_is_two_playlists(asked: Asked) -> None:
    source, service = asked
    for _ in range(2):
        await source.create_playlist(MINE, "", [])
    assert len(service.calls) == 2


async def test_songs_are_added_at_the_end(asked: Asked) -> None:
    source, service = asked
    bodies: list[dict[str, Any]] = []
    service.script = keeping(bodies)
    songs = entries(101)
    assert await source.add_to_playlist(MINE, LIST, [*songs, Entry("a", "b")]) == 101
    assert [each for body in bodies for each in tracks(body)] == [song.mbid for song in songs]
    assert await source.add_to_playlist(MINE, LIST, [Entry("a", "b")]) == 0
    assert len(service.calls) == 2
    with pytest.raises(SourceNotFound):
        await source.add_to_playlist(MINE, SourceId("../create"), songs)
    service.script = replies({"status": "almost"})
    with pytest.raises(SourceNotUnderstood):
        await source.add_to_playlist(MINE, LIST, songs)


async def test_a_token_says_whose_it_is(asked: Asked) -> None:
    source, service = asked
    assert await source.account_of(MINE) == "rob"
    assert service.calls == ["/validate-token"]
    service.script = replies({"code": 200, "message": "Token invalid.", "valid": False})
    with pytest.raises(TokenRefused, match="copy it again"):
        await source.account_of(MINE)


async def test_every_member_gets_the_answer_to_their_own_token(asked: Asked) -> None:
    source, service = asked

    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        whose = request.headers["Authorization"][-1]
        return told(Reply({"code": 200, "valid": True, "user_name": f"member {whose}"}))

    service.script = script
    for last in "12":
        assert await source.account_of(SecretStr(TOKEN[:-1] + last)) == f"member {last}"


@pytest.mark.parametrize(
    "wrong", ["", " ", "x" * 7, "a b c d e f g", f"{TOKEN}\r\nX-Evil: 1", "é" * 20, "x" * 101]
)
async def test_what_is_no_token_does_not_get_into_a_header(asked: Asked, wrong: str) -> None:
    source, service = asked
    with pytest.raises(TokenRefused):
        await source.account_of(SecretStr(wrong))
    assert not service.calls


async def test_a_refused_token_is_the_members_not_segues(asked: Asked) -> None:
    source, service = asked
    service.script = replies({"code": 401, "error": f"Invalid authorization token {TOKEN}."}, 401)
    for question in (
        source.account_of(MINE),
        source.create_playlist(MINE, "x", entries(1)),
        source.add_to_playlist(MINE, LIST, entries(1)),
    ):
        with pytest.raises(TokenRefused):
            await question


async def _answer(question: Awaitable[object]) -> object:
    try:
        return await question
    except SourceError as error:
        return error


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
async def test_faults_are_errors_of_their_kind_and_never_tell_the_token(
    asked: Asked, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    source, service = asked
    answers: list[object] = []
    with structlog.testing.capture_logs() as logs:
        service.script = fault.script()
        answers.append(await _answer(source.account_of(MINE)))
        service.script = fault.script()
        service.calls.clear()
        answers.append(await _answer(source.create_playlist(MINE, "x", entries(2))))
        assert len(service.calls) <= 1
    said = [repr(source), repr(source.metrics()), repr(logs)]
    for answer in answers:
        said.append(repr(answer))
        if isinstance(answer, SourceError):
            assert answer.kind in {*fault.kinds, Trouble.DOWN, Trouble.QUOTA}
            said += [str(answer), answer.detail, repr(vars(answer)), *_behind(answer)]
            said += traceback.format_exception(answer)
        else:
            assert fault.recovers or fault.some
    said += [record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp.server")]
    assert not [text for text in said if TOKEN in text]


def _behind(error: BaseException) -> list[str]:
    behind = [each for each in (error.__cause__, error.__context__) if each is not None]
    return [text for each in behind for text in (str(each), repr(each), *_behind(each))]
