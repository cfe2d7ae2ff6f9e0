"""What the engine has learnt, and how a query is weighed with it."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue import Catalogue
from recommender.config import EngineConfig
from recommender.content import ContentSpace
from recommender.dataset import Dataset
from recommender.evidence import Evidence
from recommender.ledger import Ledger
from recommender.neighbours import Neighbours
from recommender.popularity import Prevalence, rates
from recommender.scoring import Channels, Gains
from recommender.sparse import Floats, Mask
from recommender.types import Query


@dataclass(frozen=True, slots=True)
class Weighed:
    """A query with everything that its scores are made of."""

    query: Query
    evidence: Evidence
    neighbours: Neighbours
    channels: Channels
    gains: Gains
    allowed: Mask
    """Which items may be shown; shape (items,)."""
    scores: Floats
    """Shape (items,)."""


class Model:
    """A fitted catalogue, content space and ledger of rows."""

    def __init__(self, dataset: Dataset, config: EngineConfig) -> None:
        self.config = config
        self.catalogue = Catalogue.build(dataset.items)
        self.content = ContentSpace.build(dataset, self.catalogue, config.content)
        self.ledger = Ledger(dataset, self.catalogue, config)
        self._prevalence: tuple[int, Prevalence] | None = None

    @property
    def prevalence(self) -> Prevalence:
        """Counts of the rows as they are now."""
        if self._prevalence is None or self._prevalence[0] != self.ledger.version:
            counted = Prevalence.of(self.ledger.batches, self.catalogue, self.config.cooccurrence)
            self._prevalence = (self.ledger.version, counted)
        return self._prevalence[1]

    def weigh(self, query: Query) -> Weighed:
        """Score the catalogue for `query`."""
        evidence = Evidence.of(query, self.catalogue, self.config)
        neighbours, channels = self.channels(query, evidence)
        allowed = self._allowed(query, evidence)
        gains = Gains.of(
            channels,
            allowed,
            dial=self.config.dials[query.dial],
            config=self.config,
            evidence=evidence,
            likes=self._likes_here(query),
            pairs=sum(int(rows.sizes[rows.of_others(query.member)].sum()) for rows in self.ledger.batches),
        )
        return Weighed(query, evidence, neighbours, channels, gains, allowed, gains.scores(channels))

    def channels(self, query: Query, evidence: Evidence) -> tuple[Neighbours, Channels]:
        """Ask each part about `evidence`, which may be less than the query's own."""
        batches = self.ledger.batches
        known = self.prevalence
        neighbours = Neighbours(
            batches, evidence, scaling=(known.source, known.target), group=query.group, member=query.member
        )
        server, everywhere = neighbours.scores()
        channels = Channels(
            content=self.content.likeness(evidence.positions, evidence.weights),
            server=server,
            everywhere=everywhere,
            rates=rates(
                batches,
                self.catalogue,
                self.config.popularity,
                group=query.group,
                member=query.member,
                now=query.now,
            ),
            known=known.known,
        )
        return neighbours, channels

    def _allowed(self, query: Query, evidence: Evidence) -> Mask:
        allowed = np.ones(len(self.catalogue), dtype=np.bool_)
        allowed[self.catalogue.known(query.exclude)] = False
        allowed[self.catalogue.known(query.seeds)] = False
        allowed[evidence.positions] = False
        return allowed

    def _likes_here(self, query: Query) -> int:
        return sum(
            int(rows.sizes[rows.of_others(query.member) & rows.of_group(query.group)].sum())
            for rows in self.ledger.batches
        )
