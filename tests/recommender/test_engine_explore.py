"""Propensities are the probabilities that the draws were really made with."""

from collections.abc import Iterator, Mapping
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Engine, ItemId, Query, ReasonKind
from recommender.config import ExploreConfig
from recommender.explore import Posteriors, draw, pool, winning
from tests.recommender.engine_data import HOME, generated, taste

SCORES = np.array([0.9, 0.5, 0.1, 0.7, 0.3], dtype=np.float32)
CONFIG = ExploreConfig()
UNTRIED = [(0, 0)] * 5
COUNTS = st.tuples(st.integers(0, 100_000), st.integers(0, 100_000))


class FirstOf(np.random.Generator):
    """A generator that always chooses the named places."""

    def __init__(self, places: list[int]) -> None:
        super().__init__(np.random.PCG64(0))
        self._places = iter(places)

    def choice(self, a: int, p: object = None) -> int:  # type: ignore[override]  # pyright: ignore
        return next(self._places)


def beliefs(likes: list[float], others: list[float]) -> Posteriors:
    return Posteriors(np.array(likes), np.array(others))


def sampled(posteriors: Posteriors, draws: int = 400_000) -> np.ndarray:
    """How often each one's sample is the largest, by drawing."""
    rng = np.random.default_rng(0)
    wins = np.zeros(len(posteriors))
    for _ in range(10):
        rates = rng.beta(posteriors.likes, posteriors.others, size=(draws // 10, len(posteriors)))
        wins += np.bincount(rates.argmax(axis=1), minlength=len(posteriors))
    return wins / draws


class TestWhoWins:
    @pytest.mark.parametrize("likes", [[1.0], [1.0, 1.0, 1.0], [1.0, 2.0, 5.0], [40.0, 60.0], [0.5, 300.0]])
    def test_has_a_closed_form_where_others_are_one(self, likes: list[float]) -> None:
        """The distribution function of Beta(a, 1) is x^a, so that each wins with a / (sum of all a)."""
        chances = winning(beliefs(likes, [1.0] * len(likes)))
        assert chances == pytest.approx(np.array(likes) / sum(likes), rel=3e-3)

    @pytest.mark.parametrize("most", [0, 1, 30, 800])
    def test_agrees_with_drawing(self, most: int) -> None:
        rng = np.random.default_rng(most)
        shown = rng.integers(0, most + 1, 40)
        trials = list(zip(shown.tolist(), rng.binomial(shown, rng.beta(1, 20, 40)).tolist(), strict=True))
        posteriors = Posteriors.of(rng.random(40).astype(np.float32), trials, CONFIG)
        chances = winning(posteriors)
        assert chances.sum() == pytest.approx(1)
        assert chances == pytest.approx(sampled(posteriors), rel=0.01, abs=0.002)

    def test_says_that_equals_are_equal(self) -> None:
        assert winning(beliefs([1.0] * 40, [99.0] * 40)) == pytest.approx(np.full(40, 1 / 40))

    @given(st.lists(st.tuples(st.floats(0, 1), COUNTS), min_size=1, max_size=12))
    def test_is_a_distribution_whatever_was_tried(
        self, candidates: list[tuple[float, tuple[int, int]]]
    ) -> None:
        scores = np.array([score for score, _ in candidates], dtype=np.float32)
        chances = winning(Posteriors.of(scores, [trials for _, trials in candidates], CONFIG))
        assert np.isfinite(chances).all()
        assert (chances >= 0).all()
        assert chances.sum() == pytest.approx(1)

    @given(
        st.lists(st.tuples(st.integers(0, 200), st.floats(0, 1)), min_size=2, max_size=6), st.integers(1, 20)
    )
    def test_never_falls_by_a_like(self, tried: list[tuple[int, float]], more: int) -> None:
        trials = [(shown, int(shown * part)) for shown, part in tried]
        scores = np.linspace(0, 1, len(trials), dtype=np.float32)
        before = winning(Posteriors.of(scores, trials, CONFIG))[0]
        liked = [(trials[0][0] + more, trials[0][1] + more), *trials[1:]]
        assert winning(Posteriors.of(scores, liked, CONFIG))[0] >= before - 1e-4


class TestWhatIsBelieved:
    def test_starts_pessimistic_and_leans_to_relevance(self) -> None:
        posteriors = Posteriors.of(SCORES, UNTRIED, CONFIG)
        assert posteriors.likes == pytest.approx(1 + (SCORES - 0.1) / 0.8, rel=1e-5)
        assert (posteriors.others == 99).all()

    def test_counts_what_was_shown_and_liked(self) -> None:
        posteriors = Posteriors.of(SCORES[2:3], [(10, 4)], CONFIG)
        assert (posteriors.likes[0], posteriors.others[0]) == (5, 105)

    @pytest.mark.parametrize(("trials", "likes"), [((3, 7), 4), ((-2, 1), 1), ((5, -1), 1)])
    def test_takes_no_more_likes_than_were_shown(self, trials: tuple[int, int], likes: int) -> None:
        posteriors = Posteriors.of(SCORES[:1], [trials], CONFIG)
        assert posteriors.likes[0] == likes
        assert posteriors.others[0] == 99 + max(trials[0], 0) - (likes - 1)

    def test_keeps_the_rate_of_many_trials_but_not_their_weight(self) -> None:
        posteriors = Posteriors.of(SCORES[:1], [(1_000_000, 250_000)], CONFIG)
        assert (posteriors.likes[0], posteriors.others[0]) == (1 + 250, 99 + 750)


class TestDraws:
    def test_in_every_order_together_have_probability_one(self) -> None:
        posteriors = Posteriors.of(SCORES, [(0, 0), (9, 3), (2, 0), (50, 1), (1, 1)], CONFIG)
        total = 0.0
        for first, second in permutations(range(5), 2):
            place = second - (second > first)
            drawn = draw(np.arange(5) + 10, posteriors, count=2, rng=FirstOf([first, place]))
            assert [d.position for d in drawn] == [first + 10, second + 10]
            total += drawn[0].propensity * drawn[1].propensity
        assert total == pytest.approx(1)

    def test_after_the_first_are_made_from_what_is_left(self) -> None:
        posteriors = Posteriors.of(SCORES, UNTRIED, CONFIG)
        first, second = draw(np.arange(5), posteriors, count=2, rng=FirstOf([0, 2]))
        left = winning(Posteriors(posteriors.likes[1:], posteriors.others[1:]))
        assert first.propensity == pytest.approx(winning(posteriors)[0])
        assert (second.position, second.propensity) == (3, pytest.approx(left[2], rel=1e-3))

    def test_come_as_often_as_they_say(self) -> None:
        posteriors = Posteriors.of(SCORES, [(40, 8), (40, 4), (40, 0), (0, 0), (0, 0)], CONFIG)
        rng = np.random.default_rng(1)
        times = np.zeros(5)
        for _ in range(4_000):
            times[draw(np.arange(5), posteriors, count=1, rng=rng)[0].position] += 1
        assert times / 4_000 == pytest.approx(winning(posteriors), abs=0.02)

    def test_end_where_nothing_is_left(self) -> None:
        posteriors = Posteriors.of(SCORES[:2], UNTRIED[:2], CONFIG)
        drawn = draw(np.arange(2), posteriors, count=5, rng=np.random.default_rng(0))
        assert sorted(d.position for d in drawn) == [0, 1]
        assert drawn[1].propensity == 1
        nothing = Posteriors.of(SCORES[:0], [], CONFIG)
        assert draw(np.arange(0), nothing, count=1, rng=np.random.default_rng(0)) == []


def test_the_pool_prefers_the_less_known_but_never_runs_dry() -> None:
    ranked, chosen = np.arange(10), np.array([0, 1])
    known = np.linspace(1, 0, 10, dtype=np.float32)
    assert pool(ranked, chosen, known, size=4, need=2).tolist() == [6, 7, 8, 9]
    assert pool(ranked, chosen, known, size=8, need=6).tolist() == [2, 3, 4, 5, 6, 7, 8, 9]
    assert pool(ranked, ranked, known, size=4, need=2).tolist() == []


def test_explored_slots_come_last_and_say_so() -> None:
    engine = Engine().fit(generated())
    query = Query(taste=taste(1, 2), group=HOME, count=6, little_known=0.0)
    picks = engine.recommend(Query(taste=taste(1, 2), group=HOME, count=6, explore=2, little_known=0.0))
    plain = engine.recommend(query)
    assert [pick.explored for pick in picks] == [False] * 4 + [True] * 2
    assert [pick.item for pick in picks[:4]] == [pick.item for pick in plain[:4]]
    assert all(pick.propensity == 1 for pick in picks[:4])
    for pick in picks[4:]:
        assert 0 < pick.propensity < 1
        assert pick.reasons[-1].kind is ReasonKind.EXPLORE
        assert len(pick.reasons) in {2, 3, 4}


class Looked(Mapping[ItemId, tuple[int, int]]):
    """Trials that remember who was looked up."""

    def __init__(self, trials: Mapping[ItemId, tuple[int, int]]) -> None:
        self.trials = trials
        self.asked: set[ItemId] = set()

    def __getitem__(self, item: ItemId) -> tuple[int, int]:
        self.asked.add(item)
        return self.trials[item]

    def __iter__(self) -> Iterator[ItemId]:
        raise AssertionError("all of a server's trials are too many to go through")

    def __len__(self) -> int:
        return len(self.trials)


def propensities(engine: Engine, trials: Mapping[ItemId, tuple[int, int]]) -> dict[ItemId, float]:
    """The whole distribution of one explored slot."""
    query = Query(taste=taste(1, 2), group=HOME, count=3, explore=1, trials=trials)
    picks = [engine.recommend(query, rng=FirstOf([place]))[-1] for place in range(40)]
    return {pick.item: pick.propensity for pick in picks}


def test_the_engine_reports_the_computed_distribution() -> None:
    chances = propensities(Engine().fit(generated()), {})
    assert len(chances) == 40
    assert sum(chances.values()) == pytest.approx(1)


def test_what_this_server_liked_is_drawn_more_and_what_it_passed_over_less() -> None:
    engine = Engine().fit(generated())
    untried = propensities(engine, {})
    worst, best = list(untried)[:2]
    trials = Looked({best: (10, 6), worst: (60, 0)})
    tried = propensities(engine, trials)
    assert tried[best] == max(tried.values()) > 0.5
    assert tried[worst] < untried[worst] / 4
    assert trials.asked == untried.keys() == tried.keys()


@pytest.mark.parametrize(("count", "explore", "explored"), [(3, 99, 3), (3, -1, 0), (0, 2, 0)])
def test_slots_for_exploration_stay_within_the_count(count: int, explore: int, explored: int) -> None:
    picks = Engine().fit(generated()).recommend(Query(count=count, explore=explore))
    assert len(picks) == count
    assert sum(pick.explored for pick in picks) == explored
