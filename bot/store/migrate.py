"""Bring the database to the newest revision, after a copy of it when there is something to change."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store.database import Database, database_file

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config() -> Config:
    """Alembic's configuration, made here so that no file has to be found."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    return made


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")


def _copy(source: Path, target: Path) -> None:
    # SQLite's own backup reads through the write-ahead log; a file copy would not.
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)


async def migrate(db: Database, *, told: Callable[[str], None] = lambda _line: None) -> None:
    """Upgrade to the head revision in one transaction; a failed upgrade leaves the database as it was.

    A SQLite file that already holds a revision is first copied to ``<file>.<revision>.backup``.

    Raises:
        StoreError: the database was made by a newer version, or cannot be read or written.
    """
    scripts = ScriptDirectory.from_config(config())
    head = scripts.get_current_head()
    async with db.read() as connection:
        current = await connection.run_sync(_revision)
    if current == head:
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"The database was written by a newer version of Segue (revision {current}). "
            "Install that version, or restore an older copy of the file."
        )
    file = database_file(str(db.url))
    if current is not None and file is not None:
        backup = file.with_name(f"{file.name}.{current}.backup")
        await asyncio.to_thread(_copy, file, backup)
        told(f"Copied the database to {backup} before changing it.")
        log.info("database copied before migration", backup=str(backup), revision=current)
    async with db.write() as connection:
        await connection.run_sync(_upgrade)
    log.info("database migrated", revision=head)
