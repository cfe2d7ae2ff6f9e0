"""What a service did not have: not asked for again for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from bot.sources.outbound.clock import Clock


class Absent:
    """At most ``entries`` questions without an answer, each for ``seconds``; the oldest make room."""

    def __init__(self, entries: int, seconds: float, clock: Clock) -> None:
        self._entries = entries
        self._seconds = seconds
        self._clock = clock
        self._until: OrderedDict[Hashable, float] = OrderedDict()

    def __contains__(self, question: Hashable) -> bool:
        until = self._until.get(question)
        if until is None:
            return False
        if until <= self._clock.monotonic():
            del self._until[question]
            return False
        return True

    def __len__(self) -> int:
        return len(self._until)

    def add(self, question: Hashable) -> None:
        """Remember that there is no answer."""
        self._until.pop(question, None)
        self._until[question] = self._clock.monotonic() + self._seconds
        while len(self._until) > self._entries:
            self._until.popitem(last=False)
