"""Feature rows: what items share, written as rows under the members' rows, so that company learns from it too."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import scipy.sparse as sp

from recommender.catalogue import Catalogue, codes_of
from recommender.config import FeatureConfig
from recommender.dataset import Dataset
from recommender.sparse import Csr, Positions, csr, under


def feature_rows(dataset: Dataset, catalogue: Catalogue, config: FeatureConfig) -> Csr:
    """Lay tags, artists and audio out as rows; csr of shape (features, items), entries of 0 to about 2.

    A tag row holds log(1 + weight) * idf / largest idf, an artist row 1 for each of their items, an audio row 1 for
    each item whose feature lies in that fifth. The features that most items share come first.
    """
    parts = [
        _tags(dataset.tags, catalogue, config) * np.float32(config.tags),
        _artists(catalogue, config) * np.float32(config.artists),
        _audio(dataset.audio, catalogue, config) * np.float32(config.audio),
    ]
    stacked: Any = sp.vstack(
        [part for part in parts if part.nnz] or parts[:1], format="csr", dtype=np.float32
    )
    return cast(Csr, sp.csr_array(stacked))


def kin_rows(dataset: Dataset, catalogue: Catalogue) -> Csr:
    """Lay artists and albums of at least two items out as rows of ones; csr of shape (artists and albums, items)."""
    parts = [_kin(catalogue.artist), _kin(codes_of(dataset.items["album"], empty=""))]
    return under(*parts)


def _kin(code: Positions) -> Csr:
    known = np.flatnonzero(code >= 0)
    several = np.flatnonzero(np.bincount(code[known]) >= 2)
    return _marks(code[known], known, several, len(code))


def _tags(given: pd.DataFrame, catalogue: Catalogue, config: FeatureConfig) -> Csr:
    tags = given.groupby(["item", "tag"], as_index=False)[["weight"]].sum()
    spread = tags.groupby("tag")["item"].transform("size")
    kept = tags[spread >= config.least_items] if config.tags else tags[:0]
    largest = kept["tag"].value_counts().index[: config.most_rows]
    tag = pd.Categorical(kept["tag"], categories=largest)
    rows = np.asarray(tag.codes, dtype=np.intp)
    chosen = rows >= 0
    shared = np.bincount(rows[chosen], minlength=len(largest)).astype(np.float64)
    idf = np.log(len(catalogue) / np.maximum(shared, 1)) / np.log(max(len(catalogue) / config.least_items, 2))
    weights = np.log1p(kept["weight"].to_numpy(dtype="float64"))[chosen] * np.maximum(idf, 0)[rows[chosen]]
    shape = (len(largest), len(catalogue))
    return csr(weights, rows[chosen], catalogue.locate(kept["item"])[chosen], shape)


def _artists(catalogue: Catalogue, config: FeatureConfig) -> Csr:
    """Mark the items of the artists with most of them."""
    known = np.flatnonzero(catalogue.artist >= 0)
    counts = np.bincount(catalogue.artist[known], minlength=catalogue.artists)
    largest = np.argsort(-counts, kind="stable")[: config.most_artists]
    largest = largest[counts[largest] >= config.least_items] if config.artists else largest[:0]
    return _marks(catalogue.artist[known], known, largest, len(catalogue))


def _marks(values: Positions, items: Positions, rows: Positions, count: int) -> Csr:
    number = np.full(int(values.max(initial=-1)) + 1, -1, dtype=np.intp)
    number[rows] = np.arange(len(rows))
    chosen = number[values] >= 0
    return csr(np.ones(int(chosen.sum())), number[values[chosen]], items[chosen], (len(rows), count))


def _audio(audio: pd.DataFrame, catalogue: Catalogue, config: FeatureConfig) -> Csr:
    """Mark in which fifth of each feature an item lies."""
    places: list[Positions] = []
    rows: list[Positions] = []
    for number, name in enumerate(audio.columns if config.audio else []):
        values = audio[name].dropna()
        ranks = (values.rank().to_numpy() - 0.5) / max(len(values), 1)
        fifth = (ranks * config.audio_bins).astype(np.intp)
        rows.append(number * config.audio_bins + fifth)
        places.append(catalogue.locate(values.index.to_series()))
    none = np.empty(0, dtype=np.intp)
    shape = (len(audio.columns) * config.audio_bins if config.audio else 0, len(catalogue))
    row, place = np.concatenate([none, *rows]), np.concatenate([none, *places])
    return csr(np.ones(len(row)), row, place, shape)
