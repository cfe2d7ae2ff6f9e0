"""Moods are read in every language that members speak."""

from __future__ import annotations

import pytest

from bot.text import CATALOGUES, say
from bot.usecases.moods import read_mood
from recommender.moods import Mood, Moods

TAGS = (
    *("calm", "sad", "happy", "dark", "summer", "night", "rain", "sunday", "study", "party", "instrumental"),
    *("trip hop", "city pop", "rock", "reggae", "samba", "lo-fi", "90s", "80s"),
)
MOODS = Moods(TAGS)


def read(text: str) -> Mood:
    """What a text asks for."""
    return read_mood(MOODS.read, text)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("verregneter Sonntag, kein Gesang, 90er", ("rain", "sunday", "without vocals", "90s")),
        ("etwas Düsteres zum Arbeiten", ("dark", "study")),
        ("fröhliche Lieder aus den 80ern", ("happy", "80s")),
        ("domingo lluvioso, sin voces, años 90", ("sunday", "rain", "without vocals", "90s")),
        ("algo tranquilo para estudiar, nada de reggae", ("calm", "study", "without reggae")),
        ("musique douce, pas trop triste", ("calm", "not very sad")),
        ("quelque chose de joyeux pour l’été", ("happy", "summer")),
        ("samba triste de madrugada", ("samba", "sad", "night")),
        ("lo-fi calmo, anos 90", ("lo fi", "calm", "90s")),
        ("雨の日、静か、歌なし、90年代", ("rain", "calm", "without vocals", "90s")),
        ("切ない夜に聴きたいシティポップ", ("sad", "night", "city pop")),
        ("ロックじゃない楽しい曲", ("without rock", "happy")),
    ],
)
def test_a_mood_means_the_same_in_every_language(text: str, understood: tuple[str, ...]) -> None:
    mood = read(text)
    assert mood.understood == understood
    assert mood.unknown == ()


@pytest.mark.parametrize(
    "text", ["rainy sunday, no vocals, 90s", "calm trip hop for my son", "qqqq zzzz", "", "🎉"]
)
def test_english_is_read_as_before(text: str) -> None:
    assert read(text) == MOODS.read(text)


def test_a_word_is_not_taken_for_one_that_is_spelt_like_it() -> None:
    assert MOODS.read("Sommer").understood == ("somber",)
    assert read("Sommer").understood == ("summer",)


def test_what_is_not_understood_is_told_as_it_was_written() -> None:
    assert read("ruhig wie Käsefüße").unknown == ("Käsefüße",)
    assert read("静か、ぎんが").unknown == ("ぎんが",)


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("key", ["command.recommend.mood", "command.radio.mood", "command.ask.mood"])
def test_every_example_that_members_are_shown_is_understood(key: str, language: str) -> None:
    _, _, example = say(key, language).replace("：", ":").partition(":")
    assert example
    mood = read(example)
    assert mood.unknown == ()
    assert mood.tags
