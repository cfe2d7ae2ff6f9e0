"""Time as calls to outside services need it; passed in, so that a test can turn it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Protocol


class Clock(Protocol):
    """What tells the time, waits, and cuts off what takes too long."""

    def monotonic(self) -> float:
        """Seconds from some beginning; they never go back."""
        ...

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[Any]:
        """A block that is left with `TimeoutError` when it takes longer."""
        ...


class SystemClock:
    """The machine's clock; ``monotonic`` is the event loop's, which also times waiting and time-outs."""

    def monotonic(self) -> float:
        """Seconds of the running event loop."""
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[Any]:
        """A block that is left with `TimeoutError` when it takes longer."""
        return asyncio.timeout(seconds)
