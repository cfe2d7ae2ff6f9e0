"""Learning what each block of an item vector weighs, by how well content alone finds held-out likes.

Where tags come from playlists, a song in none has no tag, and likeness by tags finds it never; elsewhere tags say the
most. Which it is shows on a validation part: a hidden like takes the tags along that its member gave.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd

from recommender.catalogue import Catalogue
from recommender.config import ContentConfig
from recommender.content import ContentSpace, blocks_of
from recommender.dataset import Dataset
from recommender.evaluation import metrics
from recommender.holdout import hold_out
from recommender.sparse import Csr, Mask, csr, pick_rows, times_rows

_CUT = 10
_CHUNK = 64
_FACTORS = (0.0, 1 / 3, 3.0)
_RETURN = 0.1
_LEAST_STEP = 0.01
"""A step must be so much better, relative to what is reached: less is noise."""
_LONG = 10
"""Likes from which on a member can be judged by."""


def judges(dataset: Dataset) -> int:
    """Count the members who like enough to be judged by."""
    lengths = dataset.interactions.query("weight > 0").groupby(["group", "member"]).size()
    return int((lengths >= _LONG).sum())


def learned_likeness(
    dataset: Dataset, config: ContentConfig, *, least_members: int, seed: int
) -> ContentConfig:
    """Learn the blocks' weights; the given ones stay where too few can judge them or no others are clearly better."""
    if not config.learned or judges(dataset) < least_members:
        return config
    held = hold_out(dataset, seed=seed)
    catalogue = Catalogue.build(dataset.items)
    blocks = blocks_of(held.rest, catalogue, config)
    known, wanted = _questions(held.rest, catalogue, held.pairs, config.questions, seed)

    def value(tried: ContentConfig) -> float:
        return _found(ContentSpace.weighed(blocks, tried).vectors, known, wanted)

    names = [kind.name.lower() for kind, (matrix, _) in blocks.items() if matrix.nnz]
    first = value(config)
    best, reached = config, first
    while True:
        tries = [_with(best, name, factor, config) for name in names for factor in _FACTORS]
        tries = [tried for tried in tries if tried != best and any(tried.weight(name) for name in names)]
        values = [value(tried) for tried in tries]
        chosen = int(np.argmax(values)) if values else 0
        if not values or values[chosen] <= reached * (1 + _LEAST_STEP):
            break
        best, reached = tries[chosen], values[chosen]
    return best if reached > first * (1 + config.least_gain) else config


def _with(config: ContentConfig, block: str, factor: float, given: ContentConfig) -> ContentConfig:
    """Change one weight by a factor; one that is 0 comes back as a little of what was given."""
    now = config.weight(block)
    changed = now * factor if now else given.weight(block) * _RETURN
    return config.model_copy(update={block: changed})


def _questions(
    rest: Dataset, catalogue: Catalogue, pairs: pd.DataFrame, most: int, seed: int
) -> tuple[Csr, Csr]:
    """Give what some members like in sight, and what of theirs is hidden; csr of shape (members, items)."""
    owner = ["group", "member"]
    liked = rest.interactions[rest.interactions["weight"] > 0]
    both = pairs[owner].drop_duplicates().merge(liked[owner].drop_duplicates())
    both = both.sample(min(len(both), most), random_state=seed)
    numbered = both.assign(question=np.arange(len(both)))
    shape = (len(both), len(catalogue))
    found: list[Csr] = []
    for table in (liked, pairs):
        rows = table.merge(numbered, on=owner)
        number = rows["question"].to_numpy(dtype=np.intp)
        found.append(csr(rows["weight"].to_numpy(), number, catalogue.locate(rows["item"]), shape))
    return found[0], found[1]


def _found(vectors: Csr, known: Csr, wanted: Csr) -> float:
    """Mean of NDCG and recall of the likeness to what is known."""
    hits: list[Mask] = []
    for start in range(0, known.shape[0], _CHUNK):
        seen = pick_rows(known, np.arange(start, min(start + _CHUNK, known.shape[0])))
        profiles: Any = seen @ vectors
        scores = times_rows(vectors, np.asarray(profiles.toarray(), dtype=np.float32))
        scores[seen.nonzero()] = -np.inf
        size = min(_CUT, scores.shape[1])
        top = np.argpartition(-scores, size - 1, axis=1)[:, :size]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
        dense = np.asarray(cast(Any, wanted)[start : start + len(scores)].toarray()) > 0
        hits.append(np.take_along_axis(dense, np.take_along_axis(top, order, axis=1), axis=1))
    count = np.diff(wanted.indptr).astype(np.intp)
    both = metrics.ndcg(np.concatenate(hits), count, _CUT) + metrics.recall(np.concatenate(hits), count, _CUT)
    return float(both.mean()) / 2
