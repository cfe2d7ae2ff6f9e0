"""Propensities are the probabilities that the draws were really made with."""

from itertools import permutations

import numpy as np
import pytest

from recommender import Engine, Query, ReasonKind
from recommender.explore import draw, pool, probabilities
from tests.recommender.engine_data import HOME, generated, taste

SCORES = np.array([0.9, 0.5, 0.1, 0.7, 0.3], dtype=np.float32)


class FirstOf(np.random.Generator):
    """A generator that always chooses the named places."""

    def __init__(self, places: list[int]) -> None:
        super().__init__(np.random.PCG64(0))
        self._places = iter(places)

    def choice(self, a: int, p: object = None) -> int:  # type: ignore[override]  # pyright: ignore
        return next(self._places)


def test_probabilities_are_a_softmax() -> None:
    chances = probabilities(SCORES.astype(np.float64), 0.2)
    assert chances.sum() == pytest.approx(1)
    assert chances[0] / chances[1] == pytest.approx(np.exp(0.4 / 0.2), rel=1e-5)


def test_every_order_of_draws_together_has_probability_one() -> None:
    positions = np.arange(5)
    total = 0.0
    for first, second in permutations(range(5), 2):
        place = second - (second > first)
        drawn = draw(positions, SCORES, count=2, temperature=0.2, rng=FirstOf([first, place]))
        assert [d.position for d in drawn] == [first, second]
        total += drawn[0].propensity * drawn[1].propensity
    assert total == pytest.approx(1)


def test_a_second_draw_is_made_from_what_is_left() -> None:
    first, second = draw(np.arange(5), SCORES, count=2, temperature=0.2, rng=FirstOf([0, 2]))
    left = probabilities(SCORES[1:].astype(np.float64), 0.2)
    assert first.propensity == pytest.approx(probabilities(SCORES.astype(np.float64), 0.2)[0])
    assert (second.position, second.propensity) == (3, pytest.approx(left[2]))


def test_the_pool_prefers_the_less_known_but_never_runs_dry() -> None:
    ranked, chosen = np.arange(10), np.array([0, 1])
    known = np.linspace(1, 0, 10, dtype=np.float32)
    assert pool(ranked, chosen, known, size=4, need=2).tolist() == [6, 7, 8, 9]
    assert pool(ranked, chosen, known, size=8, need=6).tolist() == [2, 3, 4, 5, 6, 7, 8, 9]
    assert pool(ranked, ranked, known, size=4, need=2).tolist() == []


def test_explored_slots_come_last_and_say_so() -> None:
    engine = Engine().fit(generated())
    picks = engine.recommend(Query(taste=taste(1, 2), group=HOME, count=6, explore=2))
    plain = engine.recommend(Query(taste=taste(1, 2), group=HOME, count=6))
    assert [pick.explored for pick in picks] == [False] * 4 + [True] * 2
    assert [pick.item for pick in picks[:4]] == [pick.item for pick in plain[:4]]
    assert all(pick.propensity == 1 for pick in picks[:4])
    for pick in picks[4:]:
        assert 0 < pick.propensity < 1
        assert pick.reasons[-1].kind is ReasonKind.EXPLORE
        assert len(pick.reasons) in {2, 3, 4}


def test_the_engine_reports_the_computed_distribution() -> None:
    engine = Engine().fit(generated())
    query = Query(taste=taste(1, 2), group=HOME, count=3, explore=1)
    chances: dict[int, float] = {}
    for place in range(40):
        pick = engine.recommend(query, rng=FirstOf([place]))[-1]
        chances[pick.item] = pick.propensity
    assert len(chances) == 40
    assert sum(chances.values()) == pytest.approx(1)


@pytest.mark.parametrize(("count", "explore", "explored"), [(3, 99, 3), (3, -1, 0), (0, 2, 0)])
def test_slots_for_exploration_stay_within_the_count(count: int, explore: int, explored: int) -> None:
    picks = Engine().fit(generated()).recommend(Query(count=count, explore=explore))
    assert len(picks) == count
    assert sum(pick.explored for pick in picks) == explored
