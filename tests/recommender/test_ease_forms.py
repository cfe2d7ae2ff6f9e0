"""EASE has three forms; they are one regression, and the one that suits the size is chosen by itself."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, EngineConfig
from recommender.config import EaseConfig, FeatureConfig
from recommender.material import Material
from recommender.models.base import Asked
from recommender.models.ease import Ease, choose
from recommender.sparse import Doubles, Floats
from tests.recommender.engine_data import HOME, catalogue, generated, likes, member

MEMBERS, ITEMS = 40, 25
EVERYTHING = np.arange(ITEMS)


def random_data(*, full_basket: bool = False, servers: int = 1, seed: int = 3) -> Dataset:
    """Weighted likes, baskets and tags at random; every item is liked more than once."""
    rng = np.random.default_rng(seed)
    heard = np.argwhere(rng.random((MEMBERS, ITEMS)) < np.linspace(0.1, 0.6, ITEMS))
    rows = likes([(HOME + int(m) % servers, member(int(m)), int(i)) for m, i in heard])
    together = [(f"b{basket}", int(i)) for basket in range(6) for i in rng.choice(ITEMS, 5, replace=False)]
    together += [("everything", i) for i in range(ITEMS)] if full_basket else []
    tags = pd.DataFrame(
        {
            "item": np.tile(EVERYTHING, 2),
            "tag": rng.choice(list("pqrs"), 2 * ITEMS),
            "weight": 1 + rng.random(2 * ITEMS),
        }
    )
    return Dataset.from_frames(
        items=catalogue(ITEMS),
        interactions=rows.assign(weight=0.3 + rng.random(len(rows))),
        baskets=pd.DataFrame(together, columns=["basket", "item"]),
        tags=tags,
    )


def config_of(form: str, **more: float) -> EngineConfig:
    limits = {
        "dual": {"dual_rows": 10_000},
        "primal": {"dual_rows": 0, "primal_items": 10_000},
        "sparse": {"dual_rows": 0, "primal_items": 0},
    }
    return EngineConfig(
        ease=EaseConfig.model_validate({"ridge": 7.0, "neighbours": ITEMS, **limits[form], **more}),
        features=FeatureConfig(least_items=2),
    )


def learned(config: EngineConfig, dataset: Dataset) -> Ease:
    return Ease(config).learn(Material.of(dataset, config))


def weights(model: Ease) -> Doubles:
    """Weight of each evidence item (column) in each item (row), by asking for one at a time; nothing of itself."""
    items = len(model.material.catalogue)
    table = np.stack([model.scores(asked_for(place, items))[0] for place in range(items)], axis=1)
    np.fill_diagonal(table, 0)
    return table.astype(np.float64)


def asked_for(place: int, items: int) -> Asked:
    return Asked.one(np.array([place]), np.ones(1), items)


def stacked(material: Material, ease: EaseConfig) -> Doubles:
    """Members, baskets and features above each other; items, then where the members are, beside each other."""
    around = material.surroundings.rows(material.ledger.owners, ease.surroundings).toarray()
    features = np.pad(ease.features * material.features.toarray(), ((0, 0), (0, around.shape[1])))
    return np.vstack([np.hstack([material.ledger.likes.toarray(), around]), features]).astype(np.float64)


def by_the_book(config: EngineConfig, dataset: Dataset) -> Doubles:
    """EASE in dense double precision: B = I - P / diag(P), columns scaled before and scaled back after."""
    material = Material.of(dataset, config)
    ease = config.ease
    rows = stacked(material, ease)
    count = np.maximum(rows[: material.ledger.likes.shape[0]].sum(axis=0), 0.5)
    scaled = rows * count ** (-ease.popularity / 2)
    inverse = cast(Doubles, np.linalg.inv(scaled.T @ scaled + ease.ridge * np.eye(len(count))))
    damped = ease.ridge ** (1 - ease.diagonal) / inverse.diagonal() ** ease.diagonal
    found: Doubles = -inverse * damped[:, None]
    np.fill_diagonal(found, 0)
    found *= count ** (-ease.popularity / 2) * count[:, None] ** (ease.popularity_out / 2)
    return found[:ITEMS, :ITEMS]


@pytest.mark.parametrize("form", ["dual", "primal"])
@pytest.mark.parametrize("features", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("alpha", "alpha_out"), [(0.0, 0.0), (0.5, 0.35), (1.0, 1.0)])
@pytest.mark.parametrize("diagonal", [0.5, 1.0])
def test_the_exact_forms_are_the_formula(
    form: str, features: float, alpha: float, alpha_out: float, diagonal: float
) -> None:
    config = config_of(form, features=features, popularity=alpha, popularity_out=alpha_out, diagonal=diagonal)
    dataset = random_data()
    model = learned(config, dataset)
    assert model.form == form
    np.testing.assert_allclose(weights(model), by_the_book(config, dataset), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("diagonal", [0.5, 1.0])
def test_sparse_is_exact_where_every_item_meets_every_other(diagonal: float) -> None:
    """Regressing one item on all others is EASE; only pairs that never meet are left out."""
    config, dataset = config_of("sparse", diagonal=diagonal), random_data(full_basket=True)
    model = learned(config, dataset)
    assert model.form == "sparse"
    np.testing.assert_allclose(weights(model), by_the_book(config, dataset), rtol=1e-4, atol=1e-6)


def test_few_regressors_are_the_most_correlated_ones_regressed_alone() -> None:
    """Where some are left out, an item's weights are still the exact ridge regression on those that stay."""
    dataset = random_data()
    config = config_of("sparse", neighbours=6, popularity=0.0, popularity_out=0.0, diagonal=1.0)
    model = learned(config, dataset)
    rows = stacked(model.material, config.ease)
    gram = rows.T @ rows
    correlated: Doubles = gram / np.sqrt(np.outer(gram.diagonal(), gram.diagonal()))
    for place, found in enumerate(weights(model)):
        kept = np.flatnonzero(found)
        others = np.delete(correlated[place], np.append(kept, place))
        assert len(kept) == 6
        assert correlated[place, kept].min() >= others.max() - 1e-6
        held = gram[np.ix_(kept, kept)] + config.ease.ridge * np.eye(6)
        solved = cast(Doubles, np.linalg.solve(held, gram[kept, place]))
        np.testing.assert_allclose(found[kept], solved, rtol=1e-4)


def test_few_regressors_say_nearly_what_all_do() -> None:
    dataset = generated(members=120, items=150)
    few, everything = config_of("sparse", neighbours=20), config_of("primal", neighbours=150)
    one, other = weights(learned(few, dataset)), weights(learned(everything, dataset))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("form", ["dual", "primal"])
def test_servers_are_columns_too(form: str) -> None:
    """Weights between items are those of the regression in which the members' servers stand beside the items."""
    config, dataset = config_of(form, neighbours=ITEMS + 3), random_data(servers=3)
    expected = by_the_book(config, dataset)
    np.testing.assert_allclose(weights(learned(config, dataset)), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("form", ["primal", "sparse"])
def test_a_table_keeps_so_many_weights_of_an_item(form: str) -> None:
    dataset = random_data()
    kept = weights(learned(config_of(form, neighbours=4), dataset))
    assert (np.count_nonzero(kept, axis=1) <= 4).all()
    assert (np.count_nonzero(kept, axis=1) > 0).all()


def test_what_the_primal_form_keeps_is_largest() -> None:
    """Before popularity is undone."""
    few, everything = (
        weights(
            learned(config_of("primal", neighbours=count, popularity=0.0, popularity_out=0.0), random_data())
        )
        for count in (4, ITEMS)
    )
    kept = few != 0
    np.testing.assert_allclose(few[kept], everything[kept], rtol=1e-6)
    least = np.where(kept, np.abs(everything), np.inf).min(axis=1)
    assert (least >= np.where(kept, 0, np.abs(everything)).max(axis=1)).all()


@pytest.mark.parametrize(
    ("rows", "shared", "form"),
    [
        (0, 0, "dual"),
        (6_000, 10**6, "dual"),
        (6_001, 8_000, "primal"),
        (6_001, 8_001, "sparse"),
        (10**6, 2, "primal"),
    ],
)
def test_the_form_is_chosen_by_size(rows: int, shared: int, form: str) -> None:
    assert choose(rows, shared, EaseConfig()) == form


def test_the_switch_is_where_it_is_said_to_be() -> None:
    """All rows count: members, baskets and features; of the items those that two rows share."""
    dataset = random_data()
    material = Material.of(dataset, config_of("dual"))
    rows = material.ledger.likes.shape[0] + material.features.shape[0]
    found: dict[str, Floats] = {}
    for dual_rows, primal_items, form in [
        (rows, 0, "dual"),
        (rows - 1, ITEMS, "primal"),
        (rows - 1, ITEMS - 1, "sparse"),
    ]:
        config = config_of("dual", dual_rows=dual_rows, primal_items=primal_items)
        model = learned(config, dataset)
        assert model.form == form
        found[form] = model.scores(asked_for(0, ITEMS))[0, 1:]
    np.testing.assert_allclose(found["dual"], found["primal"], rtol=1e-4, atol=1e-6)
    assert np.corrcoef(found["primal"], found["sparse"])[0, 1] > 0.9


@pytest.mark.parametrize("form", ["primal", "sparse"])
def test_what_nobody_shares_says_nothing(form: str) -> None:
    rows = [(HOME, member(m), i) for m in range(3) for i in range(3)] + [(HOME, member(0), 3)]
    config = config_of(form)
    table = weights(learned(config, Dataset.from_frames(items=catalogue(5), interactions=likes(rows))))
    assert (table[:3, :3] > 0).sum() == 6
    assert not table[3:].any()
    assert not table[:, 3:].any()


@pytest.mark.parametrize("form", ["dual", "primal", "sparse"])
@pytest.mark.parametrize("shared", [0, 1, 2])
def test_hardly_anything_shared_is_no_error(form: str, shared: int) -> None:
    rows = [(HOME, member(m), m) for m in range(4)]
    rows += [(HOME, member(9), i) for i in range(shared)]
    config = config_of(form)
    dataset = Dataset.from_frames(items=catalogue(6), interactions=likes(rows))
    table = weights(learned(config, dataset))
    assert np.isfinite(table).all()
    assert table.any() == (shared == 2)


def test_members_ask_again_with_one_song_more() -> None:
    """The dual form keeps what it solved for a song, which changes no answer."""
    config = config_of("dual")
    model = learned(config, random_data())
    fresh = learned(config, random_data())
    for place in range(ITEMS):
        model.scores(asked_for(place, ITEMS))
    liked = Asked.one(np.array([3, 8, 3]), np.array([1.0, -0.3, 0.5]), ITEMS)
    np.testing.assert_array_equal(model.scores(liked), fresh.scores(liked))
