"""Choices and consent on disk."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.records import MemberId, ServerId, SongId
from bot.store.tastes import ChoiceKind, Chosen

HOME, AWAY = ServerId(1), ServerId(2)
ALICE, BOB = MemberId(2**62), MemberId(11)
GENRE, ARTIST = ChoiceKind.GENRE, ChoiceKind.ARTIST


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        yield opened


async def test_new_choices_of_a_kind_take_the_place_of_the_old_ones(store: Store) -> None:
    await store.tastes.choose(HOME, ALICE, GENRE, ["rock", "jazz", "rock"], 1.0)
    await store.tastes.choose(HOME, ALICE, ARTIST, ["Björk"], 2.0)
    await store.tastes.choose(HOME, ALICE, GENRE, ["folk"], 3.0)
    assert await store.tastes.all() == [
        Chosen(HOME, ALICE, ARTIST, "Björk"),
        Chosen(HOME, ALICE, GENRE, "folk"),
    ]
    await store.tastes.choose(HOME, ALICE, GENRE, [], 4.0)
    assert [each.kind for each in await store.tastes.all()] == [ARTIST]


async def test_forgetting_takes_a_member_out_of_every_server_and_nobody_else(store: Store) -> None:
    for server in (HOME, AWAY):
        await store.tastes.choose(server, ALICE, GENRE, ["rock"], 1.0)
    await store.tastes.choose(HOME, BOB, GENRE, ["rock"], 1.0)
    assert await store.tastes.forget(ALICE) == 2
    assert await store.tastes.forget(ALICE) == 0
    assert [each.member for each in await store.tastes.all()] == [BOB]


async def test_consent_is_of_one_server_and_can_be_said_twice(store: Store) -> None:
    await store.tastes.show(HOME, BOB, visible=True, at=1.0)
    await store.tastes.show(HOME, ALICE, visible=True, at=2.0)
    await store.tastes.show(HOME, BOB, visible=True, at=3.0)
    assert await store.tastes.visible(HOME) == [BOB, ALICE]
    assert await store.tastes.visible(AWAY) == []
    for _ in range(2):
        await store.tastes.show(HOME, BOB, visible=False, at=4.0)
    assert await store.tastes.visible(HOME) == [ALICE]


async def test_nothing_measured_is_nothing_known(store: Store) -> None:
    assert await store.tastes.measured([SongId(1)], ["energy"]) == {}
    assert await store.tastes.measured([], ["energy", "valence"]) == {}
