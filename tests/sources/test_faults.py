"""Every source, asked everything it can be asked, while its service does everything wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import cast

import aiohttp
import pytest
from aiohttp import web

from bot.sources.errors import SourceDown, SourceError, SourceNotFound, SourceQuota, Trouble
from bot.sources.matching import best, merge
from bot.sources.outbound import Outbound, Policy, open_session
from tests.sources.faults import FAULTS, THIRTEEN_HOURS, TITLES, Fault
from tests.sources.hand_clock import HandClock
from tests.sources.mangling import WRONG, all_wrong, leaves, replaced, retitled
from tests.sources.sane import check, songs_in
from tests.sources.standin import Script, Standin, standin, told
from tests.sources.table import LIMIT, NAMED, ROWS, Ask, Row
from tests.sources.tried import Tried

each_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


class Room:
    """One stand-in and one session; a fresh source for every case."""

    def __init__(self, row: Row, service: Standin, session: aiohttp.ClientSession) -> None:
        self.row = row
        self.service = service
        self.session = session
        self.outbound = self.fresh()

    def fresh(self, **policy: object) -> Outbound:
        """A new way out, which knows nothing of the cases before."""
        changed = self.row.policy.model_copy(update={"base": self.service.base, **policy})
        self.outbound = self.row.way(changed, self.session, self.service)
        self.source = self.row.build(self.outbound)
        self.service.calls.clear()
        return self.outbound

    async def asked(self, ask: Ask, script: Script | None, **policy: object) -> object:
        """The answer or the `SourceError` of one question to a fresh source; anything else fails the test."""
        self.fresh(**policy)
        return await self.again(ask, script)

    async def again(self, ask: Ask, script: Script | None) -> object:
        """The same of the source as it is."""
        self.service.script = script
        self.service.clock.slept.clear()
        try:
            answer = await ask.ask(self.source)
        except SourceError as error:
            answer = error
        # All waiting before, between and after calls together; `hang` turns the clock by itself.
        assert sum(self.service.clock.slept) <= self.row.policy.seconds
        if isinstance(answer, SourceError):
            assert str(answer) == answer.sentence.format(source=self.row.policy.label)
            assert self.service.base not in answer.detail
        return answer


@asynccontextmanager
async def room(row: Row) -> AsyncGenerator[Room]:
    async with standin(row.service, HandClock()) as service, open_session() as session:
        yield Room(row, service, session)


def _kind(answer: object) -> Trouble | None:
    return answer.kind if isinstance(answer, SourceError) else None


@each_row
async def test_honest_answers_are_taken_in(row: Row) -> None:
    async with room(row) as at:
        for ask in row.asks:
            answer = await at.asked(ask, None)
            assert answer, ask.name
            check(answer, limit=LIMIT)
            for song in songs_in(answer):
                assert best(*NAMED, [song], duration_ms=330_000) == song


@each_row
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
async def test_a_fault_is_an_answer_or_an_error_of_its_kind(row: Row, fault: Fault, tried: Tried) -> None:
    async with room(row) as at:
        for ask in row.asks:
            honest = await at.asked(ask, None)
            with tried.case():
                answer = await at.asked(ask, fault.script())
                _judge(fault, ask, answer, honest)
            assert at.service.calls


def _judge(fault: Fault, ask: Ask, answer: object, honest: object) -> None:
    kind = _kind(answer)
    if fault.name == f"only {ask.blank}":
        fault = next(fault for fault in FAULTS if fault.name == "no results")
    if kind is not None:
        assert kind in fault.kinds, (ask.name, fault.name, answer)
    elif fault.recovers:
        assert answer == honest
    elif Trouble.NOT_FOUND in fault.kinds and ask.search:
        assert not any(cast("tuple[object, ...]", answer))
    else:
        assert fault.some, (ask.name, fault.name, answer)
        check(answer, limit=LIMIT)
    songs = songs_in(answer)
    if fault.name == "another song":
        assert best(*NAMED, songs) is None
    if fault.name == "1,000 duplicates" and songs:
        assert len(merge(songs)) == 1


@each_row
async def test_nobody_is_there(row: Row, tried: Tried, unused_tcp_port: int) -> None:
    async with room(row) as at:
        for ask in row.asks:
            with tried.case():
                answer = await at.asked(ask, None, base=f"http://127.0.0.1:{unused_tcp_port}")
                assert isinstance(answer, SourceDown)
                assert not at.service.calls


@each_row
async def test_thirteen_hours_are_waited_for_by_nobody_and_kept_by_all(row: Row, tried: Tried) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "429 for 13 hours")
    async with room(row) as at:
        clock = at.service.clock
        for ask in row.asks:
            honest = await at.asked(ask, None)
            with tried.case():
                refused = await at.asked(ask, fault.script())
                assert isinstance(refused, SourceQuota)
                assert refused.until is not None
                assert abs(refused.until - clock.now() - timedelta(seconds=THIRTEEN_HOURS)) < timedelta(
                    seconds=1
                )
                assert len(at.service.calls) == 1
                clock.advance(THIRTEEN_HOURS - 60)
                assert _kind(await at.again(ask, None)) is Trouble.QUOTA
                assert len(at.service.calls) == 1
                clock.advance(60)
                assert await at.again(ask, None) == honest


@each_row
async def test_a_service_that_fails_always_is_left_alone_then_tried_once(row: Row, tried: Tried) -> None:
    failing = next(fault for fault in FAULTS if fault.name == "500 always").script()
    async with room(row) as at:
        for ask in row.asks:
            honest = await at.asked(ask, None)
            with tried.case():
                at.fresh()
                for _ in range(row.policy.breaker_failures + 2):
                    assert _kind(await at.again(ask, failing)) is Trouble.DOWN
                assert len(at.service.calls) == row.policy.breaker_failures
                assert at.outbound.metrics().held_back > 0
                at.service.clock.advance(row.policy.breaker_seconds)
                assert _kind(await at.again(ask, failing)) is Trouble.DOWN
                assert len(at.service.calls) == row.policy.breaker_failures + 1
                at.service.clock.advance(row.policy.breaker_seconds)
                assert await at.again(ask, None) == honest


@each_row
async def test_wrong_types_everywhere(row: Row, tried: Tried) -> None:
    """Each value of each answer is replaced, by two wrong ones of many, and all of them at once by each."""
    async with room(row) as at:
        for ask in row.asks:
            for script in await _wrong_in_turn(at, ask):
                with tried.case():
                    answer = await at.asked(ask, script, retries=0)
                    if isinstance(answer, SourceError):
                        assert answer.kind not in {Trouble.DOWN, Trouble.REFUSED, Trouble.OFF}
                    else:
                        check(answer, limit=LIMIT)


async def _wrong_in_turn(at: Room, ask: Ask) -> list[Script]:
    """Scripts that put wrong values in the answers of one question."""
    seen: dict[str, list[tuple[str | int, ...]]] = {}

    async def look(request: web.Request, service: Standin) -> web.StreamResponse:
        reply = service.honest(request)
        seen[request.path] = list(leaves(reply.body))
        return told(reply)

    await at.asked(ask, look)
    scripts: list[Script] = [_wrong_all(wrong) for wrong in WRONG]
    for path, places in seen.items():
        for number, place in enumerate(places):
            for turn in (0, 7):
                scripts.append(_wrong_at(path, place, WRONG[(number + turn) % len(WRONG)]))  # noqa: PERF401
    return scripts


def _wrong_at(path: str, place: tuple[str | int, ...], wrong: object) -> Script:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        reply = service.honest(request)
        if request.path != path:
            return told(reply)
        return told(replace(reply, body=replaced(json.loads(json.dumps(reply.body)), place, wrong)))

    return script


def _wrong_all(wrong: object) -> Script:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        reply = service.honest(request)
        return told(replace(reply, body=all_wrong(reply.body, wrong)))

    return script


@each_row
@pytest.mark.parametrize("text", TITLES.values(), ids=TITLES)
async def test_titles_of_every_kind_are_legible_and_short(row: Row, text: str, tried: Tried) -> None:
    async with room(row) as at:
        for ask in row.asks:
            with tried.case():
                answer = await at.asked(ask, _titled(row, text))
                if isinstance(answer, SourceError):
                    assert len(text) > 90_000 or not text.strip("\u200b\u2063 \u00a0"), (
                        ask.name,
                        answer.detail,
                    )
                else:
                    check(answer, limit=LIMIT)
                    assert all(song.title in text for song in songs_in(answer) if text in PLAIN)


PLAIN = {TITLES["Arabic"], TITLES["Hebrew"]}


def _titled(row: Row, text: str) -> Script:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        reply = service.honest(request)
        return told(replace(reply, body=retitled(reply.body, row.titles, text)))

    return script


@each_row
async def test_what_was_not_found_is_not_asked_for_again(row: Row, tried: Tried) -> None:
    nothing = next(fault for fault in FAULTS if fault.name == "no results").script()
    async with room(row) as at:
        for ask in row.asks:
            with tried.case():
                first = await at.asked(ask, nothing)
                calls = len(at.service.calls)
                second = await at.again(ask, None)
                assert (first, len(at.service.calls)) == (second, calls) or (
                    isinstance(first, SourceNotFound) and isinstance(second, SourceNotFound)
                )
                assert len(at.service.calls) == calls
                at.service.clock.advance(row.policy.absent_seconds)
                assert await at.again(ask, None)


@each_row
async def test_a_source_that_is_switched_off_asks_nothing(row: Row, tried: Tried) -> None:
    async with room(row) as at:
        for ask in row.asks:
            with tried.case():
                assert _kind(await at.asked(ask, None, enabled=False)) is Trouble.OFF
                assert not at.service.calls


@each_row
async def test_calls_leave_no_faster_than_the_policy_allows(row: Row) -> None:
    """Every window of the policy's length holds no more calls than it allows."""
    async with room(row) as at:
        left: list[float] = []

        async def note(request: web.Request, service: Standin) -> web.StreamResponse:
            left.append(service.clock.monotonic())
            return told(service.honest(request))

        at.fresh(seconds=10_000.0)
        at.service.script = note
        for _ in range(2 * row.policy.calls + 1):
            await row.asks[0].ask(at.source)
        for first, last in zip(left, left[row.policy.calls :], strict=False):
            assert last - first >= row.policy.per_seconds


def test_each_policy_is_kept_as_documented() -> None:
    policies = {row.name: row.policy for row in ROWS}
    assert set(policies) == {policy.name for policy in policies.values()}
    assert all(
        isinstance(policy, Policy) and policy.base.startswith("https://") for policy in policies.values()
    )
