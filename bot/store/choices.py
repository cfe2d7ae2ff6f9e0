"""What servers' admins and members chose."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.arranging import logged
from bot.store.database import Database
from bot.store.records import MemberChoices, MemberId, ServerId, ServerSettings, SettingChange
from bot.store.schema import member_choices, server_settings, servers, setting_changes

# What a later version may have added is left out.
_SETTINGS = TypeAdapter(ServerSettings)


class ChoiceStore:
    """Settings of servers with the log of their changes, and choices of members."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def settings(self) -> dict[ServerId, ServerSettings]:
        """Of every server that changed something."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(server_settings))
            return {ServerId(row.server_id): _SETTINGS.validate_python(row.chosen) for row in rows}

    async def change(
        self, server: ServerId, chosen: ServerSettings, changes: list[SettingChange], at: float
    ) -> None:
        """Write settings over earlier ones, and what changed into the log, in one step."""
        values = {"chosen": asdict(chosen), "at": at}
        async with self._db.write() as connection:
            await connection.execute(insert(servers).values(id=server, joined_at=at).on_conflict_do_nothing())
            await connection.execute(
                insert(server_settings)
                .values(server_id=server, **values)
                .on_conflict_do_update(index_elements=["server_id"], set_=values)
            )
            if changes:
                await connection.execute(insert(setting_changes), [logged(server, each) for each in changes])

    async def changes(self, server: ServerId, most: int = 20) -> list[SettingChange]:
        """The last changes, newest first."""
        newest = (
            select(setting_changes)
            .where(setting_changes.c.server_id == server)
            .order_by(setting_changes.c.id.desc())
            .limit(most)
        )
        async with self._db.read() as connection:
            return [
                SettingChange(
                    row.setting,
                    row.before,
                    row.after,
                    None if row.member_id is None else MemberId(row.member_id),
                    row.at,
                )
                for row in await connection.execute(newest)
            ]

    async def choices(self) -> dict[tuple[ServerId, MemberId], MemberChoices]:
        """Of every member who chose something."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(member_choices))
            return {
                (ServerId(row.server_id), MemberId(row.member_id)): MemberChoices(row.paused, row.hidden)
                for row in rows
            }

    async def choose(self, server: ServerId, member: MemberId, chosen: MemberChoices, at: float) -> None:
        """Write a member's choices over earlier ones."""
        values = {**asdict(chosen), "at": at}
        async with self._db.write() as connection:
            await connection.execute(insert(servers).values(id=server, joined_at=at).on_conflict_do_nothing())
            await connection.execute(
                insert(member_choices)
                .values(server_id=server, member_id=member, **values)
                .on_conflict_do_update(index_elements=["server_id", "member_id"], set_=values)
            )

    async def forget(self, member: MemberId) -> None:
        """Take a member's choices and name out, everywhere."""
        async with self._db.write() as connection:
            await connection.execute(member_choices.delete().where(member_choices.c.member_id == member))
            await connection.execute(
                update(setting_changes).where(setting_changes.c.member_id == member).values(member_id=None)
            )
