"""What every test may ask for: a database with the starter catalogue, an open app, and the judge of requests."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from bot.app import App, open_app
from bot.run import ensure_catalog
from bot.settings import Settings
from tests.openapi import Judge
from tests.sources.tried import Tried

SHARED = Path(__file__).parents[2] / "shared"

JUDGED, FAULTS, SURVIVED = "judged", "faults", "survived"
# Of the weekly posts of a simulated year, and of a race of two processes.
DUE, MADE, CRASHES, FAILURES, RACED = "due", "made", "crashes", "failures", "raced"
COUNTS: pytest.StashKey[Counter[str]] = pytest.StashKey()

# A slow machine is no finding: what a test takes is never judged.
hypothesis.settings.register_profile(
    "segue", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("segue")


def settings(database: Path, **more: object) -> Settings:
    """Settings for a database file, untouched by the environment of whoever runs the tests."""
    given: dict[str, object] = {
        "SEGUE_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "SEGUE_SOURCES": "none",
        "SEGUE_COMMANDS_A_MINUTE": 0,
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
    """Nothing has been counted yet."""
    config.stash[COUNTS] = Counter()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the counts of one of several processes to the one that sums up."""
    output: dict[str, dict[str, int]] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["counts"] = dict(session.config.stash[COUNTS])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what one of several processes has counted; one that crashed has nothing to say."""
    node.config.stash[COUNTS].update(getattr(node, "workeroutput", {}).get("counts", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many request bodies Discord's document has judged, and how many faults the sources went through."""
    counts = config.stash[COUNTS]
    if counts[JUDGED]:
        terminalreporter.write_line(f"{counts[JUDGED]:,} requests judged by Discord's OpenAPI document")
    if counts[FAULTS]:
        terminalreporter.write_line(
            f"{counts[FAULTS]:,} faults of outside music services tried, {counts[SURVIVED]:,} survived"
        )
    if counts[DUE]:
        terminalreporter.write_line(
            f"a year of weekly posts: {counts[DUE]:,} due, {counts[MADE]:,} made, through {counts[CRASHES]:,} crashes "
            f"and {counts[FAILURES]:,} failures of Discord"
        )
    if counts[RACED]:
        terminalreporter.write_line(f"two processes raced for 1,000 weekly posts: {counts[RACED]:,} made")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """One BLAS thread: a second one that has to share its core makes a fit forty times slower."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config) -> Iterator[Judge]:
    """The judge of every request body; one for the whole run, so that its count can be told at the end."""
    needs("discord/openapi.json.gz")
    one = Judge.load()
    yield one
    pytestconfig.stash[COUNTS][JUDGED] += one.total


@pytest.fixture(scope="session")
def tried(pytestconfig: pytest.Config) -> Iterator[Tried]:
    """The count of faults tried on outside sources."""
    one = Tried()
    yield one
    pytestconfig.stash[COUNTS][FAULTS] += one.total
    pytestconfig.stash[COUNTS][SURVIVED] += one.survived


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a first start leaves it, with the starter catalogue and the model fitted on it; never changed."""
    folder = tmp_path_factory.mktemp("starter")
    asyncio.run(_first_start(settings(folder / "segue.db")))
    return folder


async def _first_start(chosen: Settings) -> None:
    await ensure_catalog(chosen)
    async with open_app(chosen):
        pass


@pytest.fixture
def database(starter: Path, tmp_path: Path) -> Path:
    """A database of the test's own, with the starter catalogue in it and its model beside it."""
    return Path(shutil.copytree(starter, tmp_path, dirs_exist_ok=True)) / "segue.db"


@pytest.fixture
async def app(database: Path) -> AsyncGenerator[App]:
    """An open app on the test's database."""
    async with open_app(settings(database), seed=1) as opened:
        yield opened


@pytest.fixture
def swift(database: Path) -> Iterator[Path]:
    """The same on a disk in memory, where there is one: for what writes a hundred thousand times."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(shutil.copy(database, folder))
