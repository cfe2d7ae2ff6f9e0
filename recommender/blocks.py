"""The five blocks that an item vector is made of, each a sparse matrix with rows of length 1 or 0."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfTransformer  # pyright: ignore[reportMissingTypeStubs]
from sklearn.preprocessing import MinMaxScaler  # pyright: ignore[reportMissingTypeStubs]

from recommender.catalogue import Catalogue, codes_of
from recommender.sparse import Csr, Doubles, Positions, csr

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


def audio_block(
    audio: pd.DataFrame, catalogue: Catalogue, estimates: Doubles | None = None, weight: float = 1.0
) -> Named:
    """Scale features to 0..1 and centre them, so that an ordinary song is near no other.

    A missing cell gets `weight` times its estimate, of shape (items, features), or where that is NaN its column's mean;
    an item with neither cell nor estimate has no audio.
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
    centred = scaled - scaled.mean(axis=0)
    items = catalogue.locate(frame.index.to_series())
    if estimates is None or np.isnan(estimates).all():
        unit = _unit(centred)
    else:
        supposed = weight * (scaler.transform(estimates) - scaled.mean(axis=0))
        items, unit = _joined(items, centred, np.nan_to_num(supposed))
    rows = np.repeat(items, len(names))
    columns = np.tile(np.arange(len(names)), len(unit))
    return csr(unit.ravel(), rows, columns, (len(catalogue), len(names))), names


def _joined(items: Positions, measured: Doubles, estimated: Doubles) -> tuple[Positions, Doubles]:
    """Give the rows of the items that have either: of length 1 where anything is measured, elsewhere as sure as it is.

    An estimate lies nearer to the mean than what it stands for, the less is known the nearer: divided by the usual
    length of what is measured it is about the unit vector to expect.
    """
    usual = float(np.linalg.norm(measured, axis=1).mean())
    supposed = estimated / np.maximum(np.linalg.norm(estimated, axis=1, keepdims=True), max(usual, 1e-9))
    supposed[items] = _unit(measured + estimated[items])
    there = np.union1d(items, np.flatnonzero(estimated.any(axis=1)))
    return there, supposed[there]


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
