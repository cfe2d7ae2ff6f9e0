"""A bot in a process of its own, for as long as the `async with` lasts."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.wire.standin import WireDiscord

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def spawned(
    discord_: WireDiscord, *arguments: str, env: dict[str, str] | None = None, cwd: Path = ROOT
) -> AsyncGenerator[Process]:
    """Yields once the bot has got READY; `process.kill()` is kill -9. Its output goes where the test's goes."""
    before = discord_.gateway.identified
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.wire.bot_process",
        discord_.api,
        discord_.url,
        *arguments,
        cwd=cwd,
        env={
            **os.environ,
            "DISCORD_TOKEN": "token",
            "PYTHONPATH": str(ROOT),
            "SEGUE_COMMANDS_A_MINUTE": "0",
            **(env or {}),
        },
    )
    ended = asyncio.create_task(process.wait())
    ready = asyncio.create_task(discord_.ready(before + 1, timeout=60))
    try:
        await asyncio.wait([ended, ready], return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            raise RuntimeError(f"the bot ended with {process.returncode} before it was ready")
        await ready
        yield process
    finally:
        ready.cancel()
        if process.returncode is None:
            process.kill()
        await asyncio.gather(ended, ready, return_exceptions=True)
