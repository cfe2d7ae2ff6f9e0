"""Spotify's web interface as it documents itself in late 2026, for an app that may see playlists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

OPEN = "https://open.spotify.com"
PICTURES = "https://i.scdn.example/image"
ALBUM, ARTIST, GUEST = "49MNmJhZQewjt06rpwp6QR", "6FXMGgJwohJLUSr5nVlf9X", "5uYw9iMFPEBtDMmuiGKYMV"
PLAYLIST, SHOW = "3cEYpjA9oz9GiPac4AsH4n", "38bS44xjbVVZ3No3ByF1dJ"
EPISODE, AUDIOBOOK = "512ojhOuo1ktJprKbVcKyQ", "18yVqkdbdRvS24c0Ilj2ci"
MISSING = Reply({"error": {"status": 404, "message": "Resource not found"}}, status=404)
SEARCHED = {
    "track": "tracks",
    "artist": "artists",
    "show": "shows",
    "episode": "episodes",
    "audiobook": "audiobooks",
}


def song_id(tale: Tale) -> str:
    return f"{tale.number:022d}"


def urls(kind: str, ident: str) -> dict[str, str]:
    return {"spotify": f"{OPEN}/{kind}/{ident}"}


def images(name: str) -> list[dict[str, Any]]:
    return [
        {"url": f"{PICTURES}/{name}-{width}", "width": width, "height": width} for width in (64, 640, 300)
    ]


def artist(tale: Tale) -> dict[str, Any]:
    return {
        "id": ARTIST,
        "type": "artist",
        "name": tale.artist,
        "genres": ["trip hop"],
        "images": images("artist"),
        "external_urls": urls("artist", ARTIST),
        "uri": f"spotify:artist:{ARTIST}",
    }


def credited(tale: Tale) -> list[dict[str, Any]]:
    return [
        {"id": ARTIST, "name": tale.artist, "type": "artist", "external_urls": urls("artist", ARTIST)},
        {"id": GUEST, "name": "A Guest", "type": "artist", "external_urls": urls("artist", GUEST)},
    ]


def album(tale: Tale) -> dict[str, Any]:
    return {
        "id": ALBUM,
        "type": "album",
        "album_type": "album",
        "name": tale.album,
        "artists": credited(tale),
        "release_date": "1998-04-20",
        "release_date_precision": "day",
        "total_tracks": 11,
        "images": images("album"),
        "external_urls": urls("album", ALBUM),
    }


def bare_track(tale: Tale) -> dict[str, Any]:
    return {
        "id": song_id(tale),
        "type": "track",
        "name": tale.title,
        "artists": credited(tale),
        "duration_ms": tale.duration_ms,
        "explicit": False,
        "track_number": 3,
        "is_local": False,
        "external_urls": urls("track", song_id(tale)),
    }


def track(tale: Tale) -> dict[str, Any]:
    return {**bare_track(tale), "album": album(tale), "external_ids": {"isrc": tale.isrc}}


def spoken(kind: str, ident: str, tale: Tale) -> dict[str, Any]:
    return {
        "id": ident,
        "type": kind,
        "name": tale.title,
        "publisher": tale.artist,
        "description": "About <b>songs</b> &amp; places",
        "languages": ["en-GB"],
        "explicit": False,
        "release_date": "2026-11-20",
        "images": images(kind),
        "external_urls": urls(kind, ident),
        **(
            {"authors": [{"name": tale.artist}], "narrators": [{"name": "A Voice"}]}
            if kind == "audiobook"
            else {}
        ),
    }


def playlist(tale: Tale) -> dict[str, Any]:
    return {
        "id": PLAYLIST,
        "type": "playlist",
        "name": tale.title,
        "description": "For late hours",
        "owner": {"id": "somebody", "display_name": "somebody", "type": "user"},
        "images": images("playlist"),
        "external_urls": urls("playlist", PLAYLIST),
    }


def paged(*elements: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(elements) if total is None else total
    return {"href": None, "items": list(elements), "limit": 10, "next": None, "offset": 0, "total": count}


class SpotifyService:
    """Answers what exists for every app; legacy calls are not found."""

    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        match path.split("/"):
            case ["search"]:
                return Reply({SEARCHED[query["type"]]: paged(_one(query["type"], tale))})
            case ["tracks", _]:
                return Reply(track(tale))
            case ["artists", _]:
                return Reply(artist(tale))
            case ["artists", _, "albums"]:
                return Reply(paged(album(tale)))
            case ["albums", _]:
                return Reply({**album(tale), "label": "Virgin", "tracks": paged(bare_track(tale))})
            case ["albums", _, "tracks"]:
                return Reply(paged(bare_track(tale)))
            case ["playlists", _]:
                return Reply(playlist(tale))
            case ["playlists", _, "items"]:
                return Reply(paged({"added_at": "2026-11-20T10:00:00Z", "item": track(tale)}))
            case [("shows" | "episodes" | "audiobooks") as kind, ident]:
                return Reply(spoken(kind.removesuffix("s"), ident, tale))
            case ["api", "token"]:
                return Reply({"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600})
            case _:
                return MISSING

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        return Reply({SEARCHED[query["type"]]: paged()}) if path == "search" else MISSING


def _one(kind: str, tale: Tale) -> dict[str, Any]:
    match kind:
        case "track":
            return track(tale)
        case "artist":
            return artist(tale)
        case "show":
            return spoken(kind, SHOW, tale)
        case "episode":
            return spoken(kind, EPISODE, tale)
        case _:
            return spoken(kind, AUDIOBOOK, tale)
