"""The score of one item, taken apart down to evidence items, vector columns and members."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from recommender.content import Block, ContentSpace
from recommender.models.content import Content
from recommender.models.popularity import Popularity
from recommender.models.server import Server
from recommender.sparse import Csr, Doubles, Mask, Positions, pick_rows, row_entries, row_numbers, under
from recommender.types import MemberId
from recommender.weighing import Scale, Weighed

WISH = -1
"""In place of an evidence item: what was asked for in words."""


@dataclass(frozen=True)
class Breakdown:
    """Contributions to one item's score, gains included; their sum is the score.

    `content` belongs to the entries (evidence item `entry`, vector column `column`), all of shape (entries,); the
    last evidence item stands for what was wished for in words. `server` (company of this server's rows) and
    `elsewhere` (every other model) have the shape (evidence,).
    """

    entry: Positions
    column: Positions
    content: Doubles
    block: Positions
    server: Doubles
    elsewhere: Doubles
    members: dict[MemberId, float]
    around: float
    """What this server as a whole brings, whoever likes the item."""
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
        item = {
            "around": self.around,
            "liked_here": self.liked_here,
            "popular": self.popular,
            "new": self.new,
            "known": self.known,
        }
        return named | item

    @property
    def score(self) -> float:
        """The sum of all parts."""
        alone = self.around + self.liked_here + self.popular + self.new + self.known
        return float(self.content.sum() + self.server.sum() + self.elsewhere.sum()) + alone


class Dissection:
    """Takes items apart for one weighed query; what the items share is computed once."""

    def __init__(self, scale: Scale, weighed: Weighed, positions: Positions) -> None:
        self._space: ContentSpace = scale.material.content
        self._scale = scale
        self._weighed = weighed
        self._place = {int(position): place for place, position in enumerate(positions)}
        gains, parts = weighed.gains, scale.blend.parts
        vectors: Csr = pick_rows(self._space.vectors, weighed.evidence.positions)
        weights = weighed.evidence.weights
        if weighed.asked.wishes is not None:
            vectors, weights = under(vectors, weighed.asked.wishes), np.append(weights, 1.0)
        self._entry = row_numbers(vectors)
        self._column = cast(Positions, vectors.indices)
        self._pull = vectors.data * weights[self._entry] * gains.get(Content.name, 0.0)
        shape = (len(positions), len(weighed.evidence.positions))
        self._server, self._elsewhere = np.zeros(shape), np.zeros(shape)
        self._around = np.zeros(len(positions))
        for name, part in parts.items():
            if name not in {Content.name, Popularity.name} and gains[name]:
                into = self._server if name == Server.name else self._elsewhere
                shares, around = part.split(weighed.asked, positions)
                into += gains[name] * shares
                self._around += gains[name] * around
        server = parts.get(Server.name)
        company = server.company(weighed.asked, 0) if isinstance(server, Server) else None
        self._server_model = server if isinstance(server, Server) else None
        self._company = company

    def of(self, position: int) -> Breakdown:
        """Take the item at `position` apart; it is one of those named before."""
        gains, rates = self._weighed.gains, self._weighed.rates
        content = self._pull * self._space.dense(position)[self._column]
        shared = np.flatnonzero(content)
        rate = gains.get(Popularity.name, 0.0)
        place = self._place[position]
        wished = 0 if self._weighed.asked.wishes is None else 1
        return Breakdown(
            entry=self._entry[shared],
            column=self._column[shared],
            content=content[shared].astype(np.float64),
            block=self._space.block[self._column[shared]],
            server=np.append(self._server[place], np.zeros(wished)),
            elsewhere=np.append(self._elsewhere[place], np.zeros(wished)),
            members=self._members(position),
            around=float(self._around[place]),
            liked_here=rate * float(rates.server[position]),
            likers=self._likers(position),
            popular=rate * float(rates.prior[position]),
            new=rate * float(rates.fresh[position]),
            known=gains["known"] * float(self._weighed.known[position]),
        )

    def _members(self, position: int) -> dict[MemberId, float]:
        if self._server_model is None or self._company is None:
            return {}
        gain = self._weighed.gains[Server.name]
        found = self._server_model.members(self._company, position)
        return {who: gain * part for who, part in found.items()}

    def _likers(self, position: int) -> dict[MemberId, float]:
        if self._company is None:
            return {}
        places, likes = row_entries(self._company.by_item, position)
        members = self._company.near.members
        return {MemberId(int(members[place])): float(like) for place, like in zip(places, likes, strict=True)}
