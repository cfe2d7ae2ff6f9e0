"""A member types, badly, and finds the song."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import Song, SongId
from bot.store.search import SearchIndex

LISTED: list[tuple[str, str, float | None]] = [
    ("Massive Attack", "Teardrop", 70),
    ("Massive Attack", "Angel", 60),
    ("Massive Attack", "Unfinished Sympathy", 65),
    ("Beyoncé", "Halo", 85),
    ("Beyoncé", "Déjà Vu", 60),
    ("Depeche Mode", "Halo", 40),
    ("Björk", "Jóga", 50),
    ("Björk", "Army of Me", 55),
    ("Queen", "Bohemian Rhapsody - Remastered 2011", 90),
    ("Queen", "Don't Stop Me Now", 88),
    ("AC/DC", "Thunderstruck", 80),
    ("blink-182", "All the Small Things", 75),
    ("Кино", "Группа крови", 45),
    ("宇多田ヒカル", "First Love", 48),
    ("فيروز", "نسم علينا الهوى", None),
    ("The Weeknd", "Blinding Lights", 98),
    ("U2", "One", 66),
    ("Three Dog Night", "One", 52),
    ("Nina Simone", "Feeling Good", 64),
    ("!!!", "???", 10),
]
SONGS = [
    Song(id=SongId(100 + number), title=title, artist=artist, popularity=popularity)
    for number, (artist, title, popularity) in enumerate(LISTED)
]
NAMES = {song.id: (song.artist, song.title) for song in SONGS}
INDEX = SearchIndex(SONGS)


def first(text: str) -> tuple[str, str] | None:
    found = INDEX.find(text)
    return NAMES[found[0].song_id] if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("massive attack teardrop", ("Massive Attack", "Teardrop")),
        ("teardrop massive", ("Massive Attack", "Teardrop")),
        ("teardop", ("Massive Attack", "Teardrop")),
        ("tear", ("Massive Attack", "Teardrop")),
        ("TEARDROP!", ("Massive Attack", "Teardrop")),
        ("Teardrop · Massive Attack · 1998", ("Massive Attack", "Teardrop")),
        ("mass att tear", ("Massive Attack", "Teardrop")),
        ("beyonce halo", ("Beyoncé", "Halo")),
        ("halo depeche", ("Depeche Mode", "Halo")),
        ("deja vu", ("Beyoncé", "Déjà Vu")),
        ("joga bjork", ("Björk", "Jóga")),
        ("bohemian rapsody", ("Queen", "Bohemian Rhapsody - Remastered 2011")),
        ("dont stop me now", ("Queen", "Don't Stop Me Now")),
        ("acdc", ("AC/DC", "Thunderstruck")),
        ("ac/dc", ("AC/DC", "Thunderstruck")),
        ("blink182", ("blink-182", "All the Small Things")),
        ("кино", ("Кино", "Группа крови")),
        ("gruppa krovi", ("Кино", "Группа крови")),
        ("宇多田", ("宇多田ヒカル", "First Love")),
        ("فيروز", ("فيروز", "نسم علينا الهوى")),
        ("the weekend blinding lights", ("The Weeknd", "Blinding Lights")),
        ("u2 one", ("U2", "One")),
        ("!!!", ("!!!", "???")),
    ],
)
def test_the_song_that_is_meant_comes_first(typed: str, meant: tuple[str, str]) -> None:
    assert first(typed) == meant
    best = INDEX.best(typed)
    assert best is not None
    assert NAMES[best.song_id] == meant


def test_of_equals_the_popular_one_comes_first() -> None:
    assert first("one") == ("U2", "One")
    assert first("halo") == ("Beyoncé", "Halo")
    assert first("bjork") == ("Björk", "Army of Me")


def test_an_artist_typed_brings_that_artists_songs() -> None:
    found = [NAMES[match.song_id][0] for match in INDEX.find("massive attack", limit=3)]
    assert found == ["Massive Attack"] * 3


@pytest.mark.parametrize("typed", ["t", "te", "be"])
def test_the_first_letters_suggest_something_that_begins_so(typed: str) -> None:
    artist, title = first(typed) or ("", "")
    assert any(word.startswith(typed) for word in f"{artist} {title}".lower().split())


@pytest.mark.parametrize("typed", ["qwertyuiop", "xqzvw", "how are you today my friend", "12345678"])
def test_nothing_is_meant_by_nonsense(typed: str) -> None:
    assert INDEX.best(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \t\n",
        "\x00\x01",
        "\u200e\u202e",
        "😂😂",
        "a" * 4000,
        "love " * 800,
        "مرحبا",
        "\ud800",
        "(((",
        "%_'",
    ],
)
def test_odd_input_is_answered(typed: str) -> None:
    found = INDEX.find(typed)
    assert len(found) <= 25
    INDEX.best(typed)


@pytest.mark.parametrize("typed", ["", "   ", "\x00"])
def test_blank_text_finds_nothing(typed: str) -> None:
    assert INDEX.find(typed) == []
    assert INDEX.best(typed) is None


@given(st.text(max_size=300), st.integers(-1, 30))
def test_any_text_gives_sorted_scores_and_no_song_twice(text: str, limit: int) -> None:
    found = INDEX.find(text, limit)
    assert len(found) <= max(limit, 0)
    assert all(0 <= match.score <= 100 for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert len({match.song_id for match in found}) == len(found)


@given(st.sampled_from(SONGS))
def test_every_song_is_found_by_its_own_names(song: Song) -> None:
    best = INDEX.best(f"{song.artist} {song.title}")
    assert best is not None
    assert best.song_id == song.id


def test_before_anything_is_typed_popular_songs_of_different_artists_are_offered() -> None:
    offered = [NAMES[match.song_id] for match in INDEX.sensible(4)]
    assert offered == [
        ("The Weeknd", "Blinding Lights"),
        ("Queen", "Bohemian Rhapsody - Remastered 2011"),
        ("Beyoncé", "Halo"),
        ("AC/DC", "Thunderstruck"),
    ]
    assert len(INDEX.sensible(100)) == len(SONGS)
    assert INDEX.sensible(0) == []


def test_an_empty_catalogue_finds_nothing() -> None:
    empty = SearchIndex([])
    assert empty.find("halo") == []
    assert empty.best("halo") is None
    assert empty.sensible() == []
