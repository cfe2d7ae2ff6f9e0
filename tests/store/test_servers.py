"""Comings and goings of servers, each noted once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.records import MemberChoices, MemberId, ServerId

ONE, TWO, THREE = ServerId(1), ServerId(2), ServerId(3)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        yield opened


async def test_a_server_is_new_once_for_each_time_it_comes(store: Store) -> None:
    assert await store.servers.joined(ONE, 1.0)
    assert not await store.servers.joined(ONE, 2.0)
    await store.servers.left(ONE, 3.0)
    await store.servers.left(ONE, 4.0)
    assert await store.servers.gone() == {ONE: 3.0}
    assert await store.servers.joined(ONE, 5.0)
    assert await store.servers.gone() == {}


async def test_of_many_who_ask_at_once_one_hears_that_it_is_new(store: Store) -> None:
    assert sum(await asyncio.gather(*(store.servers.joined(ONE, 1.0) for _ in range(20)))) == 1


async def test_a_row_that_a_command_wrote_is_no_greeting(store: Store) -> None:
    await store.choices.choose(ONE, MemberId(7), MemberChoices(hidden=True), 1.0)
    assert await store.servers.joined(ONE, 2.0)
    await store.choices.choose(TWO, MemberId(7), MemberChoices(hidden=True), 1.0)
    assert await store.servers.settle([ONE, TWO], 3.0) == ([], [])
    assert not await store.servers.joined(TWO, 4.0)


async def test_what_happened_while_nobody_looked_is_settled(store: Store) -> None:
    await store.servers.joined(ONE, 1.0)
    await store.servers.joined(TWO, 1.0)
    assert await store.servers.settle([TWO, THREE], 5.0) == ([THREE], [ONE])
    assert await store.servers.gone() == {ONE: 5.0}
    assert await store.servers.settle([ONE, TWO], 6.0) == ([ONE], [])


async def test_a_server_that_is_not_known_is_not_left(store: Store) -> None:
    await store.servers.left(ONE, 1.0)
    assert await store.servers.gone() == {}
