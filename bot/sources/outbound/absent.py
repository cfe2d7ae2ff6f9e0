"""What a service did not have: not asked for again for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from bot.sources.outbound.clock import Clock


class Absent:
    """At most ``entries`` questions without an answer and why, each for ``seconds``; the oldest make room."""

    def __init__(self, entries: int, seconds: float, clock: Clock) -> None:
        self._entries = entries
        self._seconds = seconds
        self._clock = clock
        self._known: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def why(self, question: Hashable) -> str | None:
        """Why there is no answer, or None where that is not known."""
        until, why = self._known.get(question, (None, None))
        if until is not None and until <= self._clock.monotonic():
            del self._known[question]
            return None
        return why

    def add(self, question: Hashable, why: str) -> None:
        """Remember that there is no answer."""
        self._known.pop(question, None)
        self._known[question] = (self._clock.monotonic() + self._seconds, why)
        while len(self._known) > self._entries:
            self._known.popitem(last=False)
