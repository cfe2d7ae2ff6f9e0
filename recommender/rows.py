"""Who likes what, as sparse rows: members in their servers, and anonymous baskets."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from recommender.sparse import Csr, Floats, Mask, Positions, csr, transposed
from recommender.types import GroupId, MemberId

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entries:
    """Positive weights in coordinates; all arrays have the shape (entries,)."""

    row: Positions
    position: Positions
    weight: Floats
    fresh: Floats
    """What age has left of the like, at most 1: the like as popularity counts it."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose rows they are; all arrays have the shape (rows,). A basket has group and member 0."""

    group: Ids
    member: Ids
    person: Mask


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch of rows with the arrays that every query needs.

    `likes` is csr of shape (rows, items), `by_item` its transpose, `fresh` and
    `fresh_by_item` hold the aged likes in the same two layouts.
    `alive`, `trust` and `sizes` have the shape (rows,). Only `alive` ever changes: a row that was replaced
    or forgotten is switched off.
    """

    owners: Owners
    likes: Csr
    by_item: Csr
    fresh: Csr
    fresh_by_item: Csr
    alive: Mask
    trust: Floats
    """Weight of a row by its length: w / (|row| + shrinkage)."""
    sizes: Ids

    @classmethod
    def build(
        cls, entries: Entries, owners: Owners, *, items: int, shrinkage: float, basket_weight: float
    ) -> Self:
        """Lay `entries` out by row and by item."""
        rows = len(owners.group)
        likes = csr(entries.weight, entries.row, entries.position, (rows, items))
        fresh = csr(entries.fresh, entries.row, entries.position, (rows, items))
        lengths = np.sqrt(np.bincount(entries.row, entries.weight.astype(np.float64) ** 2, minlength=rows))
        weight = np.where(owners.person, 1.0, basket_weight)
        return cls(
            owners=owners,
            likes=likes,
            by_item=transposed(likes),
            fresh=fresh,
            fresh_by_item=transposed(fresh),
            alive=np.ones(rows, dtype=np.bool_),
            trust=(weight / (lengths + shrinkage)).astype(np.float32),
            sizes=np.diff(likes.indptr).astype(np.int64),
        )

    def of_others(self, member: MemberId | None) -> Mask:
        """Mark the living rows that are not `member`'s."""
        if member is None:
            return self.alive
        return self.alive & ~(self.owners.person & (self.owners.member == member))

    def of_group(self, group: GroupId | None) -> Mask:
        """Mark the rows of the members of `group`."""
        if group is None:
            return np.zeros(len(self.alive), dtype=np.bool_)
        return self.owners.person & (self.owners.group == group)
