"""How well an item is known and liked, whoever asks."""

from dataclasses import dataclass

import numpy as np

from recommender.catalogue import Catalogue
from recommender.config import CooccurrenceConfig, PopularityConfig
from recommender.rows import Rows
from recommender.sparse import Floats, Mask, times, times_transposed
from recommender.types import GroupId, MemberId

_YEAR = 31_556_952.0
"""Seconds of a Gregorian year."""
_KNOWN_FLOOR = 10.0
"""Likes that make an item well known at least, so that one like in an empty server does not."""


@dataclass(frozen=True, slots=True)
class Prevalence:
    """What the rows say of items regardless of any query; arrays of shape (items,)."""

    source: Floats
    """Scaling of evidence items: (1 + count) ** -source_scaling."""
    target: Floats
    """Scaling of candidates: (1 + count) ** -target_scaling."""
    known: Floats
    """How well known an item is, 0 to 1: by likes everywhere (log scale) or by the catalogue, the larger."""

    @classmethod
    def of(cls, batches: tuple[Rows, ...], catalogue: Catalogue, config: CooccurrenceConfig) -> "Prevalence":
        """Count the living rows."""
        count = np.zeros(len(catalogue), dtype=np.float32)
        for rows in batches:
            weight = np.where(rows.owners.person, 1, config.basket_weight) * rows.alive
            count += times_transposed(rows.likes, weight.astype(np.float32))
        likes = _likes(batches, catalogue, [rows.alive & rows.owners.person for rows in batches])
        top = max(float(likes.max(initial=0)), _KNOWN_FLOOR)
        return cls(
            source=(1 + count) ** np.float32(-config.source_scaling),
            target=(1 + count) ** np.float32(-config.target_scaling),
            known=np.maximum(
                np.log1p(likes) / np.float32(np.log1p(top)), np.nan_to_num(catalogue.popularity)
            ),
        )


@dataclass(frozen=True, slots=True)
class Rates:
    """The expected rate of likes in a server, as three summands of shape (items,)."""

    server: Floats
    """From the server's own likes, the asking member's left out."""
    prior: Floats
    """From the likes of all servers and the catalogue's popularity."""
    fresh: Floats
    """What a fresh release adds."""

    @property
    def total(self) -> Floats:
        """The summands together."""
        return self.server + self.prior + self.fresh


def rates(
    batches: tuple[Rows, ...],
    catalogue: Catalogue,
    config: PopularityConfig,
    *,
    group: GroupId | None,
    member: MemberId | None,
    now: float | None,
) -> Rates:
    """Estimate rates of likes by empirical Bayes, each level held by the one above it.

    A level with n members and k likes over a prior rate p of m pseudo-members has the rate (k + m p) / (n + m).
    """
    people = [rows.of_others(member) & rows.owners.person for rows in batches]
    here = [mask & rows.of_group(group) for mask, rows in zip(people, batches, strict=True)]
    listed = catalogue.popularity
    mean = float(np.nanmean(listed)) if np.isfinite(listed).any() else 0.0
    above = np.where(np.isnan(listed), np.float32(mean), listed) * np.float32(config.catalogue_rate)
    held = config.catalogue_prior
    everywhere = (_likes(batches, catalogue, people) + held * above) / (
        sum(int(m.sum()) for m in people) + held
    )
    size = sum(int(mask.sum()) for mask in here) + config.server_prior
    server = (_likes(batches, catalogue, here) / size).astype(np.float32)
    prior = (everywhere * config.server_prior / size).astype(np.float32)
    return Rates(server, prior, (server + prior) * _freshness(catalogue, config, now))


def _likes(batches: tuple[Rows, ...], catalogue: Catalogue, masks: list[Mask]) -> Floats:
    likes = np.zeros(len(catalogue), dtype=np.float32)
    for rows, mask in zip(batches, masks, strict=True):
        if mask.any():
            likes += times(rows.fresh_by_item, mask.astype(np.float32))
    return likes


def _freshness(catalogue: Catalogue, config: PopularityConfig, now: float | None) -> Floats:
    """Rho * 2^(-age / tau); 0 where the release or the time is unknown. A release to come counts as new."""
    if now is None:
        return np.zeros(len(catalogue), dtype=np.float32)
    days = np.maximum(1970 + now / _YEAR - catalogue.released.astype(np.float64), 0) * (_YEAR / 86_400)
    return np.nan_to_num(config.fresh_boost * 0.5 ** (days / config.fresh_half_life_days)).astype(np.float32)
