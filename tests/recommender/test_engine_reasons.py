"""Reasons are the true parts of the score: they add up, and leaving evidence out takes exactly its part away."""

from dataclasses import replace

import numpy as np
import pytest

from recommender import Dataset, Dial, Engine, EngineConfig, GroupId, Pick, Query, ReasonKind
from recommender.breakdown import Dissection
from recommender.config import BlendConfig
from recommender.reasons import causes
from recommender.weighing import Scale, Weighed, total
from tests.recommender.engine_data import (
    AWAY,
    HOME,
    LIVE,
    TOY,
    catalogue,
    generated,
    item,
    likes,
    member,
    rows_of,
    taste,
)

NOW = (2019.5 - 1970) * 31_556_952


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return generated()


@pytest.fixture(scope="module")
def engine(dataset: Dataset) -> Engine:
    return Engine().fit(dataset)


def queries(dataset: Dataset) -> list[Query]:
    liked = rows_of(dataset, member(1))
    mixed = liked | {item(40): -1.0, item(41): -0.3}
    return [
        Query(taste=liked, group=HOME, member=member(1), now=NOW),
        Query(taste=mixed, group=HOME, member=member(1), dial=Dial.ADVENTUROUS),
        Query(seeds=taste(3), group=HOME, now=NOW),
        Query(taste=mixed, seeds=taste(3, next(iter(liked))), group=AWAY, dial=Dial.FAMILIAR),
        Query(taste={item(40): -1.0}, group=HOME),
        Query(group=GroupId(1)),
    ]


@pytest.mark.parametrize("number", range(6))
def test_parts_add_up_to_the_score_of_the_ranking(engine: Engine, dataset: Dataset, number: int) -> None:
    query = queries(dataset)[number]
    ranked = engine.scale.weigh(query).scores
    for position in range(0, 300, 17):
        told = engine.explain(query, item(position))
        assert np.isclose(sum(told.parts.values()), told.score, rtol=1e-9, atol=1e-12)
        assert np.isclose(told.score, ranked[position], rtol=1e-4, atol=1e-6)


def without(scale: Scale, weighed: Weighed, place: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Score again without one evidence item, every factor as it was."""
    channels, _ = scale.channels(scale.asked(weighed.query, weighed.evidence.without(place)))
    return total(channels, weighed.gains)  # pyright: ignore[reportReturnType]


@pytest.fixture(scope="module")
def linear(dataset: Dataset) -> Engine:
    """Without iALS, whose shares hold for the evidence as a whole: there a like also says how much the rest counts."""
    blend = BlendConfig()
    weights = {name: at for name, at in blend.weights.items() if name != "ials"}
    return Engine(EngineConfig(blend=blend.model_copy(update={"weights": weights}))).fit(dataset)


@pytest.mark.parametrize("number", range(5))
def test_leaving_evidence_out_takes_its_part_away(linear: Engine, dataset: Dataset, number: int) -> None:
    model = linear.scale
    weighed = model.weigh(queries(dataset)[number])
    some = range(0, 300, 23)
    dissection = Dissection(model, weighed, np.array(some))
    parts = np.array([dissection.of(position).evidence() for position in some])
    for place in range(len(weighed.evidence.positions)):
        lost = weighed.scores - without(model, weighed, place)
        np.testing.assert_allclose(parts[:, place], lost[list(some)], rtol=1e-3, atol=2e-6)


@pytest.mark.parametrize("number", range(6))
def test_causes_share_the_whole_score_out(engine: Engine, dataset: Dataset, number: int) -> None:
    weighed = engine.scale.weigh(queries(dataset)[number])
    dissection = Dissection(engine.scale, weighed, np.arange(300))
    for position in range(0, 300, 17):
        parts = dissection.of(position)
        found = causes(parts, focus=0.3)
        assert np.isclose(sum(cause.part for cause in found) + min(parts.known, 0), parts.score, atol=1e-9)


def test_the_share_of_a_liked_song_is_what_leaving_it_out_costs() -> None:
    """One like, nothing else: its reasons are what the score loses without it."""
    full = generated(seed=2)
    dataset = Dataset.from_frames(
        items=full.items, tags=full.tags, interactions=full.interactions, baskets=full.baskets
    )
    engine = Engine(LIVE.model_copy(update={"reasons": 11, "smallest_reason": 0.0})).fit(dataset)
    model = engine.scale
    query = Query(taste=taste(3, weight=5.0), group=HOME, member=member(99))
    weighed = model.weigh(query)
    lost = weighed.scores - without(model, weighed, 0)
    picks = engine.recommend(query)
    assert any(lost[pick.item] > 0 for pick in picks)
    for pick in picks:
        through = sum(r.share for r in pick.reasons if r.kind in {ReasonKind.LIKED, ReasonKind.MEMBERS})
        positive = pick.score - engine.explain(query, pick.item).parts["known"]
        assert through == pytest.approx(lost[pick.item] / positive, abs=1e-5)
        assert (through > 0) == (lost[pick.item] > 0)


def test_members_carry_exactly_what_their_rows_carry(engine: Engine, dataset: Dataset) -> None:
    """Ask as one of them, whose row then does not count: what is lost is that member's part."""
    model = engine.scale
    weighed = model.weigh(Query(taste=taste(7, 30, 31), group=HOME))
    dissection = Dissection(model, weighed, np.arange(300))
    everybody = {who for position in range(300) for who in dissection.of(position).members}
    assert len(everybody) > 1
    for who in everybody:
        channels, _ = model.channels(model.asked(Query(group=HOME, member=who), weighed.evidence))
        lost = weighed.gains["server"] * (weighed.channels["server"] - channels["server"])
        parts = [dissection.of(position).members.get(who, 0.0) for position in range(300)]
        np.testing.assert_allclose(parts, lost, rtol=1e-3, atol=2e-6)


def test_a_reason_never_names_members_of_other_servers_or_the_asker(engine: Engine, dataset: Dataset) -> None:
    rows = dataset.interactions
    for group in (HOME, AWAY, None):
        at_home = set(rows[rows["group"] == (group or 0)]["member"])
        for who in range(0, 40, 3):
            query = Query(
                taste=rows_of(dataset, member(who)), group=group, member=member(who), count=10, explore=2
            )
            for pick in engine.recommend(query):
                named = {name for reason in pick.reasons for name in reason.members}
                assert named <= at_home - {member(who)}


def test_reasons_name_the_neighbours_and_songs_behind() -> None:
    rows = [(HOME, member(0), i) for i in (0, 1, 5)] + [(HOME, member(1), i) for i in (2, 6)]
    engine = Engine(TOY).fit(Dataset.from_frames(items=catalogue(8), interactions=likes(rows)))
    picks = {pick.item: pick for pick in engine.recommend(Query(taste=taste(0, 1, 2), group=HOME))}
    reasons = {reason.kind: reason for reason in picks[item(5)].reasons}
    assert reasons[ReasonKind.MEMBERS].members == (member(0),)
    assert set(reasons[ReasonKind.MEMBERS].items) == {0, 1}
    assert reasons[ReasonKind.SERVER].members == (member(0),)


@pytest.mark.parametrize("number", range(6))
def test_reasons_are_few_sorted_and_whole(engine: Engine, dataset: Dataset, number: int) -> None:
    query = queries(dataset)[number]
    for pick in engine.recommend(query):
        assert 1 <= len(pick.reasons) <= 4
        told = pick.reasons[:-1] if pick.exposed else pick.reasons
        shares = [reason.share for reason in told]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9
        again = engine.explain(query, pick.item).reasons[: len(told)]
        assert shares == pytest.approx([reason.share for reason in again], abs=1e-6)
        assert [replace(reason, share=0.0) for reason in told] == [
            replace(reason, share=0.0) for reason in again
        ]


def test_what_was_disliked_is_never_a_reason(engine: Engine, dataset: Dataset) -> None:
    query = queries(dataset)[1]
    assert not {item(40), item(41)} & {
        i for pick in engine.recommend(query) for r in pick.reasons for i in r.items
    }


def test_content_spread_over_many_likes_is_told_by_its_block(engine: Engine, dataset: Dataset) -> None:
    genre = dataset.tags.groupby("tag")["item"].apply(list).iloc[0]
    picks: list[Pick] = engine.recommend(Query(taste=taste(*genre[:10]), count=5))
    told = [reason for pick in picks for reason in pick.reasons if reason.kind is ReasonKind.TAGS]
    assert told
    assert all(reason.tags == ("genre 0",) for reason in told)
    audio = [r for pick in picks for r in pick.reasons if r.kind is ReasonKind.AUDIO]
    assert all(reason.feature in {"energy", "tempo", "valence"} for reason in audio)
