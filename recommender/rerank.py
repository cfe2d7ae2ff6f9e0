"""From scores to a short list: the best allowed items, few of an artist, unlike each other."""

import numpy as np

from recommender.catalogue import Catalogue
from recommender.content import ContentSpace
from recommender.sparse import Doubles, Floats, Mask, Positions, pick_rows, times

_BLOCK = 64
_NONE = np.float32(-np.inf)


def best(
    scores: Floats,
    allowed: Mask,
    catalogue: Catalogue,
    *,
    count: int,
    per_artist: int,
    among: Positions | None = None,
) -> Positions:
    """Give the positions of the `count` best allowed items, best first, ties as the catalogue breaks them.

    At most `per_artist` of one artist and one version of a song are among them, so any choice from the answer keeps
    these limits. Nothing is allowed that is not `among` these, where they are given.
    """
    reach = 4 * count
    while True:
        ranked = _ranked(scores, allowed, catalogue, reach, among)
        first = ranked[_place_among(catalogue.work[ranked]) < 1] if catalogue.works else ranked
        kept = first[_place_among(catalogue.artist[first]) < per_artist]
        if len(kept) >= count or reach >= len(scores):
            return kept[:count]
        reach *= 8


def relevance(scores: Floats, known: Floats, *, novelty: float) -> Doubles:
    """Lean scores towards the unknown; shape (candidates,), 0 to 1.

    (score + novelty * unknown) / (1 + novelty), below 0 with known in place of unknown; both are scaled to 0..1 over
    the candidates before, so that `novelty` means the same whatever the scores are made of.
    """
    how_known = _unit_range(known.astype(np.float64))
    wanted = 1 - how_known if novelty > 0 else how_known
    weight = abs(novelty)
    return (_unit_range(scores.astype(np.float64)) + weight * wanted) / (1 + weight)


def diversify(
    candidates: Positions, relevance: Doubles, space: ContentSpace, *, count: int, mmr_lambda: float
) -> Positions:
    """Choose `count` candidates by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Each choice has the largest lambda * relevance - (1 - lambda) * likeness to the nearest choice before it;
    `relevance` is of shape (candidates,), 0 to 1.
    """
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


def _ranked(
    scores: Floats, allowed: Mask, catalogue: Catalogue, reach: int, among: Positions | None
) -> Positions:
    """Sort the best allowed items, `reach` of them or more."""
    chosen = slice(None) if among is None else among
    values = np.where(allowed[chosen], scores[chosen], np.float32(-np.inf))
    places = np.flatnonzero(values >= max(_least(values, reach), np.finfo(np.float32).min))
    open_ = places if among is None else among[places]
    return open_[np.lexsort((catalogue.tie[open_], -scores[open_]))]


def _least(values: Floats, reach: int) -> np.float32:
    """Give a value that at least `reach` of these attain: many blocks have one each, and few have to be sorted then."""
    blocks = len(values) // _BLOCK
    if reach >= blocks:
        return (
            np.partition(values, len(values) - reach)[len(values) - reach] if reach < len(values) else _NONE
        )
    largest = values[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    return np.partition(largest, blocks - reach)[blocks - reach]


def _place_among(owner: Positions) -> Positions:
    """Number the items of each owner (an artist, say) in order from 0; those of no owner, -1, are all 0."""
    order = np.argsort(owner, kind="stable")
    grouped = owner[order]
    starts = np.searchsorted(grouped, grouped, side="left")
    place = np.empty(len(owner), dtype=np.intp)
    place[order] = np.arange(len(owner)) - starts
    return np.where(owner < 0, 0, place)


def _unit_range(values: Doubles) -> Doubles:
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    return (values - low) / (high - low) if high > low else np.ones_like(values)
