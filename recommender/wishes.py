"""What is asked for in words, as one content vector: tags, audio features and decades."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from recommender.config import ContentConfig
from recommender.content import Block, ContentSpace
from recommender.sparse import Floats
from recommender.types import Query

_Name = TypeVar("_Name", str, int)


def within(query: Query, most: float) -> Query:
    """Hold the weights of wishes between -most and most; what is no number is left out."""
    if not (query.tags or query.audio or query.decades):
        return query
    return replace(
        query,
        tags=_held(query.tags, most),
        audio=_held(query.audio, most),
        decades=_held(query.decades, most),
    )


def wished(query: Query, space: ContentSpace, config: ContentConfig) -> Floats | None:
    """Write what `query` wishes for as a content vector, shape (columns,); None where nothing of it is known.

    Names that the catalogue does not have are left out. `config` is the one that the space was made with.
    """
    estimated = ((name, weight / max(config.estimates.weight, 1e-9)) for name, weight in query.audio.items())
    asked = [
        (Block.TAGS, query.tags.items()),
        (Block.AUDIO, query.audio.items()),
        (Block.ESTIMATED, estimated),
        (Block.ERA, _centres(query.decades, config.era_width)),
    ]
    vector = np.zeros(len(space.block), dtype=np.float32)
    for block, wishes in asked:
        for name, weight in wishes:
            if (column := space.columns.get((block, name))) is not None:
                vector[column] += weight
    return vector if vector.any() else None


def counted(wishes: Floats | None, space: ContentSpace) -> int:
    """Count what is wished for; a feature that may be measured or estimated is one."""
    return 0 if wishes is None else int(np.count_nonzero(wishes[space.block != Block.ESTIMATED]))


def loudest(query: Query) -> float:
    """Give the largest weight of a wish."""
    weights = (*query.tags.values(), *query.audio.values(), *query.decades.values())
    return max((abs(weight) for weight in weights), default=0.0)


def _held(weights: Mapping[_Name, float], most: float) -> dict[_Name, float]:
    return {name: min(max(weight, -most), most) for name, weight in weights.items() if not math.isnan(weight)}


def _centres(decades: Mapping[int, float], width: float) -> Iterator[tuple[str, float]]:
    """Spread the middle of each decade over its two nearest centres of the era block."""
    for decade, weight in decades.items():
        place = (decade + 5) / width
        lower = math.floor(place)
        yield str(int(lower * width)), weight * (lower + 1 - place)
        yield str(int((lower + 1) * width)), weight * (place - lower)
