"""Segue as it is, with a clock in its event loop that notes how long the loop was held.

``python -m benchmarks.held <api> <gateway>``: SIGUSR1 makes it forget the holds so far (those of the start), SIGUSR2 has
the engine fitted anew, SIGTERM ends it, and then it says the longest one in seconds, and the most processor time that the
bot itself took in any: what is above that, other processes took.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import bot.run
from bot.app import App, open_app
from bot.settings import Settings
from tests.wire.bot_process import main

TICK = 0.002
MARK = "longest hold"


async def _watch(holds: list[tuple[float, float]]) -> None:
    """Wake every two milliseconds; whatever it is later than that, the loop was held."""
    while True:
        begun, computed = time.perf_counter(), time.process_time()
        await asyncio.sleep(TICK)
        held = time.perf_counter() - begun - TICK
        holds.append((held, min(held, time.process_time() - computed)))


def watched() -> None:
    """Let the bot's own `serve` run beside the clock."""
    serve = bot.run.serve

    @asynccontextmanager
    async def opened(settings: Settings) -> AsyncGenerator[App]:
        async with open_app(settings) as app:
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, app.trainer.ask)
            yield app

    async def beside(settings: Settings) -> None:
        holds: list[tuple[float, float]] = []
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, holds.clear)
        watching = asyncio.create_task(_watch(holds))
        try:
            await serve(settings)
        finally:
            watching.cancel()
            longest = max((held for held, _ in holds), default=0.0)
            own = max((own for _, own in holds), default=0.0)
            print(MARK, longest, own, file=sys.stderr, flush=True)

    bot.run.open_app = opened
    bot.run.serve = beside


if __name__ == "__main__":
    watched()
    main()
