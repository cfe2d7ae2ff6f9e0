"""The next song: worlds in which it is certain, and whatever else is heard."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.config import SessionConfig
from recommender.models import MODELS, votes
from recommender.models.sessions import GUESS, Sessions
from tests.recommender.session_data import A, B, C, D, E, asked, best, learned, material, positions

CYCLE = [(A, B, C), (B, C, A), (C, A, B)]
"""After a comes b, after b comes c, after c comes a."""
FEW, MANY = 5, 150
"""How often a small world is repeated: below and above what is needed to learn from."""

times = pytest.mark.parametrize("times", [FEW, MANY])


@times
def test_after_a_and_b_of_a_cycle_comes_c(times: int) -> None:
    model = learned(CYCLE * times)
    assert best(model, A, B)[0] == C
    assert best(model, B, C)[0] == A
    assert best(model, C)[0] == A


@times
def test_a_song_that_is_always_repeated_is_repeated(times: int) -> None:
    model = learned([(A, A, A, B), (C, C, C, D), (E, E, E)] * times)
    assert best(model, A)[0] == A
    assert best(model, E, E)[0] == E


def test_a_song_that_is_never_repeated_is_learned_not_to_be() -> None:
    """Both worlds start from the same guess; only what was played tells them apart."""
    repeated = learned([(A, A, B, B), (B, B, A, A)] * MANY)
    never = learned([(A, B, C, D), (B, C, D, A), (C, D, A, B)] * MANY)
    after = positions(A, B)
    chances = [dict(zip(*map(list, model.best(after, 5)), strict=True))[B] for model in (repeated, never)]
    assert chances[0] > 0.5 > 0.05 > chances[1]


@times
def test_the_order_matters(times: int) -> None:
    model = learned([(A, B, C), (B, A, D)] * times)
    assert best(model, A, B)[0] == C
    assert best(model, B, A)[0] == D


def test_the_last_song_tells_more_than_the_one_before() -> None:
    model = learned([(A, C), (B, D)] * FEW)
    assert best(model, A, B)[:2] == [D, C]
    assert best(model, B, A)[:2] == [C, D]


def test_what_was_played_lately_tells_more() -> None:
    model = learned([(A, B)] * 2000 + [(A, C)] * 2000, config=SessionConfig(learned=False, plays=4000))
    assert best(model, A)[:2] == [C, B]


def test_only_the_newest_plays_of_a_song_vote() -> None:
    sessions = [(A, B)] * 10 + [(A, C)] * 3
    assert set(best(learned(sessions, config=SessionConfig(plays=3)), A)) == {A, C}
    assert set(best(learned(sessions, config=SessionConfig(plays=4)), A)) == {A, B, C}


def test_a_play_votes_no_further_than_it_reaches() -> None:
    sessions = [(A, B, C, D, E)]
    assert set(best(learned(sessions, config=SessionConfig(reach=2)), A)) == {A, B, C}
    assert set(best(learned(sessions, config=SessionConfig(reach=1)), C)) == {B, C, D}


def test_only_the_last_songs_are_looked_at() -> None:
    model = learned([(A, B), (C, D)], config=SessionConfig(heard=2))
    assert best(model, A, C, C) == best(model, C, C)


def test_unknown_songs_are_passed_over() -> None:
    model = learned(CYCLE, items=9)
    for unknown in (-1, 7, 9, 10**6):
        assert best(model, unknown, A, unknown, B, unknown) == best(model, A, B)
        assert best(model, unknown) == []


def test_nothing_heard_nothing_told() -> None:
    model = learned(CYCLE)
    assert best(model) == []
    assert not model.scores(asked(5, ())).any()
    assert model.scores(asked(5)).shape == (0, 5)


def test_a_question_without_what_was_heard_scores_nothing() -> None:
    model = learned(CYCLE)
    question = asked(5, (A,))
    silent = type(question)(question.evidence, question.askers)
    assert not model.scores(silent).any()


@pytest.mark.parametrize("sessions", [[], [(A,)], [(A,), (B,), (A,)]])
def test_sessions_of_one_song_say_nothing(sessions: Sequence[Sequence[int]]) -> None:
    assert best(learned(sessions), A, B) == []


def test_one_session_is_enough() -> None:
    model = learned([(A, B)])
    assert best(model, A)[0] == B
    assert np.array_equal(model.tables, votes.GUESS)
    assert np.array_equal(model.weights, GUESS)


def test_no_item_at_all() -> None:
    model = learned([], items=0)
    assert model.scores(asked(0, (A,))).shape == (1, 0)
    assert best(model, A) == []


def test_nothing_to_learn_from_in_the_newest_sessions_leaves_the_guess() -> None:
    """The last fifth plays only songs that nobody played before."""
    model = learned([(A, B)] * 400 + [(C, D)] * 100)
    assert np.array_equal(model.tables, votes.GUESS)
    assert best(model, C)[0] == D


def test_scores_are_probabilities_and_zero_where_nobody_votes() -> None:
    scores = learned([(A, B, C), (A, B)]).scores(asked(5, (A,)))[0]
    assert scores.sum() == pytest.approx(1)
    assert (scores[[A, B, C]] > 0).all()
    assert not scores[[D, E]].any()


def test_some_items_only() -> None:
    model = learned(CYCLE)
    question = asked(5, (A, B), (C,))
    among = positions(C, E, A)
    assert np.array_equal(model.scores(question, among), model.scores(question)[:, among])


def test_an_explanation_adds_up() -> None:
    model = learned([(A, C), (A, C), (B, C), (B, D)])
    recent = positions(A, B)
    told = model.explain(recent, C)
    assert told.score == model.scores(asked(5, recent.tolist()))[0, C]
    assert set(told.carried) == {A, B}
    assert sum(told.carried.values()) == pytest.approx(1)
    assert (told.sessions, told.heard) == (3, 0)
    assert model.explain(recent, D).carried == {B: 1.0}


def test_the_part_of_a_song_is_what_is_lost_without_it() -> None:
    """Where only one session in each song's past counts, votes of two songs are those of each alone, together."""
    model = learned([(A, C), (B, C), (D, E)])
    ballots = [
        votes.gather(model.past, positions(*recent), model.config.sessions) for recent in ((A, B), (B,))
    ]
    both, last = (ballot.tally(model.tables, 5) for ballot in ballots)
    assert (both.items.tolist(), both.votes.tolist(), both.songs.tolist()) == ([C], [2], [2])
    assert (last.items.tolist(), last.votes.tolist(), last.songs.tolist()) == ([C], [1], [1])
    assert model.explain(positions(A, B), C).carried[B] == pytest.approx(last.sums[0] / both.sums[0])


def test_an_explanation_of_what_nobody_votes_for() -> None:
    model = learned([(A, B), (C, D)])
    for recent, position in (((A,), D), ((), A), ((E,), A)):
        told = model.explain(positions(*recent), position)
        assert (told.score, told.carried, told.sessions, told.heard) == (0.0, {}, 0, 0)
    told = model.explain(positions(A, A), A)
    assert (told.carried, told.heard) == ({}, 2)
    assert told.score > 0


def test_restored_is_learned() -> None:
    laid_out = material(CYCLE * MANY)
    model = Sessions(seed=0).learn(laid_out)
    arrays = model.arrays()
    again = Sessions(seed=1).restore(laid_out, arrays)
    question = asked(5, (A, B), (C,), (D,), ())
    assert np.array_equal(model.scores(question), again.scores(question))
    assert all(array.dtype == np.float32 for array in arrays.values())
    assert sum(array.nbytes for array in arrays.values()) < 1000


def test_the_seed_decides() -> None:
    rng = np.random.default_rng(0)
    sessions = [tuple(rng.integers(20, size=5).tolist()) for _ in range(2000)]
    config = SessionConfig(table_cases=50, blend_cases=50)
    first, again, other = (learned(sessions, 20, seed=seed, config=config) for seed in (1, 1, 2))
    assert np.array_equal(first.tables, again.tables)
    assert np.array_equal(first.weights, again.weights)
    assert not np.array_equal(first.tables, other.tables)


def test_the_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    sessions = [positions(*rng.integers(10, size=6)) for _ in range(60)]
    past = votes.Past.of(sessions, 10)
    config = SessionConfig()
    ballots = [votes.gather(past, session[:3], config) for session in sessions[:8]]
    hits = [
        np.flatnonzero(ballot.items == session[3]) for ballot, session in zip(ballots, sessions, strict=False)
    ]
    lesson = votes.Lesson.of(ballots, hits)
    tables = votes.GUESS + rng.normal(size=len(votes.GUESS))
    gradient = lesson.loss(tables)[1]
    for entry in rng.choice(len(tables), 25, replace=False):
        step = np.zeros(len(tables))
        step[entry] = 1e-5
        slope = (lesson.loss(tables + step)[0] - lesson.loss(tables - step)[0]) / 2e-5
        assert gradient[entry] == pytest.approx(slope, abs=1e-5)


def test_it_is_one_of_the_models() -> None:
    assert MODELS["sessions"] is Sessions


SONGS = st.integers(0, 6)
PAST = st.lists(st.lists(SONGS, min_size=1, max_size=7), max_size=12)
HEARD = st.lists(st.integers(-2, 9), max_size=6)
SMALL = SessionConfig(least_sessions=5, plays=3, reach=2, heard=4, candidates=2)


@settings(max_examples=50)
@given(
    PAST, st.lists(HEARD, min_size=1, max_size=4), st.sampled_from([SMALL, SessionConfig(least_sessions=5)])
)
def test_any_past_any_question(past: list[list[int]], heard: list[list[int]], config: SessionConfig) -> None:
    model = learned(past, 7, config=config)
    scores = model.scores(asked(7, *heard))
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    for recent, row in zip(heard, scores, strict=True):
        assert np.array_equal(row, model.scores(asked(7, recent))[0])
        items, chances = model.best(positions(*recent), 7)
        assert np.array_equal(row[items], chances)
        assert set(items.tolist()) == set(np.flatnonzero(row).tolist())
        assert (np.diff(chances) <= 0).all()
        assert np.array_equal(model.best(positions(*recent), 2)[0], items[:2])
        assert row.sum() == pytest.approx(1 if len(items) else 0, abs=1e-5)
        for position in range(7):
            told = model.explain(positions(*recent), position)
            assert told.score == row[position]
            assert sum(told.carried.values()) == pytest.approx(1 if told.carried else 0)
            assert bool(told.carried) == bool(told.sessions)
            assert bool(told.score) == bool(told.carried or told.heard)
