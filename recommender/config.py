"""Every number that the engine can be tuned by, with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from recommender.sparse import Doubles
from recommender.types import Dial

Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class _Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EstimateConfig(_Config):
    """How audio features that nobody measured are estimated, and what they count."""

    weight: Share = 0.02
    """By which estimates are scaled down in likeness, where only their square counts, and up in wishes; with 0 nothing is
    estimated. More than next to nothing made likeness worse on validation parts of Last.fm."""
    least_rows: Annotated[int, Field(ge=50)] = 200
    """A feature that fewer items have is not estimated."""
    least_gain: Share = 0.01
    """Nor is one whose estimates do not err less by this part than the mean of an item's genre."""
    held: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Share of the measured items that judge …"""
    most_held: Annotated[int, Field(ge=1)] = 5_000
    """… and so many at most."""
    most_rows: Annotated[int, Field(ge=50)] = 8_000
    """So many of the others are learned from, drawn at random."""
    tags: Annotated[int, Field(ge=0)] = 500
    """So many tags are learned from, the most shared ones …"""
    least_items: Annotated[int, Field(ge=1)] = 5
    """… if so many items share them."""
    components: Annotated[int, Field(ge=0)] = 16
    """Singular vectors of the tags that the trees see."""
    ridge: Positive = 3.0
    """lambda of the regression on tags."""
    kin_prior: Positive = 3.0
    """Songs of an artist or an album at which their mean counts half."""
    hidden: Share = 0.3
    """Share of the items that are learned from as if nothing of their artist and album were measured."""
    trees: Annotated[int, Field(ge=1)] = 40
    """Trees of each feature …"""
    rate: Annotated[float, Field(gt=0, le=1)] = 0.15
    """… each of which counts so much …"""
    leaves: Annotated[int, Field(ge=2)] = 15
    """… and leaves of each tree."""


class ContentConfig(_Config):
    """How much each block counts in the likeness of two items; only the proportions matter."""

    tags: Weight = 1.0
    audio: Weight = 0.3
    artist: Weight = 0.3
    era: Weight = 0.15
    album: Weight = 0.3
    era_width: Positive = 10.0
    """Years between two centres of the era block; likeness falls to 0 two centres apart."""
    learned: bool = True
    """Learn the weights anew where there is enough to judge by and others are clearly better."""
    least_gain: Weight = 0.2
    """So much better, relative to these weights, others must be on held-out likes: nearly equal ones stay as they are."""
    questions: Annotated[int, Field(ge=1)] = 200
    """At most so many members judge them."""
    estimates: EstimateConfig = EstimateConfig()
    """Of audio that nobody measured; what an estimate weighs in a wish comes from `audio`."""

    def weight(self, block: str) -> float:
        """Give the weight of a block by its name, in any case."""
        return float(getattr(self, block.lower()))


class FeatureConfig(_Config):
    """Which features become rows under the members' rows, and what an entry weighs; 0 leaves them out."""

    tags: Weight = 1.0
    artists: Weight = 0.0
    audio: Weight = 0.0
    least_items: Annotated[int, Field(ge=1)] = 5
    """A tag or an artist of fewer items makes no row."""
    most_rows: Annotated[int, Field(ge=0)] = 2_500
    """At most so many tag rows, the most shared ones."""
    most_artists: Annotated[int, Field(ge=0)] = 500
    audio_bins: Annotated[int, Field(ge=2)] = 5


class EaseConfig(_Config):
    """Item-item regression."""

    ridge: Positive = 30.0
    """lambda, what holds every weight near 0."""
    basket_weight: Weight = 0.5
    """What a basket counts beside a member."""
    popularity: Share = 0.5
    """alpha: columns are scaled by popularity ** (-alpha / 2)."""
    popularity_out: Share = 0.35
    """As alpha, for undoing the scaling of the candidates: below alpha it leaves popular ones a little behind."""
    diagonal: Share = 0.5
    """Exponent of the diagonal of P: 1 is the regression itself, below it items of few rows count less."""
    features: Weight = 1.0
    """What an entry of a feature row weighs beside a like."""
    surroundings: Weight = 0.7
    """What being in a server, or somebody's friend, weighs beside a like."""
    dual_rows: Annotated[int, Field(ge=0)] = 6_000
    """Up to so many rows (members, baskets and features) the dual form is used."""
    large_items: Annotated[int, Field(ge=0)] = 200_000
    """From so many items on …"""
    large_dual_rows: Annotated[int, Field(ge=0)] = 10_000
    """… the dual form is used up to so many rows: its cost hardly grows with the items, that of the others does."""
    longest_row: Annotated[int, Field(ge=1)] = 2_000
    """… and the sparse form leaves out rows of more items than these: they cost their square and tell little."""
    primal_items: Annotated[int, Field(ge=0)] = 8_000
    """Above that, up to so many items that at least two rows share, the primal form."""
    neighbours: Annotated[int, Field(ge=1)] = 200
    """Weights kept of an item in the primal form, and regressors of an item in the sparse form."""


class IalsConfig(_Config):
    """Implicit matrix factorisation by alternating least squares."""

    dimensions: Annotated[int, Field(ge=1)] = 256
    large_dimensions: Annotated[int, Field(ge=1)] = 64
    """Dimensions where there are more than `large_items` items: what a query costs grows with both."""
    large_items: Annotated[int, Field(ge=0)] = 50_000
    rows_per_dimension: Annotated[int, Field(ge=1)] = 6
    """So many rows (members, baskets, features) must stand behind each dimension."""
    unobserved: Positive = 0.03
    """alpha_0, the weight of a pair without a like."""
    ridge: Positive = 0.0125
    exponent: Weight = 1.0
    """nu: the ridge of a row grows with its frequency to this power."""
    few: Weight = 8.0
    """The ridge of a question with n entries is 1 + (few / n)² times that of a learnt row."""
    features: tuple[Weight, ...] = Field(default=(0.5, 0.0), min_length=1)
    """What an entry of a feature row weighs beside a like; one fit for each, as two that differ err less together."""
    prior: Weight = 10.0
    """Ridge of the map from features to item vectors; 0 draws them to 0 instead."""
    surroundings: Weight = 0.4
    """What being in a server, or somebody's friend, weighs beside a like."""
    sweeps: Annotated[int, Field(ge=1)] = 7


class WalkConfig(_Config):
    """Random walks item - row - item."""

    alpha: Positive = 1.0
    """Exponent of the transition probabilities."""
    beta: Weight = 0.6
    """Exponent of popularity by which candidates that everybody has count less."""
    features: Weight = 0.3
    kin: Weight = 0.3
    """What an artist's or an album's row weighs beside a like: a walk goes by way of them, too."""


class BridgeConfig(_Config):
    """From what items are like to where company would put them."""

    ridge: Positive = 15.0
    company_ridge: Positive = 30.0
    """Ridge of the EASE whose scores are carried over."""
    popularity: Share = 0.5
    """Its popularity scaling."""
    known: Weight = 0.1
    """w: weight of how known an item is, and of the constant, in the kernel."""
    least_rows: Annotated[int, Field(ge=1)] = 3
    """Rows that must share an item of S."""
    most_items: Annotated[int, Field(ge=0)] = 3_000
    """At most so many items are in S: time grows with the cube, memory with the square."""
    large_most_items: Annotated[int, Field(ge=0)] = 2_000
    """The same where there are more than `large_items` items."""
    large_items: Annotated[int, Field(ge=0)] = 50_000


class ServerConfig(_Config):
    """How those near an asker turn into a neighbourhood."""

    kappa: Positive = 200.0
    """Likes of those near the asker at which they count half of what they can: gamma = m / (m + kappa)."""

    source_scaling: Weight = 0.5
    """Exponent of popularity by which an evidence item that everybody has counts less."""
    target_scaling: Weight = 0.0
    """Exponent of popularity by which a candidate that everybody has counts less."""
    row_shrinkage: Positive = 1.0
    """Added to the length of a row, so that a row of one like is no perfect neighbour."""


class BlendConfig(_Config):
    """What each model weighs in the blend, by the amount of evidence."""

    amounts: tuple[float, ...] = (0.0, 1.0, 3.0, 5.0, 10.0, 40.0)
    """Amounts of evidence at which the weights were learned, ascending."""
    weights: Mapping[str, tuple[float, ...]] = Field(default_factory=lambda: dict(_BLEND))
    """Weight by model at each amount; between them linear in log(1 + amount)."""
    trust_kappa: Positive = 1000.0
    """Pairs of all rows at which company counts half of what it can: a few rows say little about taste."""
    learned: bool = True
    """Learn the weights anew where there is enough to judge by; otherwise they stay as they are here."""
    least_members: Annotated[int, Field(ge=1)] = 300
    """Members with at least ten likes from which on weights are learned."""
    questions: Annotated[int, Field(ge=1)] = 1_000
    """At most so many held-out members judge the weights of one amount."""
    holdouts: Annotated[int, Field(ge=1)] = 2
    """Validation parts that judge together: on Last.fm what one of them prefers is worse on the others."""

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if list(self.amounts) != sorted(set(self.amounts)):
            raise ValueError("amounts must ascend")
        if any(len(weights) != len(self.amounts) for weights in self.weights.values()):
            raise ValueError("every model needs one weight for each amount")
        return self

    @classmethod
    def only(cls, name: str) -> Self:
        """Blend nothing: one model alone, whatever the evidence."""
        return cls(amounts=(0.0,), weights={name: (1.0,)}, learned=False)

    def at(self, name: str, amounts: Doubles) -> Doubles:
        """Give the weight of a model at each of `amounts`."""
        return np.interp(np.log1p(amounts), np.log1p(self.amounts), self.weights[name])

    def uses(self, name: str) -> bool:
        """Whether a model has any weight."""
        return any(self.weights.get(name, ()))


_BLEND: dict[str, tuple[float, ...]] = {
    "popularity": (1.0, 0.24, 0.13, 0.1, 0.05, 0.0),
    "content": (0.0, 0.05, 0.1, 0.1, 0.08, 0.08),
    "ease": (0.0, 0.0, 0.04, 0.05, 0.12, 0.27),
    "ials": (0.0, 0.6, 0.63, 0.65, 0.64, 0.57),
    "bridge": (0.0, 0.05, 0.05, 0.05, 0.06, 0.03),
    "rp3beta": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "server": (0.0, 0.06, 0.05, 0.05, 0.05, 0.05),
}
"""Learned on validation parts of Last.fm's train split. The server's part is for what was tapped since the fit: that
data has no time to learn it from."""


class SessionConfig(_Config):
    """The next song by the votes of past sessions."""

    heard: Annotated[int, Field(ge=1)] = 20
    """So many of the songs heard last are looked at."""
    plays: Annotated[int, Field(ge=1)] = 400
    """Newest plays of a song that vote at most."""
    reach: Annotated[int, Field(ge=1)] = 30
    """Songs before and after a play that it votes for at most."""
    learned: bool = True
    """Learn what a vote weighs where there are sessions enough; otherwise it weighs what is usual."""
    least_sessions: Annotated[int, Field(ge=5)] = 200
    """Sessions from which on it is learned."""
    late_sessions: Annotated[int, Field(ge=1)] = 16_000
    """So many of the newest sessions, a fifth of all at most, are learned from; the others vote."""
    table_cases: Annotated[int, Field(ge=1)] = 12_000
    """Places in those sessions from which the tables of the votes are learned at most."""
    blend_cases: Annotated[int, Field(ge=1)] = 8_000
    """Other places from which the weights of votes and repeats are learned at most."""
    candidates: Annotated[int, Field(ge=1)] = 300
    """Songs of the most votes that a place is learned by."""
    prior: Positive = 2.0
    """What holds the tables near what is usual: the less, the fewer places they are trusted with."""
    blend_prior: Positive = 0.8
    """The same of the weights."""
    steps: Annotated[int, Field(ge=1)] = 50
    """Steps of the optimiser."""
    strength: Weight = 1.5
    """In a radio: how far the likeliest next song leads, beside the lead of everything else together."""


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
    """What one position of the dial weighs; each part is scaled by its spread before."""

    content: Weight = 1.0
    """Factor on what items are like."""
    company: Weight = 1.0
    """Factor on what members with this taste like."""
    popularity: Weight = 0.0
    """Added to the weight of popularity."""
    known: float = 0.0
    """Weight of being well known: above 0 it lifts an item, below 0 it pushes it down."""
    novelty: float
    """What being unknown weighs beside the score when the best candidates are re-ranked; below 0 being known does."""
    mmr_lambda: Share
    """1 ranks by score alone, 0 by unlikeness to the picks before alone."""
    exposure: Weight = 1.0
    """Factor on the share of picks by little-known artists."""


_DIALS: dict[Dial, DialConfig] = {
    Dial.FAMILIAR: DialConfig(novelty=-0.6, mmr_lambda=0.9, exposure=0.5),
    Dial.BALANCED: DialConfig(novelty=0.2, mmr_lambda=0.85),
    Dial.ADVENTUROUS: DialConfig(content=1.3, novelty=0.7, mmr_lambda=0.8),
}


class ExploreConfig(_Config):
    """How slots for exploration are drawn: Thompson sampling per server on a pessimistic prior."""

    pool: Annotated[int, Field(ge=1)] = 40
    """How many of the next candidates may be drawn."""
    prior_likes: Annotated[float, Field(ge=0.5)] = 1.0
    """a of the prior Beta(a, b): what is untried counts as liked so often …"""
    prior_others: Annotated[float, Field(ge=0.5)] = 99.0
    """b: … and as shown in vain so often."""
    tilt: Weight = 1.0
    """Likes that the most relevant candidate starts with beside the prior; the least relevant one with none."""
    most_trials: Annotated[int, Field(ge=1)] = 1_000
    """More trials of one item are scaled down to these: a server's taste moves."""


class ExposureConfig(_Config):
    """A stated share of the picks for artists who are little known."""

    share: Share = 0.2
    """At least this share of the picks, to the nearest whole number, is by little-known artists."""
    known: Share = 0.4
    """An artist is little known whose best known item is less known than this; 0 nobody knows, 1 everybody."""
    reach: Annotated[int, Field(ge=1)] = 1_000
    """So many of the best candidates are looked through at most; below them the share is not filled."""


class IndexConfig(_Config):
    """What is scored where there are too many items to score all of them."""

    from_items: Annotated[int, Field(ge=1)] = 200_000
    """From so many items on candidates are found first, and only they are scored."""
    nearest: Annotated[int, Field(ge=1)] = 800
    """Candidates by the nearest vectors …"""
    alike: Annotated[int, Field(ge=1)] = 1_200
    """… by content, up to twice as many where it weighs more than usual …"""
    carried: Annotated[int, Field(ge=1)] = 600
    """… by what content carries over from company …"""
    together: Annotated[int, Field(ge=1)] = 800
    """… by what rows hold that share the evidence …"""
    around: Annotated[int, Field(ge=2)] = 800
    """… by what those near the asker like …"""
    popular: Annotated[int, Field(ge=1)] = 800
    """… by popularity …"""
    fresh: Annotated[int, Field(ge=1)] = 300
    """… by popularity among fresh releases …"""
    following: Annotated[int, Field(ge=1)] = 300
    """… by what others played next, in a radio …"""
    touched: Annotated[int, Field(ge=1)] = 300
    """… and by the last taps."""
    reference: Annotated[int, Field(ge=2)] = 3_000
    """Random items, always the same, that are scored along: by them the spread of each model is estimated."""
    postings: Annotated[int, Field(ge=1)] = 16_000
    """So many entries of tags, artists and audio are read for a question, and kept of each of them, at most."""
    links: Annotated[int, Field(ge=2)] = 12
    """M of the graph of vectors: it has twice as many links a vector. Memory grows with it."""
    effort: Annotated[int, Field(ge=1)] = 80
    """Vectors looked at for the links of each one when the graph is built."""


class GroupConfig(_Config):
    """How several members become one list."""

    power: Annotated[float, Field(ge=1)] = 3.0
    """Exponent of a z-score above 0: the larger, the more a list is made of hits for some."""
    below: Weight = 0.01
    """What a z-score below 0 weighs; it keeps the order of what a member does not want."""
    cap: Annotated[float, Field(gt=0, le=1)] = 0.2
    """Largest share of one member, before what they are owed."""
    small: Annotated[int, Field(ge=0)] = 7
    """Up to so many members least misery has a part."""
    misery: Share = 0.2
    """That part."""
    company: Mapping[str, Weight] = Field(default_factory=lambda: dict(_TOGETHER))
    """In which proportions the models of company share what they weigh together for a group."""
    content: Weight = 0.25
    """Factor on the weight of content: what nobody of many knows is found by company rather than by likeness."""
    memory: Share = 0.95
    """What is left of a debt after a week in which everybody got the same."""
    rate: Weight = 0.3
    """How fast a debt grows."""
    most: Annotated[float, Field(ge=1)] = 4.0
    """A member weighs at most so much, and at least one over it."""


_TOGETHER: dict[str, float] = {"ease": 0.45, "ials": 0.45, "bridge": 0.1}


class MoodConfig(_Config):
    """How free text is read, and what the wishes in it weigh."""

    very: Positive = 1.5
    """Factor of "very" …"""
    bit: Positive = 0.5
    """… and of "a bit"; what "less" and "not too" leave of the opposite."""
    opposite: Share = 0.6
    """How far "not sad" is from the average towards happy; "no vocals" is all the way."""
    most: Positive = 2.0
    """Largest weight of a wish, whatever is said of it how often."""
    alike: Positive = 1.0
    """Length of the weights of the tags that name one mood; a tag that was named itself weighs 1."""
    letters: Annotated[int, Field(ge=1)] = 4_000
    """So much of a text is read."""
    phrase: Annotated[int, Field(ge=1)] = 5
    """Longest phrase, in words."""
    join_letters: Annotated[int, Field(ge=1)] = 6
    """From so many letters on, words are also looked up written as one."""
    guess_letters: Annotated[int, Field(ge=2)] = 4
    """Shorter words are not guessed."""
    long_letters: Annotated[int, Field(ge=2)] = 8
    """From here on two wrong letters are allowed; before, one."""
    guesses: Annotated[int, Field(ge=0)] = 40
    """At most so many words of one text are guessed."""
    strength: Positive = 2.0
    """How far what has most of a wish leads, beside the lead of everything else together over the average item."""


class Tuned(_Config):
    """What was learned on a validation part: it changes more slowly than what is fitted, and takes longer to learn."""

    content: ContentConfig
    blend: BlendConfig
    pairs: int
    """How many likes of members there were."""


class EngineConfig(_Config):
    """All numbers of the engine; the defaults were tuned on a validation part of Last.fm's train split."""

    content: ContentConfig = ContentConfig()
    features: FeatureConfig = FeatureConfig()
    ease: EaseConfig = EaseConfig()
    ials: IalsConfig = IalsConfig()
    walk: WalkConfig = WalkConfig()
    server: ServerConfig = ServerConfig()
    bridge: BridgeConfig = BridgeConfig()
    blend: BlendConfig = BlendConfig()
    popularity: PopularityConfig = PopularityConfig()
    sessions: SessionConfig = SessionConfig()
    explore: ExploreConfig = ExploreConfig()
    exposure: ExposureConfig = ExposureConfig()
    index: IndexConfig = IndexConfig()
    groups: GroupConfig = GroupConfig()
    moods: MoodConfig = MoodConfig()
    dials: Mapping[Dial, DialConfig] = Field(default_factory=lambda: dict(_DIALS))
    seed_evidence: Weight = 10.0
    """What one seed counts as evidence: who asks from a song wants that song's kind."""
    wish_evidence: Weight = 3.0
    """What one wished tag or audio feature counts as evidence."""
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

    def tuned(self, tuned: Tuned | None) -> Self:
        """Take over what was learned on a validation part before, or, without it, the usual; nothing is learned then."""
        content, blend = (tuned.content, tuned.blend) if tuned else (self.content, self.blend)
        without = {"learned": False}
        return self.model_copy(
            update={
                "content": content.model_copy(update=without),
                "blend": blend.model_copy(update=without),
            }
        )

    def of_fit(self) -> str:
        """Write down, as JSON, what a fit depends on; the rest can change without a new fit."""
        fit = {
            "content",
            "features",
            "ease",
            "ials",
            "walk",
            "server",
            "bridge",
            "blend",
            "popularity",
            "sessions",
        }
        return self.model_dump_json(include=fit)
