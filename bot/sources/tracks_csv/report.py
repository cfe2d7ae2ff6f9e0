"""What reading a file of tracks yields: clean tables, and a report of everything that was done to the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from bot.sources.tracks_csv.forms import FormName


@dataclass(frozen=True, slots=True)
class CatalogFrames:
    """Clean tables, ready for the store; each song is named by its `bot.sources.naming.song_key`.

    Attributes:
        songs: key, title, artist, album, released, duration_ms, explicit, popularity; one row a song.
        track_ids: service, external_id, song.
        tags: song, kind (genre, subgenre, mood, country), tag, weight (1 for a song's most frequent tag of a kind).
        audio: song and the audio features (``key`` is the pitch class here); songs without any are absent.
        playlists: external_id, name, genre.
        playlist_songs: external_id, song.
    """

    songs: pd.DataFrame
    track_ids: pd.DataFrame
    tags: pd.DataFrame
    audio: pd.DataFrame
    playlists: pd.DataFrame
    playlist_songs: pd.DataFrame


@dataclass(frozen=True, slots=True)
class CleanReport:
    """What was read and what was done to it.

    Attributes:
        absent: columns that this form may have and the file has not.
        rows_merged: rows that said more about a track already read (other playlists, other genres).
        tracks_joined: tracks that are another recording of a song already kept.
        refused: reason → number of tracks ("no name", "no artist") or rows ("no id", "broken line").
        repaired: what → number of cells that were mended or became unknown.
    """

    form: FormName
    encoding: str
    absent: tuple[str, ...]
    rows_read: int
    tracks_kept: int
    songs: int
    rows_merged: int
    tracks_joined: int
    refused: dict[str, int]
    repaired: dict[str, int]


@dataclass(slots=True)
class Tally:
    """What is counted while a file is read; see `CleanReport`."""

    rows: int = 0
    merged: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    repaired: Counter[str] = field(default_factory=Counter[str])
