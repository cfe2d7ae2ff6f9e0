"""Small data whose right answers can be proved by hand, and the real data beside the project."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, EngineConfig, GroupId, ItemId, MemberId
from recommender.config import BlendConfig, ServerConfig

REAL = Path(__file__).parents[3] / "shared" / "data"
HOME = GroupId(10**17)
AWAY = GroupId(10**17 + 1)


TOY = EngineConfig(blend=BlendConfig(trust_kappa=1e-6), server=ServerConfig(kappa=1e-6))
"""For data so small that, by itself, the engine would hardly trust the company that songs keep in it."""


LIVE = EngineConfig(
    blend=BlendConfig(
        amounts=(0.0, 1.0),
        weights={"popularity": (1.0, 0.3), "content": (0.0, 0.3), "server": (0.0, 0.4)},
        learned=False,
    )
)
"""Only the models that follow every tap without a fit."""


def item(number: int) -> ItemId:
    return ItemId(number)


def member(number: int) -> MemberId:
    return MemberId(9 * 10**17 + number)


def taste(*items: int, weight: float = 1.0) -> dict[ItemId, float]:
    return {ItemId(number): weight for number in items}


def catalogue(items: int, *, popularity: float = np.nan, released: float = np.nan) -> pd.DataFrame:
    """Items 0, 1, 2 … each by an artist of its own."""
    artists = [f"artist {number}" for number in range(items)]
    columns = {"artist": artists, "released": released, "popularity": popularity}
    return pd.DataFrame(columns, index=pd.RangeIndex(items))


def likes(rows: Sequence[tuple[int, int, int]]) -> pd.DataFrame:
    """Interactions of weight 1 from (group, member, item)."""
    frame = pd.DataFrame(rows, columns=["group", "member", "item"])
    return frame.assign(weight=1.0, unix_time=0.0)


def checkerboard(*, members: int = 8, items: int = 20, group: GroupId = HOME) -> Dataset:
    """Two communities: even members like even items, odd members like odd items, nobody anything else."""
    rows = [(group, member(m), i) for m in range(members) for i in range(items) if m % 2 == i % 2]
    return Dataset.from_frames(items=catalogue(items), interactions=likes(rows))


def generated(*, seed: int = 0, members: int = 40, items: int = 300) -> Dataset:
    """Two servers of members who like two of ten genres each, popular songs more often, and everything known of items."""
    rng = np.random.default_rng(seed)
    genre = rng.integers(10, size=items)
    popularity = np.round(100 * rng.random(items) ** 2, 3)
    frame = catalogue(items).assign(
        artist=[f"artist {number // 3}" for number in range(items)],
        released=1960 + 60 * rng.random(items),
        popularity=popularity,
    )
    rows: list[tuple[int, int, int]] = []
    for who in range(members):
        chance = np.isin(genre, rng.choice(10, 2)) * (5 + popularity)
        liked = rng.choice(items, 12, replace=False, p=(chance + 0.01) / (chance + 0.01).sum())
        rows += [(HOME if who % 4 else AWAY, member(who), int(i)) for i in liked]
    tags = pd.DataFrame({"item": np.arange(items), "tag": [f"genre {g}" for g in genre], "weight": 1.0})
    audio = pd.DataFrame(rng.random((items, 3)), columns=["energy", "tempo", "valence"])
    baskets = pd.DataFrame({"basket": [f"genre {g}" for g in genre[:150]], "item": np.arange(150)})
    return Dataset.from_frames(items=frame, tags=tags, audio=audio, interactions=likes(rows), baskets=baskets)


def rows_of(dataset: Dataset, who: MemberId) -> dict[ItemId, float]:
    """The taste of a member as their row."""
    rows = dataset.interactions[dataset.interactions["member"] == who]
    return {ItemId(int(i)): float(w) for i, w in zip(rows["item"], rows["weight"], strict=True)}


def real(path: str) -> Path:
    """A file of the real data; the test skips, naming it, where it is missing."""
    found = REAL / path
    if not found.exists():
        pytest.skip(f"needs {path}")
    return found
