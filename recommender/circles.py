"""Who is near whom beyond a shared server: friends, or members of the same circles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.sparse import Arrays
from recommender.types import MemberId


@dataclass(frozen=True, slots=True)
class Circles:
    """For each member the others near them: `others[starts[k]:starts[k + 1]]` belong to `members[k]`."""

    members: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    others: npt.NDArray[np.int64]

    @classmethod
    def of(cls, pairs: pd.DataFrame) -> Circles:
        """Lay out pairs of the columns member and other."""
        ordered = pairs.sort_values(["member", "other"])
        members, starts = np.unique(ordered["member"].to_numpy(dtype="int64"), return_index=True)
        ends = np.append(starts, len(ordered)).astype(np.int64)
        return cls(members, ends, ordered["other"].to_numpy(dtype="int64"))

    def arrays(self) -> Arrays:
        """Give the pairs as named arrays, for a file."""
        return {
            "circles.members": self.members,
            "circles.starts": self.starts,
            "circles.others": self.others,
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> Circles:
        """Take over what `arrays` gave."""
        return cls(*(arrays[f"circles.{name}"] for name in ("members", "starts", "others")))

    def near(self, member: MemberId | None) -> npt.NDArray[np.int64]:
        """Give the members near `member`, sorted; nobody where none is known."""
        if member is None or not len(self.members):
            return np.empty(0, dtype=np.int64)
        place = int(np.searchsorted(self.members, member))
        if place == len(self.members) or self.members[place] != member:
            return np.empty(0, dtype=np.int64)
        return self.others[self.starts[place] : self.starts[place + 1]]
