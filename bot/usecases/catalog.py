"""Filling the catalogue: from a file of tracks, or from the starter songs that come with Segue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot import sources
from bot.sources.tracks_csv import CleanReport, read_tracks
from bot.store import Store
from bot.store.catalog import ImportCounts

STARTER = Path(sources.__file__).with_name("starter.csv")

Stage = Literal["reading", "saving"]
Progress = Callable[[Stage, int, int | None], None]
"""Called on the event loop with the stage, the rows done and the rows in all (None when unknown)."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did: to the rows of the file (``report``) and to the catalogue (``counts``).

    Attributes:
        source: the name under which the store keeps what the file said: spotify_songs, tracks_csv or starter.
    """

    path: Path
    source: str
    report: CleanReport
    counts: ImportCounts


async def import_file(store: Store, path: Path, progress: Progress | None = None) -> ImportSummary:
    """Clean a CSV file in a thread and add it to the catalogue; again is harmless.

    Raises:
        CatalogError: the file is of no use; the catalogue is as it was.
        StoreError: the database cannot be written; the catalogue is as it was.
    """
    loop = asyncio.get_running_loop()

    def reading(done: int, total: int | None) -> None:
        if progress is not None:
            loop.call_soon_threadsafe(progress, "reading", done, total)

    def saving(done: int, total: int) -> None:
        if progress is not None:
            progress("saving", done, total)

    frames, report = await asyncio.to_thread(read_tracks, path, reading)
    counts = await store.catalog.import_frames(frames, report.form, saving)
    return ImportSummary(path=path, source=report.form, report=report, counts=counts)


async def import_starter(store: Store, progress: Progress | None = None) -> ImportSummary:
    """Add the starter songs that come with Segue."""
    return await import_file(store, STARTER, progress)
