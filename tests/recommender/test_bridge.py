"""The bridge says of a song nobody has heard what company would, by what the song is like."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, EngineConfig
from recommender.config import BridgeConfig
from recommender.material import Material
from recommender.models.base import Asked
from recommender.models.bridge import Bridge
from recommender.sparse import Doubles, Floats
from tests.recommender.engine_data import HOME, catalogue, generated, likes, member

ITEMS = 150
CONFIG = EngineConfig(bridge=BridgeConfig(ridge=2.0, company_ridge=5.0))
DATA = generated(members=60, items=ITEMS)


def learned(dataset: Dataset = DATA, config: EngineConfig = CONFIG) -> Bridge:
    return Bridge(config).learn(Material.of(dataset, config))


def said_of(model: Bridge, evidence: dict[int, float]) -> Floats:
    places = np.array(list(evidence), dtype=np.intp)
    asked = Asked.one(places, np.array(list(evidence.values())), len(model.material.catalogue))
    return model.scores(asked)[0]


def test_it_is_linear_in_the_evidence() -> None:
    model = learned()
    one, other = {3: 1.0, 8: -0.5}, {8: 1.0, 40: 2.0}
    together = said_of(model, {3: 2.0, 8: 2 * -0.5 - 3 * 1.0, 40: -3 * 2.0})
    np.testing.assert_allclose(
        together, 2 * said_of(model, one) - 3 * said_of(model, other), rtol=1e-3, atol=1e-5
    )


def test_it_is_the_formula() -> None:
    """Scores of one question by dense double precision; a constant on all items moves nobody's rank."""
    model = learned()
    evidence = {
        int(place): weight for place, weight in zip(model.support[[1, 5, 9]], (1.0, 0.5, -1.0), strict=True)
    }
    found = said_of(model, evidence).astype(np.float64)
    expected = by_the_book(model, evidence)
    np.testing.assert_allclose(found - found.mean(), expected - expected.mean(), rtol=1e-3, atol=1e-5)


def by_the_book(model: Bridge, evidence: dict[int, float]) -> Doubles:
    config, material, support = model.config.bridge, model.material, model.support
    rows = (material.ledger.likes.toarray() > 0).astype(np.float64)[:, support]
    scale = rows.sum(axis=0) ** (-config.popularity / 2)
    gram = (rows * scale).T @ (rows * scale) + config.company_ridge * np.eye(len(support))
    inverse = cast(Doubles, np.linalg.inv(gram))
    company: Doubles = -inverse / inverse.diagonal()
    np.fill_diagonal(company, 0)
    asked = np.zeros(ITEMS)
    asked[list(evidence)] = list(evidence.values())
    said: Doubles = (asked[support] * scale) @ company
    vectors = material.content.vectors.toarray().astype(np.float64)
    known = material.catalogue.popularity.astype(np.float64)
    known = (known - known[support].mean()) / known[support].std()
    kernel = vectors @ vectors[support].T + config.known * (np.outer(known, known[support]) + 1)
    solved = cast(Doubles, np.linalg.solve(kernel[support] + config.ridge * np.eye(len(support)), said))
    found: Doubles = kernel @ solved
    return found


def test_a_cold_song_with_the_tag_of_ones_kind_goes_first() -> None:
    """Two communities with a tag each; songs 20 to 22 nobody has heard: one of either tag, one of none."""
    rows = [(HOME, member(m), i) for m in range(12) for i in range(20) if m % 2 == i % 2]
    tags = pd.DataFrame({"item": range(22), "tag": ["calm", "loud"] * 11, "weight": 1.0})
    dataset = Dataset.from_frames(items=catalogue(23), interactions=likes(rows), tags=tags)
    model = learned(dataset)
    assert model.support.tolist() == list(range(20))
    for side in (0, 1):
        cold = said_of(model, {side: 1.0, side + 2: 1.0})[20:]
        assert cold[side] > cold[2] >= cold[1 - side]


def test_a_song_too_few_have_heard_says_nothing_of_others() -> None:
    rows = [(HOME, member(m), i) for m in range(3) for i in range(4)] + [
        (HOME, member(0), 4),
        (HOME, member(1), 4),
    ]
    model = learned(Dataset.from_frames(items=catalogue(6), interactions=likes(rows)))
    assert model.support.tolist() == [0, 1, 2, 3]
    assert not said_of(model, {4: 1.0, 5: 1.0}).any()
    assert said_of(model, {0: 1.0, 4: 1.0}).any()


@pytest.mark.parametrize("most", [0, 1, 7])
def test_only_the_most_shared_songs_carry(most: int) -> None:
    config = EngineConfig(bridge=BridgeConfig(most_items=most))
    model = learned(config=config)
    count = np.bincount(model.material.ledger.likes.indices, minlength=ITEMS)
    assert len(model.support) == most
    assert count[model.support].min(initial=10**9) >= np.delete(count, model.support).max(initial=0)
    assert np.isfinite(said_of(model, {3: 1.0})).all()
