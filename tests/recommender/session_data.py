"""Sessions small enough to prove the next song by hand."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recommender import Dataset, EngineConfig
from recommender.config import SessionConfig
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.sessions import Sessions
from recommender.sparse import Positions, empty
from tests.recommender.engine_data import catalogue

A, B, C, D, E = range(5)


def positions(*songs: int) -> Positions:
    return np.array(songs, dtype=np.intp)


def material(sessions: Sequence[Sequence[int]], items: int = 5) -> Material:
    frame = pd.DataFrame(
        [(number, song) for number, songs in enumerate(sessions) for song in songs],
        columns=["session", "item"],
    )
    return Material.of(Dataset.from_frames(items=catalogue(items), sessions=frame), EngineConfig())


def learned(
    sessions: Sequence[Sequence[int]], items: int = 5, *, seed: int = 0, config: SessionConfig | None = None
) -> Sessions:
    engine = EngineConfig(sessions=config or SessionConfig())
    return Sessions(engine, seed=seed).learn(material(sessions, items))


def best(model: Sessions, *recent: int, count: int = 20) -> list[int]:
    return model.best(positions(*recent), count)[0].tolist()


def asked(items: int, *recent: Sequence[int]) -> Asked:
    return Asked(
        empty((len(recent), items)), [Asker()] * len(recent), [positions(*songs) for songs in recent]
    )
