"""How the songs of a week are shared out: by how each part was received, within bounds, one for each at least."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import Part
from bot.usecases.parts import FADING, LEAST, MOST, SHARES, Received, faded, needed, pulls, quotas

ALL = tuple(Part)
WAYS = st.lists(st.sampled_from(ALL), min_size=1, max_size=5, unique=True)
RECEIVED = st.dictionaries(
    st.sampled_from(ALL),
    st.tuples(st.floats(0, 1), st.floats(0, 1e6)).map(lambda each: Received(each[0] * each[1], each[1])),
)


@given(count=st.integers(5, 30), parts=WAYS, received=RECEIVED, share=st.floats(0, 1))
def test_every_song_has_a_part_and_little_known_artists_their_share(
    count: int, parts: list[Part], received: dict[Part, Received], share: float
) -> None:
    shared = quotas(count, parts, received, little_known=share)
    assert sum(shared.values()) == count
    assert all(places > 0 for places in shared.values())
    assert shared.keys() <= {*parts, Part.LITTLE_KNOWN}
    assert shared.get(Part.LITTLE_KNOWN, 0) >= share * count - 1e-6


@given(count=st.integers(5, 30), parts=WAYS, received=RECEIVED)
def test_each_part_keeps_one_song_whatever_is_said_of_it(
    count: int, parts: list[Part], received: dict[Part, Received]
) -> None:
    assert quotas(count, parts, received).keys() == set(parts)


@given(parts=WAYS, received=RECEIVED)
def test_no_part_is_pulled_beyond_its_bounds(parts: list[Part], received: dict[Part, Received]) -> None:
    assert all(LEAST <= pull <= MOST for pull in pulls(parts, received).values())


@given(
    count=st.integers(5, 30),
    part=st.sampled_from(ALL),
    answers=st.integers(1, 200),
    better=st.integers(0, 200),
)
def test_more_likes_never_cost_a_part_a_song(count: int, part: Part, answers: int, better: int) -> None:
    others = {each: Received(20, 40) for each in ALL}
    few = {**others, part: Received(min(better, answers) // 2, answers)}
    many = {**others, part: Received(min(better, answers), answers)}
    assert quotas(count, ALL, many)[part] >= quotas(count, ALL, few)[part]


@pytest.mark.parametrize(
    ("count", "expected"), [(5, [1, 1, 1, 1, 1]), (10, [4, 2, 2, 1, 1]), (30, [12, 6, 4, 4, 4])]
)
def test_before_anything_is_known_the_usual_shares_hold(count: int, expected: list[int]) -> None:
    assert [quotas(count, ALL, {})[part] for part in ALL] == expected
    assert math.isclose(sum(SHARES.values()), 1)


def test_a_part_that_was_received_better_gets_more() -> None:
    received = {Part.ALL: Received(10, 40), Part.RELEASES: Received(18, 20), Part.MEMBERS: Received(1, 20)}
    before, after = quotas(30, ALL, {}), quotas(30, ALL, received)
    assert after[Part.RELEASES] > before[Part.RELEASES]
    assert after[Part.MEMBERS] < before[Part.MEMBERS]


def test_one_answer_alone_moves_hardly_anything() -> None:
    received = {Part.ALL: Received(10, 20), Part.FINDS: Received(1, 1)}
    assert quotas(10, ALL, received) == quotas(10, ALL, {})


def test_without_a_single_like_nothing_is_shifted() -> None:
    assert pulls(ALL, {Part.ALL: Received(0, 50)}) == dict.fromkeys(ALL, 1.0)


def test_older_weeks_count_less() -> None:
    week = {Part.ALL: Received(1, 2)}
    assert faded([week, {}, week]) == {Part.ALL: Received(1 + FADING**2, 2 + 2 * FADING**2)}


@pytest.mark.parametrize(
    ("share", "count", "expected"),
    [(0.1, 30, 3), (0.1, 5, 1), (0, 30, 0), (1, 5, 5), (0.3, 10, 3), (7, 5, 5)],
)
def test_a_share_is_rounded_up(share: float, count: int, expected: int) -> None:
    assert needed(share, count) == expected
