"""Starting on a database of any age: it becomes the newest, is copied first, or stays as it was."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata  # pyright: ignore[reportUnknownVariableType]
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.meta import MetaStore
from bot.store.migrate import FOLDER, migrate
from bot.store.schema import metadata

NEXT = '''
"""A later revision, for the test."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "0003"


def upgrade():
    op.add_column("meta", sa.Column("note", sa.Text()))
    {then}
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "segue.db"


@pytest.fixture
async def db(file: Path) -> AsyncGenerator[Database]:
    database = Database(f"sqlite+aiosqlite:///{file}")
    yield database
    await database.close()


def later_version(folder: Path, monkeypatch: pytest.MonkeyPatch, *, then: str = "") -> None:
    """Pretend that Segue was updated to a version with one more revision."""
    copied = shutil.copytree(FOLDER, folder / "migrations")
    (copied / "versions" / "9999_later.py").write_text(NEXT.format(then=then))
    monkeypatch.setattr(sys.modules["bot.store.migrate"], "FOLDER", copied)


def content(file: Path) -> list[str]:
    """Everything that is in a database."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


async def write_fact(db: Database, key: str = "fact") -> None:
    await MetaStore(db).set(key, "kept")


async def test_the_revisions_build_exactly_the_schema(db: Database) -> None:
    await migrate(db)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    def checks(connection: Connection) -> set[str]:
        rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%CHECK%'"))
        return {part for (sql,) in rows for part in sql.split() if part.startswith("ck_")}

    async with db.read() as connection:
        assert await connection.run_sync(differences) == []
        migrated = await connection.run_sync(checks)
    # Alembic does not compare checks.
    named = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_")
    }
    assert migrated == named
    assert len(named) == 4


async def test_a_new_database_needs_no_copy(db: Database, file: Path) -> None:
    told: list[str] = []
    await migrate(db, told=told.append)
    assert told == []
    assert not list(file.parent.glob("*.backup"))


async def test_a_current_database_is_not_touched(db: Database, file: Path) -> None:
    await migrate(db)
    await db.close()
    before = file.read_bytes()
    await migrate(db)
    await db.close()
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


async def test_an_older_database_is_copied_then_upgraded(
    db: Database, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(db)
    await write_fact(db)  # still in the write-ahead log, not in the file
    old = content(file)
    later_version(tmp_path, monkeypatch)
    told: list[str] = []
    await migrate(db, told=told.append)

    backup = file.with_name("segue.db.0003.backup")
    assert told == [f"Copied the database to {backup} before changing it."]
    assert content(backup) == old
    assert any("'fact'" in line for line in old)
    async with db.read() as connection:
        assert (await connection.execute(text("SELECT key, value, note FROM meta"))).all() == [
            ("fact", "kept", None)
        ]


async def test_a_failed_upgrade_leaves_the_database_as_it_was(
    db: Database, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(db)
    await write_fact(db)
    old = content(file)
    with monkeypatch.context() as patch:
        later_version(tmp_path, patch, then='op.execute("ALTER TABLE nothing ADD COLUMN x")')
        with pytest.raises(StoreError):
            await migrate(db)
    assert content(file) == old
    await migrate(db)
    await write_fact(db, "second")
    assert await MetaStore(db).get("fact") == "kept"


async def test_a_newer_database_is_refused_and_left_alone(db: Database, file: Path) -> None:
    await migrate(db)
    async with db.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '4711'"))
    old = content(file)
    with pytest.raises(StoreError, match=r"newer version of Segue \(revision 4711\)"):
        await migrate(db)
    assert content(file) == old
    assert not list(file.parent.glob("*.backup"))
