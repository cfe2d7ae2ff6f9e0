"""What a query offers as evidence, as arrays by position."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from recommender.catalogue import Catalogue
from recommender.config import EngineConfig
from recommender.sparse import Doubles, Mask, Positions
from recommender.types import ItemId, Query

_LEAST, _MOST = 1e-9, 1e6
"""Weights are of the order of one: less says no less, and more no more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence items with their weights; arrays of shape (evidence,).

    Beside seeds the taste only tilts: its weights add up to `taste_tilt` of theirs. A song that is both stands twice.
    """

    positions: Positions
    weights: Doubles
    seed: Mask
    amount: float
    """How much evidence there is: the taste's weights, each at most 1, seeds and wishes at their own rates."""

    @classmethod
    def of(cls, query: Query, catalogue: Catalogue, config: EngineConfig, *, wishes: int = 0) -> Self:
        """Read the evidence of `query` beside so many wishes; unknown items and weights of 0 are left out."""
        seeds, seed_weights = _known(query.seeds, catalogue)
        taste, taste_weights = _known(query.taste, catalogue)
        amount = np.minimum(np.abs(taste_weights), 1).sum() + config.seed_evidence * len(seeds)
        amount += config.wish_evidence * wishes
        if len(seeds) and len(taste):
            tilt = config.taste_tilt * np.abs(seed_weights).sum() / np.abs(taste_weights).sum()
            taste_weights = taste_weights * min(tilt, 1.0)
        return cls(
            positions=np.concatenate([seeds, taste]),
            weights=np.concatenate([seed_weights, taste_weights]),
            seed=np.arange(len(seeds) + len(taste)) < len(seeds),
            amount=float(amount),
        )

    def without(self, place: int) -> "Evidence":
        """Leave one evidence item out and everything else as it is."""
        keep = np.arange(len(self.positions)) != place
        return Evidence(self.positions[keep], self.weights[keep], self.seed[keep], self.amount)


def _known(weights: Mapping[ItemId, float], catalogue: Catalogue) -> tuple[Positions, Doubles]:
    found = [
        (catalogue.positions[item], math.copysign(min(max(abs(weight), _LEAST), _MOST), weight))
        for item, weight in weights.items()
        if item in catalogue.positions and weight != 0 and np.isfinite(weight)
    ]
    found.sort()
    positions = np.array([position for position, _ in found], dtype=np.intp)
    return positions, np.array([weight for _, weight in found], dtype=np.float64)
