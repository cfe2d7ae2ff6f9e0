"""Little-known artists: who they are, and their stated share of the picks."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from recommender.catalogue import Catalogue
from recommender.sparse import Floats, Mask, Positions


class Renown:
    """Tells whose artists are little known; what was computed last is kept until somebody's likes change it."""

    def __init__(self, catalogue: Catalogue) -> None:
        named = np.flatnonzero(catalogue.artist >= 0)
        self._by_artist = named[np.argsort(catalogue.artist[named], kind="stable")]
        self._artist = catalogue.artist[self._by_artist]
        self._starts = np.flatnonzero(np.diff(self._artist, prepend=-1))
        listed = np.isfinite(catalogue.popularity)
        self._unlisted = ~listed
        self._usual = float(catalogue.popularity[listed].mean()) if listed.any() else 0.0
        self._rank = np.zeros(len(catalogue.artist), dtype=np.int32)
        """Place of each item's artist among those with items, from 1; 0 for none."""
        self._rank[self._by_artist] = np.cumsum(np.diff(self._artist, prepend=-1) != 0)
        self._last: tuple[Floats, float, Mask] | None = None

    def little(self, known: Floats, threshold: float) -> Mask:
        """Mark the items of artists whose best known item is less known than `threshold`; shape (items,).

        `known` (items,) is 0 to 1. An item that neither a like nor a catalogue speaks of is taken to be as known as
        those that are listed usually are, so that no gap in a list makes an artist little known. Where nothing is
        listed at all, that is 0. An item without an artist stands for itself.
        """
        if self._last is None or self._last[0] is not known or self._last[1] != threshold:
            self._last = known, threshold, self.best(known) < threshold
        return self._last[2]

    def best(self, known: Floats) -> Floats:
        """Give how well known each item's artist is: as the best known item; shape (items,)."""
        best = np.where(self._unlisted & (known <= 0), np.float32(self._usual), known)
        if len(self._starts):
            of_artist = np.maximum.reduceat(best[self._by_artist], self._starts)
            sizes = np.diff(np.append(self._starts, len(self._by_artist)))
            best[self._by_artist] = np.repeat(of_artist, sizes)
        return best

    def best_of(self, positions: Positions, known: Callable[[Positions], Floats]) -> Floats:
        """Do the same for these items alone, of whose artists' items alone it is asked how `known` they are."""
        ranks = self._rank[positions]
        found = np.unique(ranks[ranks > 0]) - 1
        lengths = np.diff(np.append(self._starts, len(self._by_artist)))[found]
        begins = np.cumsum(lengths) - lengths
        items = self._by_artist[np.arange(lengths.sum()) + np.repeat(self._starts[found] - begins, lengths)]
        of_items = self._filled(items, known(items))
        best = self._filled(positions, known(positions))
        if len(found):
            of_artist = np.maximum.reduceat(of_items, begins)
            best[ranks > 0] = of_artist[np.searchsorted(found, ranks[ranks > 0] - 1)]
        return best

    def _filled(self, positions: Positions, known: Floats) -> Floats:
        return np.where(self._unlisted[positions] & (known <= 0), np.float32(self._usual), known)


def places(share: float, count: int) -> int:
    """Give how many of `count` picks a share is, to the nearest whole number, halves up."""
    within = min(max(0.0, share), 1.0)
    return math.floor(within * count + 0.5)


def offered(ranked: Positions, taken: Positions, little: Mask, *, count: int) -> Positions:
    """Give the best `count` of `ranked` (best first) by little-known artists that are not taken yet."""
    return ranked[little[ranked] & ~np.isin(ranked, taken)][:count]


def replaced(chosen: Positions, little: Mask, offer: Positions) -> tuple[Positions, Positions]:
    """Put as much of `offer` as there is room for in place of the last chosen that are better known.

    Returns:
        what stays of the chosen, in order, and what takes the places after it.
    """
    known = np.flatnonzero(~little[chosen])
    leaving = known[len(known) - min(len(offer), len(known)) :]
    return np.delete(chosen, leaving), offer[: len(leaving)]
