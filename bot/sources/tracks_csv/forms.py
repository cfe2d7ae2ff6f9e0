"""The three forms of a file of tracks: what their columns are called there and here, and what a cell may hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.errors import CatalogError

FormName = Literal["spotify_songs", "tracks_csv", "starter"]

# Allowed values, both ends included; what lies outside becomes unknown.
_UNIT = (0.0, 1.0)
_RANGES = {
    "danceability": _UNIT,
    "energy": _UNIT,
    "key": (-1.0, 11.0),
    "loudness": (-60.0, 5.0),
    "mode": _UNIT,
    "speechiness": _UNIT,
    "acousticness": _UNIT,
    "instrumentalness": _UNIT,
    "liveness": _UNIT,
    "valence": _UNIT,
    "tempo": (1.0, 500.0),
}
FEATURES = tuple(_RANGES)
NUMBERS = {**_RANGES, "popularity": (0.0, 100.0), "duration_ms": (1.0, 86_400_000.0)}
WHOLE = ("key", "mode", "duration_ms")
LONGEST_NAME = 120  # characters of an id or a tag


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file.

    Attributes:
        columns: what its columns are called there → here.
        required: the columns that it cannot do without.
        earliest_year: release dates before this year are placeholders.
    """

    name: FormName
    columns: dict[str, str]
    required: tuple[str, ...]
    earliest_year: int = 1901

    @property
    def has_ids(self) -> bool:
        return "track_id" in self.columns


_SAME = {name: name for name in (*FEATURES, "duration_ms")}
FORMS = (
    Form(
        "spotify_songs",
        {
            "track_id": "track_id",
            "track_name": "title",
            "track_artist": "artist",
            "track_popularity": "popularity",
            "track_album_name": "album",
            "track_album_release_date": "released",
            "playlist_id": "playlist_id",
            "playlist_name": "playlist_name",
            "playlist_genre": "genre",
            "playlist_subgenre": "subgenre",
            **_SAME,
        },
        ("track_id", "track_name", "track_artist"),
    ),
    Form(
        "tracks_csv",
        {
            "track_id": "track_id",
            "track_name": "title",
            "artists": "artist",
            "album_name": "album",
            "popularity": "popularity",
            "explicit": "explicit",
            "track_genre": "genre",
            **_SAME,
        },
        ("track_id", "track_name", "artists"),
    ),
    Form(
        "starter",
        {
            "title": "title",
            "artist": "artist",
            "year": "released",
            "genres": "genre",
            "moods": "mood",
            "country": "country",
        },
        ("title", "artist"),
        earliest_year=1000,  # written by hand: 1832 is when Chopin wrote it
    ),
)
TEXTS = ("title", "artist", "album", "playlist_name", "genre", "subgenre", "mood", "country")
DESCRIBED = ("song", "title", "artist", "album", "released", "duration_ms", "explicit", "popularity")
COLUMNS = ("track_id", *TEXTS, "released", "explicit", "playlist_id", *NUMBERS)


def form_of(path: Path, names: list[str], header: str) -> Form:
    """The form whose columns these are.

    Raises:
        CatalogError: none; the message says what lacks or how the columns are separated.
    """
    form = max(FORMS, key=lambda form: (len(form.columns.keys() & set(names)), form.required[0] in names))
    missing = [name for name in form.required if name not in names]
    if not missing:
        return form
    split = next((mark for mark in (";", "\t") if header.count(mark) > header.count(",")), None)
    if split:
        raise CatalogError(f"{path} separates its columns with {split!r}; expected commas.")
    raise CatalogError(
        f"{path} lacks the {'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}; "
        f"expected {', '.join(form.columns)}."
    )
