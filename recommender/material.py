"""What every model learns from, laid out once: the catalogue, what items are like, and who likes what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recommender.catalogue import Catalogue
from recommender.circles import Circles
from recommender.config import ContentConfig, EngineConfig
from recommender.content import ContentSpace
from recommender.dataset import Dataset
from recommender.estimates import Estimates, FeatureError
from recommender.features import feature_rows
from recommender.ledger import Ledger
from recommender.likeness import learned_likeness
from recommender.sparse import Arrays, Csr, Positions, empty
from recommender.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Material:
    """The tables of a Dataset as matrices by position; only the ledger ever changes."""

    dataset: Dataset | None
    """What all of it was laid out from; None after `restore`."""
    catalogue: Catalogue
    likeness: ContentConfig
    """What the blocks of a content vector weigh: as they were learned, after `restore` as they are given."""
    content: ContentSpace
    errors: tuple[FeatureError, ...]
    """How far the estimated audio features of `content` were off on measured songs; () after `restore`."""
    ledger: Ledger
    features: Csr
    """Feature rows; csr of shape (features, items). Only needed for learning: empty after `restore`."""
    circles: Circles
    surroundings: Surroundings
    sessions: tuple[Positions, ...]
    """Items in the order they were played; each of shape (plays,)."""

    @classmethod
    def of(cls, dataset: Dataset, config: EngineConfig) -> Material:
        """Lay the tables of `dataset` out."""
        catalogue = Catalogue.build(dataset.items)
        likeness = learned_likeness(dataset, config.content, least_members=config.blend.least_members, seed=0)
        estimates = Estimates.of(dataset, catalogue, likeness.estimates)
        ledger, circles = Ledger.of(dataset, catalogue, config), Circles.of(dataset.circles)
        return cls(
            dataset=dataset,
            catalogue=catalogue,
            likeness=likeness,
            content=ContentSpace.build(dataset, catalogue, likeness, estimates),
            errors=estimates.errors,
            ledger=ledger,
            features=feature_rows(dataset, catalogue, config.features),
            circles=circles,
            surroundings=Surroundings.of(ledger.owners, circles),
            sessions=tuple(
                catalogue.locate(plays["item"]) for _, plays in dataset.sessions.groupby("session", sort=True)
            ),
        )

    def arrays(self) -> Arrays:
        """Give everything as named arrays, for a file; what changed in the ledger since is left out."""
        lengths = np.array([len(session) for session in self.sessions], dtype=np.int64)
        return {
            **self.catalogue.arrays(),
            **self.content.arrays(),
            **self.ledger.arrays(),
            **self.circles.arrays(),
            "sessions.items": np.concatenate([np.empty(0, dtype=np.intp), *self.sessions]),
            "sessions.lengths": lengths,
        }

    @classmethod
    def restore(cls, arrays: Arrays, config: EngineConfig) -> Material:
        """Take over what `arrays` gave."""
        ledger, circles = Ledger.restore(arrays, config), Circles.restore(arrays)
        ends = np.cumsum(arrays["sessions.lengths"])
        return cls(
            dataset=None,
            catalogue=Catalogue.restore(arrays),
            likeness=config.content,
            content=ContentSpace.restore(arrays),
            errors=(),
            ledger=ledger,
            features=empty((0, len(arrays["catalogue.ids"]))),
            circles=circles,
            surroundings=Surroundings.of(ledger.owners, circles),
            sessions=tuple(np.split(arrays["sessions.items"], ends[:-1])) if len(ends) else (),
        )
