"""What every model promises, whatever it computes inside: one suite for all of them and for their blend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Dataset, DatasetError, Engine, EngineConfig, GroupId, Query, UnknownItem
from recommender.config import BlendConfig, FeatureConfig, ServerConfig
from recommender.errors import NotFitted
from recommender.material import Material
from recommender.models import MODELS
from recommender.models.base import Asked, Asker, ItemModel
from recommender.models.blend import Blend
from recommender.sparse import Arrays, Doubles, Floats, Positions, from_parts
from tests.recommender.engine_data import (
    AWAY,
    HOME,
    catalogue,
    checkerboard,
    generated,
    item,
    likes,
    member,
    taste,
)

# Sessions answer from what was heard last, not from evidence; they have a suite of their own.
NAMES = sorted(MODELS.keys() - {"sessions", Blend.name})
EVIDENT = sorted(set(NAMES) - {"popularity"})
"""Models that answer from evidence."""
COMPANY = sorted(set(EVIDENT) - {"content"})
"""Models that answer from who likes what."""
BLENDED = BlendConfig(
    amounts=(0.0, 5.0), weights=dict.fromkeys(NAMES, (1.0, 0.5)), trust_kappa=1e-6, learned=False
)
CONFIG = EngineConfig(
    blend=BLENDED,
    server=ServerConfig(kappa=1e-6),
    features=FeatureConfig(artists=0.5, audio=0.5, least_items=1),
)
"""Every feature in use, and small data trusted."""
BARE = CONFIG.model_copy(update={"features": FeatureConfig(tags=0.0)})
"""No feature at all: members and baskets alone."""
Question = Sequence[tuple[int, float]]


def learned(name: str, dataset: Dataset, config: EngineConfig = CONFIG, *, seed: int = 0) -> ItemModel:
    return made(name, config, seed=seed).learn(Material.of(dataset, config))


def made(name: str, config: EngineConfig = CONFIG, *, seed: int = 0) -> ItemModel:
    return Blend(config, seed=seed) if name == Blend.name else MODELS[name](config, seed=seed)


def asked(model: ItemModel, *questions: Question, asker: Asker | None = None) -> Asked:
    """Ask by positions; one asker for all."""
    ones = [alone(model, question, asker) for question in questions]
    evidence = from_parts(
        np.concatenate([one.evidence.data for one in ones]),
        np.concatenate([one.evidence.indices for one in ones]).astype(np.intp),
        np.cumsum([0, *map(len, questions)]),
        (len(ones), len(model.material.catalogue)),
    )
    return Asked(evidence, [asker or Asker()] * len(ones))


def alone(model: ItemModel, question: Question, asker: Asker | None = None) -> Asked:
    positions = np.array([position for position, _ in question], dtype=np.intp)
    weights = np.array([weight for _, weight in question], dtype=np.float64)
    return Asked.one(positions, weights, len(model.material.catalogue), asker)


def near_to(found: Floats | Doubles, expected: Floats | Doubles, *, within: float = 1e-3) -> None:
    """Compare what is exact up to single precision, by the largest number that is in it."""
    largest = float(np.abs(expected).max(initial=1e-6))
    np.testing.assert_allclose(found, expected, rtol=within, atol=within * largest)


def without_evidence(model: ItemModel, question: Asked) -> Doubles:
    """What the score of one question holds that no evidence has a share in: popularity, and the server as a whole."""
    around = model.split(question, np.arange(len(model.material.catalogue)))[1]
    if model.name == "popularity":
        return model.scores(question)[0] + around
    if isinstance(model, Blend):
        channels = model.channels(question)
        return channels["popularity"][0] * model.gains(question, channels)["popularity"][0] + around
    return around


def keeps_its_promises(model: ItemModel, questions: Sequence[Question], asker: Asker | None = None) -> None:
    """Hold every invariant: finite, batch as alone, some as all, shares that add up."""
    items = len(model.material.catalogue)
    batch = asked(model, *questions, asker=asker)
    scores = model.scores(batch)
    assert scores.shape == (len(questions), items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    everything = np.arange(items)
    for number, question in enumerate(questions):
        one = alone(model, question, asker)
        near_to(model.scores(one)[0], scores[number])
        shares = model.shares(one, everything)
        assert shares.shape == (items, len(question))
        assert np.isfinite(shares).all()
        near_to(shares.sum(axis=1) + without_evidence(model, one), scores[number])
    backwards = everything[::-1].copy()
    near_to(model.scores(batch, backwards), scores[:, ::-1])
    some = backwards[::2].copy()
    if model.name != Blend.name:
        near_to(model.scores(batch, some), scores[:, some])


def ranked_first(scores: Floats, first: Positions, then: Positions) -> bool:
    return bool(scores[first].min() > scores[then].max())


# The checkerboard: even members like even items, odd members odd ones, nobody anything else.


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("name", [*COMPANY, Blend.name])
def test_company_stays_on_its_side_of_the_board(name: str, side: int) -> None:
    model = learned(name, checkerboard())
    question = alone(model, [(side, 1.0), (side + 2, 1.0)], Asker(HOME))
    scores = model.scores(question)[0]
    assert ranked_first(scores, np.arange(side + 4, 20, 2), np.arange(1 - side, 20, 2))


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("name", ["content", Blend.name])
def test_tags_alone_part_the_board_as_well(name: str, side: int) -> None:
    model = learned(name, tagged_board())
    scores = model.scores(alone(model, [(side, 1.0), (side + 2, 1.0)], Asker(HOME)))[0]
    assert ranked_first(scores, np.arange(side + 4, 20, 2), np.arange(1 - side, 20, 2))


@pytest.mark.parametrize("name", EVIDENT)
def test_a_dislike_is_the_opposite_of_a_like(name: str) -> None:
    model = learned(name, generated())
    liked, disliked = [(3, 1.0), (8, 0.3), (40, 1.0)], [(3, -1.0), (8, -0.3), (40, -1.0)]
    found = [alone(model, question, Asker(HOME, member(1))) for question in (liked, disliked)]
    one, other = (model.scores(question)[0] - without_evidence(model, question) for question in found)
    near_to(one, -other)
    assert one.any()


@pytest.mark.parametrize("name", EVIDENT)
def test_without_evidence_there_is_nothing_to_say(name: str) -> None:
    model = learned(name, generated())
    question = alone(model, [], Asker(HOME, member(1)))
    near_to(model.scores(question)[0], without_evidence(model, question))
    assert not model.scores(alone(model, [])).any()


@pytest.mark.parametrize("group", [None, HOME, AWAY])
def test_popularity_ranks_by_count(group: int | None) -> None:
    rows = [(HOME, member(m), i) for i in range(6) for m in range(i)]
    model = learned("popularity", Dataset.from_frames(items=catalogue(6), interactions=likes(rows)))
    scores = model.scores(alone(model, [(0, 1.0)], Asker(HOME if group == HOME else None)))[0]
    assert np.argsort(-scores).tolist() == [5, 4, 3, 2, 1, 0]


# Any batch, any part of the catalogue, any evidence.


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
@pytest.mark.parametrize(
    "asker", [Asker(), Asker(HOME), Asker(HOME, member(1)), Asker(AWAY, member(0), 1.7e9)]
)
def test_every_promise_holds_in_a_world(name: str, asker: Asker) -> None:
    long = [(position, 1.0) for position in range(0, 300, 4)]
    signed = [(5, 1.0), (9, -1.0), (77, -0.3), (120, 2.5)]
    twice = [(5, 1.0), (9, 0.25), (5, 0.25)]
    keeps_its_promises(learned(name, WORLD), [[], [(7, 1.0)], signed, [(4, -1.0)], twice, long], asker)


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
def test_no_question_has_no_answer(name: str) -> None:
    model = learned(name, checkerboard())
    none = Asked(asked(model, [(0, 1.0)]).evidence[:0], [])  # pyright: ignore[reportArgumentType]
    assert model.scores(none).shape == (0, 20)
    assert model.scores(none, np.array([1, 2])).shape == (0, 2)


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
def test_nothing_learnt_is_said_so(name: str) -> None:
    with pytest.raises(NotFitted, match=name):
        _ = made(name).material


# What was learnt can be put away, and is the same the next time.


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
def test_what_was_learnt_can_be_put_away(name: str) -> None:
    model = learned(name, WORLD)
    arrays: Arrays = {**model.material.arrays(), **model.arrays()}
    assert not any(array.dtype.hasobject for array in arrays.values())
    back = made(name).restore(Material.restore(arrays, CONFIG), arrays)
    for question in ([(7, 1.0), (40, -1.0)], []):
        one, other = (alone(m, question, Asker(HOME, member(1), 1.7e9)) for m in (model, back))
        np.testing.assert_array_equal(model.scores(one), back.scores(other))
        some = np.arange(0, 300, 7)
        np.testing.assert_array_equal(model.shares(one, some), back.shares(other, some))


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
def test_one_seed_learns_one_thing(name: str) -> None:
    first, again = learned(name, WORLD, seed=5), learned(name, WORLD, seed=5)
    for one, other in zip(first.arrays().values(), again.arrays().values(), strict=True):
        np.testing.assert_array_equal(one, other)
    question = [(7, 1.0), (9, 1.0)]
    np.testing.assert_array_equal(
        first.scores(alone(first, question, Asker(HOME))), again.scores(alone(again, question, Asker(HOME)))
    )


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
def test_learning_anew_forgets_what_was_learnt(name: str) -> None:
    """The question is the same object, and the ledgers are of one version."""
    model = learned(name, checkerboard())
    question = alone(model, [(0, 1.0), (2, 1.0)], Asker(HOME, None, 1.7e9))
    model.scores(question)
    turned = likes([(HOME, member(m), i) for m in range(8) for i in range(20) if (m + i // 4) % 2 == 0])
    other = Dataset.from_frames(items=catalogue(20, released=2023.5), interactions=turned)
    anew = model.learn(Material.of(other, CONFIG)).scores(question)
    np.testing.assert_array_equal(anew, learned(name, other).scores(question))


@pytest.mark.parametrize("bins", [2, 5, 7])
def test_an_audio_row_holds_its_share_of_the_items(bins: int) -> None:
    audio = pd.DataFrame({"energy": np.random.default_rng(0).permutation(3 * bins) / 10})
    dataset = Dataset.from_frames(items=catalogue(3 * bins), audio=audio)
    config = EngineConfig(features=FeatureConfig(audio=1.0, audio_bins=bins))
    rows = Material.of(dataset, config).features.toarray()
    assert rows.sum(axis=1).tolist() == [3] * bins
    assert [int(row @ audio["energy"].to_numpy() * 10 + 0.5) for row in rows] == [
        9 * place + 3 for place in range(bins)
    ]


@pytest.mark.parametrize("name", [*NAMES, Blend.name])
def test_repeated_interactions_count_once(name: str) -> None:
    once = checkerboard()
    twice = Dataset.from_frames(items=once.items, interactions=pd.concat([once.interactions] * 2))
    one, other = learned(name, once), learned(name, twice)
    question = [(0, 1.0), (3, 1.0)]
    np.testing.assert_array_equal(
        one.scores(alone(one, question, Asker(HOME))), other.scores(alone(other, question, Asker(HOME)))
    )


# Data at its limits.


def tagged_board() -> Dataset:
    """Nobody likes anything, but even items have one tag and odd ones another."""
    tags = pd.DataFrame({"item": range(20), "tag": ["even", "odd"] * 10, "weight": 1.0})
    return Dataset.from_frames(items=catalogue(20), tags=tags)


def of(items: int, rows: Sequence[tuple[int, int, int]] = (), *, weight: float = 1.0) -> Dataset:
    return Dataset.from_frames(items=catalogue(items), interactions=likes(rows).assign(weight=weight))


def baskets_only() -> Dataset:
    baskets = pd.DataFrame({"basket": ["a", "a", "a", "b", "b"], "item": [0, 1, 2, 2, 3]})
    return Dataset.from_frames(items=catalogue(5), baskets=baskets)


def everybody(members: int = 6, items: int = 5) -> list[tuple[int, int, int]]:
    return [(HOME, member(m), i) for m in range(members) for i in range(items)]


LIMITS: dict[str, Callable[[], Dataset]] = {
    "nothing": lambda: of(0),
    "no member": lambda: of(5),
    "one item": lambda: of(1, [(HOME, member(0), 0)]),
    "one item that nobody likes": lambda: of(1),
    "one member": lambda: of(5, [(HOME, member(0), i) for i in range(3)]),
    "one like each": lambda: of(5, [(HOME, member(m), m % 3) for m in range(7)]),
    "one like each, none shared": lambda: of(5, [(HOME, member(m), m) for m in range(5)]),
    "everybody likes everything": lambda: of(5, everybody()),
    "everybody is everywhere": lambda: of(
        5, [(group, who, i) for _, who, i in everybody() for group in (HOME, AWAY)]
    ),
    "dislikes only": lambda: of(5, everybody(), weight=-1.0),
    "weights of nothing": lambda: of(5, everybody(), weight=0.0),
    "weights as large as they come": lambda: of(5, everybody(), weight=3.0),
    "weights as small as they come": lambda: of(5, everybody(), weight=1e-45),
    "baskets only": baskets_only,
    "tags only": tagged_board,
    "a board": lambda: checkerboard(members=2, items=3),
}


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", [*NAMES, Blend.name])
@pytest.mark.parametrize("config", [CONFIG, BARE], ids=["features", "bare"])
def test_every_promise_holds_at_the_limits(name: str, limit: str, config: EngineConfig) -> None:
    model = learned(name, LIMITS[limit](), config)
    items = len(model.material.catalogue)
    everything = [(position, 1.0) for position in range(items)]
    nothing_but_dislikes = [(position, -1.0) for position in range(items)]
    for asker in (Asker(), Asker(HOME, member(0)), Asker(AWAY, member(99), 1.7e9)):
        keeps_its_promises(model, [[], everything[:1], everything, nothing_but_dislikes], asker)


POSITION = st.integers(0, 29)
WEIGHT = st.floats(0, 3, exclude_min=True, width=32)


@st.composite
def worlds(draw: st.DrawFn) -> Dataset:
    """At most 30 items and 12 members in two servers, with rows on items that do not exist."""
    size = draw(st.integers(0, 30))
    row = st.tuples(st.sampled_from([HOME, AWAY]), st.integers(0, 11).map(member), POSITION, WEIGHT)
    rows = draw(st.lists(row, max_size=60))
    tags = st.tuples(POSITION, st.sampled_from("xyz"), st.floats(0.01, 3))
    together = st.tuples(st.sampled_from("pq"), POSITION)
    heard = draw(st.lists(st.tuples(POSITION, st.floats(0, 1)), max_size=8, unique_by=lambda cell: cell[0]))
    interactions = pd.DataFrame(rows, columns=["group", "member", "item", "weight"])
    friends = st.tuples(st.integers(0, 11).map(member), st.integers(0, 12).map(member))
    return Dataset.from_frames(
        items=catalogue(size).assign(artist=[f"artist {number % 4}" for number in range(size)]),
        tags=pd.DataFrame(draw(st.lists(tags, max_size=12)), columns=["item", "tag", "weight"]),
        audio=pd.DataFrame(heard, columns=["item", "energy"]).set_index("item"),
        interactions=interactions.assign(unix_time=0.0),
        baskets=pd.DataFrame(draw(st.lists(together, max_size=8)), columns=["basket", "item"]),
        circles=pd.DataFrame(draw(st.lists(friends, max_size=4)), columns=["member", "other"]),
    )


EVIDENCE = st.lists(st.tuples(POSITION, st.floats(-3, 3, width=32)), max_size=8)


@settings(max_examples=40)
@given(
    worlds(),
    st.lists(EVIDENCE, min_size=1, max_size=3),
    st.sampled_from([None, HOME, AWAY]),
    st.integers(0, 12),
    st.sampled_from([CONFIG, BARE]),
)
def test_every_promise_holds_in_any_world(
    dataset: Dataset, questions: list[Question], group: GroupId | None, who: int, config: EngineConfig
) -> None:
    material = Material.of(dataset, config)
    known = [[(place, weight) for place, weight in row if place < len(dataset.items)] for row in questions]
    for name in (*NAMES, Blend.name):
        keeps_its_promises(made(name, config).learn(material), known, Asker(group, member(who)))


# Each model alone is a recommender: it learns, takes a tap, recommends and says why.


@pytest.fixture(scope="module", params=NAMES)
def engine(request: pytest.FixtureRequest) -> Engine:
    config = CONFIG.model_copy(update={"blend": BlendConfig.only(str(request.param))})
    return Engine(config).fit(WORLD)


def test_ids_that_nobody_knows_change_nothing(engine: Engine) -> None:
    known = Query(taste=taste(3, 8), group=HOME, count=10)
    unknown = {item(10**9): 1.0, item(-5): -1.0}
    query = Query(taste={**known.taste, **unknown}, group=HOME, count=10, exclude=frozenset(unknown))
    assert engine.recommend(query) == engine.recommend(known)
    with pytest.raises(UnknownItem):
        engine.explain(query, item(10**9))


def test_every_pick_is_explained_by_its_parts(engine: Engine) -> None:
    query = Query(taste=taste(3, 8) | taste(40, weight=-1.0), seeds=taste(100), group=HOME, member=member(1))
    picks = engine.recommend(query)
    assert len(picks) == 5
    for pick in picks:
        told = engine.explain(query, pick.item)
        assert math.isclose(sum(told.parts.values()), pick.score, rel_tol=1e-4, abs_tol=1e-5)


def test_a_tap_reaches_the_next_answer_of_the_server() -> None:
    engine = Engine(CONFIG.model_copy(update={"blend": BlendConfig.only("server")})).fit(of(10))
    query = Query(taste=taste(1), group=HOME, member=member(5), count=1)
    for liked in (1, 8):
        engine.fold_in(group=HOME, member=member(0), item=item(liked), weight=1.0)
    assert engine.recommend(query)[0].item == 8
    engine.fold_in(group=HOME, member=member(0), item=item(8), weight=0.0)
    assert engine.explain(query, item(8)).score == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused(engine: Engine, bad: float) -> None:
    with pytest.raises(DatasetError):
        of(2, [(HOME, member(0), 0)], weight=bad)
    with pytest.raises(DatasetError):
        engine.fold_in(group=HOME, member=member(0), item=item(1), weight=bad)


WORLD = generated()
