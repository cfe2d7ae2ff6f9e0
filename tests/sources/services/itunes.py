"""iTunes Search as it documents itself: ``text/javascript`` and a list of results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

STORE = "https://music.apple.example/us"
PICTURE = "https://is1-ssl.mzstatic.example/image/thumb/Music/v4/cover.jpg"


def song(tale: Tale) -> dict[str, Any]:
    return {
        "wrapperType": "track",
        "kind": "song",
        "artistId": 24_045,
        "collectionId": 724_466_069,
        "trackId": tale.number,
        "artistName": tale.artist,
        "collectionName": tale.album,
        "trackName": tale.title,
        "trackCensoredName": tale.title,
        "trackViewUrl": f"{STORE}/album/teardrop/724466069?i={tale.number}&uo=4",
        "previewUrl": "https://audio-ssl.example/preview.m4a",
        "artworkUrl100": f"{PICTURE}/100x100bb.jpg",
        "releaseDate": "1998-04-20T12:00:00Z",
        "collectionExplicitness": "notExplicit",
        "trackExplicitness": "notExplicit",
        "trackTimeMillis": tale.duration_ms,
        "country": "USA",
        "primaryGenreName": "Electronic",
        "isStreamable": True,
    }


def podcast(tale: Tale) -> dict[str, Any]:
    return {
        "wrapperType": "track",
        "kind": "podcast",
        "collectionId": 917_918_570,
        "trackId": 917_918_570,
        "artistName": tale.artist,
        "collectionName": tale.title,
        "trackName": tale.title,
        "collectionViewUrl": f"{STORE}/podcast/id917918570?uo=4",
        "feedUrl": "https://feeds.example/show",
        "artworkUrl100": f"{PICTURE}/100x100bb.jpg",
        "artworkUrl600": f"{PICTURE}/600x600bb.jpg",
        "releaseDate": "2026-11-20T10:00:00Z",
        "collectionExplicitness": "cleaned",
        "primaryGenreName": "Music History",
        "genres": ["Music History", "Podcasts", "Music"],
        "genreIds": ["1524", "26", "1310"],
    }


def audiobook(tale: Tale) -> dict[str, Any]:
    return {
        "wrapperType": "audiobook",
        "artistName": tale.artist,
        "collectionId": 1_441_412_234,
        "collectionName": tale.title,
        "collectionViewUrl": f"{STORE}/audiobook/id1441412234?uo=4",
        "artworkUrl100": f"{PICTURE}/100x100bb.jpg",
        "releaseDate": "2018-11-13T08:00:00Z",
        "collectionExplicitness": "explicit",
        "primaryGenreName": "Biographies &amp; Memoirs",
        "description": "<b>A life</b><br />told by itself &amp; others",
    }


class ItunesService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        of = {"podcast": podcast, "audiobook": audiobook}.get(query.get("media", "music"), song)
        return _results(of(tale))

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        return _results()


def _results(*rows: dict[str, Any]) -> Reply:
    body = {"resultCount": len(rows), "results": list(rows)}
    return Reply(body, content_type="text/javascript")
