"""Where a member is, written as columns beside the items: their server, their friends and themselves.

A model that learns vectors for these columns learns what a server as a whole likes; a new member of it starts there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from recommender.circles import Circles
from recommender.ledger import Owners
from recommender.sparse import Csr, Positions, csr, empty, from_parts, side_by_side
from recommender.types import GroupId, MemberId

if TYPE_CHECKING:
    from recommender.models.base import Asker

Place = tuple[GroupId | None, MemberId | None]


@dataclass(frozen=True)
class Surroundings:
    """Columns for each group, where there is more than one, and for each member who has friends."""

    groups: npt.NDArray[np.int64]
    circles: Circles

    @classmethod
    def of(cls, owners: Owners, circles: Circles) -> Surroundings:
        """Number the groups of these rows."""
        groups = np.unique(owners.group[owners.person])
        return cls(groups if len(groups) > 1 else groups[:0], circles)

    def __len__(self) -> int:
        return len(self.groups) + len(self.members)

    @cached_property
    def members(self) -> npt.NDArray[np.int64]:
        """Members who are friends of somebody, or have friends."""
        return np.union1d(self.circles.members, self.circles.others)

    def rows(self, owners: Owners, weight: float) -> Csr:
        """Write where the owner of each row is; csr of shape (rows, columns)."""
        if not weight:
            return empty((len(owners.member), len(self)))
        places = [
            (GroupId(group), MemberId(member)) if person else (None, None)
            for group, member, person in zip(
                owners.group.tolist(), owners.member.tolist(), owners.person.tolist(), strict=True
            )
        ]
        return self.places(places) * np.float32(weight)

    def beside(self, evidence: Csr, askers: Sequence[Asker], weight: float) -> Csr:
        """Write where the askers are beside their evidence, behind its own entries."""
        if not len(self):
            return evidence
        if not weight:
            return side_by_side([evidence, empty((len(askers), len(self)))])
        if len(askers) == 1:
            return self._beside_one(evidence, askers[0], weight)
        around = self.places([(asker.group, asker.member) for asker in askers])
        return side_by_side([evidence, around * np.float32(weight)])

    def _beside_one(self, evidence: Csr, asker: Asker, weight: float) -> Csr:
        """Do the same for one asker, at a fraction of the time."""
        columns = self._columns(asker.group, asker.member)
        items = evidence.shape[1]
        return from_parts(
            np.append(evidence.data, np.full(len(columns), weight, dtype=np.float32)),
            np.append(evidence.indices, columns + items).astype(np.intp),
            np.array([0, len(evidence.data) + len(columns)]),
            (1, items + len(self)),
        )

    def places(self, places: Sequence[Place]) -> Csr:
        """Write where each asker is; csr of shape (places, columns)."""
        found = [self._columns(group, member) for group, member in places]
        rows = np.repeat(np.arange(len(found)), [len(columns) for columns in found])
        columns = np.concatenate([np.empty(0, dtype=np.intp), *found])
        return csr(np.ones(len(rows)), rows, columns, (len(found), len(self)))

    def _columns(self, group: GroupId | None, member: MemberId | None) -> Positions:
        columns = _found(self.groups, np.array([-1 if group is None else group]))
        if member is None or not len(self.members):
            return columns
        near = np.append(self.circles.near(member), member)
        return np.append(columns, _found(self.members, near) + len(self.groups))


def _found(known: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> Positions:
    """Give the places of those wanted ids that are known; `known` is sorted."""
    if not len(known):
        return np.empty(0, dtype=np.intp)
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return places[known[places] == wanted].astype(np.intp)
