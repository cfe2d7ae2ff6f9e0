"""What members think now is what the log says: folded one event at a time, or read again from the beginning."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import (
    Counts,
    EventId,
    FeedbackEvent,
    Heard,
    Listened,
    MemberId,
    PostId,
    ServerId,
    SongId,
    Verb,
)
from bot.usecases.taste import DAY, Tastes

HOME, ALICE, BOB = ServerId(1), MemberId(1), MemberId(2)
VERBS = (Verb.LIKE, Verb.SKIP, Verb.DISLIKE)
Key = tuple[ServerId, MemberId, SongId]


def said(
    number: int,
    verb: Verb = Verb.LIKE,
    *,
    server: ServerId = HOME,
    member: MemberId = ALICE,
    song: int = 1,
    undoes: int | None = None,
    at: float = 0.0,
    via: str = "button",
    post: int | None = None,
) -> FeedbackEvent:
    undone = None if undoes is None else EventId(undoes)
    where = None if post is None else PostId(post)
    return FeedbackEvent(EventId(number), server, member, SongId(song), verb, via, where, None, undone, at)


def folded(*events: FeedbackEvent) -> Tastes:
    tastes = Tastes()
    for event in events:
        tastes.apply(event)
    return tastes


@st.composite
def logs(draw: st.DrawFn) -> list[FeedbackEvent]:
    """Logs as the store allows them: ids grow, an event is taken back at most once, by who said it."""
    log: list[FeedbackEvent] = []
    standing: list[FeedbackEvent] = []
    for number in range(1, draw(st.integers(0, 40)) + 1):
        if standing and draw(st.booleans()):
            gone = standing.pop(draw(st.integers(0, len(standing) - 1)))
            back = said(
                number,
                Verb.UNDO,
                server=gone.server,
                member=gone.member,
                song=gone.song,
                undoes=gone.id,
                at=number,
            )
            log.append(back)
        else:
            few = st.integers(1, 3)
            new = said(
                number,
                draw(st.sampled_from(VERBS)),
                server=ServerId(draw(st.integers(1, 2))),
                member=MemberId(draw(few)),
                song=draw(few),
                at=number,
            )
            log.append(new)
            standing.append(new)
    return log


def naive(log: list[FeedbackEvent]) -> dict[Key, FeedbackEvent]:
    """The event that counts of everybody and every song, read off the whole log."""
    undone = {event.undoes for event in log}
    left = [event for event in log if event.verb is not Verb.UNDO and event.id not in undone]
    return {(event.server, event.member, event.song): event for event in left}


class TestTheFold:
    @given(logs())
    def test_equals_reading_the_whole_log_again(self, log: list[FeedbackEvent]) -> None:
        tastes, expected = folded(*log), naive(log)
        assert {(e.server, e.member, e.song): e for e in tastes.events()} == expected
        for server in {event.server for event in log}:
            known = {e.song for e in log if e.server == server}
            assert tastes.rated(server) == known
            for song in known:
                votes = Counter(e.verb for (s, _, i), e in expected.items() if (s, i) == (server, song))
                assert tastes.counts(server, song) == Counts(*(votes[verb] for verb in VERBS))
            for member in {event.member for event in log}:
                mine = {i: e.verb for (s, m, i), e in expected.items() if (s, m) == (server, member)}
                assert tastes.vector(server, member, 1e9).keys() == mine.keys()
                assert all(tastes.opinion(server, member, song).verb is mine.get(song) for song in known)

    @given(logs())
    def test_tells_the_verdict_after_each_event(self, log: list[FeedbackEvent]) -> None:
        tastes = Tastes()
        for length, event in enumerate(log, start=1):
            now = naive(log[:length]).get((event.server, event.member, event.song))
            assert tastes.apply(event) is (None if now is None else now.verb)


def test_the_last_word_counts_and_taking_it_back_brings_the_one_before() -> None:
    tastes = folded(said(1, Verb.LIKE), said(2, Verb.DISLIKE))
    assert tastes.opinion(HOME, ALICE, SongId(1)).verb is Verb.DISLIKE
    tastes.apply(said(3, Verb.UNDO, undoes=2))
    assert tastes.opinion(HOME, ALICE, SongId(1)).verb is Verb.LIKE
    tastes.apply(said(4, Verb.UNDO, undoes=1))
    assert tastes.opinion(HOME, ALICE, SongId(1)).verb is None
    assert tastes.counts(HOME, SongId(1)) == Counts()


def test_everybody_counts_once_in_their_own_server() -> None:
    tastes = folded(
        said(1),
        said(2),
        said(3, member=BOB),
        said(4, Verb.SKIP, member=MemberId(3)),
        said(5, Verb.DISLIKE, server=ServerId(2)),
    )
    assert tastes.counts(HOME, SongId(1)) == Counts(likes=2, skips=1)
    assert tastes.counts(ServerId(2), SongId(1)) == Counts(dislikes=1)


def test_a_song_once_rated_stays_known_to_the_server() -> None:
    tastes = folded(said(1), said(2, Verb.UNDO, undoes=1))
    assert tastes.rated(HOME) == {1}
    assert tastes.rated(ServerId(2)) == set()


@pytest.mark.parametrize(
    ("verb", "days", "weight"),
    [
        (Verb.LIKE, 0, 1.0),
        (Verb.LIKE, 180, 0.5),
        (Verb.LIKE, 360, 0.25),
        (Verb.SKIP, 0, -0.3),
        (Verb.SKIP, 30, -0.15),
        (Verb.DISLIKE, 0, -1.0),
        (Verb.DISLIKE, 10_000, -1.0),
        (Verb.LIKE, -5, 1.0),  # a clock that was set back
    ],
)
def test_answers_fade_but_dislikes_do_not(verb: Verb, days: int, weight: float) -> None:
    tastes = folded(said(1, verb, at=1e9))
    assert tastes.vector(HOME, ALICE, 1e9 + days * DAY) == {1: pytest.approx(weight)}


class TestAServer:
    def test_without_answers_has_no_taste(self) -> None:
        assert Tastes().server_vector(HOME, 0.0) == {}
        assert folded(said(1), said(2, Verb.UNDO, undoes=1)).server_vector(HOME, 0.0) == {}

    def test_hears_whoever_taps_a_hundred_times_no_louder_than_others(self) -> None:
        loud = [said(n, member=ALICE, song=n) for n in range(1, 101)]
        quiet = [said(100 + n, member=MemberId(n), song=1000) for n in range(2, 6)]
        vector = folded(*loud, *quiet).server_vector(HOME, 0.0)
        length = sum(vector[SongId(n)] ** 2 for n in range(1, 101)) ** 0.5
        assert length == pytest.approx(0.2)
        assert vector[SongId(1000)] == pytest.approx(0.8)

    def test_is_the_mean_of_few_members(self) -> None:
        tastes = folded(said(1), said(2, Verb.DISLIKE, member=BOB), said(3, server=ServerId(2), song=2))
        assert tastes.server_vector(HOME, 0.0) == {1: pytest.approx(0.0)}

    def test_changes_with_every_answer_and_every_history_at_once(self) -> None:
        tastes = folded(said(1))
        assert tastes.server_vector(HOME, 0.0) == {1: pytest.approx(1.0)}
        tastes.apply(said(2, member=BOB, song=2))
        assert tastes.server_vector(HOME, 1.0) == {1: pytest.approx(0.5), 2: pytest.approx(0.5)}
        heard = Heard(plays=1, repeats=0, skips=0, last=0.0)
        tastes.listen(BOB, [Listened(BOB, HOME, SongId(3), heard, own=False)])
        assert 3 in tastes.server_vector(HOME, 1.0)

    def test_fades_though_nobody_says_anything(self) -> None:
        tastes = folded(said(1), said(2, Verb.SKIP, song=2))
        before = tastes.server_vector(HOME, 0.0)
        after = tastes.server_vector(HOME, 60 * DAY)
        assert abs(after[SongId(2)]) < abs(before[SongId(2)])

    @given(logs())
    def test_never_weighs_more_than_one(self, log: list[FeedbackEvent]) -> None:
        vector = folded(*log).server_vector(HOME, 100.0)
        assert sum(weight * weight for weight in vector.values()) <= 1.0 + 1e-9


def test_the_newest_reaction_to_a_post_is_the_one_to_take_back() -> None:
    tastes = folded(
        said(1, song=1, via="reaction:❤", post=7),
        said(2, song=2, via="reaction:❤", post=7),
        said(3, song=2, via="reaction:👍", post=7),
        said(4, song=3, via="reaction:❤", post=8),
        said(5, song=2, member=BOB, via="reaction:❤", post=7),
    )
    found = tastes.undoable(HOME, ALICE, PostId(7), "reaction:❤")
    assert found is not None
    assert found.id == 2
    tastes.apply(said(6, Verb.UNDO, song=2, undoes=2))
    found = tastes.undoable(HOME, ALICE, PostId(7), "reaction:❤")
    assert found is not None
    assert found.id == 1
    assert tastes.undoable(HOME, ALICE, PostId(9), "reaction:❤") is None
