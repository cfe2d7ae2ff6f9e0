"""Two processes on one database, and a thousand posts that both want to make."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.store import Store
from bot.store.records import RunState
from bot.store.schema import discoveries, servers
from bot.usecases.taste import DAY
from bot.usecases.weeks import week_of
from tests.conftest import COUNTS, RACED
from tests.usecases.racing import NOW

ROOT = Path(__file__).parents[2]
POSTS = 1_000


async def racer(database: Path, wall: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.usecases.racing",
        str(database),
        str(wall),
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def said(process: Process) -> list[int]:
    assert process.stdout is not None
    return [int(word) for word in (await process.stdout.readline()).split()]


@pytest.mark.timeout(600)
async def test_two_processes_racing_for_a_thousand_posts_make_a_thousand(
    swift: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    at = datetime.fromtimestamp(NOW, UTC)
    when = {"weekday": at.weekday(), "hour": at.hour, "timezone": "UTC", "length": 1, "since": NOW - 3 * DAY}
    async with Store(f"sqlite+aiosqlite:///{swift}") as store:
        numbers = range(1, POSTS + 1)
        async with store.db.write() as connection:
            await connection.execute(
                insert(servers), [{"id": number, "joined_at": NOW - 3 * DAY} for number in numbers]
            )
            await connection.execute(
                insert(discoveries),
                [{"server_id": number, "channel_id": number, **when} for number in numbers],
            )
        wall = tmp_path / "wall"
        wall.touch()
        both = [await racer(swift, wall) for _ in range(2)]
        assert [await said(each) for each in both] == [[POSTS], [POSTS]]
        for each in both:
            assert each.stdin is not None
            each.stdin.write(b"go\n")
        made = [await said(each) for each in both]
        assert [await each.wait() for each in both] == [0, 0]
        states = await store.runs.states([week_of(at.date())])

    lines = Counter(line.rpartition(" ")[0] for line in wall.read_text().splitlines())
    assert len(lines) == POSTS
    assert set(lines.values()) == {1}
    assert Counter(state for state, _ in states.values()) == {RunState.CONFIRMED: POSTS}
    # Both had their part in it.
    assert all(count > 0 for count, _ in made), made
    pytestconfig.stash[COUNTS][RACED] += len(lines)
