"""``python -m bot report``: how songs were taken over all servers, in counts only."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bot.describe_operating import report_tables
from bot.errors import SegueError
from bot.terminal import opened_store, out, settings

if TYPE_CHECKING:
    from recommender import Engine

WEEKS, MOST_WEEKS = 8, 260


def report(
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write all figures to this file.", show_default=False)
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=MOST_WEEKS, help="So many weeks back.")] = WEEKS,
) -> None:
    """Say how songs were taken over all servers: by source, dial and week, with intervals; no names."""
    from bot.cards.figures import figures
    from bot.usecases.insights import insights

    async def work() -> None:
        chosen = settings()
        engine = await asyncio.to_thread(_engine, chosen.database_url)
        async with opened_store(chosen) as (store, _show):
            found = await insights(store, engine, time.time(), server=None, weeks=weeks)
        for part in report_tables(found):
            out.print(part, soft_wrap=isinstance(part, str), highlight=False)
            out.print()
        if csv is not None:
            try:
                await asyncio.to_thread(csv.write_text, figures(found), encoding="utf-8", newline="")
            except OSError as error:
                raise SegueError(f"{csv} cannot be written ({error.strerror}).") from error
            out.print(escape(f"All figures are in {csv}."), soft_wrap=True, highlight=False)

    asyncio.run(work())


def _engine(url: str) -> Engine:
    """The newest model, which knows who is little known; an empty one where there is none."""
    from bot.usecases.fitting import shelf_of
    from recommender import Engine

    shelf = shelf_of(url)
    model = None if shelf is None else shelf.latest()[0]
    return Engine() if model is None else model.engine
