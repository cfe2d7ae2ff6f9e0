"""Everything that can be asked: words, what was heard last, and several listeners, each with its true reasons."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from recommender import Dataset, Engine, EngineConfig, ItemId, Listener, Pick, Query, ReasonKind, Recommended
from recommender.archive import Origin, Shelf
from recommender.breakdown import Dissection
from recommender.gathering import Dissections, finished, weigh
from tests.recommender.engine_data import (
    AWAY,
    HOME,
    TOY,
    catalogue,
    generated,
    item,
    likes,
    member,
    rows_of,
    taste,
)

ITEMS = 300


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """The generated world with listening sessions: 0, 1, 2, 3 are always played in this order."""
    full = generated()
    plays = [(number, played) for number in range(40) for played in (0, 1, 2, 3)]
    return replace(full, sessions=pd.DataFrame(plays, columns=["session", "item"]))


@pytest.fixture(scope="module")
def engine(dataset: Dataset) -> Engine:
    return Engine().fit(dataset)


def tagged(dataset: Dataset, tag: str) -> set[int]:
    return set(dataset.tags.loc[dataset.tags["tag"] == tag, "item"])


def others(dataset: Dataset, tag: str) -> dict[ItemId, float]:
    """Fifteen likes of songs that have nothing of `tag`."""
    away = sorted(set(range(ITEMS)) - tagged(dataset, tag))
    return taste(*away[:15])


def genres(picks: list[Pick], dataset: Dataset) -> list[str]:
    by_item = dataset.tags.set_index("item")["tag"]
    return [str(by_item[pick.item]) for pick in picks]


def test_a_wish_is_not_drowned_by_a_taste_for_something_else(engine: Engine, dataset: Dataset) -> None:
    query = Query(
        taste=others(dataset, "genre 4"), tags={"genre 4": 1.0}, group=HOME, count=8, little_known=0
    )
    picks = engine.recommend(query)
    assert set(genres(picks, dataset)) == {"genre 4"}
    assert all(any("genre 4" in reason.tags for reason in pick.reasons) for pick in picks)


def test_among_what_was_wished_for_the_taste_decides(engine: Engine, dataset: Dataset) -> None:
    wished = sorted(tagged(dataset, "genre 4"))
    liked = taste(*wished[:3])
    plain = engine.recommend(Query(tags={"genre 4": 1.0}, count=8, exclude=frozenset(liked)))
    own = engine.recommend(Query(taste=liked, tags={"genre 4": 1.0}, count=8))
    assert set(genres(plain, dataset)) == set(genres(own, dataset)) == {"genre 4"}
    assert [pick.item for pick in plain] != [pick.item for pick in own]


def test_half_a_wish_is_half_as_much(engine: Engine, dataset: Dataset) -> None:
    def wish(weight: float) -> float:
        query = Query(taste=others(dataset, "genre 4"), tags={"genre 4": weight})
        return engine.explain(query, item(min(tagged(dataset, "genre 4")))).parts["wish.tags"]

    assert wish(0.5) == pytest.approx(wish(1.0) / 2)
    assert wish(-1.0) == pytest.approx(-wish(1.0))


def test_what_is_unwanted_does_not_come(engine: Engine, dataset: Dataset) -> None:
    liked = taste(*sorted(tagged(dataset, "genre 4"))[:6])
    usual = engine.recommend(Query(taste=liked, count=8))
    picks = engine.recommend(Query(taste=liked, tags={"genre 4": -1.0}, count=8))
    assert "genre 4" in genres(usual, dataset)
    assert "genre 4" not in genres(picks, dataset)


def test_a_wish_for_audio_moves_the_whole_list(engine: Engine, dataset: Dataset) -> None:
    def energy(wish: float) -> float:
        picks = engine.recommend(Query(taste=taste(3, 5, 9), audio={"energy": wish}, count=10))
        return float(dataset.audio.loc[[pick.item for pick in picks], "energy"].mean())

    assert energy(-1.0) < 0.35 < 0.65 < energy(1.0)


def test_a_decade_is_where_its_years_are(engine: Engine, dataset: Dataset) -> None:
    picks = engine.recommend(Query(taste=taste(3, 5, 9), decades={1980: 1.0}, count=10))
    years = dataset.items.loc[[pick.item for pick in picks], "released"]
    assert years.between(1978, 1992).all()
    assert any(reason.kind is ReasonKind.ERA for pick in picks for reason in pick.reasons)


def test_a_wish_without_measure_is_held(engine: Engine) -> None:
    loud = Query(
        taste=taste(3, 5, 9), tags={"genre 4": 1e300, "genre 2": float("nan")}, audio={"energy": -np.inf}
    )
    held = replace(loud, tags={"genre 4": 2.0}, audio={"energy": -2.0})
    assert engine.recommend(loud) == engine.recommend(held)


def test_free_text_is_read_in_the_words_of_the_catalogue(engine: Engine) -> None:
    mood = engine.mood("calm genre 4 from the 80s, no flibber")
    assert mood.tags == {"genre 4": 1.0}
    assert mood.decades == {1980: 1.0}
    assert mood.audio["energy"] < 0
    assert mood.unknown == ("flibber",)
    assert Engine().mood("calm jazz").understood == ()


def test_names_that_the_catalogue_does_not_have_change_nothing(engine: Engine) -> None:
    query = Query(taste=taste(3, 5, 9), group=HOME, count=8)
    unknown = replace(
        query, tags={"no such tag": 1.0, "energy": 1.0}, audio={"genre 4": 1.0}, decades={1400: 1.0}
    )
    assert [pick.item for pick in engine.recommend(unknown)] == [
        pick.item for pick in engine.recommend(query)
    ]


def test_what_is_played_next_by_others_comes_next(engine: Engine) -> None:
    picks = engine.recommend(
        Query(taste=taste(40, 50), recent=(item(0), item(1)), exclude=frozenset(taste(0, 1)), count=6)
    )
    nexts = [pick for pick in picks if pick.item in (2, 3)]
    assert nexts
    assert nexts[0].reasons[0].kind is ReasonKind.NEXT


def test_sessions_are_kept_on_disk(engine: Engine, tmp_path: object) -> None:
    shelf = Shelf(tmp_path)  # pyright: ignore[reportArgumentType]
    shelf.save(engine, Origin(catalogue="c", last_event=0, last_mark="", verdicts=0), {}, created=1.0)
    query = Query(taste=taste(40, 50), recent=(item(0),), tags={"genre 4": 0.5}, count=6)
    again = shelf.read(1).engine
    assert again.recommend(query) == engine.recommend(query)
    assert again.mood("genre 4").tags == {"genre 4": 1.0}


def asked(dataset: Dataset) -> list[Query]:
    liked = rows_of(dataset, member(1))
    listeners = tuple(
        Listener(member(who), rows_of(dataset, member(who)) | {item(40 + who): -1.0}, owed=1 + who / 4)
        for who in range(5)
    )
    return [
        Query(taste=liked, tags={"genre 2": 1.0}, audio={"energy": -1.0}, group=HOME),
        Query(decades={1990: 1.0}, group=AWAY),
        Query(taste=liked, recent=(item(0), item(1)), group=HOME),
        Query(together=listeners, group=HOME),
        Query(together=listeners[:2], tags={"genre 2": 1.0}, recent=(item(1),), seeds=taste(7)),
        Query(together=(listeners[0], Listener(), Listener(member(99), {item(3): -1.0}))),
    ]


@pytest.mark.parametrize("number", range(6))
def test_parts_add_up_to_the_score(engine: Engine, dataset: Dataset, number: int) -> None:
    query = asked(dataset)[number]
    picks = engine.recommend(replace(query, count=10))
    assert len(picks) == 10
    for pick in picks:
        told = engine.explain(query, pick.item)
        assert sum(told.parts.values()) == pytest.approx(told.score, rel=1e-9)
        assert told.score == pytest.approx(pick.score, rel=1e-4, abs=1e-5)
        assert pick.reasons
        assert sum(reason.share for reason in pick.reasons) <= 1 + 1e-6


def test_ranking_and_reasons_of_several_agree(engine: Engine, dataset: Dataset) -> None:
    """The score that a list is ordered by is the sum of its reasons, for items far down the list too."""
    weighed = finished(weigh(engine.scale, asked(dataset)[3]))
    some = np.arange(0, ITEMS, 7)
    dissections = Dissections(engine.scale, weighed, some)
    for position in some.tolist():
        parts = dissections.of(position)
        assert parts.score == pytest.approx(float(weighed.scores[position]), rel=2e-3, abs=2e-3)


def test_a_group_of_one_gets_nearly_what_they_would_get_alone(engine: Engine, dataset: Dataset) -> None:
    """Only the proportions of the models differ."""
    liked = rows_of(dataset, member(1))
    alone = engine.recommend(Query(taste=liked, group=HOME, member=member(1), count=20, little_known=0))
    group = engine.recommend(
        Query(together=(Listener(member(1), liked),), group=HOME, count=20, little_known=0)
    )
    assert len({p.item for p in alone} & {p.item for p in group}) >= 12


def test_the_mean_of_several_is_weighed_as_a_group_of_one(engine: Engine, dataset: Dataset) -> None:
    liked = rows_of(dataset, member(1))
    mean = Query(taste=liked, several=True, group=HOME, member=member(1), count=20, little_known=0)
    group = Query(together=(Listener(member(1), liked),), group=HOME, count=20, little_known=0)
    assert [p.item for p in engine.recommend(mean)] == [p.item for p in engine.recommend(group)]
    told = engine.explain(mean, engine.recommend(mean)[0].item)
    assert sum(told.parts.values()) == pytest.approx(told.score, rel=1e-9)


def test_everybody_gets_something_and_nobody_what_they_veto() -> None:
    rows = [
        (HOME, member(who), i)
        for who in range(12)
        for i in range(30)
        if i % 2 == who % 2 and i % 5 != who % 5
    ]
    engine = Engine(TOY).fit(Dataset.from_frames(items=catalogue(30), interactions=likes(rows)))
    even = Listener(member(100), taste(0, 2, 4))
    odd = Listener(member(101), taste(1, 3, 5))
    query = Query(together=(even, odd), group=HOME, count=6, little_known=0)
    picks = engine.recommend(query)
    assert {pick.item % 2 for pick in picks} == {0, 1}
    assert not {pick.item for pick in picks} & {0, 1, 2, 3, 4, 5}
    for pick in picks:
        assert next(iter(pick.listeners)) == (member(101) if pick.item % 2 else member(100))
        assert sum(pick.listeners.values()) == pytest.approx(1.0)
    vetoed = frozenset({picks[0].item, picks[1].item})
    picks = engine.recommend(replace(query, together=(even, replace(odd, veto=vetoed))))
    assert not vetoed & {pick.item for pick in picks}


def test_who_got_little_is_owed_more_and_gets_it() -> None:
    rows = [
        (HOME, member(who), i)
        for who in range(12)
        for i in range(60)
        if i % 2 == who % 2 and i % 5 != who % 5
    ]
    engine = Engine(TOY).fit(Dataset.from_frames(items=catalogue(60), interactions=likes(rows)))
    listeners = tuple(Listener(member(100 + who), taste(*range(who % 2, 8, 2))) for who in (0, 2, 4, 1))
    query = Query(together=listeners, group=HOME, count=4, little_known=0)
    for _ in range(6):
        owed = recommended(engine, query).owed
        assert sum(owed) == pytest.approx(4)
        together = tuple(replace(one, owed=debt) for one, debt in zip(query.together, owed, strict=True))
        query = replace(query, together=together)
    # One of four: their part of the weeks is what they are of the group.
    assert query.together[3].owed > 1.2
    assert all(one.owed < 1 for one in query.together[:3])
    assert recommended(engine, replace(query, count=0)).owed == tuple(one.owed for one in query.together)
    assert recommended(engine, Query(count=4)).owed == ()


def recommended(engine: Engine, query: Query) -> Recommended:
    return stepped(engine, query)[1]


def stepped(engine: Engine, query: Query) -> tuple[int, Recommended]:
    """How often it paused, and what came."""
    steps = engine.recommending(query, rng=np.random.default_rng(0))
    pauses = 0
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return pauses, done.value
        pauses += 1


def test_it_pauses_after_each_listener(engine: Engine, dataset: Dataset) -> None:
    query = asked(dataset)[3]
    pauses, answer = stepped(engine, query)
    assert pauses == 5
    assert answer.picks == engine.recommend(query, rng=np.random.default_rng(0))


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
@given(data=st.data())
def test_any_listeners_are_answered(engine: Engine, data: st.DataObject) -> None:
    songs = st.integers(-5, ITEMS + 5).map(ItemId)
    weights = st.floats(-2, 2)
    listener = st.builds(
        Listener,
        member=st.none() | st.integers(0, 50).map(member),
        taste=st.dictionaries(songs, weights, max_size=8),
        veto=st.frozensets(songs, max_size=20),
        owed=st.floats(0, 4),
    )
    query = Query(
        together=tuple(data.draw(st.lists(listener, min_size=1, max_size=9))),
        group=data.draw(st.sampled_from([None, HOME, AWAY])),
        tags=data.draw(st.dictionaries(st.sampled_from(["genre 1", "genre 2", "x"]), weights)),
        recent=tuple(data.draw(st.lists(songs, max_size=3))),
        count=5,
        explore=data.draw(st.integers(0, 2)),
    )
    picks = engine.recommend(query)
    vetoed = {song for one in query.together for song in one.veto}
    known = {song for one in query.together for song, weight in one.taste.items() if weight}
    assert not {pick.item for pick in picks} & (vetoed | known)
    assert all(np.isfinite(pick.score) for pick in picks)
    for pick in picks:
        told = engine.explain(query, pick.item)
        assert told.score == pytest.approx(pick.score, rel=1e-3, abs=1e-3)


def test_a_dissection_of_one_is_that_of_the_query(engine: Engine, dataset: Dataset) -> None:
    query = asked(dataset)[0]
    weighed = engine.scale.weigh(query)
    parts = Dissection(engine.scale, weighed, np.array([7])).of(7)
    assert parts.score == pytest.approx(float(weighed.scores[7]), rel=1e-4, abs=1e-6)
    assert {"wish.tags", "wish.audio", "taste.tags"} <= parts.parts().keys()


def test_settings_can_turn_words_and_sessions_down(dataset: Dataset) -> None:
    quiet = EngineConfig()
    quiet = quiet.model_copy(update={"sessions": quiet.sessions.model_copy(update={"strength": 0.0})})
    engine = Engine(quiet).fit(dataset)
    query = Query(taste=taste(40, 50), exclude=frozenset(taste(0, 1)), count=6)
    heard = replace(query, recent=(item(0), item(1)))
    assert [p.item for p in engine.recommend(heard)] == [p.item for p in engine.recommend(query)]
