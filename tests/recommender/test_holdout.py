"""What is held out is out: nothing of it is left to learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset
from recommender.holdout import Holdout, hold_out
from tests.recommender.engine_data import AWAY, HOME, catalogue, likes, member

OWNER = ["group", "member"]
PAIR = [*OWNER, "item"]


def signed(*, first: int = 9 * 10**17, members: int = 300, items: int = 40) -> Dataset:
    """Members of two servers with likes and dislikes, who tag what they know; some tags are of nobody known."""
    rng = np.random.default_rng(0)
    heard = np.argwhere(rng.random((members, items)) < 0.4)
    rows = likes([(HOME if m % 3 else AWAY, first + int(m), int(i)) for m, i in heard])
    rows["weight"] = rng.choice([1.0, -1.0], len(rows), p=[0.8, 0.2])
    given = rows.sample(frac=0.3, random_state=0)[["item", "member"]].assign(tag="x", weight=1.0)
    unsigned = pd.DataFrame({"item": range(items), "tag": "y", "weight": 1.0, "member": 0})
    return Dataset.from_frames(
        items=catalogue(items), interactions=rows, tags=pd.concat([given, unsigned], ignore_index=True)
    )


DATA = signed()


@pytest.fixture(scope="module")
def held() -> Holdout:
    return hold_out(DATA, seed=1)


def owners(rows: pd.DataFrame) -> set[tuple[int, int]]:
    return set(rows[OWNER].itertuples(index=False, name=None))


def pairs(rows: pd.DataFrame) -> set[tuple[int, int, int]]:
    return set(rows[PAIR].itertuples(index=False, name=None))


def test_hidden_pairs_are_gone_and_their_members_stay(held: Holdout) -> None:
    assert not pairs(held.pairs) & pairs(held.rest.interactions)
    assert len(owners(held.pairs) & owners(held.rest.interactions)) == len(owners(held.pairs))


def test_strangers_are_gone_altogether(held: Holdout) -> None:
    assert not owners(held.strangers) & owners(held.rest.interactions)
    assert not owners(held.strangers) & owners(held.pairs)
    assert not set(held.strangers["member"]) & set(held.rest.tags["member"])


def test_only_likes_are_asked_for(held: Holdout) -> None:
    assert (held.pairs["weight"] > 0).all()
    assert (held.strangers["weight"] > 0).all()


def test_every_like_is_in_one_place(held: Holdout) -> None:
    liked = DATA.interactions[DATA.interactions["weight"] > 0]
    parts = [pairs(held.pairs), pairs(held.strangers), pairs(held.rest.interactions.query("weight > 0"))]
    assert sum(map(len, parts)) == len(liked)
    assert set[tuple[int, int, int]]().union(*parts) == pairs(liked)


def test_tags_on_what_is_hidden_go_with_it(held: Holdout) -> None:
    known = held.rest.tags[held.rest.tags["member"] != 0]
    hidden = set(zip(held.pairs["member"], held.pairs["item"], strict=True))
    assert not hidden & set(zip(known["member"], known["item"], strict=True))
    assert 0.5 * len(DATA.tags) < len(held.rest.tags) < len(DATA.tags)


@pytest.mark.parametrize("first", [0, 9 * 10**17])
def test_tags_of_nobody_known_stay(first: int) -> None:
    """Even where a member has the number that stands for nobody."""
    dataset = signed(first=first)
    for seed in range(5):
        rest = hold_out(dataset, seed=seed, members=0.5).rest
        assert (rest.tags["tag"] == "y").sum() == 40


def test_shares_are_as_asked_for(held: Holdout) -> None:
    liked = DATA.interactions[DATA.interactions["weight"] > 0]
    assert 0.05 < len(owners(held.strangers)) / len(owners(liked)) < 0.15
    assert 0.17 < len(held.pairs) / (len(liked) - len(held.strangers)) < 0.23


@pytest.mark.parametrize(("share", "members"), [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
def test_nothing_or_all_can_be_held_out(share: float, members: float) -> None:
    held = hold_out(DATA, seed=1, pairs=share, members=members)
    liked = int((DATA.interactions["weight"] > 0).sum())
    assert len(held.pairs) == share * liked
    assert len(held.strangers) == members * liked


def test_one_seed_holds_out_one_part(held: Holdout) -> None:
    again, other = hold_out(DATA, seed=1), hold_out(DATA, seed=2)
    pd.testing.assert_frame_equal(held.pairs, again.pairs)
    pd.testing.assert_frame_equal(held.strangers, again.strangers)
    pd.testing.assert_frame_equal(held.rest.interactions, again.rest.interactions)
    assert pairs(held.pairs) != pairs(other.pairs)
    assert owners(held.strangers) != owners(other.strangers)


def test_the_order_of_a_strangers_likes_says_nothing(held: Holdout) -> None:
    first = held.strangers.groupby(OWNER)["item"].first()
    assert 10 < first.mean() < 30


def test_nobody_can_be_held_out_of_nothing() -> None:
    held = hold_out(Dataset.from_frames(items=catalogue(3)), seed=0)
    assert held.pairs.empty
    assert held.strangers.empty


def test_one_member_is_held_out_in_one_server_at_a_time() -> None:
    rows = [(group, member(m), i) for group in (HOME, AWAY) for m in range(50) for i in range(4)]
    dataset = Dataset.from_frames(items=catalogue(4), interactions=likes(rows))
    held = hold_out(dataset, seed=0, members=0.3)
    assert not owners(held.strangers) & owners(held.rest.interactions)
