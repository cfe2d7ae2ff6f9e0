"""A list of songs as a file that other programs read, and `read_playlist` reads back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.sources.playlists.cells import guarded
from bot.sources.playlists.entries import Entry
from bot.sources.playlists.jspf import PLAYLIST_EXTENSION, TRACK_EXTENSION

RECORDING = "https://musicbrainz.org/recording/"

_CSV = ("title", "artist", "album", "isrc", "duration_ms", "mbid", "link")
_NOT_IN_FILE_NAMES = re.compile(r"[\x00-\x1f/\\:*?\"<>|#%]+")


def csv_file(entries: Iterable[Entry]) -> bytes:
    """CSV with a line of column names, in UTF-8 with the mark that Excel wants; nothing of an entry is lost.

    Cells that a spreadsheet would run are guarded, see `bot.sources.playlists.cells`.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(_CSV)
    for entry in entries:
        link = entry.link.url if entry.link else ""
        cells = (entry.title, entry.artist, entry.album, entry.isrc, entry.duration_ms, entry.mbid, link)
        rows.writerow(guarded("" if cell is None else str(cell)) for cell in cells)
    return text.getvalue().encode("utf-8-sig", errors="replace")


def m3u8_file(entries: Iterable[Entry], title: str = "") -> bytes:
    """Extended M3U in UTF-8. Durations are whole seconds; one address each (link, else MBID), no ISRC.

    A song without an address stands under a file name made of its own, as players then look for it.
    """
    lines = ["#EXTM3U"]
    if title:
        lines.append(f"#PLAYLIST:{_line(title)}")
    for entry in entries:
        seconds = -1 if entry.duration_ms is None else max(1, round(entry.duration_ms / 1000))
        shown = f"{entry.artist} - {entry.title}" if entry.artist and entry.title else entry.title
        lines.append(f"#EXTINF:{seconds},{_line(shown)}")
        lines.append(f"#EXTART:{_line(entry.artist)}")
        if entry.album:
            lines.append(f"#EXTALB:{_line(entry.album)}")
        lines.append(_location(entry))
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def jspf_file(
    entries: Iterable[Entry], title: str, *, created: datetime | None = None, public: bool = False
) -> bytes:
    """JSPF as ListenBrainz reads it: MBIDs as ``identifier``, links as ``location``, whether it is public.

    ListenBrainz itself only takes tracks that have an MBID; other programs take them all. Nothing of an entry is lost.
    """
    playlist: dict[str, Any] = {
        "title": title,
        "creator": "Segue",
        "extension": {PLAYLIST_EXTENSION: {"public": public}},
        "track": [_track(entry) for entry in entries],
    }
    if created is not None:
        playlist["date"] = created.isoformat()
    return json.dumps({"playlist": playlist}, ensure_ascii=False, indent=1).encode("utf-8", errors="replace")


def _track(entry: Entry) -> dict[str, Any]:
    track: dict[str, Any] = {
        "title": entry.title,
        "creator": entry.artist,
        "album": entry.album,
        "duration": entry.duration_ms,
        "identifier": [f"{RECORDING}{entry.mbid}"] if entry.mbid else None,
        "location": [entry.link.url] if entry.link else None,
        "extension": {TRACK_EXTENSION: {"additional_metadata": {"isrc": entry.isrc}}} if entry.isrc else None,
    }
    return {name: value for name, value in track.items() if value}


def _location(entry: Entry) -> str:
    if entry.link:
        return entry.link.url
    if entry.mbid:
        return f"{RECORDING}{entry.mbid}"
    name = _NOT_IN_FILE_NAMES.sub("_", f"{entry.artist} - {entry.title}")[:150]
    return f"./{name}.mp3"


def _line(text: str) -> str:
    return " ".join(text.split())
