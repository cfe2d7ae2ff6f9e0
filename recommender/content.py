"""What items are like: one unit vector an item, made of tags, audio, artist and era."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Self

import numpy as np

from recommender.blocks import Names, artist_block, audio_block, era_block, tag_block
from recommender.catalogue import Catalogue
from recommender.config import ContentConfig
from recommender.dataset import Dataset
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
    Positions,
    packed,
    packed_names,
    pick_rows,
    row_entries,
    row_numbers,
    side_by_side,
    times,
    times_transposed,
    unpacked,
    unpacked_names,
)


class Block(IntEnum):
    """The blocks of an item vector, in the order of their columns."""

    TAGS = 0
    AUDIO = 1
    ARTIST = 2
    ERA = 3


@dataclass(frozen=True)
class ContentSpace:
    """Item vectors; the dot product of two rows is their cosine and splits by column.

    `vectors` is csr of shape (items, columns), rows of length 1, or 0 where nothing is known of an item.
    `block` (which Block) and `names` have the shape (columns,).
    """

    vectors: Csr
    block: Positions
    names: Names

    @classmethod
    def build(cls, dataset: Dataset, catalogue: Catalogue, config: ContentConfig) -> Self:
        """Make the vectors; a block that an item lacks leaves its room to the others."""
        made = {
            Block.TAGS: (tag_block(dataset.tags, catalogue), config.tags),
            Block.AUDIO: (audio_block(dataset.audio, catalogue), config.audio),
            Block.ARTIST: (artist_block(catalogue), config.artist),
            Block.ERA: (era_block(catalogue, config.era_width), config.era),
        }
        weighed = [_scaled(matrix, weight) for (matrix, _), weight in made.values()]
        return cls(
            vectors=_unit_rows(side_by_side(weighed)),
            block=np.concatenate([np.full(len(names), int(kind)) for kind, ((_, names), _) in made.items()]),
            names=np.concatenate([names for (_, names), _ in made.values()]),
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

    def arrays(self) -> Arrays:
        """Give the vectors as named arrays, for a file."""
        return unpacked("content.vectors", self.vectors) | {
            "content.block": self.block,
            "content.names": unpacked_names(self.names),
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> Self:
        """Take over what `arrays` gave."""
        block = arrays["content.block"]
        return cls(
            packed("content.vectors", arrays), block, packed_names(arrays["content.names"], len(block))
        )

    def likeness(self, positions: Positions, weights: Doubles) -> Floats:
        """Sum weights[k] * cosine(i, positions[k]) over k for every item i; shape (items,)."""
        profile = times_transposed(pick_rows(self.vectors, positions), weights.astype(np.float32))
        return times(self.vectors, profile)

    def dense(self, position: int) -> Floats:
        """Give one item vector with shape (columns,)."""
        row = np.zeros(len(self.block), dtype=np.float32)
        columns, values = row_entries(self.vectors, position)
        row[columns] = values
        return row


def _scaled(matrix: Csr, weight: float) -> Csr:
    scaled = matrix.copy()
    scaled.data = scaled.data * np.float32(np.sqrt(weight))
    return scaled


def _unit_rows(matrix: Csr) -> Csr:
    rows = row_numbers(matrix)
    lengths = np.sqrt(np.bincount(rows, matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0]))
    matrix.data = (matrix.data / np.maximum(lengths[rows], 1e-12)).astype(np.float32)
    return matrix
