"""Calls that are under way: who asks the same meanwhile waits for the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, TypeVar, cast

from bot.sources.outbound.clock import Clock

T = TypeVar("T")


class Grounded(Exception):
    """The flight was called off while somebody waited for it, or their time was up before it landed."""


class Flight:
    """One question under way.

    Attributes:
        until: monotonic seconds by which it has landed: the latest that any of its callers can wait.
    """

    __slots__ = ("callers", "task", "until")

    def __init__(self, until: float) -> None:
        self.until = until
        self.callers = 0
        self.task: asyncio.Task[Any] | None = None


class Flights:
    """At most one flight a question. A caller who goes away leaves it to the others; the last one calls it off."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[Hashable, Flight] = {}

    def __len__(self) -> int:
        return len(self._open)

    def under_way(self, question: Hashable) -> bool:
        """Whether the question can be joined."""
        flight = self._open.get(question)
        return flight is not None and flight.until > self._clock.monotonic()

    async def join(
        self, question: Hashable, until: float, fetch: Callable[[Flight], Coroutine[Any, Any, T]]
    ) -> T:
        """The answer of the flight for this question, started with ``fetch`` where there is none.

        ``fetch`` must end by its flight's ``until`` by itself.

        Raises:
            Grounded: ``until`` came first, or the flights were called off.
        """
        flight = self._open[question] if self.under_way(question) else self._start(question, until, fetch)
        flight.until = max(flight.until, until)
        flight.callers += 1
        task = cast("asyncio.Task[T]", flight.task)
        try:
            return await self._landing(flight, task, until)
        except asyncio.CancelledError:
            this = asyncio.current_task()
            if task.cancelled() and this is not None and not this.cancelling():
                raise Grounded from None
            if flight.callers == 1:
                self._call_off(question, flight)
            raise
        finally:
            flight.callers -= 1

    async def _landing(self, flight: Flight, task: asyncio.Task[T], until: float) -> T:
        try:
            async with self._clock.timeout(until - self._clock.monotonic()):
                return await asyncio.shield(task)
        except TimeoutError:
            if flight.until > self._clock.monotonic():  # somebody more patient keeps it going
                raise Grounded from None
        # It ends by itself in this very moment, and knows better than we do why there is no answer.
        return await asyncio.shield(task)

    def _start(
        self, question: Hashable, until: float, fetch: Callable[[Flight], Coroutine[Any, Any, T]]
    ) -> Flight:
        flight = Flight(until)
        flight.task = asyncio.create_task(fetch(flight))
        flight.task.add_done_callback(partial(self._landed, question, flight))
        self._open[question] = flight
        return flight

    def _call_off(self, question: Hashable, flight: Flight) -> None:
        if self._open.get(question) is flight:
            del self._open[question]
        if flight.task is not None:
            flight.task.cancel()

    def _landed(self, question: Hashable, flight: Flight, task: asyncio.Task[Any]) -> None:
        if self._open.get(question) is flight:
            del self._open[question]
        if not task.cancelled():
            task.exception()  # all callers may have gone: then nobody else takes note of it

    async def close(self) -> None:
        """Call off everything that is under way, and wait until it has ended."""
        tasks = [flight.task for flight in self._open.values() if flight.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
