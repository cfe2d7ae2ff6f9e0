"""ListenBrainz, its labs among it, as they document themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

RELEASE = "1b022e01-4da6-387b-8658-8678046e4cef"
GROUP = "48140466-cff6-3222-bd55-63c27e43190d"
PLAYLIST = "b1df2cf3-69a9-3bc0-be44-f71e79b27a22"
NEAR = "13dd61c7-ce73-4e97-9f0c-9f0e53144411"
NEARER = "22ad712e-ce73-4f0c-8e97-9f0e53144411"
MSID = "d23f4719-9212-49f0-ad08-ddbfbfc50d6f"
TOKEN = "c0ffee00-1234-4abc-8def-0123456789ab"
LISTENED = 1_790_000_000


def metadata(tale: Tale) -> dict[str, Any]:
    return {
        "recording": {
            "name": tale.title,
            "length": tale.duration_ms,
            "first_release_date": "1998-04-20",
            "rels": [{"artist_name": "Elizabeth Fraser", "type": "vocal", "instrument": None}],
        },
        "artist": {
            "artist_credit_id": 65,
            "name": tale.artist,
            "artists": [
                {
                    "artist_mbid": tale.performer,
                    "name": tale.artist,
                    "join_phrase": "",
                    "begin_year": 1987,
                    "type": "Group",
                    "area": "United Kingdom",
                }
            ],
        },
        "release": {
            "album_artist_name": tale.artist,
            "caa_id": 829_521_842,
            "caa_release_mbid": RELEASE,
            "mbid": RELEASE,
            "name": tale.album,
            "release_group_mbid": GROUP,
            "year": 1998,
        },
        "tag": {
            "recording": [
                {"count": 8, "genre_mbid": GROUP, "tag": "trip hop"},
                {"count": 2, "tag": "dreamy"},
            ],
            "artist": [
                {"artist_mbid": tale.performer, "count": 20, "tag": "trip hop"},
                {"artist_mbid": tale.performer, "count": 10, "tag": "british"},
            ],
            "release_group": [{"count": 4, "tag": "downtempo"}, {"count": 0, "tag": "rock"}],
        },
    }


def matched(tale: Tale) -> dict[str, Any]:
    return {
        "artist_credit_name": tale.artist,
        "artist_mbids": [tale.performer],
        "recording_mbid": tale.recording,
        "recording_name": tale.title,
        "release_mbid": RELEASE,
        "release_name": tale.album,
        "metadata": metadata(tale),
    }


def top(tale: Tale) -> dict[str, Any]:
    return {
        "artist_mbids": [tale.performer],
        "artist_name": tale.artist,
        "caa_id": 829_521_842,
        "caa_release_mbid": RELEASE,
        "length": tale.duration_ms,
        "recording_mbid": tale.recording,
        "recording_name": tale.title,
        "release_color": {"blue": 104, "green": 104, "red": 84},
        "release_mbid": RELEASE,
        "release_name": tale.album,
        "total_listen_count": 1_380_798,
        "total_user_count": 999,
    }


def release(tale: Tale) -> dict[str, Any]:
    return {
        "artist_credit_name": tale.artist,
        "artist_mbids": [tale.performer],
        "caa_id": 829_521_842,
        "caa_release_mbid": RELEASE,
        "listen_count": 12,
        "release_date": "2026-11-20",
        "release_group_mbid": GROUP,
        "release_group_primary_type": "Album",
        "release_group_secondary_type": None,
        "release_mbid": RELEASE,
        "release_name": tale.album,
        "release_tags": ["trip hop"],
    }


def listen(tale: Tale, at: int = LISTENED, number: int = 0) -> dict[str, Any]:
    msid = f"{number:08x}{MSID[8:]}"
    return {
        "inserted_at": at + 5,
        "listened_at": at,
        "recording_msid": msid,
        "user_name": "rob",
        "track_metadata": {
            "track_name": tale.title,
            "artist_name": tale.artist,
            "release_name": tale.album,
            "additional_info": {"duration_ms": tale.duration_ms, "isrc": tale.isrc, "recording_msid": msid},
            "mbid_mapping": {
                "recording_mbid": tale.recording,
                "artist_mbids": [tale.performer],
                "recording_name": tale.title,
            },
        },
    }


def listens(*rows: dict[str, Any], oldest: int = LISTENED) -> dict[str, Any]:
    return {
        "payload": {
            "count": len(rows),
            "latest_listen_ts": LISTENED,
            "oldest_listen_ts": oldest,
            "user_id": "rob",
            "listens": list(rows),
        }
    }


def playlist(tale: Tale, tracks: int = 1) -> dict[str, Any]:
    extension = {
        "added_by": "rob",
        "artist_identifiers": [f"https://musicbrainz.org/artist/{tale.performer}"],
        "additional_metadata": {
            "artists": [
                {"artist_credit_name": tale.artist, "artist_mbid": tale.performer, "join_phrase": ""}
            ],
            "caa_id": 829_521_842,
            "caa_release_mbid": RELEASE,
        },
    }
    track = {
        "identifier": [f"https://musicbrainz.org/recording/{tale.recording}"],
        "title": tale.title,
        "creator": tale.artist,
        "album": tale.album,
        "duration": tale.duration_ms,
        "extension": {"https://musicbrainz.org/doc/jspf#track": extension},
    }
    return {
        "playlist": {
            "identifier": f"https://listenbrainz.org/playlist/{PLAYLIST}",
            "title": "Slow evenings",
            "creator": "rob",
            "annotation": "For <b>late</b> hours",
            "date": "2026-11-01T00:00:00+00:00",
            "track": [track] * tracks,
        }
    }


def similar_song(tale: Tale, found: str = NEAR, score: int = 100) -> dict[str, Any]:
    return {
        "recording_mbid": found,
        "recording_name": "Roads",
        "artist_credit_name": "Portishead",
        "[artist_credit_mbids]": [GROUP],
        "release_name": "Dummy",
        "release_mbid": RELEASE,
        "caa_id": 829_521_842,
        "caa_release_mbid": RELEASE,
        "score": score,
        "reference_mbid": tale.recording,
    }


def similar_artist(tale: Tale, found: str = NEAR, score: int = 830) -> dict[str, Any]:
    return {
        "artist_mbid": found,
        "name": "Portishead",
        "comment": "from Bristol",
        "type": "Group",
        "gender": None,
        "score": score,
        "reference_mbid": tale.performer,
    }


class ListenBrainzService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        match path.split("/"):
            case ["metadata", "recording"]:
                return Reply({tale.recording: metadata(tale)})
            case ["metadata", "lookup"]:
                return Reply(matched(tale))
            case ["popularity", "recording"]:
                counts = {"total_listen_count": 1_000, "total_user_count": 999}
                return Reply([{"recording_mbid": tale.recording, **counts}])
            case ["popularity", "artist"]:
                counts = {"total_listen_count": 9_999_999, "total_user_count": 2_000_000}
                return Reply([{"artist_mbid": tale.performer, **counts}])
            case ["popularity", "top-recordings-for-artist", _]:
                return Reply([top(tale)])
            case ["explore", "fresh-releases"]:
                return Reply({"payload": {"releases": [release(tale)], "total_count": 1}})
            case ["user", _, "listens"]:
                return Reply(listens(listen(tale)))
            case ["user", _, "listen-count"]:
                return Reply({"payload": {"count": 1}})
            case ["playlist", "create"]:
                return Reply({"status": "ok", "playlist_mbid": PLAYLIST})
            case ["playlist", _, "item", "add"]:
                return Reply({"status": "ok"})
            case ["playlist", _]:
                return Reply(playlist(tale))
            case ["validate-token"]:
                return Reply({"code": 200, "message": "Token valid.", "valid": True, "user_name": "rob"})
            case ["similar-recordings", "json"]:
                return Reply([similar_song(tale)])
            case ["similar-artists", "json"]:
                return Reply([similar_artist(tale)])
            case _:
                return Reply({"code": 404, "error": "Not Found"}, status=404)

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        match path.split("/"):
            case ["metadata", _]:
                return Reply({})
            case ["popularity", "recording" | "artist" as kind]:
                counts = {"total_listen_count": None, "total_user_count": None}
                return Reply([{f"{kind}_mbid": NEAR, **counts}])
            case ["explore", _]:
                return Reply({"payload": {"releases": [], "total_count": 0}})
            case ["popularity", _, _] | [_, "json"]:
                return Reply([])
            case _:
                return Reply({"code": 404, "error": "Cannot find it"}, status=404)
