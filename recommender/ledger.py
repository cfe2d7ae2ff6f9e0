"""Who likes what: the fitted rows of members and baskets, with every change since taken in at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from recommender.catalogue import Catalogue, codes_of
from recommender.config import EngineConfig
from recommender.dataset import Dataset
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Mask,
    Positions,
    csr,
    from_parts,
    packed,
    pick_rows,
    row_entries,
    unpacked,
)
from recommender.types import GroupId, MemberId

_DAY = 86_400.0
Ids = npt.NDArray[np.int64]
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose rows they are; all arrays have the shape (rows,). A basket has group and member 0."""

    group: Ids
    member: Ids
    person: Mask


@dataclass(frozen=True, slots=True)
class Row:
    """What one member likes; arrays of shape (entries,)."""

    positions: Positions
    weights: Floats
    fresh: Floats
    """What age has left of each like, at most 1: the like as popularity counts it."""

    def without(self, position: int) -> Row:
        """Leave one item out."""
        keep = self.positions != position
        return Row(self.positions[keep], self.weights[keep], self.fresh[keep])

    def having(self, position: int, weight: float, fresh: float) -> Row:
        """Add one item."""
        return Row(
            np.append(self.positions, position),
            np.append(self.weights, np.float32(weight)),
            np.append(self.fresh, np.float32(fresh)),
        )


NO_ROW = Row(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32), np.empty(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Near:
    """The rows of those near an asker, never the asker's own.

    `likes` and `fresh` are csr of shape (near, items), `members` has the shape (near,).
    """

    likes: Csr
    fresh: Csr
    members: Ids


class Ledger:
    """Rows of members and baskets. A change costs the length of one row; fitted rows stay as they are."""

    def __init__(self, likes: Csr, fresh: Floats, owners: Owners, *, newest: float, half_life: float) -> None:
        self.likes = likes
        """All fitted rows, members first, then baskets; csr of shape (rows, items)."""
        self.owners = owners
        self._fresh = from_parts(fresh, likes.indices, likes.indptr, likes.shape)  # pyright: ignore[reportArgumentType]
        self._newest = newest
        self._half_life = half_life
        people = np.flatnonzero(owners.person).tolist()
        groups, members = owners.group.tolist(), owners.member.tolist()
        self._places: dict[_Key, int] = {(groups[place], members[place]): place for place in people}
        self._fitted: defaultdict[int, list[int]] = defaultdict(list)
        for place in people:
            self._fitted[groups[place]].append(place)
        self._alive = np.ones(len(owners.member), dtype=np.bool_)
        self._near: tuple[tuple[object, ...], Near] | None = None
        self._changed: dict[_Key, Row] = {}
        self._changed_in: defaultdict[int, set[_Key]] = defaultdict(set)
        self.liked = _column_sums(self._fresh, likes.shape[1])
        """Aged likes of all members by item; shape (items,)."""
        self.touched: list[int] = []
        """Positions whose likes changed, in order, some of them more than once."""
        self.version = 0
        """Grows with every change, for whoever keeps something computed from the rows."""
        self.pairs = int(likes.nnz)
        """How many (row, item) there are."""

    @classmethod
    def of(cls, dataset: Dataset, catalogue: Catalogue, config: EngineConfig) -> Self:
        """Lay out the positive interactions, then the baskets under them."""
        newest = float(dataset.interactions["unix_time"].max()) if len(dataset.interactions) else 0.0
        half_life = config.popularity.half_life_days
        liked = dataset.interactions[dataset.interactions["weight"] > 0]
        numbers = liked.groupby(["group", "member"], sort=True).ngroup().to_numpy(dtype=np.intp)
        owned = liked[["group", "member"]].drop_duplicates()
        weights = liked["weight"].to_numpy(dtype="float64")
        aged = _aged(weights, newest, liked["unix_time"].to_numpy(dtype="float64"), half_life)
        baskets = dataset.baskets
        below = codes_of(baskets["basket"]) + np.intp(len(owned))
        nobody = np.zeros(int(below.max(initial=len(owned) - 1)) + 1 - len(owned), dtype=np.int64)
        owners = Owners(
            group=np.concatenate([owned["group"].to_numpy(dtype="int64"), nobody]),
            member=np.concatenate([owned["member"].to_numpy(dtype="int64"), nobody]),
            person=np.arange(len(owned) + len(nobody)) < len(owned),
        )
        rows = np.concatenate([numbers, below]).astype(np.intp)
        columns = np.concatenate([catalogue.locate(liked["item"]), catalogue.locate(baskets["item"])])
        shape = (len(owners.member), len(catalogue))
        likes = csr(np.concatenate([weights, np.ones(len(below))]), rows, columns, shape)
        fresh = csr(np.concatenate([aged, np.zeros(len(below))]), rows, columns, shape)
        return cls(likes, fresh.data, owners, newest=newest, half_life=half_life)

    def arrays(self) -> Arrays:
        """Give the fitted rows as named arrays, for a file; what changed since is left out."""
        return unpacked("rows.likes", self.likes) | {
            "rows.fresh": self._fresh.data,
            "rows.group": self.owners.group,
            "rows.member": self.owners.member,
            "rows.person": self.owners.person,
            "rows.newest": np.array(self._newest),
        }

    @classmethod
    def restore(cls, arrays: Arrays, config: EngineConfig) -> Self:
        """Take over what `arrays` gave."""
        owners = Owners(arrays["rows.group"], arrays["rows.member"], arrays["rows.person"])
        newest, half_life = float(arrays["rows.newest"]), config.popularity.half_life_days
        likes = packed("rows.likes", arrays)
        return cls(likes, arrays["rows.fresh"], owners, newest=newest, half_life=half_life)

    @property
    def people(self) -> int:
        """How many members' rows there are."""
        return len(self._places) + len(self._changed)

    def row(self, group: GroupId | None, member: MemberId | None) -> Row:
        """Give a member's row in a group as it is now; empty where there is none."""
        if group is None or member is None:
            return NO_ROW
        if (group, member) in self._changed:
            return self._changed[group, member]
        place = self._places.get((group, member))
        if place is None:
            return NO_ROW
        positions, weights = row_entries(self.likes, place)
        return Row(positions.astype(np.intp), weights, row_entries(self._fresh, place)[1])

    def near(self, group: GroupId | None, member: MemberId | None, friends: Ids) -> Near:
        """Give the rows of the group's other members, and those of `friends` in every group.

        The last answer is kept: one question asks for it more than once.
        """
        key = (group, member, friends.tobytes(), self.version)
        if self._near is None or self._near[0] != key:
            self._near = (key, self._gathered(group, member, friends))
        return self._near[1]

    def _gathered(self, group: GroupId | None, member: MemberId | None, friends: Ids) -> Near:
        places = [place for place in self._fitted.get(group or 0, ()) if self._alive[place]]
        keys = list(self._changed_in.get(group or 0, ())) if group is not None else []
        if group is None:
            places = []
        if len(friends):
            owned = np.isin(self.owners.member, friends) & self.owners.person & self._alive
            places = np.union1d(np.array(places, dtype=np.intp), np.flatnonzero(owned)).tolist()
            named = set(friends.tolist())
            keys = list({*keys, *(key for key in self._changed if key[1] in named)})
        chosen = np.array(places, dtype=np.intp)
        if member is not None:
            chosen = chosen[self.owners.member[chosen] != member]
        changed = [(key, self._changed[key]) for key in keys if key[1] != member]
        members = np.concatenate(
            [self.owners.member[chosen], np.array([key[1] for key, _ in changed], dtype=np.int64)]
        )
        rows = [row for _, row in changed]
        return Near(
            _under(pick_rows(self.likes, chosen), rows, [row.weights for row in rows]),
            _under(pick_rows(self._fresh, chosen), rows, [row.fresh for row in rows]),
            members,
        )

    def set(self, group: GroupId, member: MemberId, position: int, weight: float, unix_time: float) -> None:
        """Set one weight; 0 or less takes the item out of the row, and who likes nothing has no row, as in `of`."""
        row = self.row(group, member)
        changed = row.without(position)
        if weight > 0:
            now = np.array([unix_time])
            fresh = float(_aged(np.array([weight]), self._newest, now, self._half_life)[0])
            changed = changed.having(position, weight, fresh)
        self._take_out((group, member), row)
        if len(changed.positions):
            self._changed[group, member] = changed
            self._changed_in[group].add((group, member))
        self.version += 1
        self.touched.append(position)
        np.add.at(self.liked, changed.positions, changed.fresh)
        self.pairs += len(changed.positions)

    def forget(self, member: MemberId, group: GroupId | None) -> None:
        """Drop the member's rows, in `group` or everywhere."""
        for key in [*self._places, *self._changed]:
            if key[1] == member and group in (None, key[0]):
                self._take_out(key, self.row(GroupId(key[0]), member))

    def changes(self) -> Iterator[tuple[GroupId, MemberId, Row]]:
        """Give the rows that changed since the fit."""
        for (group, member), row in self._changed.items():
            yield GroupId(group), MemberId(member), row

    def _take_out(self, key: _Key, row: Row) -> None:
        place = self._places.pop(key, None)
        if place is not None:
            self._alive[place] = False
        elif self._changed.pop(key, None) is None:
            return
        self._changed_in[key[0]].discard(key)
        self.version += 1
        self.touched.extend(row.positions.tolist())
        np.subtract.at(self.liked, row.positions, row.fresh)
        self.pairs -= len(row.positions)


def _under(fitted: Csr, rows: list[Row], values: list[Floats]) -> Csr:
    """Lay changed rows under fitted ones."""
    if not rows:
        return fitted
    lengths = np.cumsum([len(row.positions) for row in rows])
    return from_parts(
        np.concatenate([fitted.data, *values]),
        np.concatenate([fitted.indices, *(row.positions for row in rows)]).astype(np.intp),
        np.concatenate([fitted.indptr, fitted.indptr[-1] + lengths]),
        (fitted.shape[0] + len(rows), fitted.shape[1]),
    )


def _column_sums(matrix: Csr, columns: int) -> Floats:
    return np.bincount(matrix.indices, matrix.data, minlength=columns).astype(np.float32)


def _aged(weights: Doubles, newest: float, unix_time: Doubles, half_life: float) -> Doubles:
    """Halve likes of at most 1 with every half-life, in days, before the newest fitted event.

    An unknown time (0) counts as new.
    """
    days = np.maximum(newest - unix_time, 0) / _DAY
    return np.minimum(weights, 1.0) * np.where(unix_time > 0, 0.5 ** (days / half_life), 1.0)
