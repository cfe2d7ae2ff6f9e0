"""Calls leave in order and no faster than allowed; a pause holds for everybody."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.outbound.gate import Gate, TooLate
from tests.sources.hand_clock import HandClock

FOREVER = 1e9


@given(
    calls=st.integers(1, 5),
    window=st.floats(0.1, 60),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=40),
)
def test_no_window_ever_holds_more_than_allowed(calls: int, window: float, pauses: list[float]) -> None:
    async def story() -> list[float]:
        clock, left = HandClock(), list[float]()
        gate = Gate(calls, window, clock)
        for pause in pauses:
            clock.advance(pause)
            await gate.depart(FOREVER)
            left.append(clock.monotonic())
        return left

    left = asyncio.run(story())
    assert all(last - first >= window - 1e-9 for first, last in zip(left, left[calls:], strict=False))


async def test_who_cannot_leave_in_time_is_told_at_once() -> None:
    clock = HandClock()
    gate = Gate(1, 10.0, clock)
    await gate.depart(FOREVER)
    with pytest.raises(TooLate) as late:
        await gate.depart(5.0)
    assert (late.value.wait, late.value.paused, clock.slept) == (10.0, False, [])


async def test_a_pause_holds_those_who_wait_already() -> None:
    clock = HandClock()
    gate = Gate(1, 10.0, clock)
    await gate.depart(FOREVER)
    gate.close(100.0)
    assert gate.pause == 100.0
    with pytest.raises(TooLate) as late:
        await gate.depart(50.0)
    assert late.value.paused
    await gate.depart(FOREVER)
    assert clock.monotonic() == 100.0
    gate.close(5.0)
    gate.close(1.0)
    assert gate.pause == 5.0


class _Stopped(HandClock):
    """A clock whose waiting never ends by itself."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


async def test_who_goes_away_gives_the_place_back() -> None:
    clock = _Stopped()
    gate = Gate(1, 10.0, clock)
    await gate.depart(FOREVER)
    waiting = asyncio.create_task(gate.depart(FOREVER))
    await asyncio.sleep(0)
    with pytest.raises(TooLate):
        await gate.depart(15.0)  # the next place, at 10, is taken
    waiting.cancel()
    await asyncio.wait({waiting})
    clock.advance(10.0)
    await gate.depart(15.0)
