"""kill -9 in the middle of taps, many times over."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from bot.run import ensure_catalog
from tests.conftest import settings
from tests.wire.killing import Tally, kill_rounds

AT_ONCE = 2


async def _rounds(folder: Path, lane: int, runs: int, seed: int) -> Tally:
    database = folder / f"lane-{lane}" / "segue.db"
    await ensure_catalog(settings(database))
    return await kill_rounds(database, runs, seed + lane)


async def kill(runs: int, seed: int) -> Tally:
    """So many rounds, two bots at once, each on a database of its own."""
    lanes = [runs // AT_ONCE + (lane < runs % AT_ONCE) for lane in range(AT_ONCE)]
    with tempfile.TemporaryDirectory(prefix="segue-kill-") as made:
        parts = (_rounds(Path(made), lane, count, seed) for lane, count in enumerate(lanes))
        return sum(await asyncio.gather(*parts), Tally())


def report(tally: Tally) -> str:
    return "\n".join(
        (
            f"{tally.rounds} kills, {tally.cut} of them with taps still under way",
            f"{tally.taps:,} taps, {tally.acknowledged:,} acknowledged: {tally.found:,} found, "
            f"{tally.lost:,} lost, {tally.twice:,} twice",
            f"{tally.more:,} more were written and their acknowledgement cut off",
            f"integrity: {'; '.join(tally.broken) or 'ok after every kill'}",
        )
    )
