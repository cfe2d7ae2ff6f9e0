"""``catalog import`` of the real file, as an operator runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure
from tests.wire.segue import environment
from tests.wire.spawned import ROOT

TRACKS = ROOT.parent / "shared" / "data" / "spotify_songs" / "spotify_songs.csv.gz"
RUNS = 5
MEGABYTE = 1_000_000


def imported(database: Path) -> tuple[float, float]:
    """Import the real tracks into a new database; wall seconds and the most memory the process held, in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "catalog", "import", str(TRACKS)],
        cwd=database.parent,
        env=environment(database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.stderr is not None
    with process.stderr as told:
        if process.returncode:
            raise RuntimeError(told.read().decode())
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / MEGABYTE


def measure(folder: Path, runs: int = RUNS) -> tuple[Path, list[Figure]]:
    """Import some times; a database that holds the tracks, and the best of each figure."""
    files = [folder / f"import-{number}.db" for number in range(runs)]
    taken = [imported(file) for file in files]
    seconds, most = min(s for s, _ in taken), min(m for _, m in taken)
    every = ", ".join(f"{s:.1f}" for s, _ in taken)
    return files[0], [
        Figure("catalog import, wall", seconds, "s", 20, f"best of {runs}: {every}"),
        Figure("catalog import, peak memory", most, "MB", 600),
    ]
