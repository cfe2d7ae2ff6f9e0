"""How well an item is liked, whoever asks: rates by empirical Bayes, with decay and release recency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.catalogue import Catalogue
from recommender.material import Material
from recommender.models.base import Asked, Asker, ItemModel
from recommender.sparse import Floats, Positions

_YEAR = 31_556_952.0
"""Seconds of a Gregorian year."""
_DAY = 86_400.0
_KNOWN_FLOOR = 10.0
"""Likes that make an item well known at least, so that one like in an empty server does not."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The expected rate of likes where it is asked, as three summands of shape (items,)."""

    server: Floats
    """From the likes of those near the asker, who is left out."""
    prior: Floats
    """From the likes of all members and the catalogue's popularity."""
    fresh: Floats
    """What a fresh release adds."""

    @property
    def total(self) -> Floats:
        """The summands together."""
        return self.server + self.prior + self.fresh


class Popularity(ItemModel):
    """The rate of likes by level, each held by the one above it: the server, all servers, the catalogue.

    A level with n members and k likes over a prior rate p of m pseudo-members has the rate (k + m p) / (n + m). A
    like halves with every half-life; a release of age t counts 1 + rho * 2^(-t / tau) times.
    """

    name: ClassVar[str] = "popularity"
    _known: tuple[float, int, Floats] | None = None
    """The most likes, how many touches were seen, and what was computed then."""
    _fresh: tuple[int, Floats] | None = None
    """The day, and what a fresh release adds on it."""

    def _begin(self, material: Material) -> None:
        super()._begin(material)
        self._known = self._fresh = None

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Estimate the rate of likes where each question is asked."""
        found = [self.rates(asker).total for asker in asked.askers]
        scores = np.stack(found) if found else np.empty((0, asked.evidence.shape[1]), dtype=np.float32)
        return scores if among is None else scores[:, among]

    def rates(self, asker: Asker) -> Rates:
        """Estimate the rate of likes by its sources."""
        config, material = self.config.popularity, self.material
        ledger = material.ledger
        near = ledger.near(asker.group, asker.member, material.circles.near(asker.member))
        liked, people = ledger.liked, ledger.people
        own = ledger.row(asker.group, asker.member)
        if len(own.positions):
            liked, people = liked.copy(), people - 1
            liked[own.positions] -= own.fresh
        held = config.catalogue_prior
        above = _listed(material.catalogue) * np.float32(config.catalogue_rate)
        everywhere = (liked + np.float32(held) * above) / np.float32(people + held)
        size = near.fresh.shape[0] + config.server_prior
        here = np.bincount(near.fresh.indices, near.fresh.data, minlength=len(liked)).astype(np.float32)
        server = here / np.float32(size)
        prior = (everywhere * np.float32(config.server_prior / size)).astype(np.float32)
        return Rates(server, prior, (server + prior) * self._freshness(asker.now))

    def known(self) -> Floats:
        """Tell how well known each item is, 0 to 1: by likes (log scale) or by the catalogue, the larger.

        After a tap only what it touched is computed again.
        """
        ledger = self.material.ledger
        top = max(float(ledger.liked.max(initial=0)), _KNOWN_FLOOR)
        if self._known is None or self._known[0] != top:
            self._known = (top, len(ledger.touched), self._known_at(np.arange(len(ledger.liked)), top))
        _, seen, known = self._known
        if seen < len(ledger.touched):
            changed = np.array(ledger.touched[seen:], dtype=np.intp)
            known = known.copy()
            known[changed] = self._known_at(changed, top)
            self._known = (top, len(ledger.touched), known)
        return known

    def _known_at(self, positions: Positions, top: float) -> Floats:
        liked = np.maximum(self.material.ledger.liked[positions], 0)
        listed = np.nan_to_num(self.material.catalogue.popularity[positions])
        return np.maximum(np.log1p(liked) / np.float32(np.log1p(top)), listed)

    def _freshness(self, now: float | None) -> Floats:
        """Rho * 2^(-age / tau); 0 where the release or the time is unknown. A release to come counts as new.

        A day begins with its first second, so that all of a day's questions share one answer.
        """
        released = self.material.catalogue.released
        if now is None:
            return np.zeros(len(released), dtype=np.float32)
        day = int(now // _DAY)
        if self._fresh is None or self._fresh[0] != day:
            config = self.config.popularity
            days = np.maximum(1970 + day * _DAY / _YEAR - released.astype(np.float64), 0) * (_YEAR / _DAY)
            boost = config.fresh_boost * 0.5 ** (days / config.fresh_half_life_days)
            self._fresh = (day, np.nan_to_num(boost).astype(np.float32))
        return self._fresh[1]


def _listed(catalogue: Catalogue) -> Floats:
    """Give the catalogue's popularity, its mean where it is unknown."""
    listed = catalogue.popularity
    mean = float(np.nanmean(listed)) if np.isfinite(listed).any() else 0.0
    return np.where(np.isnan(listed), np.float32(mean), listed)
