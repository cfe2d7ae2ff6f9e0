"""A week of a server belongs to whoever claims it first, whatever crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.store import Store
from bot.store.records import ChannelId, DiscoveryRun, DiscoverySettings, MessageId, PostId, ServerId
from bot.store.schema import discovery_runs

HOME, CHANNEL = ServerId(10**18), ChannelId(2)
FRIDAY = DiscoverySettings(HOME, CHANNEL, 4, 18, "Europe/Berlin", 10, since=100.5)
WEEK = "2026-W47"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        await opened.discovery.configure(FRIDAY)
        yield opened


async def claimed(store: Store, week: str = WEEK, at: float = 200.0) -> bool:
    return await store.discovery.claim(HOME, week, CHANNEL, at)


async def test_settings_are_kept_changed_and_forgotten(store: Store) -> None:
    assert await store.discovery.settings(HOME) == FRIDAY
    sunday = replace(FRIDAY, channel=ChannelId(3), weekday=6, hour=9, timezone="UTC", count=5, since=200.0)
    await store.discovery.configure(sunday)
    elsewhere = replace(FRIDAY, server=ServerId(1))
    await store.discovery.configure(elsewhere)
    assert await store.discovery.all() == [elsewhere, sunday]
    assert await store.discovery.stop(HOME) is True
    assert await store.discovery.stop(HOME) is False
    assert await store.discovery.settings(HOME) is None
    assert await store.discovery.all() == [elsewhere]


async def test_a_week_goes_from_claim_to_confirmation(store: Store) -> None:
    assert await store.discovery.run(HOME, WEEK) is None
    assert await claimed(store)
    run = DiscoveryRun(HOME, WEEK, "claimed", None, CHANNEL, None, 200.0)
    assert await store.discovery.run(HOME, WEEK) == run
    await store.discovery.attach(HOME, WEEK, PostId(7))
    await store.discovery.confirm(HOME, WEEK, MessageId(8))
    assert await store.discovery.run(HOME, WEEK) == replace(
        run, state="confirmed", post=PostId(7), message=MessageId(8)
    )


async def test_a_week_is_claimed_once_but_every_week_and_server_anew(store: Store) -> None:
    await store.discovery.configure(replace(FRIDAY, server=ServerId(1)))
    assert await claimed(store)
    assert not await claimed(store)
    assert await claimed(store, "2026-W48")
    assert await store.discovery.claim(ServerId(1), WEEK, CHANNEL, 200.0)


async def test_of_many_claims_at_once_from_two_processes_one_succeeds(store: Store) -> None:
    async with Store(store.url) as other:
        answers = await asyncio.gather(*(claimed(each) for each in (store, other) for _ in range(10)))
    assert sorted(answers) == [False] * 19 + [True]


async def test_a_week_that_was_given_back_can_be_claimed_again(store: Store) -> None:
    await claimed(store)
    await store.discovery.release(HOME, WEEK)
    assert await store.discovery.run(HOME, WEEK) is None
    assert await claimed(store)


async def test_a_confirmed_week_is_never_given_back(store: Store) -> None:
    await claimed(store)
    await store.discovery.confirm(HOME, WEEK, MessageId(8))
    await store.discovery.release(HOME, WEEK)
    assert not await claimed(store)


async def test_weeks_stay_known_when_the_settings_go(store: Store) -> None:
    await claimed(store)
    await store.discovery.stop(HOME)
    assert not await claimed(store)


async def test_what_a_crash_left_behind_is_found_oldest_first(store: Store) -> None:
    for week, at in (("2026-W49", 3.0), ("2026-W47", 1.0), ("2026-W48", 2.0), ("2026-W50", 4.0)):
        await claimed(store, week, at)
    await store.discovery.confirm(HOME, "2026-W48", MessageId(8))
    await store.discovery.doubt(HOME, "2026-W50")
    assert [run.week for run in await store.discovery.unconfirmed()] == ["2026-W47", "2026-W49"]


async def test_the_database_itself_knows_the_states(store: Store) -> None:
    await claimed(store)
    with pytest.raises(IntegrityError, match="ck_discovery_runs_state"):
        async with store.db.write() as connection:
            await connection.execute(update(discovery_runs).values(state="lost"))
