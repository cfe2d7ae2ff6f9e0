"""Reading a file of tracks from end to end."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from bot.errors import CatalogError
from bot.sources.tracks_csv.cleaning import clean
from bot.sources.tracks_csv.file import opened, survey
from bot.sources.tracks_csv.forms import COLUMNS, form_of
from bot.sources.tracks_csv.joining import joined
from bot.sources.tracks_csv.records import raw_chunks
from bot.sources.tracks_csv.report import CatalogFrames, CleanReport, Tally
from bot.sources.tracks_csv.tables import tables

Progress = Callable[[int, int | None], None]
"""Called with the rows done and the rows in all (None when unknown)."""


def read_tracks(path: Path, progress: Progress | None = None) -> tuple[CatalogFrames, CleanReport]:
    """Read and clean a ``.csv`` or ``.csv.gz`` file of any of the three forms; blocking, so call it in a thread.

    Raises:
        CatalogError: the file cannot be read, is no CSV of a known form, or holds no usable row.
    """
    try:
        encoding, lines_in_all = survey(path)
        tally = Tally()
        with io.TextIOWrapper(opened(path), encoding=encoding) as text:
            header = next((line for line in text if line.strip()), "")
            names = [name.strip().casefold() for name in next(csv.reader([header]))]
            form = form_of(path, names, header)
            chunks: list[pd.DataFrame] = []
            for rows in raw_chunks(text, names, form, tally):
                chunks.append(clean(rows, form, tally))
                if progress:
                    progress(tally.rows, max(lines_in_all - 1, tally.rows))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CatalogError(f"{path} is a damaged or cut-off gzip file; download it again.") from error
    except csv.Error as error:
        raise CatalogError(f"{path} does not start with a line of column names.") from error
    except OSError as error:
        raise CatalogError(f"{path} cannot be read ({error.strerror or error}).") from error
    if not tally.rows:
        raise CatalogError(f"{path} has column names but no rows; expected one track a line.")
    if progress:
        progress(tally.rows, tally.rows)
    rows = pd.concat(chunks, ignore_index=True) if chunks else pd.DataFrame(columns=list(COLUMNS))
    tracks, rows = joined(path, form, rows, tally)
    frames = tables(form, tracks, rows)
    return frames, CleanReport(
        form=form.name,
        encoding=encoding,
        absent=tuple(name for name in form.columns if name not in names),
        rows_read=tally.rows,
        tracks_kept=len(tracks),
        songs=len(frames.songs),
        rows_merged=tally.merged,
        tracks_joined=len(tracks) - len(frames.songs),
        refused=dict(+tally.refused),
        repaired=dict(+tally.repaired),
    )
