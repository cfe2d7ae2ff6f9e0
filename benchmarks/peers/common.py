"""What every runner needs: the part it is fitted on, ranking, the search for good settings, and the clock.

Needs numpy and scipy only, because it runs in each peer's own environment (numpy 1 and 2).
"""

from __future__ import annotations

import itertools
import random
import sys
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
JUDGED = 10
TIMED = 200
DRAWS = 24
SEED = 20


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


def ndcg(wanted: sp.csr_matrix, recommend: Recommend) -> float:
    """Mean NDCG@10 over the members who want something: binary gain, ideal over min(10, wanted)."""
    sizes = np.diff(wanted.indptr)
    members = np.flatnonzero(sizes).astype(np.int64)
    lists = in_blocks(recommend, members, JUDGED)
    hits = np.asarray(wanted[np.repeat(members, JUDGED), lists.ravel()]).reshape(lists.shape) > 0
    discount = 1 / np.log2(np.arange(JUDGED) + 2)
    ideal = np.cumsum(discount)[np.minimum(sizes[members], JUDGED) - 1]
    return float(np.mean((hits @ discount) / ideal))


def tuned(
    model: Model, part: Part, wanted: sp.csr_matrix, known: Settings | None = None
) -> tuple[Settings, float, int]:
    """The best settings, their NDCG@10 on the validation part, and how many were tried.

    Few combinations are all tried. Of many, a seeded draw and what was found before are tried; then one setting
    after another is moved to each of its other values, from the best so far, until no single move is better.
    """
    tried: dict[tuple[Any, ...], float] = {}
    names = list(model.grid)

    def judged(values: tuple[Any, ...]) -> float:
        if values not in tried:
            settings = dict(zip(names, values, strict=True))
            begun = time.perf_counter()
            tried[values] = ndcg(wanted, model.fit(part, settings))
            print(
                f"{model.name} {settings}: {tried[values]:.4f} ({time.perf_counter() - begun:.1f} s)",
                file=sys.stderr,
                flush=True,
            )
        return tried[values]

    everything = list(itertools.product(*model.grid.values()))
    few = len(everything) <= model.draws
    begun = everything if few else random.Random(SEED).sample(everything, model.draws) or everything[:1]
    before = tuple((known or {}).get(name) for name in names)
    best = max([*begun, before] if before in everything else begun, key=judged)
    moved = not few
    while moved:
        last = best
        for at, choices in enumerate(model.grid.values()):
            best = max([(*best[:at], value, *best[at + 1 :]) for value in choices], key=judged)
        moved = best != last
    return dict(zip(names, best, strict=True)), tried[best], len(tried)


def timed(recommend: Recommend, members: Ids) -> float:
    """Median milliseconds for one member's list, asked for one member at a time."""
    taken: list[float] = []
    for member in members[:TIMED]:
        begun = time.perf_counter()
        recommend(np.array([member], dtype=np.int64), LISTED)
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken)) * 1000
