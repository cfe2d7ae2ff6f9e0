"""What items are like: one unit vector an item, made of tags, audio, artist, era and album."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Self, cast

import numpy as np

from recommender.blocks import Named, Names, album_block, artist_block, audio_block, era_block, tag_block
from recommender.catalogue import Catalogue
from recommender.config import ContentConfig
from recommender.dataset import Dataset
from recommender.estimates import Estimates
from recommender.sparse import (
    Arrays,
    Csr,
    Floats,
    Mask,
    Positions,
    empty,
    from_parts,
    narrow,
    packed,
    packed_names,
    pick_rows,
    row_entries,
    row_numbers,
    side_by_side,
    times_rows,
    unpacked,
    unpacked_names,
)


class Block(IntEnum):
    """The blocks of an item vector, in the order of their columns."""

    TAGS = 0
    AUDIO = 1
    ARTIST = 2
    ERA = 3
    ALBUM = 4


@dataclass(frozen=True)
class ContentSpace:
    """Item vectors; the dot product of two rows is their cosine and splits by column.

    `vectors` is csr of shape (items, columns), rows of length 1, or 0 where nothing is known of an item.
    `block` (which Block) and `names` have the shape (columns,).
    """

    vectors: Csr
    block: Positions
    names: Names
    estimated: Mask
    """Which audio features of an item were not measured but estimated; shape (items, features), (0, 0) without any."""

    @classmethod
    def build(
        cls, dataset: Dataset, catalogue: Catalogue, config: ContentConfig, estimates: Estimates
    ) -> Self:
        """Make the vectors; a block that an item lacks leaves its room to the others."""
        return cls.weighed(blocks_of(dataset, catalogue, config, estimates), config, estimates.mask)

    @classmethod
    def weighed(cls, blocks: Mapping[Block, Named], config: ContentConfig, estimated: Mask) -> Self:
        """Join blocks, each with its weight."""
        weighed = [_scaled(matrix, config.weight(kind.name)) for kind, (matrix, _) in blocks.items()]
        return cls(
            vectors=_unit_rows(side_by_side(weighed)),
            block=np.concatenate([np.full(len(names), int(kind)) for kind, (_, names) in blocks.items()]),
            names=np.concatenate([names for _, names in blocks.values()]),
            estimated=estimated,
        )

    @cached_property
    def columns(self) -> dict[tuple[int, str], int]:
        """Find a column by its block and its name."""
        return {
            (int(block), str(name)): column
            for column, (block, name) in enumerate(zip(self.block, self.names, strict=True))
        }

    def named(self, block: Block) -> list[str]:
        """List the columns of a block."""
        return [str(name) for name in self.names[self.block == block]]

    def supposed(self, items: Positions, columns: Positions) -> Mask:
        """Mark those of the entries (item, column) that are estimates; all of shape (entries,)."""
        marked = np.zeros(len(columns), dtype=np.bool_)
        if self.estimated.size:
            audio = np.flatnonzero((self.block[columns] == Block.AUDIO) & (items >= 0))
            first = int(np.argmax(self.block == Block.AUDIO))
            marked[audio] = self.estimated[items[audio], columns[audio] - first]
        return marked

    def arrays(self) -> Arrays:
        """Give the vectors as named arrays, for a file."""
        return unpacked("content.vectors", self.vectors) | {
            "content.block": self.block,
            "content.names": unpacked_names(self.names),
            "content.estimated": self.estimated,
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> Self:
        """Take over what `arrays` gave."""
        block = arrays["content.block"]
        names = packed_names(arrays["content.names"], len(block))
        return cls(packed("content.vectors", arrays), block, names, arrays["content.estimated"])

    def products(self, profiles: Floats, among: Positions | None = None) -> Floats:
        """Multiply the vectors, or those `among`, by each of `profiles` (n, columns); shape (n, items or among)."""
        if among is not None:
            return times_rows(pick_rows(self.vectors, among), profiles)
        rest, columns, table = self._apart
        found = profiles[:, columns] @ table
        found += times_rows(rest, profiles)
        return found

    @cached_property
    def _apart(self) -> tuple[Csr, Positions, Floats]:
        """The vectors without audio and era, their columns, and both as a table (columns, items): most items have all."""
        apart = np.isin(self.block, (Block.AUDIO, Block.ERA))
        columns, items = np.flatnonzero(apart), self.vectors.shape[0]
        data, entries, rows = self.vectors.data, self.vectors.indices, row_numbers(self.vectors)
        inside = apart[entries]
        table = np.zeros((len(columns), items), dtype=np.float32)
        table[np.searchsorted(columns, entries[inside]), rows[inside]] = data[inside]
        pointers = np.append(0, np.cumsum(np.bincount(rows[~inside], minlength=items)))
        left = cast(Positions, entries[~inside])
        return narrow(from_parts(data[~inside], left, pointers, self.vectors.shape)), columns, table

    def dense(self, position: int) -> Floats:
        """Give one item vector with shape (columns,)."""
        row = np.zeros(len(self.block), dtype=np.float32)
        columns, values = row_entries(self.vectors, position)
        row[columns] = values
        return row


def blocks_of(
    dataset: Dataset, catalogue: Catalogue, config: ContentConfig, estimates: Estimates
) -> dict[Block, Named]:
    """Make every block, not yet weighed."""
    return {
        Block.TAGS: tag_block(dataset.tags, catalogue),
        Block.AUDIO: audio_block(dataset.audio, catalogue, estimates.values, config.estimates.weight),
        Block.ARTIST: artist_block(catalogue),
        Block.ERA: era_block(catalogue, config.era_width),
        Block.ALBUM: album_block(dataset.items["album"], catalogue),
    }


def _scaled(matrix: Csr, weight: float) -> Csr:
    if not weight:
        return empty((matrix.shape[0], matrix.shape[1]))
    scaled = matrix.copy()
    scaled.data = scaled.data * np.float32(np.sqrt(weight))
    return scaled


def _unit_rows(matrix: Csr) -> Csr:
    rows = row_numbers(matrix)
    lengths = np.sqrt(np.bincount(rows, matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0]))
    matrix.data = (matrix.data / np.maximum(lengths[rows], 1e-12)).astype(np.float32)
    return matrix
