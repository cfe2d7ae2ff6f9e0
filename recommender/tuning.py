"""Learning the weights of the blend on validation parts, for every amount of evidence on its own.

The climb begins at the configured weights and leaves them only for a gain that is more than noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recommender.config import BlendConfig, EngineConfig
from recommender.dataset import Dataset
from recommender.holdout import hold_out
from recommender.likeness import judges
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.blend import PARTS, Blend
from recommender.sparse import Csr, Doubles, Floats, Mask, Positions, csr
from recommender.types import GroupId, MemberId

_REACH = 60
"""Best items of each part that are judged; what no part has among them cannot become a hit."""
_CHUNK = 64
_STEPS = (0.3, 0.15, 0.08)
_LEAST_GAIN = 4e-4
"""Less than this is noise of the holdout, and the weights stay."""
_LEAST_QUESTIONS = 30
_STRANGERS = 100
"""Members who should be held out as a whole …"""
_STRANGE = (0.1, 0.3)
"""… within these shares."""
_COLD_CUT, _FULL_CUT = 20, 10
_LOWEST = -1e3
"""A Z-score below every item's, for places that hold none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Validation questions of one amount of evidence; where a question has fewer candidates, the rest score lowest.

    z: (questions, candidates, parts); wanted: (questions, candidates); count: how many items each question wants.
    """

    z: Floats
    wanted: Mask
    count: Doubles


def learned_weights(dataset: Dataset, config: EngineConfig, *, seed: int) -> BlendConfig:
    """Learn the weights on a few holdouts together; the defaults stay where too few members have ten likes."""
    if judges(dataset) < config.blend.least_members:
        return config.blend
    names = [part.name for part in PARTS if part.name in config.blend.weights]
    judged: dict[float, list[Judged]] = {}
    for number in range(config.blend.holdouts):
        for amount, part in _judged(dataset, config, seed + number).items():
            judged.setdefault(amount, []).append(part)
    found: dict[float, Doubles] = {}
    for amount, parts in judged.items():
        start = np.array([config.blend.at(name, np.array([amount]))[0] for name in names])
        if start.any():
            cut = _FULL_CUT if amount == config.blend.amounts[-1] else _COLD_CUT
            together = joined(parts)
            found[amount] = climbed(together, start, cut)
    return _config(config.blend, names, found)


def _judged(dataset: Dataset, config: EngineConfig, seed: int) -> dict[float, Judged]:
    """Ask every part the questions of one holdout, by amount of evidence; amounts with few questions are left out."""
    people = len(dataset.interactions[["group", "member"]].drop_duplicates())
    held = hold_out(dataset, seed=seed, members=float(np.clip(_STRANGERS / people, *_STRANGE)))
    material = Material.of(held.rest, config)
    everything = config.blend.model_copy(update={"weights": dict.fromkeys(config.blend.weights, (1.0,))})
    blend = Blend(config, seed=seed)
    blend.learn_parts(material, everything)
    found: dict[float, Judged] = {}
    for amount in sorted((amount for amount in config.blend.amounts if amount > 0), reverse=True):
        asked, wanted = (
            _known(held.pairs, material, config)
            if amount == config.blend.amounts[-1]
            else _strangers(held.strangers, material, config, amount)
        )
        if len(asked) >= _LEAST_QUESTIONS:
            found[amount] = laid_out(blend, asked, wanted)
    return found


def climbed(judged: Judged, start: Doubles, cut: int) -> Doubles:
    """Climb from `start`, and from the best part alone where that is better: `start` may be of data of another kind."""
    best = ascend(judged, start, cut=cut)
    alone = np.eye(len(start))
    values = [objective(judged, part, cut) for part in alone]
    if max(values) > objective(judged, start, cut) + _LEAST_GAIN:
        other = ascend(judged, alone[int(np.argmax(values))], cut=cut)
        if objective(judged, other, cut) > objective(judged, best, cut) + _LEAST_GAIN:
            return other
    return best


def ascend(judged: Judged, start: Doubles, *, cut: int) -> Doubles:
    """Climb the mean of NDCG and recall at `cut` by changing one weight at a time; the sum of weights is 1."""
    best, value = start / start.sum(), objective(judged, start, cut)
    for step in _STEPS:
        climbing = True
        while climbing:
            tries = [_moved(best, part, way * step) for part in range(len(best)) for way in (1, -1)]
            values = [objective(judged, weights, cut) if weights.sum() > 0 else -1.0 for weights in tries]
            chosen = int(np.argmax(values))
            climbing = values[chosen] > value + _LEAST_GAIN
            if climbing:
                best, value = tries[chosen] / tries[chosen].sum(), values[chosen]
    return best


def objective(judged: Judged, weights: Doubles, cut: int) -> float:
    """Mean of NDCG@cut and recall@cut with binary gains."""
    scores = judged.z @ weights.astype(np.float32)
    size = min(cut, scores.shape[1])
    top = np.argpartition(-scores, size - 1, axis=1)[:, :size]
    order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
    hits = np.take_along_axis(judged.wanted, np.take_along_axis(top, order, axis=1), axis=1)
    discount = 1 / np.log2(np.arange(2, size + 2))
    ideal = np.cumsum(discount)[np.minimum(judged.count, size).astype(int) - 1]
    return float(((hits * discount).sum(axis=1) / ideal + hits.sum(axis=1) / judged.count).mean() / 2)


def _moved(weights: Doubles, part: int, by: float) -> Doubles:
    moved = weights.copy()
    moved[part] = max(moved[part] + by * 0.5, 0.0)
    return moved


def laid_out(blend: Blend, asked: Asked, wanted: Csr) -> Judged:
    """Ask every part, and keep of each question's items the best of each part; those asked from are none."""
    starts = range(0, len(asked), _CHUNK)
    return joined([_chunk(blend, asked, wanted, start) for start in starts])


def joined(parts: Sequence[Judged]) -> Judged:
    """Lay questions under one another; the fewer candidates are filled up with places that hold none."""
    width = max(part.z.shape[1] for part in parts)
    room = [(0, width - part.z.shape[1]) for part in parts]
    z = [
        np.pad(part.z, ((0, 0), more, (0, 0)), constant_values=_LOWEST)
        for part, more in zip(parts, room, strict=True)
    ]
    hits = [np.pad(part.wanted, ((0, 0), more)) for part, more in zip(parts, room, strict=True)]
    return Judged(np.concatenate(z), np.concatenate(hits), np.concatenate([part.count for part in parts]))


def _chunk(blend: Blend, asked: Asked, wanted: Csr, start: int) -> Judged:
    """Z-scores of the candidates of some questions: the best of each part."""
    some = part_of(asked, start, min(start + _CHUNK, len(asked)))
    channels = blend.channels(some)
    ones = {name: np.ones(len(some)) for name in channels}
    neutral = blend.scaled(some, channels, ones)
    z = np.stack([neutral[name][:, None] * channel for name, channel in channels.items()], axis=2)
    z -= z.mean(axis=1, keepdims=True)
    questions = np.arange(len(some))
    rows = np.repeat(questions, np.diff(some.evidence.indptr))
    z[rows, some.evidence.indices] = -np.inf
    reach = min(_REACH, z.shape[1])
    best = [np.argpartition(-z[:, :, part], reach - 1, axis=1)[:, :reach] for part in range(z.shape[2])]
    chosen = np.zeros(z.shape[:2], dtype=np.bool_)
    for top in best:
        np.put_along_axis(chosen, top, values=True, axis=1)
    chosen &= np.isfinite(z[:, :, 0])
    width = int(chosen.sum(axis=1).max(initial=1))
    places = np.argsort(~chosen, axis=1, kind="stable")[:, :width]
    kept = np.take_along_axis(chosen, places, axis=1)
    values = np.where(
        kept[:, :, None], np.take_along_axis(z, places[:, :, None], axis=1), np.float32(_LOWEST)
    )
    chosen_wanted: Any = wanted[start : start + len(some)]
    hits = np.take_along_axis(np.asarray(chosen_wanted.toarray()) > 0, places, axis=1) & kept
    return Judged(values.astype(np.float32), hits, np.maximum(np.diff(chosen_wanted.indptr), 1.0))


def part_of(asked: Asked, start: int, end: int) -> Asked:
    """Give some of the questions."""
    recent = asked.recent[start:end] if asked.recent else ()
    return Asked(asked.evidence[start:end], asked.askers[start:end], recent)  # pyright: ignore


def _known(pairs: pd.DataFrame, material: Material, config: EngineConfig) -> tuple[Asked, Csr]:
    """Ask for members whose other rows were learnt from."""
    owners = pairs[["group", "member"]].drop_duplicates()
    owners = owners.sample(min(len(owners), config.blend.questions), random_state=0)
    chosen = pairs.merge(owners.assign(question=np.arange(len(owners))), on=["group", "member"])
    askers = [Asker(GroupId(int(g)), MemberId(int(m))) for g, m in owners.itertuples(index=False)]
    rows = [material.ledger.row(asker.group, asker.member) for asker in askers]
    shape = (len(owners), len(material.catalogue))
    wanted = _matrix(chosen, material, shape)
    number = np.repeat(np.arange(len(rows)), [len(row.positions) for row in rows])
    none = [np.empty(0, dtype=np.intp)]
    evidence = csr(
        np.concatenate([np.empty(0), *(row.weights for row in rows)]),
        number,
        np.concatenate(none + [row.positions for row in rows]),
        shape,
    )
    return _worthwhile(evidence, wanted, askers)


def _strangers(
    rows: pd.DataFrame, material: Material, config: EngineConfig, amount: float
) -> tuple[Asked, Csr]:
    """Ask for members who are not known at all, by a few of their likes."""
    numbered = rows.assign(question=rows.groupby(["group", "member"], sort=True).ngroup())
    numbered = numbered[numbered["question"] < config.blend.questions]
    order = numbered.groupby("question").cumcount().to_numpy()
    shape = (
        int(numbered["question"].max()) + 1 if len(numbered) else 0,
        len(material.catalogue),
    )
    evidence = _matrix(numbered[order < amount], material, shape)
    wanted = _matrix(numbered[order >= amount], material, shape)
    return _worthwhile(evidence, wanted, [Asker()] * shape[0])


def _matrix(rows: pd.DataFrame, material: Material, shape: tuple[int, int]) -> Csr:
    places: Positions = material.catalogue.locate(rows["item"])
    return csr(rows["weight"].to_numpy(), rows["question"].to_numpy(dtype=np.intp), places, shape)


def _worthwhile(evidence: Csr, wanted: Csr, askers: list[Asker]) -> tuple[Asked, Csr]:
    keep = np.flatnonzero((np.diff(evidence.indptr) > 0) & (np.diff(wanted.indptr) > 0))
    return Asked(evidence[keep], [askers[k] for k in keep]), wanted[keep]  # pyright: ignore


def _config(given: BlendConfig, names: list[str], found: dict[float, Doubles]) -> BlendConfig:
    """Put the learned weights in place of the given ones; without evidence popularity stays alone."""
    weights = {name: list(given.weights[name]) for name in given.weights}
    for place, amount in enumerate(given.amounts):
        if amount in found:
            for number, name in enumerate(names):
                weights[name][place] = round(float(found[amount][number]), 4)
    return given.model_copy(update={"weights": {name: tuple(values) for name, values in weights.items()}})
