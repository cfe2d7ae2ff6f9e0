"""A budget of calls in any window of hours, which a restart does not forget."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.errors import SegueError
from bot.sources.errors import SourceQuota
from bot.sources.memory import Memory
from bot.sources.outbound.clock import Clock

log = structlog.get_logger(__name__)
_COUNTS = TypeAdapter(dict[int, Annotated[int, Field(ge=0, le=10_000_000)]])


class Allowance(BaseModel):
    """How many calls a source may make in a window, and how carefully they are counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int = Field(default=800, ge=1, description="Calls in any `seconds`.")
    seconds: int = Field(default=86_400, ge=1, description="Length of the window: a day.")
    background_share: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="Share of `calls` after which only members' own questions go out.",
    )
    step_seconds: int = Field(
        default=900,
        ge=1,
        description="Calls are counted by steps of so long; a step is forgotten as a whole.",
    )
    ahead: int = Field(
        default=5, ge=1, description="Calls that are written down at a time, before they are made."
    )


class Budget:
    """Counts calls in steps of time and refuses those beyond the allowance.

    Calls are written down ``ahead`` at a time before they are made. So a kill loses no count; it forgets that the last
    ``ahead - 1`` calls at most were not made, and they stay counted. Where the memory cannot be written, counting goes
    on here and a restart forgets what was not written. Steps are forgotten a window after their end, so no window holds
    more than the allowance.

    Args:
        label: what members call the service.
        key: under which the counts are kept.
    """

    def __init__(self, label: str, key: str, allowance: Allowance, memory: Memory, clock: Clock) -> None:
        self.allowance = allowance
        self._label = label
        self._key = key
        self._memory = memory
        self._clock = clock
        self._lock = asyncio.Lock()
        self._made: dict[int, int] | None = None  # begin of the step in Unix seconds → calls
        self._promised = (0, 0)  # the step that was written last, and its calls then

    async def spend(self, *, background: bool = False) -> None:
        """Count one call that is about to be made.

        Raises:
            SourceQuota: the allowance, or background work's share of it, is used up; ``until`` says for how long.
        """
        async with self._lock:
            made, step = await self._counts()
            share = self.allowance.background_share if background else 1.0
            if sum(made.values()) >= (most := int(self.allowance.calls * share)):
                why = (
                    "background work's share of the calls is used up"
                    if background
                    else "all calls are used up"
                )
                raise SourceQuota(self._label, why, until=self._free_again(made, most))
            count = made.get(step, 0) + 1
            if self._promised[0] != step or count > self._promised[1]:
                await self._write(made, step, count + self.allowance.ahead - 1)
            made[step] = count

    async def left(self) -> int:
        """Calls that may be made at this moment."""
        async with self._lock:
            made, _ = await self._counts()
            return max(self.allowance.calls - sum(made.values()), 0)

    async def _counts(self) -> tuple[dict[int, int], int]:
        """The counts that still matter, and the present step."""
        if self._made is None:
            self._made = await self._recalled()
        now = int(self._clock.now().timestamp())
        step = now - now % self.allowance.step_seconds
        counts: dict[int, int] = {}
        for begin, count in self._made.items():
            if self._forgotten_at(begin) > now:
                at = min(begin, step)  # the clock was set back
                counts[at] = counts.get(at, 0) + count
        self._made = counts
        return counts, step

    def _forgotten_at(self, begin: int) -> int:
        return begin + self.allowance.step_seconds + self.allowance.seconds

    def _free_again(self, made: dict[int, int], most: int) -> datetime | None:
        """When fewer than ``most`` calls are counted; None for never."""
        total = sum(made.values())
        for begin, count in sorted(made.items()):
            total -= count
            if total < most:
                return datetime.fromtimestamp(self._forgotten_at(begin), UTC)
        return None

    async def _recalled(self) -> dict[int, int]:
        try:
            text = await self._memory.get(self._key)
            return _COUNTS.validate_json(text) if text else {}
        except (SegueError, ValidationError) as error:
            log.warning("count of calls lost", source=self._label, why=type(error).__name__)
        return {}

    async def _write(self, made: dict[int, int], step: int, promised: int) -> None:
        try:
            await self._memory.set(self._key, _COUNTS.dump_json(made | {step: promised}).decode())
        except SegueError as error:
            log.warning("count of calls not written", source=self._label, why=type(error).__name__)
            return
        self._promised = (step, promised)
