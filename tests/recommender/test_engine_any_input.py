"""Whatever is thrown at it, the engine answers with finite numbers and no error."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Dataset, Dial, Engine, GroupId, ItemId, MemberId, Query
from tests.recommender.engine_data import HOME, catalogue, item, likes, member, taste

ITEMS = st.integers(-3, 12)
WEIGHTS = st.one_of(st.sampled_from([1.0, 0.3, -0.3, -1.0, 0.0]), st.floats(-5, 5))
EVIDENCE = st.dictionaries(ITEMS.map(ItemId), WEIGHTS, max_size=6)
MAYBE = st.one_of(st.just(math.nan), st.floats(0, 100))


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    size = draw(st.integers(0, 8))
    items = catalogue(size).assign(
        artist=draw(st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=size, max_size=size)),
        popularity=draw(st.lists(MAYBE, min_size=size, max_size=size)),
        released=draw(
            st.lists(st.one_of(st.just(math.nan), st.floats(1900, 2100)), min_size=size, max_size=size)
        ),
    )
    tags = pd.DataFrame(
        draw(st.lists(st.tuples(ITEMS, st.sampled_from("xyz"), st.floats(0.01, 100)), max_size=8)),
        columns=["item", "tag", "weight"],
    )
    heard = draw(st.lists(st.tuples(ITEMS, MAYBE, MAYBE), max_size=5, unique_by=lambda row: row[0]))
    audio = pd.DataFrame(heard, columns=["item", "energy", "tempo"]).set_index("item")
    row = st.tuples(st.integers(1, 2), st.integers(1, 3), ITEMS, WEIGHTS, st.floats(0, 2e9))
    interactions = pd.DataFrame(
        draw(st.lists(row, max_size=15)), columns=["group", "member", "item", "weight", "unix_time"]
    )
    baskets = pd.DataFrame(
        draw(st.lists(st.tuples(st.sampled_from("pq"), ITEMS), max_size=8)), columns=["basket", "item"]
    )
    return Dataset.from_frames(
        items=items, tags=tags, audio=audio, interactions=interactions, baskets=baskets
    )


@st.composite
def asked(draw: st.DrawFn) -> Query:
    return Query(
        taste=draw(EVIDENCE),
        seeds=draw(EVIDENCE),
        group=draw(st.sampled_from([None, GroupId(1), GroupId(2), GroupId(3)])),
        member=draw(st.sampled_from([None, MemberId(1), MemberId(9)])),
        exclude=frozenset(draw(st.sets(ITEMS.map(ItemId), max_size=4))),
        dial=draw(st.sampled_from(Dial)),
        count=draw(st.integers(0, 12)),
        per_artist=draw(st.integers(1, 3)),
        explore=draw(st.integers(0, 4)),
        now=draw(st.one_of(st.none(), st.floats(0, 3e9))),
    )


@settings(max_examples=150)
@given(
    datasets(), asked(), st.lists(st.tuples(st.integers(1, 2), st.integers(1, 4), ITEMS, WEIGHTS), max_size=4)
)
def test_any_data_any_question(
    dataset: Dataset, query: Query, taps: list[tuple[int, int, int, float]]
) -> None:
    engine = Engine().fit(dataset)
    for group, who, number, weight in taps:
        if number in dataset.items.index:
            engine.fold_in(group=GroupId(group), member=MemberId(who), item=item(number), weight=weight)
    picks = engine.recommend(query)
    assert len(picks) <= query.count
    assert len({pick.item for pick in picks}) == len(picks)
    for pick in picks:
        assert pick.item in dataset.items.index
        assert pick.item not in query.exclude
        assert not query.taste.get(pick.item)
        assert math.isfinite(pick.score)
        assert 0 < pick.propensity <= 1
        assert all(0 <= reason.share <= 1 + 1e-9 for reason in pick.reasons)
        told = engine.explain(query, pick.item)
        assert np.isclose(sum(told.parts.values()), pick.score, rtol=1e-6, atol=1e-7)


def test_an_empty_catalogue_answers_with_nothing() -> None:
    engine = Engine().fit(Dataset.from_frames(items=catalogue(0)))
    assert engine.items == 0
    assert engine.recommend(Query(taste=taste(1), seeds=taste(2), group=HOME)) == []


def test_a_catalogue_of_one_answers_with_it() -> None:
    engine = Engine().fit(Dataset.from_frames(items=catalogue(1)))
    assert [pick.item for pick in engine.recommend(Query(count=5, explore=1))] == [0]
    assert engine.recommend(Query(taste=taste(0), count=5)) == []
    assert engine.similar(item(0), 5) == []


@pytest.mark.parametrize("items", [1, 3])
def test_everybody_likes_everything(items: int) -> None:
    rows = [(HOME, member(m), i) for m in range(4) for i in range(items)]
    engine = Engine().fit(
        Dataset.from_frames(items=catalogue(items, popularity=100.0), interactions=likes(rows))
    )
    assert len(engine.recommend(Query(group=HOME, member=member(0)))) == items


def test_numbers_that_are_no_weights_are_ignored() -> None:
    engine = Engine().fit(Dataset.from_frames(items=catalogue(4, popularity=50.0)))
    odd = {item(0): math.nan, item(1): math.inf, item(2): 0.0}
    assert {pick.item for pick in engine.recommend(Query(taste=odd))} == {0, 1, 2, 3}
