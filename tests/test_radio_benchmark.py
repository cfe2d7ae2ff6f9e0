"""Radios of the real catalogue with simulated listeners: what they promise, and figures within an expected range."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.importing import TRACKS, imported
from benchmarks.radio import Heard, measure, performers
from bot.store.records import Song, SongId, Verb
from tests.conftest import needs

SEEDS, SONGS = 5, 40


def song(number: int, artist: str, title: str) -> Song:
    return Song(SongId(number), title, artist)


# An import and a first fit of 22,000 songs, on a busy machine more than a minute.
@pytest.mark.timeout(600)
async def test_radios_keep_their_promises_and_their_seed(tmp_path: Path) -> None:
    assert needs("data/spotify_songs/spotify_songs.csv.gz") == TRACKS
    imported(tmp_path / "radio.db")
    report = await measure(tmp_path / "radio.db", SEEDS, SONGS)
    assert [len(radio.songs) for radio in report.radios] == [SONGS] * SEEDS
    assert report.repeats == 0
    assert report.most_of_an_artist <= 2
    distance = {name: found.value for name, found in report.distances.items()}
    assert distance["genre, last 20"] < 0.35 * distance["genre, random songs"]
    assert distance["audio, last 20"] < 0.85 * distance["audio, random songs"]
    assert report.skips["last 20"].value < 0.35, "half of what is around the seed would be skipped"


def test_the_benchmark_would_notice() -> None:
    seed = song(1, "Zedd", "Clarity")
    again = [
        song(2, "Zedd", "Clarity - Live"),
        song(3, "Kygo", "It Ain't Me"),
        song(4, "Kygo", "It Ain't Me"),
    ]
    heard = Heard(seed, again, [None, Verb.SKIP, Verb.LIKE])
    assert heard.repeats == 2
    assert heard.most_of_an_artist == 2
    assert heard.skipped(slice(-2, None)) == 0.5
    assert performers(song(5, "Zedd & Kygo", "Stay (feat. Alessia Cara)")) == {"zedd", "kygo", "alessia cara"}
