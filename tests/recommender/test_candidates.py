"""At the switch: with candidates that cover everything the answers are those of the full scan."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Dataset, Dial, Engine, EngineConfig, ItemId, Listener, Query
from recommender.candidates import Found, Postings, largest
from recommender.config import BlendConfig, EaseConfig, IndexConfig
from recommender.gathering import Answer, finished, weigh
from recommender.models import ease
from recommender.models.blend import spread
from recommender.nearest import Nearest
from recommender.sparse import Floats
from tests.recommender.engine_data import HOME, generated, item, member, rows_of, taste

ITEMS = 300
BLEND = BlendConfig(learned=False, trust_kappa=1e-6)
FULL = EngineConfig(blend=BLEND)
COVERING = EngineConfig(blend=BLEND, index=IndexConfig(from_items=ITEMS))
FEW = EngineConfig(
    blend=BLEND,
    index=IndexConfig(
        from_items=50,
        nearest=20,
        alike=10,
        carried=10,
        around=10,
        popular=10,
        fresh=5,
        touched=5,
        reference=20,
        postings=300,
    ),
)
QUERIES = {
    "nothing": Query(count=10),
    "a member": Query(taste=taste(1, 2, 3, 40, 41), group=HOME, member=member(1), count=10),
    "a seed": Query(seeds=taste(5), count=10),
    "seed and taste": Query(seeds=taste(5), taste=taste(8, 9, weight=-0.3), group=HOME, count=10),
    "tags": Query(tags={"genre 3": 1.0, "genre 4": -0.5}, count=10),
    "audio": Query(audio={"energy": -1.0}, count=10),
    "a decade": Query(taste=taste(7, 70), decades={1980: 1.0}, count=10),
    "a radio": Query(seeds=taste(1), recent=(item(0), item(1)), count=10),
    "several": Query(
        together=(
            Listener(member(1), taste(1, 2, 3, 40)),
            Listener(member(2), taste(41, 50, 61, 42), veto=frozenset(taste(9, 10))),
            Listener(member(3), taste(100, 150, 8), owed=2.0),
        ),
        group=HOME,
        count=10,
    ),
    "far": Query(taste=taste(7, 70, 170), dial=Dial.ADVENTUROUS, count=10, explore=2),
    "popular": Query(taste=taste(7, 70, 170), popularity=1.0, count=10, now=1.7e9),
}


@cache
def _fitted(config: str) -> Engine:
    return Engine(EngineConfig.model_validate_json(config)).fit(played())


def played() -> Dataset:
    plays = [(number, song) for number in range(40) for song in (0, 1, 2, 3)]
    return replace(generated(items=ITEMS), sessions=pd.DataFrame(plays, columns=["session", "item"]))


def weighed(engine: Engine, query: Query) -> Answer:
    return finished(weigh(engine.scale, query))


def engine(config: EngineConfig) -> Engine:
    return _fitted(config.model_dump_json())


def listed(found: Engine, query: Query) -> list[int]:
    return [pick.item for pick in found.recommend(query, rng=np.random.default_rng(1))]


class TestTheSwitch:
    def test_below_it_all_items_are_scored(self) -> None:
        assert engine(FULL).scale.candidates is None
        assert engine(FULL).scale.weigh(Query()).found is None

    def test_is_at_the_number_that_is_configured(self) -> None:
        above = EngineConfig(blend=BLEND, index=IndexConfig(from_items=ITEMS + 1))
        assert engine(above).scale.candidates is None
        assert engine(COVERING).scale.candidates is not None

    @pytest.mark.parametrize("asked", QUERIES)
    def test_candidates_that_cover_everything_change_nothing(self, asked: str) -> None:
        query = QUERIES[asked]
        full, found = weighed(engine(FULL), query), weighed(engine(COVERING), query)
        assert found.found is not None
        assert len(found.found.positions) == ITEMS
        np.testing.assert_allclose(found.scores, full.scores, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(found.allowed, full.allowed)
        assert listed(engine(COVERING), query) == listed(engine(FULL), query)

    def test_reasons_are_the_same_too(self) -> None:
        query = QUERIES["a member"]
        for one, other in zip(engine(COVERING).recommend(query), engine(FULL).recommend(query), strict=True):
            assert [reason.kind for reason in one.reasons] == [reason.kind for reason in other.reasons]
            assert one.score == pytest.approx(other.score, rel=1e-3)
            assert one.exposed == other.exposed

    def test_many_songs_keep_the_dual_form_up_to_more_rows(self) -> None:
        few_rows = EaseConfig(dual_rows=1, primal_items=1, large_items=50)
        assert self._form(few_rows) == "dual"
        assert self._form(few_rows.model_copy(update={"large_items": ITEMS + 1})) == "sparse"

    def test_the_dual_form_is_the_same_by_pairs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        query = Query(taste=taste(1, 2, 3))
        found: list[Floats] = []
        for pair_costs in (0, 1_000_000):
            monkeypatch.setattr(ease, "_LOOKED_UP", pair_costs)
            alone = Engine(EngineConfig(blend=BlendConfig.only("ease"))).fit(generated(items=ITEMS))
            found.append(alone.scale.weigh(query).scores)
        np.testing.assert_allclose(found[0], found[1], rtol=1e-3, atol=1e-6)

    def _form(self, ease: EaseConfig) -> str:
        blend = Engine(EngineConfig(blend=BLEND, ease=ease)).fit(generated(items=ITEMS)).scale.blend
        return str(getattr(blend.parts["ease"], "form", ""))


class TestFewCandidates:
    def test_fewer_than_all_are_scored(self) -> None:
        found = engine(FEW).scale.weigh(QUERIES["a member"]).found
        assert found is not None
        assert len(found.positions) < ITEMS

    @pytest.mark.parametrize("asked", QUERIES)
    def test_what_is_scored_has_the_parts_of_its_score(self, asked: str) -> None:
        for pick in engine(FEW).recommend(QUERIES[asked]):
            told = engine(FEW).explain(QUERIES[asked], pick.item)
            assert sum(told.parts.values()) == pytest.approx(told.score, abs=1e-6)

    def test_any_item_can_be_explained(self) -> None:
        query = QUERIES["a member"]
        for number in range(0, ITEMS, 37):
            told = engine(FEW).explain(query, item(number))
            scores = engine(FEW).scale.weigh(query, np.array([number])).scores
            assert told.score == pytest.approx(float(scores[number]), rel=1e-3, abs=1e-4)

    @settings(max_examples=30)
    @given(
        liked=st.frozensets(st.integers(0, ITEMS - 1), max_size=12),
        excluded=st.frozensets(st.integers(0, ITEMS - 1), max_size=ITEMS),
        seeds=st.frozensets(st.integers(0, ITEMS - 1), max_size=2),
        count=st.integers(1, 12),
    )
    def test_what_is_excluded_never_comes(
        self, liked: frozenset[int], excluded: frozenset[int], seeds: frozenset[int], count: int
    ) -> None:
        query = Query(
            taste=taste(*liked), seeds=taste(*seeds), exclude=frozenset(map(ItemId, excluded)), count=count
        )
        shown = listed(engine(FEW), query)
        assert not {*shown} & (liked | excluded | seeds)
        assert len(shown) == len(set(shown)) <= count

    def test_a_song_that_nobody_likes_is_found_by_its_tag(self) -> None:
        dataset = generated(items=ITEMS)
        heard = set(dataset.interactions["item"]) | set(dataset.baskets["item"])
        unheard = [number for number in range(ITEMS) if number not in heard]
        assert unheard
        tags = [(f"rare {number}", number) for number in unheard]
        rare = pd.DataFrame({"item": unheard, "tag": [tag for tag, _ in tags], "weight": 1.0})
        more = replace(dataset, tags=pd.concat([dataset.tags, rare.assign(member=0)], ignore_index=True))
        found = Engine(FEW).fit(more)
        for tag, number in tags:
            assert number in listed(found, Query(tags={tag: 1.0}, count=3))

    def test_a_tap_counts_at_once(self) -> None:
        tapped = Engine(FEW).fit(generated(items=ITEMS))
        query = Query(group=HOME, count=10)
        before = listed(tapped, query)
        last = next(i for i in range(ITEMS) if i not in before)
        for number in range(100, 120):
            tapped.fold_in(group=HOME, member=member(number), item=item(last), weight=1.0)
        assert listed(tapped, query)[0] == last
        tapped.forget(member=member(100))
        assert listed(tapped, query)[0] == last

    def test_little_known_artists_have_their_share(self) -> None:
        query = replace(QUERIES["a member"], little_known=0.5)
        little = engine(FEW).little_known()
        assert little[listed(engine(FEW), query)].sum() >= 5

    def test_the_same_fit_answers_the_same(self) -> None:
        again = Engine(FEW).fit(played())
        for query in QUERIES.values():
            assert listed(again, query) == listed(engine(FEW), query)

    def test_what_was_stored_answers_the_same(self) -> None:
        arrays = engine(FEW).arrays()
        assert not any(array.dtype.hasobject for array in arrays.values())
        again = Engine(FEW).restore(arrays)
        for query in QUERIES.values():
            assert listed(again, query) == listed(engine(FEW), query)

    def test_a_blend_without_vectors_needs_no_graph(self) -> None:
        alone = EngineConfig(blend=BlendConfig.only("popularity"), index=FEW.index)
        found = Engine(alone).fit(generated(items=ITEMS))
        assert "index.graph" not in found.arrays()
        assert len(listed(Engine(alone).restore(found.arrays()), Query(count=10))) == 10

    def test_a_member_alone_is_found_by_their_rows(self) -> None:
        dataset = generated(items=ITEMS)
        query = Query(taste=rows_of(dataset, member(3)), group=HOME, member=member(3), count=10)
        full, few = listed(engine(FULL), query), listed(engine(FEW), query)
        assert len(set(full) & set(few)) >= 5


class TestFound:
    @pytest.mark.parametrize("asked", QUERIES)
    def test_what_each_one_stands_for_adds_up_to_all(self, asked: str) -> None:
        scale = engine(FEW).scale
        weighed = scale.weigh(QUERIES[asked])
        assert scale.candidates is not None
        found = scale.candidates.find(weighed.asked, also=np.array([7]))
        assert found.counts.sum() == pytest.approx(ITEMS)
        assert found.counts.min() >= 1
        assert 7 in found.positions
        assert (np.diff(found.positions) > 0).all()

    def test_laid_out_it_is_0_elsewhere(self) -> None:
        found = Found(np.array([1, 3]), np.array([1.0, 4.0]))
        assert found.wide(np.array([5, 6], dtype=np.float32), 5).tolist() == [0, 5, 0, 6, 0]

    def test_spread_counts_each_as_often_as_it_stands_for(self) -> None:
        values = np.array([[1.0, 2.0, 4.0]], dtype=np.float32)
        repeated = np.repeat(values, [1, 3, 2], axis=1)
        assert spread(values, np.array([1.0, 3.0, 2.0]))[0] == pytest.approx(spread(repeated)[0])
        assert spread(np.ones((1, 3), dtype=np.float32), np.ones(3))[0] == np.inf


class TestSources:
    def test_the_graph_finds_the_largest_products(self) -> None:
        rng = np.random.default_rng(0)
        vectors = rng.standard_normal((500, 8)).astype(np.float32) * rng.random((500, 1)).astype(np.float32)
        vectors[3] = 0
        nearest, asked = Nearest.of(vectors, IndexConfig()), vectors[0]
        best = np.argsort(-(vectors @ asked))[:10]
        assert np.isin(best, nearest(asked, 100)).mean() >= 0.9
        assert 3 not in nearest(asked, 1_000)
        assert not len(nearest(np.zeros(8, dtype=np.float32), 10))

    def test_content_finds_the_most_alike(self) -> None:
        space = engine(FULL).scale.material.content
        postings = Postings(space, IndexConfig())
        profile = space.dense(4) + space.dense(200)
        scores = space.vectors @ profile
        assert set(np.argsort(-scores)[:5].tolist()) <= set(postings.best(profile, 20).tolist())
        assert not len(postings.best(np.zeros_like(profile), 20))

    @given(st.lists(st.floats(-1e3, 1e3, width=32), max_size=30), st.integers(0, 40))
    def test_the_largest_are_the_largest(self, values: list[float], count: int) -> None:
        given_ = np.array(values, dtype=np.float32)
        found = given_[largest(given_, count)]
        assert sorted(found.tolist(), reverse=True) == sorted(values, reverse=True)[:count]
