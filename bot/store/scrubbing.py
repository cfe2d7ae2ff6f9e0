"""Making sure that what was deleted is on the disk no more: not in the write-ahead log, not in copies of the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds that whoever still reads the log may take to end."""


def copies_of(file: Path) -> list[Path]:
    """The copies that were made of a database before it was migrated (see `bot.store.migrate`)."""
    return sorted(file.parent.glob(f"{file.name}.*.backup"))


LARGE = 256 * 1024 * 1024
"""Bytes of a file that is written anew at once; a larger one would hold writers up for too long."""


def scrub(file: Path, *, largest: int = LARGE) -> bool:
    """Fold the log into the file, write the file anew, and delete copies; blocking, so call it in a thread.

    SQLite overwrites deleted rows (``secure_delete``), but where it had moved rows between pages before, what they were
    moved from may stay in the unused part of a page. A file that is written anew (``VACUUM``) has no such parts.

    Returns:
        False where it has to be done again: somebody was reading or writing all the while, there was no room for the
        new file, a copy cannot be deleted, or the file is larger.
    """
    copied = [copy for copy in copies_of(file) if not _deleted(copy)]
    try:
        small = file.stat().st_size <= largest
        with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
            if small:
                connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except (sqlite3.Error, OSError):  # locked, or no room for it just now
        return False
    return small and not busy and not copied


def _deleted(copy: Path) -> bool:
    try:
        copy.unlink(missing_ok=True)
    except OSError as error:
        log.warning("a copy that holds deleted data cannot be deleted", file=copy.name, error=str(error))
        return False
    return True
