"""Little-known artists get their stated share, by score, and the picks that are there for it say so."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import Dataset, Dial, Engine, EngineConfig, Pick, Query, Reason, ReasonKind
from recommender.catalogue import Catalogue
from recommender.config import ExposureConfig
from recommender.exposure import Renown, places
from tests.recommender.engine_data import HOME, catalogue, generated, item, likes, member, taste

FAMOUS = 40
"""Items 0 to 39 of `two_halves` are by known artists, the best first."""


def two_halves(*, famous: int = FAMOUS, obscure: int = 40) -> Dataset:
    """Items by known artists, then by little-known ones; popularity falls from item to item."""
    popularity = [*np.linspace(90, 60, famous), *np.linspace(30, 10, obscure)]
    return Dataset.from_frames(items=catalogue(famous + obscure).assign(popularity=popularity))


def renown(items: pd.DataFrame) -> Renown:
    return Renown(Catalogue.build(Dataset.from_frames(items=items).items))


def obscure(picks: list[Pick]) -> list[int]:
    return [pick.item for pick in picks if pick.item >= FAMOUS]


class TestWhoIsLittleKnown:
    def test_an_artist_is_as_known_as_their_best_known_item(self) -> None:
        items = catalogue(4).assign(artist=["a", "b", "a", ""], popularity=[10.0, 20.0, 80.0, 15.0])
        known = np.array([0.1, 0.2, 0.8, 0.15], dtype=np.float32)
        assert renown(items).best(known) == pytest.approx([0.8, 0.2, 0.8, 0.15])
        assert renown(items).little(known, 0.4).tolist() == [False, True, False, True]

    def test_items_without_an_artist_stand_for_themselves(self) -> None:
        items = catalogue(3).assign(artist="", popularity=[10.0, 90.0, 30.0])
        known = np.array([0.1, 0.9, 0.3], dtype=np.float32)
        assert renown(items).best(known) == pytest.approx(known)

    def test_a_gap_in_the_list_makes_nobody_little_known(self) -> None:
        items = catalogue(3).assign(popularity=[np.nan, 80.0, 20.0])
        known = np.array([0.0, 0.8, 0.2], dtype=np.float32)
        assert renown(items).best(known) == pytest.approx([0.5, 0.8, 0.2])

    def test_without_any_list_nobody_is_known_until_they_are_liked(self) -> None:
        known = np.array([0.0, 0.7, 0.0], dtype=np.float32)
        assert renown(catalogue(3)).little(known, 0.4).tolist() == [True, False, True]

    def test_likes_make_an_artist_known_at_once(self) -> None:
        engine = Engine().fit(two_halves())
        assert engine.little_known()[FAMOUS]
        for number in range(12):
            engine.fold_in(group=HOME, member=member(number), item=item(FAMOUS), weight=1.0)
        assert engine.little_known().sum() == 39
        assert not engine.little_known()[FAMOUS]

    def test_an_engine_that_was_never_fitted_knows_of_nobody(self) -> None:
        assert len(Engine().little_known()) == 0

    @given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.floats(0, 1, width=32)), max_size=12))
    def test_agrees_with_going_through_them(self, rows: list[tuple[str, float]]) -> None:
        items = catalogue(len(rows)).assign(artist=[artist for artist, _ in rows], popularity=50.0)
        known = np.array([value for _, value in rows], dtype=np.float32)
        known = np.maximum(known, np.float32(1e-6))
        told = renown(items).best(known)
        for place, (artist, _) in enumerate(rows):
            theirs = [k for k, (a, _) in zip(known, rows, strict=True) if a == artist and artist]
            assert told[place] == max(theirs, default=known[place])


@pytest.mark.parametrize(
    ("share", "count", "expected"),
    [
        (0.2, 10, 2),
        (0.2, 4, 1),
        (0.2, 2, 0),
        (0.25, 2, 1),
        (1.0, 7, 7),
        (9.0, 3, 3),
        (-1.0, 3, 0),
        (math.nan, 5, 0),
    ],
)
def test_a_share_is_rounded_to_the_nearest_place(share: float, count: int, expected: int) -> None:
    assert places(share, count) == expected


class TestPicks:
    def test_hold_the_stated_share_at_their_end_by_score(self) -> None:
        picks = Engine().fit(two_halves()).recommend(Query(count=10))
        assert [pick.exposed for pick in picks] == [False] * 8 + [True] * 2
        assert obscure(picks) == [FAMOUS, FAMOUS + 1], "the best of them"
        assert all(pick.propensity == 1 and not pick.explored for pick in picks)

    def test_tell_the_true_score_and_reasons_of_an_exposed_pick(self) -> None:
        engine = Engine().fit(two_halves())
        exposed = engine.recommend(Query(count=10))[-1]
        told = engine.explain(Query(count=10), exposed.item)
        assert exposed.score == pytest.approx(told.score)
        assert exposed.reasons[:-1] == told.reasons[:3]
        assert exposed.reasons[-1] == Reason(ReasonKind.LITTLE_KNOWN, share=0.0)

    @pytest.mark.parametrize(("asked", "there"), [(0.0, 0), (0.3, 3), (0.5, 5), (1.0, 10), (None, 2)])
    def test_follow_the_query(self, asked: float | None, there: int) -> None:
        picks = Engine().fit(two_halves()).recommend(Query(count=10, little_known=asked))
        assert len(obscure(picks)) == there
        assert len({pick.item for pick in picks}) == 10

    def test_hold_fewer_where_the_familiar_is_asked_for(self) -> None:
        picks = Engine().fit(two_halves()).recommend(Query(count=10, dial=Dial.FAMILIAR))
        assert len(obscure(picks)) == 1

    def test_change_nothing_where_the_share_is_there_by_itself(self) -> None:
        engine = Engine().fit(two_halves())
        query = Query(taste=taste(), exclude=frozenset(item(i) for i in range(35)), count=8)
        by_score = engine.recommend(Query(exclude=query.exclude, count=8, little_known=0.0))
        assert len(obscure(by_score)) >= 3
        assert engine.recommend(query) == by_score

    def test_count_what_is_explored(self) -> None:
        engine = Engine().fit(two_halves(famous=11))
        picks = engine.recommend(Query(count=10, explore=2))
        assert [pick.explored for pick in picks] == [False] * 8 + [True] * 2
        assert all(pick.item >= 11 for pick in picks[8:])
        assert not any(pick.exposed for pick in picks)

    def test_reach_further_where_the_pool_has_none(self) -> None:
        dataset = two_halves(famous=300)
        best = engine_with(reach=1_000).fit(dataset).recommend(Query(count=10))
        assert [pick.item for pick in best if pick.exposed] == [300, 301]
        near = engine_with(reach=200).fit(dataset).recommend(Query(count=10))
        assert not any(pick.exposed for pick in near), "below the reach quality ends"

    def test_keep_to_few_of_an_artist(self) -> None:
        items = two_halves().items
        items.loc[items.index >= FAMOUS, "artist"] = "obscure"
        engine = Engine().fit(Dataset.from_frames(items=items))
        picks = engine.recommend(Query(count=10, little_known=0.9, per_artist=2))
        assert len(obscure(picks)) == 2

    def test_with_nothing_known_of_anybody_are_as_by_score(self) -> None:
        rows = likes([(HOME, member(0), 0)])
        engine = Engine().fit(Dataset.from_frames(items=catalogue(30), interactions=rows))
        plain = engine.recommend(Query(group=HOME, count=10, little_known=0.0))
        assert engine.recommend(Query(group=HOME, count=10)) == plain

    @pytest.mark.parametrize("explore", [0, 3])
    @pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 1.0])
    @pytest.mark.parametrize("dial", Dial)
    def test_hold_the_share_whatever_else_is_asked(self, share: float, explore: int, dial: Dial) -> None:
        engine = Engine().fit(generated())
        query = Query(taste=taste(3, 4), group=HOME, count=10, explore=explore, little_known=share, dial=dial)
        picks = engine.recommend(query)
        little = engine.little_known()
        drawn_known = sum(pick.explored and not little[pick.item] for pick in picks)
        assert len({pick.item for pick in picks}) == 10
        assert sum(little[pick.item] for pick in picks) >= min(places(share, 10), 10 - drawn_known)
        assert all(little[pick.item] for pick in picks if pick.exposed)


def engine_with(*, reach: int) -> Engine:
    return Engine(EngineConfig(exposure=ExposureConfig(reach=reach)))
