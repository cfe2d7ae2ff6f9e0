"""From scores to a short list: the best allowed items, few of an artist, unlike each other."""

import numpy as np

from recommender.catalogue import Catalogue
from recommender.content import ContentSpace
from recommender.sparse import Doubles, Floats, Mask, Positions, pick_rows, times


def best(scores: Floats, allowed: Mask, catalogue: Catalogue, *, count: int, per_artist: int) -> Positions:
    """Give the positions of the `count` best allowed items, best first, ties as the catalogue breaks them.

    At most `per_artist` of one artist are among them, so any choice from the answer keeps that limit.
    """
    reach = 4 * count
    while True:
        ranked = _ranked(scores, allowed, catalogue, reach)
        kept = ranked[_place_in_artist(catalogue.artist[ranked]) < per_artist]
        if len(kept) >= count or reach >= len(scores):
            return kept[:count]
        reach = len(scores)


def diversify(
    candidates: Positions, scores: Floats, space: ContentSpace, *, count: int, mmr_lambda: float
) -> Positions:
    """Choose `count` candidates by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Each choice has the largest lambda * score - (1 - lambda) * likeness to the nearest choice before it, with
    scores scaled to 0..1 over the candidates.
    """
    relevance = _unit_range(scores[candidates].astype(np.float64))
    vectors = pick_rows(space.vectors, candidates)
    nearest = np.zeros(len(candidates))
    open_ = np.ones(len(candidates), dtype=np.bool_)
    chosen: list[int] = []
    for _ in range(min(count, len(candidates))):
        value = np.where(open_, mmr_lambda * relevance - (1 - mmr_lambda) * nearest, -np.inf)
        pick = int(value.argmax())
        chosen.append(pick)
        open_[pick] = False
        likeness = times(vectors, space.dense(int(candidates[pick])))
        nearest = np.maximum(nearest, likeness)
    return candidates[np.array(chosen, dtype=np.intp)]


def _ranked(scores: Floats, allowed: Mask, catalogue: Catalogue, reach: int) -> Positions:
    """Sort the allowed items that score at least as much as the `reach`-th best one."""
    open_ = np.flatnonzero(allowed)
    values = scores[open_]
    if reach < len(open_):
        least = np.partition(values, len(open_) - reach)[len(open_) - reach]
        open_ = open_[values >= least]
        values = scores[open_]
    return open_[np.lexsort((catalogue.tie[open_], -values))]


def _place_in_artist(artist: Positions) -> Positions:
    """Number each artist's items in order from 0; items of unknown artists are all 0."""
    order = np.argsort(artist, kind="stable")
    grouped = artist[order]
    starts = np.searchsorted(grouped, grouped, side="left")
    place = np.empty(len(artist), dtype=np.intp)
    place[order] = np.arange(len(artist)) - starts
    return np.where(artist < 0, 0, place)


def _unit_range(values: Doubles) -> Doubles:
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.ones_like(values)
