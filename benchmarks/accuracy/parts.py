"""What each part of the engine brings: everything is learned again without it, the weights of the blend too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from benchmarks.accuracy.ours import ENGINE, FILES, LISTS, Told, judged, listed
from benchmarks.peers.judge import Judged, Lead, lead
from recommender.evaluation.reading import Files
from recommender.models import MODELS, Blend

ALONE = ("ials", "ease", "rp3beta", "bridge", "content", "popularity")


@dataclass(frozen=True)
class Part:
    """The engine without a part, or a model alone.

    Attributes:
        alone: whether it is one model without the blend.
        recall_gain, ndcg_gain: of the whole engine over this.
    """

    name: str
    alone: bool
    precision: float
    recall: float
    ndcg: float
    recall_gain: Lead
    ndcg_gain: Lead


def measure(told: Told) -> list[Part]:
    """Leave out one part after the other; needs the engine's own lists."""
    whole = judged(ENGINE)
    found: list[Part] = []
    for name, files in without(FILES, LISTS).items():
        told(f"ablation: without {name}")
        out = LISTS / f"without {name}.csv"
        listed(files, Blend(seed=0), out)
        found.append(compared(name, whole, judged(out)))
    for name in ALONE:
        told(f"ablation: {name} alone")
        out = LISTS / f"{name} alone.csv"
        listed(FILES, MODELS[name](seed=0), out)
        found.append(compared(name, whole, judged(out), alone=True))
    return found


def without(files: Files, folder: Path) -> Mapping[str, Files]:
    """The files to learn from without each part, by the part's name; plays become bare pairs, kept in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    bare = folder / "bare_pairs.csv"
    pd.read_csv(files.train, usecols=["user", "item"]).to_csv(bare, index=False)
    return {
        "play weights": replace(files, train=bare),
        "tags": replace(files, tags=None),
        "audio": replace(files, audio=None),
        "friends": replace(files, groups=None),
    }


def compared(name: str, whole: Judged, less: Judged, *, alone: bool = False) -> Part:
    return Part(
        name,
        alone,
        float(less.precision.mean()),
        float(less.recall.mean()),
        float(less.ndcg.mean()),
        lead(whole.recall, less.recall),
        lead(whole.ndcg, less.ndcg),
    )
