"""What was asked of a service and how it went, as plain numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.sources.errors import SourceError, Trouble


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counts since the start.

    Attributes:
        asked: questions of callers; each ends as one of ``answers``, ``failures`` or ``cancelled``.
        calls: HTTP requests sent.
        answers: questions answered.
        failures: questions that failed, by kind; "not found" is among them.
        cancelled: questions whose caller went away.
        retries: calls that repeated a failed one.
        held_back: calls not sent because the circuit breaker was open.
        cache_hits: questions known to have no answer.
        joined: questions that shared the call of another one.
        seconds: time spent on calls, in all.
    """

    asked: int
    calls: int
    answers: int
    failures: Mapping[Trouble, int]
    cancelled: int
    retries: int
    held_back: int
    cache_hits: int
    joined: int
    seconds: float


@dataclass(slots=True)
class Tally:
    """The running counts behind `Metrics`."""

    asked: int = 0
    calls: int = 0
    answers: int = 0
    failures: Counter[Trouble] = field(default_factory=Counter[Trouble])
    cancelled: int = 0
    retries: int = 0
    held_back: int = 0
    cache_hits: int = 0
    joined: int = 0
    seconds: float = 0.0

    @contextmanager
    def question(self) -> Generator[None]:
        """Count a question, and how the block that asks it ends."""
        self.asked += 1
        done = False
        try:
            yield
            self.answers += 1
            done = True
        except SourceError as error:
            self.failures[error.kind] += 1
            done = True
            raise
        finally:
            self.cancelled += not done

    def metrics(self) -> Metrics:
        """The counts as they are now."""
        return Metrics(
            asked=self.asked,
            calls=self.calls,
            answers=self.answers,
            failures=MappingProxyType(dict(self.failures)),
            cancelled=self.cancelled,
            retries=self.retries,
            held_back=self.held_back,
            cache_hits=self.cache_hits,
            joined=self.joined,
            seconds=self.seconds,
        )
