"""Numbers that buttons and cards in Discord hold: once a row is deleted, its number must never mean another one.

SQLite gives the number of the last row again when that was deleted; so before rows go, the last number is noted.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Integer, Table, case, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.meta import note
from bot.store.schema import meta


def _key(table: Table) -> str:
    return f"{table.name}.last"


def next_number(table: Table) -> ColumnElement[int]:
    """The number of a new row: above all that there are and ever were."""
    noted = select(as_type(meta.c.value, Integer)).where(meta.c.key == _key(table)).scalar_subquery()
    last = select(func.max(table.c.id)).scalar_subquery()
    there, were = func.coalesce(last, 0), func.coalesce(noted, 0)
    return case((there > were, there), else_=were) + 1


async def never_again(connection: AsyncConnection, table: Table) -> None:
    """Note the last number of a table before rows are deleted from it."""
    last = (await connection.execute(select(next_number(table) - 1))).scalar_one()
    await note(connection, _key(table), str(last))
