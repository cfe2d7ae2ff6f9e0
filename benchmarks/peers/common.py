"""What every runner needs: the part it is fitted on, ranking, and the clock.

Needs numpy and scipy only, because it runs in each peer's own environment (numpy 1 and 2).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Settings = dict[str, Any]
Ids = NDArray[np.int64]
Recommend = Callable[[Ids, int], Ids]

LISTED = 20
TIMED = 200
DRAWS = 24


@dataclass(frozen=True)
class Part:
    """Members × artists with play weights, and tags × artists by TF-IDF."""

    train: sp.csr_matrix
    tags: sp.csr_matrix

    @classmethod
    def read(cls, folder: Path) -> Part:
        return cls(matrix(folder / "train.npz"), matrix(folder / "tags.npz"))

    def rows(self, settings: Mapping[str, Any]) -> sp.csr_matrix:
        """The play weights, or ones where ``weights`` is set to False."""
        if settings.get("weights", True):
            return self.train.copy()
        return sp.csr_matrix(self.train > 0, dtype=np.float64)


@dataclass(frozen=True)
class Model:
    """One model of a library.

    Attributes:
        fit: from a part and settings to a function that lists the best unheard artists of some members.
        grid: the values of each setting; all combinations, or a search through them where they are many.
        draws: so many random combinations before the search goes on from the best.
    """

    name: str
    fit: Callable[[Part, Settings], Recommend]
    grid: Mapping[str, Sequence[Any]]
    draws: int = DRAWS


def matrix(file: Path) -> sp.csr_matrix:
    return sp.csr_matrix(sp.load_npz(file), dtype=np.float64)


def heard(part: Part, least: int = 2) -> Ids:
    """The artists with so many listeners.

    Who has one listener can come to nobody else's list through co-listening, and these are two thirds of all
    artists: a dense model without them is fitted in a twentieth of the time.
    """
    return np.flatnonzero(part.train.getnnz(axis=0) >= least).astype(np.int64)


def by_scores(part: Part, scores: Callable[[Ids], Any], columns: Ids | None = None) -> Recommend:
    """Rank the scores of members × artists (or × these columns), without what the member already plays."""
    train = part.train if columns is None else sp.csr_matrix(part.train[:, columns])

    def recommend(members: Ids, count: int) -> Ids:
        values = np.array(scores(members), dtype=np.float64)
        seen = train[members]
        values[np.repeat(np.arange(len(members)), np.diff(seen.indptr)), seen.indices] = -np.inf
        best = np.argpartition(-values, count, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(values, best, axis=1), axis=1, kind="stable")
        ranked = np.take_along_axis(best, order, axis=1).astype(np.int64)
        return ranked if columns is None else columns[ranked]

    return recommend


def filler(part: Part) -> Callable[[int, Ids, int], Ids]:
    """Fill one member's list up with the most popular.

    Neighbours may know fewer than asked; some libraries then answer -1 or what the member plays already.
    """
    popular = np.argsort(-part.train.getnnz(axis=0), kind="stable").astype(np.int64)

    def fill(member: int, found: Ids, count: int) -> Ids:
        played = part.train[member].indices
        good = found[(found >= 0) & ~np.isin(found, played)]
        if len(good) < count:
            good = np.concatenate([good, popular[~np.isin(popular, np.concatenate([good, played]))]])
        return good[:count]

    return fill


def in_blocks(recommend: Recommend, members: Ids, count: int = LISTED, size: int = 256) -> Ids:
    parts = [recommend(members[at : at + size], count) for at in range(0, len(members), size)]
    return np.concatenate(parts)


def timed(recommend: Recommend, members: Ids) -> float:
    """Median milliseconds for one member's list, asked for one member at a time."""
    taken: list[float] = []
    for member in members[:TIMED]:
        begun = time.perf_counter()
        recommend(np.array([member], dtype=np.int64), LISTED)
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken)) * 1000
