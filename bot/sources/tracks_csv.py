"""Tracks from CSV files: read with pandas, cleaned, and joined to songs, with a report of everything that was done."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from bot.errors import CatalogError
from bot.sources.naming import display_title, song_key

Progress = Callable[[int, int | None], None]
"""Called with the rows done and the rows in all (None when unknown)."""

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
_FEATURES = tuple(_RANGES)
_NUMBERS = {**_RANGES, "popularity": (0.0, 100.0), "duration_ms": (1.0, 86_400_000.0)}
_WHOLE = ("key", "mode", "duration_ms")
_NULLS = frozenset({"", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null", "<NA>"})
_FLAGS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}

_CHUNK = 10_000  # rows
_LONGEST_ID = 120
_LINES_OF_A_RECORD = 10  # a quoted cell with more line breaks than this is a quote that nobody closed
_ID_PREFIX = re.compile(r"^(spotify:track:|https?://open\.spotify\.com/(?:[\w-]+/)?track/)|\?.*$")


@dataclass(frozen=True, slots=True)
class _Form:
    """One kind of file: what its columns are called here, and which of them it cannot do without."""

    name: FormName
    columns: dict[str, str]
    required: tuple[str, ...]

    @property
    def has_ids(self) -> bool:
        return "track_id" in self.columns


_SAME = {name: name for name in (*_FEATURES, "duration_ms")}
_FORMS = (
    _Form(
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
    _Form(
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
    _Form(
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
    ),
)
_TEXTS = ("title", "artist", "album", "playlist_name", "genre", "subgenre", "mood", "country")
_DESCRIBED = ("song", "title", "artist", "album", "released", "duration_ms", "explicit", "popularity")
_COLUMNS = ("track_id", *_TEXTS, "released", "explicit", "playlist_id", *_NUMBERS)


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
class _Tally:
    rows: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    repaired: Counter[str] = field(default_factory=Counter[str])


def read_tracks(path: Path, progress: Progress | None = None) -> tuple[CatalogFrames, CleanReport]:
    """Read and clean a ``.csv`` or ``.csv.gz`` file of any of the three forms; blocking, so call it in a thread.

    Raises:
        CatalogError: the file cannot be read, is no CSV of a known form, or holds no usable row.
    """
    try:
        encoding, lines_in_all = _survey(path)
        tally = _Tally()
        with io.TextIOWrapper(_opened(path), encoding=encoding) as text:
            header = next((line for line in text if line.strip()), "")
            names = [name.strip().casefold() for name in next(csv.reader([header]))]
            form = _form_of(path, names, header)
            chunks: list[pd.DataFrame] = []
            for rows in _raw_chunks(text, names, form, tally):
                chunks.append(_clean(rows, tally))
                if progress:
                    progress(tally.rows, max(lines_in_all - 1, tally.rows))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CatalogError(f"{path} is a damaged or cut-off gzip file; download it again.") from error
    except csv.Error as error:
        raise CatalogError(f"{path} does not start with a line of column names.") from error
    except OSError as error:
        raise CatalogError(f"{path} cannot be read ({error.strerror or error}).") from error
    if not tally.rows:
        raise CatalogError(f"{path} has column names but no rows; expected one track a line.")
    if progress:
        progress(tally.rows, tally.rows)
    rows = pd.concat(chunks, ignore_index=True) if chunks else pd.DataFrame(columns=list(_COLUMNS))
    return _joined(path, form, encoding, names, rows, tally)


# ---------------- the file


def _opened(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path) if zipped else path.open("rb")


def _survey(path: Path) -> tuple[str, int]:
    """The encoding and the number of lines that are not blank, as far as one can tell without parsing.

    Raises:
        CatalogError: this is no text, or text of another kind.
    """
    if not path.exists():
        raise CatalogError(f"{path} does not exist; expected a .csv or .csv.gz file of tracks.")
    if not path.is_file():
        raise CatalogError(f"{path} is a folder or a device; expected a .csv or .csv.gz file of tracks.")
    with _opened(path) as raw:
        head = raw.read(8192)
    if not head.strip():
        raise CatalogError(f"{path} is empty; expected a line of column names and one track a line.")
    if head.startswith(b"PK\x03\x04"):
        raise CatalogError(
            f"{path} is a ZIP archive or an Excel workbook; expected .csv or .csv.gz (unpack it first)."
        )
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252", "latin-1"]
        if any(byte < 9 or 13 < byte < 32 for byte in head):
            raise CatalogError(
                f"{path} is a binary file, not text; expected a .csv or .csv.gz file of tracks."
            )
    for encoding in candidates:
        try:
            with io.TextIOWrapper(_opened(path), encoding=encoding) as text:
                first = next((line for line in text if line.strip()), "").lstrip()
                _refuse_other_text(path, first)
                return encoding, 1 + sum(not line.isspace() for line in text)
        except UnicodeError:
            continue
    raise CatalogError(f"{path} is not text in UTF-8, UTF-16 or Latin-1.")


def _refuse_other_text(path: Path, first: str) -> None:
    if not first:
        raise CatalogError(f"{path} is empty; expected a line of column names and one track a line.")
    if first.startswith("<"):
        raise CatalogError(f"{path} is a web page (HTML or XML), not CSV; download the file itself.")
    if first.startswith(("{", "[")):
        raise CatalogError(f"{path} is JSON, not CSV; expected a line of column names and one track a line.")


def _form_of(path: Path, names: list[str], header: str) -> _Form:
    form = max(_FORMS, key=lambda form: (len(form.columns.keys() & set(names)), form.required[0] in names))
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


# ---------------- the rows


def _raw_chunks(text: Iterable[str], names: list[str], form: _Form, tally: _Tally) -> Iterator[pd.DataFrame]:
    """Frames of strings with this project's column names; a missing cell is missing."""
    # A second column of the same name is as good as none.
    unique = [name if name not in names[:place] else f"{name}#{place}" for place, name in enumerate(names)]
    used = [name for name in unique if name in form.columns]
    records = _sound_records(text, len(names), tally)
    while block := list(islice(records, _CHUNK)):
        frame = pd.read_csv(
            io.StringIO("".join(block)), header=None, names=unique, usecols=used, dtype=str, na_filter=False
        )
        tally.rows += len(frame)
        yield frame.rename(columns=form.columns).reindex(columns=list(_COLUMNS)).astype("str").astype("str")


def _sound_records(text: Iterable[str], width: int, tally: _Tally) -> Iterator[str]:
    """The records with exactly ``width`` cells; others are counted, and cost no record but themselves.

    pandas gives up on a quote that is never closed and fills short lines silently, so it only sees these.
    """
    waiting: list[str] = []
    lines = iter(text)
    while line := (waiting.pop() if waiting else next(lines, "")):
        if line.isspace():
            continue
        more: list[str] = []
        record = line
        while (cells := _cells(record)) is None and len(more) < _LINES_OF_A_RECORD:
            following = waiting.pop() if waiting else next(lines, "")
            if not following:
                break
            more.append(following)
            record += following
        if cells == width:
            yield record.replace("\0", "") if record.endswith("\n") else record.replace("\0", "") + "\n"
        else:
            waiting += reversed(more)
            tally.rows += 1
            tally.refused["broken line"] += 1


def _cells(record: str) -> int | None:
    """Number of cells; 0 when the quotes are wrong, None when a quote is still open."""
    if '"' not in record:
        return record.count(",") + 1
    try:
        return len(next(csv.reader([record], strict=True)))
    except csv.Error as error:
        return None if "unexpected end" in str(error) else 0


def _clean(raw: pd.DataFrame, tally: _Tally) -> pd.DataFrame:
    """Texts repaired, numbers in their range or unknown, dates as far as they are sure."""
    clean: dict[str, pd.Series[Any]] = {}
    for name in ("track_id", "playlist_id"):
        clean[name] = _mapped(raw[name], _identity).astype("str")
    for name in _TEXTS:
        clean[name] = _mapped(raw[name], _text).astype("str")
        tally.repaired["text"] += int(_mapped(raw[name], _was_mended).eq(True).sum())
    latest = datetime.now(UTC).year + 1
    clean["released"] = _mapped(raw["released"], partial(sure_date, latest_year=latest)).astype("str")
    given = ~_is_null(raw["released"])
    tally.repaired["release date"] += int((given & (clean["released"] != raw["released"].str.strip())).sum())
    clean["explicit"] = _mapped(raw["explicit"], lambda value: _FLAGS.get(value.strip().lower())).astype(
        object
    )
    tally.repaired["explicit"] += int((~_is_null(raw["explicit"]) & clean["explicit"].isna()).sum())
    for name, (low, high) in _NUMBERS.items():
        number = pd.to_numeric(raw[name], errors="coerce").astype("float64")
        fits = number.between(low, high) & (number.eq(number.round()) if name in _WHOLE else True)
        tally.repaired[name] += int((~_is_null(raw[name]) & ~fits).sum())
        clean[name] = number.where(fits)
    return pd.DataFrame(clean)


def _is_null(values: pd.Series[Any]) -> pd.Series[bool]:
    return values.isna() | values.str.strip().isin(_NULLS)


def _mapped(values: pd.Series[Any], repair: Callable[[str], object]) -> pd.Series[Any]:
    """Repair each different cell once; null cells stay unknown."""
    table = {value: None if value.strip() in _NULLS else repair(value) for value in values.dropna().unique()}
    return values.astype(object).map(table)


def _text(value: str) -> str | None:
    return display_title(value) or None


def _was_mended(value: str) -> bool:
    return display_title(value) != " ".join(value.split())


def _identity(value: str) -> str | None:
    bare = display_title(_ID_PREFIX.sub("", value.strip()))
    return bare if 0 < len(bare) <= _LONGEST_ID else None


_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:\.0)?(?:[T ]\d.*)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TURNED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: .*)?")
_SOME_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def sure_date(text: str, *, latest_year: int) -> str | None:
    """The part of a release date that is sure, as ``2012``, ``2012-05`` or ``2012-05-31``; None when nothing is.

    ``05/06/2012`` may be May or June, so only its year is sure. ``1900-01-01`` and earlier years are what programs
    write for "unknown", and nobody has released a song after ``latest_year``.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = found.groups()
    elif found := _TURNED.fullmatch(text):
        first, mark, second, year = found.groups()
        if mark == "." or int(first) > 12 or first == second:
            month, day = second, first
        else:
            month, day = (first, second) if int(second) > 12 else (None, None)
    else:
        years = set(_SOME_YEAR.findall(text))
        year, month, day = (years.pop() if len(years) == 1 else "0"), None, None
    if not 1900 < int(year) <= latest_year:
        return None
    if not month or not 1 <= int(month) <= 12:
        return year
    try:
        return date(int(year), int(month), int(day or 0)).isoformat()
    except ValueError:
        return f"{year}-{int(month):02}"


# ---------------- the songs


def _joined(
    path: Path, form: _Form, encoding: str, names: list[str], rows: pd.DataFrame, tally: _Tally
) -> tuple[CatalogFrames, CleanReport]:
    """Merge rows to tracks and tracks to songs."""
    if form.has_ids:
        tally.refused["no id"] = int(rows["track_id"].isna().sum())
    else:  # the names are the identity; a row without them is a track of its own, to be refused
        nameless = rows["title"].isna() | rows["artist"].isna()
        identity = rows["artist"].astype(str) + "\n" + rows["title"].astype(str)
        rows["track_id"] = identity.mask(nameless, rows.index.astype(str))
    rows = rows[rows["track_id"].notna()]
    tracks = rows.groupby("track_id", sort=False).first()
    merged = len(rows) - len(tracks)
    nameless, unsung = tracks["title"].isna(), tracks["artist"].isna()
    tally.refused["no name"] = int(nameless.sum())
    tally.refused["no artist"] = int((~nameless & unsung).sum())
    tracks = tracks[~nameless & ~unsung].copy()
    if tracks.empty:
        reasons = ", ".join(f"{count} × {reason}" for reason, count in (+tally.refused).items())
        raise CatalogError(
            f"{path} has no usable row ({reasons}); expected an id, a name and an artist in each."
        )
    tracks["song"] = [
        song_key(artist, title) for artist, title in zip(tracks["artist"], tracks["title"], strict=True)
    ]
    if form.name == "tracks_csv":
        tracks["artist"] = tracks["artist"].str.replace(r"\s*;\s*", ", ", regex=True).str.strip(", ")
    songs = _songs(tracks)
    rows = rows.assign(song=rows["track_id"].map(tracks["song"]))
    frames = _frames(form, songs, tracks, rows[rows["song"].notna()])
    report = CleanReport(
        form=form.name,
        encoding=encoding,
        absent=tuple(name for name in form.columns if name not in names),
        rows_read=tally.rows,
        tracks_kept=len(tracks),
        songs=len(songs),
        rows_merged=merged,
        tracks_joined=len(tracks) - len(songs),
        refused=dict(+tally.refused),
        repaired=dict(+tally.repaired),
    )
    return frames, report


def _songs(tracks: pd.DataFrame) -> pd.DataFrame:
    """One row a song, in the order of the file: the most popular recording's, with the earliest release date."""
    ranked = tracks.sort_values("popularity", ascending=False, kind="stable", na_position="last")
    songs = ranked.groupby("song", sort=False).first().reindex(tracks["song"].unique())
    # "~" comes after "-": within a year the date that says more counts as the earlier one.
    dated = tracks.loc[tracks["released"].notna(), ["song", "released"]]
    songs["released"] = (dated["released"] + "~").groupby(dated["song"]).min().str[:-1].reindex(songs.index)
    return songs.rename_axis("song").reset_index()


def _frames(form: _Form, songs: pd.DataFrame, tracks: pd.DataFrame, rows: pd.DataFrame) -> CatalogFrames:
    track_ids = tracks["song"].rename_axis("external_id").reset_index()
    track_ids.insert(0, "service", "spotify")
    listed = rows[rows["playlist_id"].notna()]
    # A playlist may stand under several genres; the one of most of its rows wins, the first of equals.
    genres = listed.groupby("playlist_id", sort=False)["genre"].agg(_most_frequent)
    names = listed.groupby("playlist_id", sort=False)["playlist_name"].first()
    playlists = pd.DataFrame({"name": names.fillna(names.index.to_series()), "genre": genres})
    members = listed[["playlist_id", "song"]].drop_duplicates(ignore_index=True)
    return CatalogFrames(
        songs=songs[list(_DESCRIBED)].rename(columns={"song": "key"}),
        track_ids=track_ids if form.has_ids else track_ids.iloc[:0],
        tags=_tags(rows, many="|" if form.name == "starter" else None),
        audio=songs[["song", *_FEATURES]].dropna(how="all", subset=list(_FEATURES)).reset_index(drop=True),
        playlists=playlists.rename_axis("external_id").reset_index(),
        playlist_songs=members.rename(columns={"playlist_id": "external_id"}),
    )


def _most_frequent(values: pd.Series[Any]) -> str | None:
    counted = Counter(values.dropna())
    return counted.most_common(1)[0][0].casefold() if counted else None


def _tags(rows: pd.DataFrame, many: str | None) -> pd.DataFrame:
    """Weigh each tag by how often it stands with the song; in a list the first tag says a little more than the next."""
    parts: list[pd.DataFrame] = []
    for kind in ("genre", "subgenre", "mood", "country"):
        given = rows.loc[rows[kind].notna(), ["track_id", "playlist_id", "song", kind]].drop_duplicates()
        listed = given[kind].str.split(many, regex=False) if many else given[kind]
        part = pd.DataFrame({"song": given["song"], "kind": kind, "tag": listed}).explode("tag").dropna()
        place = part.groupby(level=0).cumcount()
        part["tag"] = part["tag"].str.strip().str.casefold().str.slice(0, _LONGEST_ID)
        part["weight"] = (1.0 - 0.05 * place).clip(lower=0.5)
        parts.append(part[part["tag"].ne("")])
    tags = pd.concat(parts).groupby(["song", "kind", "tag"], sort=False)["weight"].sum().reset_index()
    tags["weight"] = (tags["weight"] / tags.groupby(["song", "kind"])["weight"].transform("max")).round(4)
    return tags
