"""Toy data, provable answers: who asks gets what their own kind likes."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from recommender import (
    Dataset,
    DatasetError,
    Dial,
    Engine,
    EngineConfig,
    ItemId,
    Pick,
    Query,
    ReasonKind,
    UnknownItem,
)
from tests.recommender.engine_data import (
    AWAY,
    HOME,
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


def shown(picks: list[Pick]) -> list[ItemId]:
    return [pick.item for pick in picks]


@pytest.mark.parametrize("side", [0, 1])
def test_a_community_gets_its_own_items(side: int) -> None:
    engine = Engine().fit(checkerboard())
    picks = engine.recommend(Query(taste=taste(side, side + 2), group=HOME, count=8))
    assert sorted(shown(picks)) == [side + 2 * k for k in range(2, 10)]


def test_a_like_of_the_other_side_turns_the_answer() -> None:
    engine = Engine(TOY).fit(checkerboard())
    before = engine.explain(Query(taste=taste(0), group=HOME), item(7)).score
    after = engine.explain(Query(taste=taste(0, 1, 3), group=HOME), item(7)).score
    assert after > before


def test_a_dislike_pushes_similar_songs_down() -> None:
    tags = pd.DataFrame({"item": range(6), "tag": ["rock"] * 3 + ["jazz"] * 3, "weight": 1.0})
    engine = Engine().fit(Dataset.from_frames(items=catalogue(6), tags=tags))
    picks = engine.recommend(Query(taste={item(0): -1.0}, count=5))
    assert set(shown(picks)[:3]) == {3, 4, 5}
    assert engine.explain(Query(taste={item(0): -1.0}), item(1)).parts["taste.tags"] < 0


def test_a_seed_outweighs_the_taste() -> None:
    tags = pd.DataFrame({"item": range(8), "tag": ["rock"] * 4 + ["jazz"] * 4, "weight": 1.0})
    engine = Engine().fit(Dataset.from_frames(items=catalogue(8), tags=tags))
    picks = engine.recommend(Query(taste=taste(0, 1), seeds=taste(4), count=3))
    assert set(shown(picks)) == {5, 6, 7}
    assert all(pick.reasons[0].kind is ReasonKind.SEED and pick.reasons[0].items == (4,) for pick in picks)


def test_similar_items_share_tags_and_come_without_the_item_itself() -> None:
    tags = pd.DataFrame({"item": range(8), "tag": ["rock"] * 4 + ["jazz"] * 4, "weight": 1.0})
    engine = Engine().fit(Dataset.from_frames(items=catalogue(8, popularity=50.0), tags=tags))
    found = engine.similar(item(4), 3)
    assert {number for number, _ in found} == {5, 6, 7}
    with pytest.raises(UnknownItem) as caught:
        engine.similar(item(99), 3)
    assert caught.value.item == 99
    assert "99" in str(caught.value)


def test_nothing_excluded_liked_or_asked_from_is_shown() -> None:
    dataset = generated()
    query = Query(
        taste=rows_of(dataset, member(1)),
        seeds=taste(5),
        exclude=frozenset({item(7), item(8)}),
        group=HOME,
        count=300,
    )
    picks = Engine().fit(dataset).recommend(query)
    assert not set(shown(picks)) & {*query.taste, *query.seeds, *query.exclude}
    assert len(set(shown(picks))) == len(picks)


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("explore", [0, 4])
def test_an_artist_comes_at_most_so_often(limit: int, explore: int) -> None:
    dataset = generated()
    picks = (
        Engine()
        .fit(dataset)
        .recommend(Query(taste=taste(1), group=HOME, count=100, per_artist=limit, explore=explore))
    )
    assert len(picks) == 100
    assert dataset.items["artist"].loc[shown(picks)].value_counts().max() <= limit


def test_one_artist_on_top_does_not_starve_the_answer() -> None:
    items = catalogue(600, popularity=50.0)
    items.loc[:499, ["artist", "popularity"]] = ["star", 90.0]
    picks = Engine().fit(Dataset.from_frames(items=items)).recommend(Query(count=10))
    assert len(picks) == 10
    assert sum(pick.item < 500 for pick in picks) == 2


def test_without_evidence_popularity_decides_and_says_so() -> None:
    dataset = Dataset.from_frames(items=catalogue(5).assign(popularity=[10.0, 90.0, 50.0, 20.0, 70.0]))
    picks = Engine().fit(dataset).recommend(Query(count=3, little_known=0.0))
    assert shown(picks) == [1, 4, 2]
    assert all([reason.kind for reason in pick.reasons] == [ReasonKind.POPULAR] for pick in picks)


def test_a_new_member_sees_what_this_server_likes() -> None:
    rows = [(HOME, member(m), 3) for m in range(5)] + [(AWAY, member(m), 4) for m in range(5, 12)]
    engine = Engine().fit(Dataset.from_frames(items=catalogue(6), interactions=likes(rows)))
    home = engine.recommend(Query(group=HOME, member=member(99), count=2))
    assert shown(home) == [3, 4]
    assert home[0].reasons[0].kind is ReasonKind.SERVER
    assert shown(engine.recommend(Query(group=AWAY, count=1))) == [4]


def test_a_fresh_release_gains_only_when_the_time_is_known() -> None:
    items = catalogue(2, popularity=50.0).assign(released=[1980.0, 2024.9])
    engine = Engine().fit(Dataset.from_frames(items=items))
    now = (2025.0 - 1970.0) * 31_556_952
    timeless = engine.explain(Query(), item(1))
    assert timeless.score == pytest.approx(engine.explain(Query(), item(0)).score)
    fresh = engine.recommend(Query(count=1, now=now))
    assert shown(fresh) == [1]
    assert ReasonKind.NEW in {reason.kind for reason in fresh[0].reasons}


def test_old_likes_weigh_less_in_popularity() -> None:
    rows = likes([(HOME, member(0), 0), (HOME, member(1), 1)]).assign(unix_time=[1e9, 1e9 + 3e8])
    engine = Engine().fit(Dataset.from_frames(items=catalogue(2), interactions=rows))
    assert shown(engine.recommend(Query(group=HOME, count=2))) == [1, 0]


@cache
def server_of(seed: int) -> tuple[Dataset, Engine]:
    """Data and an engine on it, to be asked only."""
    dataset = generated(seed=seed)
    return dataset, Engine().fit(dataset)


def along_the_dial(seed: int, evidence: int) -> list[tuple[float, float]]:
    """Mean popularity and novelty (-log2 of the share of likers) of the picks, for each position of the dial."""
    dataset, engine = server_of(seed)
    popularity, likers = dataset.items["popularity"], dataset.interactions["item"].value_counts()
    found: list[tuple[float, float]] = []
    for dial in Dial:
        picks: list[ItemId] = []
        for who in range(0, 40, 2):
            liked = dict(list(rows_of(dataset, member(who)).items())[:evidence])
            query = Query(taste=liked, group=HOME, member=member(who), dial=dial, count=10)
            picks += shown(engine.recommend(query))
        share = (likers.reindex(picks).fillna(0).to_numpy() + 1) / 41
        found.append((float(popularity.loc[picks].mean()), float(-np.log2(share).mean())))
    return found


def assert_falls_to_the_unknown(along: list[tuple[float, float]]) -> None:
    known, novelty = zip(*along, strict=True)
    assert known[0] > known[1] > known[2]
    assert novelty[0] < novelty[1] < novelty[2]


@pytest.mark.parametrize("evidence", [3, 12])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_dial_goes_from_known_to_unknown(evidence: int, seed: int) -> None:
    assert_falls_to_the_unknown(along_the_dial(seed, evidence))


def test_the_dial_works_without_evidence_too() -> None:
    """There one server has one list, and likes and charts may disagree: the mean over servers is what must fall."""
    servers = np.array([along_the_dial(seed, 0) for seed in range(8)])
    assert_falls_to_the_unknown([(float(known), float(novelty)) for known, novelty in servers.mean(axis=0)])


def test_the_same_question_gets_the_same_answer() -> None:
    dataset = generated()
    query = Query(taste=taste(1, 2), group=HOME, count=8, explore=3)
    first, second = Engine(seed=3).fit(dataset), Engine(seed=3).fit(dataset)
    assert [first.recommend(query) for _ in range(3)] == [second.recommend(query) for _ in range(3)]
    assert first.recommend(query, rng=np.random.default_rng(5)) == second.recommend(
        query, rng=np.random.default_rng(5)
    )


def test_ties_are_broken_the_same_way_every_time_but_not_by_the_order_of_the_list() -> None:
    dataset = Dataset.from_frames(items=catalogue(300, popularity=100.0))
    picks = shown(Engine().fit(dataset).recommend(Query(count=5)))
    assert picks == shown(Engine(seed=9).fit(dataset).recommend(Query(count=5)))
    assert max(picks) - min(picks) > 100


def test_an_engine_that_was_never_fitted_answers_with_nothing() -> None:
    engine = Engine(EngineConfig())
    assert engine.items == 0
    assert engine.recommend(Query()) == []
    engine.forget(member=member(0))
    with pytest.raises(UnknownItem):
        engine.fold_in(group=HOME, member=member(0), item=item(0), weight=1.0)


def test_a_weight_that_is_not_finite_is_refused() -> None:
    engine = Engine().fit(checkerboard())
    with pytest.raises(DatasetError):
        engine.fold_in(group=HOME, member=member(0), item=item(0), weight=float("nan"))
