"""``python -m bot train``: a fit of the recommender, for operators to watch and as the running bot's worker."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from bot.errors import SegueError
from bot.settings import Settings
from bot.store import Store
from bot.usecases import fitting
from recommender.archive import Manifest, Shelf, ShelfBusy

# Members come first wherever processor time is short.
NICE = 10
STAGES = {"reading": 0, "tuning": 1, "fitting": 1, "saving": 2}


class NotTrained(SegueError):
    """There is no new model; the sentence says why."""


async def train(chosen: Settings, url: str, console: Console) -> None:
    """Fit, with a progress bar, and say what came of it.

    Raises:
        NotTrained, StoreError: the models that are there stay as they are.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=3)

        def told(stage: str) -> None:
            bar.update(task, description=stage.capitalize(), completed=STAGES[stage])

        async with Store(url) as store:
            shelf, manifest = await _fitted(store, url, chosen, told)
    for line in described(shelf, manifest):
        console.print(line, soft_wrap=True, highlight=False, markup=False)


async def work(chosen: Settings, url: str) -> int:
    """Fit as the bot's worker, in JSON lines on standard output; the exit code."""
    try:
        async with _as_it_is(url) as store:
            _, manifest = await _fitted(store, url, chosen, lambda stage: _say(stage=stage))
    except SegueError as error:
        _say(error=str(error))
        return 2
    _say(version=manifest.version, metrics=manifest.metrics)
    return 0


def described(shelf: Shelf, manifest: Manifest) -> list[str]:
    """What a fit came to, line by line."""
    found = manifest.metrics
    read = ", ".join(f"{found[name]:,.0f} {name}" for name in ("songs", "playlists", "members", "verdicts"))
    where = f"Model {manifest.version} is in {shelf.path(manifest.version)} ({manifest.size / 1e6:.1f} MB)."
    return [
        f"Read: {read}",
        f"Fitted in {found['seconds']:.1f} s.",
        f"{where} A running bot takes it within a minute.",
    ]


async def _fitted(store: Store, url: str, chosen: Settings, told: fitting.Told) -> tuple[Shelf, Manifest]:
    shelf = fitting.shelf_of(url)
    if shelf is None:
        raise NotTrained("This database is not in a file, so there is no place for models beside it.")
    if not await store.catalog.count():
        raise NotTrained("The catalogue is empty. `python -m bot catalog starter` fills it.")
    if sys.platform != "win32":
        os.nice(NICE)
    try:
        return shelf, await fitting.train(store, shelf, blas_threads=chosen.blas_threads, told=told)
    except ShelfBusy as error:
        raise NotTrained(str(error)) from error
    except OSError as error:
        raise NotTrained(
            f"The folder {shelf.folder} cannot be written ({error.strerror}). Give this user write access to it."
        ) from error


@asynccontextmanager
async def _as_it_is(url: str) -> AsyncGenerator[Store]:
    """The store without a migration: that is the bot's own business, which has it open."""
    store = Store(url)
    try:
        yield store
    finally:
        await store.db.close()


def _say(**what: Any) -> None:
    # Nobody listens any more when the bot is gone; the next start can use the model all the same.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()
