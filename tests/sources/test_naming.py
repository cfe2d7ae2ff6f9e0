"""Recordings of one song share a key; other songs do not; nothing that a file may hold breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.naming import display_title, fold, song_key

SAME_SONG = [
    "Radio Ga Ga",
    "radio ga ga",
    "Radio Ga Ga - Remastered 2011",
    "Radio Ga Ga - 2011 Remaster",
    "Radio Ga Ga - 2011 - Remaster",
    "Radio Ga Ga - Remaster",
    "Radio Ga Ga (2011 Remaster)",
    "Radio Ga Ga 2011 Remaster",
    "Radio Ga Ga (Deluxe Remastered Version)",
    "Radio Ga Ga (Deluxe)",
    "Radio Ga Ga - Single Version",
    "Radio Ga Ga - Radio Edit",
    "Radio Ga Ga - Album Version (Edited)",
    "Radio Ga Ga - Mono",
    "Radio Ga Ga - Mono / Remastered 2009",
    "Radio Ga Ga – Stereo Version",
    "Radio Ga Ga (Official Video)",
    "Radio Ga Ga [Official Music Video]",
    "Radio Ga Ga - Original Mix",
    "Radio Ga Ga (feat. Somebody)",
    "Radio Ga Ga feat. Somebody & Others - Radio Edit",
    "Radio Ga Ga ft. Somebody",
    "Radio Ga Ga (with Somebody (of Elsewhere))",
]

OTHER_SONGS = [
    "Radio Ga Ga - Live",
    "Radio Ga Ga - Live at Wembley - Remastered 2011",
    "Radio Ga Ga - Somebody Remix",
    "Radio Ga Ga (Acoustic)",
    "Radio Ga Ga (Cover Version)",
    "Radio Ga Ga - Instrumental",
    "Radio Ga Ga (Karaoke Version)",
    "Radio Ga Ga (Official Live Video)",
    "Radio Ga Ga, Pt. 2",
    "Radio Ga Ga (Version 2)",
    "Radio Ga Ga - Club Mix",
]


@pytest.mark.parametrize("title", SAME_SONG)
def test_a_reissue_is_the_same_song(title: str) -> None:
    assert song_key("Queen", title) == "queen|radio ga ga"


def test_other_performances_are_songs_of_their_own() -> None:
    keys = {song_key("Queen", title) for title in OTHER_SONGS}
    assert len(keys) == len(OTHER_SONGS)
    assert "queen|radio ga ga" not in keys


def test_a_reissued_live_recording_stays_that_live_recording() -> None:
    assert song_key("Queen", "Innuendo - Live / Remastered 2011") == song_key("Queen", "Innuendo (Live)")


@pytest.mark.parametrize(
    ("artist", "title", "key"),
    [
        ("Queen", "Remastered", "queen|remastered"),
        ("Queen", "(Remastered)", "queen|remastered"),
        ("Prince", "1999", "prince|1999"),
        ("Prince", "1999 (Remastered)", "prince|1999"),
        ("A", "10 ft. tall", "a|10 ft tall"),
        ("A", "A Feat of Arms", "a|a feat of arms"),
        ("U2", "I'm With You", "u2|im with you"),
        ("!!!", "???", "!!!|???"),
        ("Björk", "Jóga", "bjork|joga"),
        ("Кино", "Группа крови", "kino|gruppa krovi"),
        ("Ke$ha", "TiK ToK", "kesha|tik tok"),
        ("R.E.M.", "Man on the Moon", "rem|man on the moon"),
        ("Simon & Garfunkel", "Cecilia", "simon and garfunkel|cecilia"),
        ("Gen Hoshino;Somebody", "Comedy", "gen hoshino|comedy"),
        ("Drake feat. Rihanna", "Take Care", "drake|take care"),
    ],
)
def test_keys_of_odd_names(artist: str, title: str, key: str) -> None:
    assert song_key(artist, title) == key


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("BeyoncÃ©", "Beyoncé"),
        ("Donâ€™t Stop", "Don’t Stop"),
        ("SENTADÃO", "SENTADÃO"),
        ("Ã\u00a0", "à"),
        ("Be Your Friend\u202c\u202c", "Be Your Friend"),
        (" a\u00a0 b\x00\tc ", "a b c"),
        ("Cafe\u0301", "Café"),
        ("👩\u200d🎤", "👩\u200d🎤"),
        ("宇多田ヒカル", "宇多田ヒカル"),
        ("half \ud83d a pair", "half a pair"),
        ("BeyoncÃ\u0083Â©", "Beyoncé"),
    ],
)
def test_titles_are_repaired_for_reading(written: str, shown: str) -> None:
    assert display_title(written) == shown


@given(st.text(), st.text())
def test_any_names_have_a_settled_key(artist: str, title: str) -> None:
    key = song_key(artist, title)
    assert key.count("|") >= 1
    folded_artist, _, folded_title = key.partition("|")
    if "|" not in folded_artist + folded_title:
        assert song_key(folded_artist, folded_title) == key


@given(st.text(alphabet="aZé ()[]{}-/;,.2011featwithremasterlivedition'\"&", max_size=60))
def test_names_made_of_marks_settle_too(title: str) -> None:
    _, _, folded = song_key("artist", title).partition("|")
    assert song_key("artist", folded) == f"artist|{folded}"
    assert bool(folded) == bool(title.strip())


@given(st.text())
def test_folding_settles_and_keeps_something_of_every_visible_text(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert bool(folded) == bool(text.strip())


@given(st.text())
def test_repairing_a_title_settles_and_can_be_stored(text: str) -> None:
    shown = display_title(text)
    assert display_title(shown) == shown
    assert shown.encode().decode() == shown.strip()
