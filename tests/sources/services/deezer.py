"""Deezer as it documents itself: listings in ``data``, errors with status 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

PICTURES = "https://cdn-images.example.net/images"
ARTIST, ALBUM, PLAYLIST = 27, 302_127, 908_622_995
MISSING = Reply({"error": {"type": "DataException", "message": "no data", "code": 800}})


def artist(tale: Tale) -> dict[str, Any]:
    return {
        "id": ARTIST,
        "name": tale.artist,
        "link": f"https://www.deezer.com/artist/{ARTIST}",
        "picture_xl": f"{PICTURES}/artist/abc/1000x1000-000000-80-0-0.jpg",
        "nb_album": 35,
        "nb_fan": 2_000_000,
        "radio": True,
        "type": "artist",
    }


def album(tale: Tale) -> dict[str, Any]:
    return {
        "id": ALBUM,
        "title": tale.album,
        "link": f"https://www.deezer.com/album/{ALBUM}",
        "cover_xl": f"{PICTURES}/cover/def/1000x1000-000000-80-0-0.jpg",
        "genre_id": 106,
        "genres": {"data": [{"id": 106, "name": "Electro", "type": "genre"}]},
        "label": "Virgin",
        "nb_tracks": 11,
        "release_date": "1998-04-20",
        "record_type": "album",
        "contributors": [{**artist(tale), "role": "Main"}],
        "artist": artist(tale),
        "type": "album",
    }


def track(tale: Tale) -> dict[str, Any]:
    return {
        "id": tale.number,
        "readable": True,
        "title": tale.title,
        "title_short": tale.title,
        "title_version": "",
        "isrc": tale.isrc,
        "link": f"https://www.deezer.com/track/{tale.number}",
        "duration": tale.duration_ms // 1_000,
        "rank": 750_000,
        "release_date": "1998-04-20",
        "explicit_lyrics": False,
        "preview": "https://cdns-preview.example.net/stream/abc-3.mp3",
        "bpm": 152.9,
        "gain": -9.5,
        "contributors": [
            {**artist(tale), "role": "Main"},
            {"id": 5_000, "name": "A Guest", "role": "Featured"},
        ],
        "artist": artist(tale),
        "album": album(tale),
        "type": "track",
    }


def playlist(tale: Tale) -> dict[str, Any]:
    return {
        "id": PLAYLIST,
        "title": "Slow evenings",
        "description": "For <b>late</b> hours",
        "nb_tracks": 1,
        "public": True,
        "link": f"https://www.deezer.com/playlist/{PLAYLIST}",
        "picture_xl": f"{PICTURES}/playlist/ghi/1000x1000-000000-80-0-0.jpg",
        "creator": {"id": 7, "name": "somebody", "type": "user"},
        "tracks": {"data": [track(tale)]},
        "type": "playlist",
    }


def listing(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"data": list(rows), "total": len(rows), "next": "http://127.0.0.1:9/never/followed"}


class DeezerService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        match path.split("/"):
            case (
                ["search"]
                | ["chart", "0", "tracks"]
                | ["artist" | "album" | "playlist", _, "top" | "radio" | "tracks"]
            ):
                first = int(query.get("index", "0")) == 0
                return Reply(listing(track(tale)) if first else listing())
            case ["search", "artist"] | ["artist", _, "related"]:
                return Reply(listing(artist(tale)))
            case ["artist", _, "albums"]:
                return Reply(listing({name: of for name, of in album(tale).items() if name != "artist"}))
            case ["track", _]:
                return Reply(track(tale))
            case ["artist", _]:
                return Reply(artist(tale))
            case ["album", _]:
                return Reply(album(tale))
            case ["playlist", _]:
                return Reply(playlist(tale))
            case _:
                return Reply({"error": {"type": "InvalidQueryException", "message": "?", "code": 600}})

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        return Reply({"data": [], "total": 0}) if path.startswith(("search", "chart")) else MISSING
