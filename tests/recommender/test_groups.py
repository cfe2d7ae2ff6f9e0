"""A group's list: whose wishes make a score, what a veto does, and what is carried over to the next week."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recommender.config import GroupConfig
from recommender.groups import NOBODY, Together, carry_over, reweighed, together
from recommender.sparse import Doubles, Floats

CONFIG = GroupConfig()
PLAIN = GroupConfig(misery=0.0, cap=1.0)
SCORES = hnp.arrays(
    np.float32, st.tuples(st.integers(0, 12), st.integers(1, 15)), elements=st.floats(-50, 50, width=32)
)


def ones(members: int) -> Doubles:
    return np.ones(members)


def camps(first: int, second: int, *, items: int = 20) -> Floats:
    """So many members want the even items and so many the odd ones, each camp its own as strongly."""
    even = np.arange(items) % 2 == 0
    return np.array([even] * first + [~even] * second, dtype=np.float32)


def ranked(found: Together, count: int) -> list[int]:
    return np.argsort(-np.where(found.allowed, found.scores, -np.inf), kind="stable")[:count].tolist()


@given(SCORES, st.data())
def test_a_score_is_exactly_what_its_members_contribute(scores: Floats, data: st.DataObject) -> None:
    weights = data.draw(hnp.arrays(np.float64, len(scores), elements=st.floats(0, 4)))
    veto = data.draw(hnp.arrays(np.bool_, scores.shape[1]))
    found = together(scores, weights, CONFIG, veto=veto)
    assert (found.scores == found.parts.sum(axis=0)).all()
    assert np.isfinite(found.scores).all()
    assert (found.allowed == ~veto).all()
    satisfied = found.satisfaction(np.arange(min(3, scores.shape[1])))
    assert ((satisfied >= 0) & (satisfied <= 1 + 1e-9)).all()


@given(SCORES.filter(len), st.data())
def test_it_does_not_matter_who_is_named_first(scores: Floats, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(len(scores)))))
    found, other = (
        together(scores, ones(len(scores)), CONFIG),
        together(scores[order], ones(len(scores)), CONFIG),
    )
    assert other.scores == pytest.approx(found.scores, rel=1e-4, abs=1e-4)


@given(st.permutations(range(10)), st.floats(0.1, 100), st.floats(-100, 100))
def test_a_group_of_one_gets_its_own_list_on_any_scale(order: list[int], scale: float, shift: float) -> None:
    own = np.array([order], dtype=np.float32)
    alone = together((own * scale + shift).astype(np.float32), ones(1), CONFIG)
    assert ranked(alone, 10) == np.argsort(-own[0]).tolist()


def test_a_hit_for_one_of_many_beats_what_all_find_passable() -> None:
    scores = np.zeros((20, 30), dtype=np.float32)
    scores[:, 0] = 1.0
    scores[np.arange(20), 1 + np.arange(20)] = 3.0
    scores[0, 1] = 9.0
    by_average = scores.mean(axis=0)
    assert by_average.argmax() == 0
    assert ranked(together(scores, ones(20), PLAIN), 1) != [0]


def test_in_a_small_group_what_somebody_cannot_stand_falls_behind() -> None:
    scores = np.array(
        [[3.0, 2.9, 0, 0, 0, 0], [-9.0, 2.0, 1, 1, 1, 1], [3.0, 2.9, 0, 0, 0, 0]], dtype=np.float32
    )
    assert ranked(together(scores, ones(3), PLAIN), 1) == [0]
    assert ranked(together(scores, ones(3), GroupConfig(misery=0.5)), 1) == [1]
    many = np.repeat(scores, 3, axis=0)
    assert ranked(together(many, ones(9), GroupConfig(misery=0.5, cap=1.0)), 1) == [0]


def test_what_is_vetoed_is_out_however_much_the_others_want_it() -> None:
    scores = np.array([[5.0, 1.0, 0.0], [5.0, 0.0, 1.0]], dtype=np.float32)
    found = together(scores, ones(2), CONFIG, veto=np.array([True, False, False]))
    assert found.allowed.tolist() == [False, True, True]
    assert 0 not in ranked(found, 2)


@given(st.integers(6, 20), st.floats(1, 1e6))
def test_no_voice_of_more_than_five_is_louder_than_a_fifth(members: int, loud: float) -> None:
    """One member's wish is a single far outlier, which makes their wishes larger in sum; the others' are mild."""
    rng = np.random.default_rng(members)
    scores = rng.random((members, 200)).astype(np.float32)
    scores[0, 7] = np.float32(loud)
    parts = np.maximum(together(scores, ones(members), GroupConfig(misery=0.0)).parts, 0).sum(axis=1)
    assert parts.max() / parts.sum() <= 0.2 + 1e-4
    assert (parts > 0).all()


def test_the_cap_really_binds_there() -> None:
    scores = np.random.default_rng(6).random((8, 200)).astype(np.float32)
    scores[0, 7] = 1e3
    uncapped = np.maximum(together(scores, ones(8), PLAIN).parts, 0).sum(axis=1)
    assert uncapped[0] / uncapped.sum() > 0.5


def test_up_to_five_there_is_no_cap_to_keep() -> None:
    scores = np.random.default_rng(5).random((5, 200)).astype(np.float32)
    scores[0, 7] = 1e3
    capped, free = (together(scores, ones(5), GroupConfig(misery=0.0, cap=cap)) for cap in (0.2, 1.0))
    assert capped.scores == pytest.approx(free.scores)


def test_each_pick_is_for_the_one_who_wants_it_most() -> None:
    found = together(camps(3, 2), ones(5), CONFIG)
    assert found.whom(np.array([0, 1, 2, 3])).tolist() == [0, 3, 0, 3]
    indifferent = together(np.ones((3, 4), dtype=np.float32), ones(3), CONFIG)
    assert indifferent.whom(np.arange(4)).tolist() == [NOBODY] * 4
    nobody = together(np.empty((0, 4), dtype=np.float32), ones(0), CONFIG)
    assert nobody.whom(np.arange(4)).tolist() == [NOBODY] * 4


def test_who_gets_their_own_best_is_wholly_satisfied() -> None:
    found = together(camps(2, 2), ones(4), CONFIG)
    assert found.satisfaction(np.array([0, 2, 4])) == pytest.approx([1, 1, 0, 0])
    assert found.satisfaction(np.array([0, 1])) == pytest.approx([0.5] * 4)


def test_what_was_vetoed_is_missed_by_nobody() -> None:
    scores = np.array([[9.0, 5.0, 0.0, 0.0], [0.0, 5.0, 0.0, 0.0]], dtype=np.float32)
    veto = np.array([True, False, False, False])
    assert together(scores, ones(2), CONFIG, veto=veto).satisfaction(np.array([1])) == pytest.approx([1, 1])


@given(st.data())
def test_what_is_owed_keeps_its_bounds_and_its_sum(data: st.DataObject) -> None:
    members = data.draw(st.integers(1, 30))
    floats = st.floats(0, 1e3)
    weights = data.draw(hnp.arrays(np.float64, members, elements=floats))
    satisfaction = data.draw(hnp.arrays(np.float64, members, elements=floats))
    owed = carry_over(weights, satisfaction, CONFIG)
    assert owed.sum() == pytest.approx(members)
    assert (owed >= 1 / CONFIG.most - 1e-9).all()
    assert (owed <= CONFIG.most + 1e-9).all()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_who_got_less_is_owed_no_less(satisfaction: list[float]) -> None:
    owed = carry_over(ones(len(satisfaction)), np.array(satisfaction), CONFIG)
    order = np.argsort(satisfaction, kind="stable")
    assert (np.diff(owed[order]) <= 1e-9).all()


def test_a_debt_fades_when_everybody_gets_the_same() -> None:
    owed = carry_over(ones(4), np.array([0.0, 1.0, 1.0, 1.0]), CONFIG)
    assert owed[0] > 1.2
    for _ in range(200):
        owed = carry_over(owed, np.full(4, 0.5), CONFIG)
    assert owed == pytest.approx(ones(4), abs=1e-3)


def test_nobody_is_owed_anything_where_nobody_got_anything() -> None:
    assert carry_over(ones(3), np.zeros(3), CONFIG) == pytest.approx(ones(3))
    assert len(carry_over(ones(0), np.zeros(0), CONFIG)) == 0


@pytest.mark.parametrize(("first", "second"), [(4, 2), (5, 2), (5, 1), (3, 1), (9, 3), (24, 6)])
def test_over_the_weeks_the_smaller_camp_gets_its_share(first: int, second: int) -> None:
    """Every week there is room for one camp's songs only; without carrying over it is the larger one's, always."""
    scores, members = camps(first, second), first + second
    owed, got = ones(members), np.zeros(members)
    for _ in range(150):
        shown = np.array(ranked(together(scores, owed, CONFIG), 10))
        satisfied = together(scores, ones(members), CONFIG).satisfaction(shown)
        got += satisfied / 150
        owed = carry_over(owed, satisfied, CONFIG)
    share = second / members
    assert got[-1] >= 0.7 * share
    assert got[0] >= 0.9 * (1 - share)
    always = np.array(ranked(together(scores, ones(members), CONFIG), 10))
    assert together(scores, ones(members), CONFIG).satisfaction(always)[-1] == 0


def test_company_shares_its_weight_and_content_counts_less() -> None:
    config = GroupConfig(company={"ease": 1.0, "ials": 3.0, "rp3beta": 1.0}, content=0.5)
    weights = {"ease": 0.4, "ials": 0.4, "rp3beta": 0.0, "content": 0.2, "popularity": 0.1}
    found = reweighed({name: np.array([weight, 0.0]) for name, weight in weights.items()}, config)
    assert {name: round(float(part[0]), 9) for name, part in found.items()} == {
        "ease": 0.2, "ials": 0.6, "rp3beta": 0.0, "content": 0.1, "popularity": 0.1,
    }  # fmt: skip
    assert all(part[1] == 0 for part in found.values())


@given(st.permutations(range(10)))
def test_levels_are_scores_on_the_scale_of_one_member(order: list[int]) -> None:
    own = np.array([order], dtype=np.float32)
    z = (own[0] - own.mean()) / own.std()
    assert together(own, ones(1), CONFIG).levels == pytest.approx(z, rel=1e-4, abs=1e-5)


@given(SCORES.filter(len))
def test_levels_keep_the_order_of_the_scores(scores: Floats) -> None:
    found = together(scores, ones(len(scores)), CONFIG)
    order = np.argsort(found.scores, kind="stable")
    assert (np.diff(found.levels[order]) >= -1e-6).all()
