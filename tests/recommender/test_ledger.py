"""The ledger against a dictionary: whatever is set and forgotten, in whatever order, both say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from recommender import Dataset, EngineConfig, GroupId, MemberId
from recommender.catalogue import Catalogue
from recommender.ledger import Ledger
from recommender.sparse import Csr
from tests.recommender.engine_data import HOME, catalogue, likes, member

ITEMS = 5
DAY = 86_400.0
CONFIG = EngineConfig()
NUMBERS = [MemberId(0), MemberId(1), MemberId(2), MemberId(3)]
GROUPS = [GroupId(0), GroupId(7)]
Rows = dict[tuple[int, int], dict[int, tuple[float, float]]]
"""By (group, member) the weight of each item, and what age has left of it."""

group_ids = st.sampled_from(GROUPS)
member_ids = st.sampled_from(NUMBERS)
positions = st.integers(0, ITEMS - 1)
weights = st.sampled_from([-1.0, 0.0, 0.25, 1.0, 2.0])
times = st.sampled_from([0.0, 100 * DAY, 280 * DAY, 400 * DAY])
interactions = st.lists(
    st.tuples(group_ids, member_ids, positions, weights, times), max_size=14, unique_by=lambda row: row[:3]
)
baskets = st.lists(st.tuples(st.sampled_from("ab"), positions), max_size=5, unique=True)


def left(weight: float, unix_time: float, newest: float) -> float:
    """A like counts at most 1 and halves every 180 days before the newest; one of an unknown time is new."""
    age = max(newest - unix_time, 0.0) / DAY if unix_time > 0 else 0.0
    return min(weight, 1.0) * 0.5 ** (age / CONFIG.popularity.half_life_days)


class LedgerMachine(RuleBasedStateMachine):
    """Sets and forgets at random."""

    @initialize(rows=interactions, together=baskets, stored=st.booleans())
    def fit(
        self,
        rows: list[tuple[GroupId, MemberId, int, float, float]],
        together: list[tuple[str, int]],
        stored: bool,
    ) -> None:
        frame = pd.DataFrame(rows, columns=["group", "member", "item", "weight", "unix_time"])
        dataset = Dataset.from_frames(
            items=catalogue(ITEMS),
            interactions=frame,
            baskets=pd.DataFrame(together, columns=["basket", "item"]),
        )
        self.ledger = Ledger.of(dataset, Catalogue.build(dataset.items), CONFIG)
        if stored:
            self.ledger = Ledger.restore(self.ledger.arrays(), CONFIG)
        self.newest = max((time for *_, time in rows), default=0.0)
        self.baskets = len(together)
        self.version = self.ledger.version
        self.rows: Rows = {}
        for group, who, position, weight, time in rows:
            if weight > 0:
                self.rows.setdefault((group, who), {})[position] = weight, left(weight, time, self.newest)

    @rule(group=group_ids, who=member_ids, position=positions, weight=weights, time=times)
    def put(self, group: GroupId, who: MemberId, position: int, weight: float, time: float) -> None:
        self.ledger.set(group, who, position, weight, time)
        row = self.rows.setdefault((group, who), {})
        row.pop(position, None)
        if weight > 0:
            row[position] = weight, left(weight, time, self.newest)
        self._tidy()
        assert self.ledger.version > self.version
        self.version = self.ledger.version

    @rule(who=member_ids, group=st.one_of(st.none(), group_ids))
    def forget(self, who: MemberId, group: GroupId | None) -> None:
        self.ledger.forget(who, group)
        gone = [key for key in self.rows if key[1] == who and group in (None, key[0])]
        for key in gone:
            del self.rows[key]
        assert (self.ledger.version > self.version) == bool(gone)
        self.version = self.ledger.version

    def _tidy(self) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row}

    @invariant()
    def rows_are_the_same(self) -> None:
        for group in GROUPS:
            for who in NUMBERS:
                row = self.ledger.row(group, who)
                expected = self.rows.get((group, who), {})
                found = {
                    int(place): (float(weight), float(fresh))
                    for place, weight, fresh in zip(row.positions, row.weights, row.fresh, strict=True)
                }
                assert found.keys() == expected.keys()
                for place, cell in found.items():
                    np.testing.assert_allclose(cell, expected[place], rtol=1e-6)
                assert len(row.positions) == len(expected)
            assert not len(self.ledger.row(group, None).positions)
        assert not len(self.ledger.row(None, NUMBERS[1]).positions)

    @invariant()
    def sums_are_the_same(self) -> None:
        liked = np.zeros(ITEMS)
        for row in self.rows.values():
            for place, (_, fresh) in row.items():
                liked[place] += fresh
        np.testing.assert_allclose(self.ledger.liked, liked, atol=1e-5)
        assert self.ledger.people == len(self.rows)
        assert self.ledger.pairs == sum(map(len, self.rows.values())) + self.baskets

    @rule(
        group=st.one_of(st.none(), group_ids),
        who=st.one_of(st.none(), member_ids),
        friends=st.sets(member_ids, max_size=3),
    )
    def near_are_the_same(self, group: GroupId | None, who: MemberId | None, friends: set[MemberId]) -> None:
        near = self.ledger.near(group, who, np.array(sorted(friends), dtype=np.int64))
        expected = {
            key: row
            for key, row in self.rows.items()
            if key[1] != who and (key[1] in friends or (group is not None and key[0] == group))
        }
        assert near.likes.shape == near.fresh.shape == (len(expected), ITEMS)
        assert sorted(near.members.tolist()) == sorted(key[1] for key in expected)
        for number, matrix in enumerate((near.likes, near.fresh)):
            assert rounded(matrix, near.members.tolist()) == sorted(
                (key[1], tuple((place, round(cell[number], 5)) for place, cell in sorted(row.items())))
                for key, row in expected.items()
            )

    @rule()
    def what_changed_is_the_row_of_now(self) -> None:
        for group, who, row in self.ledger.changes():
            assert sorted(row.positions.tolist()) == sorted(self.rows.get((group, who), {}))


def rounded(matrix: Csr, members: list[int]) -> list[tuple[int, tuple[tuple[int, float], ...]]]:
    dense = matrix.toarray()
    return sorted(
        (who, tuple((int(place), round(float(row[place]), 5)) for place in np.flatnonzero(row)))
        for who, row in zip(members, dense, strict=True)
    )


LedgerMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=16)
TestLedger = LedgerMachine.TestCase


@pytest.mark.parametrize("first", [0, 9 * 10**17])
def test_nobody_is_their_own_neighbour(first: int) -> None:
    """Not even a member whose number is 0."""
    rows = [(HOME, first + m, m) for m in range(3)]
    dataset = Dataset.from_frames(items=catalogue(3), interactions=likes(rows))
    ledger = Ledger.of(dataset, Catalogue.build(dataset.items), CONFIG)
    near = ledger.near(HOME, MemberId(first), np.empty(0, dtype=np.int64))
    assert near.members.tolist() == [first + 1, first + 2]


def test_who_likes_nothing_any_more_is_no_member() -> None:
    dataset = Dataset.from_frames(items=catalogue(3), interactions=likes([(HOME, member(0), 0)]))
    ledger = Ledger.of(dataset, Catalogue.build(dataset.items), CONFIG)
    ledger.set(HOME, member(0), 0, -1.0, 0.0)
    ledger.set(HOME, member(1), 2, -1.0, 0.0)
    assert ledger.people == 0
    assert ledger.near(HOME, None, np.empty(0, dtype=np.int64)).likes.shape == (0, 3)
    assert not ledger.liked.any()
