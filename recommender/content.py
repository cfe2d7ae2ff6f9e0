"""What items are like: one unit vector an item, made of tags, audio, artist, era and album.

Audio that nobody measured has columns of its own, where it is estimated. They are scaled down so far that likeness hardly
sees them, and what is wished for is scaled up by as much: on Last.fm likeness by estimates finds less of what members like,
since tags, which it repeats, are in it already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Self, cast

import numpy as np

from recommender.blocks import (
    Named,
    Names,
    album_block,
    artist_block,
    audio_block,
    era_block,
    estimate_block,
    tag_block,
)
from recommender.catalogue import Catalogue
from recommender.config import ContentConfig
from recommender.dataset import Dataset
from recommender.estimates import Estimates
from recommender.sparse import (
    Arrays,
    Csr,
    Doubles,
    Floats,
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
    ESTIMATED = 5
    """Audio again, where it is not measured; its rows come on top of the length of 1."""


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
    def build(
        cls, dataset: Dataset, catalogue: Catalogue, config: ContentConfig, estimates: Estimates | None = None
    ) -> Self:
        """Make the vectors; a block that an item lacks leaves its room to the others."""
        return cls.weighed(blocks_of(dataset, catalogue, config, estimates), config)

    @classmethod
    def weighed(cls, blocks: Mapping[Block, Named], config: ContentConfig) -> Self:
        """Join blocks, each with its weight."""
        weighed = {
            kind: _scaled(matrix, config.weight(Block.AUDIO.name if kind == Block.ESTIMATED else kind.name))
            for kind, (matrix, _) in blocks.items()
        }
        estimated = weighed.pop(Block.ESTIMATED, None)
        joined = side_by_side([*weighed.values()])
        lengths = _lengths(joined)
        vectors = _divided(joined, lengths)
        if estimated is not None:
            lengths = np.hypot(lengths, _lengths(estimated)) / config.estimates.weight
            vectors = side_by_side([vectors, _divided(estimated, lengths)])
        return cls(
            vectors=vectors,
            block=np.concatenate([np.full(len(names), int(kind)) for kind, (_, names) in blocks.items()]),
            names=np.concatenate([names for _, names in blocks.values()]),
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

    def estimated(self, position: int) -> list[str]:
        """Name the audio features of an item that are estimated and not measured."""
        columns, _ = row_entries(self.vectors, position)
        return [str(self.names[column]) for column in columns if self.block[column] == Block.ESTIMATED]

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
        """The vectors without audio and era, their columns, and these as a table (columns, items): most items have all."""
        apart = np.isin(self.block, (Block.AUDIO, Block.ERA, Block.ESTIMATED))
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
    dataset: Dataset, catalogue: Catalogue, config: ContentConfig, estimates: Estimates | None = None
) -> dict[Block, Named]:
    """Make every block, not yet weighed; that of the estimates only where there are some."""
    blocks = {
        Block.TAGS: tag_block(dataset.tags, catalogue),
        Block.AUDIO: audio_block(dataset.audio, catalogue),
        Block.ARTIST: artist_block(catalogue),
        Block.ERA: era_block(catalogue, config.era_width),
        Block.ALBUM: album_block(dataset.items["album"], catalogue),
    }
    if estimates is not None and estimates.errors:
        blocks[Block.ESTIMATED] = estimate_block(dataset.audio, catalogue, estimates.values)
    return blocks


def _scaled(matrix: Csr, weight: float) -> Csr:
    if not weight:
        return empty((matrix.shape[0], matrix.shape[1]))
    scaled = matrix.copy()
    scaled.data = scaled.data * np.float32(np.sqrt(weight))
    return scaled


def _lengths(matrix: Csr) -> Doubles:
    squares = np.bincount(row_numbers(matrix), matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0])
    return np.sqrt(squares)


def _divided(matrix: Csr, by: Doubles) -> Csr:
    matrix.data = (matrix.data / np.maximum(by[row_numbers(matrix)], 1e-12)).astype(np.float32)
    return matrix
