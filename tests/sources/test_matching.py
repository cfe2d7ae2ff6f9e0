"""Which tellings are one song, and which song was meant."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.found import FoundSong, Isrc, Mbid, SourceId, SourceName
from bot.sources.matching import ENOUGH, best, likeness, merge

ISRC, OTHER = Isrc("GBAAA9800322"), Isrc("USXXX0000001")
MBID = Mbid("5acdf1a3-b4d0-4ae5-a4f5-8aa5a6f1b3cd")
_ids = iter(range(1, 10**9))


def song(
    title: str = "Teardrop", artist: str = "Massive Attack", source: str = "deezer", **more: Any
) -> FoundSong:
    return FoundSong(SourceName(source), SourceId(str(next(_ids))), title, (artist,), **more)


def test_an_isrc_joins_songs_of_different_names() -> None:
    (one,) = merge(
        [song(isrc=ISRC, bpm=153.0)],
        [song("Teardrop (2019 Remaster)", "MASSIVE ATTACK", "musicbrainz", isrc=ISRC, mbid=MBID)],
    )
    assert (one.isrc, one.mbid, one.first(lambda each: each.bpm)) == (ISRC, MBID, 153.0)
    assert [each.source for each in one.found] == ["deezer", "musicbrainz"]


def test_an_isrc_and_an_mbid_join_in_turn() -> None:
    tellings = [song("A", isrc=ISRC), song("B", "X", isrc=ISRC, mbid=MBID), song("C", "Y", mbid=MBID)]
    assert len(merge(*([each] for each in tellings))) == 1


def test_a_wrong_isrc_does_not_join_a_version_of_another_length() -> None:
    studio, live = (
        song(isrc=ISRC, duration_ms=330_000),
        song("Teardrop (Live)", isrc=ISRC, duration_ms=402_000),
    )
    assert len(merge([studio], [live])) == 2


def test_names_join_where_lengths_agree() -> None:
    near = song("Teardrop (feat. Elizabeth Fraser)", source="itunes", duration_ms=332_500)
    far = song(source="itunes", duration_ms=251_000)
    unknown = song(source="musicbrainz")
    merged = merge([song(duration_ms=330_000)], [near, far], [unknown])
    assert [len(each.found) for each in merged] == [3, 1]


@pytest.mark.parametrize(
    "title",
    [
        "Teardrop (Live)",
        "Teardrop - Mad Professor Remix",
        "Teardrop (2019 Remaster)",
        "Teardrop (Instrumental)",
    ],
)
def test_versions_stay_apart_and_share_their_work(title: str) -> None:
    merged = merge([song(duration_ms=330_000)], [song(title, source="itunes", duration_ms=330_000)])
    assert len(merged) == 2
    assert len({each.work for each in merged}) == 1


def test_what_a_source_says_of_the_version_counts_as_the_title_does() -> None:
    live = song(source="musicbrainz", version="live, 1998-07-11: Glastonbury", duration_ms=330_000)
    album = song(source="musicbrainz", version="album version", duration_ms=330_000)
    merged = merge([song(duration_ms=330_000)], [live, album])
    assert [len(each.found) for each in merged] == [2, 1]
    assert len({each.work for each in merged}) == 1
    assert len({each.key for each in merged}) == 2
    assert best("Massive Attack", "Teardrop", [live, album]) == album


def test_the_best_placed_comes_first_then_what_more_sources_have() -> None:
    merged = merge(
        [song("One", isrc=ISRC), song("Two")],
        [song("Three", source="itunes"), song("One", source="itunes", isrc=ISRC)],
    )
    assert [each.best.title for each in merged] == ["One", "Three", "Two"]


def test_each_source_keeps_its_link() -> None:
    here, there = "https://deezer.example/1", "https://music.example/2"
    (one,) = merge([song(link=here, isrc=ISRC)], [song(link=there, source="itunes", isrc=ISRC)])
    assert one.links == {"deezer": here, "itunes": there}


def test_a_thousand_duplicates_are_one() -> None:
    assert len(merge([song(duration_ms=330_000) for _ in range(1_000)])) == 1
    assert merge() == merge([], []) == ()


TELLINGS = st.builds(
    song,
    title=st.sampled_from(["Teardrop", "Teardrop (Live)", "Angel", "Angel - 2019 Remaster", "!!!", "ليل"]),
    artist=st.sampled_from(["Massive Attack", "massive attack", "Somebody"]),
    source=st.sampled_from(["deezer", "itunes", "musicbrainz"]),
    isrc=st.sampled_from([None, ISRC, OTHER]),
    mbid=st.sampled_from([None, MBID]),
    duration_ms=st.sampled_from([None, 100_000, 102_000, 330_000]),
)


@given(st.lists(TELLINGS, max_size=20))
def test_nothing_is_lost_or_told_twice(tellings: list[FoundSong]) -> None:
    merged = merge(tellings[::2], tellings[1::2])
    assert sorted(each.id for one in merged for each in one.found) == sorted(each.id for each in tellings)


@given(st.lists(TELLINGS, max_size=12).filter(lambda all_: all(each.duration_ms for each in all_)))
def test_the_groups_do_not_depend_on_the_order(tellings: list[FoundSong]) -> None:
    shuffled = random.Random(1).sample(tellings, len(tellings))
    groups = [
        {frozenset(each.id for each in one.found) for one in merge(found)} for found in (tellings, shuffled)
    ]
    assert groups[0] == groups[1]


@pytest.mark.parametrize(
    ("artist", "title", "found"),
    [
        ("Massive Attack", "Teardrop", song()),
        ("massive attack", "teardrop", song()),
        ("Masive Attack", "Teardropp", song()),
        ("Massive Attack", "Teardrop", song("Teardrop (2019 Remaster)")),
        ("Massive Attack", "Teardrop", song("Teardrop (feat. Elizabeth Fraser)")),
        ("Massive Attack feat. Elizabeth Fraser", "Teardrop", song()),
        ("The Rolling Stones", "Satisfaction", song("(I Can't Get No) Satisfaction", "Rolling Stones")),
        ("Beyonce", "Halo", song("Halo", "Beyoncé")),
        ("Кино", "Группа крови", song("Группа крови", "КИНО")),
        ("Metallica", "One (Live)", song("One - Live", "Metallica")),
        ("", "Teardrop", song()),
    ],
)
def test_the_song_that_was_meant(artist: str, title: str, found: FoundSong) -> None:
    assert best(artist, title, [song("Never Gonna Give You Up", "Rick Astley"), found]) == found


@pytest.mark.parametrize(
    ("artist", "title", "found"),
    [
        ("Massive Attack", "Teardrop", song("Never Gonna Give You Up", "Rick Astley")),
        ("Massive Attack", "Teardrop", song("Teardrop", "José González")),
        ("Massive Attack", "Teardrop", song("Angel")),
        ("Massive Attack", "Teardrop", song("Teardrop (Live)")),
        ("Massive Attack", "Teardrop", song("Teardrop - Mad Professor Remix")),
        ("Massive Attack", "Teardrop (Live)", song()),
        ("Massive Attack", "Teardrop (Live)", song("Teardrop (Acoustic)")),
        ("Massive Attack", "Teardrop", song("Teardrop (Karaoke Version)", "Sing Along")),
        ("Blur", "Song 2", song("Song 3", "Blur")),
        ("Pink Floyd", "Shine On Pt. 1", song("Shine On Pt. 2", "Pink Floyd")),
        ("U2", "One", song("Once", "U2")),
        ("Queen", "Love", song("Love Story", "Queen")),
        ("Massive Attack", "Teardrop", song("", "Massive Attack")),
        ("Earth, Wind & Fire", "September", song("September", "Fire")),
    ],
)
def test_another_song_is_not_believed(artist: str, title: str, found: FoundSong) -> None:
    assert best(artist, title, [found]) is None


def test_of_equals_the_first_with_the_length_that_was_asked_for() -> None:
    first, second, right = song(duration_ms=200_000), song(duration_ms=200_000), song(duration_ms=331_000)
    assert best("Massive Attack", "Teardrop", [first, second]) == first
    assert best("Massive Attack", "Teardrop", [first, second, right], duration_ms=330_000) == right
    assert best("Massive Attack", "Teardrop", []) is None


@given(st.text(), st.text(), st.text(), st.text(min_size=1))
def test_any_text_has_a_likeness(artist: str, title: str, found_artist: str, found_title: str) -> None:
    assert 0.0 <= likeness(artist, title, song(found_title, found_artist)) <= 1.0
    assert ENOUGH < 1.0
