"""The way to Spotify through spotipy: tokens, quotas, broken off calls, and secrets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
import traceback
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr

from bot.sources.errors import SourceDown, SourceError, SourceNotUnderstood, SourceQuota, SourceRefused
from bot.sources.found import SourceId
from bot.sources.outbound import Outbound
from bot.sources.outbound.question import Question
from bot.sources.spotify import Spotify, SpotifyApp, SpotifyConfig, SpotipyTransport, open_outbound
from bot.sources.spotify.calls import Client
from tests.sources.asking import replies
from tests.sources.faults import FAULTS, THIRTEEN_HOURS
from tests.sources.hand_clock import HandClock
from tests.sources.services.spotify import ARTIST, SpotifyService
from tests.sources.services.tale import Reply
from tests.sources.spotify_way import APP, SECRET, TOKEN, DictMemory, with_token
from tests.sources.standin import Script, Standin, standin, told

ARTIST_ID = SourceId(ARTIST)
TOKEN_PATH = "/api/token"


class Room:
    """A stand-in for both of Spotify's addresses, and what outlives a restart."""

    def __init__(self, service: Standin) -> None:
        self.service = service
        self.memory = DictMemory()
        policy = SpotifyConfig().policy.model_copy(update={"base": f"{service.base}/v1"})
        self.config = SpotifyConfig(policy=policy, token_url=f"{service.base}{TOKEN_PATH}")
        service.script = self._answer
        self.api: Script = _honest
        self.tokens: Script = _tokens()

    def outbound(self, transport: SpotipyTransport | None = None) -> Outbound:
        return open_outbound(APP, self.memory, self.config, clock=self.service.clock, transport=transport)

    def source(self) -> Spotify:
        """As a restarted bot opens it: without a token."""
        return Spotify(self.outbound(), self.config)

    def asked(self, path: str) -> int:
        return sum(call.startswith(path) for call in self.service.calls)

    async def _answer(self, request: web.Request, service: Standin) -> web.StreamResponse:
        return await (self.tokens if request.path == TOKEN_PATH else self.api)(request, service)


async def _honest(request: web.Request, service: Standin) -> web.StreamResponse:
    path = request.path.removeprefix("/v1/")
    return told(service.service.answer(path, dict(request.query), service.tale))


def _tokens(expires_in: object = 3_600) -> Script:
    numbers = count(1)

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        assert (await request.post())["grant_type"] == "client_credentials"
        return told(Reply({"access_token": f"token{next(numbers)}", "expires_in": expires_in}))

    return script


def _taking(takes: Callable[[str], bool]) -> Script:
    """An interface that takes only some tokens."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        if takes(request.headers["Authorization"].removeprefix("Bearer ")):
            return await _honest(request, service)
        return told(Reply({"error": {"status": 401, "message": "The access token expired"}}, status=401))

    return script


@pytest.fixture
async def room() -> AsyncGenerator[Room]:
    async with standin(SpotifyService(), HandClock()) as service:
        yield Room(service)


async def test_one_token_serves_many_calls(room: Room) -> None:
    source = room.source()
    await asyncio.gather(*(source.search_songs(f"song {number}") for number in range(8)))
    assert (room.asked(TOKEN_PATH), room.asked("/v1/search")) == (1, 8)
    assert {headers["Authorization"] for headers in room.service.headers[1:]} == {"Bearer token1"}
    assert {headers["User-Agent"].split("/")[0] for headers in room.service.headers} == {"Segue"}


async def test_a_token_that_has_run_out_is_renewed_before_the_call(room: Room) -> None:
    room.tokens = _tokens(expires_in=30)  # less than the minute that spotipy leaves
    source = room.source()
    await source.artist(ARTIST_ID)
    await source.artist(ARTIST_ID)
    assert room.asked(TOKEN_PATH) == 2


async def test_a_token_that_expires_in_the_middle_is_renewed_once(room: Room) -> None:
    outbound = room.outbound()
    source = Spotify(outbound, room.config)
    await source.artist(ARTIST_ID)
    room.api = _taking(lambda token: token == "token2")
    assert await source.artist(ARTIST_ID)
    assert (room.asked(TOKEN_PATH), room.asked("/v1/artists")) == (2, 3)
    assert not room.service.clock.slept
    metrics = outbound.metrics()
    assert (metrics.answers, metrics.calls, metrics.retries, dict(metrics.failures)) == (2, 3, 1, {})
    assert await source.artist(ARTIST_ID)
    assert room.asked(TOKEN_PATH) == 2


async def test_calls_that_find_it_expired_together_renew_it_together(room: Room) -> None:
    source = room.source()
    await source.artist(ARTIST_ID)
    room.api = _taking(lambda token: token == "token2")
    assert all(await asyncio.gather(*(source.search_songs(f"song {number}") for number in range(4))))
    assert room.asked(TOKEN_PATH) == 2


async def test_tokens_that_are_never_taken_are_not_renewed_for_ever(room: Room) -> None:
    room.api = _taking(lambda token: False)
    source = room.source()
    with pytest.raises(SourceRefused):
        await source.artist(ARTIST_ID)
    assert (room.asked(TOKEN_PATH), room.asked("/v1/artists")) == (1, 1)
    with pytest.raises(SourceRefused):
        await source.artist(ARTIST_ID)
    assert (room.asked(TOKEN_PATH), room.asked("/v1/artists")) == (2, 3)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"error": "invalid_client", "error_description": "Invalid client secret"}, 400, SourceRefused),
        ({"error": "invalid_client"}, 401, SourceRefused),
        ({}, 429, SourceQuota),
        ({}, 500, SourceDown),
        ([], 200, SourceNotUnderstood),
        ({}, 200, SourceNotUnderstood),
        (None, 200, SourceNotUnderstood),
        ({"access_token": "x"}, 200, SourceNotUnderstood),
        ({"access_token": 5, "expires_in": 3_600}, 200, SourceNotUnderstood),
        ({"access_token": "a\r\nX-Evil: b", "expires_in": 3_600}, 200, SourceNotUnderstood),
        ({"access_token": "é", "expires_in": 3_600}, 200, SourceNotUnderstood),
        ({"access_token": "x", "expires_in": "soon"}, 200, SourceNotUnderstood),
    ],
)
async def test_whatever_comes_for_a_token_is_an_error_of_its_kind(
    room: Room, body: object, status: int, kind: type[SourceError]
) -> None:
    room.tokens = replies(body, status)
    with pytest.raises(SourceError) as error:
        await room.source().artist(ARTIST_ID)
    assert type(error.value) is kind
    assert not room.asked("/v1")


async def test_credentials_are_both_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", "from the environment")
    with pytest.raises(ValueError, match="both"):
        SpotifyApp("", SecretStr(SECRET))
    with pytest.raises(ValueError, match="both"):
        SpotifyApp("x", SecretStr(""))


@pytest.mark.parametrize(("header", "seconds"), [(str(THIRTEEN_HOURS), THIRTEEN_HOURS), (None, 3_600)])
async def test_an_exceeded_quota_keeps_everybody_away_until_then(
    room: Room, header: str | None, seconds: int
) -> None:
    async def exceeded(request: web.Request, service: Standin) -> web.StreamResponse:
        body = {"error": {"status": 429, "message": "API quota", "reason": "QUOTA_EXCEEDED"}}
        return web.json_response(body, status=429, headers={"Retry-After": header} if header else {})

    room.api = exceeded
    source, clock = room.source(), room.service.clock
    for question in ("first", "second", "third"):
        with pytest.raises(SourceQuota) as error:
            await source.search_songs(question)
        assert error.value.until == clock.now() + timedelta(seconds=seconds) - timedelta(
            seconds=clock.seconds
        )
    assert (room.asked("/v1"), clock.slept) == (1, [])
    clock.advance(seconds)
    room.api = _honest
    assert await source.search_songs("first")


async def test_the_budget_outlives_a_restart(room: Room) -> None:
    allowance = room.config.allowance.model_copy(update={"calls": 20})
    room.config = room.config.model_copy(update={"allowance": allowance})
    for _ in range(3):
        source = room.source()
        for number in range(10):
            with contextlib.suppress(SourceQuota):
                await source.search_songs(f"song {number}")
    assert room.asked("/v1") == 20
    room.service.clock.advance(86_400 + 900)
    assert await room.source().search_songs("song")


async def test_a_call_that_is_broken_off_hangs_up_and_its_thread_ends(room: Room) -> None:
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request, service: Standin) -> web.StreamResponse:
        arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        raise AssertionError

    room.api = hang
    source = room.source()
    asking = [asyncio.create_task(source.search_songs(f"song {number}")) for number in range(6)]
    await arrived.wait()
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)
    assert all(task.cancelled() for task in asking)
    await gone.wait()
    room.api = _honest
    assert await source.search_songs("song")


async def test_a_call_that_takes_too_long_is_broken_off(room: Room) -> None:
    room.api = next(fault for fault in FAULTS if fault.name == "hang").script()
    with pytest.raises(SourceDown):
        await room.source().artist(ARTIST_ID)


async def test_the_environment_has_no_say(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unused_tcp_port: int
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login evil password evil\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_tcp_port}")
    assert await room.source().artist(ARTIST_ID)
    assert room.service.headers[-1]["Authorization"] == "Bearer token1"


async def test_calls_run_beside_the_loop(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[threading.Thread] = []

    def note(client: Client, question: Question) -> None:
        seen.append(threading.current_thread())

    monkeypatch.setattr("bot.sources.spotify.transport.call", note)
    with pytest.raises(SourceDown):  # as nothing was sent
        await room.source().artist(ARTIST_ID)
    assert seen
    assert threading.main_thread() not in seen


@pytest.mark.parametrize("fault", ["none", *(fault.name for fault in FAULTS if not fault.recovers)])
async def test_secrets_and_tokens_are_sent_and_never_told(
    room: Room, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in (None, "spotipy", "spotipy.client", "spotipy.oauth2", "urllib3", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    if fault != "none":
        room.api = next(each for each in FAULTS if each.name == fault).script()
    transport = with_token(room.config, room.service)
    outbound = room.outbound(transport)
    said = [repr(outbound), repr(transport), repr(APP), repr(room.config), json.dumps(room.memory.texts)]
    with structlog.testing.capture_logs() as logs:
        try:
            await Spotify(outbound, room.config).artist(ARTIST_ID)
            await Spotify(room.outbound(), room.config).search_songs("words")
        except SourceError as error:
            said += [str(error), repr(error), error.detail, *traceback.format_exception(error)]
            said += [repr(vars(error)), *_behind(error)]
    assert room.service.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    ours = [record for record in caplog.records if not record.name.startswith("aiohttp")]
    assert not [record for record in ours if record.name.startswith(("spotipy", "urllib3"))]
    texts = [*said, repr(logs), *(record.getMessage() for record in ours)]
    assert not [text for text in texts for secret in (SECRET, TOKEN, "token1", "Basic ") if secret in text]


async def test_the_secret_does_not_show_when_it_is_refused(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room.tokens = replies({"error": "invalid_client", "error_description": SECRET}, 400)
    with pytest.raises(SourceRefused) as error:
        await room.source().artist(ARTIST_ID)
    said = [*traceback.format_exception(error.value), *_behind(error.value), repr(vars(error.value))]
    assert room.service.headers[0]["Authorization"].startswith("Basic ")
    assert not [text for text in said if SECRET in text or "Basic " in text]
    assert not [record for record in caplog.records if record.name.startswith("spotipy")]


def _behind(error: BaseException) -> list[str]:
    """What the errors behind this one say, shown or not."""
    behind = [each for each in (error.__cause__, error.__context__) if each is not None]
    return [text for each in behind for text in (str(each), repr(each), *_behind(each))]
