"""Every number that the engine can be tuned by, with its meaning."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.types import Dial

Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class _Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContentConfig(_Config):
    """How much each block counts in the likeness of two items."""

    tags: Weight = 1.0
    audio: Weight = 0.3
    artist: Weight = 0.3
    era: Weight = 0.15
    era_width: Positive = 10.0
    """Years between two centres of the era block; likeness falls to 0 two centres apart."""


class CooccurrenceConfig(_Config):
    """How rows of members and baskets turn into neighbourhoods."""

    source_scaling: Weight = 1.0
    """Exponent of popularity by which an evidence item that everybody has counts less."""
    target_scaling: Weight = 0.4
    """Exponent of popularity by which a candidate that everybody has counts less."""
    row_shrinkage: Positive = 1.0
    """Added to the length of a row, so that a row of one like is no perfect neighbour."""
    basket_weight: Weight = 0.5
    """What a basket counts beside a member."""
    server_kappa: Positive = 200.0
    """Likes in a server at which it counts as much as all servers together: gamma = n / (n + kappa)."""
    trust_kappa: Positive = 1000.0
    """Pairs of all rows at which company counts half of what it can: a few rows say little about taste."""


class PopularityConfig(_Config):
    """How the rate of likes is estimated and how it ages."""

    server_prior: Positive = 10.0
    """Pseudo-members by which all servers' rate holds a server's own rate."""
    catalogue_prior: Positive = 20.0
    """Pseudo-members by which the catalogue's popularity holds the rate of all servers."""
    catalogue_rate: Share = 0.2
    """Rate of likes that a catalogue popularity of 100 is worth."""
    half_life_days: Positive = 180.0
    """After so many days before the newest event a like counts half."""
    fresh_boost: Weight = 0.5
    """rho in 1 + rho * 2^(-age / tau)."""
    fresh_half_life_days: Positive = 180.0
    """tau in 1 + rho * 2^(-age / tau)."""


class DialConfig(_Config):
    """What one position of the dial weighs; each part is scaled to at most 1 before."""

    content: Weight
    cooccurrence: Weight
    popularity: Weight
    """Weight of popularity beside full evidence; without evidence it grows by 1."""
    known: float
    """Weight of being well known: above 0 it lifts an item, below 0 it pushes it down."""
    mmr_lambda: Share
    """1 ranks by score alone, 0 by unlikeness to the picks before alone."""


_DIALS: dict[Dial, DialConfig] = {
    Dial.FAMILIAR: DialConfig(content=0.4, cooccurrence=1.0, popularity=0.4, known=0.3, mmr_lambda=0.8),
    Dial.BALANCED: DialConfig(content=0.6, cooccurrence=1.0, popularity=0.0, known=-0.05, mmr_lambda=0.7),
    Dial.ADVENTUROUS: DialConfig(content=0.8, cooccurrence=0.8, popularity=0.0, known=-0.3, mmr_lambda=0.6),
}


class ExploreConfig(_Config):
    """How slots for exploration are drawn."""

    pool: Annotated[int, Field(ge=1)] = 40
    """How many of the next candidates may be drawn."""
    temperature: Positive = 0.1
    """Softmax temperature on the score; small draws the best, large draws evenly."""


class EngineConfig(_Config):
    """All numbers of the engine; the defaults were tuned on a validation part of Last.fm's train split."""

    content: ContentConfig = ContentConfig()
    cooccurrence: CooccurrenceConfig = CooccurrenceConfig()
    popularity: PopularityConfig = PopularityConfig()
    explore: ExploreConfig = ExploreConfig()
    dials: Mapping[Dial, DialConfig] = Field(default_factory=lambda: dict(_DIALS))
    evidence_half: Positive = 3.0
    """Evidence at which personal parts reach half their weight: alpha = n / (n + 3)."""
    seed_evidence: Weight = 45.0
    """What one seed counts as evidence: who asks from a song wants that song's kind."""
    seed_content: Weight = 2.0
    """Factor on content where there are seeds: of one song, what it is like says more than its company."""
    taste_tilt: Share = 0.25
    """What the taste weighs beside the seeds."""
    rerank_pool: Annotated[int, Field(ge=1)] = 100
    """How many of the best candidates are re-ranked for diversity."""
    reasons: Annotated[int, Field(ge=1)] = 4
    """At most so many reasons a pick."""
    smallest_reason: Share = 0.02
    """Share below which a part of the score is not worth a reason."""
    focus: Share = 0.3
    """Share of the taste's part from which on one liked song is a reason by itself."""
    names: Annotated[int, Field(ge=1)] = 3
    """At most so many items, tags or members a reason."""
