"""Rows of the database made into songs for the program and frames for the engine."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bot.store.catalog.shapes import StoredFrames
from bot.store.records import ItemKind, Song, SongId

# Not mode: a yes or no, it would be the closest feature of nearly any two songs.
ENGINE_FEATURES = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
)
_TOLD = ("album", "released", "duration_ms", "popularity", "artwork_url")
WORD = "word"
TAG_WEIGHTS = {"genre": 1.0, "subgenre": 1.0, "mood": 0.7, WORD: 0.5}
"""What a tag weighs by its kind; words of a description by their own weight too."""


def make_songs(
    rows: list[Any], tags: list[Any], tempos: list[Any], ids: list[Any], details: list[Any]
) -> list[Song]:
    """The songs; of several tempos the last counts, of several track ids of one service the first.

    What the catalogue does not say itself is taken from the newest of the details that does.
    """
    told = _told(details)
    weights: defaultdict[tuple[int, str], dict[str, tuple[float, bool]]] = defaultdict(dict)
    for song_id, kind, tag, weight in tags:
        found = weights[song_id, kind if kind in {"mood", WORD} else "genre"]
        before, general = found.get(tag, (0.0, False))
        found[tag] = (before + weight, general or kind == "genre")
    links: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for song_id, service, external_id in ids:
        links[song_id].setdefault(service, external_id)
    tempo: dict[int, float] = {row.song_id: row.tempo for row in tempos}

    def ranked(song_id: int, kind: str) -> tuple[str, ...]:
        found = weights.get((song_id, kind), {})
        return tuple(sorted(found, key=lambda tag: (-found[tag][0], not found[tag][1], tag)))

    return [
        Song(
            id=SongId(row.id),
            title=row.title,
            artist=row.artist,
            explicit=row.explicit,
            **{name: _known(row, told, name) for name in _TOLD},
            genres=ranked(row.id, "genre"),
            moods=ranked(row.id, "mood"),
            tempo=tempo.get(row.id),
            links=links.get(row.id, {}),
            kind=ItemKind(row.kind),
            words=ranked(row.id, WORD),
        )
        for row in rows
    ]


def make_frames(
    items: list[Any], tags: list[Any], audio: list[Any], baskets: list[Any], details: list[Any]
) -> StoredFrames:
    """The frames; of several sources the first with a value counts."""
    told = _told(details)
    albums = [_known(row, told, "album") for row in items]
    item_frame = pd.DataFrame(
        {
            "artist": pd.Series([row.artist for row in items], dtype="str"),
            "title": pd.Series([row.title for row in items], dtype="str"),
            # Many artists have a "Greatest Hits": a title alone is no album.
            "album": pd.Series(
                [f"{row.artist}\t{album}" if album else "" for row, album in zip(items, albums, strict=True)],
                dtype="str",
            ),
            "released": np.array([_year(_known(row, told, "released")) for row in items], dtype=np.float64),
            "popularity": np.array([_known(row, told, "popularity") for row in items], dtype=np.float64),
        }
    ).set_index(pd.Index([row.id for row in items], dtype="int64", name="item"))
    tag_frame = pd.DataFrame([tuple(row) for row in tags], columns=["item", "tag", "kind", "own"])
    own = tag_frame["own"].astype("float64").where(tag_frame["kind"] == WORD, 1.0)
    tag_frame["weight"] = tag_frame["kind"].map(TAG_WEIGHTS).astype("float64") * own
    tag_frame = tag_frame.groupby(["item", "tag"])["weight"].max().reset_index()
    audio_frame = pd.DataFrame([tuple(row) for row in audio], columns=["item", *ENGINE_FEATURES])
    audio_frame = audio_frame.astype(dict.fromkeys(ENGINE_FEATURES, "float64")).astype({"item": "int64"})
    return StoredFrames(
        items=item_frame,
        tags=tag_frame.astype({"item": "int64", "tag": "str"}),
        audio=audio_frame.groupby("item").first(),
        baskets=pd.DataFrame([tuple(row) for row in baskets], columns=["basket", "item"], dtype="int64"),
    )


def _told(details: list[Any]) -> dict[int, list[Any]]:
    """The details of each song, newest first as they come."""
    told: defaultdict[int, list[Any]] = defaultdict(list)
    for row in details:
        told[row.song_id].append(row)
    return told


def _known(row: Any, told: dict[int, list[Any]], name: str) -> Any:
    """What the catalogue says, or the newest of the details that says anything."""
    own = getattr(row, name)
    if own is not None or row.id not in told:
        return own
    return next((value for each in told[row.id] if (value := getattr(each, name)) is not None), None)


def _year(released: str | None) -> float:
    """``2011-04-02`` → 2011.25; the middle of the month or year where no more is known."""
    if released is None:
        return float("nan")
    year, month, day = (int(part) for part in (*released.split("-"), "0", "0")[:3])
    if not month:
        return year + 0.5
    if not day:
        return year + (month - 0.5) / 12
    return year + (date(year, month, day).timetuple().tm_yday - 1) / 366
