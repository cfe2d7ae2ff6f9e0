"""Exports made up for the tests, as the services write them, with secrets in every field that must not be kept."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

NOW = 1_795_000_000.0
ID = "4uLU6hMCjMI75M1A2tKUQC"
MBID = "6b6f4451-d105-45aa-ae6e-187a373172e1"
MSID = "92fc76b4-bda0-4c2c-82b9-1ef4d489c071"
FOLDER = "Spotify Extended Streaming History"
SECRETS = (
    "secret.member", "203.0.113.77", "Mozilla/5.0 Secret", "SecretPhone 9", "ZZ", "Secretville", "Secretshire",
    "secretstart", "secret.client",
)  # fmt: skip


def streamed(**fields: Any) -> dict[str, Any]:
    """A record of the extended streaming history."""
    return {
        "ts": "2020-04-11T00:27:53Z",
        "username": "secret.member",
        "platform": "SecretPhone 9",
        "ms_played": 174_674,
        "conn_country": "ZZ",
        "ip_addr": "203.0.113.77",
        "ip_addr_decrypted": "203.0.113.77",
        "user_agent_decrypted": "Mozilla/5.0 Secret",
        "city": "Secretville",
        "region": "Secretshire",
        "master_metadata_track_name": "Teardrop",
        "master_metadata_album_artist_name": "Massive Attack",
        "master_metadata_album_album_name": "Mezzanine",
        "spotify_track_uri": f"spotify:track:{ID}",
        "episode_name": None,
        "episode_show_name": None,
        "spotify_episode_uri": None,
        "audiobook_title": None,
        "audiobook_uri": None,
        "audiobook_chapter_uri": None,
        "audiobook_chapter_title": None,
        "reason_start": "secretstart",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": False,
        "offline": False,
        "offline_timestamp": 1_586_564_700_000,
        "incognito_mode": False,
        **fields,
    }


def listened(at: Any = 1_704_067_200, **info: Any) -> dict[str, Any]:
    """A listen as ListenBrainz exports it."""
    return {
        "listened_at": at,
        "inserted_at": 1_704_067_205,
        "user_name": "secret.member",
        "track_metadata": {
            "track_name": "Teardrop",
            "artist_name": "Massive Attack",
            "release_name": "Mezzanine",
            "recording_msid": MSID,
            "mbid_mapping": {"recording_mbid": MBID, "artists": [{"artist_credit_name": "x"}]},
            "additional_info": {"submission_client": "secret.client", "artist_names": ["x"], **info},
        },
    }


def packed(files: dict[str, object], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A ZIP archive: bytes as they are, anything else as JSON."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", compression) as opened:
        for name, content in files.items():
            opened.writestr(name, content if isinstance(content, bytes) else json.dumps(content).encode())
    archive.seek(0)
    return archive


def spotify(*records: object, file: str = "Streaming_History_Audio_2020_1.json") -> io.BytesIO:
    """Spotify's ZIP with one file of these records."""
    return packed({f"{FOLDER}/{file}": list(records), f"{FOLDER}/ReadMeFirst.pdf": b"%PDF secret.member"})
