"""Estimated audio features on songs held out of `spotify_songs`, beside the means of their genre and of all songs.

Protocol. A fifth of the songs lose their audio features; the engine estimates them from what else it knows, as at every
fit. Held out are either whole artists, so that nothing of a song's artist is measured, or songs drawn at random, of which
many artists have others that are. Songs, tags (genre and subgenre) and years are those of `benchmarks.playlists`; nothing
is hidden of the playlists, as a tag says nothing of a feature that could not be known. Both baselines are means of the
same measured songs; a song in several genres takes that of its first playlist. R² is beside the mean of the songs held out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.playlists import Playlists
from recommender import Dataset
from recommender.catalogue import Catalogue, codes_of
from recommender.config import EstimateConfig
from recommender.estimates import Estimates
from recommender.sparse import Doubles, Mask

PROTOCOLS = ("by artist", "at random")
RIVALS = ("estimate", "subgenre mean", "genre mean", "overall mean")
HELD = 0.2


@dataclass(frozen=True)
class Row:
    """One feature under one protocol, means over the drawings.

    Attributes:
        estimated: in how many drawings the engine estimated it at all; if in any, all figures are over these.
        mae: mean absolute error of each of RIVALS, in units of the feature.
        r2: the same, share of the variance explained.
    """

    protocol: str
    feature: str
    estimated: int
    mae: tuple[float, ...]
    r2: tuple[float, ...]


def measure(
    file: Path,
    seeds: int = 3,
    config: EstimateConfig | None = None,
    told: Callable[[str], object] = lambda _: None,
) -> list[Row]:
    """Judge every feature on drawings 0, 1, … of both protocols."""
    data = Playlists.read(file)
    dataset = data.dataset(data.rows)
    genres = data.rows.drop_duplicates("item").set_index("item").reindex(data.songs.index)
    found: list[Row] = []
    for protocol in PROTOCOLS:
        each = [_judged(dataset, genres, protocol, seed, config or EstimateConfig()) for seed in range(seeds)]
        told(f"{protocol}: {seeds} drawings")
        mae, r2 = (np.stack([one[part] for one in each]) for part in (0, 1))
        given = np.isfinite(mae[:, :, 0]).sum(axis=0)
        for place, name in enumerate(dataset.audio.columns):
            drawn = np.isfinite(mae[:, place, 0]) | (given[place] == 0)
            figures = [tuple(table[drawn, place].mean(axis=0).tolist()) for table in (mae, r2)]
            found.append(Row(protocol, str(name), int(given[place]), figures[0], figures[1]))
    return found


def held_out(dataset: Dataset, protocol: str, seed: int) -> Mask:
    """Draw a fifth of the items, or of the artists with all of theirs; shape (items,)."""
    rng = np.random.default_rng(seed)
    artist = codes_of(dataset.items["artist"])
    if protocol == "by artist":
        return (rng.random(int(artist.max()) + 1) < HELD)[artist]
    return rng.random(len(artist)) < HELD


def show(rows: list[Row], title: str) -> None:
    """Print a table of each protocol: in how many drawings a feature was estimated, the errors, and R²."""
    for protocol in PROTOCOLS:
        table = Table(title=f"{title}, {protocol}", title_justify="left")
        table.add_column("feature")
        table.add_column("drawings", justify="right")
        for name in (*(f"{rival}: error" for rival in RIVALS), "R² estimate", "R² subgenre"):
            table.add_column(name, justify="right")
        for row in rows:
            if row.protocol == protocol:
                figures = [*row.mae, *row.r2[:2]]
                told = [f"{value:.4g}" if np.isfinite(value) else "not estimated" for value in figures]
                table.add_row(row.feature, str(row.estimated), *told)
        Console(width=130).print(table)


def _judged(
    dataset: Dataset, genres: pd.DataFrame, protocol: str, seed: int, config: EstimateConfig
) -> tuple[Doubles, Doubles]:
    """Give the errors and the shares explained, of shape (features, RIVALS)."""
    held = held_out(dataset, protocol, seed)
    audio = dataset.audio.reindex(dataset.items.index)
    known = replace(dataset, audio=audio[~held])
    estimates = Estimates.of(known, Catalogue.build(dataset.items), config, seed=seed)
    overall = audio[~held].mean()
    # A song of which nothing is known has no estimate, and the engine takes it for an ordinary one.
    there = ~np.isnan(estimates.values).all(axis=0)
    rivals = [np.where(np.isnan(estimates.values) & there, overall.to_numpy(), estimates.values)[held]]
    for kind in ("subgenre", "genre"):
        means = audio[~held].groupby(genres[kind][~held]).mean().reindex(genres[kind][held])
        rivals.append(means.fillna(overall).to_numpy())
    rivals.append(np.tile(overall.to_numpy(), (int(held.sum()), 1)))
    true = audio[held].to_numpy()
    off = np.stack([rival - true for rival in rivals], axis=2)
    return np.abs(off).mean(axis=0), 1 - (off**2).mean(axis=0) / true.var(axis=0)[:, None]
