"""What all commands share: the two consoles, the settings, and the open store with its progress bars."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot import logs
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.store import Store

Show = Callable[[str, int, int | None], None]
"""Called with the stage, what is done of it and what there is in all (None when unknown)."""

out = Console()
err = Console(stderr=True)


def settings() -> Settings:
    """The settings, with logging set up by them."""
    loaded = load()
    logs.configure(loaded)
    return loaded


@contextmanager
def bars() -> Generator[Show]:
    """A progress bar a stage, gone at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage.capitalize(), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show


@asynccontextmanager
async def opened_store(chosen: Settings) -> AsyncGenerator[tuple[Store, Show]]:
    """The open store, and what shows the progress of work on it."""
    from bot.store import Store

    async with Store(chosen.database_url) as store:
        with bars() as show:
            yield store, show
