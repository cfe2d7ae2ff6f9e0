"""Who is asked, what may be answered, and what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from recommender.catalogue import Catalogue
from recommender.errors import DatasetError
from recommender.evaluation.reading import Split, member
from recommender.models.base import Asked, Asker
from recommender.sparse import Csr, Positions, csr, pick_rows

MEMORY = 256 * 2**20
"""Bytes that the scores of one batch of users take at most, copies included."""
_COPIES = 8
"""A model of several parts holds the scores of each."""
_LARGEST_BATCH = 1024


class Candidates(StrEnum):
    """What may be recommended."""

    ALL = "all"
    """Every item that is not in the user's own train rows."""
    COLD = "cold"
    """Only items without any train row; only test pairs on such items are judged."""


@dataclass(frozen=True, slots=True)
class Exam:
    """All questions. Matrices have one row for each user asked.

    `candidates` are catalogue positions in the order that breaks ties; `seen` and `wanted` are csr of shape
    (users, candidates) with any value where an item is left out or right; `totals` of shape (users,) counts all
    that a user wants, the `unreachable` pairs too, which nobody can get right. `set_aside` counts the test pairs
    that are not judged.
    """

    users: Positions
    candidates: Positions
    evidence: Csr
    seen: Csr
    wanted: Csr
    totals: Positions
    unreachable: int
    set_aside: int

    @classmethod
    def of(cls, split: Split, kind: Candidates) -> Exam:
        """Set the questions of a split.

        Raises:
            DatasetError: only cold items are asked for, and there is none, or none is wanted.
        """
        tie = Catalogue.build(split.dataset.items).tie
        items, users = len(tie), split.asked
        heard = np.bincount(split.train["item"], minlength=items) > 0
        open_to = np.flatnonzero(~heard) if kind is Candidates.COLD else np.arange(items)
        candidates = open_to[np.argsort(tie[open_to])]
        column = np.full(items + 1, -1)  # the last one is for -1, an unknown item
        column[candidates] = np.arange(len(candidates))
        judged = split.test
        if kind is Candidates.COLD:
            judged = judged[~np.append(heard, False)[judged["item"].to_numpy()]]
        _mind_nothing(open_to, judged)
        own = split.train[np.isin(split.train["user"].to_numpy(), users)]
        seen = _pairs(own, users, column, len(candidates))
        wanted = _without(_pairs(judged, users, column, len(candidates)), seen)
        return cls(
            users=users,
            candidates=candidates,
            evidence=_evidence(own, users, items),
            seen=seen,
            wanted=wanted,
            totals=np.bincount(np.searchsorted(users, judged["user"]), minlength=len(users)),
            unreachable=len(judged) - int(wanted.nnz),
            set_aside=len(split.test) - len(judged),
        )

    def batches(self) -> Iterator[Positions]:
        """Divide the users into batches of bounded memory; yields their places among those asked."""
        room = MEMORY // (4 * _COPIES * max(self.evidence.shape[1], 1))
        size = int(np.clip(room, 1, _LARGEST_BATCH))
        for start in range(0, len(self.users), size):
            yield np.arange(start, min(start + size, len(self.users)))

    def asked(self, places: Positions) -> Asked:
        """Ask for some of the users: strangers to each other, but for the circles they are known to share."""
        askers = [Asker(member=member(int(user))) for user in self.users[places]]
        return Asked(pick_rows(self.evidence, places), askers)


def _mind_nothing(open_to: Positions, judged: pd.DataFrame) -> None:
    """Raise where nothing is left to recommend or to judge; only cold candidates can leave nothing."""
    if not len(open_to):
        raise DatasetError(
            "No item is cold: all have train rows. Items that are only in tags or audio would be."
        )
    if judged.empty:
        raise DatasetError(
            "No test pair is on a cold item, one without train rows, so nothing can be judged."
        )


def _evidence(own: pd.DataFrame, users: Positions, items: int) -> Csr:
    signed = own[own["weight"] != 0]
    rows = np.searchsorted(users, signed["user"])
    return csr(signed["weight"].to_numpy(), rows, signed["item"].to_numpy(), (len(users), items))


def _pairs(pairs: pd.DataFrame, users: Positions, column: Positions, candidates: int) -> Csr:
    columns = column[pairs["item"].to_numpy()]
    there = columns >= 0
    rows = np.searchsorted(users, pairs["user"])[there]
    return csr(np.ones(len(rows)), rows, columns[there], (len(users), candidates))


def _without(wanted: Csr, seen: Csr) -> Csr:
    """Take out what the user has in train: it is never recommended to them."""
    open_to = wanted - wanted.multiply(seen)
    open_to.eliminate_zeros()
    open_to.sort_indices()
    return open_to
