"""A listening history of 100,000 plays, taken in by a process of its own, killed in the middle, and gone on with.

``python -m benchmarks.listens <database> <file>`` is that process: it says how far it is, and at the end what it took in.
"""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from benchmarks.figures import Figure
from benchmarks.importing import TRACKS
from benchmarks.scale import peak
from bot.app import open_app
from bot.run import ensure_catalog
from bot.store.records import MemberId, ServerId
from bot.usecases.histories import TOLD_EVERY
from tests.conftest import settings
from tests.sources.history_exports import FOLDER, packed, streamed
from tests.sources.written import real_songs
from tests.wire.segue import environment
from tests.wire.spawned import ROOT

PLAYS, SONGS = 100_000, 8_000
LISTENS = ROOT.parent / "shared" / "data" / "listenbrainz" / "listens.jsonl"
BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
KILLED_AT = (0.2, 0.5, 0.98)
"""Parts of the plays after which the process is killed."""
WRITING = (0.0, 0.3, 0.6)
"""… and seconds after the last word, while it writes."""
READ, TAKEN, PEAK = "read", "taken", "peak"

Counts = list[tuple[str, int, int, int, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """One process: whether it came to its end, what it took in, its wall seconds and its own peak memory."""

    whole: bool
    plays: int
    seconds: float
    megabytes: float


def export(folder: Path, plays: int, seed: int = 1) -> Path:
    """An extended streaming history as Spotify sends it: a file a year or so, songs of the real catalogue, a few skips."""
    dice = random.Random(seed)
    songs = dice.sample(real_songs(TRACKS), SONGS)
    chosen = dice.choices(songs, [1 / (1 + place) ** 0.7 for place in range(SONGS)], k=plays)
    records = [
        streamed(
            ts=(BEGIN + timedelta(minutes=35 * number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            master_metadata_track_name=song.title,
            master_metadata_album_artist_name=song.artist,
            spotify_track_uri=f"spotify:track:{song.id:022d}",
            ms_played=dice.choice((4_000, 180_000, 200_000, 240_000)),
        )
        for number, song in enumerate(chosen)
    ]
    size = -(-plays // 7)
    parts = {
        f"{FOLDER}/Streaming_History_Audio_{2018 + at}_{at}.json": records[at * size : (at + 1) * size]
        for at in range(7)
    }
    file = folder / "export.zip"
    file.write_bytes(packed(dict(parts)).getvalue())
    return file


def counts(database: Path) -> Counts:
    """What is kept, song by song."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        return opened.execute(
            "SELECT key, plays, repeats, skips, last_at FROM listens JOIN songs ON songs.id = song_id ORDER BY key"
        ).fetchall()


def taken(database: Path, file: Path, *, kill_at: int | None = None, later: float = 0.0) -> Run:
    """Take a history in, in a process of its own, and kill -9 it so long after it has read so many plays."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.listens", str(database), str(file)],
        cwd=ROOT,
        env=environment(database),
        stdout=subprocess.PIPE,
        text=True,
    )
    plays, megabytes = 0, 0.0
    assert process.stdout is not None
    with process.stdout as told:
        for line in told:
            word, number = line.split()
            plays = int(number) if word == TAKEN else plays
            megabytes = float(number) if word == PEAK else megabytes
            if kill_at is not None and word == READ and int(number) >= kill_at:
                time.sleep(later)
                process.kill()
                break
    process.wait()
    if process.returncode and kill_at is None:
        raise RuntimeError(f"the process ended with {process.returncode}")
    return Run(not process.returncode, plays, time.perf_counter() - begun, megabytes)


async def first_start(folder: Path) -> None:
    """A database with the starter catalogue and its model."""
    chosen = settings(folder / "segue.db")
    await ensure_catalog(chosen)
    async with open_app(chosen):
        pass


def measure(plays: int) -> list[Figure]:
    """Undisturbed, killed and gone on with, once more, and the real listens."""
    with tempfile.TemporaryDirectory(prefix="segue-listens-") as made:
        folder = Path(made)
        start = folder / "start"
        start.mkdir()
        asyncio.run(first_start(start))
        file = export(folder, plays)
        fresh = _Fresh(start, folder)
        database = fresh.database()
        whole = taken(database, file)
        wanted = counts(database)
        again = taken(database, file)
        doubled = again.plays + (counts(database) != wanted)
        wrong, cut = _killed(fresh, file, plays, wanted)
        figures = [
            Figure(f"{plays:,} plays, wall", whole.seconds, "s", 30, f"{len(wanted):,} songs, own process"),
            Figure(f"{plays:,} plays, peak memory", whole.megabytes, "MB", 400),
            Figure("plays that are missing", plays - whole.plays, "plays", 0),
            Figure("the same file again, plays added", doubled, "plays", 0, f"{again.seconds:.1f} s"),
            Figure("killed and gone on with, other counts", wrong, "runs", 0, f"{cut} kills in the middle"),
        ]
        return [*figures, *_real(fresh)]


class _Fresh:
    """Databases as a first start leaves them."""

    def __init__(self, start: Path, folder: Path) -> None:
        self._start = start
        self._folder = folder
        self._made = 0

    def database(self) -> Path:
        self._made += 1
        return shutil.copytree(self._start, self._folder / f"run-{self._made}") / "segue.db"


def _killed(fresh: _Fresh, file: Path, plays: int, wanted: Counts) -> tuple[int, int]:
    """How many runs that were killed and started again end with other counts, and how many were really cut."""
    last = plays - plays % TOLD_EVERY
    points = [(int(part * plays), 0.0) for part in KILLED_AT] + [(last, later) for later in WRITING]
    wrong = cut = 0
    for kill_at, later in points:
        database = fresh.database()
        first = taken(database, file, kill_at=kill_at, later=later)
        cut += not first.whole
        kept = counts(database)
        second = taken(database, file)
        wrong += kept not in ([], wanted) or counts(database) != wanted or not second.whole
    return wrong, cut


def _real(fresh: _Fresh) -> Sequence[Figure]:
    """The real listens, each of them once."""
    if not LISTENS.exists():
        return ()
    once = fresh.database()
    run, again = taken(once, LISTENS), taken(once, LISTENS)
    detail = f"{run.plays} plays of {len(counts(once))} songs, {again.plays} more the second time"
    return [Figure("the real listens, wall", run.seconds, "s", None, detail)]


async def take(database: Path, file: Path) -> None:
    """The process."""
    async with open_app(settings(database)) as app:
        summary = await app.histories.take_file(
            server=ServerId(1),
            member=MemberId(7),
            file=file,
            progress=lambda done: print(READ, done, flush=True),
        )
    print(TAKEN, summary.plays, flush=True)
    # Its own: what the system tells of a child begins with what its parent had.
    print(PEAK, peak(), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(take(Path(sys.argv[1]), Path(sys.argv[2])))
