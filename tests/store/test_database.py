"""One file, one writer at a time, and transactions that mean what they say."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import StoreBusy, StoreError, StoreReadOnly
from bot.store import database as module
from bot.store.database import Database, database_file, explain


def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@asynccontextmanager
async def opened(file: Path) -> AsyncGenerator[Database]:
    db = Database(url(file))
    try:
        yield db
    finally:
        await db.close()


@pytest.fixture
async def db(tmp_path: Path) -> AsyncGenerator[Database]:
    async with opened(tmp_path / "segue.db") as database:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
        yield database


async def add(db: Database, word: str) -> None:
    async with db.write() as connection:
        await connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})


async def words(db: Database) -> list[str]:
    async with db.read() as connection:
        return list((await connection.execute(text("SELECT word FROM words ORDER BY word"))).scalars())


class TestTheFile:
    async def test_is_kept_safe_by_its_settings(self, db: Database) -> None:
        expected = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "busy_timeout": 2000,
        }
        for transaction in (db.write, db.read):
            async with transaction() as connection:
                found = {
                    name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in expected
                }
            assert found == expected

    async def test_gets_its_folder(self, tmp_path: Path) -> None:
        async with opened(tmp_path / "new" / "folder" / "segue.db") as db, db.write() as connection:
            await connection.execute(text("CREATE TABLE words (word TEXT)"))
        assert (tmp_path / "new" / "folder" / "segue.db").is_file()

    async def test_is_alone_after_closing(self, db: Database, tmp_path: Path) -> None:
        await add(db, "kept")
        assert (tmp_path / "segue.db-wal").exists()
        await db.close()
        assert [path.name for path in tmp_path.iterdir()] == ["segue.db"]

    def test_is_named_by_sqlite_addresses_only(self) -> None:
        assert database_file("sqlite+aiosqlite:///data/segue.db") == Path("data/segue.db")
        assert database_file("sqlite+aiosqlite:////srv/segue.db") == Path("/srv/segue.db")
        assert database_file("sqlite+aiosqlite:///:memory:") is None
        assert database_file("sqlite+aiosqlite://") is None


class TestATransaction:
    async def test_that_fails_leaves_nothing(self, db: Database) -> None:
        await add(db, "before")

        async def fail_half_way() -> None:
            async with db.write() as connection:
                await connection.execute(text("INSERT INTO words VALUES ('half')"))
                await connection.execute(text("CREATE TABLE other (word TEXT)"))
                await connection.execute(text("DROP TABLE words"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail_half_way()
        assert await words(db) == ["before"]
        async with db.read() as connection:
            tables = await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
            assert list(tables.scalars()) == ["words"]

    async def test_of_a_reader_sees_one_moment_while_a_writer_writes(self, db: Database) -> None:
        await add(db, "first")
        async with db.read() as reader:
            count = text("SELECT count(*) FROM words")
            assert (await reader.execute(count)).scalar() == 1
            async with db.write() as writer:
                await writer.execute(text("INSERT INTO words VALUES ('second')"))
                assert (await reader.execute(count)).scalar() == 1
            assert (await reader.execute(count)).scalar() == 1
        assert await words(db) == ["first", "second"]

    async def test_holds_the_write_lock_from_its_first_moment(
        self, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await add(db, "mine")
        monkeypatch.setattr(module, "BUSY_MS", 1)
        async with opened(tmp_path / "segue.db") as other:
            async with db.write():
                with pytest.raises(StoreBusy, match="locked by another process"):
                    await add(other, "theirs")
                assert await words(other) == ["mine"], "readers are not held up"
            await add(other, "theirs")
        assert await words(db) == ["mine", "theirs"]

    async def test_says_what_is_wrong_with_a_row_and_goes_on_afterwards(self, db: Database) -> None:
        await add(db, "once")
        with pytest.raises(IntegrityError):
            await add(db, "once")
        await add(db, "twice")
        assert await words(db) == ["once", "twice"]


class TestTrouble:
    async def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        file = tmp_path / "letter.db"
        file.write_text("Dear reader, this is not a database at all. " * 20)
        before = file.read_bytes()
        async with opened(file) as db:
            for transaction in (db.write, db.read):
                with pytest.raises(StoreError, match="not a healthy SQLite database"):
                    async with transaction():
                        pytest.fail("there is nothing to open")
        assert file.read_bytes() == before

    async def test_broken_pages(self, db: Database, tmp_path: Path) -> None:
        await add(db, "kept")
        await db.close()
        file = tmp_path / "segue.db"
        whole, page = file.read_bytes(), 4096
        file.write_bytes(whole[:page] + b"\xff" * (len(whole) - page))
        async with opened(file) as broken:
            with pytest.raises(StoreError, match="not a healthy SQLite database"):
                await words(broken)
            with pytest.raises(StoreError, match="not a healthy SQLite database"):
                await add(broken, "lost")

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file is in the way")
        with pytest.raises(StoreReadOnly, match=r"The folder .*data cannot be made.*SEGUE_DATABASE_URL"):
            Database(url(tmp_path / "data" / "segue.db"))

    async def test_a_place_that_cannot_be_opened(self, tmp_path: Path) -> None:
        async with opened(tmp_path) as db:
            with pytest.raises(StoreReadOnly, match="cannot be written"):
                await add(db, "nowhere")
        # aiosqlite's thread tells the loop that it ends, so the loop must outlive it.
        for thread in threading.enumerate():
            if "_connection_worker_thread" in thread.name:
                await asyncio.to_thread(thread.join)

    async def test_a_file_that_may_not_be_written(self, db: Database) -> None:
        async with db.write() as connection:
            await connection.execute(text("PRAGMA query_only = ON"))
        with pytest.raises(StoreReadOnly, match="Give this user write access"):
            await add(db, "refused")
        assert await words(db) == []

    async def test_a_full_disk(self, db: Database) -> None:
        async with db.write() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1"))
        with pytest.raises(StoreError, match="full or broken"):
            await add(db, "long " * 10_000)
        assert await words(db) == []

    @pytest.mark.parametrize(
        ("said", "kind", "sentence"),
        [
            ("database is locked", StoreBusy, "locked by another process"),
            ("attempt to write a readonly database", StoreReadOnly, "cannot be written"),
            ("unable to open database file", StoreReadOnly, "cannot be written"),
            ("disk I/O error", StoreError, "full or broken"),
            ("database disk image is malformed", StoreError, "Put a copy in its place"),
            ("something else", StoreError, "something else"),
        ],
    )
    def test_is_told_in_a_sentence_with_the_file(
        self, said: str, kind: type[StoreError], sentence: str
    ) -> None:
        error = DBAPIError("SELECT 1", None, sqlite3.OperationalError(said))
        told = explain(error, make_url("sqlite+aiosqlite:////srv/segue.db"))
        assert type(told) is kind
        assert sentence in str(told)
        assert "/srv/segue.db" in str(told)
