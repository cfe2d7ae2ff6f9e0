"""MusicBrainz' web service 2 as it documents itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

RELEASE = "1b022e01-4da6-387b-8658-8678046e4cef"
WORK = "b1df2cf3-69a9-3bc0-be44-f71e79b27a22"
WRITER = "7ac055fa-e357-4a32-9c4f-2f2fcae3a2dd"


def artist(tale: Tale) -> dict[str, Any]:
    return {
        "id": tale.performer,
        "type": "Group",
        "score": 100,
        "name": tale.artist,
        "sort-name": tale.artist,
        "country": "GB",
        "disambiguation": "from Bristol",
        "life-span": {"begin": "1987", "ended": None},
        "genres": [{"id": WORK, "name": "trip hop", "count": 20, "disambiguation": ""}],
        "tags": [{"name": "trip hop", "count": 20}, {"name": "british", "count": 5}],
    }


def found(tale: Tale) -> dict[str, Any]:
    return {
        "id": tale.recording,
        "score": 100,
        "title": tale.title,
        "length": tale.duration_ms,
        "video": None,
        "disambiguation": "album version",
        "artist-credit": [
            {"name": tale.artist, "joinphrase": " feat. ", "artist": artist(tale)},
            {"name": "A Guest", "joinphrase": "", "artist": {"id": WRITER, "name": "A. Guest"}},
        ],
        "first-release-date": "1998-04-20",
        "isrcs": ["GBAAA0000001", tale.isrc],
        "releases": [
            {"id": WORK, "title": "A Bootleg", "status": "Bootleg", "date": "1997"},
            {"id": RELEASE, "title": tale.album, "status": "Official", "date": "1998-04-20", "country": "GB"},
        ],
        "tags": [{"name": "trip hop", "count": 8}, {"name": "rock", "count": -1}],
    }


def recording(tale: Tale) -> dict[str, Any]:
    work = {
        "id": WORK,
        "title": tale.title,
        "type": "Song",
        "language": "eng",
        "languages": ["eng"],
        "relations": [
            {"type": "composer", "target-type": "artist", "artist": {"id": WRITER, "name": "A. Writer"}},
            {"type": "lyricist", "target-type": "artist", "artist": {"id": WRITER, "name": "E. Fraser"}},
            {"type": "publishing", "target-type": "label", "label": {"id": WORK, "name": "Somebody"}},
        ],
    }
    return {
        **found(tale),
        "genres": [{"id": WORK, "name": "electronic", "count": 4, "disambiguation": ""}],
        "relations": [
            {"type": "producer", "target-type": "artist", "artist": {"id": WRITER, "name": "A Producer"}},
            {"type": "performance", "target-type": "work", "work": work},
            {
                "type": "instrument",
                "target-type": "artist",
                "attributes": ["additional", "harpsichord"],
                "artist": {"id": WRITER, "name": "A Player"},
            },
        ],
    }


class MusicBrainzService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        match path.split("/"):
            case ["recording"]:
                return Reply({"created": "2026-11-21", "count": 1, "offset": 0, "recordings": [found(tale)]})
            case ["artist"]:
                return Reply({"created": "2026-11-21", "count": 1, "offset": 0, "artists": [artist(tale)]})
            case ["recording", _]:
                return Reply(recording(tale))
            case ["isrc", _]:
                return Reply({"isrc": tale.isrc, "recordings": [found(tale)]})
            case ["artist", _]:
                return Reply(artist(tale))
            case _:
                return Reply({"error": "Not Found", "help": "…"}, status=404)

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        if "/" in path:
            return Reply({"error": "Not Found", "help": "…"}, status=404)
        return Reply({"created": "2026-11-21", "count": 0, "offset": 0, f"{path}s": []})
