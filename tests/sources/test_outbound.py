"""The one way out: patience, retries, the breaker, what is joined and what is remembered, and secrets."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

import aiohttp
import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr, ValidationError

from bot.sources.errors import (
    SourceDown,
    SourceError,
    SourceNotFound,
    SourceNotUnderstood,
    SourceQuota,
    Trouble,
)
from bot.sources.outbound import Outbound, Policy, Secrets, SystemClock, open_session
from bot.sources.outbound.absent import Absent
from bot.sources.outbound.answer import retry_after
from bot.sources.outbound.breaker import Breaker
from bot.sources.outbound.question import Question
from tests.sources.faults import FAULTS
from tests.sources.hand_clock import BEGIN, HandClock
from tests.sources.services.deezer import DeezerService
from tests.sources.standin import Script, Standin, standin, told

KEY = "k3y-that-nobody-may-see"


def _whole(answer: object) -> dict[str, object]:
    if not isinstance(answer, dict):
        raise ValueError(KEY)
    return cast("dict[str, object]", answer)


def _nobody(answer: object) -> object:
    raise SourceNotFound("Test", "nobody")


class Room:
    """A stand-in, a clock, and ways out to it."""

    def __init__(self, service: Standin, session: aiohttp.ClientSession) -> None:
        self.service = service
        self.clock = service.clock
        self.session = session

    def outbound(self, *, secrets: Secrets | None = None, **policy: object) -> Outbound:
        given = {"name": "test", "label": "Test", "base": self.service.base, **policy}
        return Outbound(
            Policy.model_validate(given), self.session, secrets=secrets, clock=self.clock, rng=Random(1)
        )

    def plays(self, name: str) -> None:
        self.service.script = next(fault for fault in FAULTS if fault.name == name).script()


@pytest.fixture
async def room() -> AsyncGenerator[Room]:
    async with standin(DeezerService(), HandClock()) as service, open_session() as session:
        yield Room(service, session)


class Held:
    """A script that answers when it is let go."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, request: web.Request, service: Standin) -> web.StreamResponse:
        self.arrived.set()
        await self.go.wait()
        return told(service.honest(request))


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_retries_wait_longer_each_time_with_jitter(room: Room) -> None:
    room.plays("500 always")
    outbound = room.outbound(
        backoff_seconds=1.0, backoff_limit=3.0, retries=4, seconds=60, breaker_failures=9
    )
    with pytest.raises(SourceDown, match="Test does not answer"):
        await outbound.get("track/1", _whole)
    assert len(room.service.calls) == 5
    for slept, longest in zip(room.clock.slept, (1.0, 2.0, 3.0, 3.0), strict=True):
        assert longest / 2 <= slept <= longest
    assert len(set(room.clock.slept)) == 4


async def test_a_retry_that_would_come_too_late_is_not_waited_for(room: Room) -> None:
    room.plays("500 always")
    outbound = room.outbound(backoff_seconds=100.0, backoff_limit=100.0)
    with pytest.raises(SourceDown):
        await outbound.get("track/1", _whole)
    assert (len(room.service.calls), room.clock.slept) == (1, [])


async def test_four_hundreds_are_never_repeated(room: Room) -> None:
    outbound = room.outbound()
    for name in ("400", "401", "403", "404"):
        room.plays(name)
        room.service.calls.clear()
        with pytest.raises(SourceError):
            await outbound.get("track/1", _whole, query={"name": name})
        assert len(room.service.calls) == 1
    assert not room.clock.slept


async def test_a_short_retry_after_is_waited_for(room: Room) -> None:
    room.plays("429 for 2 seconds, once")
    assert await room.outbound().get("track/1", _whole)
    assert room.clock.slept[0] == 2.0
    assert len(room.service.calls) == 2


async def test_a_long_one_keeps_everybody_away_until_then(room: Room) -> None:
    room.plays("429 until a date")
    outbound = room.outbound()
    with pytest.raises(SourceQuota) as first:
        await outbound.get("track/1", _whole)
    with pytest.raises(SourceQuota) as second:
        await outbound.get("artist/1", _whole)
    assert first.value.until == second.value.until == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert (len(room.service.calls), room.clock.slept) == (1, [])


async def test_a_caller_waits_no_longer_than_the_policy_says(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound(seconds=8.0, call_seconds=60.0)
    asking = asyncio.create_task(outbound.get("track/1", _whole))
    await held.arrived.wait()
    room.clock.advance(7.9)
    await _settled()
    assert not asking.done()
    room.clock.advance(0.1)
    with pytest.raises(SourceDown):
        await asking
    assert outbound.metrics().failures == {Trouble.DOWN: 1}


async def test_waiting_for_the_own_rate_counts_too(room: Room) -> None:
    outbound = room.outbound(calls=1, per_seconds=5.0, seconds=8.0)
    until = outbound.deadline()
    await outbound.get("track/1", _whole, until=until)
    await outbound.get("track/2", _whole, until=until)
    with pytest.raises(SourceQuota) as late:
        await outbound.get("track/3", _whole, until=until)
    assert (room.clock.slept, len(room.service.calls)) == ([5.0], 2)
    assert late.value.until is not None
    assert outbound.metrics().failures == {Trouble.QUOTA: 1}


async def test_the_same_question_is_asked_once(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound()
    asking = [asyncio.create_task(outbound.get("track/1", _whole, query={"a": 1})) for _ in range(50)]
    other = asyncio.create_task(outbound.get("track/1", _whole, query={"a": 2}))
    await held.arrived.wait()
    held.go.set()
    answers = await asyncio.gather(*asking)
    await other
    assert len(room.service.calls) == 2
    assert all(answer is answers[0] for answer in answers)
    metrics = outbound.metrics()
    assert (metrics.asked, metrics.answers, metrics.calls, metrics.joined) == (51, 51, 2, 49)


async def test_who_goes_away_leaves_the_call_to_the_others(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound()
    gone, stays = (asyncio.create_task(outbound.get("track/1", _whole)) for _ in range(2))
    await held.arrived.wait()
    gone.cancel()
    await asyncio.wait({gone})
    assert gone.cancelled()
    held.go.set()
    assert await stays
    assert outbound.metrics().cancelled == 1


async def test_the_last_to_go_calls_it_off_and_blames_nobody(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound(breaker_failures=1)
    asking = [asyncio.create_task(outbound.get("track/1", _whole)) for _ in range(3)]
    await held.arrived.wait()
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)
    assert all(task.cancelled() for task in asking)
    room.service.script = None
    assert await outbound.get("track/1", _whole)
    assert len(room.service.calls) == 2


async def test_whoever_waited_long_for_nothing_has_found_out_for_the_next_ones(room: Room) -> None:
    """Members wait less long than a call may take: a service that hangs must be left alone all the same."""
    outbound = room.outbound(breaker_failures=3, call_seconds=4.0)
    for _ in range(3):
        held = room.service.script = Held()
        asking = asyncio.create_task(outbound.get("track/1", _whole))
        await held.arrived.wait()
        room.clock.advance(3.0)
        asking.cancel()
        await asyncio.wait({asking})
    with pytest.raises(SourceDown):
        await outbound.get("track/2", _whole)
    assert len(room.service.calls) == 3
    room.service.script = None
    room.clock.advance(outbound.policy.breaker_seconds)
    assert await outbound.get("track/2", _whole)


async def test_a_patient_caller_outlasts_an_impatient_one(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound(seconds=8.0, call_seconds=8.0)
    patient = asyncio.create_task(outbound.get("track/1", _whole))
    hurried = asyncio.create_task(outbound.get("track/1", _whole, until=2.0))
    await held.arrived.wait()
    room.clock.advance(2.0)
    with pytest.raises(SourceDown):
        await hurried
    held.go.set()
    assert await patient


async def test_who_joins_with_more_patience_gets_another_try(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound(seconds=8.0, call_seconds=8.0)
    hurried = asyncio.create_task(outbound.get("track/1", _whole, until=2.0))
    await held.arrived.wait()
    patient = asyncio.create_task(outbound.get("track/1", _whole))
    await _settled()
    held.go.set()
    room.clock.advance(2.0)
    with pytest.raises(SourceDown):
        await hurried
    assert await patient
    assert len(room.service.calls) == 2


async def test_closing_answers_those_who_wait(room: Room) -> None:
    held = Held()
    room.service.script = held
    outbound = room.outbound()
    asking = asyncio.create_task(outbound.get("track/1", _whole))
    await held.arrived.wait()
    await outbound.close()
    with pytest.raises(SourceDown):
        await asking


async def test_only_one_call_tries_whether_a_service_is_well_again(room: Room) -> None:
    room.plays("500 always")
    outbound = room.outbound(retries=0, breaker_failures=2)
    for number in range(2):
        with pytest.raises(SourceDown):
            await outbound.get(f"track/{number + 1}", _whole)
    room.clock.advance(60.0)
    held = Held()
    room.service.script = held
    room.service.calls.clear()
    probe = asyncio.create_task(outbound.get("track/7", _whole))
    await held.arrived.wait()
    with pytest.raises(SourceDown):
        await outbound.get("track/8", _whole)
    held.go.set()
    assert await probe
    assert len(room.service.calls) == 1
    assert await outbound.get("track/8", _whole)


async def test_a_probe_that_is_broken_off_lets_the_next_one_try() -> None:
    clock = HandClock()
    breaker = Breaker(1, 60.0, clock)
    stale = breaker.enter()
    assert stale is not None
    assert breaker.failed()
    assert breaker.enter() is None
    clock.advance(60.0)
    probe = breaker.enter()
    assert probe is not None
    breaker.leave(stale)
    assert breaker.enter() is None
    breaker.leave(probe)
    assert breaker.enter() is not None


async def test_only_failures_in_a_row_open_the_breaker() -> None:
    breaker = Breaker(2, 60.0, HandClock())
    for _ in range(5):
        assert not breaker.failed()
        breaker.worked()
    assert not breaker.open
    breaker.failed()
    assert breaker.failed()
    assert breaker.open


async def test_what_is_no_json_is_refused_before_it_is_read(room: Room) -> None:
    room.plays('only {"id": NaN}')
    with pytest.raises(SourceNotUnderstood) as error:
        await room.outbound().get("track/1", _whole)
    assert error.value.detail == "broken JSON"


async def test_what_is_absent_is_remembered_for_a_while_and_within_bounds(room: Room) -> None:
    outbound = room.outbound(absent_seconds=100.0)
    for _ in range(3):
        with pytest.raises(SourceNotFound) as error:
            await outbound.get("track/1", _nobody)
        assert error.value.detail == "nobody"
    assert (len(room.service.calls), outbound.metrics().cache_hits) == (1, 2)
    room.clock.advance(100.0)
    with pytest.raises(SourceNotFound):
        await outbound.get("track/1", _nobody)
    assert len(room.service.calls) == 2

    absent = Absent(3, 10.0, room.clock)
    for number in range(100):
        absent.add(number, "no")
    assert (len(absent), absent.why(99), absent.why(0)) == (3, "no", None)


async def test_an_endless_body_is_not_read_to_its_end(room: Room) -> None:
    room.plays("endless body")
    with pytest.raises(SourceNotUnderstood) as error:
        await room.outbound(largest_answer=10_000).get("track/1", _whole)
    assert error.value.detail == "longer than 10000 bytes"


async def test_a_list_goes_out_as_json(room: Room) -> None:
    bodies: list[object] = []

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        bodies.append((request.method, request.content_type, await request.json()))
        return web.json_response({"fine": True})

    room.service.script = script
    assert await room.outbound().post("popularity", _whole, body={"ids": [1, 2]}) == {"fine": True}
    assert bodies == [("POST", "application/json", {"ids": [1, 2]})]


@pytest.mark.parametrize("fault", [fault.name for fault in FAULTS if not fault.recovers])
async def test_keys_are_sent_and_never_told(room: Room, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = Secrets({"api_key": SecretStr(KEY)}, {"Authorization": SecretStr(f"Bearer {KEY}")})
    room.plays(fault)
    outbound = room.outbound(secrets=secrets)
    said = [repr(outbound), repr(secrets), repr(outbound.metrics())]
    with structlog.testing.capture_logs() as logs:
        try:
            await outbound.get("track/1", _whole, query={"q": "x"})
        except SourceError as error:
            said += [str(error), repr(error), error.detail, "".join(traceback.format_exception(error))]
            said += [repr(vars(error)), *_behind(error)]
    assert f"api_key={KEY}" in room.service.calls[0]
    assert room.service.headers[0]["Authorization"] == f"Bearer {KEY}"
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp.server")]
    assert not [text for text in (*said, repr(logs), *ours) if KEY in text]


async def test_keys_do_not_show_when_nobody_is_there(room: Room, unused_tcp_port: int) -> None:
    outbound = room.outbound(
        secrets=Secrets({"api_key": SecretStr(KEY)}), base=f"http://127.0.0.1:{unused_tcp_port}"
    )
    with pytest.raises(SourceDown) as error:
        await outbound.get("track/1", _whole)
    assert KEY not in "".join([*_behind(error.value), *traceback.format_exception(error.value)])


def _behind(error: BaseException) -> list[str]:
    """What the errors behind this one say, shown or not."""
    behind = [each for each in (error.__cause__, error.__context__) if each is not None]
    return [text for each in behind for text in (str(each), repr(each), *_behind(each))]


async def test_the_source_says_who_it_is(room: Room) -> None:
    await room.outbound().get("track/1", _whole)
    assert room.service.headers[0]["User-Agent"].startswith("Segue/")


async def test_metrics_add_up(room: Room) -> None:
    outbound = room.outbound(retries=1)
    await outbound.get("track/1", _whole)
    room.plays("500 once")
    await outbound.get("track/2", _whole)
    room.plays("404")
    for _ in range(2):
        with pytest.raises(SourceNotFound):
            await outbound.get("track/3", _whole)
    metrics = outbound.metrics()
    assert metrics.failures == {Trouble.NOT_FOUND: 2}
    assert (metrics.asked, metrics.calls, metrics.answers) == (4, 4, 2)
    assert (metrics.retries, metrics.cache_hits, metrics.held_back, metrics.cancelled) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("-5", 0.0),
        ("46800", 46_800.0),
        ("1.5", 1.5),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Sat, 99 Nov 2026 11:00:00 GMT", None),
        ("9" * 200, None),
    ],
)
def test_retry_after_is_read_as_documented(text: str | None, seconds: float | None) -> None:
    assert retry_after(text, BEGIN) == seconds


def test_a_policy_refuses_what_cannot_be() -> None:
    for wrong in (
        {"base": "ftp://x"},
        {"base": "https://x/?key=1"},
        {"calls": 0},
        {"user_agent": "a\r\nb"},
        {"x": 1},
    ):
        with pytest.raises(ValidationError):
            Policy.model_validate({"name": "test", "label": "Test", "base": "https://x", **wrong})


async def test_the_system_clock_tells_the_loops_time() -> None:
    clock = SystemClock()
    loop = asyncio.get_running_loop()
    assert loop.time() <= clock.monotonic() <= loop.time()
    assert clock.now().tzinfo is UTC
    await clock.sleep(0)
    with pytest.raises(TimeoutError):
        async with clock.timeout(0):
            await asyncio.Event().wait()


def _own(key: str) -> Secrets:
    return Secrets(headers={"Authorization": SecretStr(key)})


async def test_answers_to_own_keys_are_shared_with_nobody(room: Room) -> None:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        return web.json_response({"for": request.headers["Authorization"], "by": request.method})

    room.service.script = script
    outbound = room.outbound(secrets=_own("Segue's"))
    ours, first, again, other = await asyncio.gather(
        outbound.get("me", _whole),
        outbound.send("me", _whole, own=_own("one")),
        outbound.send("me", _whole, own=_own("one")),
        outbound.send("me", _whole, own=_own("other"), body={"a": 1}),
    )
    assert ours == {"for": "Segue's", "by": "GET"}
    assert first == again == {"for": "one", "by": "GET"}
    assert other == {"for": "other", "by": "POST"}
    assert (len(room.service.calls), outbound.metrics().joined) == (4, 0)


async def test_what_changes_something_is_sent_once_and_questions_again(room: Room) -> None:
    for name in ("500 always", "429 for 2 seconds, once", "503 once", "connection cut"):
        room.plays(name)
        room.service.calls.clear()
        with pytest.raises(SourceError):
            await room.outbound().send("make", _whole, own=_own(KEY), body={})
        assert len(room.service.calls) == 1
    room.plays("503 once")
    assert await room.outbound().send("track/1", _whole, own=_own(KEY))


async def test_nothing_is_remembered_of_own_keys(room: Room) -> None:
    outbound = room.outbound()
    for _ in range(2):
        with pytest.raises(SourceNotFound):
            await outbound.send("track/1", _nobody, own=_own(KEY))
    assert (len(room.service.calls), outbound.metrics().cache_hits) == (2, 0)
    assert KEY not in repr(Question("track/1", own=_own(KEY), number=1))


def _rationed(left: str, reset_in: str, status: int = 200) -> Script:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        headers = {"X-RateLimit-Remaining": left, "X-RateLimit-Reset-In": reset_in}
        return web.json_response({}, status=status, headers=headers)

    return script


@pytest.mark.parametrize(
    ("left", "reset_in", "slept"),
    [
        ("1", "4", []),
        ("0", "4", [4.0]),
        (" 0 ", "0.5", [0.5]),
        ("0", "", []),
        ("0", "-1", []),
        ("0", "nan", []),
    ],
)
async def test_the_last_call_of_a_window_keeps_the_next_one_waiting(
    room: Room, left: str, reset_in: str, slept: list[float]
) -> None:
    room.service.script = _rationed(left, reset_in)
    outbound = room.outbound()
    assert await outbound.get("track/1", _whole) == await outbound.get("track/2", _whole) == {}
    assert room.clock.slept == slept


async def test_a_429_without_retry_after_is_kept_for_as_long_as_the_window(room: Room) -> None:
    room.service.script = _rationed("0", "40", status=429)
    with pytest.raises(SourceQuota) as error:
        await room.outbound().get("track/1", _whole)
    assert error.value.until == BEGIN + timedelta(seconds=40)
