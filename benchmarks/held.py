"""Segue as it is, with a clock in its event loop that notes how long the loop was held.

``python -m benchmarks.held <api> <gateway>``: SIGUSR1 makes it forget the holds so far (those of the start), SIGTERM ends
it, and then it says the longest one in seconds.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time

import bot.run
from bot.settings import Settings
from tests.wire.bot_process import main

TICK = 0.002
MARK = "longest hold"


async def _watch(holds: list[float]) -> None:
    """Wake every two milliseconds; whatever it is later than that, the loop was held."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        holds.append(time.perf_counter() - begun - TICK)


def watched() -> None:
    """Let the bot's own `serve` run beside the clock."""
    serve = bot.run.serve

    async def beside(settings: Settings) -> None:
        holds: list[float] = []
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, holds.clear)
        watching = asyncio.create_task(_watch(holds))
        try:
            await serve(settings)
        finally:
            watching.cancel()
            print(MARK, max(holds, default=0.0), file=sys.stderr, flush=True)

    bot.run.serve = beside


if __name__ == "__main__":
    watched()
    main()
