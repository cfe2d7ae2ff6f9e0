"""Intervals over users: where they must lie, and that a seed fixes them."""

import math

import numpy as np
import pytest

from recommender.evaluation.bootstrap import difference, means, of_counts
from recommender.evaluation.metrics import coverage, gini


def test_a_constant_is_certain_and_a_seed_fixes_the_rest() -> None:
    rng = np.random.default_rng(0)
    values = np.stack([np.full(200, 0.3), rng.random(200)], axis=1)
    constant, spread = means(values, seed=1)
    assert (constant.low, constant.high) == (pytest.approx(0.3), pytest.approx(0.3))
    assert spread.low < spread.value < spread.high
    assert means(values, seed=1) == [constant, spread]
    assert means(values, seed=2)[1] != spread


def test_the_interval_is_as_wide_as_the_normal_theory_says() -> None:
    values = np.random.default_rng(0).random(400)
    found = means(values[:, None], seed=0)[0]
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_users_without_a_value_are_left_out_of_its_mean() -> None:
    found = means(np.array([[1.0, math.nan], [math.nan, math.nan], [1.0, math.nan]]), seed=0)
    assert (found[0].value, found[0].low, found[0].high) == (1.0, 1.0, 1.0)
    assert math.isnan(found[1].value)
    assert math.isnan(found[1].low)


def test_pairing_sees_a_small_steady_gain_in_noise() -> None:
    theirs = np.random.default_rng(0).random(300)
    gain = difference(theirs + 0.01, theirs, seed=0)
    assert gain.certain
    assert gain.value == pytest.approx(0.01)
    assert not difference(np.random.default_rng(1).random(300), theirs, seed=0).certain


@pytest.mark.parametrize("figure", [coverage, gini])
def test_counted_figures_lie_inside_their_interval(figure: object) -> None:
    shown = np.random.default_rng(0).integers(-1, 80, size=(60, 10))
    found = of_counts(shown, 100, figure, seed=0, resamples=200)  # pyright: ignore[reportArgumentType]
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_one_user_is_enough() -> None:
    assert means(np.array([[0.5]]), seed=0)[0].high == 0.5
    assert of_counts(np.array([[0, 1]]), 4, coverage, seed=0, resamples=10).value == 0.5
