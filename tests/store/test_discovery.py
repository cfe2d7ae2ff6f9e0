"""Whose week it is: several processes ask, one gets it, and nothing is done by who lost it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.store import Store
from bot.store.records import (
    ChannelId,
    DiscoveryRun,
    DiscoverySettings,
    MemberId,
    MessageId,
    PostId,
    RunState,
    ServerId,
    Why,
)
from bot.store.schema import discovery_runs

HOME, CHANNEL, ALICE = ServerId(10**18), ChannelId(2), MemberId(5)
FRIDAY = DiscoverySettings(HOME, CHANNEL, 4, 18, "Europe/Berlin", 10, since=100.5)
WEEK = "2026-W47"
ONE, OTHER = "one", "other"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        await opened.discovery.configure(FRIDAY)
        yield opened


async def claimed(
    store: Store,
    week: str = WEEK,
    at: float = 200.0,
    owner: str = ONE,
    *,
    member: MemberId | None = None,
    asked: bool = False,
) -> DiscoveryRun | None:
    return await store.runs.claim(
        HOME, week, CHANNEL, member=member, owner=owner, at=at, until=at + 300, asked=asked
    )


async def taken(store: Store, **more: object) -> DiscoveryRun:
    run = await claimed(store, **more)  # pyright: ignore[reportArgumentType]
    assert run is not None
    return run


async def now(store: Store) -> DiscoveryRun:
    run = await store.runs.run(HOME, WEEK)
    assert run is not None
    return run


async def test_settings_are_kept_changed_and_forgotten(store: Store) -> None:
    assert await store.discovery.settings(HOME) == FRIDAY
    sunday = replace(FRIDAY, channel=ChannelId(3), weekday=6, hour=9, timezone="UTC", count=5, since=200.0)
    await store.discovery.configure(sunday)
    elsewhere = replace(FRIDAY, server=ServerId(1))
    await store.discovery.configure(elsewhere)
    assert await store.discovery.all() == [elsewhere, sunday]
    assert await store.discovery.pause(HOME, 900.0)
    assert await store.discovery.settings(HOME) == replace(sunday, paused_until=900.0)
    assert await store.discovery.stop(HOME) is True
    assert await store.discovery.stop(HOME) is False
    assert await store.discovery.pause(HOME, None) is False
    assert await store.discovery.settings(HOME) is None
    assert await store.discovery.all() == [elsewhere]


class TestAWeek:
    async def test_goes_from_claim_to_confirmation(self, store: Store) -> None:
        assert await store.runs.run(HOME, WEEK) is None
        run = await taken(store)
        assert run == DiscoveryRun(
            HOME, WEEK, RunState.CLAIMED, None, CHANNEL, None, 200.0, owner=ONE, until=500.0
        )
        assert await store.runs.renew(run, owner=ONE, at=210, until=510, post=PostId(7))
        assert await store.runs.renew(run, owner=ONE, at=220, until=520, post=PostId(7), sending=True)
        assert (await now(store)).state is RunState.SENDING
        await store.runs.confirm(run, PostId(7), MessageId(8))
        made = await now(store)
        assert (made.state, made.post, made.message) == (RunState.CONFIRMED, 7, 8)

    async def test_is_claimed_once_but_every_week_server_and_member_anew(self, store: Store) -> None:
        await store.discovery.configure(replace(FRIDAY, server=ServerId(1)))
        assert await claimed(store)
        assert not await claimed(store, owner=OTHER)
        assert not await claimed(store, asked=True)
        assert await claimed(store, week="2026-W48")
        assert await claimed(store, member=ALICE)
        assert await store.runs.claim(ServerId(1), WEEK, CHANNEL, owner=ONE, at=200.0, until=500.0)

    async def test_of_many_claims_at_once_from_two_processes_one_succeeds(self, store: Store) -> None:
        async with Store(store.url) as other:
            answers = await asyncio.gather(*(claimed(each) for each in (store, other) for _ in range(10)))
        assert sum(answer is not None for answer in answers) == 1

    async def test_that_was_refused_waits_and_is_claimed_again_with_what_is_known_of_it(
        self, store: Store
    ) -> None:
        run = await taken(store)
        assert await store.runs.wait(run, owner=ONE, until=900.0, why=Why.PERMISSION, post=PostId(7))
        assert not await claimed(store, at=899.0, owner=OTHER)
        again = await taken(store, at=900.0, owner=OTHER)
        assert (again.at, again.tries, again.post, again.why) == (200.0, 1, 7, None)

    async def test_that_waits_was_skipped_or_is_in_doubt_is_an_admins_to_have(self, store: Store) -> None:
        run = await taken(store)
        await store.runs.wait(run, owner=ONE, until=900.0, why=Why.DISCORD, post=None)
        run = await taken(store, asked=True)
        await store.runs.doubt(run, owner=ONE, until=900.0)
        assert not await claimed(store)
        assert await claimed(store, asked=True)
        skipped = await store.runs.skip(HOME, "2026-W48", CHANNEL, why=Why.ASKED, at=1.0)
        assert skipped is not None
        assert not await claimed(store, week="2026-W48")
        assert await claimed(store, week="2026-W48", asked=True)

    async def test_that_is_there_is_never_skipped_taken_or_given_back(self, store: Store) -> None:
        run = await taken(store)
        await store.runs.confirm(run, None, MessageId(8))
        assert await store.runs.skip(HOME, WEEK, CHANNEL, why=Why.DOWN, at=1.0) is None
        assert not await store.runs.wait(run, owner=ONE, until=0.0, why=None, post=None)
        assert not await store.runs.doubt(run, owner=ONE, until=0.0)
        assert not await claimed(store, asked=True, at=10_000.0)
        assert (await now(store)).state is RunState.CONFIRMED

    async def test_stays_known_when_the_settings_go(self, store: Store) -> None:
        await taken(store)
        await store.discovery.stop(HOME)
        assert not await claimed(store)

    async def test_of_a_member_is_forgotten_with_them(self, store: Store) -> None:
        await taken(store, member=ALICE)
        await taken(store)
        assert await store.runs.forget(ALICE) == 1
        assert await store.runs.run(HOME, WEEK, ALICE) is None
        assert await store.runs.run(HOME, WEEK)


class TestALease:
    async def test_that_has_ended_lets_nobody_send(self, store: Store) -> None:
        run = await taken(store)
        assert not await store.runs.renew(run, owner=ONE, at=500.0, until=800.0, post=PostId(7), sending=True)
        assert (await now(store)).state is RunState.CLAIMED

    async def test_is_taken_over_once_and_only_when_it_has_ended(self, store: Store) -> None:
        run = await taken(store)
        assert not await store.runs.take(run, owner=OTHER, at=499.0, until=800.0)
        async with Store(store.url) as second:
            answers = await asyncio.gather(
                *(
                    each.runs.take(run, owner=f"{number}", at=500.0, until=800.0)
                    for number, each in enumerate((store, second) * 5)
                )
            )
        assert sum(answers) == 1

    async def test_that_was_taken_over_is_lost_to_its_first_owner(self, store: Store) -> None:
        run = await taken(store)
        assert await store.runs.take(run, owner=OTHER, at=500.0, until=800.0)
        assert not await store.runs.renew(run, owner=ONE, at=501.0, until=801.0, post=PostId(7))
        assert not await store.runs.wait(run, owner=ONE, until=0.0, why=None, post=None)
        assert await store.runs.renew(run, owner=OTHER, at=501.0, until=801.0, post=PostId(9))

    async def test_does_not_matter_to_who_has_seen_the_message_come(self, store: Store) -> None:
        run = await taken(store)
        await store.runs.renew(run, owner=ONE, at=210, until=510, post=PostId(7), sending=True)
        assert await store.runs.take(replace(run, state=RunState.SENDING), owner=OTHER, at=510.0, until=800.0)
        await store.runs.confirm(run, PostId(7), MessageId(8))
        assert (await now(store)).state is RunState.CONFIRMED


async def test_what_is_open_is_found_oldest_first_and_what_was_skipped_until_it_is_told(store: Store) -> None:
    for week, at in (("2026-W49", 3.0), ("2026-W47", 1.0), ("2026-W48", 2.0)):
        await taken(store, week=week, at=at)
    await store.runs.confirm(await now(store), None, MessageId(8))
    for week, why in (("2026-W40", Why.DOWN), ("2026-W41", Why.PAUSED)):
        await store.runs.skip(HOME, week, CHANNEL, why=why, at=4.0)
    found = await store.runs.open({Why.PAUSED}, 0.0)
    assert [run.week for run in found] == ["2026-W48", "2026-W49", "2026-W40"]
    assert await store.runs.note(found[-1], 5.0)
    assert not await store.runs.note(found[-1], 6.0)
    assert [run.week for run in await store.runs.open({Why.PAUSED}, 0.0)] == ["2026-W48", "2026-W49"]
    assert await store.runs.note(found[-1], None)
    assert len(await store.runs.open({Why.PAUSED}, 0.0)) == 3


async def test_only_what_an_admin_skipped_is_brought_back(store: Store) -> None:
    await store.runs.skip(HOME, "2026-W40", CHANNEL, why=Why.DOWN, at=4.0)
    await store.runs.skip(HOME, "2026-W41", CHANNEL, why=Why.ASKED, at=4.0)
    assert not await store.runs.unskip(HOME, "2026-W40")
    assert await store.runs.unskip(HOME, "2026-W41")
    assert not await store.runs.unskip(HOME, "2026-W41")
    assert await store.runs.run(HOME, "2026-W41") is None


async def test_history_comes_in_pages_newest_first(store: Store) -> None:
    for week in range(10, 22):
        await store.runs.skip(HOME, f"2026-W{week}", CHANNEL, why=Why.DOWN, at=4.0)
    await taken(store, member=ALICE)
    first, count = await store.runs.history(HOME, 8)
    rest, _ = await store.runs.history(HOME, 8, 8)
    assert ([run.week[-2:] for run in (*first, *rest)], count) == ([str(n) for n in range(21, 9, -1)], 12)


async def test_the_database_itself_knows_the_states(store: Store) -> None:
    await taken(store)
    with pytest.raises(IntegrityError, match="ck_discovery_runs_state"):
        async with store.db.write() as connection:
            await connection.execute(update(discovery_runs).values(state="lost"))


class TestAMixOfOnesOwn:
    async def test_is_chosen_changed_and_stopped(self, store: Store) -> None:
        mine = replace(FRIDAY, member=ALICE, language="de")
        await store.own.start(mine, ALICE, "de")
        assert await store.own.all() == [mine]
        assert await store.own.stop(HOME, ALICE)
        assert not await store.own.stop(HOME, ALICE)
        assert await store.own.all() == []

    async def test_ends_after_so_many_closed_doors_and_begins_anew_after_one_open(self, store: Store) -> None:
        await store.own.start(replace(FRIDAY, member=ALICE, language="en"), ALICE, "en")
        await store.own.met_closed(HOME, ALICE, 3)
        await store.own.arrived(HOME, ALICE)
        for times in (1, 2, 3):
            met = await store.own.met_closed(HOME, ALICE, 3)
            assert met is not None
            assert (met.closed, met.untold, met.off) == (times, True, times == 3)
        assert await store.own.all() == []
        assert [each.when.member for each in await store.own.untold()] == [ALICE]
        await store.own.told(ALICE)
        assert await store.own.untold() == []
        assert await store.own.met_closed(HOME, MemberId(6), 3) is None
        assert await store.own.forget(ALICE) == 1
