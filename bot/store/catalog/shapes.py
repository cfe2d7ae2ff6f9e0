"""What goes into the catalogue and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd


class Frames(Protocol):
    """Clean tables to import, such as ``bot.sources.tracks_csv.CatalogFrames``.

    ``songs`` has one row a ``key``; the other tables name that key in their column ``song``.
    """

    @property
    def songs(self) -> pd.DataFrame: ...
    @property
    def track_ids(self) -> pd.DataFrame: ...
    @property
    def tags(self) -> pd.DataFrame: ...
    @property
    def audio(self) -> pd.DataFrame: ...
    @property
    def playlists(self) -> pd.DataFrame: ...
    @property
    def playlist_songs(self) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did to the songs, and how many track ids it added."""

    new: int
    changed: int
    unchanged: int
    new_track_ids: int


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """The catalogue in figures.

    Attributes:
        tracks: number of track ids by service.
        tags: number of different tags by kind (genre, subgenre, mood, country).
        top_genres: (genre, number of songs), most songs first.
        audio: number of songs with audio features by source.
        sources: number of songs by the source that brought them.
        years: first and last year of release, None when no song has one.
    """

    songs: int
    tracks: dict[str, int]
    tags: dict[str, int]
    top_genres: tuple[tuple[str, int], ...]
    audio: dict[str, int]
    playlists: int
    sources: dict[str, int]
    years: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class StoredFrames:
    """The catalogue as the engine takes it.

    Attributes:
        items: index ``item`` (song id); artist, album, title, released (year with fraction), popularity.
        tags: item, tag, weight.
        audio: index ``item``; one column a feature, NaN when unknown.
        baskets: basket, item: songs that stand in one playlist.
    """

    items: pd.DataFrame
    tags: pd.DataFrame
    audio: pd.DataFrame
    baskets: pd.DataFrame
