"""What members write in their own words, read as tags, audio features and decades."""

import csv
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.config import MoodConfig
from recommender.moods import Mood, Moods

FEATURES = (
    "energy", "valence", "acousticness", "instrumentalness", "danceability", "tempo", "speechiness", "liveness",
    "loudness",
)  # fmt: skip
TAGS = (
    "rock", "indie rock", "pop", "indie pop", "jazz", "shoegaze", "hip hop", "r&b", "post-punk", "synth-pop", "metal",
    "drum and bass", "bossa nova", "rock en español", "raï", "no wave", "melancholic", "calm", "energetic", "ambient",
    "instrumental", "ballad", "country", "soul", "the", "шансон",
)  # fmt: skip
MOODS = Moods(TAGS, FEATURES)


def read(text: str) -> Mood:
    return MOODS.read(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("shoegaze", "shoegaze"),
        ("SHOEGAZE!!", "shoegaze"),
        ("some Post Punk please", "post-punk"),
        ("postpunk", "post-punk"),
        ("synth pop", "synth-pop"),
        ("hiphop", "hip hop"),
        ("R&B", "r&b"),
        ("rnb", "r&b"),
        ("r and b", "r&b"),
        ("ballads", "ballad"),
        ("rock en espanol", "rock en español"),
        ("rai", "raï"),
        ("Шансон", "шансон"),
        ("drum n bass", "drum and bass"),
        ("no wave", "no wave"),
        ("shoegaz", "shoegaze"),
        ("countyr", "country"),
        ("rokc", "rock"),
    ],
)
def test_a_tag_is_found_however_it_is_written(text: str, tag: str) -> None:
    assert read(text).tags[tag] == 1.0
    assert read(text).unknown == ()


@pytest.mark.parametrize("text", ["sack", "racks", "rick", "soil", "jaz", "met", "rap", "the"])
def test_a_short_word_is_not_taken_for_another_one(text: str) -> None:
    assert read(text).tags == {}


def test_the_longest_phrase_wins() -> None:
    assert dict(read("indie rock").tags) == {"indie rock": 1.0}
    assert dict(read("indie, rock").tags) == {"rock": 1.0}
    assert dict(read("indie rock and rock").tags) == {"indie rock": 1.0, "rock": 1.0}


@pytest.mark.parametrize(
    ("text", "decade"),
    [
        ("80s", 1980),
        ("80's", 1980),
        ("1980s", 1980),
        ("eighties", 1980),
        ("1984", 1980),
        ("nineties", 1990),
        ("00s", 2000),
        ("2010s", 2010),
        ("1890s", 1890),
    ],
)
def test_decades(text: str, decade: int) -> None:
    assert read(f"{text} rock").decades == {decade: 1.0}
    assert read(f"not {text}").decades == {decade: -1.0}


def test_a_decade_is_read_from_tags_where_there_are_any() -> None:
    tagged = Moods(["80s", "eighties", "80's", "rock"])
    assert dict(tagged.read("1980s").tags) == {"80s": 0.5, "80's": 0.5, "eighties": 0.5}
    yearless = Moods(["80s", "rock"], eras=False)
    assert yearless.read("eighties").tags == {"80s": 1.0}
    assert yearless.read("eighties").decades == {}
    assert yearless.read("70s rock").unknown == ("70s",)
    assert read("80 or 2").decades == {}


def test_moods_are_directions_in_audio_and_tags_of_the_catalogue() -> None:
    sad = read("something sad")
    assert sad.audio["valence"] < 0
    assert sad.tags["melancholic"] > 0
    assert read("upbeat workout").audio["energy"] > 1
    assert read("for studying").audio["instrumentalness"] > 0
    assert read("late night jazz").tags["jazz"] == 1.0
    assert read("acoustic").audio["acousticness"] == 1.0
    assert read("live").audio["liveness"] == 1.0


def test_no_vocals_is_instrumental() -> None:
    for text in ("no vocals", "without singing", "no lyrics please", "instrumental"):
        mood = read(text)
        assert mood.audio["instrumentalness"] == 1.0
        assert mood.tags["instrumental"] == 1.0


def test_a_negation_bears_on_the_next_phrase_only() -> None:
    mood = read("sad but not slow")
    assert mood.audio["valence"] == -1.0
    assert mood.audio["tempo"] > 0
    assert read("no metal, rock").tags == {"metal": -1.0, "rock": 1.0}
    assert read("no metal but rock").tags == {"metal": -1.0, "rock": 1.0}
    assert read("no metal or country").tags == {"metal": -1.0, "country": -1.0}
    assert read("no loud metal").tags["metal"] == 1.0
    assert read("not whatever. rock").tags == {"rock": 1.0}
    assert read("i don't like country").tags == {"country": -1.0}
    assert read("not one two three four five rock").tags == {"rock": 1.0}


def test_degrees() -> None:
    assert read("very sad").audio["valence"] == -1.5
    assert read("a bit sad").audio["valence"] == -0.5
    assert read("less metal").tags == {"metal": -0.5}
    assert 0 < read("not too sad").audio["valence"] < read("not sad").audio["valence"] < 1
    assert read(" ".join(["sad,"] * 50)).audio["valence"] == -MoodConfig().most


def test_what_was_understood_and_what_was_not_is_told() -> None:
    mood = read("Rainy sunday, no vocals, flurble please. Flurble & a bit of SHOEGAZ")
    assert mood.understood == ("rainy", "sunday", "no vocals", "bit shoegaze")
    assert mood.unknown == ("flurble",)


def test_a_mood_that_this_catalogue_cannot_tell_is_not_understood() -> None:
    assert Moods(["rock"]).read("sad rock").unknown == ("sad",)
    assert Moods(["sad"]).read("sad rock").unknown == ("rock",)
    assert Moods([], ["valence"]).read("sad").audio == {"valence": -1.0}
    assert Moods([]).read("sad 80s").unknown == ("sad",)


@pytest.mark.parametrize("text", ["", "   ", "?!...", "🎸🔥😭", "\x00\u202e", "-", "'", "&"])
def test_nothing_is_asked_by_signs_alone(text: str) -> None:
    mood = read(text)
    assert (dict(mood.tags), dict(mood.audio), dict(mood.decades), mood.understood) == ({}, {}, {}, ())


@given(st.text(max_size=4_000))
def test_any_text_is_read(text: str) -> None:
    mood = read(text)
    assert set(mood.tags) <= set(TAGS)
    assert set(mood.audio) <= set(FEATURES)
    most = MoodConfig().most
    weights = [*mood.tags.values(), *mood.audio.values(), *mood.decades.values()]
    assert all(0 < abs(weight) <= most for weight in weights)
    assert len(set(mood.unknown)) == len(mood.unknown)
    assert read(text) == mood


WORDS = (
    "no",
    "not",
    "very",
    "a",
    "bit",
    "less",
    "or",
    "but",
    ",",
    "rock",
    "sad",
    "80s",
    "slow",
    "metl",
    "flurble",
    "מוזיקה",
)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_words_in_any_order_are_read(words: list[str]) -> None:
    mood = read(" ".join(words))
    assert set(mood.unknown) <= {"flurble", "מוזיקה"}
    assert ("flurble" in mood.unknown) == ("flurble" in words)


@pytest.mark.parametrize(
    "text", ["x " * 2_000, "ﷺ" * 4_000, "مرحبا 🎸 " * 500, "a" * 4_000, "shoegazr" * 500, "no " * 1_300]
)
def test_long_texts_are_read(text: str) -> None:
    assert read(text) == read(text[: MoodConfig().letters])


@given(st.lists(st.text(max_size=20), max_size=20))
def test_any_catalogue_can_be_read_in(tags: list[str]) -> None:
    moods = Moods(tags, FEATURES)
    for tag in tags:
        assert set(moods.read(tag).tags) <= set(tags)


def test_every_tag_of_the_starter_catalogue_is_understood_by_its_own_name() -> None:
    with resources.files("bot.sources").joinpath("starter.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tags = {tag for row in rows for tag in (row["genres"] + "|" + row["moods"]).split("|") if tag}
    moods = Moods(tags, FEATURES)
    assert {tag for tag in tags if moods.read(tag).tags.get(tag) != 1.0} == set()
    assert {tag for tag in tags if moods.read(f"no {tag}").tags.get(tag) != -1.0} == set()


def test_the_written_moods_are_well_formed() -> None:
    with resources.files("recommender").joinpath("moods.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    features = {entry.partition(":")[0] for row in rows for entry in row["audio"].split()}
    assert features <= set(FEATURES)
    words = [word for row in rows for word in row["words"].split("|")]
    assert len(words) == len(set(words))
    nothing = {word for word in words if Moods(["rock"], FEATURES).read(word).unknown}
    tagged = {word for row in rows if not row["audio"] for word in row["words"].split("|")}
    assert nothing <= {part for word in tagged for part in (word, *word.split())}
