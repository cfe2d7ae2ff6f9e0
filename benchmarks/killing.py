"""kill -9 in the middle of taps, many times over."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from bot.run import ensure_catalog
from tests.conftest import settings
from tests.wire.killing import Tally, kill_rounds

AT_ONCE = 2


async def kill(runs: int, seed: int) -> Tally:
    """So many rounds, two bots at once, each on a database of its own."""
    lanes = [runs // AT_ONCE + (lane < runs % AT_ONCE) for lane in range(AT_ONCE)]
    with tempfile.TemporaryDirectory(prefix="segue-kill-") as made:
        databases = [Path(made) / f"lane-{lane}" / "segue.db" for lane in range(AT_ONCE)]
        for database in databases:
            # One after the other: Alembic keeps what it migrates in globals.
            await ensure_catalog(settings(database))
        rounds = zip(databases, lanes, strict=True)
        parts = [kill_rounds(database, count, seed + lane) for lane, (database, count) in enumerate(rounds)]
        return sum(await asyncio.gather(*parts), Tally())


def report(tally: Tally) -> str:
    return "\n".join(
        (
            f"{tally.rounds} kills, {tally.cut} of them with taps still under way",
            f"{tally.taps:,} taps, {tally.acknowledged:,} of them acknowledged",
            f"of the acknowledged: {tally.found:,} found, {tally.lost:,} lost, {tally.twice:,} twice",
            f"{tally.more:,} more were written and their acknowledgement cut off",
            f"integrity: {'; '.join(tally.broken) or 'ok after every kill'}",
        )
    )
