"""Making sure that what was deleted is on the disk no more: not in the write-ahead log, not in copies of the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PATIENCE = 2.0
"""Seconds that whoever still reads the log may take to end."""


def copies_of(file: Path) -> list[Path]:
    """The copies that were made of a database before it was migrated (see `bot.store.migrate`)."""
    return sorted(file.parent.glob(f"{file.name}.*.backup"))


def scrub(file: Path) -> bool:
    """Fold the log into the file, empty it, and delete copies; blocking, so call it in a thread.

    Deleted rows are overwritten in the file itself (``secure_delete``), so that nothing of them is left then.

    Returns:
        False where somebody was reading the log all the while: then it has to be done again.
    """
    for copy in copies_of(file):
        copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
