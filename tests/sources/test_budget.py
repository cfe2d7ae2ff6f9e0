"""A budget of calls in 24 hours: what it lets through, and what a restart or a kill leaves of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import StoreBusy
from bot.sources.errors import SourceQuota
from bot.sources.outbound import Allowance, Budget
from tests.sources.hand_clock import BEGIN, HandClock
from tests.sources.spotify_way import DictMemory

DAY = 86_400


class Room:
    """A memory and a clock that outlive every budget."""

    def __init__(self) -> None:
        self.memory = DictMemory()
        self.clock = HandClock()

    def budget(self, **allowance: object) -> Budget:
        """What a restarted bot opens."""
        return Budget("Test", "calls", Allowance.model_validate(allowance), self.memory, self.clock)


@pytest.fixture
def room() -> Room:
    return Room()


async def _spent(budget: Budget, calls: int, *, background: bool = False) -> int:
    """How many of these calls were let through."""
    for made in range(calls):
        try:
            await budget.spend(background=background)
        except SourceQuota:
            return made
    return calls


async def test_no_more_than_the_allowance_in_any_day(room: Room) -> None:
    budget = room.budget(calls=100)
    made: list[float] = []
    while room.clock.seconds < 5 * DAY:
        if await _spent(budget, 1):
            made.append(room.clock.seconds)
        room.clock.advance(600)
    assert len(made) > 400
    assert all(later - first > DAY for first, later in zip(made, made[100:], strict=False))


async def test_it_says_until_when_nothing_is_left(room: Room) -> None:
    budget = room.budget(calls=10)
    assert await _spent(budget, 20) == 10
    room.clock.advance(3_600)
    with pytest.raises(SourceQuota, match="no more questions") as error:
        await budget.spend()
    assert error.value.until == BEGIN + timedelta(days=1, minutes=15)
    room.clock.advance(DAY + 900 - 3_600)
    assert await _spent(budget, 20) == 10


async def test_background_work_leaves_a_part_to_members(room: Room) -> None:
    budget = room.budget(calls=10, background_share=0.6)
    assert await _spent(budget, 20, background=True) == 6
    assert await _spent(budget, 20) == 4
    assert await budget.left() == 0


async def test_a_restart_forgets_nothing_and_gives_up_a_handful_at_most(room: Room) -> None:
    """Killed after any number of calls: what was made is counted, and at most four calls more."""
    for calls in range(1, 23):
        room.memory.texts.clear()
        assert await _spent(room.budget(calls=100), calls) == calls
        left = await room.budget(calls=100).left()
        assert 100 - calls - 4 <= left <= 100 - calls


async def test_many_restarts_cannot_make_more_calls_than_allowed(room: Room) -> None:
    assert sum([await _spent(room.budget(calls=30), 3) for _ in range(50)]) <= 30


async def test_it_is_written_down_every_fifth_call(room: Room) -> None:
    await _spent(room.budget(calls=800), 50)
    assert room.memory.sets == 10


async def test_a_memory_that_cannot_be_written_stops_nobody(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(key: str, value: str) -> None:
        raise StoreBusy("busy")

    monkeypatch.setattr(room.memory, "set", busy)
    assert await _spent(room.budget(calls=10), 20) == 10


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"a": 1}', '{"1": -5}', '{"1": null}', "{}"])
async def test_a_memory_that_makes_no_sense_is_empty(room: Room, text: str) -> None:
    room.memory.texts["calls"] = text
    assert await room.budget(calls=10).left() == 10


async def test_a_clock_that_was_wrong_does_not_lock_it_for_years(room: Room) -> None:
    ahead = int((BEGIN + timedelta(days=3_650)).timestamp())
    room.memory.texts["calls"] = f'{{"{ahead}": 10}}'
    budget = room.budget(calls=10)
    assert await _spent(budget, 1) == 0
    room.clock.advance(DAY + 1_800)
    assert await _spent(budget, 1) == 1
