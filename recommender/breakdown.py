"""The score of one item, taken apart down to evidence items, vector columns and members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np

from recommender.content import Block
from recommender.models.content import Content
from recommender.models.popularity import Popularity
from recommender.models.server import Server
from recommender.models.sessions import Sessions
from recommender.sparse import Csr, Doubles, Mask, Positions, csr, pick_rows, row_numbers, under
from recommender.types import MemberId
from recommender.weighing import WISHES, Scale, Weighed

WISH = -1
"""In place of a position: what was asked for in words."""


@dataclass(frozen=True, slots=True)
class Origins:
    """What the parts of a score come from: evidence items, and a WISH; arrays of shape (origins,)."""

    positions: Positions
    weights: Doubles
    """0 for a WISH."""
    seed: Mask
    repeated: bool
    """Whether an item may stand here twice: as seed and as taste, or of two listeners."""

    @property
    def wish(self) -> Mask:
        """Mark what was asked for in words."""
        return self.positions == WISH

    @classmethod
    def of(cls, weighed: Weighed) -> Origins:
        """Take the evidence of a query, and what it wishes for as the last one."""
        evidence = weighed.evidence
        if weighed.wishes is None:
            return cls(evidence.positions, evidence.weights, evidence.seed, bool(evidence.seed.any()))
        return cls(
            np.append(evidence.positions, WISH),
            np.append(evidence.weights, 0.0),
            np.append(evidence.seed, np.False_),
            repeated=bool(evidence.seed.any()),
        )

    @classmethod
    def joined(cls, several: Sequence[Origins]) -> Origins:
        """Lay the origins of several listeners one behind the other."""
        return cls(
            np.concatenate([one.positions for one in several]),
            np.concatenate([one.weights for one in several]),
            np.concatenate([one.seed for one in several]),
            repeated=True,
        )


@dataclass(frozen=True)
class Breakdown:
    """Contributions to one item's score, gains included; their sum is the score.

    `content` belongs to the entries (origin `entry`, vector column `column`), all of shape (entries,). `server`
    (company of this server's rows) and `elsewhere` (every other model) have the shape (origins,).
    """

    origins: Origins
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
    following: float
    """What others play next after what was just heard."""
    known: float
    against: float = 0.0
    """What those take away who do not want what the others want."""

    @cached_property
    def by_block(self) -> Doubles:
        """Content by origin and block; shape (origins, blocks)."""
        shape = (len(self.server), len(Block))
        cell = self.entry * len(Block) + self.block
        summed: Doubles = np.bincount(cell, self.content, minlength=shape[0] * shape[1]).astype(np.float64)
        return summed.reshape(shape)

    def evidence(self) -> Doubles:
        """What each origin contributes to the score; shape (origins,)."""
        return self.by_block.sum(axis=1) + self.server + self.elsewhere

    def parts(self) -> dict[str, float]:
        """Name the parts of the score."""
        named: dict[str, float] = {}
        seed, wish = self.origins.seed, self.origins.wish
        for origin, mask in (("seed", seed), ("taste", ~seed & ~wish), ("wish", wish)):
            if mask.any():
                some = (self.block == Block.ESTIMATED).any()
                for block in Block if some else list(Block)[:-1]:
                    named[f"{origin}.{block.name.lower()}"] = float(self.by_block[mask, block].sum())
                named[f"{origin}.server"] = float(self.server[mask].sum())
                named[f"{origin}.elsewhere"] = float(self.elsewhere[mask].sum())
        return named | self._alone()

    @property
    def score(self) -> float:
        """The sum of all parts."""
        through = float(self.content.sum() + self.server.sum() + self.elsewhere.sum())
        return through + sum(self._alone().values())

    def times(self, factor: float) -> Breakdown:
        """Let every part count `factor` times."""
        return replace(
            self,
            content=self.content * factor,
            server=self.server * factor,
            elsewhere=self.elsewhere * factor,
            members={who: part * factor for who, part in self.members.items()},
            **{name: part * factor for name, part in self._alone().items()},
        )

    @classmethod
    def joined(cls, several: Sequence[Breakdown], against: float) -> Breakdown:
        """Add up what one item is to several listeners."""
        sizes = [len(one.server) for one in several]
        starts = np.cumsum([0, *sizes])[:-1].tolist()
        alone = [one._alone() for one in several]
        summed = {name: sum(parts[name] for parts in alone) for name in alone[0]}
        members: dict[MemberId, float] = {}
        for one in several:
            for who, part in one.members.items():
                members[who] = members.get(who, 0.0) + part
        return cls(
            origins=Origins.joined([one.origins for one in several]),
            entry=np.concatenate([one.entry + start for one, start in zip(several, starts, strict=True)]),
            column=np.concatenate([one.column for one in several]),
            content=np.concatenate([one.content for one in several]),
            block=np.concatenate([one.block for one in several]),
            server=np.concatenate([one.server for one in several]),
            elsewhere=np.concatenate([one.elsewhere for one in several]),
            members=members,
            likers={who: like for one in several for who, like in one.likers.items()},
            **summed | {"against": summed["against"] + against},
        )

    def _alone(self) -> dict[str, float]:
        return {
            "around": self.around,
            "liked_here": self.liked_here,
            "popular": self.popular,
            "new": self.new,
            "following": self.following,
            "known": self.known,
            "against": self.against,
        }


class Dissection:
    """Takes items apart for one weighed query; what the items share is computed once."""

    def __init__(self, scale: Scale, weighed: Weighed, positions: Positions) -> None:
        self._space = scale.material.content
        self._weighed = weighed
        self._place = {int(position): place for place, position in enumerate(positions)}
        self._origins = Origins.of(weighed)
        gains, parts = weighed.gains, scale.blend.parts
        vectors: Csr = pick_rows(self._space.vectors, weighed.evidence.positions)
        pull = weighed.evidence.weights * gains.get(Content.name, 0.0)
        if weighed.wishes is not None:
            columns = np.flatnonzero(weighed.wishes)
            wish = csr(weighed.wishes[columns], np.zeros_like(columns), columns, (1, vectors.shape[1]))
            vectors, pull = under(vectors, wish), np.append(pull, gains.get(WISHES, 0.0))
        self._entry = row_numbers(vectors)
        self._column = cast(Positions, vectors.indices)
        self._pull = vectors.data * pull[self._entry]
        shape = (len(positions), len(self._origins.positions))
        own = len(weighed.evidence.positions)
        self._server, self._elsewhere = np.zeros(shape), np.zeros(shape)
        self._around = np.zeros(len(positions))
        for name, part in parts.items():
            if name not in {Content.name, Popularity.name} and gains[name]:
                into = self._server if name == Server.name else self._elsewhere
                shares, around = part.split(weighed.asked, positions)
                into[:, :own] += gains[name] * shares
                self._around += gains[name] * around
        server = parts.get(Server.name)
        self._server_model = server if isinstance(server, Server) else None
        self._company = self._server_model.company(weighed.asked, 0) if self._server_model else None

    def of(self, position: int) -> Breakdown:
        """Take the item at `position` apart; it is one of those named before."""
        gains, rates, channels = self._weighed.gains, self._weighed.rates, self._weighed.channels
        content = self._pull * self._space.dense(position)[self._column]
        shared = np.flatnonzero(content)
        rate = gains.get(Popularity.name, 0.0)
        place, scored = self._place[position], self._weighed.place(position)
        heard = gains.get(Sessions.name, 0.0)
        return Breakdown(
            origins=self._origins,
            entry=self._entry[shared],
            column=self._column[shared],
            content=content[shared].astype(np.float64),
            block=self._space.block[self._column[shared]],
            server=self._server[place],
            elsewhere=self._elsewhere[place],
            members=self._members(position),
            around=float(self._around[place]),
            liked_here=rate * float(rates.server[scored]),
            likers=self._likers(position),
            popular=rate * float(rates.prior[scored]),
            new=rate * float(rates.fresh[scored]),
            following=heard * float(channels[Sessions.name][scored]) if heard else 0.0,
            known=gains["known"] * float(channels["known"][scored]),
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
        places, likes = self._company.likers(position)
        members = self._company.near.members
        return {MemberId(int(members[place])): float(like) for place, like in zip(places, likes, strict=True)}
