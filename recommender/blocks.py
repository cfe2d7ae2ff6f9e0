"""The five blocks that an item vector is made of, each a sparse matrix with rows of length 1 or 0."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfTransformer  # pyright: ignore[reportMissingTypeStubs]
from sklearn.preprocessing import MinMaxScaler  # pyright: ignore[reportMissingTypeStubs]

from recommender.catalogue import Catalogue, codes_of
from recommender.sparse import Csr, Doubles, csr

Names: TypeAlias = npt.NDArray[np.object_]
Named: TypeAlias = tuple[Csr, Names]
"""A csr matrix of shape (items, columns) and the names of its columns."""


def tag_block(tags: pd.DataFrame, catalogue: Catalogue) -> Named:
    """Weigh tags by TF-IDF (scikit-learn's smooth idf)."""
    tag = pd.Categorical(tags["tag"])
    weights = tags["weight"].to_numpy(dtype="float64")
    # The smallest weight becomes 1, which keeps the sublinear 1 + log(weight) positive.
    weights = weights / weights.min(initial=np.inf)
    codes = np.asarray(tag.codes, dtype=np.intp)
    matrix = csr(weights, catalogue.locate(tags["item"]), codes, (len(catalogue), len(tag.categories)))
    tfidf: Any = TfidfTransformer(sublinear_tf=True)
    return tfidf.fit_transform(matrix) if matrix.nnz else matrix, _names(tag.categories)


def audio_block(audio: pd.DataFrame, catalogue: Catalogue) -> Named:
    """Scale features to 0..1 and centre them, so that an ordinary song is near no other.

    A missing cell gets its column's mean; an item with no cell at all has no audio.
    """
    names = _names(audio.columns)
    values = audio.to_numpy(dtype="float64")
    known = np.asarray((~np.isnan(values)).any(axis=1))
    if not known.any():
        return _empty(catalogue, len(names)), names
    frame = audio[known]
    filled = frame.fillna(frame.mean()).fillna(0.0).to_numpy(dtype="float64")
    scaler: Any = MinMaxScaler()
    scaled: Doubles = scaler.fit_transform(filled)
    unit = _unit(scaled - scaled.mean(axis=0))
    rows = np.repeat(catalogue.locate(frame.index.to_series()), len(names))
    columns = np.tile(np.arange(len(names)), len(unit))
    return csr(unit.ravel(), rows, columns, (len(catalogue), len(names))), names


def estimate_block(audio: pd.DataFrame, catalogue: Catalogue, values: Doubles) -> Named:
    """Scale estimates, `values` of shape (items, features) with NaN where there is none, as `audio_block` does measured ones.

    Their rows are shorter than 1: an estimate lies nearer to the mean than what it stands for, the less is known the
    nearer. Divided by the usual length of what is measured it is about the unit vector to expect.
    """
    rows, columns = np.nonzero(~np.isnan(values))
    if not len(rows):
        return _empty(catalogue, 0), _names([])
    low, mean, high = (side.to_numpy() for side in (audio.min(), audio.mean(), audio.max()))
    span = np.where(high > low, high - low, 1.0)
    usual = np.linalg.norm(np.nan_to_num((audio.to_numpy(dtype="float64") - mean) / span), axis=1).mean()
    supposed = np.nan_to_num((values - mean) / span)
    supposed /= np.maximum(np.linalg.norm(supposed, axis=1, keepdims=True), max(float(usual), 1e-9))
    shape = (len(catalogue), len(audio.columns))
    return csr(supposed[rows, columns], rows, columns, shape), _names(audio.columns)


def artist_block(catalogue: Catalogue) -> Named:
    """Mark each item's artist."""
    rows = np.flatnonzero(catalogue.artist >= 0)
    shape = (len(catalogue), catalogue.artists)
    matrix = csr(np.ones(len(rows)), rows, catalogue.artist[rows], shape)
    return matrix, _names(range(catalogue.artists))


def album_block(albums: "pd.Series[str]", catalogue: Catalogue) -> Named:
    """Mark each item's album; `albums` in the order of the catalogue, "" unknown."""
    code = codes_of(albums, empty="")
    rows = np.flatnonzero(code >= 0)
    count = int(code.max(initial=-1)) + 1
    return csr(np.ones(len(rows)), rows, code[rows], (len(catalogue), count)), _names(range(count))


def era_block(catalogue: Catalogue, width: float) -> Named:
    """Spread each release year over its two nearest centres by a triangular kernel of `width` years."""
    rows = np.flatnonzero(~np.isnan(catalogue.released))
    if not len(rows):
        return _empty(catalogue, 0), _names([])
    place = catalogue.released[rows].astype(np.float64) / width
    first = np.floor(place.min())
    lower = np.floor(place - first).astype(np.intp)
    upper_part = place - first - lower
    centres = int(lower.max()) + 2
    length = np.hypot(upper_part, 1 - upper_part)
    data = np.concatenate([(1 - upper_part) / length, upper_part / length])
    columns = np.concatenate([lower, lower + 1])
    matrix = csr(data, np.tile(rows, 2), columns, (len(catalogue), centres))
    return matrix, _names(int((first + centre) * width) for centre in range(centres))


def _names(values: Iterable[object]) -> Names:
    return np.array([str(value) for value in values], dtype=np.object_)


def _empty(catalogue: Catalogue, columns: int) -> Csr:
    none = np.empty(0, dtype=np.intp)
    return csr([], none, none, (len(catalogue), columns))


def _unit(rows: Doubles) -> Doubles:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-9)
