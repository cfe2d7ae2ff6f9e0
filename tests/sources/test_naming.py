"""Recordings of one song share a key and a title, versions share a work; nothing that a file may hold breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.naming import song_key, song_title, work_key

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


# ---------------- the title that members read


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("In The Air Tonight - 2015 Remastered", "In The Air Tonight"),
        ("My Way - 1993 Remastered Version", "My Way"),
        ("Flute - Radio Edit", "Flute"),
        ("Black Magic Woman - Single Version", "Black Magic Woman"),
        ("A Forest (2009 Remaster)", "A Forest"),
        ("Radio Ga Ga 2011 Remaster", "Radio Ga Ga"),
        ("Radio Ga Ga - 2011 - Remaster", "Radio Ga Ga"),
        ("Radio Ga Ga [Official Music Video]", "Radio Ga Ga"),
        ("Deja Vu (feat. Delora) - Radio Edit", "Deja Vu (feat. Delora)"),
        ("Stay feat. Somebody - Radio Edit", "Stay feat. Somebody"),
        ("Stay (with Somebody (of Elsewhere)) - Remastered", "Stay (with Somebody (of Elsewhere))"),
        ("Innuendo - Live / Remastered 2011", "Innuendo - Live"),
        ("Innuendo (Live; 2011 Remaster)", "Innuendo (Live)"),
        ("Badman - Will Clarke Remix - Edit", "Badman - Will Clarke Remix"),
        ("HUMBLE. - SKRILLEX REMIX", "HUMBLE. - SKRILLEX REMIX"),
        ("Linger (Acoustic Version)", "Linger (Acoustic Version)"),
        ("Radio Ga Ga, Pt. 2", "Radio Ga Ga, Pt. 2"),
        ("(Don't Fear) The Reaper", "(Don't Fear) The Reaper"),
        ("'03 Bonnie & Clyde", "'03 Bonnie & Clyde"),
        ("1999 (Remastered)", "1999"),
        ("Remastered", "Remastered"),
        ("(Remastered)", "(Remastered)"),
        ("- Remaster -", "- Remaster -"),
        ("", ""),
    ],
)
def test_a_title_is_shown_without_the_marks_of_a_reissue(whole: str, shown: str) -> None:
    assert song_title(whole) == shown


@given(st.text() | st.text(alphabet="aZé ()[]{}-/;,.2011featwithremasterlivedition'\"&", max_size=60))
def test_a_title_without_marks_is_the_same_song(title: str) -> None:
    shown = song_title(title)
    assert song_key("artist", shown) == song_key("artist", title)
    assert bool(shown.strip()) == bool(title.strip())


# ---------------- versions of one song

VERSIONS = [
    "HUMBLE.",
    "HUMBLE. - SKRILLEX REMIX",
    "HUMBLE. (Live)",
    "HUMBLE. - Live at Wembley Stadium, 13th July 1985 - Remastered 2011",
    "Humble (Acoustic)",
    "HUMBLE. - Acoustic Version",
    "HUMBLE. (Piano Version) [feat. Somebody]",
    "HUMBLE. - Somebody Edit",
    "HUMBLE. - Extended Mix",
    "HUMBLE. - Club Mix",
    "HUMBLE. (Instrumental)",
    "HUMBLE. - Demo",
    "HUMBLE. (Somebody Cover)",
    "HUMBLE. (Karaoke Version)",
    "HUMBLE. (Originally Performed by Kendrick Lamar) [Karaoke]",
    "HUMBLE. - A Cappella",
    "HUMBLE. - MTV Unplugged",
    "HUMBLE. - Sped Up",
    "HUMBLE. (Somebody's Version)",
    "HUMBLE. feat. Somebody - Somebody VIP Remix",
    "HUMBLE. Remix",
    "HUMBLE. Live Version",
]


@pytest.mark.parametrize("title", VERSIONS)
def test_versions_of_a_song_are_one_work(title: str) -> None:
    assert work_key("Kendrick Lamar", title) == "kendrick lamar|humble"


def test_versions_that_are_songs_of_their_own_have_different_keys() -> None:
    keys = {song_key("Kendrick Lamar", title) for title in VERSIONS}
    assert len(keys) > len(VERSIONS) - 4


@pytest.mark.parametrize(
    ("artist", "title", "key"),
    [
        ("Gossip", "Heavy Cross, Pt. 2", "gossip|heavy cross pt 2"),
        ("Gossip", "Heavy Cross (Part II) - Live", "gossip|heavy cross part ii"),
        ("Gossip", "Heavy Cross - Pt. 2 Remix", "gossip|heavy cross pt 2"),
        ("Taylor Swift", "Long Live", "taylor swift|long live"),
        ("Wings", "Live and Let Die", "wings|live and let die"),
        ("Pat Benatar", "Fire (We Live for Love)", "pat benatar|fire we live for love"),
        ("Blue Öyster Cult", "(Don't Fear) The Reaper", "blue oyster cult|dont fear the reaper"),
        ("Bruce Springsteen", "Cover Me", "bruce springsteen|cover me"),
        ("A", "Remix", "a|remix"),
        ("A", "(Live)", "a|live"),
        ("A", "Instrumental", "a|instrumental"),
        ("Rihanna;Mikky Ekko", "Stay (Live)", "rihanna|stay"),
        ("Rihanna, Mikky Ekko", "Stay", "rihanna|stay"),
        ("!!!", "??? - Live", "!!!|???"),
    ],
)
def test_a_work_keeps_what_is_its_name(artist: str, title: str, key: str) -> None:
    assert work_key(artist, title) == key


@given(st.text())
def test_any_title_has_a_key_of_the_work(title: str) -> None:
    _, _, folded = work_key("artist", title).partition("|")
    assert bool(folded) == bool(title.strip())


@given(
    st.sampled_from(VERSIONS), st.sampled_from(["(Live)", "- Remastered 2011", "(Acoustic)", "[Radio Edit]"])
)
def test_one_mark_more_makes_no_other_work(title: str, mark: str) -> None:
    assert work_key("Kendrick Lamar", f"{title} {mark}") == work_key("Kendrick Lamar", title)
