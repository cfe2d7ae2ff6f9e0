"""A clock that tests turn by hand: waiting takes no time, and time-outs fall due when the hand passes them."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

BEGIN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class HandClock:
    """Begins at 2026-11-21 12:00 UTC. ``slept`` lists every wait, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self._limits: list[_Limit] = []

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Turn the hand; blocks whose time is up are left with `TimeoutError`."""
        self.seconds += seconds
        for limit in self._limits:
            limit.check()

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[Any]:
        return _Limit(self, self.seconds + seconds)

    def entered(self, limit: _Limit) -> None:
        self._limits.append(limit)
        limit.check()

    def left(self, limit: _Limit) -> None:
        self._limits.remove(limit)


class _Limit:
    """A real asyncio time-out that the hand sets off."""

    def __init__(self, clock: HandClock, due: float) -> None:
        self._clock = clock
        self._due = due
        self._timeout = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._clock.entered(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._clock.left(self)
        return await self._timeout.__aexit__(kind, error, trace)

    def check(self) -> None:
        if self._clock.seconds >= self._due and not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time())
