"""All ways to post, one after the other, in the same servers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.discovery.drawing import POPULAR, RANDOM, SEGUE, STILL
from benchmarks.discovery.playing import WEEKS, Counts, play
from benchmarks.discovery.posters import Popular, Poster, Random
from benchmarks.discovery.segue import Segue, build
from benchmarks.discovery.world import World

SERVERS = 40

Told = Callable[[str], None]


async def measure(world: World, *, weeks: int = WEEKS, told: Told = lambda _: None) -> dict[str, Counts]:
    """Let each way post for some weeks; Segue comes first, and once more without hearing any answers."""
    with tempfile.TemporaryDirectory(prefix="segue-discovery-") as made:
        folder = Path(made)
        built = folder / "built" / "segue.db"
        await build(world, built)
        told("fitted on what the others play")
        found: dict[str, Counts] = {}
        for name, listens in ((SEGUE, True), (STILL, False)):
            async with Segue.opened(world, built, folder / f"{listens}", listens=listens) as segue:
                found[name] = await play(world, segue, weeks, told)
            told(line(name, found[name]))
    plain: dict[str, Poster] = {POPULAR: Popular(world), RANDOM: Random(world)}
    for name, poster in plain.items():
        found[name] = await play(world, poster, weeks)
        told(line(name, found[name]))
    return found


def line(name: str, counts: Counts) -> str:
    """Acceptance from week to week, of all servers together."""
    weeks = counts.likes.sum(axis=0) / counts.looks.sum(axis=0)
    return f"{name}: {' '.join(f'{week:.3f}' for week in weeks)}"
