"""What members type into the song option: beginnings of titles and artists, with the typos of a phone."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Sequence

from benchmarks.figures import Figure, quantiles
from bot.store.records import Song
from bot.usecases.library import Library

TYPED = 500


def typed(songs: Sequence[Song], count: int = TYPED, seed: int = 1) -> list[str]:
    """So many texts; well-known songs are typed more often."""
    dice = random.Random(seed)
    chosen = dice.choices(songs, [1 + (song.popularity or 0) for song in songs], k=count)
    return [_typed(song, dice) for song in chosen]


def _typed(song: Song, dice: random.Random) -> str:
    whole = dice.choice(
        (song.title, song.title, song.artist, f"{song.artist} {song.title}", f"{song.title} {song.artist}")
    )
    text = whole.lower()[: dice.randint(2, max(2, min(30, len(whole))))]
    return _slipped(text, dice) if len(text) > 3 and dice.random() < 0.35 else text


def _slipped(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) - 1)
    letter = dice.choice(string.ascii_lowercase)
    return dice.choice(
        (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at + 1 :],
            text[:at] + letter + text[at:],
        )
    )


def measure(library: Library) -> list[Figure]:
    """The time of `Library.suggest`, in this process."""
    texts = typed(list(library.songs.values()))
    for text in texts[:50]:
        library.suggest(text)
    taken: list[float] = []
    for text in texts:
        begun = time.perf_counter()
        library.suggest(text)
        taken.append(time.perf_counter() - begun)
    median, high = quantiles(taken)
    detail = f"{len(texts)} beginnings and typos, slowest {max(taken) * 1000:.1f} ms"
    return [
        Figure("autocomplete in memory, p50", median, "ms"),
        Figure("autocomplete in memory, p95", high, "ms", 20, detail),
    ]
