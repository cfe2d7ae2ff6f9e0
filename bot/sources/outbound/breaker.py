"""A circuit breaker: a service that failed several times in a row is left alone, then tried with one call."""

from __future__ import annotations

from bot.sources.outbound.clock import Clock


class Passage:
    """One call that a breaker let through."""


class Breaker:
    """Closed at first; open after ``failures`` in a row; after ``seconds`` half open: one probe goes through.

    Every call that `enter` lets through ends with `leave`, whatever happened; `worked` or `failed` come before it
    where the call says something of the service's health.
    """

    def __init__(self, failures: int, seconds: float, clock: Clock) -> None:
        self._failures = failures
        self._seconds = seconds
        self._clock = clock
        self._in_a_row = 0
        self._opened: float | None = None
        self._probe: Passage | None = None

    @property
    def open(self) -> bool:
        """Whether the service is being left alone or only tried."""
        return self._opened is not None

    @property
    def wait(self) -> float:
        """Seconds until a probe may go through; 0 when it may now, or none is needed."""
        if self._opened is None:
            return 0.0
        return max(self._opened + self._seconds - self._clock.monotonic(), 0.0)

    def enter(self) -> Passage | None:
        """Let a call through, or not."""
        if self._opened is None:
            return Passage()
        if self._probe is not None or self.wait > 0:
            return None
        self._probe = Passage()
        return self._probe

    def worked(self) -> None:
        """The service is well."""
        self._in_a_row = 0
        self._opened = None

    def failed(self) -> bool:
        """The service is ill; whether this has opened the breaker."""
        self._in_a_row += 1
        if self._opened is None and self._in_a_row < self._failures:
            return False
        opened = self._opened is None
        self._opened = self._clock.monotonic()
        return opened

    def leave(self, passage: Passage) -> None:
        """The call is over; a probe that was broken off lets the next one try."""
        if passage is self._probe:
            self._probe = None
