"""The fields of an entry, from whatever a file holds: names made legible, ids and durations only where they are sure."""

from __future__ import annotations

import math
import re

from bot.sources.identifiers import isrc_in, mbid_in
from bot.sources.legible import legible
from bot.sources.links import Kind, Link, Service, read_link
from bot.sources.playlists.entries import Entry, Gathering

LONGEST_NAME = 300

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_LONGEST_MS = 24 * 3_600_000
_MOST_SECONDS = 10_000


def entry(
    gathered: Gathering,
    *,
    artist: str = "",
    title: str = "",
    album: str = "",
    isrc: str = "",
    duration_ms: int | None = None,
    mbid: str = "",
    link: Link | None = None,
) -> Entry:
    """An entry of the raw texts of a file; what is no ISRC, MBID, possible duration or link to a song is left out."""
    of_recording = recording(mbid)
    if link is not None and link.service is Service.MUSICBRAINZ and link.kind is Kind.TRACK:
        of_recording, link = of_recording or link.id, None
    if link is not None and not of_song(link):
        link = None
    return Entry(
        artist=name(gathered, artist),
        title=name(gathered, title),
        album=name(gathered, album) or None,
        isrc=isrc_in(isrc),
        duration_ms=duration_ms,
        mbid=of_recording,
        link=link,
    )


def of_song(link: Link) -> bool:
    """Whether a link names a song, or may name one."""
    return link.kind in {Kind.TRACK, Kind.SHORT}


def name(gathered: Gathering, text: str) -> str:
    """A name as members should read it, of at most `LONGEST_NAME` characters."""
    plain = legible(text[: LONGEST_NAME * 4])
    if len(plain) <= LONGEST_NAME and len(text) <= LONGEST_NAME * 4:
        return plain
    gathered.cut += 1
    return legible(plain[:LONGEST_NAME])


def recording(text: str) -> str | None:
    """The MBID of a recording: by itself, or in the address of its MusicBrainz page."""
    if found := mbid_in(text):
        return found
    link = read_link(text.strip()) if text.strip() else None
    of_recording = link is not None and link.service is Service.MUSICBRAINZ and link.kind is Kind.TRACK
    return link.id if link is not None and of_recording else None


def milliseconds(value: object) -> int | None:
    """A number of milliseconds as one; None for anything else and for what is no duration of a song."""
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 < int(value) < _LONGEST_MS else None


def clock(text: str) -> int | None:
    """``3:45``, ``1:02:03`` or a bare number (seconds, or milliseconds when it is large) in milliseconds."""
    text = text.strip()
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return milliseconds(((hours * 60 + minutes) * 60 + seconds) * 1000)
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return milliseconds(number if number > _MOST_SECONDS else number * 1000)
