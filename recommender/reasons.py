"""From the parts of a score to the few largest reasons, each with its true share.

Every part of the score belongs to exactly one reason, so that the shares of all reasons add up to 1:
what seeds bring is SEED, what rows of this server bring MEMBERS. Of the rest of the taste, a song that
carries much of it alone is LIKED, as is co-occurrence elsewhere; content spread over many songs is told by its block.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from recommender.breakdown import Breakdown, Origins
from recommender.catalogue import Catalogue
from recommender.config import EngineConfig
from recommender.content import Block, ContentSpace
from recommender.sparse import Doubles, Mask, Positions
from recommender.types import ItemId, MemberId, Reason, ReasonKind

_Key = TypeVar("_Key")
_KINDS = {
    ReasonKind.TAGS: [Block.TAGS],
    ReasonKind.AUDIO: [Block.AUDIO],
    ReasonKind.ARTIST: [Block.ARTIST, Block.ALBUM],
    ReasonKind.ERA: [Block.ERA],
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason before it is put into words: a part of the score and what it comes from."""

    kind: ReasonKind
    part: float
    through: Callable[[], Doubles] | None = None
    """Tells what of it comes from each origin, shape (origins,); asked only of the few that are told."""
    which: Mask | None = None
    """Which origins' content belongs to it; shape (origins,)."""
    members: dict[MemberId, float] = field(default_factory=dict[MemberId, float])


def causes(parts: Breakdown, focus: float) -> list[Cause]:
    """Divide the score among causes; the sum of their parts is the score without what takes away from it.

    A taste item is LIKED by itself when it carries at least `focus` of the taste's positive part.
    """
    origins, by_block, elsewhere = parts.origins, parts.by_block, parts.elsewhere
    seed = origins.seed
    content = by_block.sum(axis=1)
    carried = content + elsewhere
    close = _close(carried, seed | origins.wish, origins.weights, focus)
    spread = ~seed & ~close
    told = content @ close + elsewhere @ ~seed
    found = [Cause(ReasonKind.LIKED, float(told), lambda: content * close + elsewhere * ~seed, close)]
    if seed.any():
        found.insert(0, Cause(ReasonKind.SEED, float(carried @ seed), lambda: carried * seed, seed))
    of_block = spread @ by_block
    found += [
        Cause(kind, float(of_block[blocks].sum()), _of_blocks(by_block, blocks, spread), spread)
        for kind, blocks in _KINDS.items()
    ]
    # An estimate may move the score, but nothing is said on its strength: this names no feature.
    found.append(Cause(ReasonKind.AUDIO, float(of_block[Block.ESTIMATED])))
    members = parts.members
    found.append(Cause(ReasonKind.MEMBERS, float(parts.server.sum()), lambda: parts.server, members=members))
    found.append(Cause(ReasonKind.SERVER, parts.liked_here + parts.around, members=parts.likers))
    alone = {
        ReasonKind.POPULAR: parts.popular + max(parts.known, 0.0),
        ReasonKind.NEW: parts.new,
        ReasonKind.NEXT: parts.following,
    }
    return [*found, *(Cause(kind, part) for kind, part in alone.items())]


def tell(
    found: list[Cause],
    parts: Breakdown,
    *,
    catalogue: Catalogue,
    space: ContentSpace,
    config: EngineConfig,
) -> list[Reason]:
    """Tell the few largest positive causes, largest first."""
    names = config.names
    positive = sorted((cause for cause in found if cause.part > 0), key=lambda cause: -cause.part)
    total = sum(cause.part for cause in positive)
    return [
        Reason(
            kind=cause.kind,
            share=round(cause.part / total, 9),
            items=tuple(_items(cause.through(), parts.origins, catalogue, names)) if cause.through else (),
            tags=_columns(cause, parts, space, Block.TAGS, names),
            members=tuple(_largest(cause.members, names)),
            people=sum(part > 0 for part in cause.members.values()),
            feature=_feature(cause, parts, space),
        )
        for cause in positive[: config.reasons]
        if cause.part >= config.smallest_reason * total
    ]


def _close(carried: Doubles, seed: Mask, weights: Doubles, focus: float) -> Mask:
    taste = np.where(seed, 0.0, np.maximum(carried, 0.0))
    return (weights > 0) & (taste > 0) & (taste >= focus * taste.sum())


def _of_blocks(by_block: Doubles, blocks: list[Block], which: Mask) -> Callable[[], Doubles]:
    return lambda: by_block[:, blocks].sum(axis=1) * which


def _items(by_item: Doubles, origins: Origins, catalogue: Catalogue, names: int) -> list[ItemId]:
    """Name the evidence that speaks for the item; what was disliked is never named."""
    places = np.flatnonzero((by_item > 0) & (origins.weights > 0))
    positions, sums = origins.positions[places], by_item[places]
    if origins.repeated:
        positions, sums = _summed(positions, sums)
    return [catalogue.item(positions[k]) for k in _first(sums, names)]


def _feature(cause: Cause, parts: Breakdown, space: ContentSpace) -> str | None:
    if cause.kind is not ReasonKind.AUDIO:
        return None
    return next(iter(_columns(cause, parts, space, Block.AUDIO, 1)), None)


def _columns(
    cause: Cause, parts: Breakdown, space: ContentSpace, block: Block, names: int
) -> tuple[str, ...]:
    """Name the tags or features that contribute most."""
    if cause.which is None or block not in _KINDS.get(cause.kind, [block]):
        return ()
    chosen = cause.which[parts.entry] & (parts.block == block)
    columns, sums = _summed(parts.column[chosen], parts.content[chosen])
    return tuple(str(space.names[columns[k]]) for k in _first(sums, names))


def _summed(keys: Positions, parts: Doubles) -> tuple[Positions, Doubles]:
    """Sum the parts of each key."""
    if len(keys) <= 1:
        return keys, parts
    unique, places = np.unique(keys, return_inverse=True)
    return unique, np.bincount(places, parts, minlength=len(unique)).astype(np.float64)


def _first(sums: Doubles, names: int) -> list[int]:
    """Give the places of the few largest sums above 0, largest first."""
    return [k for k in np.argsort(-sums, kind="stable")[:names].tolist() if sums[k] > 0]


def _largest(parts: dict[_Key, float], names: int) -> list[_Key]:
    return [key for key, part in sorted(parts.items(), key=lambda pair: -pair[1])[:names] if part > 0]
