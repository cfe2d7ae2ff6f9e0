"""Real songs as members write them: how many are found first, how many wrong ones are believed, and how long it takes."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.figures import Figure, quantiles
from benchmarks.importing import TRACKS
from benchmarks.typos import typed
from bot.store.records import Song, SongId
from bot.store.search import SearchIndex
from tests.sources.believed import rates
from tests.sources.written import parted, real_songs

MANY = 100_000
NAMES = {"text": "free text", "line": "artist and title"}


def measure(seeds: int) -> list[Figure]:
    """Rates over all drawings together, the worst drawing beside them; then the time on a large catalogue."""
    songs = real_songs(TRACKS)
    runs = [rates(*parted(songs, seed)) for seed in range(seeds)]
    figures: list[Figure] = []
    for name, label in NAMES.items():
        each = [run[name] for run in runs]
        figures += [
            _figure(f"{label}, not found first", [one.missed for one in each], 3),
            _figure(f"{label}, wrong song believed", [one.wrong for one in each], 1),
            _figure(f"{label}, hidden song taken for another", [one.taken for one in each], 1),
        ]
    return [*figures, *_times(songs)]


def _figure(name: str, shares: Sequence[float], target: float) -> Figure:
    percent = 100 * np.asarray(shares)
    return Figure(name, float(percent.mean()), "%", target, f"worst drawing {percent.max():.1f} %")


def _times(songs: Sequence[Song]) -> list[Figure]:
    index = SearchIndex(many(songs, MANY))
    taken: list[float] = []
    for text in typed(songs):
        begun = time.perf_counter()
        index.find(text)
        taken.append(time.perf_counter() - begun)
    median, high = quantiles(taken)
    detail = f"p50 {median:.1f} ms, slowest {max(taken) * 1000:.1f} ms"
    return [Figure(f"autocomplete on {MANY:,} tracks, p95", high, "ms", 20, detail)]


def many(songs: Sequence[Song], count: int, seed: int = 1) -> list[Song]:
    """The real songs, and more of the same words: titles of some by artists of others."""
    dice = random.Random(seed)
    more = [
        Song(SongId(len(songs) + number), dice.choice(songs).title, dice.choice(songs).artist, popularity=0.0)
        for number in range(count - len(songs))
    ]
    return [*songs, *more]
