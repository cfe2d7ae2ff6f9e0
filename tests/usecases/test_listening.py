"""Plays, repeats and skips from what Discord shows: exact where everything was seen, never above the truth elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.usecases.hearing import AGAIN, MOST, SETTLED, Hearing, Outcome
from bot.usecases.listening import PAUSED, Shown, Sighting, Verdict, listenings
from tests.usecases.evening import Player, evening, of_two_servers, without_dates

T = 1_800_000_000.0
NAMES: tuple[str, ...] = ("plays", "repeats", "skips")


def song(name: str, start: float, length: float = 200.0, *, created: float | None = None) -> Shown:
    """A song put on at ``start`` seconds after T, and shown so since then."""
    since = start if created is None else created
    return Shown(name.rjust(22, "0"), name, "Somebody", T + start, T + start + length, T + since)


def tally(outcomes: Iterable[Outcome]) -> Counter[str]:
    found = Counter(dict.fromkeys(NAMES, 0))
    for each in outcomes:
        found["plays" if each.verdict is Verdict.PLAY else "skips"] += 1
        found["repeats"] += each.repeat
    return found


def heard(*seen: tuple[float, Shown | None] | tuple[float, Shown | None, int], until: float = 9_000) -> str:
    """What comes of updates at seconds after T: ``p`` a play, ``r`` a repeat, ``s`` a skip."""
    hearing = Hearing(T - 10)
    for at, shown, *server in seen:
        hearing.see(T + at, server[0] if server else 1, shown)
    outcomes = hearing.settle(T + until)
    return "".join("r" if each.repeat else each.verdict.value[0] for each in outcomes)


class TestASong:
    @pytest.mark.parametrize(("seconds", "said"), [(5, "s"), (29, "s"), (30, "p"), (31, "p"), (200, "p")])
    def test_left_for_another_one_is_a_skip_or_a_play(self, seconds: float, said: str) -> None:
        assert heard((0, song("a", 0)), (seconds, song("b", seconds))) == said

    @pytest.mark.parametrize(("seconds", "said"), [(11, "s"), (12, "p"), (24, "p")])
    def test_shorter_than_a_minute_counts_from_its_half_on(self, seconds: float, said: str) -> None:
        assert heard((0, song("a", 0, 24)), (seconds, song("b", seconds))) == said

    def test_that_only_stops_is_a_play_or_nothing(self) -> None:
        assert heard((0, song("a", 0)), (100, None)) == "p"
        assert heard((0, song("a", 0)), (10, None)) == ""

    def test_left_after_a_pause_is_a_skip_unless_the_pause_was_long(self) -> None:
        assert heard((0, song("a", 0)), (10, None), (60, song("b", 60))) == "s"
        assert heard((0, song("a", 0)), (10, None), (PAUSED + 60, song("b", PAUSED + 60))) == ""

    def test_paused_is_heard_in_parts(self) -> None:
        resumed = song("a", 40, created=60)
        assert heard((0, song("a", 0)), (20, None), (60, resumed), (65, song("b", 65))) == "s"
        assert heard((0, song("a", 0)), (20, None), (60, resumed), (75, song("b", 75))) == "p"

    def test_sought_through_is_one_listening(self) -> None:
        forward, back = song("a", -100, created=20), song("a", 5, created=25)
        assert heard((0, song("a", 0)), (20, forward), (25, back), (29, song("b", 29))) == "s"
        assert heard((0, song("a", 0)), (20, forward), (25, back), (60, song("b", 60))) == "p"

    def test_taken_up_in_its_middle_is_no_skip(self) -> None:
        assert heard((0, song("a", 0)), (50, song("b", -100, created=50)), (60, song("c", 60))) == "p"

    def test_put_on_again_is_a_repeat(self) -> None:
        looped = song("a", 200)
        assert heard((0, song("a", 0)), (200, looped), (400, song("b", 400))) == "pr"
        again = song("a", 300)
        assert heard((0, song("a", 0)), (100, song("b", 100)), (300, again), (400, song("c", 400))) == "ppr"

    def test_begun_again_at_once_is_one_listening_and_after_long_it_is_another(self) -> None:
        assert heard((0, song("a", 0)), (20, None), (60, song("a", 60)), (80, song("b", 80))) == "p"
        later = PAUSED + 60
        assert heard((0, song("a", 0)), (20, None), (later, song("a", later)), (later + 20, None)) == ""

    def test_after_a_day_is_no_repeat(self) -> None:
        late = AGAIN + 100
        shown = [(0.0, song("a", 0)), (100.0, song("b", 100)), (200.0, None)]
        assert heard(*shown, (late, song("a", late)), (late + 99, None), until=late + 1_000) == "ppp"

    def test_hidden_for_a_while_played_on(self) -> None:
        assert heard((0, song("a", 0)), (10, None), (60, song("a", 0)), (70, song("b", 70))) == "p"

    def test_played_and_paused_for_hours_counts_once(self) -> None:
        hearing = Hearing(T)
        hearing.see(T, 1, song("a", 0))
        hearing.see(T + 150, 1, None)
        assert tally(hearing.settle(T + 5_000))["plays"] == 1
        hearing.see(T + 6_000, 1, song("a", 5_850, created=6_000))
        hearing.see(T + 6_050, 1, song("b", 6_050))
        assert tally(hearing.settle(T + 6_200)) == Counter(plays=0, repeats=0, skips=0)

    def test_on_before_the_member_agreed_counts_from_then(self) -> None:
        hearing = Hearing(T + 100)
        hearing.see(T + 101, 1, song("a", 0))
        hearing.see(T + 121, 1, song("b", 121))
        assert tally(hearing.settle(T + 300))["plays"] == 0


class TestSeveralServers:
    def test_a_late_word_of_the_last_song_changes_nothing(self) -> None:
        a, b = song("a", 0), song("b", 100)
        late = heard(
            (0, a),
            (99.8, None),
            (100, b),
            (100.1, None, 2),
            (100.2, a, 2),
            (100.3, b, 2),
            (150, song("c", 150)),
        )
        assert late == "pp"

    def test_a_song_that_is_told_after_the_next_one_says_nothing_and_takes_nothing_for_granted(self) -> None:
        told = heard((0, song("a", 0)), (105, song("c", 100)), (106, song("b", 10), 2), (300, song("d", 300)))
        assert told == "p"  # c; of a nobody knows any more for how long

    def test_of_one_that_left_the_other_goes_on(self) -> None:
        a = song("a", 0)
        assert heard((0, a), (0.2, a, 2), (100, song("b", 100), 2), (140, song("c", 140), 2)) == "pp"


class TestOurClock:
    def test_set_back_or_forward_between_songs_changes_nothing(self) -> None:
        for jump in (-7_200, -40, 40, 7_200):
            assert heard((0, song("a", 0)), (20 + jump, song("b", 20)), (120 + jump, song("c", 120))) == "sp"

    def test_set_back_before_a_pause_counts_nothing_that_is_not_known(self) -> None:
        assert (
            heard((0, song("a", 0)), (100, song("b", 100)), (-3_000, None), (-2_990, song("c", 500))) == "p"
        )

    def test_set_forward_past_the_end_of_a_song_does_not_play_it(self) -> None:
        assert heard((0, song("a", 0)), (9_000, None), (9_010, song("b", 20)), until=20_000) == ""

    def test_off_by_hours_all_the_time_counts_alike(self) -> None:
        for off in (-10_000, 10_000):
            seen = (
                (off, song("a", 0)),
                (off + 10, song("b", 10)),
                (off + 50, None),
                (off + 99, song("c", 99)),
            )
            assert heard(*seen, until=off + 9_000) == "sp"

    def test_that_of_the_member_may_be_off_as_well(self) -> None:
        for off, said in ((-500, "p"), (500, "sp"), (90_000, "sp")):
            seen = [(at, song(name, at + off, created=at)) for at, name in ((0, "a"), (10, "b"), (100, "c"))]
            assert heard(*seen) == said


class TestAGap:
    def lost(self, *seen: tuple[float, Shown | None], at: float, before: int) -> str:
        hearing = Hearing(T - 10)
        for number, (moment, shown) in enumerate(seen):
            if number == before:
                hearing.lose(T + at)
            hearing.see(T + moment, 1, shown)
        return "".join(each.verdict.value[0] for each in hearing.settle(T + 9_000))

    def test_counts_what_was_seen_before_it(self) -> None:
        assert self.lost((0, song("a", 0)), (900, song("b", 900)), at=40, before=1) == "p"

    def test_invents_nothing(self) -> None:
        assert self.lost((0, song("a", 0)), (900, song("b", 900)), at=10, before=1) == ""

    def test_before_a_pause_does_not_make_a_skip_of_it(self) -> None:
        seen = ((0.0, song("a", 0)), (3.0, None), (8.0, song("a", 5, created=8)))
        assert self.lost(*seen, at=0, before=1) == ""

    def test_may_hide_what_was_heard_of_the_next_song(self) -> None:
        seen = ((0.0, song("a", 0)), (48.0, song("b", 45, created=48)), (75.0, song("c", 75)))
        assert self.lost(*seen, at=0, before=1) == ""

    def test_is_none_when_the_next_song_begins_as_this_one_ends(self) -> None:
        assert self.lost((0, song("a", 0)), (201, song("b", 201)), at=10, before=1) == "p"

    def test_is_none_when_the_same_start_is_shown_again(self) -> None:
        a = song("a", 0)
        assert self.lost((0, a), (100, a), (120, song("b", 120)), at=10, before=1) == "p"

    def test_of_a_few_seconds_still_tells_a_skip(self) -> None:
        assert self.lost((0, song("a", 0)), (20, song("b", 20)), at=10, before=1) == "s"

    def test_in_a_pause_may_hide_that_it_went_on(self) -> None:
        seen = ((0.0, song("a", 0)), (10.0, None), (300.0, song("b", 300)))
        assert self.lost(*seen, at=20, before=2) == ""


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("start"), st.sampled_from("abcd"), st.integers(3, 200)),
        st.tuples(st.just("pause"), st.integers(5, 2_000), st.integers(3, 100)),
        st.tuples(st.just("seek"), st.sampled_from([0, 15, 60, 120]), st.integers(3, 100)),
        st.tuples(st.just("stop"), st.integers(20, 3_000), st.integers(3, 100)),
    ),
    max_size=12,
)


FEW = hypothesis_settings(max_examples=100, derandomize=True)


def played(steps: Iterable[tuple[str, str | int, int]]) -> Player:
    """A player that does this: what, with what, and for how long it is listened to then."""
    player = Player()
    player.start("a")
    player.listen(40)
    for what, value, seconds in steps:
        if what == "start":
            player.start(str(value) if player.song != value else "e")
        elif what == "pause":
            player.pause(float(value))
        elif what == "seek" and abs(player.position - float(value)) > 5:
            player.seek(float(value))
        elif what == "stop":
            player.stop()
            player.now += float(value)
            player.start("f")
        player.listen(seconds)
    player.stop()
    return player


def counts(player: Player, sightings: list[tuple[float, int, Shown | None]]) -> Counter[str]:
    """What a member's hearing makes of updates in the order in which they arrive."""
    hearing = Hearing(0.0)
    outcomes: list[Outcome] = []
    for at, server, shown in sightings:
        hearing.see(at, server, shown)
        outcomes += hearing.settle(at)
    return tally([*outcomes, *hearing.settle(player.now + 3 * PAUSED)])


@FEW
@given(STEPS)
def test_what_is_seen_as_it_happens_is_counted_exactly(steps: list[tuple[str, str | int, int]]) -> None:
    player = played(steps)
    assert counts(player, of_two_servers(player.updates)) == player.end()


@FEW
@given(STEPS)
def test_a_client_that_does_not_say_since_when_changes_nothing(
    steps: list[tuple[str, str | int, int]],
) -> None:
    player = played(steps)
    assert counts(player, of_two_servers(without_dates(player.updates))) == player.end()


@FEW
@given(STEPS, st.data())
def test_any_order_with_any_repetitions_is_never_above_the_truth(
    steps: list[tuple[str, str | int, int]], data: st.DataObject
) -> None:
    player = played(steps)
    sightings = [Sighting(*each) for each in of_two_servers(player.updates)]
    doubled = data.draw(st.lists(st.sampled_from(sightings), max_size=20))
    shuffled = data.draw(st.permutations([*sightings, *doubled]))
    found = Counter(each.verdict for each in listenings(shuffled))
    truth = player.end()
    assert found[Verdict.PLAY] <= truth["plays"]
    assert found[Verdict.SKIP] <= truth["skips"]


@FEW
@given(STEPS, st.data())
def test_a_little_disorder_on_arrival_is_never_above_the_truth(
    steps: list[tuple[str, str | int, int]], data: st.DataObject
) -> None:
    """Updates are late by some seconds, each by another number: what the clock says is when they came."""
    player = played(steps)
    late = data.draw(
        st.lists(st.sampled_from([0.0, 0.4, 2.0]), min_size=len(player.updates), max_size=len(player.updates))
    )
    arriving = [(each.at, 1, each.song) for each in player.updates]
    arriving += [(each.at + lag, 2, each.song) for each, lag in zip(player.updates, late, strict=True)]
    arriving.sort(key=lambda each: each[0])
    found, truth = counts(player, arriving), player.end()
    assert all(found[name] <= truth[name] for name in NAMES), (found, truth)


@FEW
@given(STEPS, st.data())
def test_what_is_missed_is_never_invented(
    steps: list[tuple[str, str | int, int]], data: st.DataObject
) -> None:
    player = played(steps)
    updates = player.updates
    first = data.draw(st.integers(1, len(updates)))
    last = data.draw(st.integers(first, len(updates)))
    early = data.draw(st.floats(0, 1))
    hearing = Hearing(0.0)
    for each in updates[:first]:
        hearing.see(each.at, 1, each.song)
    end = updates[first].at if first < len(updates) else player.now
    hearing.lose(updates[first - 1].at + early * (end - updates[first - 1].at))
    hearing = Hearing.load(json.loads(json.dumps(hearing.dump())))
    for each in updates[last:]:
        hearing.see(each.at, 1, each.song)
    found, truth = tally(hearing.settle(player.now + 3 * PAUSED)), player.end()
    assert all(found[name] <= truth[name] for name in NAMES), (found, truth)


class TestWhatIsKept:
    def test_is_the_running_song_and_no_more(self) -> None:
        hearing = Hearing(T)
        for number in range(30):
            hearing.see(T + 100 * number, 1, song(str(number), 100 * number))
            hearing.settle(T + 100 * number)
        hearing.settle(T + 2_900 + SETTLED)
        assert len(hearing.sightings) == 1
        assert len(hearing.memory.keys) <= 64
        hearing.settle(T + 2_900 + AGAIN + 10)
        assert not hearing.sightings
        assert not hearing.played

    def test_is_bounded_whatever_is_sent(self) -> None:
        hearing = Hearing(T)
        for number in range(3 * MOST):
            hearing.see(T + number / 10, 1, song("a", number / 10, created=number / 10))
        assert len(hearing.sightings) <= MOST

    def test_survives_a_restart_without_counting_twice(self) -> None:
        hearing = Hearing(T)
        hearing.see(T, 1, song("a", 0))
        hearing.see(T + 100, 1, song("b", 100))
        assert tally(hearing.settle(T + 200))["plays"] == 1
        again = Hearing.load(json.loads(json.dumps(hearing.dump())))
        again.see(T + 250, 1, song("b", 100))
        again.see(T + 300, 1, song("a", 300))
        again.see(T + 400, 1, song("c", 400))
        assert tally(again.settle(T + 600)) == Counter(plays=2, repeats=1, skips=0)


def test_an_evening_of_200_updates_is_counted_exactly() -> None:
    steps, seen = evening()
    hearing = Hearing(0.0)
    outcomes: list[Outcome] = []
    for step in steps:
        if step.cut is not None:
            hearing.lose(step.cut + step.off)
        hearing.see(step.at + step.off, step.server, step.song)
        outcomes += hearing.settle(step.at + step.off)
    last = steps[-1]
    outcomes += hearing.settle(last.at + last.off + 2 * PAUSED)
    assert len(steps) == 200
    assert tally(outcomes) == seen == Counter(plays=52, repeats=21, skips=24)
