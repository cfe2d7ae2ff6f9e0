"""A tap counts at once, for all that this server says exactly as if the engine had been fitted with it."""

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, Engine, Query, ReasonKind, UnknownItem
from tests.recommender.engine_data import (
    AWAY,
    HOME,
    LIVE,
    TOY,
    catalogue,
    checkerboard,
    generated,
    item,
    likes,
    member,
    rows_of,
    taste,
)


def changed(dataset: Dataset, rows: pd.DataFrame) -> Dataset:
    return Dataset.from_frames(
        items=dataset.items,
        tags=dataset.tags,
        audio=dataset.audio,
        interactions=rows,
        baskets=dataset.baskets,
    )


def scores(engine: Engine, query: Query) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return engine.scale.weigh(query).scores.astype(np.float64)


def test_folding_in_equals_fitting() -> None:
    dataset = generated()
    more = [(HOME, member(1), 7), (HOME, member(1), 9), (AWAY, member(77), 9), (HOME, member(78), 4)]
    folded = Engine(LIVE).fit(dataset)
    for group, who, liked in more:
        folded.fold_in(group=group, member=who, item=item(liked), weight=1.0)
    fitted = Engine(LIVE).fit(changed(dataset, pd.concat([dataset.interactions, likes(list(more))])))
    for group in (HOME, AWAY, None):
        query = Query(taste=taste(7, 30), group=group, member=member(5))
        np.testing.assert_allclose(scores(folded, query), scores(fitted, query), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_taking_a_like_back_equals_never_having_had_it(weight: float) -> None:
    dataset = generated()
    liked = next(iter(rows_of(dataset, member(1))))
    engine = Engine(LIVE).fit(dataset)
    engine.fold_in(group=HOME, member=member(1), item=liked, weight=weight)
    rows = dataset.interactions
    without = rows[~((rows["member"] == member(1)) & (rows["item"] == liked))]
    query = Query(taste=taste(7, 30), group=HOME)
    expected = scores(Engine(LIVE).fit(changed(dataset, without)), query)
    np.testing.assert_allclose(scores(engine, query), expected, rtol=1e-4, atol=1e-6)


def test_a_neighbours_tap_reaches_the_next_answer() -> None:
    engine = Engine(TOY).fit(
        Dataset.from_frames(items=catalogue(10), interactions=likes([(HOME, member(0), 1)]))
    )
    query = Query(taste=taste(1), group=HOME, member=member(5), count=1)
    engine.fold_in(group=HOME, member=member(0), item=item(8), weight=1.0)
    pick = engine.recommend(query)[0]
    assert pick.item == 8
    assert {reason.kind for reason in pick.reasons} >= {ReasonKind.MEMBERS, ReasonKind.SERVER}


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_forgotten_member_leaves_no_trace(everywhere: bool) -> None:
    rows = [(HOME, member(m), i) for m in range(3) for i in (m, m + 1)] + [(AWAY, member(0), 5)]
    dataset = Dataset.from_frames(items=catalogue(8), interactions=likes(rows))
    engine = Engine(LIVE).fit(dataset)
    engine.fold_in(group=HOME, member=member(0), item=item(6), weight=1.0)
    engine.forget(member=member(0), group=None if everywhere else HOME)
    left = [row for row in rows if row[1] != member(0) or (not everywhere and row[0] != HOME)]
    fitted = Engine(LIVE).fit(Dataset.from_frames(items=catalogue(8), interactions=likes(left)))
    query = Query(taste=taste(1), group=HOME)
    np.testing.assert_allclose(scores(engine, query), scores(fitted, query), rtol=1e-5, atol=1e-7)


def test_a_forgotten_member_can_come_back() -> None:
    engine = Engine().fit(checkerboard())
    engine.forget(member=member(0))
    engine.fold_in(group=HOME, member=member(0), item=item(1), weight=1.0)
    engine.fold_in(group=HOME, member=member(0), item=item(3), weight=1.0)
    assert engine.scale.material.ledger.row(HOME, member(0)).positions.tolist() == [1, 3]


def test_an_unknown_item_is_refused_and_changes_nothing() -> None:
    engine = Engine().fit(checkerboard())
    with pytest.raises(UnknownItem):
        engine.fold_in(group=HOME, member=member(0), item=item(999), weight=1.0)
    assert not list(engine.scale.material.ledger.changes())


def test_own_row_is_no_neighbour() -> None:
    rows = [(HOME, member(0), 0), (HOME, member(0), 1)]
    engine = Engine().fit(Dataset.from_frames(items=catalogue(4), interactions=likes(rows)))
    mine = engine.explain(Query(taste=taste(0), group=HOME, member=member(0)), item(1))
    other = engine.explain(Query(taste=taste(0), group=HOME, member=member(9)), item(1))
    assert mine.parts["taste.server"] == mine.parts["liked_here"] == 0
    assert other.parts["taste.server"] > 0
    assert other.parts["liked_here"] > 0
