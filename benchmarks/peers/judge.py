"""Lists against the test part: P@10, Recall@10, NDCG@10, and whether one lead over another is more than luck."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

K = 10
RESAMPLES = 2_000
SEED = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """One value per test member, in the same order for every list, so that lists can be compared in pairs."""

    precision: Floats
    recall: Floats
    ndcg: Floats


@dataclass(frozen=True)
class Lead:
    """How much higher the mean of one list is, with the 95 % interval of a paired bootstrap over members."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        return self.low > 0 or self.high < 0


def judge(lists: Path, test: Path, train: Path) -> Judged:
    """Judge a CSV ``user,rank,item[,score]``.

    Raises:
        ValueError: a list holds an artist twice, or one that the member plays in the train part.
    """
    wanted = _known(test)
    table = pd.read_csv(lists, usecols=["user", "rank", "item"])
    _check(table, _known(train), lists.name)
    table = table.sort_values(["user", "rank"])
    place = table.groupby("user").cumcount().to_numpy()
    top = table[place < K]
    users, place = top["user"].to_numpy(), place[place < K]
    hit = np.asarray(wanted[users, top["item"].to_numpy()]).ravel() > 0
    sizes = np.diff(wanted.indptr)
    members = np.flatnonzero(sizes)
    discount = 1 / np.log2(np.arange(K) + 2)
    hits = np.bincount(users[hit], minlength=len(sizes))[members]
    gain = np.bincount(users[hit], discount[place[hit]], minlength=len(sizes))[members]
    ideal = np.cumsum(discount)[np.minimum(sizes[members], K) - 1]
    return Judged(hits / K, hits / sizes[members], gain / ideal)


def lead(ours: Floats, theirs: Floats, resamples: int = RESAMPLES, seed: int = SEED) -> Lead:
    """Of ours over theirs; members are drawn with replacement, each with both of their values."""
    difference = ours - theirs
    drawn = np.random.default_rng(seed).integers(0, len(difference), (resamples, len(difference)))
    low, high = np.percentile(difference[drawn].mean(axis=1), [2.5, 97.5])
    return Lead(float(difference.mean()), float(low), float(high))


def _known(file: Path) -> sp.csr_matrix:
    return sp.csr_matrix(sp.load_npz(file))


def _check(table: pd.DataFrame, train: sp.csr_matrix, name: str) -> None:
    if table.duplicated(["user", "item"]).any():
        raise ValueError(f"{name} lists an artist twice for one member")
    if np.asarray(train[table["user"].to_numpy(), table["item"].to_numpy()]).any():
        raise ValueError(f"{name} lists an artist that the member plays already")
