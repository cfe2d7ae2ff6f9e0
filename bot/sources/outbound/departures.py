"""When a call may leave: by our own rate, by what the service wants, and by the budget."""

from __future__ import annotations

from datetime import timedelta

from bot.sources.errors import SourceDown, SourceQuota
from bot.sources.outbound.budget import Budget
from bot.sources.outbound.clock import Clock
from bot.sources.outbound.gate import Gate, TooLate
from bot.sources.outbound.policy import Policy


class Departures:
    """The gate of one service, and its budget where it has one."""

    def __init__(self, policy: Policy, budget: Budget | None, clock: Clock) -> None:
        self._label = policy.label
        self._gate = Gate(policy.calls, policy.per_seconds, clock)
        self._budget = budget
        self._clock = clock

    @property
    def pause(self) -> float:
        """Seconds for which the service still wants to be left alone; 0 for none."""
        return self._gate.pause

    def close(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self._gate.close(seconds)

    async def depart(self, before: float, *, background: bool) -> None:
        """Wait for a free moment and take it.

        Raises:
            SourceQuota: there is none before ``before`` (monotonic seconds), or the budget is used up.
            SourceDown: the budget could not be asked in time.
        """
        late: TooLate | None = None
        try:
            await self._gate.depart(before)
            if self._budget is not None:
                async with self._clock.timeout(before - self._clock.monotonic()):
                    await self._budget.spend(background=background)
            return
        except TooLate as error:
            late = error
        except TimeoutError:
            pass
        if late is None:
            raise SourceDown(self._label, "calls could not be counted in time")
        why = "the service wants a pause" if late.paused else "our own rate is used up"
        raise SourceQuota(self._label, why, until=self._clock.now() + timedelta(seconds=late.wait))
