"""From rows to songs: rows of one track are merged, and tracks that are recordings of one song get its key."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bot.errors import CatalogError
from bot.sources.naming import song_key
from bot.sources.tracks_csv.forms import Form
from bot.sources.tracks_csv.report import Tally


def joined(path: Path, form: Form, rows: pd.DataFrame, tally: Tally) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tracks (index: id) and the rows of those tracks, both with the column ``song``, the song's key.

    Raises:
        CatalogError: no row has an id, a name and an artist.
    """
    rows = _identified(form, rows, tally)
    tracks = rows.groupby("track_id", sort=False).first()
    tally.merged = len(rows) - len(tracks)
    nameless, unsung = tracks["title"].isna(), tracks["artist"].isna()
    tally.refused["no name"] = int(nameless.sum())
    tally.refused["no artist"] = int((~nameless & unsung).sum())
    tracks = tracks[~nameless & ~unsung].copy()
    if tracks.empty:
        reasons = ", ".join(f"{count} × {reason}" for reason, count in (+tally.refused).items())
        raise CatalogError(
            f"{path} has no usable row ({reasons}); expected an id, a name and an artist in each."
        )
    tracks["song"] = [
        song_key(artist, title) for artist, title in zip(tracks["artist"], tracks["title"], strict=True)
    ]
    if form.name == "tracks_csv":
        tracks["artist"] = tracks["artist"].str.replace(r"\s*;\s*", ", ", regex=True).str.strip(", ")
    rows = rows.assign(song=rows["track_id"].map(tracks["song"]))
    return tracks, rows[rows["song"].notna()]


def _identified(form: Form, rows: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """The rows that say which track they are about; in a form without ids the names do."""
    if form.has_ids:
        tally.refused["no id"] = int(rows["track_id"].isna().sum())
        return rows[rows["track_id"].notna()]
    # A row without names is a track of its own, to be refused.
    nameless = rows["title"].isna() | rows["artist"].isna()
    names = rows["artist"].astype(str) + "\n" + rows["title"].astype(str)
    return rows.assign(track_id=names.mask(nameless, rows.index.astype(str)))
