"""What items are like: MinMax-scaled audio, TF-IDF tags, artist and era in one cosine."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import numpy as np

from recommender.content import ContentSpace
from recommender.models.base import Asked, ItemModel
from recommender.sparse import Doubles, Floats, Positions, entries_of, from_parts, pick_rows, row_entries


class Content(ItemModel):
    """Cosine of each item's vector with the sum of the evidence's vectors."""

    name: ClassVar[str] = "content"

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Sum weight * cosine over the evidence."""
        return self.space.products(self.profiles(asked), among)

    def shares(self, asked: Asked, positions: Positions) -> Doubles:
        """Divide the scores among the evidence."""
        items, weights = row_entries(asked.evidence, 0)
        product: Any = pick_rows(self.space.vectors, positions) @ pick_rows(self.space.vectors, items).T
        return np.asarray(product.toarray(), dtype=np.float64) * weights

    def profiles(self, asked: Asked) -> Floats:
        """Sum the evidence's vectors; shape (questions, columns)."""
        evidence = asked.evidence
        if len(asked) == 1:
            at, pointers = entries_of(self.space.vectors, cast(Positions, evidence.indices))
            weighed = self.space.vectors.data[at] * np.repeat(evidence.data, np.diff(pointers))
            width = self.space.vectors.shape[1]
            return np.bincount(self.space.vectors.indices[at], weighed, width)[None, :].astype(np.float32)
        # Only the evidence's own vectors are multiplied: with all of them, their indices would be copied first.
        entries = np.arange(len(evidence.indices))
        own = from_parts(evidence.data, entries, evidence.indptr, (len(asked), len(entries)))
        profile: Any = own @ pick_rows(self.space.vectors, cast(Positions, evidence.indices))
        return np.asarray(profile.toarray(), dtype=np.float32)

    @property
    def space(self) -> ContentSpace:
        """The vectors."""
        return self.material.content
