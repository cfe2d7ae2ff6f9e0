"""Radio Browser as it documents itself: a bare list, texts empty where nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import Reply, Tale

STATION = "960e57c5-0601-11e8-ae97-52543be04c81"


def station(tale: Tale) -> dict[str, Any]:
    return {
        "changeuuid": "4b1d3c5e-6b6a-4c0e-9c59-0a3b9f6d7d10",
        "stationuuid": STATION,
        "serveruuid": None,
        "name": tale.title,
        "url": "http://stream.example.org:8000/live",
        "url_resolved": "https://stream.example.org/live.mp3",
        "homepage": "https://station.example.org/",
        "favicon": "https://station.example.org/icon.png",
        "tags": "jazz,Late Night,,jazz",
        "country": "Germany",
        "countrycode": "DE",
        "iso_3166_2": "DE-BE",
        "state": "Berlin",
        "language": "german,english",
        "languagecodes": "de,en",
        "votes": 4021,
        "lastchangetime_iso8601": "2026-10-02T11:05:27Z",
        "codec": "MP3",
        "bitrate": 128,
        "hls": 0,
        "lastcheckok": 1,
        "clickcount": 377,
        "clicktrend": -2,
        "ssl_error": 0,
        "geo_lat": None,
        "geo_long": None,
        "has_extended_info": False,
    }


class RadioBrowserService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        return Reply([station(tale)])

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        return Reply([])
