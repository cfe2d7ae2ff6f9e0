"""iALS solves every row exactly, whichever way is shorter, and every sweep lowers the whole objective."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommender import EngineConfig
from recommender.config import IalsConfig
from recommender.material import Material
from recommender.models.base import Asked
from recommender.models.ials import Ials, Side, solve
from recommender.sparse import Doubles, Positions, csr
from tests.recommender.engine_data import generated

ITEMS = 150
DIMENSIONS = 12
UNOBSERVED = 0.1
LENGTHS = [0, 1, 2, 3, 3, 4, 10, 11, 12, 13, 30, 60]
"""Below, at and above the dimensions, where the way to solve changes."""


def normal_equations(
    vectors: Doubles, places: Positions, weights: Doubles, unobserved: float, ridge: float
) -> Doubles:
    """Solve one row densely: (a0 QᵀQ + Σ |w| q qᵀ + ridge I) p = Σ w q."""
    heard = vectors[places]
    matrix = unobserved * vectors.T @ vectors + (heard.T * np.abs(weights)) @ heard
    solved: Any = np.linalg.solve(matrix + ridge * np.eye(vectors.shape[1]), heard.T @ weights)
    return solved


@pytest.mark.parametrize("signed", [False, True])
def test_a_row_is_solved_exactly_either_way(signed: bool) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((80, DIMENSIONS))
    chosen = [rng.choice(80, length, replace=False).astype(np.intp) for length in LENGTHS]
    weights = [rng.uniform(-1 if signed else 0.1, 2, length) for length in LENGTHS]
    ridges = rng.uniform(0.05, 3, len(LENGTHS))
    rows = np.repeat(np.arange(len(LENGTHS)), LENGTHS)
    evidence = csr(np.concatenate(weights), rows, np.concatenate(chosen), (len(LENGTHS), 80))
    side = Side.of(vectors.astype(np.float32), UNOBSERVED)
    found = solve(evidence, side, ridges) @ side.basis.T
    for row, (places, weight) in enumerate(zip(chosen, weights, strict=True)):
        expected = normal_equations(vectors, places, weight, UNOBSERVED, float(ridges[row]))
        np.testing.assert_allclose(found[row], expected, rtol=1e-3, atol=1e-4)


def test_many_rows_are_solved_as_each_alone() -> None:
    rng = np.random.default_rng(2)
    side = Side.of(rng.standard_normal((200, 40)).astype(np.float32), UNOBSERVED)
    lengths = rng.integers(0, 60, 150)
    rows = np.repeat(np.arange(150), lengths)
    chosen: list[Positions] = [rng.permutation(200)[:length] for length in lengths.tolist()]
    places = np.concatenate(chosen)
    evidence = csr(rng.uniform(0.1, 1, len(rows)), rows, places, (150, 200))
    together = solve(evidence, side, np.ones(150))
    for row in range(150):
        one = solve(evidence[row : row + 1], side, np.ones(1))  # pyright: ignore
        np.testing.assert_allclose(one[0], together[row], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_row_is_drawn_to_where_its_features_put_it(length: int) -> None:
    rng = np.random.default_rng(length)
    vectors, place = rng.standard_normal((80, DIMENSIONS)), rng.standard_normal(DIMENSIONS)
    chosen, weights = rng.choice(80, length, replace=False), rng.uniform(0.1, 2, length)
    evidence = csr(weights, np.zeros(length, dtype=np.intp), chosen, (1, 80))
    side = Side.of(vectors.astype(np.float32), UNOBSERVED)
    drawn = place.astype(np.float32)[None, :] @ side.basis
    found = solve(evidence, side, np.array([0.7]), drawn) @ side.basis.T
    gram = UNOBSERVED * vectors.T @ vectors + (vectors[chosen].T * weights) @ vectors[chosen]
    right = vectors[chosen].T @ weights + 0.7 * place
    expected: Any = np.linalg.solve(gram + 0.7 * np.eye(DIMENSIONS), right)
    np.testing.assert_allclose(found[0], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("features", "prior"), [(0.0, 0.0), (0.0, 0.5), (1.0, 0.0), (1.0, 0.5)])
@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_every_sweep_lowers_the_objective(exponent: float, features: float, prior: float) -> None:
    losses = [objective(sweeps, exponent, features, prior) for sweeps in range(1, 7)]
    assert (np.diff(losses) < 1e-6 * losses[0]).all()
    assert losses[-1] < 0.99 * losses[0]


def objective(sweeps: int, exponent: float, features: float, prior: float) -> float:
    """Loss of the item vectors after so many sweeps, each row at its best; computed densely by its definition."""
    given = IalsConfig(dimensions=8, sweeps=sweeps, exponent=exponent, features=(features,), prior=prior)
    config = EngineConfig(ials=given)
    material = Material.of(DATA, config)
    items = Ials(config, seed=4).learn(material).side.vectors.astype(np.float64)
    around = material.surroundings.rows(material.ledger.owners, given.surroundings).toarray()
    likes = np.hstack([material.ledger.likes.toarray(), around])
    below = np.pad(features * material.features.toarray(), ((0, 0), (0, around.shape[1])))
    rows = np.vstack([likes, below]).astype(np.float64)
    rows = rows[rows.any(axis=1)]
    ridge = given.ridge * ((rows > 0).sum(axis=1) + given.unobserved * rows.shape[1]) ** exponent
    item_ridge = given.ridge * ((rows > 0).sum(axis=0) + given.unobserved * rows.shape[0]) ** exponent
    people = np.stack(
        [
            normal_equations(items, np.flatnonzero(row), row[row > 0], given.unobserved, float(ridge[number]))
            for number, row in enumerate(rows)
        ]
    )
    said = people @ items.T
    loss = given.unobserved * (said**2).sum() + (rows * (1 - said) ** 2).sum()
    drawn, lengths = place_of(material, items, item_ridge, prior) if prior else (np.zeros_like(items), 0.0)
    return float(
        loss + ridge @ (people**2).sum(axis=1) + item_ridge @ ((items - drawn) ** 2).sum(axis=1) + lengths
    )


def place_of(material: Material, items: Doubles, ridge: Doubles, prior: float) -> tuple[Doubles, float]:
    """Regress the item vectors on the features; also what the length of the map costs."""
    features = material.features.toarray().T.astype(np.float64)
    features /= np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)
    features = np.pad(features, ((0, len(items) - len(features)), (0, 0)))
    gram = (features.T * ridge) @ features + prior * np.eye(features.shape[1])
    found: Any = np.linalg.solve(gram, (features.T * ridge) @ items)
    return features @ found, prior * float((found**2).sum())


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 30])
def test_shares_add_up_with_dislikes_too(length: int) -> None:
    config = EngineConfig(ials=IalsConfig(dimensions=8))
    model = Ials(config).learn(Material.of(DATA, config))
    rng = np.random.default_rng(length)
    places = rng.choice(ITEMS, length, replace=False).astype(np.intp)
    asked = Asked.one(places, rng.uniform(-1, 1, length), ITEMS)
    everything = np.arange(ITEMS)
    np.testing.assert_allclose(
        model.shares(asked, everything).sum(axis=1), model.scores(asked)[0], rtol=1e-3, atol=1e-5
    )


def test_no_more_dimensions_than_rows_or_items() -> None:
    config = EngineConfig(ials=IalsConfig(dimensions=10_000))
    model = Ials(config).learn(Material.of(DATA, config))
    assert model.side.vectors.shape[1] <= ITEMS


@pytest.mark.parametrize(("large_items", "dimensions"), [(ITEMS, 9), (ITEMS - 1, 4)])
def test_a_large_catalogue_has_fewer_dimensions(large_items: int, dimensions: int) -> None:
    given = IalsConfig(dimensions=9, large_dimensions=4, large_items=large_items, sweeps=1)
    config = EngineConfig(ials=given)
    assert Ials(config).learn(Material.of(DATA, config)).side.vectors.shape[1] == dimensions


DATA = generated(members=50, items=ITEMS)
