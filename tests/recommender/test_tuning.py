"""The weights of the blend are learned from members held out, and noise is given none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, EngineConfig
from recommender.config import BlendConfig, ContentConfig, FeatureConfig
from recommender.material import Material
from recommender.models.base import Asked, Asker
from recommender.models.blend import Blend
from recommender.sparse import Csr, Floats, csr
from recommender.tuning import Judged, ascend, laid_out, learned_weights, objective
from tests.recommender.engine_data import HOME, catalogue, likes, member

ITEMS, MEMBERS = 120, 700
AMOUNTS = (0.0, 1.0, 3.0, 12.0)
START = {"popularity": (1.0, 0.3, 0.2, 0.1), "content": (0.0, 0.4, 0.5, 0.5), "rp3beta": (0.0, 0.3, 0.3, 0.4)}


def config_of(**more: object) -> EngineConfig:
    given = {"amounts": AMOUNTS, "weights": START, "least_members": 100, **more}
    # Tags make no rows, so that content alone reads them.
    return EngineConfig(
        blend=BlendConfig.model_validate(given),
        content=ContentConfig(learned=False),
        features=FeatureConfig(tags=0.0),
    )


def world(*, tags_tell: bool) -> Dataset:
    """Members like songs of two kinds out of ten, now and then any other; tags tell the kind, or nothing at all.

    Tags that tell nothing are spread evenly over the kinds: drawn at random they would tell a little by chance.
    """
    rng = np.random.default_rng(0)
    kind = np.arange(ITEMS) % 10
    rows: list[tuple[int, int, int]] = []
    for who in range(MEMBERS):
        chance = np.where(np.isin(kind, rng.choice(10, 2, replace=False)), 1.0, 0.03)
        rows += [
            (HOME, member(who), int(i)) for i in rng.choice(ITEMS, 16, replace=False, p=chance / chance.sum())
        ]
    tag = kind if tags_tell else np.arange(ITEMS) // 10 % 6
    tags = pd.DataFrame({"item": range(ITEMS), "tag": [f"kind {k}" for k in tag], "weight": 1.0})
    return Dataset.from_frames(items=catalogue(ITEMS), interactions=likes(rows), tags=tags)


@pytest.fixture(scope="module")
def noisy() -> BlendConfig:
    return learned_weights(world(tags_tell=False), config_of(), seed=0)


def test_noise_is_given_little_weight(noisy: BlendConfig) -> None:
    """It begins at .4 to .5, and some 60 strangers a holdout judge the small amounts."""
    assert np.mean(noisy.weights["content"][1:]) <= 0.2
    assert max(noisy.weights["content"][1:]) <= 0.3
    assert min(noisy.weights["rp3beta"][1:]) >= 0.7


def test_what_tells_is_given_weight() -> None:
    """Here as many members again like anything, which clouds what company says; the tags are as clear as before."""
    dataset = world(tags_tell=True)
    shuffled = dataset.interactions.assign(
        item=np.random.default_rng(1).permutation(dataset.interactions["item"].to_numpy())
    )
    mixed = pd.concat(
        [dataset.interactions, shuffled.assign(member=shuffled["member"] + 10_000)], ignore_index=True
    )
    one = learned_weights(
        Dataset.from_frames(items=dataset.items, interactions=mixed, tags=dataset.tags), config_of(), seed=0
    )
    assert min(one.weights["content"][1:]) > 0.1


def test_weights_add_up_to_one(noisy: BlendConfig) -> None:
    for place in range(1, len(AMOUNTS)):
        assert sum(weights[place] for weights in noisy.weights.values()) == pytest.approx(1, abs=1e-3)
        assert all(weights[place] >= 0 for weights in noisy.weights.values())


def test_without_evidence_the_weights_stay(noisy: BlendConfig) -> None:
    assert {name: weights[0] for name, weights in noisy.weights.items()} == {
        name: weights[0] for name, weights in START.items()
    }


def test_one_seed_learns_one_blend(noisy: BlendConfig) -> None:
    assert learned_weights(world(tags_tell=False), config_of(), seed=0) == noisy


@pytest.mark.parametrize(("liked", "least"), [(16, MEMBERS + 1), (9, 1)])
def test_too_few_members_leave_the_weights(liked: int, least: int) -> None:
    """A member counts who likes ten songs; songs disliked are none of them."""
    dataset = world(tags_tell=True)
    rows = dataset.interactions
    place = rows.groupby("member").cumcount()
    signed = rows.assign(weight=np.where(place < liked, 1.0, -1.0))
    few = Dataset.from_frames(items=dataset.items, interactions=signed, tags=dataset.tags)
    config = config_of(least_members=least)
    assert learned_weights(few, config, seed=0) == config.blend


def test_amounts_that_nobody_reaches_leave_the_weights() -> None:
    config = config_of(amounts=(0.0, 1.0, 30.0, 40.0))
    learned = learned_weights(world(tags_tell=True), config, seed=0)
    assert {name: weights[2] for name, weights in learned.weights.items()} == {
        name: weights[2] for name, weights in START.items()
    }


def test_popularity_alone_stays_alone() -> None:
    config = config_of(weights={"popularity": (1.0, 1.0, 1.0, 1.0)})
    assert learned_weights(world(tags_tell=True), config, seed=0) == config.blend


def test_a_blend_learns_its_weights_by_itself(noisy: BlendConfig) -> None:
    config = config_of()
    blend = Blend(config).learn(Material.of(world(tags_tell=False), config))
    assert blend.weights == noisy
    fixed = config_of(learned=False)
    assert Blend(fixed).learn(Material.of(world(tags_tell=False), fixed)).weights == fixed.blend


# The climb by itself: three candidates a question, one part that knows and one that does not.


def questions(count: int = 200) -> Judged:
    rng = np.random.default_rng(0)
    z = rng.standard_normal((count, 30, 2)).astype(np.float32)
    wanted = np.zeros((count, 30), dtype=np.bool_)
    np.put_along_axis(wanted, np.argsort(-z[:, :, 1], axis=1)[:, :3], values=True, axis=1)
    return Judged(z, wanted, np.full(count, 3.0))


def test_the_climb_finds_the_part_that_knows() -> None:
    judged = questions()
    found = ascend(judged, np.array([1.0, 0.0]), cut=5)
    assert found.sum() == pytest.approx(1)
    assert found[1] > 0.8
    assert objective(judged, found, 5) > 0.95
    assert objective(judged, np.array([0.0, 1.0]), 5) == pytest.approx(1)


def test_the_climb_never_goes_down() -> None:
    judged = questions()
    for start in ([1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [3.0, 1.0]):
        weights = np.array(start)
        assert objective(judged, ascend(judged, weights, cut=5), 5) >= objective(judged, weights, 5)


def test_the_objective_by_hand() -> None:
    """Wanted are the first and the third of three: NDCG@2 is 1 / (1 + 1 / log2 3), recall@2 is 1 / 2."""
    z: Floats = np.array([[[3.0], [2.0], [1.0]]], dtype=np.float32)
    judged = Judged(z, np.array([[True, False, True]]), np.array([2.0]))
    ndcg = 1 / (1 + 1 / np.log2(3))
    assert objective(judged, np.array([1.0]), 2) == pytest.approx((ndcg + 0.5) / 2)
    assert objective(judged, np.array([1.0]), 3) == pytest.approx(((1 + 0.5) / (1 + 1 / np.log2(3)) + 1) / 2)


def batch(*evidence: int) -> tuple[Asked, Csr]:
    """Questions of the first so many songs each, who want the last one."""
    rows = np.repeat(np.arange(len(evidence)), evidence)
    places = np.concatenate([np.arange(length) for length in evidence])
    shape = (len(evidence), ITEMS)
    wanted = csr(np.ones(shape[0]), np.arange(shape[0]), np.full(shape[0], ITEMS - 1), shape)
    return Asked(csr(np.ones(len(rows)), rows, places, shape), [Asker()] * shape[0]), wanted


def test_nothing_ranks_below_a_place_without_a_candidate() -> None:
    """Of 129 questions, asked in three parts, the last has few candidates: all songs but the many asked from."""
    config = config_of()
    blend = Blend(config).learn_parts(Material.of(world(tags_tell=True), config), config.blend)
    asked, wanted = batch(*[2] * 128, ITEMS - 10)
    judged = laid_out(blend, asked, wanted)
    held = judged.z.max(axis=2) > -100
    assert held[:-1].sum(axis=1).min() >= 60
    assert held[-1].sum() == 10
    assert (judged.z[~held] < judged.z[held].min()).all()
    assert judged.wanted[-1].sum() == 1
    assert not judged.wanted[~held].any()


def test_no_more_members_judge_than_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def counted(blend: Blend, asked: Asked, wanted: Csr) -> Judged:
        seen.append(len(asked))
        return laid_out(blend, asked, wanted)

    monkeypatch.setattr("recommender.tuning.laid_out", counted)
    learned_weights(world(tags_tell=True), config_of(questions=31), seed=0)
    assert seen == [31, 31, 31] * EngineConfig().blend.holdouts
