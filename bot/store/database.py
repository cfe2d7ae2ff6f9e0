"""The connection to the database: one writer, a few readers, transactions that mean what they say."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StoreBusy, StoreError, StoreReadOnly

# A tap must be answered within Discord's 3 seconds, so a lock that lasts longer than this is told, not awaited.
BUSY_MS = 2_000
# Whoever queued behind such a lock has waited already: as long as it lasts, they are told at once.
STILL_BUSY_MS = 25


def database_file(url: str) -> Path | None:
    """The file behind a SQLite address, or None for servers and for memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def explain(error: DBAPIError, url: URL) -> StoreError:
    """The typed error for what the driver said."""
    said = str(error.orig).lower()
    where = url.database or url.render_as_string(hide_password=True)
    if "locked" in said or "busy" in said:
        return StoreBusy(f"The database {where} is locked by another process. Stop it, then try again.")
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return StoreReadOnly(
            f"The database {where} cannot be written. Give this user write access to the file and its folder."
        )
    if "disk is full" in said or "disk i/o" in said:
        return StoreError(f"The disk of {where} is full or broken. Free some space, then try again.")
    if "not a database" in said or "malformed" in said:
        return StoreError(
            f"{where} is not a healthy SQLite database. Put a copy in its place, without its -wal and -shm files."
        )
    return StoreError(f"The database {where} refused: {error.orig}")


class Database:
    """Transactions on one database.

    Writers queue on a single connection and begin with ``BEGIN IMMEDIATE``, so a read inside a write is never
    stale and never fails half-way; readers have connections of their own and are not held up by a writer (WAL).
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        file = database_file(url)
        if file is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreReadOnly(
                    f"The folder {file.parent} cannot be made ({error.strerror}). "
                    "Choose another place in SEGUE_DATABASE_URL."
                ) from error
        self._writer = self._engine(pool_size=1, begin="BEGIN IMMEDIATE")
        self._reader = self._engine(pool_size=4, begin="BEGIN")

    @property
    def sqlite(self) -> bool:
        """Whether this is SQLite (PostgreSQL needs none of its settings)."""
        return self.url.get_backend_name() == "sqlite"

    def _engine(self, *, pool_size: int, begin: str) -> AsyncEngine:
        if not self.sqlite:
            return create_async_engine(self.url, pool_size=pool_size, max_overflow=0)
        # isolation_level None: the driver would otherwise open transactions late and never around DDL.
        engine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"isolation_level": None},
        )

        def on_connect(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            for pragma in (
                f"busy_timeout = {BUSY_MS}",
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "secure_delete = ON",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        def on_begin(connection: Any) -> None:
            known = connection.info
            patience = STILL_BUSY_MS if known.get("refused") else BUSY_MS
            if known.get("patience", BUSY_MS) != patience:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
                known["patience"] = patience
            known["refused"] = True
            connection.exec_driver_sql(begin)
            known["refused"] = False

        event.listen(engine.sync_engine, "connect", on_connect)
        event.listen(engine.sync_engine, "begin", on_begin)
        return engine

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that is committed at the end of the block, or not at all.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was changed.
        """
        try:
            async with self._writer.begin() as connection:
                yield connection
        except DatabaseError as error:
            # Its subclasses other than OperationalError blame the statement, not the database.
            if isinstance(error, OperationalError) or type(error) is DatabaseError:
                raise explain(error, self.url) from error
            raise

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A consistent view for the length of the block."""
        try:
            async with self._reader.begin() as connection:
                yield connection
        except DatabaseError as error:
            # Its subclasses other than OperationalError blame the statement, not the database.
            if isinstance(error, OperationalError) or type(error) is DatabaseError:
                raise explain(error, self.url) from error
            raise

    async def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file by the last one."""
        await self._reader.dispose()
        await self._writer.dispose()
