"""Work beside a block begins with it, and never outlives it."""

from __future__ import annotations

import asyncio

import pytest

from bot.beside import beside


async def forever(told: list[str]) -> None:
    """Work that says when it begins and when it is broken off."""
    told.append("begun")
    try:
        await asyncio.Event().wait()
    finally:
        told.append("ended")


async def test_work_lasts_as_long_as_the_block() -> None:
    told: list[str] = []
    async with beside(forever(told), name="work"):
        await asyncio.sleep(0)
        assert told == ["begun"]
    assert told == ["begun", "ended"]


async def test_work_ends_when_the_block_fails() -> None:
    told: list[str] = []
    with pytest.raises(KeyError):
        async with beside(forever(told), name="work"):
            await asyncio.sleep(0)
            raise KeyError("block")
    assert told == ["begun", "ended"]


async def test_what_ended_the_work_is_told_after_the_block() -> None:
    async def failing() -> None:
        raise ValueError("work")

    with pytest.raises(ValueError, match="work"):
        async with beside(failing(), name="work"):
            await asyncio.sleep(0)
