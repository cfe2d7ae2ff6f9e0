"""One field of a weekly discovery changed at a time, with the log of it, so that nobody undoes what another admin changes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_once

from bot.store.arranged import WEEKLY
from bot.store.database import Database
from bot.store.records import DiscoverySettings, MemberId, ServerId, SettingChange
from bot.store.schema import discoveries, servers, setting_changes

_COLUMNS = {"channel": "channel_id", "count": "length"}
"""Fields of `DiscoverySettings` whose columns have other names."""


class ArrangingStore:
    """Begins a weekly discovery, or changes some of it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def alter(
        self,
        server: ServerId,
        member: MemberId,
        fields: Mapping[str, object],
        at: float,
        *,
        since: float | None = None,
    ) -> list[SettingChange] | None:
        """Change fields of a discovery and log what differs, in one step.

        Args:
            fields: values as JSON has them, by the names of `DiscoverySettings`.
            since: no post is due from before this moment, unix time; what was set before holds if it is later.

        Returns:
            what changed, or None where there is no discovery to change.
        """
        columns = {name: _COLUMNS.get(name, name) for name in fields}
        async with self._db.write() as connection:
            row = (
                await connection.execute(select(discoveries).where(discoveries.c.server_id == server))
            ).one_or_none()
            if row is None:
                return None
            before = {name: getattr(row, column) for name, column in columns.items()}
            changes = [
                SettingChange(WEEKLY + name, before[name], value, member, at)
                for name, value in fields.items()
                if before[name] != value
            ]
            if changes:
                values: dict[str, object] = {
                    columns[change.setting.removeprefix(WEEKLY)]: change.after for change in changes
                }
                if since is not None:
                    values["since"] = max(row.since, since)
                await connection.execute(
                    update(discoveries).where(discoveries.c.server_id == server).values(**values)
                )
                await connection.execute(insert(setting_changes), [logged(server, each) for each in changes])
            return changes

    async def begin(self, settings: DiscoverySettings, member: MemberId, at: float) -> list[SettingChange]:
        """Write the first settings of a discovery and log them; nothing happens where there are some already."""
        told = {
            "channel": settings.channel,
            "weekday": settings.weekday,
            "hour": settings.hour,
            "timezone": settings.timezone,
        }
        changes = [SettingChange(WEEKLY + name, None, value, member, at) for name, value in told.items()]
        values = {_COLUMNS.get(name, name): value for name, value in told.items()}
        values |= {"server_id": settings.server, "length": settings.count, "since": settings.since}
        async with self._db.write() as connection:
            await connection.execute(
                insert_once(servers).values(id=settings.server, joined_at=at).on_conflict_do_nothing()
            )
            made = await connection.execute(
                insert_once(discoveries)
                .values(**values)
                .on_conflict_do_nothing()
                .returning(discoveries.c.server_id)
            )
            if made.one_or_none() is None:
                return []
            await connection.execute(
                insert(setting_changes), [logged(settings.server, each) for each in changes]
            )
            return changes


def logged(server: ServerId, change: SettingChange) -> dict[str, object]:
    """The row of the log that a change becomes."""
    return {
        "server_id": server,
        "member_id": change.member,
        "setting": change.setting,
        "before": change.before,
        "after": change.after,
        "at": change.at,
    }
