"""The one way out: every question to every outside service goes through an `Outbound`."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import aiohttp
import structlog

from bot.sources.errors import (
    SourceDown,
    SourceError,
    SourceLater,
    SourceNotFound,
    SourceNotUnderstood,
    SourceOff,
    SourceQuota,
)
from bot.sources.outbound.absent import Absent
from bot.sources.outbound.answer import Told, judged
from bot.sources.outbound.breaker import Breaker
from bot.sources.outbound.budget import Budget
from bot.sources.outbound.clock import Clock, SystemClock
from bot.sources.outbound.departures import Departures
from bot.sources.outbound.flights import Flight, Flights, Grounded
from bot.sources.outbound.metrics import Metrics, Tally
from bot.sources.outbound.policy import Policy
from bot.sources.outbound.question import Question, Secrets
from bot.sources.outbound.transport import AiohttpTransport, Expired, Transport, Unreached

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Outbound:
    """Asks one service, as its policy says, and gives back what ``read`` made of the JSON.

    Order of a question: switch → what is known to be absent → the same question under way → circuit breaker →
    pause and rate → budget → the call → status and JSON → ``read`` → perhaps again. Safe to cancel at any point.

    Args:
        session: aiohttp's, or another way to send a request.
        budget: of calls in a day or so, for services that have little to give.
        told: finds errors in the body of an answer, where the status does not tell them.

    Attributes:
        policy: limits and patience.
        budget: as it was given; calls that leave another way can be counted in it too.
        secrets: replaced where a token is renewed.
    """

    def __init__(
        self,
        policy: Policy,
        session: aiohttp.ClientSession | Transport,
        *,
        secrets: Secrets | None = None,
        budget: Budget | None = None,
        told: Told | None = None,
        clock: Clock | None = None,
        rng: Random | None = None,
    ) -> None:
        self.policy = policy
        self.secrets = secrets or Secrets()
        self._transport = AiohttpTransport(session) if isinstance(session, aiohttp.ClientSession) else session
        self._told = told
        self._clock = clock or SystemClock()
        self._rng = rng or Random()  # noqa: S311 - spreads retries, guards nothing
        self.budget = budget
        self._departures = Departures(policy, budget, self._clock)
        self._breaker = Breaker(policy.breaker_failures, policy.breaker_seconds, self._clock)
        self._absent = Absent(policy.absent_entries, policy.absent_seconds, self._clock)
        self._flights = Flights(self._clock)
        self._tally = Tally()
        self._own_questions = itertools.count(1)

    def __repr__(self) -> str:
        return f"<Outbound {self.policy.name}>"

    async def get(
        self,
        path: str,
        read: Callable[[object], T],
        *,
        query: Mapping[str, str | int] | None = None,
        until: float | None = None,
        background: bool = False,
    ) -> T:
        """Ask with GET.

        Args:
            path: below the policy's ``base``, made of checked ids only.
            read: makes the answer of the decoded JSON. It raises a `SourceError` for errors that the service tells in
                the body, `SourceNotFound` for an empty result, and `ValueError` (pydantic's too) for anything else.
                Pass the same function every time: questions are joined and remembered by it.
            query: parameters, without secrets.
            until: a `deadline` that this caller shares among several questions.
            background: no member waits for the answer, so a budget refuses it sooner.

        Raises:
            SourceError: of the kind that fits; nothing else.
        """
        pairs = tuple(sorted((name, str(value)) for name, value in (query or {}).items()))
        return await self._asked(Question(path, pairs, background=background), read, until)

    async def post(
        self, path: str, read: Callable[[object], T], *, body: object, until: float | None = None
    ) -> T:
        """Ask with POST and a JSON body, for services that take long lists so; else as `get`, repeated like it."""
        return await self._asked(Question(path, (), json.dumps(body, sort_keys=True)), read, until)

    async def send(
        self, path: str, read: Callable[[object], T], *, own: Secrets, body: object | None = None
    ) -> T:
        """Ask with somebody's own keys instead of Segue's: with POST where there is a ``body``, else with GET.

        Nobody else gets the answer: the question is not joined with others, and nothing of it is remembered. With a
        ``body`` it is sent once only, since the service may have done what it was asked before it failed.
        """
        told = None if body is None else json.dumps(body, sort_keys=True)
        question = Question(path, (), told, own=own, number=next(self._own_questions))
        return await self._asked(question, read, None)

    def now(self) -> datetime:
        """The time of day, in UTC, by the clock that calls are timed with."""
        return self._clock.now()

    def deadline(self) -> float:
        """When the policy's patience ends if it begins now, for ``until``."""
        return self._clock.monotonic() + self.policy.seconds

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._tally.metrics()

    async def close(self) -> None:
        """Call off what is under way; the session belongs to whoever opened it."""
        await self._flights.close()

    async def _asked(self, question: Question, read: Callable[[object], T], until: float | None) -> T:
        with self._tally.question():
            return await self._known_or_fetched(question, read, until)

    async def _known_or_fetched(
        self, question: Question, read: Callable[[object], T], until: float | None
    ) -> T:
        label, key = self.policy.label, (question, read)
        if not self.policy.enabled:
            raise SourceOff(label)
        if (why := self._absent.why(key)) is not None:
            self._tally.cache_hits += 1
            raise SourceNotFound(label, why)
        latest = self.deadline()
        flight_key = (key, question.background)
        self._tally.joined += self._flights.under_way(flight_key)
        try:
            return await self._flights.join(
                flight_key,
                latest if until is None else min(until, latest),
                lambda flight: self._fetch(question, read, flight),
            )
        except Grounded:
            pass
        raise SourceDown(label, "no answer in time")

    async def _fetch(self, question: Question, read: Callable[[object], T], flight: Flight) -> T:
        tried, renewed = 0, False
        while True:
            try:
                return await self._attempt(question, read, flight)
            except Expired:
                if renewed:
                    raise
                renewed, pause = True, 0.0
            except SourceNotFound as error:
                if question.own is None:
                    self._absent.add((question, read), error.detail)
                raise
            except SourceLater as error:
                pause = self._pause_after(error, tried)
                last = (
                    not question.repeatable
                    or tried >= self.policy.retries
                    or self._clock.monotonic() + pause >= flight.until
                )
                if error.until is not None or last:
                    raise self._dated(error) from None
                tried += 1
            self._tally.retries += 1
            if pause:
                await self._clock.sleep(pause)

    def _pause_after(self, error: SourceLater, tried: int) -> float:
        """Seconds before the next attempt; a pause that the service wants holds for everybody."""
        policy = self.policy
        if error.until is not None:
            return 0.0
        wanted = error.seconds
        if wanted is None and isinstance(error, SourceQuota):
            wanted = policy.quota_seconds
        if wanted:
            self._departures.close(wanted)
            log.info("source paused", source=policy.name, seconds=round(wanted), why=error.detail)
        backoff = min(policy.backoff_limit, policy.backoff_seconds * 2.0**tried)
        return max(wanted or 0.0, backoff * self._rng.uniform(0.5, 1.0))

    def _dated(self, error: SourceLater) -> SourceLater:
        """The error with the time at which asking again makes sense."""
        wait = max(self._departures.pause, self._breaker.wait)
        if error.until is None and (wait or isinstance(error, SourceQuota)):
            error.until = self._clock.now() + timedelta(seconds=wait)
        return error

    async def _attempt(self, question: Question, read: Callable[[object], T], flight: Flight) -> T:
        passage = self._breaker.enter()
        if passage is None:
            self._tally.held_back += 1
            until = self._clock.now() + timedelta(seconds=self._breaker.wait)
            raise SourceDown(self.policy.label, "failed several times in a row", until=until)
        try:
            await self._departures.depart(flight.until, background=question.background)
            answer = self._read(await self._call(question, flight.until), read)
        except SourceError as error:
            if error.unwell:
                if self._breaker.failed():
                    log.warning("source left alone", source=self.policy.name, why=error.detail)
            elif not isinstance(error, SourceQuota) or error.until is None:  # else it was not asked at all
                self._breaker.worked()
            raise
        finally:
            self._breaker.leave(passage)
        self._breaker.worked()
        return answer

    def _read(self, answer: object, read: Callable[[object], T]) -> T:
        try:
            return read(answer)
        except ValueError:
            pass  # its text may hold what the service sent
        raise SourceNotUnderstood(self.policy.label, "not the documented shape")

    async def _call(self, question: Question, until: float) -> object:
        policy, clock = self.policy, self._clock
        began = clock.monotonic()
        seconds = min(policy.call_seconds, until - began)
        self._tally.calls += 1
        reply, trouble = None, ""
        try:
            async with clock.timeout(seconds):
                reply = await self._transport.send(question, policy, self.secrets)
        except asyncio.CancelledError:
            # Whoever has waited so long and leaves cannot know that it hangs: the next ones need not find out.
            if clock.monotonic() - began >= policy.call_seconds / 2 and self._breaker.failed():
                log.warning("source left alone", source=policy.name, why="nobody waits that long for it")
            raise
        except TimeoutError:
            trouble = f"no answer within {seconds:.1f} s"
        except Unreached as error:
            trouble = error.why
        finally:
            self._tally.seconds += clock.monotonic() - began
        # Outside the except block, so that nothing of what the transport knew hangs on the error.
        if reply is None:
            raise SourceDown(policy.label, trouble)
        if reply.spent:
            self._departures.close(min(reply.spent, policy.quota_limit))
        return judged(reply, policy, clock.now(), self._told)
