"""ReccoBeats and AcousticBrainz as they document themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.sources.services.tale import TEARDROP, Reply, Tale

TRACK = "67Hna13dNDkZvBpTXRIaOJ"
ANOTHER_TRACK = "4PTG3Z6ehGkBFwjybzWkR8"


def features(track: str, isrc: str | None = None, **more: object) -> dict[str, Any]:
    return {
        "id": "878dadea-33c5-4c08-bdb9-e2b117475a99",
        "href": f"https://open.spotify.com/track/{track}",
        "isrc": isrc,
        "acousticness": 0.0118,
        "danceability": 0.5,
        "energy": 0.42,
        "instrumentalness": 0.77,
        "key": 9,
        "liveness": 0.09,
        "loudness": -9.4,
        "mode": 0,
        "speechiness": 0.03,
        "tempo": 152.9,
        "valence": 0.24,
        **more,
    }


class ReccoBeatsService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        track = TRACK if tale is TEARDROP else ANOTHER_TRACK
        return Reply({"content": [features(track, tale.isrc)]})

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        return Reply({"content": []})


def low_level(**tonal: object) -> dict[str, Any]:
    return {
        "metadata": {
            "audio_properties": {"replay_gain": -8.5, "length": 330.0},
            "version": {"extractor": "1"},
        },
        "rhythm": {"bpm": 76.4},
        "tonal": {"key_key": "A#", "key_scale": "minor", **tonal},
    }


def model(of: str, probability: float) -> dict[str, Any]:
    return {
        "all": {of: probability, f"not_{of}": 1 - probability},
        "probability": max(probability, 1 - probability),
        "value": of if probability >= 0.5 else f"not_{of}",
        "version": {"essentia": "2.1-beta1"},
    }


def high_level() -> dict[str, Any]:
    return {
        "highlevel": {
            "danceability": model("danceable", 0.9),
            "mood_acoustic": model("acoustic", 0.2),
            "mood_happy": model("happy", 0.1),
            "voice_instrumental": {
                "all": {"instrumental": 0.25, "voice": 0.75},
                "probability": 0.75,
                "value": "voice",
            },
        },
        "metadata": {"audio_properties": {"replay_gain": -8.5}},
    }


class AcousticBrainzService:
    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        document = low_level() if path == "low-level" else high_level()
        return Reply({tale.recording: {"0": document}, "mbid_mapping": {}})

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        return Reply({"mbid_mapping": {}})
