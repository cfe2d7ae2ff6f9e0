"""Members with taste: each one likes songs of some playlists, and answers a few of the others."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.store import Store
from bot.store.records import EventId, FeedbackEvent, MemberId, ServerId, SongId, Verb

DAYS = 90 * 86_400.0


def playlists(database: Path) -> list[list[int]]:
    """The songs of each playlist that is long enough to have a taste."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    with closing(sqlite3.connect(database)) as file:
        for playlist, song in file.execute("SELECT playlist_id, song_id FROM playlist_songs ORDER BY 1, 2"):
            found[playlist].append(song)
    return [songs for songs in found.values() if len(songs) >= 20]


async def answer(database: Path, server: int, members: Sequence[int], events: int, seed: int = 1) -> None:
    """Write so many events, spread over the last ninety days."""
    dice = random.Random(seed)
    lists = playlists(database)
    each = events // len(members)
    async with Store(f"sqlite+aiosqlite:///{database}") as store:
        for member in members:
            said = _history(dice, lists, each)
            times = sorted(time.time() - dice.random() * DAYS for _ in said)
            await store.feedback.append(
                [
                    FeedbackEvent(
                        EventId(0),
                        ServerId(server),
                        MemberId(member),
                        song,
                        verb,
                        "command",
                        None,
                        None,
                        None,
                        at,
                    )
                    for (song, verb), at in zip(said, times, strict=True)
                ]
            )


def _history(dice: random.Random, lists: list[list[int]], count: int) -> list[tuple[SongId, Verb]]:
    """Three of four songs come from two to four playlists of the member's own; of those most are liked."""
    own = [song for songs in dice.sample(lists, dice.randint(2, 4)) for song in songs]
    said: dict[SongId, Verb] = {}
    while len(said) < count:
        known = dice.random() < 0.75
        song = SongId(dice.choice(own if known else dice.choice(lists)))
        weights = (0.85, 0.1, 0.05) if known else (0.2, 0.5, 0.3)
        said[song] = dice.choices((Verb.LIKE, Verb.SKIP, Verb.DISLIKE), weights)[0]
    return list(said.items())
