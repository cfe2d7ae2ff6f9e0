"""A song is meant only where nothing of what was typed is left unsaid by it."""

from __future__ import annotations

import pytest

from bot.store.meaning import meant
from bot.store.records import Song, SongId


def song(artist: str, title: str, released: str | None = None) -> Song:
    return Song(SongId(1), title, artist, released=released)


@pytest.mark.parametrize(
    ("text", "artist", "title"),
    [
        ("massive attack teardrop", "Massive Attack", "Teardrop"),
        ("Teardop by Masive Attack", "Massive Attack", "Teardrop"),
        ("massive attack", "Massive Attack", "Teardrop"),
        ("Vibe ft. Somebody Maniaxo", "Maniaxo", "Vibe"),
        ("ring the alarm stadiumx remix", "Nicky Romero", "Ring The Alarm - Stadiumx Remix"),
        ("closer radio edit", "The Chainsmokers", "Closer - Radio Edit"),
        ("closer chainsmokers", "The Chainsmokers", "Closer - Radio Edit"),
        ("blink182", "blink-182", "All the Small Things"),
    ],
)
def test_slips_guests_and_beginnings_are_forgiven(text: str, artist: str, title: str) -> None:
    assert meant(text, song(artist, title))


@pytest.mark.parametrize(
    ("text", "artist", "title"),
    [
        ("the cranberries twenty one", "The Cranberries", "When You're Gone"),
        ("bertholet 97", "Bertholet", "The Ceremony"),
        ("nicky romero ring the alarm", "Nicky Romero", "Ring The Alarm - Stadiumx Remix"),
        ("no me dejes solo live", "Daddy Yankee", "No Me Dejes Solo"),
        ("flo rida whistle", "Flo Rida", "I Don't Like It (feat. Verdine White)"),
        ("free feat. somebody else", "6LACK", "Other"),
        ("", "U2", "One"),
    ],
)
def test_another_song_is_not_meant(text: str, artist: str, title: str) -> None:
    assert not meant(text, song(artist, title))


def test_a_year_is_right_or_unknown() -> None:
    for released, right in (("1998-04-20", True), (None, True), ("2006", False)):
        assert meant("teardrop massive attack 1998", song("Massive Attack", "Teardrop", released)) is right


def test_signs_mean_only_what_is_called_so() -> None:
    assert not meant("🎉🎉", song("Hikaru Utada", "First Love")), "anyascii calls it tada"
    assert not meant("❤️", song("Heart", "Barracuda"))
    assert meant(" ††† ", song("Crosses", "†††"))
    assert meant("!!!", song("!!!", "Must Be the Moon"))
