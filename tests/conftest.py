"""What every test may ask for: a database with the starter catalogue, an open app, and the judge of requests."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.run import ensure_catalog
from bot.settings import Settings
from tests.openapi import DOCUMENT, Judge
from tests.sources.tried import Tried

SHARED = Path(__file__).parents[2] / "shared"

JUDGE: pytest.StashKey[Judge | None] = pytest.StashKey()
TRIED: pytest.StashKey[Tried] = pytest.StashKey()


def settings(database: Path, **more: object) -> Settings:
    """Settings for a database file, untouched by the environment of whoever runs the tests."""
    given: dict[str, object] = {
        "SEGUE_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "SEGUE_SOURCES": "none",
        "SEGUE_HEALTH_FILE": str(database.with_suffix(".health")),
        **more,
    }
    return Settings.model_validate(given)


def needs(file: str) -> Path:
    """A file of the shared data; the test skips, naming it, where it is missing (never in CI)."""
    path = SHARED / file
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"../shared/{file} is missing in CI")
        pytest.skip(f"../shared/{file} is not here")
    return path


def pytest_configure(config: pytest.Config) -> None:
    """Keep one judge and one count of faults for the whole run, to be told at the end."""
    config.stash[JUDGE] = Judge.load() if DOCUMENT.exists() else None
    config.stash[TRIED] = Tried()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many request bodies Discord's document has judged, and how many faults the sources went through."""
    judge = config.stash[JUDGE]
    if judge is not None and judge.total:
        terminalreporter.write_line(f"{judge.total:,} requests judged by Discord's OpenAPI document")
    tried = config.stash[TRIED]
    if tried.total:
        terminalreporter.write_line(
            f"{tried.total:,} faults of outside music services tried, {tried.survived:,} survived"
        )


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config) -> Judge:
    """The judge of every request body."""
    needs("discord/openapi.json.gz")
    found = pytestconfig.stash[JUDGE]
    assert found is not None
    return found


@pytest.fixture(scope="session")
def tried(pytestconfig: pytest.Config) -> Tried:
    """The count of faults tried on outside sources."""
    return pytestconfig.stash[TRIED]


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the starter catalogue and nothing else; copied, never changed."""
    file = tmp_path_factory.mktemp("starter") / "starter.db"
    asyncio.run(ensure_catalog(settings(file)))
    return file


@pytest.fixture
def database(starter: Path, tmp_path: Path) -> Path:
    """A database of the test's own, with the starter catalogue in it."""
    return Path(shutil.copy(starter, tmp_path / "segue.db"))


@pytest.fixture
async def app(database: Path) -> AsyncGenerator[App]:
    """An open app on the test's database."""
    async with open_app(settings(database), seed=1) as opened:
        yield opened
