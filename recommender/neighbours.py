"""Co-occurrence: who shares the evidence, and what else is in their rows.

With X the rows, q the evidence, D the popularity scalings and R the trust in each row,
s = D_target Xᵀ R X D_source q. It is linear in q, needs no item-by-item matrix, and splits exactly by member and
by evidence item (user-based neighbourhoods, Sarwar et al. 2000; the scaling as in RP3beta, Paudel et al. 2017).
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from recommender.evidence import Evidence
from recommender.rows import Rows
from recommender.sparse import Csr, Doubles, Floats, Mask, pick_rows, row_entries, times, times_transposed
from recommender.types import GroupId, MemberId


@dataclass(frozen=True, slots=True)
class Split:
    """One item's co-occurrence score, taken apart; `server` is the part of this server's members."""

    server: Doubles
    """By evidence item; shape (evidence,)."""
    everywhere: Doubles
    """By evidence item; shape (evidence,)."""
    members: dict[MemberId, float]
    """The server part by member."""


@dataclass(frozen=True, slots=True)
class _Batch:
    rows: Rows
    heard: Csr
    """The evidence items' likes by row, weighed by the evidence; shape (evidence, rows)."""
    trust: Floats
    """Trust in each row, 0 for the asking member's own."""
    pull: Floats
    """How near each row is to the evidence, times its trust."""
    here: Mask


class Neighbours:
    """The rows of `batches` as neighbours of the evidence, the asking member's own rows left out.

    `source` and `target`, both of shape (items,), are the diagonals of D_source and D_target.
    """

    def __init__(
        self,
        batches: tuple[Rows, ...],
        evidence: Evidence,
        *,
        scaling: tuple[Floats, Floats],
        group: GroupId | None,
        member: MemberId | None,
    ) -> None:
        source, self._target = scaling
        weights = (evidence.weights * source[evidence.positions]).astype(np.float32)
        self._evidence = len(weights)
        self._batches = [_batch(rows, evidence, weights, group, member) for rows in batches]

    def scores(self) -> tuple[Floats, Floats]:
        """Score all items by this server's members and by all rows; each of shape (items,)."""
        server = np.zeros_like(self._target)
        everywhere = np.zeros_like(self._target)
        for batch in self._batches:
            everywhere += times(batch.rows.by_item, batch.pull)
            if batch.here.any():
                server += times(batch.rows.by_item, np.where(batch.here, batch.pull, np.float32(0)))
        return server * self._target, everywhere * self._target

    def split(self, position: int) -> Split:
        """Take the score of the item at `position` apart."""
        server, everywhere = np.zeros(self._evidence), np.zeros(self._evidence)
        members: defaultdict[MemberId, float] = defaultdict(float)
        target = float(self._target[position])
        for batch in self._batches:
            places, likes = row_entries(batch.rows.by_item, position)
            liked = np.zeros(len(batch.trust), dtype=np.float32)
            liked[places] = likes * batch.trust[places] * target
            everywhere += times(batch.heard, liked)
            server += times(batch.heard, np.where(batch.here, liked, np.float32(0)))
            pulled = batch.pull[places] * likes * target
            for near in np.flatnonzero(batch.here[places] & (pulled != 0)):
                members[MemberId(int(batch.rows.owners.member[places[near]]))] += float(pulled[near])
        return Split(server, everywhere, dict(members))

    def likers(self, position: int) -> dict[MemberId, float]:
        """Give this server's other members who like the item, with their aged likes."""
        found: dict[MemberId, float] = {}
        for batch in self._batches:
            places, likes = row_entries(batch.rows.fresh_by_item, position)
            for near in np.flatnonzero(batch.here[places] & (batch.trust[places] > 0)):
                found[MemberId(int(batch.rows.owners.member[places[near]]))] = float(likes[near])
        return found


def _batch(
    rows: Rows, evidence: Evidence, weights: Floats, group: GroupId | None, member: MemberId | None
) -> _Batch:
    heard = pick_rows(rows.by_item, evidence.positions)
    heard.data = heard.data * np.repeat(weights, np.diff(heard.indptr))
    trust = rows.trust * rows.of_others(member)
    shared = times_transposed(heard, np.ones(len(weights), dtype=np.float32))
    return _Batch(rows, heard, trust, trust * shared, rows.of_group(group))
