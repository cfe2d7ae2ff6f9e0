"""A record of ListenBrainz: the export's, the older export's and the listens API's; they differ in a name or two."""

from __future__ import annotations

from bot.sources.histories.plays import Play, PlayKind, Source, play_key
from bot.sources.histories.records import Record
from bot.sources.histories.values import Refusal, name, named_track, spotify_id, unix_time, whole
from bot.sources.identifiers import isrc_in, mbid_in

_META = "track_metadata."
_INFO = "track_metadata.additional_info."
TITLE = f"{_META}track_name"

FIELDS = frozenset(
    {
        "listened_at",
        "timestamp",
        "recording_msid",
        TITLE,
        f"{_META}artist_name",
        f"{_META}release_name",
        f"{_META}recording_msid",
        f"{_META}mbid_mapping.recording_mbid",
        f"{_INFO}recording_mbid",
        f"{_INFO}recording_msid",
        f"{_INFO}isrc",
        f"{_INFO}spotify_id",
        f"{_INFO}origin_url",
        f"{_INFO}duration_ms",
        f"{_INFO}duration",
    }
)


def listen(record: Record, latest: float) -> Play | Refusal:
    """The play of a listen; ``latest`` is now, in Unix seconds."""
    at = unix_time(record.get("listened_at", record.get("timestamp")), latest)
    if at is None:
        return Refusal.BAD_DATE
    artist, title = name(record.get(f"{_META}artist_name")), name(record.get(TITLE))
    if not artist or not title:
        return Refusal.NO_NAME
    messybrainz = _first_id(record, "recording_msid", f"{_META}recording_msid", f"{_INFO}recording_msid")
    return Play(
        source=Source.LISTENBRAINZ,
        kind=PlayKind.SONG,
        artist=artist,
        title=title,
        album=name(record.get(f"{_META}release_name")) or None,
        track_id=spotify_id(record.get(f"{_INFO}spotify_id"), record.get(f"{_INFO}origin_url")),
        isrc=isrc_in(_text(record.get(f"{_INFO}isrc"))),
        mbid=_first_id(record, f"{_META}mbid_mapping.recording_mbid", f"{_INFO}recording_mbid"),
        at=at,
        ms_played=None,
        duration_ms=_duration(record),
        skipped=None,
        key=play_key(Source.LISTENBRAINZ, at, messybrainz or named_track(artist, title)),
    )


def _first_id(record: Record, *fields: str) -> str | None:
    found = (mbid_in(_text(record.get(field))) for field in fields)
    return next((one for one in found if one), None)


def _duration(record: Record) -> int | None:
    seconds = whole(record.get(f"{_INFO}duration"))
    return whole(record.get(f"{_INFO}duration_ms")) or (whole(seconds * 1000) if seconds else None) or None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
