"""500 real songs as members write them, and 200 that the catalogue does not have: found, and not mistaken."""

from __future__ import annotations

from functools import cache

import pytest

from tests.conftest import needs
from tests.sources.believed import Rates, rates
from tests.sources.written import KNOWN, UNKNOWN, parted, real_songs

SEED = 1


@cache
def measured() -> dict[str, Rates]:
    songs = real_songs(needs("data/spotify_songs/spotify_songs.csv.gz"))
    kept, known, unknown = parted(songs, SEED)
    assert (len(known), len(unknown), len(songs) - len(kept)) == (KNOWN, UNKNOWN, UNKNOWN)
    return rates(kept, known, unknown)


@pytest.mark.parametrize("way", ["text", "line"])
def test_written_songs_are_found_and_no_other_is_believed(way: str) -> None:
    found = measured()[way]
    assert found.missed <= 0.03, found.examples
    assert found.wrong <= 0.01, found.examples
    assert found.taken <= 0.01, found.examples
