"""The score of one item, taken apart down to evidence items, vector columns and members."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from recommender.content import Block, ContentSpace
from recommender.model import Model, Weighed
from recommender.neighbours import Split
from recommender.sparse import Csr, Doubles, Mask, Positions, pick_rows, row_numbers
from recommender.types import MemberId


@dataclass(frozen=True)
class Breakdown:
    """Contributions to one item's score, gains included; their sum is the score.

    `content` belongs to the entries (evidence item `entry`, vector column `column`), all of shape (entries,);
    `server` (co-occurrence by this server's rows) and `elsewhere` (by all others) have the shape (evidence,).
    """

    entry: Positions
    column: Positions
    content: Doubles
    block: Positions
    server: Doubles
    elsewhere: Doubles
    members: dict[MemberId, float]
    liked_here: float
    likers: dict[MemberId, float]
    """This server's other members who like the item, with their likes."""
    popular: float
    new: float
    known: float

    @cached_property
    def by_block(self) -> Doubles:
        """Content by evidence item and block; shape (evidence, blocks)."""
        shape = (len(self.server), len(Block))
        cell = self.entry * len(Block) + self.block
        summed: Doubles = np.bincount(cell, self.content, minlength=shape[0] * shape[1]).astype(np.float64)
        return summed.reshape(shape)

    def evidence(self) -> Doubles:
        """What each evidence item contributes to the score; shape (evidence,)."""
        return self.by_block.sum(axis=1) + self.server + self.elsewhere

    def parts(self, seed: Mask) -> dict[str, float]:
        """Name the parts of the score; `seed` (evidence,) tells seeds from taste."""
        named: dict[str, float] = {}
        for origin, mask in (("seed", seed), ("taste", ~seed)):
            if mask.any():
                for block in Block:
                    named[f"{origin}.{block.name.lower()}"] = float(self.by_block[mask, block].sum())
                named[f"{origin}.server"] = float(self.server[mask].sum())
                named[f"{origin}.elsewhere"] = float(self.elsewhere[mask].sum())
        item = {"liked_here": self.liked_here, "popular": self.popular, "new": self.new, "known": self.known}
        return named | item

    @property
    def score(self) -> float:
        """The sum of all parts."""
        alone = self.liked_here + self.popular + self.new + self.known
        return float(self.content.sum() + self.server.sum() + self.elsewhere.sum()) + alone


class Dissection:
    """Takes items apart for one weighed query; what the items share is computed once."""

    def __init__(self, model: Model, weighed: Weighed) -> None:
        self._space: ContentSpace = model.content
        self._weighed = weighed
        rows: Csr = pick_rows(self._space.vectors, weighed.evidence.positions)
        self._entry = row_numbers(rows)
        self._column = cast(Positions, rows.indices)
        self._pull = rows.data * weighed.evidence.weights[self._entry] * weighed.gains.content

    def of(self, position: int) -> Breakdown:
        """Take the item at `position` apart."""
        gains, rates = self._weighed.gains, self._weighed.channels.rates
        content = self._pull * self._space.dense(position)[self._column]
        shared = np.flatnonzero(content)
        # This server's rows count among all rows, too: both are its members' doing.
        here = gains.server + gains.everywhere
        split: Split = self._weighed.neighbours.split(position)
        return Breakdown(
            entry=self._entry[shared],
            column=self._column[shared],
            content=content[shared],
            block=self._space.block[self._column[shared]],
            server=here * split.server,
            elsewhere=gains.everywhere * (split.everywhere - split.server),
            members={who: here * part for who, part in split.members.items()},
            liked_here=gains.rate * float(rates.server[position]),
            likers=self._weighed.neighbours.likers(position),
            popular=gains.rate * float(rates.prior[position]),
            new=gains.rate * float(rates.fresh[position]),
            known=gains.known * float(self._weighed.channels.known[position]),
        )
