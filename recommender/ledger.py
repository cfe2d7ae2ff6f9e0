"""All rows, with changes taken in at once: the fitted rows stay, changed ones are laid over them."""

import numpy as np

from recommender.catalogue import Catalogue, codes_of
from recommender.config import EngineConfig
from recommender.dataset import Dataset
from recommender.rows import Entries, Owners, Rows
from recommender.sparse import Doubles, Floats, Positions, row_entries
from recommender.types import GroupId, MemberId

_DAY = 86_400.0
_Key = tuple[int, int]
_Row = tuple[Positions, Floats, Floats]
"""Positions, weights and aged likes of one row."""


class Ledger:
    """Rows of members and baskets, by batches: the fitted one and the one of changed rows.

    A change costs the length of one row; the batch of changed rows is laid out anew when it is next read.
    """

    def __init__(self, dataset: Dataset, catalogue: Catalogue, config: EngineConfig) -> None:
        self._items = len(catalogue)
        self._config = config
        self._newest = float(dataset.interactions["unix_time"].max()) if len(dataset.interactions) else 0.0
        self._base = self._fitted(dataset, catalogue)
        owners = self._base.owners
        people = np.flatnonzero(owners.person)
        self._places: dict[_Key, int] = {
            (int(owners.group[place]), int(owners.member[place])): int(place) for place in people
        }
        self._changed: dict[_Key, _Row] = {}
        self._batches: tuple[Rows, ...] | None = None
        self.version = 0
        """Grows with every change, for whoever keeps something computed from the rows."""

    @property
    def batches(self) -> tuple[Rows, ...]:
        """The rows as they are now."""
        if self._batches is None:
            self._batches = (self._base, self._laid_over()) if self._changed else (self._base,)
        return self._batches

    def set(self, group: GroupId, member: MemberId, position: int, weight: float, unix_time: float) -> None:
        """Set one weight; 0 or less takes the item out of the row."""
        positions, weights, fresh = self._row((group, member))
        keep = positions != position
        row = (positions[keep], weights[keep], fresh[keep])
        if weight > 0:
            aged = np.minimum(weight, 1.0) * self._age(np.array([unix_time]))
            row = (
                np.append(row[0], position),
                np.append(row[1], np.float32(weight)),
                np.append(row[2], aged.astype(np.float32)),
            )
        self._replace((group, member), row)

    def forget(self, member: MemberId, group: GroupId | None) -> None:
        """Drop the member's rows, in `group` or everywhere."""
        for key in [*self._places, *self._changed]:
            if key[1] == member and group in (None, key[0]):
                self._switch_off(key)
                self._changed.pop(key, None)
        self._touch()

    def _row(self, key: _Key) -> _Row:
        if key in self._changed:
            return self._changed[key]
        place = self._places.get(key)
        if place is None:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32), np.empty(0, dtype=np.float32)
        positions, weights = row_entries(self._base.likes, place)
        return positions, weights, row_entries(self._base.fresh, place)[1]

    def _replace(self, key: _Key, row: _Row) -> None:
        self._switch_off(key)
        self._changed[key] = row
        self._touch()

    def _switch_off(self, key: _Key) -> None:
        place = self._places.pop(key, None)
        if place is not None:
            self._base.alive[place] = False

    def _touch(self) -> None:
        self._batches = None
        self.version += 1

    def _age(self, unix_time: Doubles) -> Doubles:
        """Halve with every half-life before the newest fitted event; an unknown time (0) counts as new."""
        days = np.maximum(self._newest - unix_time, 0) / _DAY
        return np.where(unix_time > 0, 0.5 ** (days / self._config.popularity.half_life_days), 1.0)

    def _fitted(self, dataset: Dataset, catalogue: Catalogue) -> Rows:
        """Lay out the positive interactions, then the baskets under them."""
        liked = dataset.interactions[dataset.interactions["weight"] > 0]
        numbers = liked.groupby(["group", "member"], sort=True).ngroup().to_numpy(dtype=np.intp)
        owned = liked[["group", "member"]].drop_duplicates()
        weights = liked["weight"].to_numpy(dtype="float64")
        aged = np.minimum(weights, 1.0) * self._age(liked["unix_time"].to_numpy(dtype="float64"))
        baskets = dataset.baskets
        below = codes_of(baskets["basket"]) + np.intp(len(owned))
        entries = Entries(
            row=np.concatenate([numbers, below]).astype(np.intp),
            position=np.concatenate([catalogue.locate(liked["item"]), catalogue.locate(baskets["item"])]),
            weight=np.concatenate([weights, np.ones(len(below))]).astype(np.float32),
            fresh=np.concatenate([aged, np.zeros(len(below))]).astype(np.float32),
        )
        nobody = np.zeros(int(below.max(initial=len(owned) - 1)) + 1 - len(owned), dtype=np.int64)
        owners = Owners(
            group=np.concatenate([owned["group"].to_numpy(dtype="int64"), nobody]),
            member=np.concatenate([owned["member"].to_numpy(dtype="int64"), nobody]),
            person=np.arange(len(owned) + len(nobody)) < len(owned),
        )
        return self._rows(entries, owners)

    def _laid_over(self) -> Rows:
        """Lay out the changed rows."""
        keys = list(self._changed)
        rows = list(self._changed.values())
        entries = Entries(
            row=np.concatenate(
                [np.full(len(row[0]), number, dtype=np.intp) for number, row in enumerate(rows)]
            ),
            position=np.concatenate([positions for positions, _, _ in rows]),
            weight=np.concatenate([weights for _, weights, _ in rows]),
            fresh=np.concatenate([fresh for _, _, fresh in rows]),
        )
        owners = Owners(
            group=np.array([group for group, _ in keys], dtype=np.int64),
            member=np.array([member for _, member in keys], dtype=np.int64),
            person=np.ones(len(keys), dtype=np.bool_),
        )
        return self._rows(entries, owners)

    def _rows(self, entries: Entries, owners: Owners) -> Rows:
        shape = self._config.cooccurrence
        return Rows.build(
            entries,
            owners,
            items=self._items,
            shrinkage=shape.row_shrinkage,
            basket_weight=shape.basket_weight,
        )
