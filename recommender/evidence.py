"""What a query offers as evidence, as arrays by position."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from recommender.catalogue import Catalogue
from recommender.config import EngineConfig
from recommender.sparse import Doubles, Mask, Positions
from recommender.types import ItemId, Query


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence items with their weights; arrays of shape (evidence,).

    The weights of the seeds and of the taste are each divided by the sum of their absolutes, so that the
    scale does not grow with the likes; a song that is both stands twice.
    """

    positions: Positions
    weights: Doubles
    seed: Mask
    amount: float
    """How much evidence there is: the taste's weights, each at most 1, and the seeds at their own rate."""

    @classmethod
    def of(cls, query: Query, catalogue: Catalogue, config: EngineConfig) -> Self:
        """Read the evidence of `query`; unknown items and weights of 0 are left out."""
        seeds, seed_weights = _known(query.seeds, catalogue)
        taste, taste_weights = _known(query.taste, catalogue)
        tilt = config.taste_tilt if len(seeds) else 1.0
        amount = np.minimum(np.abs(taste_weights), 1).sum() + config.seed_evidence * len(seeds)
        return cls(
            positions=np.concatenate([seeds, taste]),
            weights=np.concatenate([_mean_like(seed_weights), tilt * _mean_like(taste_weights)]),
            seed=np.arange(len(seeds) + len(taste)) < len(seeds),
            amount=float(amount),
        )

    def without(self, place: int) -> "Evidence":
        """Leave one evidence item out and everything else as it is."""
        keep = np.arange(len(self.positions)) != place
        return Evidence(self.positions[keep], self.weights[keep], self.seed[keep], self.amount)


def _known(weights: Mapping[ItemId, float], catalogue: Catalogue) -> tuple[Positions, Doubles]:
    found = [
        (catalogue.positions[item], weight)
        for item, weight in weights.items()
        if item in catalogue.positions and weight != 0 and np.isfinite(weight)
    ]
    found.sort()
    positions = np.array([position for position, _ in found], dtype=np.intp)
    return positions, np.array([weight for _, weight in found], dtype=np.float64)


def _mean_like(weights: Doubles) -> Doubles:
    return weights / np.abs(weights).sum() if len(weights) else weights
