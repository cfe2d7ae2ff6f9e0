"""What a description is about, and what is like what by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import ItemKind, Song, SongId
from bot.usecases.likeness import alike, telling
from bot.usecases.words import LONGEST, MOST, POETIC, words_of


def show(number: int, words: str, genres: str = "") -> Song:
    return Song(
        SongId(number),
        f"Show {number}",
        f"Host {number}",
        kind=ItemKind.PODCAST,
        words=tuple(words.split()),
        genres=tuple(genres.split()),
    )


KNOWN = {
    song.id: song
    for song in (
        show(1, "rome legions emperors", "history"),
        show(2, "rome roads", "history"),
        show(3, "bread crumb", "food"),
        show(4, "cold war berlin", "history"),
        show(5, ""),
    )
}
ALL = tuple(KNOWN)


def test_what_shares_more_and_rarer_words_comes_first() -> None:
    found = alike({SongId(1): 1.0}, KNOWN, ALL)
    assert [each.song for each in found] == [2, 4]
    assert found[0].nearest == 1
    assert set(found[0].shared) == {"history", "rome"}


def test_what_is_disliked_counts_against() -> None:
    assert not alike({SongId(1): 0.5, SongId(2): -1.0}, KNOWN, (SongId(4),))
    assert not alike({SongId(1): -1.0}, KNOWN, ALL)


def test_nothing_is_like_nothing() -> None:
    assert alike({}, KNOWN, ALL) == []
    assert alike({SongId(5): 1.0}, KNOWN, ALL) == []
    assert alike({SongId(99): 1.0}, KNOWN, ALL) == []


def test_what_tells_most_of_a_taste() -> None:
    liked = [(KNOWN[SongId(1)], 1.0), (KNOWN[SongId(2)], 1.0), (KNOWN[SongId(3)], -1.0)]
    assert telling(liked, 2) == ["history", "rome"]
    assert "bread" not in telling(liked, 20)


@pytest.mark.parametrize(
    ("description", "word"),
    [
        ("This is a show about the history of whales.", "whales"),
        ("In diesem Podcast geht es um die Geschichte der Wale.", "wale"),
        ("Un programa sobre la historia de las ballenas.", "ballenas"),
        ("Une émission sur l’histoire des baleines.", "baleines"),
        ("דברים על לווייתנים", "לווייתנים"),
    ],
)
def test_stop_words_of_four_languages_are_left_out(description: str, word: str) -> None:
    words = [each for each, _ in words_of("", description)]
    assert word in words
    assert not {"the", "this", "und", "der", "diesem", "sobre", "las", "une", "sur", "des"} & set(words)


def test_a_word_of_the_title_counts_twice_and_addresses_not_at_all() -> None:
    words = dict(words_of("Whales", "Whales and https://example.com/sponsor or mail me@example.com, squid"))
    assert words["whales"] == 1.0
    assert words["squid"] == pytest.approx(1 / 3, abs=0.001)
    assert "sponsor" not in words
    assert "example" not in words


def test_poetry_is_recognised() -> None:
    assert all(map(POETIC.search, ("A poem a day", "Gedichte", "Poesía completa", "poésie", "Haiku!")))
    assert not any(
        map(POETIC.search, ("Universe", "A poets-free zone".replace("poets", "ports"), "football"))
    )


@given(st.text(max_size=300), st.none() | st.text(max_size=2_000))
def test_any_text_gives_a_few_short_words(title: str, description: str | None) -> None:
    words = words_of(title, description)
    assert len(words) <= MOST
    assert all(0 < weight <= 1 and len(word) <= LONGEST for word, weight in words)
