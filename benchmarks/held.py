"""Segue as it is, with a clock in its event loop that notes how long the loop was held.

``python -m benchmarks.held <api> <gateway>``; SIGTERM ends it, and the longest hold in seconds is its last line.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import bot.run
from bot.settings import Settings
from tests.wire.bot_process import main

TICK = 0.002
MARK = "longest hold"


async def _watch(holds: list[float], started: Path) -> None:
    """Wake every two milliseconds; whatever it is later than that, the loop was held."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        if started.exists():
            holds.append(time.perf_counter() - begun - TICK)


def watched(started: Path) -> None:
    """Let the bot's own `serve` run beside the clock, which counts once a file is there: after the start."""
    serve = bot.run.serve

    async def beside(settings: Settings) -> None:
        holds: list[float] = []
        watching = asyncio.create_task(_watch(holds, started))
        try:
            await serve(settings)
        finally:
            watching.cancel()
            print(MARK, max(holds, default=0.0), file=sys.stderr, flush=True)

    bot.run.serve = beside


if __name__ == "__main__":
    watched(Path("holds.counted"))
    main()
