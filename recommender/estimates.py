"""Audio features that nobody measured, estimated by a model of the songs that have both tags and measured features.

Ridge regression on TF-IDF tags and release year comes first; then what an artist's and an album's other measured songs are
above it, drawn to 0 where there are few; then boosted trees on both, on the tags' largest singular vectors and the year.
Some of the songs that the trees learn from hide artist and album: of a new artist nothing is measured.

Part of the measured songs is held out; what is no better there than the mean of a song's genre is not estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.ensemble import HistGradientBoostingRegressor  # pyright: ignore[reportMissingTypeStubs]
from sklearn.utils.extmath import randomized_svd  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from recommender.blocks import era_block, tag_block
from recommender.catalogue import Catalogue, codes_of
from recommender.config import EstimateConfig
from recommender.dataset import Dataset
from recommender.sparse import Csr, Doubles, Mask, Positions, csr, row_numbers

_ERA_YEARS = 5.0
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class FeatureError:
    """How far estimates of one feature were from what is measured, on songs held out, in units of the feature.

    Each is a mean absolute error: of the estimate, of the mean of the song's main genre, and of the mean of all songs.
    """

    feature: str
    estimate: float
    genre: float
    overall: float


@dataclass(frozen=True, slots=True)
class Estimates:
    """What is estimated: `values` of shape (items, features), NaN where a feature is measured or not estimated.

    `errors` are of the features that are estimated.
    """

    values: Doubles
    errors: tuple[FeatureError, ...] = ()

    @classmethod
    def of(
        cls, dataset: Dataset, catalogue: Catalogue, config: EstimateConfig, *, seed: int = 0
    ) -> Estimates:
        """Learn from what is measured in `dataset` and estimate what is not; the same seed gives the same."""
        measured = dataset.audio.reindex(pd.Index(catalogue.ids)).to_numpy(dtype="float64")
        values = np.full(measured.shape, np.nan)
        lacking = np.isnan(measured)
        if not config.weight or not lacking.any() or lacking.all():
            return cls(values)
        known = _Known.of(dataset, catalogue, config, seed)
        told: list[FeatureError] = []
        for features in _together(measured):
            rows = np.flatnonzero(~np.isnan(measured[:, features[0]]))
            if not len(known.tagged) or len(rows) < config.least_rows:
                continue
            model = _Model(known, measured[:, features], rows, config, seed)
            errors, good = model.judged()
            values[np.ix_(model.lacking, features[good])] = model.estimated()[:, good]
            names = np.array([str(name) for name in dataset.audio])[features[good]]
            told += [
                FeatureError(name, *of)
                for name, of in zip(names.tolist(), errors[good].tolist(), strict=True)
            ]
        return cls(values, tuple(told))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of every item without its audio; arrays by position."""

    linear: Csr
    """Tags that several items share, and the years; csr of shape (items, columns)."""
    dense: Doubles
    """The tags' singular vectors and the year; shape (items, components + 1)."""
    kin: tuple[Positions, Positions]
    """Codes of artist and album, -1 unknown; each of shape (items,)."""
    genre: Positions
    """The tag of most weight by TF-IDF, which of equally given ones is the rarest; -1 none. Shape (items,)."""
    tagged: Positions

    @classmethod
    def of(cls, dataset: Dataset, catalogue: Catalogue, config: EstimateConfig, seed: int) -> _Known:
        tags, _ = tag_block(dataset.tags, catalogue)
        sizes = np.bincount(tags.indices, minlength=tags.shape[1])
        most = np.argsort(-sizes, kind="stable")[: config.tags]
        common: Any = cast(Any, tags)[:, most[sizes[most] >= config.least_items]]
        years = pd.Series(catalogue.released, dtype="float64")
        era, _ = era_block(catalogue, _ERA_YEARS)
        components = min(config.components, min(common.shape) - 1)
        dense = np.zeros((len(catalogue), 0))
        if components > 0 and common.nnz:
            wide = common.astype(np.float64)
            left, size, _ = cast(Any, randomized_svd)(wide, components, random_state=seed)
            dense = left * size
        return cls(
            linear=cast(Csr, sp.hstack([common, era * np.float32(0.5)], format="csr", dtype=np.float64)),
            dense=np.column_stack([dense, years.fillna(years.median()).fillna(0.0)]),
            kin=(catalogue.artist, codes_of(dataset.items["album"], empty="")),
            genre=_main_tags(common),
            tagged=np.flatnonzero(np.diff(tags.indptr)),
        )


class _Model:
    """Estimates features that are measured on the same `rows`; `measured` has the shape (items, features)."""

    def __init__(
        self, known: _Known, measured: Doubles, rows: Positions, config: EstimateConfig, seed: int
    ) -> None:
        self._known, self._config, self._seed = known, config, seed
        self._rng = np.random.default_rng(seed)
        self._mean, self._spread = measured[rows].mean(axis=0), measured[rows].std(axis=0)
        self._true = (measured - self._mean) / np.where(self._spread > 0, self._spread, 1.0)
        self._rows = rows
        self.lacking = self._told(np.flatnonzero(np.isnan(measured[:, 0])))
        self._held = self._hold_out()
        self._others = np.setdiff1d(rows, self._held)
        taught = np.sort(self._rng.permutation(self._others)[: config.most_rows])
        self._linear = self._regressed(taught)
        self._left = np.where(np.isnan(self._true), 0.0, self._true - self._linear)
        self._trees = self._boosted(taught)

    def estimated(self) -> Doubles:
        """Estimate what lacks, within what is measured; shape (lacking, features)."""
        found, given = self._predicted(self.lacking, self._rows), self._true[self._rows]
        return np.clip(found, given.min(axis=0), given.max(axis=0)) * self._spread + self._mean

    def judged(self) -> tuple[Doubles, Mask]:
        """Compare on what is held out: mean absolute errors (features, 3), and which features beat their genre's mean.

        The errors are of the estimate, the genre's mean and all songs' mean; squared errors must be smaller too.
        """
        true, others = self._true[self._held], self._others
        overall = self._true[others].mean(axis=0)
        genre, _ = self._means(self._true, self._known.genre, self._held, others, 1e-9)
        tries = (self._predicted(self._held, others), np.where(genre == 0, overall, genre), overall)
        absolute = np.stack([np.abs(true - tried).mean(axis=0) for tried in tries], axis=1)
        squared = np.stack([((true - tried) ** 2).mean(axis=0) for tried in tries], axis=1)
        most = squared[:, 1:].min(axis=1) * (1 - self._config.least_gain)
        better = (absolute[:, 0] < absolute[:, 1:].min(axis=1)) & (squared[:, 0] < most)
        return absolute * self._spread[:, None], better

    def _told(self, lacking: Positions) -> Positions:
        """Keep the items with a tag or with measured kin: of the others nothing says more than the mean."""
        kin = [(code[lacking] >= 0) & np.isin(code[lacking], code[self._rows]) for code in self._known.kin]
        return lacking[np.isin(lacking, self._known.tagged) | kin[0] | kin[1]]

    def _hold_out(self) -> Positions:
        """Draw songs in the proportion in which the lacking ones are of artists with nothing measured and of others."""
        artist, rows = self._known.kin[0], self._rows
        wanted = min(round(self._config.held * len(rows)), self._config.most_held)
        new = ~np.isin(artist[self.lacking], artist[rows[artist[rows] >= 0]])
        strange = round(wanted * float(new.mean()) if len(new) else 0.0)
        alone = artist.max(initial=-1) + 1 + np.arange(len(artist))
        own = np.where(artist >= 0, artist, alone)[rows]
        artists = self._rng.permutation(np.unique(own))
        counts = np.bincount(own)[artists]
        of_new = np.isin(own, artists[np.cumsum(counts) <= strange])
        rest = self._rng.permutation(rows[~of_new])[: max(wanted - int(of_new.sum()), 0)]
        return np.sort(np.concatenate([rows[of_new], rest]))

    def _regressed(self, taught: Positions) -> Doubles:
        """Predict by ridge regression, each fifth of what it is taught by from the other fifths.

        From all others but one at a time would be nearer, but the trees could read the one's own value off it.
        """
        inputs = cast(Any, self._known.linear)
        folds = np.array_split(self._rng.permutation(taught), _FOLDS)
        grams = [(inputs[rows].T @ inputs[rows]).toarray() for rows in folds]
        sides = [inputs[rows].T @ self._true[rows] for rows in folds]
        gram = np.sum(grams, axis=0) + self._config.ridge * np.eye(inputs.shape[1])
        side = np.sum(sides, axis=0)
        found = np.asarray(inputs @ np.linalg.solve(gram, side), dtype=np.float64)
        for rows, of_gram, of_side in zip(folds, grams, sides, strict=True):
            found[rows] = inputs[rows] @ np.linalg.solve(gram - of_gram, side - of_side)
        return found

    def _means(
        self, values: Doubles, code: Positions, items: Positions, among: Positions, prior: float
    ) -> tuple[Doubles, Doubles]:
        """Give the mean of each item's kin `among` the measured, itself left out, drawn to 0; and their number."""
        count = int(code.max(initial=-1)) + 1
        # The last place belongs to -1: who is of no kin.
        places, shape = code[among] % (count + 1), (count + 1, len(among))
        ones = csr(np.ones(len(among)), places, np.arange(len(among)), shape)
        sums, numbers = cast(Any, ones) @ values[among], np.diff(ones.indptr).astype(np.float64)
        sums[-1], numbers[-1] = 0, 0
        itself = np.isin(items, among) & (code[items] >= 0)
        number = numbers[code[items]] - itself
        total = sums[code[items]] - values[items] * itself[:, None]
        return total / (number + prior)[:, None], number

    def _inputs(self, items: Positions, among: Positions, hidden: Mask | None = None) -> Iterator[Doubles]:
        """Lay out what the trees see, feature by feature; where `hidden`, as if artist and album were new."""
        seen = np.ones(len(items)) if hidden is None else (~hidden).astype(np.float64)
        prior = self._config.kin_prior
        kin = [self._means(self._left, code, items, among, prior) for code in self._known.kin]
        shared = [self._linear[items], self._known.dense[items], *(number * seen for _, number in kin)]
        for feature in range(self._true.shape[1]):
            yield np.column_stack([*shared, *(mean[:, feature] * seen for mean, _ in kin)])

    def _boosted(self, taught: Positions) -> list[Any]:
        hidden = self._rng.random(len(taught)) < self._config.hidden
        forests: list[Any] = []
        for feature, inputs in enumerate(self._inputs(taught, self._others, hidden)):
            forest: Any = HistGradientBoostingRegressor(
                learning_rate=self._config.rate,
                max_iter=self._config.trees,
                max_leaf_nodes=self._config.leaves,
                early_stopping=cast(Any, False),
                random_state=self._seed,
            )
            forests.append(forest.fit(inputs, self._true[taught, feature]))
        return forests

    def _predicted(self, items: Positions, among: Positions) -> Doubles:
        inputs = self._inputs(items, among) if len(items) else ()
        found = [trees.predict(seen) for trees, seen in zip(self._trees, inputs, strict=False)]
        return np.column_stack(found) if found else np.zeros((0, len(self._trees)))


def _together(measured: Doubles) -> list[Positions]:
    """Group the features that lack on some items by the items that they are measured on."""
    lacks = np.isnan(measured)
    able = np.flatnonzero(lacks.any(axis=0) & ~lacks.all(axis=0))
    groups: dict[bytes, list[int]] = {}
    for feature in able.tolist():
        groups.setdefault(lacks[:, feature].tobytes(), []).append(feature)
    return [np.array(group, dtype=np.intp) for group in groups.values()]


def _main_tags(tags: Csr) -> Positions:
    rows = row_numbers(tags)
    order = np.lexsort((-tags.data, rows))
    first = order[np.append(True, np.diff(rows[order]) > 0)] if len(order) else order
    main = np.full(tags.shape[0], -1, dtype=np.intp)
    main[rows[first]] = tags.indices[first]
    return main
