"""Rows in bulk: read, inserted and updated in portions, so that the event loop is never held for long."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Executable, Table, and_, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

Progress = Callable[[int, int], None]
"""Called on the event loop with the rows done and the rows in all."""

Row = dict[str, Any]

_BATCH = 1_000  # rows; binding them holds the event loop for a few milliseconds
_PORTION = 2_000  # rows
_bulks = 0
_Made = TypeVar("_Made")


@contextmanager
def bulk() -> Generator[None]:
    """Keep Python's cycle collector from running while rows are made; to be entered on the event loop.

    Ten thousand rows make it look through every object of the program, which stops all threads for 100 ms at a
    time, and rows are in no cycles.
    """
    global _bulks
    if not _bulks and not gc.isenabled():  # somebody else's decision
        yield
        return
    _bulks += 1
    gc.disable()
    try:
        yield
    finally:
        _bulks -= 1
        if not _bulks:
            gc.enable()


@dataclass(slots=True)
class Meter:
    """Tells how far an import is."""

    tell: Progress | None
    total: int
    done: int = 0

    def add(self, rows: int) -> None:
        self.done += rows
        if self.tell is not None and rows:
            self.tell(self.done, self.total)


async def all_rows(connection: AsyncConnection, statement: Executable) -> list[Any]:
    """Every row; in portions, since making rows of a large table at once would hold the event loop."""
    rows: list[Any] = []
    async with connection.stream(statement) as result:
        async for portion in result.partitions(_PORTION):
            rows += portion
    return rows


async def made_of(make: Callable[..., _Made], *parts: list[Any]) -> _Made:
    """``make(*parts)`` in a thread, which also frees the rows: tens of thousands take the loop 40 ms."""

    def in_thread() -> _Made:
        made = make(*parts)
        for rows in parts:
            rows.clear()
        return made

    return await asyncio.to_thread(in_thread)


async def insert_rows(connection: AsyncConnection, table: Table, rows: list[Row], meter: Meter) -> None:
    for batch in _batches(rows):
        await connection.execute(insert(table), batch)
        meter.add(len(batch))


async def update_rows(
    connection: AsyncConnection, table: Table, keys: Sequence[str], rows: list[Row], meter: Meter
) -> None:
    if not rows:
        return
    values = [name for name in rows[0] if name not in keys]
    statement = (
        update(table)
        .where(and_(*(table.c[name] == bindparam(f"its_{name}") for name in keys)))
        .values({name: bindparam(f"new_{name}") for name in values})
    )
    for batch in _batches(rows):
        bound = [
            {f"its_{name}" if name in keys else f"new_{name}": value for name, value in row.items()}
            for row in batch
        ]
        await connection.execute(statement, bound)
        meter.add(len(batch))


def _batches(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
