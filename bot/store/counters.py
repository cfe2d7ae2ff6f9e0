"""What happened how often on which day, by whom: small numbers that are written with what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Integer, Text, cast, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import meta

NEW_SONGS = "new songs"
"""Songs that came one by one, by source."""
NEAR_LIKED = "near liked"
"""Those among them that came because they are near a song that somebody likes."""
KEPT_DAYS = 30


async def count_up(connection: AsyncConnection, what: str, by: Mapping[str, int], at: float) -> None:
    """Add to the counts of the day (UTC) of ``at``; what is older than a month is forgotten."""
    for source, more in by.items():
        if more:
            counted = insert(meta).values(key=f"{_begin(what, at)}:{source}", value=str(more))
            both = cast(cast(meta.c.value, Integer) + more, Text)
            await connection.execute(
                counted.on_conflict_do_update(index_elements=["key"], set_={"value": both})
            )
            old = _begin(what, at - timedelta(days=KEPT_DAYS).total_seconds())
            await connection.execute(delete(meta).where(meta.c.key >= f"{what}:", meta.c.key < old))


async def counted(connection: AsyncConnection, what: str, since: float) -> Counter[str]:
    """The counts by source, of the day of ``since`` and those after it."""
    wanted = select(meta.c.key, meta.c.value).where(
        meta.c.key >= _begin(what, since), meta.c.key < f"{what};"
    )
    counts: Counter[str] = Counter()
    for row in await connection.execute(wanted):
        counts[row.key.rpartition(":")[2]] += int(row.value)
    return counts


def _begin(what: str, at: float) -> str:
    return f"{what}:{datetime.fromtimestamp(at, UTC).date().isoformat()}"
