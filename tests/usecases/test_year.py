"""Posts due = posts made, over a year in which everything goes wrong that can."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiosqlite
import pytest
import structlog

from bot.store.records import ChannelId, ServerId
from bot.usecases.weeks import week_of
from tests.conftest import COUNTS, DUE, MADE
from tests.conftest import CRASHES as CRASHED
from tests.conftest import FAILURES as FAILED
from tests.usecases.year import (
    HOUR,
    KINDS,
    Crash,
    Discord,
    Message,
    Process,
    Spell,
    at_once,
    ended,
    hour_of_week,
    next_try,
    process,
)

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Africa/Casablanca",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
)
SERVERS, CRASHES, FAILURES = 40, 200, 10_000
# Seconds between two turns while something is open. The loop itself comes round every minute.
EVERY = 600.0
# … and while nothing is.
IDLE = 24 * HOUR
FIRST, WEEKS = date(2026, 1, 5), 52
STEPS = (
    "before claim",
    "after claim",
    "after writing",
    "before send",
    "between send and confirm",
    "after confirm",
)


@dataclass
class Hours:
    """When a server wants its post, and from when on it wanted another hour."""

    zone: str
    weekday: int
    hour: int


@dataclass
class Year:
    """The year, and what is done in it."""

    draw: random.Random
    discord: Discord
    servers: dict[ServerId, Hours]
    crashes: Counter[str] = field(default_factory=Counter[str])
    doomed: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    dead: bool = False
    passed: Counter[str] = field(default_factory=Counter[str])

    def step(self, name: str) -> None:
        """Die here, if it is this step's turn, or the process is dead."""
        if self.dead:
            raise Crash(name)
        self.passed[name] += 1
        if self.doomed.get(name) and self.passed[name] >= self.doomed[name][0]:
            self.doomed[name].pop(0)
            self.crashes[name] += 1
            raise Crash(name)


def planned(seed: int) -> Year:
    """Servers, spells and crashes."""
    draw = random.Random(seed)
    start = datetime.combine(FIRST, datetime.min.time(), UTC).timestamp() - 14 * HOUR
    servers = {
        # Half of them at the hours at which clocks change.
        ServerId(number): Hours(
            ZONES[number % len(ZONES)],
            *(
                draw.choice([(6, 1), (6, 2), (6, 3)])
                if number % 2
                else (draw.randrange(7), draw.randrange(24))
            ),
        )
        for number in range(1, SERVERS + 1)
    }
    discord = Discord(draw, start)
    end = start + WEEKS * 7 * 24 * HOUR
    for server, hours in servers.items():
        for week in range(1, WEEKS - 1):
            if draw.random() < 0.11:
                at = hour_of_week(hours.zone, FIRST + timedelta(weeks=week), hours.weekday, hours.hour)
                begin = at - draw.uniform(0, HOUR)
                length = draw.choice((0.1, 0.5, 1, 3, 10)) * HOUR
                discord.spells.append(Spell(draw.choice(KINDS), begin, begin + length, server))
    for _ in range(14):
        begin = draw.uniform(start, end - 7 * 24 * HOUR)
        discord.spells.append(Spell(draw.choice(("429", "500", "timeout")), begin, begin + 3 * HOUR, None))
    discord.spells.sort(key=lambda spell: spell.start)
    posts = SERVERS * WEEKS
    each, more = divmod(CRASHES, len(STEPS))
    year = Year(draw, discord, servers)
    for number, name in enumerate(STEPS):
        times = draw.sample(range(10, posts - 100), each + (number < more))
        year.doomed[name] = sorted(times)
    return year


def moments(year: Year) -> Iterator[tuple[float, ServerId, str]]:
    """When each post is due, by an oracle that looks at every minute."""
    for server, hours in year.servers.items():
        for week in range(WEEKS):
            monday = FIRST + timedelta(weeks=week)
            yield hour_of_week(hours.zone, monday, hours.weekday, hours.hour), server, week_of(monday)


async def lived(year: Year, url: str, due: list[tuple[float, ServerId, str]]) -> None:
    """Let the year pass; a process that dies is started again a minute later."""
    discord = year.discord
    clock = sorted({at for at, _, _ in due})
    heapq.heapify(clock)
    last = max(at for at, _, _ in due) + 60 * HOUR
    begun = False
    while discord.now < last:
        try:
            async with process(url, discord.time, year.step) as running:
                discord.step = year.step
                if not begun:
                    await set_up(year, running)
                    begun = True
                while discord.now < last:
                    await turned(year, running)
                    tried = await next_try(running.store)
                    while clock and clock[0] <= discord.now:
                        heapq.heappop(clock)
                    coming = min([*clock[:1], last if tried is None else tried, discord.now + IDLE])
                    # The loop comes round once a minute, at any second of it.
                    discord.now = max(coming, discord.now + EVERY) + year.draw.uniform(0.0, 59.0)
        except Crash:
            year.dead = False
            discord.now += 60.0


async def turned(year: Year, running: Process) -> None:
    """One turn of the clock. Where the process dies in it, everything else that it was doing ends at its next step."""
    try:
        await running.clockwork.turn(year.discord)
    except Crash:
        year.dead = True
        await ended()
        raise


async def set_up(year: Year, running: Process) -> None:
    """Every admin chooses a channel and an hour."""
    for server, hours in year.servers.items():
        await running.weekly.configure(
            server=server,
            channel=ChannelId(1_000 + server),
            weekday=hours.weekday,
            hour=hours.hour,
            timezone=hours.zone,
        )


@pytest.fixture
def quiet() -> Iterator[None]:
    """Ten thousand failures are no news here."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def count(pytestconfig: pytest.Config) -> Counter[str]:
    return pytestconfig.stash[COUNTS]


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("quiet")
async def test_a_year_of_crashes_and_failures_loses_and_doubles_nothing(
    swift: Path, count: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiosqlite.Connection, "_execute", at_once)
    year = planned(7)
    due = sorted(moments(year))
    await lived(year, f"sqlite+aiosqlite:///{swift}?check_same_thread=false", due)
    discord = year.discord

    made: dict[tuple[ServerId, str], list[Message]] = {}
    for message in discord.messages:
        made.setdefault((message.server, message.nonce.partition("-")[2]), []).append(message)
    lost = [(server, week) for _, server, week in due if (server, week) not in made]
    doubled = [key for key, messages in made.items() if len(messages) > 1]
    late = [
        (server, week)
        for at, server, week in due
        if (server, week) not in lost
        and not at <= made[server, week][0].at < at + HOUR
        and not any(
            at - 60 <= failed
            for failed in discord.failed.get(server, ())
            if failed <= made[server, week][0].at
        )
    ]
    assert (lost, doubled, late) == ([], [], [])
    # The days after the last week are the first of another one.
    posts = sum(len(made[server, week]) for _, server, week in due)
    assert posts == len(due) == SERVERS * WEEKS
    assert sum(discord.failures.values()) >= FAILURES
    assert set(discord.failures) == set(KINDS)
    assert sum(year.crashes.values()) == CRASHES
    failures, crashes = sum(discord.failures.values()), sum(year.crashes.values())
    count.update({DUE: len(due), MADE: posts, CRASHED: crashes, FAILED: failures})
