"""What nobody measured is estimated from tags, kept apart from what was, and only where that is better than the genre."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from benchmarks.estimates import measure
from recommender import Dataset, Engine, EngineConfig, ItemId, Query, ReasonKind, UnknownItem
from recommender.catalogue import Catalogue
from recommender.config import BlendConfig, ContentConfig, EstimateConfig
from recommender.estimates import Estimates
from recommender.sparse import Mask
from tests.recommender.engine_data import HOME, generated, item, likes, member, real, taste

SONGS = 600
QUICK = EstimateConfig(trees=15)
WITHOUT = EstimateConfig(weight=0)


def world(*, lacking: float = 0.4, noise: float = 0.05, seed: int = 0) -> Dataset:
    """Songs of one of twelve genres, half of them tagged "loud" too: that alone makes their energy. Tempo is luck."""
    rng = np.random.default_rng(seed)
    genre, loud = rng.integers(12, size=SONGS), rng.random(SONGS) < 0.5
    audio = pd.DataFrame(
        {
            "energy": 0.3 + 0.4 * loud + noise * rng.standard_normal(SONGS),
            "tempo": 120 + 20 * rng.standard_normal(SONGS),
        }
    )
    tags = [(number, f"genre {genre[number]}") for number in range(SONGS)]
    tags += [(int(number), "loud") for number in np.flatnonzero(loud)]
    items = pd.DataFrame(
        {"artist": [f"artist {number // 3}" for number in range(SONGS)], "released": 1960 + genre},
        index=pd.RangeIndex(SONGS),
    )
    return Dataset.from_frames(
        items=items,
        tags=pd.DataFrame(tags, columns=["item", "tag"]).assign(weight=1.0),
        audio=audio[rng.random(SONGS) >= lacking],
        interactions=likes(
            [(HOME, member(who), int(i)) for who in range(20) for i in rng.integers(SONGS, size=12)]
        ),
    )


def estimated(dataset: Dataset, config: EstimateConfig = QUICK, seed: int = 0) -> Estimates:
    return Estimates.of(dataset, Catalogue.build(dataset.items), config, seed=seed)


def lacking(dataset: Dataset) -> Mask:
    return ~dataset.items.index.isin(dataset.audio.index)


def configured(estimates: EstimateConfig = QUICK) -> EngineConfig:
    return EngineConfig(content=ContentConfig(estimates=estimates), blend=BlendConfig(learned=False))


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return world()


@pytest.fixture(scope="module")
def engine(dataset: Dataset) -> Engine:
    return Engine(configured()).fit(dataset)


def loud(dataset: Dataset) -> Mask:
    tagged = dataset.tags.loc[dataset.tags["tag"] == "loud", "item"]
    return dataset.items.index.isin(tagged)


def test_a_feature_that_one_tag_makes_is_found(dataset: Dataset) -> None:
    found = estimated(dataset)
    energy, gone = found.values[:, 0], lacking(dataset)
    assert np.isnan(energy[~gone]).all()
    assert np.abs(energy[gone] - (0.3 + 0.4 * loud(dataset)[gone])).max() < 0.1
    error = found.errors[0]
    assert error.feature == "energy"
    assert error.estimate < 0.06 < 0.15 < error.genre


def test_what_nothing_tells_is_not_estimated(dataset: Dataset) -> None:
    found = estimated(dataset)
    assert np.isnan(found.values[:, 1]).all()
    assert [error.feature for error in found.errors] == ["energy"]


def test_a_new_artist_s_songs_are_estimated_from_tags_and_an_old_one_s_also_from_their_others(
    dataset: Dataset,
) -> None:
    rng = np.random.default_rng(5)
    artist = np.arange(SONGS) // 10
    manner = rng.normal(0, 0.2, size=60)[artist]
    audio = dataset.audio.assign(energy=dataset.audio["energy"] + manner[dataset.audio.index])
    items = dataset.items.assign(artist=[f"artist {number}" for number in artist])
    known = replace(dataset, items=items, audio=audio[audio.index >= 150])
    off = np.abs(estimated(known).values[:, 0] - (0.3 + 0.4 * loud(dataset) + manner))
    of_new = artist < 15
    assert np.nanmean(off[~of_new]) < 0.6 * np.nanmean(off[of_new])
    assert np.nanmean(off[of_new]) < 0.25


def test_only_what_lacks_is_filled_where_some_features_are_known() -> None:
    dataset = world()
    audio = dataset.audio.copy()
    audio.loc[audio.index[::3], "energy"] = np.nan
    found = estimated(replace(dataset, audio=audio))
    positions = dataset.items.index.get_indexer(audio.index)
    assert (np.isnan(found.values[positions, 0]) == audio["energy"].notna().to_numpy()).all()
    assert np.isnan(found.values[positions, 1]).all()


def test_measured_features_stay_what_they_are(dataset: Dataset, engine: Engine) -> None:
    plain = Engine(configured(WITHOUT)).fit(dataset).scale.material.content.vectors.toarray()  # pyright: ignore
    filled = engine.scale.material.content.vectors.toarray()  # pyright: ignore
    columns = plain.shape[1]
    assert np.array_equal(filled[:, :columns], plain)
    assert not filled[~lacking(dataset), columns:].any()
    assert filled[lacking(dataset), columns:].any(axis=1).all()


def test_the_engine_tells_what_is_estimated(dataset: Dataset, engine: Engine) -> None:
    gone = lacking(dataset)
    told = [engine.estimated(item(number)) for number in range(SONGS)]
    assert told == [("energy",) if away else () for away in gone]
    figures = engine.estimates
    assert figures["estimated"] == gone.sum()
    assert 0 < figures["estimate_mae_energy"] < 0.06
    with pytest.raises(UnknownItem):
        engine.estimated(item(10**6))


def test_a_wish_finds_songs_that_were_never_measured(dataset: Dataset) -> None:
    wish = Query(audio={"energy": 1.0}, group=HOME, count=40, per_artist=40)
    gone = lacking(dataset)

    def found(config: EstimateConfig) -> list[int]:
        picks = Engine(configured(config)).fit(dataset).recommend(wish)
        return [pick.item for pick in picks if gone[pick.item]]

    here = found(QUICK)
    assert len(here) > len(found(WITHOUT))
    assert loud(dataset)[here].all()


def test_no_reason_names_a_feature_on_the_strength_of_an_estimate(dataset: Dataset, engine: Engine) -> None:
    gone = lacking(dataset)
    liked = taste(*np.flatnonzero(loud(dataset) & ~gone)[:6].tolist())
    named = 0
    for query in (
        Query(taste=liked, group=HOME),
        Query(audio={"energy": 1.0}, taste=liked),
        Query(seeds=liked),
    ):
        for number in range(0, SONGS, 7):
            told = engine.explain(query, item(number))
            assert np.isclose(sum(told.parts.values()), told.score, rtol=1e-9, atol=1e-12)
            features = [r.feature for r in told.reasons if r.kind is ReasonKind.AUDIO and r.feature]
            assert not (gone[number] and "energy" in features)
            named += "energy" in features
    assert named > 0


def test_nor_does_one_when_what_is_liked_was_estimated(dataset: Dataset, engine: Engine) -> None:
    gone = lacking(dataset)
    liked = taste(*np.flatnonzero(loud(dataset) & gone)[:6].tolist())
    for number in np.flatnonzero(~gone)[:60].tolist():
        reasons = engine.explain(Query(taste=liked, group=HOME), item(number)).reasons
        assert not any(reason.feature for reason in reasons)


def test_estimates_survive_a_file(dataset: Dataset, engine: Engine) -> None:
    again = Engine(configured()).restore(engine.arrays())
    query = Query(audio={"energy": 1.0}, taste=taste(1, 2, 3), group=HOME)
    assert [again.estimated(item(n)) for n in range(SONGS)] == [
        engine.estimated(item(n)) for n in range(SONGS)
    ]
    assert again.recommend(query) == engine.recommend(query)
    assert again.estimates == {"estimated": engine.estimates["estimated"]}


def test_the_same_seed_estimates_the_same(dataset: Dataset) -> None:
    first, again = estimated(dataset), estimated(dataset)
    assert np.array_equal(first.values, again.values, equal_nan=True)
    assert first.errors == again.errors
    assert not np.array_equal(first.values, estimated(dataset, seed=1).values, equal_nan=True)


@pytest.mark.parametrize("audio", [True, False])
def test_nothing_changes_where_all_is_measured_or_nothing(audio: bool) -> None:
    dataset = generated()
    if not audio:
        dataset = replace(dataset, audio=dataset.audio.iloc[:0])
    engines = [Engine(configured(estimates)).fit(dataset) for estimates in (EstimateConfig(), WITHOUT)]
    one, other = (engine.arrays() for engine in engines)
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f") for name in one)
    query = Query(taste=taste(1, 2, 3), audio={"energy": 1.0}, group=HOME)
    assert engines[0].recommend(query) == engines[1].recommend(query)
    assert engines[0].explain(query, item(9)) == engines[1].explain(query, item(9))
    assert engines[0].estimates == {"estimated": 0}


def test_too_few_rows_are_not_learned_from(dataset: Dataset) -> None:
    few = replace(dataset, audio=dataset.audio.iloc[: QUICK.least_rows - 1])
    assert np.isnan(estimated(few).values).all()
    assert not estimated(few).errors


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_any_input_is_answered(data: st.DataObject) -> None:
    songs = data.draw(st.sampled_from([0, 1, 2, 60, 90]))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    values = rng.choice(
        data.draw(st.sampled_from([(0.5,), (np.nan,), (0.0, np.nan), (0.1, 0.9, -1e6, np.nan)])), (songs, 3)
    )
    audio = pd.DataFrame(values, columns=["energy", "tempo", "mode"])[rng.random(songs) < 0.8]
    names = data.draw(st.sampled_from([("",), ("a",), ("a", "b", "")]))
    released = data.draw(st.sampled_from([np.nan, 1999.5]))
    tags = pd.DataFrame(
        {"item": rng.integers(max(songs, 1), size=3 * songs), "tag": rng.choice(["x", "y"], 3 * songs)}
    )
    dataset = Dataset.from_frames(
        items=pd.DataFrame(
            {"artist": rng.choice(names, songs), "released": released}, index=pd.RangeIndex(songs)
        ),
        tags=tags.assign(weight=1.0) if data.draw(st.booleans()) else None,
        audio=audio,
    )
    found = estimated(dataset, EstimateConfig(least_rows=50, trees=3))
    measured = dataset.audio.reindex(dataset.items.index).notna().to_numpy(dtype="bool")
    assert found.values.shape == measured.shape
    assert np.isnan(found.values[measured]).all()
    engine = Engine(configured(EstimateConfig(least_rows=50, trees=3))).fit(dataset)
    assert all(
        np.isfinite(pick.score)
        for pick in engine.recommend(Query(audio={"energy": 1.0}, taste={ItemId(0): 1.0}))
    )


def test_on_real_songs_estimates_beat_the_mean_of_the_subgenre() -> None:
    rows = measure(real("spotify_songs/spotify_songs.csv.gz"), seeds=1)
    explained = {(row.protocol, row.feature): row.r2[0] for row in rows}
    for protocol, energy, loudness in (("by artist", 0.22, 0.21), ("at random", 0.33, 0.36)):
        assert energy < explained[protocol, "energy"] < energy + 0.08
        assert loudness < explained[protocol, "loudness"] < loudness + 0.08
    for row in rows:
        # Neither tags nor artists tell a key.
        assert row.feature != "key" or not row.estimated
        # What is better by a hair on the part that judges may be worse by one on the songs held out here.
        assert not row.estimated or row.mae[0] < 1.02 * min(row.mae[1:])
        assert not row.estimated or row.r2[0] > max(row.r2[1:]) - 0.01
