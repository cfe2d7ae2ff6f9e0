"""When the next call to a service may leave: so many in any window of time, and none while it asks for a pause."""

from __future__ import annotations

from bisect import insort

from bot.sources.outbound.clock import Clock


class TooLate(Exception):
    """The next free moment comes after the caller's patience has ended.

    Attributes:
        wait: seconds from now until that moment.
        paused: whether the service asked for the pause, rather than our own rate.
    """

    def __init__(self, wait: float, *, paused: bool) -> None:
        super().__init__()
        self.wait = wait
        self.paused = paused


class Gate:
    """Lets at most ``calls`` through in any ``per_seconds``, in the order of asking.

    A log of departures rather than a bucket of tokens: a bucket lets twice as many through in an unlucky window,
    and services count windows.
    """

    def __init__(self, calls: int, per_seconds: float, clock: Clock) -> None:
        self._calls = calls
        self._per_seconds = per_seconds
        self._clock = clock
        self._departures: list[float] = []
        self._opens = float("-inf")

    @property
    def pause(self) -> float:
        """Seconds for which the service still wants to be left alone; 0 for none."""
        return max(self._opens - self._clock.monotonic(), 0.0)

    def close(self, seconds: float) -> None:
        """Let nothing through for so long, those who wait already included."""
        self._opens = max(self._opens, self._clock.monotonic() + seconds)

    async def depart(self, before: float) -> None:
        """Wait for a free moment and take it.

        Raises:
            TooLate: it would come at ``before`` (monotonic seconds) or later; nothing was waited for.
        """
        while True:
            moment = self._next()
            now = self._clock.monotonic()
            if moment >= before:
                raise TooLate(moment - now, paused=self._opens > now)
            insort(self._departures, moment)
            taken = False
            try:
                while (left := moment - self._clock.monotonic()) > 0:
                    await self._clock.sleep(left)
                taken = self._clock.monotonic() >= self._opens
            finally:
                if not taken:  # cancelled, or closed in the meantime
                    self._departures.remove(moment)
            if taken:
                return

    def _next(self) -> float:
        now = self._clock.monotonic()
        past = now - self._per_seconds
        self._departures = [moment for moment in self._departures if moment > past]
        moment = max(now, self._opens)
        if len(self._departures) >= self._calls:
            moment = max(moment, self._departures[-self._calls] + self._per_seconds)
        return moment
