"""What a radio asks the engine: the anchor keeps its share, several outweigh one, and each direction means something."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.store.radio_query import RadioQuery, Toward, Whose
from bot.store.records import MemberId, SongId, Verb
from bot.usecases.steering import (
    MOST_OF_ALL,
    MOST_OF_ONE,
    SOUND,
    STEERED,
    STEERED_TAGS,
    Course,
    Tap,
    course,
    said,
    wished,
)
from recommender import Dial
from recommender.moods import Mood

ALICE, BOB, CARLA = MemberId(1), MemberId(2), MemberId(3)
SEED = SongId(100)
NOW = 1.79e9  # 2026
LOUD = {"energy": 0.8, "valence": 0.6}
QUIET = {"energy": -0.8, "acousticness": 0.6}


def meaning(word: str) -> Mood:
    audio = {"calm": {"energy": -1.0}, "energetic": {"energy": 1.0}}[word]
    return Mood({f"{word} tag": 1.0}, audio, {}, (word,), ())


def silent(_song: SongId) -> Mapping[str, float]:
    return {}


def even_are_loud(song: SongId) -> Mapping[str, float]:
    return LOUD if song % 2 == 0 else QUIET


def asked(
    query: RadioQuery | None = None, taps: list[Tap] | None = None, turned: tuple[int, ...] = ()
) -> Course:
    songs = [SongId(number) for number in turned]
    return course(
        query or RadioQuery(seed=SEED),
        {SEED: 1.0},
        songs,
        taps or [],
        NOW,
        alone=True,
        sound=silent,
        genres=silent,
        mood=meaning,
    )


def many(member: MemberId, verb: Verb, count: int, first: int = 1) -> list[Tap]:
    return [Tap(member, SongId(first + age), verb, age) for age in range(count)]


class TestTaps:
    def test_of_one_weigh_no_more_however_many(self) -> None:
        for verb in (Verb.LIKE, Verb.SKIP, Verb.DISLIKE):
            whole = said(many(ALICE, verb, 20))
            assert sum(map(abs, whole.values())) <= MOST_OF_ONE + 1e-9

    def test_of_two_who_agree_outweigh_one_who_taps_twenty_times(self) -> None:
        one = many(ALICE, Verb.SKIP, 20)
        two = [Tap(who, SongId(50), Verb.LIKE, 0) for who in (BOB, CARLA)]
        weights = said([*one, *two])
        assert weights[SongId(50)] > abs(sum(weight for song, weight in weights.items() if song != 50))

    def test_of_more_members_weigh_more(self) -> None:
        alone = said([Tap(ALICE, SongId(1), Verb.SKIP, 0)])
        both = said([Tap(who, SongId(1), Verb.SKIP, 0) for who in (ALICE, BOB)])
        assert both[SongId(1)] == 2 * alone[SongId(1)]

    def test_fade(self) -> None:
        weights = said([Tap(ALICE, SongId(1), Verb.LIKE, 10), Tap(ALICE, SongId(2), Verb.LIKE, 0)])
        assert weights[SongId(1)] < weights[SongId(2)]


class TestTheAnchor:
    def test_keeps_its_share_whatever_is_tapped(self) -> None:
        crowd = [tap for number in range(30) for tap in many(MemberId(number), Verb.LIKE, 10)]
        seeds = asked(taps=crowd).seeds
        assert seeds[SEED] == 1.0
        assert sum(map(abs, seeds.values())) <= 1 + MOST_OF_ALL + 1e-9

    def test_counts_less_only_where_more_was_asked_of_another_song(self) -> None:
        seeds = asked(turned=(7,)).seeds
        assert 0 < seeds[SEED] < seeds[SongId(7)]

    def test_is_never_lost_by_turning_again_and_again(self) -> None:
        assert asked(turned=tuple(range(1, 30))).seeds[SEED] == asked(turned=(1, 2, 3)).seeds[SEED]

    def test_pulls_less_on_a_stranger_radio(self) -> None:
        stranger = asked(RadioQuery(seed=SEED, steer=(Toward.STRANGER,)))
        assert stranger.seeds[SEED] < 1
        assert stranger.dial is Dial.ADVENTUROUS


class TestSound:
    def test_is_that_of_the_anchor_at_first(self) -> None:
        found = wished({SEED: 1.0}, [], even_are_loud, 0.5, 12.0)
        assert found == {"energy": 0.5, "valence": pytest.approx(0.375)}

    def test_turns_to_what_is_liked_and_from_what_is_not(self) -> None:
        quiet = [Tap(ALICE, SongId(number), Verb.LIKE, 0) for number in (1, 3, 5, 7, 9)]
        loud = [Tap(ALICE, SongId(number), Verb.SKIP, 0) for number in (2, 4, 6, 8, 10)]
        found = wished({SEED: 1.0}, [*quiet, *loud], even_are_loud, 0.5, 12.0)
        assert found["energy"] < 0
        assert found["acousticness"] > 0

    def test_is_not_turned_by_one_of_several(self) -> None:
        quiet = [Tap(ALICE, SongId(1 + 2 * number), Verb.LIKE, 0) for number in range(20)]
        for alone in (True, False):
            query = RadioQuery(seed=SEED)
            found = course(
                query,
                {SEED: 1.0},
                [],
                quiet,
                NOW,
                alone=alone,
                sound=even_are_loud,
                genres=silent,
                mood=meaning,
            )
            assert (found.audio.get("energy", 0.0) < -1e-9) is alone

    def test_of_two_outweighs_one_who_taps_more(self) -> None:
        quiet = [Tap(ALICE, SongId(1 + 2 * number), Verb.LIKE, 0) for number in range(50)]
        loud = [Tap(who, SongId(2 + 2 * number), Verb.LIKE, 0) for who in (BOB, CARLA) for number in range(8)]
        assert wished({SEED: 1.0}, [*quiet, *loud], even_are_loud, 0.5, 12.0)["energy"] > 0

    def test_beside_a_mood_is_learnt_from_taps_alone_and_little_by_little(self) -> None:
        def loudest(count: int) -> float:
            taps = many(ALICE, Verb.LIKE, count)
            query = RadioQuery(mood=("sad",), audio={"valence": -1.0})
            found = course(
                query, {}, [], taps, NOW, alone=True, sound=even_are_loud, genres=silent, mood=meaning
            )
            assert found.audio["valence"] == -1.0, "what was asked for in words stays"
            return max(abs(found.audio.get(name, 0.0)) for name in ("energy", "acousticness"))

        assert loudest(0) == 0
        assert 0 < loudest(1) < loudest(5) < SOUND / 2

    def test_is_not_wished_for_where_nothing_was_measured(self) -> None:
        assert asked(taps=many(ALICE, Verb.LIKE, 3)).audio == {}


class TestDirections:
    def test_calmer_and_livelier_are_moods(self) -> None:
        calmer = asked(RadioQuery(steer=(Toward.CALMER,)))
        assert calmer.audio == {"energy": -STEERED}
        assert calmer.tags == {"calm tag": STEERED_TAGS}
        assert asked(RadioQuery(steer=(Toward.LIVELIER,))).audio == {"energy": STEERED}

    def test_newer_asks_for_this_decade_and_the_last(self) -> None:
        assert asked(RadioQuery(steer=(Toward.NEWER,))).decades.keys() == {2020, 2010}

    def test_outweigh_the_mood_that_it_was_started_from(self) -> None:
        query = RadioQuery(audio={"energy": 1.0, "valence": 1.0}, steer=(Toward.CALMER,))
        assert asked(query).audio == {"energy": -STEERED, "valence": 1.0}


class TestTheQuery:
    def test_is_the_same_after_it_was_stored(self) -> None:
        query = RadioQuery(
            seed=SEED,
            artist="Björk",
            mood=("calm",),
            tags={"calm": 1.0},
            audio={"energy": -1.0},
            decades={1990: 0.5},
            whose=Whose.SERVER,
            steer=(Toward.NEWER,),
            since=3,
            upcoming=(SongId(1), SongId(2)),
        )
        stored = query.stored()
        assert RadioQuery.model_validate(stored) == query
        assert all(isinstance(key, str) for key in stored)

    def test_of_an_old_radio_is_understood(self) -> None:
        query = RadioQuery.model_validate({"seed": 100, "anchors": [100, 7, 8]})
        assert (query.seed, query.anchors) == (100, (100, 7, 8))

    def test_steers_and_undoes(self) -> None:
        query = RadioQuery().toward(Toward.CALMER, 1).toward(Toward.NEWER, 2)
        assert query.steer == (Toward.CALMER, Toward.NEWER)
        assert query.toward(Toward.LIVELIER, 3).steer == (Toward.NEWER, Toward.LIVELIER)
        assert query.toward(Toward.CALMER, 3).steer == (Toward.NEWER,)
        back = query.toward(Toward.START, 9)
        assert (back.steer, back.since) == ((), 9)
