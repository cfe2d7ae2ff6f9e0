"""How good rankings are; pure functions of arrays. Unless said otherwise they give one figure a user."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.sparse import Doubles, Mask, Positions


def precision(hits: Mask, k: int) -> Doubles:
    """Give the share of the first k that is wanted; places left empty count as misses.

    Args:
        hits: shape (users, places), whether each place, best first, holds a wanted item.
        k: how many places count.

    Returns:
        shape (users,), 0 to 1.
    """
    return hits[:, :k].sum(axis=1) / k


def recall(hits: Mask, wanted: Positions, k: int) -> Doubles:
    """Give the share of the wanted items that is among the first k: hits / |wanted|.

    Args:
        hits: shape (users, places).
        wanted: shape (users,), how many items each user wants, whether or not they can be recommended; above 0.
        k: how many places count.

    Returns:
        shape (users,), 0 to 1.
    """
    return hits[:, :k].sum(axis=1) / wanted


def ndcg(hits: Mask, wanted: Positions, k: int) -> Doubles:
    """Give the normalised discounted cumulative gain with binary gains (Järvelin and Kekäläinen 2002).

    A hit in place r gains 1 / log2(r + 1); the ideal has its min(k, |wanted|) hits in front.

    Args:
        hits: shape (users, places).
        wanted: shape (users,), above 0.
        k: how many places count.

    Returns:
        shape (users,), 0 to 1.
    """
    places = min(k, hits.shape[1])
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)[np.minimum(wanted, k) - 1]
    return (hits[:, :places] @ discount[:places]) / ideal


def reciprocal_rank(first: Doubles) -> Doubles:
    """Give 1 / rank of the first wanted item in the full ranking; its mean is the MRR (Voorhees 1999).

    Args:
        first: shape (users,), from 1, infinite where no wanted item is ranked.

    Returns:
        shape (users,), 0 to 1.
    """
    return 1 / first


def auc(ordered: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> float:
    """Give one user's chance that a wanted candidate scores above another one, a tie counting half.

    Exact over all candidates, by the rank sum of Mann and Whitney (Hanley and McNeil 1982, section 3).

    Args:
        ordered: shape (candidates,), the scores of all candidates, wanted ones too, lowest first.
        wanted: shape (wanted,), the scores of the wanted candidates.

    Returns:
        0 to 1; NaN where all candidates are wanted or none is.
    """
    others = len(ordered) - len(wanted)
    if not len(wanted) or not others:
        return float("nan")
    below = np.searchsorted(ordered, wanted, side="left")
    upto = np.searchsorted(ordered, wanted, side="right")
    ranks = float((below + upto + 1).sum()) / 2
    return (ranks - len(wanted) * (len(wanted) + 1) / 2) / (len(wanted) * others)


def surprise(listeners: Positions, users: int) -> Doubles:
    """Give each item's self-information -log2(share of users who have it), in bits (Zhou et al. 2010).

    An item that nobody has counts as one that a single user has, the most surprising that data can tell.

    Args:
        listeners: shape (items,), how many users have each item.
        users: how many users there are.

    Returns:
        shape (items,), at least 0.
    """
    return -np.log2(np.maximum(listeners, 1) / max(users, 1))


def novelty(items: Positions, bits: Doubles, k: int) -> Doubles:
    """Give the mean surprise of the first k recommendations, in bits.

    Args:
        items: shape (users, places), positions in `bits`, -1 where a place is empty.
        bits: shape (items,), what `surprise` gave.
        k: how many places count.

    Returns:
        shape (users,); NaN where nothing was recommended.
    """
    shown = items[:, :k] >= 0
    total = np.where(shown, bits[items[:, :k]], 0.0).sum(axis=1)
    count = shown.sum(axis=1)
    return np.divide(total, count, out=np.full(len(items), np.nan), where=count > 0)


def coverage(counts: npt.NDArray[Any]) -> float:
    """Give the share of the candidates that is recommended to anybody, 0 to 1.

    Args:
        counts: shape (candidates,), how often each was recommended.
    """
    return float((counts > 0).mean())


def gini(counts: npt.NDArray[Any]) -> float:
    """Give the Gini coefficient of the recommendations: 0 if spread evenly, towards 1 if on one candidate.

    G = sum((2 i - n - 1) x_i) / (n sum(x)) over the counts x in ascending order, i from 1 to n.

    Args:
        counts: shape (candidates,), how often each was recommended; whole numbers.
    """
    candidates, total = len(counts), float(counts.sum())
    if not total:
        return 0.0
    # Equal counts share their mean rank, so counting the counts replaces sorting them.
    size = np.bincount(counts)
    ranks = np.cumsum(size) - (size - 1) / 2
    return float(((2 * ranks - candidates - 1) * size * np.arange(len(size))).sum() / (candidates * total))
