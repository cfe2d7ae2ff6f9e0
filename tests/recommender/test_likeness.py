"""What the blocks of an item vector weigh is learned from held-out likes; albums bring their songs together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recommender import Dataset, EngineConfig
from recommender.config import BlendConfig, ContentConfig, FeatureConfig, WalkConfig
from recommender.content import Block, ContentSpace
from recommender.features import kin_rows
from recommender.likeness import judges, learned_likeness
from recommender.material import Material
from recommender.models.base import Asked
from recommender.models.rp3beta import Rp3beta
from recommender.tuning import Judged, climbed
from tests.recommender.engine_data import HOME, catalogue, likes, member

MEMBERS, OWN = 60, 12
GIVEN = ContentConfig()


def world(*, given_by_members: bool) -> Dataset:
    """Every member likes twelve songs by an artist of their own; tags tell who likes a song, or are given by who does.

    In the second case a like that is held out takes its tag along, so that only songs in sight have any.
    """
    owner = np.arange(MEMBERS * OWN) // OWN
    items = pd.DataFrame({"artist": [f"artist {who}" for who in owner]}, index=pd.RangeIndex(len(owner)))
    rows = likes([(HOME, member(int(who)), number) for number, who in enumerate(owner)])
    tag = owner // 10 if given_by_members else owner
    tags = pd.DataFrame({"item": rows["item"], "tag": [f"tag {t}" for t in tag], "weight": 1.0})
    if given_by_members:
        tags["member"] = rows["member"]
    else:
        items["artist"] = [f"artist {number % 7}" for number in range(len(owner))]
    return Dataset.from_frames(items=items, interactions=rows, tags=tags)


def test_tags_that_hidden_songs_lack_lose_their_weight() -> None:
    learned = learned_likeness(world(given_by_members=True), GIVEN, least_members=MEMBERS, seed=0)
    assert learned.artist > 3 * learned.tags
    assert learned.album == GIVEN.album


def test_weights_that_are_good_stay() -> None:
    assert learned_likeness(world(given_by_members=False), GIVEN, least_members=MEMBERS, seed=0) == GIVEN


@pytest.mark.parametrize(
    ("config", "least"), [(GIVEN, MEMBERS + 1), (GIVEN.model_copy(update={"learned": False}), 1)]
)
def test_too_few_judges_or_none_wanted_leave_the_weights(config: ContentConfig, least: int) -> None:
    assert learned_likeness(world(given_by_members=True), config, least_members=least, seed=0) == config


def test_a_judge_likes_ten_songs() -> None:
    rows = [(HOME, member(who), i) for who in range(4) for i in range(9 + who % 2)]
    assert judges(Dataset.from_frames(items=catalogue(20), interactions=likes(rows))) == 2


def test_material_holds_what_was_learned() -> None:
    config = EngineConfig(blend=BlendConfig(least_members=MEMBERS))
    material = Material.of(world(given_by_members=True), config)
    assert material.likeness.artist > 3 * material.likeness.tags
    assert Material.of(world(given_by_members=True), EngineConfig()).likeness == GIVEN


def albums() -> Dataset:
    """Songs 0 and 1 from one album, 2 and 3 by one artist, 4 and 5 alone."""
    items = catalogue(6)
    items["album"] = ["one", "one", "", "", "another", np.nan]
    items.loc[3, "artist"] = "artist 2"
    return Dataset.from_frames(items=items, interactions=likes([(HOME, member(0), 0), (HOME, member(0), 2)]))


def test_songs_of_one_album_are_alike() -> None:
    space = Material.of(albums(), EngineConfig()).content
    like = space.vectors.toarray() @ space.vectors.toarray().T  # pyright: ignore
    # Artist and album weigh the same, and the artists differ.
    assert like[0, 1] == pytest.approx(0.5)
    assert like[2, 3] == pytest.approx(1)
    assert like[0, 2] == like[4, 5] == 0
    assert (space.block == Block.ALBUM).sum() == 2


def test_a_block_without_weight_takes_no_room() -> None:
    dataset = albums()
    config = EngineConfig(content=ContentConfig(album=0))
    space = Material.of(dataset, config).content
    assert (space.block == Block.ALBUM).sum() == 2
    assert space.vectors[:, np.flatnonzero(space.block == Block.ALBUM)].nnz == 0  # pyright: ignore
    assert isinstance(space, ContentSpace)


def test_artists_and_albums_of_several_songs_are_rows() -> None:
    dataset = albums()
    rows = kin_rows(dataset, Material.of(dataset, EngineConfig()).catalogue)
    assert sorted(np.flatnonzero(row).tolist() for row in rows.toarray()) == [[0, 1], [2, 3]]  # pyright: ignore


@pytest.mark.parametrize(("kin", "found"), [(0.3, [1, 3]), (0.0, [])])
def test_a_walk_goes_by_way_of_artist_and_album(kin: float, found: list[int]) -> None:
    config = EngineConfig(walk=WalkConfig(kin=kin), features=FeatureConfig(tags=0))
    material = Material.of(albums(), config)
    scores = Rp3beta(config).learn(material).scores(Asked.one(np.array([0, 2]), np.ones(2), 6))[0]
    assert [place for place in np.flatnonzero(scores).tolist() if place not in (0, 2)] == found


def test_being_unheard_is_no_merit() -> None:
    """Songs 1 and 2 share an artist with song 0, and one of them is liked once, by somebody else."""
    items = catalogue(5)
    items.loc[[1, 2], "artist"] = "artist 0"
    rows = [(HOME, member(0), 0), (HOME, member(1), 1), (HOME, member(1), 4)]
    config = EngineConfig(walk=WalkConfig(alpha=1.0, beta=1.0))
    material = Material.of(Dataset.from_frames(items=items, interactions=likes(rows)), config)
    scores = Rp3beta(config).learn(material).scores(Asked.one(np.array([0]), np.ones(1), 5))[0]
    assert scores[1] == pytest.approx(scores[2])


def test_a_climb_begins_at_one_part_where_the_weights_are_of_another_kind() -> None:
    """The first part puts the wanted song first, the second last."""
    z = np.stack([np.arange(20.0), -np.arange(20.0)], axis=1)[None].repeat(3, axis=0).astype(np.float32)
    wanted = np.zeros((3, 20), dtype=np.bool_)
    wanted[:, 19] = True
    judged = Judged(z, wanted, np.ones(3))
    for start in ([0.01, 0.99], [0.9, 0.1]):
        best = climbed(judged, np.array(start), 10)
        assert best[0] > best[1]
