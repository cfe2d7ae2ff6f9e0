"""Settings of servers and choices of members: kept, logged, forgotten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from bot.store import Store
from bot.store.records import MemberId, ServerId, ServerSettings
from bot.usecases.choices import Choices

HERE, THERE = ServerId(1), ServerId(2)
ADA, BOB = MemberId(10), MemberId(11)
NOW = 1_700_000_000.0


async def opened(store: Store) -> Choices:
    choices = Choices(store, lambda: NOW)
    await choices.load()
    return choices


async def test_settings_survive_a_restart_and_changes_are_logged(tmp_path: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        choices = await opened(store)
        assert choices.server(HERE) == ServerSettings()
        chosen = replace(choices.server(HERE), dial="familiar", channels=(5, 6))
        changed = await choices.change(HERE, ADA, chosen)
        assert {change.setting for change in changed} == {"dial", "channels"}
        assert await choices.change(HERE, ADA, chosen) == []
        again = await opened(store)
        assert again.server(HERE) == chosen
        assert again.server(THERE) == ServerSettings()
        logged = await store.choices.changes(HERE)
        assert {(each.setting, each.member, each.at) for each in logged} == {
            ("dial", ADA, NOW),
            ("channels", ADA, NOW),
        }


async def test_what_a_later_version_added_is_left_out(tmp_path: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        choices = await opened(store)
        await choices.change(HERE, ADA, ServerSettings(length=7))
        async with store.db.write() as connection:
            await connection.execute(
                text("UPDATE server_settings SET chosen = json_set(chosen, '$.from_tomorrow', 1)")
            )
        assert (await opened(store)).server(HERE) == ServerSettings(length=7)


async def test_members_choices_are_kept_by_server_and_forgotten_everywhere(tmp_path: Path) -> None:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as store:
        choices = await opened(store)
        await choices.choose(HERE, ADA, paused=True)
        await choices.choose(HERE, ADA, hidden=True)
        await choices.choose(THERE, BOB, hidden=True)
        await choices.change(HERE, ADA, ServerSettings(length=9))
        again = await opened(store)
        assert (again.member(HERE, ADA).paused, again.member(HERE, ADA).hidden) == (True, True)
        assert not again.member(THERE, ADA).hidden
        await again.forget(ADA)
        assert not again.member(HERE, ADA).paused
        assert (await opened(store)).member(THERE, BOB).hidden
        assert [each.member for each in await store.choices.changes(HERE)] == [None]
