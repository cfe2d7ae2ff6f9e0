"""Larger public catalogues: fetched, checked, and only then imported."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError
from yarl import URL

from bot.errors import CatalogError
from bot.sources.downloading import Moved, download
from bot.sources.starter_sets import StarterSet
from bot.store import Store
from bot.store.database import database_file
from bot.usecases.catalog import ImportSummary, import_file

Progress = Callable[[str, int, int | None], None]
"""Called with the stage (downloading, reading, saving), what is done of it, and what there is in all."""
FOLDER = "downloads"


def own_set(url: str, sha256: str) -> StarterSet:
    """A file that the operator names.

    Raises:
        CatalogError: address or checksum is none.
    """
    try:
        return StarterSet(
            name="your-own",
            url=url,
            sha256=sha256.strip().lower(),
            what=f"the file at {url}.",
            licence="yours to judge.",
            form="any",
        )
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)[0]["loc"][0]
        meant = (
            "64 hexadecimal characters"
            if wrong == "sha256"
            else "an address such as https://example.net/tracks.csv"
        )
        raise CatalogError(f"--{wrong} is wrong: it must be {meant}.") from None


async def fetch_set(
    store: Store, chosen: StarterSet, progress: Progress, *, moved: Moved | None = None
) -> ImportSummary:
    """Download a set beside the database, or go on with it, and import it; again is harmless.

    Raises:
        CatalogError: the file cannot be had, is not the one that was meant, or is of no use; nothing was imported.
        StoreError: the database cannot be written; the catalogue is as it was.
    """
    file = _place(store.url, chosen)

    def downloading(done: int, total: int | None) -> None:
        progress("downloading", done, total)

    await download(chosen.url, chosen.sha256, file, largest=chosen.largest, progress=downloading, moved=moved)
    return await import_file(store, file, progress)


def _place(url: str, chosen: StarterSet) -> Path:
    """``downloads/`` beside the database; named by the checksum, so that two sets never share a part."""
    beside = database_file(url)
    folder = (beside.parent if beside else Path("data")) / FOLDER
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", URL(chosen.url).name)[-60:] or "tracks.csv"
    return folder / f"{chosen.sha256[:12]}-{name}"
