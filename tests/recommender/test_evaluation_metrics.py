"""Metrics against answers worked out by hand, against scikit-learn, and against a plain loop."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score  # pyright: ignore

from recommender.evaluation.metrics import (
    auc,
    coverage,
    gini,
    ndcg,
    novelty,
    precision,
    recall,
    reciprocal_rank,
    surprise,
)

HITS = np.array([[True, False, True, False], [False, False, False, False]])
WANTED = np.array([3, 1])


def test_precision_counts_places_and_recall_what_is_wanted() -> None:
    assert precision(HITS, 2).tolist() == [0.5, 0.0]
    assert precision(HITS, 4).tolist() == [0.5, 0.0]
    assert recall(HITS, WANTED, 2).tolist() == pytest.approx([1 / 3, 0.0])
    assert recall(HITS, WANTED, 4).tolist() == pytest.approx([2 / 3, 0.0])


def test_fewer_places_than_k_are_misses() -> None:
    assert precision(HITS, 10).tolist() == [0.2, 0.0]
    assert ndcg(HITS[:, :1], np.array([1, 1]), 10).tolist() == [1.0, 0.0]


def test_ndcg_by_hand() -> None:
    assert ndcg(HITS, WANTED, 4)[0] == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3) + 1 / 2))
    assert ndcg(np.array([[True, True]]), np.array([50]), 2)[0] == pytest.approx(1.0)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 10), st.integers(1, 30))
def test_ndcg_is_what_a_plain_loop_says(hits: list[bool], unseen: int, k: int) -> None:
    wanted = max(1, sum(hits) + unseen)
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits[:k]) if hit)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(k, wanted)))
    assert ndcg(np.array([hits]), np.array([wanted]), k)[0] == pytest.approx(gain / ideal)


def test_reciprocal_rank_of_no_hit_is_zero() -> None:
    assert reciprocal_rank(np.array([1.0, 4.0, math.inf])).tolist() == [1.0, 0.25, 0.0]


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: len({wanted for _, wanted in rows}) == 2
    )
)
def test_auc_is_that_of_scikit_learn_ties_included(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in rows], dtype=np.float32)
    wanted = np.array([wanted for _, wanted in rows])
    expected = float(roc_auc_score(wanted, scores))  # pyright: ignore[reportUnknownArgumentType]
    assert auc(np.sort(scores), scores[wanted]) == pytest.approx(expected)


def test_auc_is_undefined_without_both_kinds() -> None:
    assert math.isnan(auc(np.array([1.0, 2.0]), np.array([])))
    assert math.isnan(auc(np.array([1.0, 2.0]), np.array([1.0, 2.0])))


def test_surprise_is_in_bits_and_an_unheard_item_is_finite() -> None:
    assert surprise(np.array([8, 4, 1, 0]), 8).tolist() == [0.0, 1.0, 3.0, 3.0]


def test_novelty_is_the_mean_over_what_is_shown() -> None:
    shown = np.array([[0, 1, -1], [2, 2, 0], [-1, -1, -1]])
    found = novelty(shown, np.array([0.0, 1.0, 3.0]), 2)
    assert found[:2].tolist() == [0.5, 3.0]
    assert math.isnan(found[2])


def test_coverage_and_gini_by_hand() -> None:
    assert coverage(np.array([0, 3, 1, 0])) == 0.5
    assert gini(np.array([2, 2, 2, 2])) == 0.0
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)
    assert gini(np.array([0, 0])) == 0.0


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40).filter(any))
def test_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    x = np.array(counts)
    expected = np.abs(x[:, None] - x).sum() / (2 * len(x) * x.sum())
    assert gini(x) == pytest.approx(float(expected))
