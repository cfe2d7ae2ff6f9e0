"""What every recommender can be asked, whatever it computes inside."""

from typing import Protocol, Self

import numpy as np

from recommender.dataset import Dataset
from recommender.types import Explanation, GroupId, ItemId, MemberId, Pick, Query


class Recommender(Protocol):
    """A model that learns from a Dataset, takes a tap at once and says why."""

    def fit(self, dataset: Dataset) -> Self:
        """Learn everything anew from `dataset`."""
        ...

    def fold_in(
        self, *, group: GroupId, member: MemberId, item: ItemId, weight: float, unix_time: float = 0.0
    ) -> None:
        """Set the weight of one (group, member, item) at once; 0 removes it."""
        ...

    def recommend(self, query: Query, *, rng: np.random.Generator | None = None) -> list[Pick]:
        """Rank the catalogue for `query`, best first."""
        ...

    def explain(self, query: Query, item: ItemId) -> Explanation:
        """Take the score of `item` for `query` apart."""
        ...
