"""The songs that come with Segue: many kinds, times and places, tagged alike, and dated as the world dates them."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass

import pytest

from bot.sources.naming import song_key
from bot.sources.tracks_csv import read_tracks
from bot.usecases.catalog import STARTER
from tests.conftest import needs

MOODS = frozenset(
    [
        "angry",
        "bittersweet",
        "calm",
        "chill",
        "dark",
        "dreamy",
        "energetic",
        "epic",
        "groovy",
        "happy",
        "hypnotic",
        "intense",
        "melancholic",
        "mysterious",
        "nostalgic",
        "party",
        "playful",
        "rebellious",
        "romantic",
        "sensual",
        "tender",
        "uplifting",
    ]
)
"""The moods that a starter song may have; a member may ask for any of them."""

FIRST_GENRES = frozenset(
    [
        "afro",
        "blues",
        "classical",
        "country",
        "disco",
        "edm",
        "electronic",
        "folk",
        "funk",
        "indie",
        "jazz",
        "latin",
        "metal",
        "pop",
        "punk",
        "r&b",
        "rap",
        "reggae",
        "rock",
        "soul",
        "soundtrack",
        "world",
    ]
)

CONTINENTS = {
    "Africa": "BJ CD CI CM CV DZ EG ET GH GN KE ML NE NG SN TZ ZA",
    "Asia": "AM CN HK ID IL IN IR JP KR LB MN PH PK TH TR TW VN",
    "Europe": "BE BY DE EE ES FR GB GR HU IE IS IT NL NO PL PT RU SE",
    "North America": "BB CA CU DO JM MS MX PA PR TT US",
    "Oceania": "AU NZ",
    "South America": "AR BR CL CO PE VE",
}
CONTINENT = {country: continent for continent, listed in CONTINENTS.items() for country in listed.split()}

FEWEST_OF_A_DECADE = {
    1940: 15, 1950: 40, 1960: 100, 1970: 100, 1980: 100, 1990: 100, 2000: 100, 2010: 100, 2020: 50,
}  # fmt: skip

MISDATED = {
    "blue oyster cult|dont fear the reaper": "there 1972; Agents of Fortune came out in 1976",
    "journey|dont stop believin": "there 1978; Escape came out in 1981",
    "lykke li|i follow rivers": "there 2008; Wounded Rhymes came out in 2011",
    "the rolling stones|gimme shelter": "there 1966; Let It Bleed came out in 1969",
}
"""Songs that the real data dates too early, and how one can tell."""


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    artist: str
    year: int
    genres: list[str]
    moods: list[str]
    country: str

    @property
    def key(self) -> str:
        return song_key(self.artist, self.title)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with STARTER.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                title=cells["title"],
                artist=cells["artist"],
                year=int(cells["year"]),
                genres=cells["genres"].split("|"),
                moods=cells["moods"].split("|"),
                country=cells["country"],
            )
            for cells in csv.DictReader(file, strict=True)
        ]


def test_the_reader_takes_every_row_as_it_stands(rows: list[Row]) -> None:
    frames, report = read_tracks(STARTER)
    assert (report.form, report.absent, report.refused, report.repaired) == ("starter", (), {}, {})
    assert report.songs == len(rows) >= 800
    assert dict(zip(frames.songs["key"], frames.songs["released"], strict=True)) == {
        row.key: str(row.year) for row in rows
    }
    assert frames.songs["title"].tolist() == [row.title for row in rows]


def test_no_song_stands_twice_and_no_artist_more_than_three_times(rows: list[Row]) -> None:
    assert [key for key, times in Counter(row.key for row in rows).items() if times > 1] == []
    artists = Counter(row.key.partition("|")[0] for row in rows)
    assert [artist for artist, times in artists.items() if times > 3] == []


def test_genres_are_general_first_and_many(rows: list[Row]) -> None:
    assert {row.genres[0] for row in rows} == FIRST_GENRES
    assert [row.title for row in rows if not 2 <= len(set(row.genres)) == len(row.genres) <= 4] == []
    times = Counter(genre for row in rows for genre in row.genres)
    assert all(times[genre] >= 10 for genre in FIRST_GENRES)
    specific = [genre for genre, count in times.items() if count >= 3 and genre not in FIRST_GENRES]
    assert len(specific) >= 25


def test_moods_are_those_of_the_list(rows: list[Row]) -> None:
    assert {mood for row in rows for mood in row.moods} == MOODS
    assert [row.title for row in rows if not 1 <= len(set(row.moods)) == len(row.moods) <= 3] == []
    times = Counter(mood for row in rows for mood in row.moods)
    assert min(times.values()) >= 30


def test_every_decade_has_its_share(rows: list[Row]) -> None:
    decades = Counter(row.year // 10 * 10 for row in rows)
    short = {
        decade: decades[decade] for decade, fewest in FEWEST_OF_A_DECADE.items() if decades[decade] < fewest
    }
    assert short == {}
    assert [row.title for row in rows if row.year < 1940 and row.genres[0] != "classical"] == []


def test_every_continent_is_heard(rows: list[Row]) -> None:
    heard = Counter(CONTINENT[row.country] for row in rows)
    assert heard.keys() == CONTINENTS.keys()
    assert min(heard.values()) >= 30


def test_no_year_is_later_than_the_real_data_knows(rows: list[Row]) -> None:
    frames, _ = read_tracks(needs("data/spotify_songs/spotify_songs.csv.gz"))
    dated = frames.songs.dropna(subset=["released"])
    earliest = {key: int(released[:4]) for key, released in zip(dated["key"], dated["released"], strict=True)}
    both = [row for row in rows if row.key in earliest]
    assert len(both) >= 250
    late = {row.key: (row.year, earliest[row.key]) for row in both if row.year > earliest[row.key] + 1}
    assert late.keys() == MISDATED.keys()
