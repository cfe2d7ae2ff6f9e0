"""The song that stand-ins tell of, and how they reply."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tale:
    artist: str
    title: str
    album: str
    isrc: str
    recording: str
    performer: str
    duration_ms: int
    number: int


TEARDROP = Tale(
    "Massive Attack",
    "Teardrop",
    "Mezzanine",
    "GBAAA9800322",
    "5acdf1a3-b4d0-4ae5-a4f5-8aa5a6f1b3cd",
    "10adbe5e-a2c0-4bf3-8249-2b4cbf6e6ca8",
    330_000,
    3_129_775,
)
ANOTHER = Tale(
    "Rick Astley",
    "Never Gonna Give You Up",
    "Whenever You Need Somebody",
    "GBARL9300135",
    "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae",
    "db92a151-1ac2-438b-bc43-b82e149ddd50",
    213_000,
    781_592_622,
)


@dataclass(frozen=True, slots=True)
class Reply:
    body: object
    status: int = 200
    content_type: str = "application/json"
