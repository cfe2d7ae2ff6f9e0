"""The items, by position: what is known of each without any member."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.sparse import Arrays, Floats, Mask, Positions
from recommender.types import ItemId


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Ids and columns of the items, ordered by id.

    Arrays have the shape (items,). `artist` is -1 where the artist is unknown, `work` where an item is the only version of
    its song; `released` is in years and `popularity` in 0..1, both NaN where unknown. The lower `tie` wins where scores are equal: a hash of the
    id, as ids often follow the order of a list (by year, by artist) that a catalogue without popularity would
    otherwise be recommended in.
    """

    ids: npt.NDArray[np.int64]
    positions: Mapping[ItemId, int]
    artist: Positions
    artists: int
    work: Positions
    works: int
    released: Floats
    popularity: Floats
    tie: npt.NDArray[np.uint64]

    @classmethod
    def build(cls, items: pd.DataFrame) -> Self:
        """Read the items table of a Dataset."""
        return cls._of(
            items.index.to_numpy(dtype="int64"),
            codes_of(items["artist"], empty=""),
            _shared(codes_of(items["work"], empty="")),
            items["released"].to_numpy(dtype="float32"),
            (items["popularity"] / 100).to_numpy(dtype="float32"),
        )

    @classmethod
    def _of(
        cls,
        ids: npt.NDArray[np.int64],
        artist: Positions,
        work: Positions,
        released: Floats,
        popularity: Floats,
    ) -> Self:
        return cls(
            ids=ids,
            positions={ItemId(item): position for position, item in enumerate(ids.tolist())},
            artist=artist,
            artists=int(artist.max(initial=-1)) + 1,
            work=work,
            works=int(work.max(initial=-1)) + 1,
            released=released,
            popularity=popularity,
            tie=scrambled(ids),
        )

    def arrays(self) -> Arrays:
        """Give all that is known as named arrays, for a file."""
        return {
            "catalogue.ids": self.ids,
            "catalogue.artist": self.artist,
            "catalogue.work": self.work,
            "catalogue.released": self.released,
            "catalogue.popularity": self.popularity,
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> Self:
        """Take over what `arrays` gave."""
        names = ("ids", "artist", "work", "released", "popularity")
        return cls._of(*(arrays[f"catalogue.{name}"] for name in names))

    def __len__(self) -> int:
        return len(self.ids)

    def item(self, position: int | np.intp) -> ItemId:
        """Give the id of the item at `position`."""
        return ItemId(int(self.ids[position]))

    def versions(self, positions: Positions) -> Mask:
        """Mark the items at `positions` and every version of them; shape (items,)."""
        marked = np.zeros(len(self), dtype=np.bool_)
        marked[positions] = True
        if not self.works:
            return marked
        # The last place belongs to -1: items without other versions.
        named = np.zeros(self.works + 1, dtype=np.bool_)
        named[self.work[positions]] = True
        named[-1] = False
        return marked | named[self.work]

    def locate(self, items: pd.Series) -> Positions:
        """Give the positions of known ids."""
        return np.asarray(np.searchsorted(self.ids, np.asarray(items, dtype=np.int64)), dtype=np.intp)

    def known(self, items: Iterable[ItemId]) -> Positions:
        """Give the positions of those ids that are in the catalogue."""
        wanted = np.fromiter(items, dtype=np.int64)
        places = np.searchsorted(self.ids, wanted)
        places[places == len(self.ids)] = 0
        there = self.ids[places] == wanted if len(self.ids) else np.zeros(len(wanted), dtype=np.bool_)
        return places[there]


def _shared(work: Positions) -> Positions:
    """Number anew the works that several items share; -1 for all others."""
    known = work >= 0
    counts = np.bincount(work[known], minlength=1)
    number = np.where(counts > 1, np.cumsum(counts > 1) - 1, -1)
    return np.where(known, number[work], -1).astype(np.intp)


def scrambled(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Hash ids one to one, so that their order says nothing (one step of SplitMix64, Steele et al. 2014)."""
    mixed = ids.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def codes_of(names: "pd.Series[str]", *, empty: str | None = None) -> Positions:
    """Number the names by their order; `empty` gets -1."""
    categories = pd.Categorical(names)
    if empty in categories.categories:
        categories = categories.remove_categories([empty])
    return np.asarray(categories.codes, dtype=np.intp)
