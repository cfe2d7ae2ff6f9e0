"""Last.fm's interface as it documents itself: counts as text, errors by number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

SITE = "https://www.last.fm"
PICTURE = "https://lastfm.freetls.example/i/u/300x300/abc.png"
STAR = "https://lastfm.freetls.example/i/u/300x300/2a96cbd8b46e442fc41c2b86b821562f.png"
MISSING: dict[str, Any] = {"message": "Track not found", "error": 6, "links": []}


def images(address: str = PICTURE) -> list[dict[str, str]]:
    return [{"#text": "", "size": "small"}, {"#text": address, "size": "extralarge"}]


def artist(tale: Tale) -> dict[str, Any]:
    return {"name": tale.artist, "mbid": tale.performer, "url": f"{SITE}/music/Massive+Attack"}


def track(tale: Tale) -> dict[str, Any]:
    return {
        "name": tale.title,
        "mbid": tale.recording,
        "url": f"{SITE}/music/Massive+Attack/_/Teardrop",
        "duration": str(tale.duration_ms),
        "listeners": "1000000",
        "playcount": "9000000",
        "artist": artist(tale),
        "album": {"artist": tale.artist, "title": tale.album, "image": images(), "@attr": {"position": "3"}},
        "toptags": {"tag": [{"name": "Trip-Hop", "url": f"{SITE}/tag/trip-hop"}]},
    }


def scrobble(tale: Tale, at: int = 1_760_000_000) -> dict[str, Any]:
    return {
        "artist": {"mbid": tale.performer, "#text": tale.artist},
        "streamable": "0",
        "image": images(),
        "mbid": tale.recording,
        "album": {"mbid": "", "#text": tale.album},
        "name": tale.title,
        "url": f"{SITE}/music/Massive+Attack/_/Teardrop",
        "date": {"uts": str(at), "#text": "09 Oct 2025, 08:53"},
    }


def recent(*rows: dict[str, Any], page: int = 1, pages: int = 1, total: int | None = None) -> dict[str, Any]:
    count = len(rows) if total is None else total
    extent = {
        "user": "rj",
        "page": str(page),
        "perPage": "200",
        "totalPages": str(pages),
        "total": str(count),
    }
    return {"recenttracks": {"track": list(rows), "@attr": extent}}


def _bare(tale: Tale, match: object) -> dict[str, Any]:
    return {
        "name": tale.title,
        "playcount": 9_000_000,
        "mbid": tale.recording,
        "match": match,
        "url": f"{SITE}/music/Massive+Attack/_/Teardrop",
        "duration": tale.duration_ms // 1_000,
        "artist": artist(tale),
        "image": images(STAR),
    }


class LastfmService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        attr = {"@attr": {"artist": tale.artist}}
        tags = [
            {"count": 100, "name": "trip-hop", "url": f"{SITE}/tag/trip-hop"},
            {"count": 50, "name": "chill"},
        ]
        match query["method"]:
            case "track.search":
                row = {**_bare(tale, None), "artist": tale.artist, "listeners": "1000000"}
                results = {"opensearch:totalResults": "1", "trackmatches": {"track": [row]}}
                return Reply({"results": results})
            case "track.getInfo":
                return Reply({"track": track(tale)})
            case "track.getSimilar":
                near = {**_bare(tale, 0.9), "name": f"{tale.title} Two"}
                return Reply({"similartracks": {"track": [_bare(tale, 1.0), near], **attr}})
            case "artist.getSimilar":
                return Reply({"similarartists": {"artist": [{**artist(tale), "match": "1"}], **attr}})
            case "artist.getTopTracks":
                return Reply({"toptracks": {"track": [{**_bare(tale, None), "listeners": "5"}], **attr}})
            case "track.getTopTags" | "artist.getTopTags":
                return Reply({"toptags": {"tag": tags, **attr}})
            case "user.getRecentTracks":
                return Reply(recent(scrobble(tale)))
            case "user.getInfo":
                user = {
                    "name": "RJ",
                    "playcount": "54189",
                    "country": "United Kingdom",
                    "url": f"{SITE}/user/RJ",
                }
                return Reply(
                    {"user": {**user, "registered": {"unixtime": "1037793040", "#text": 1037793040}}}
                )
            case _:
                return Reply({"error": 3, "message": "Invalid Method"}, status=400)

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        if query["method"] == "track.search":
            return Reply({"results": {"opensearch:totalResults": "0", "trackmatches": {"track": []}}})
        return Reply(MISSING)
