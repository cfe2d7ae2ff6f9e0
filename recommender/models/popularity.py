"""How well an item is liked, whoever asks: rates by empirical Bayes, with decay and release recency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue
from recommender.material import Material
from recommender.models.base import Asked, Asker, ItemModel
from recommender.sparse import Floats, Positions, found_in

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
    _listed: Floats
    """What the catalogue's popularity counts, in likes; its mean where it is unknown; shape (items,)."""

    def _begin(self, material: Material) -> None:
        super()._begin(material)
        self._known = self._fresh = None
        config = self.config.popularity
        held = np.float32(config.catalogue_prior * config.catalogue_rate)
        self._listed = _listed(material.catalogue) * held

    def scores(self, asked: Asked, among: Positions | None = None) -> Floats:
        """Estimate the rate of likes where each question is asked."""
        size = asked.evidence.shape[1] if among is None else len(among)
        found = [self.rates(asker, among).total for asker in asked.askers]
        return np.stack(found) if found else np.empty((0, size), dtype=np.float32)

    def rates(self, asker: Asker, among: Positions | None = None) -> Rates:
        """Estimate the rate of likes by its sources, of the items `among` (all by default)."""
        config, material = self.config.popularity, self.material
        ledger = material.ledger
        near = ledger.near(asker.group, asker.member, material.circles.near(asker.member))
        liked, listed = (all_ if among is None else all_[among] for all_ in (ledger.liked, self._listed))
        own = ledger.row(asker.group, asker.member)
        people = ledger.people - bool(len(own.positions))
        size = near.fresh.shape[0] + config.server_prior
        server = _summed(near.fresh.indices, near.fresh.data / np.float32(size), among, len(liked))
        prior: Floats = liked + listed
        if len(own.positions):
            prior -= _summed(own.positions, own.fresh, among, len(liked))
        prior = prior * np.float32(config.server_prior / size / (people + config.catalogue_prior))
        return Rates(server, prior, (server + prior) * self._freshness(asker.now, among))

    def known(self, among: Positions | None = None) -> Floats:
        """Tell how well known each item is, 0 to 1: by likes (log scale) or by the catalogue, the larger.

        After a tap only what it touched is computed again.
        """
        ledger = self.material.ledger
        top = max(float(ledger.liked.max(initial=0)), _KNOWN_FLOOR)
        if among is not None:
            return self._known_at(among, top)
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

    def _freshness(self, now: float | None, among: Positions | None) -> Floats:
        """Rho * 2^(-age / tau); 0 where the release or the time is unknown. A release to come counts as new.

        A day begins with its first second, so that all of a day's questions share one answer.
        """
        released = self.material.catalogue.released
        if now is None:
            return np.zeros(len(released) if among is None else len(among), dtype=np.float32)
        day = int(now // _DAY)
        if among is not None:
            return self._boost(released[among], day)
        if self._fresh is None or self._fresh[0] != day:
            self._fresh = (day, self._boost(released, day))
        return self._fresh[1]

    def _boost(self, released: Floats, day: int) -> Floats:
        config = self.config.popularity
        days = np.maximum(1970 + day * _DAY / _YEAR - released.astype(np.float64), 0) * (_YEAR / _DAY)
        boost = config.fresh_boost * 0.5 ** (days / config.fresh_half_life_days)
        return np.nan_to_num(boost).astype(np.float32)


def _summed(
    positions: npt.NDArray[np.integer], values: Floats, among: Positions | None, items: int
) -> Floats:
    """Sum values by item, for all items or those `among`; shape (items or among,)."""
    if among is None:
        sums = np.zeros(items, dtype=np.float32)
        np.add.at(sums, positions, values)
        return sums
    different, places = np.unique(positions, return_inverse=True)
    sums = np.bincount(places, values, minlength=len(different)).astype(np.float32)
    found, which = found_in(different.astype(np.intp), among)
    laid = np.zeros(len(among), dtype=np.float32)
    laid[which] = sums[found]
    return laid


def _listed(catalogue: Catalogue) -> Floats:
    """Give the catalogue's popularity, its mean where it is unknown."""
    listed = catalogue.popularity
    mean = float(np.nanmean(listed)) if np.isfinite(listed).any() else 0.0
    return np.where(np.isnan(listed), np.float32(mean), listed)
