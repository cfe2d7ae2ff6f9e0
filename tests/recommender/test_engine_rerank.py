"""Leaning a short list to the known or the unknown, and keeping its items unlike each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Dataset, Dial, Engine, EngineConfig, Query
from recommender.config import DialConfig
from recommender.rerank import relevance
from tests.recommender.engine_data import catalogue, item

SCORES = np.array([3.0, 2.0, 1.0], dtype=np.float32)
KNOWN = np.array([0.9, 0.5, 0.1], dtype=np.float32)
UNIT = st.floats(0, 1, width=32)


def test_without_a_lean_relevance_is_the_score() -> None:
    assert relevance(SCORES, KNOWN, novelty=0.0) == pytest.approx([1, 0.5, 0])


def test_at_one_the_least_known_is_level_with_the_best_and_beyond_it_wins() -> None:
    assert relevance(SCORES, KNOWN, novelty=1.0) == pytest.approx([0.5, 0.5, 0.5])
    assert relevance(SCORES, KNOWN, novelty=2.0) == pytest.approx([1 / 3, 1 / 2, 2 / 3])


def test_below_nought_it_leans_to_the_known() -> None:
    known = np.array([0.1, 0.9, 0.1], dtype=np.float32)
    assert relevance(SCORES, known, novelty=0.0).argmax() == 0
    assert relevance(SCORES, known, novelty=-1.0).argmax() == 1


@given(st.lists(st.tuples(UNIT, UNIT), max_size=8), st.floats(-3, 3), st.floats(0.01, 100))
def test_the_lean_means_the_same_whatever_the_scores_are_made_of(
    rows: list[tuple[float, float]], novelty: float, scale: float
) -> None:
    scores = np.round([score for score, _ in rows], 3).astype(np.float32)
    known = np.round([value for _, value in rows], 3).astype(np.float32)
    found = relevance(scores, known, novelty=novelty)
    assert found.shape == scores.shape
    assert ((found >= 0) & (found <= 1)).all()
    assert relevance(scores * np.float32(scale), known, novelty=novelty) == pytest.approx(found, abs=1e-3)


@pytest.mark.parametrize(("mmr_lambda", "place"), [(1.0, 5), (0.3, 1)])
def test_two_of_a_kind_do_not_stand_side_by_side(mmr_lambda: float, place: int) -> None:
    tags = pd.DataFrame({"item": range(6), "tag": ["rock"] * 5 + ["jazz"], "weight": 1.0})
    items = catalogue(6).assign(popularity=[90.0, 89.0, 88.0, 87.0, 86.0, 85.0])
    dials = {Dial.BALANCED: DialConfig(novelty=0.0, mmr_lambda=mmr_lambda)}
    engine = Engine(EngineConfig(dials=dials)).fit(Dataset.from_frames(items=items, tags=tags))
    picks = engine.recommend(Query(count=6))
    assert [pick.item for pick in picks].index(item(5)) == place
