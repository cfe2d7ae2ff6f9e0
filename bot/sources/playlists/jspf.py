"""JSPF, the JSON form of XSPF, as ListenBrainz and players write it: https://musicbrainz.org/doc/jspf."""

from __future__ import annotations

import json
from typing import Any, cast

from bot.sources.links import Link, read_link
from bot.sources.playlists.entries import Gathering, PlaylistError
from bot.sources.playlists.fields import entry, milliseconds, name, of_song, recording
from bot.sources.unread import Unread

PLAYLIST_EXTENSION = "https://musicbrainz.org/doc/jspf#playlist"
TRACK_EXTENSION = "https://musicbrainz.org/doc/jspf#track"

_BROKEN = "That is no JSPF playlist. Export it again from ListenBrainz, or send M3U8 or CSV."
_MOST_ADDRESSES = 20


def read_jspf(text: str, gathered: Gathering) -> None:
    """Gather the tracks of a JSPF playlist; ``identifier`` and ``location`` may be one address or a list of them.

    Raises:
        PlaylistError: this is no JSON, or JSON of another kind.
    """
    whole = _parsed(text)
    playlist = _object(_object(whole).get("playlist"))
    tracks = playlist.get("track")
    if not isinstance(tracks, list):
        raise PlaylistError(_BROKEN, "jspf")
    gathered.name = name(gathered, _text(playlist.get("title"))) or None
    for number, track in enumerate(cast("list[object]", tracks), start=1):
        if not gathered.room:
            gathered.pass_over()
        elif isinstance(track, dict):
            _gather(number, _object(cast("object", track)), gathered)
        else:
            gathered.refuse(number, Unread.NO_TRACK)


def _parsed(text: str) -> object:
    """The JSON; the error of the parser is left behind, since it holds the whole text."""
    whole: object = None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    return whole


def _gather(number: int, track: dict[str, Any], gathered: Gathering) -> None:
    addresses = [*_addresses(track.get("identifier")), *_addresses(track.get("location"))]
    extension = track.get("extension")
    told = _object(_object(extension).get(TRACK_EXTENSION))
    found = entry(
        gathered,
        artist=_text(track.get("creator")),
        title=_text(track.get("title")),
        album=_text(track.get("album")),
        isrc=_text(_object(told.get("additional_metadata")).get("isrc")),
        duration_ms=milliseconds(track.get("duration")),
        mbid=next((address for address in addresses if recording(address)), ""),
        link=_elsewhere(addresses),
    )
    gathered.add(number, found)


def _elsewhere(addresses: list[str]) -> Link | None:
    """The first link to a song that is not the recording's own page."""
    links = (read_link(address) for address in addresses if not recording(address))
    return next((link for link in links if link is not None and of_song(link)), None)


def _addresses(value: object) -> list[str]:
    if isinstance(value, list):
        return [_text(one) for one in cast("list[object]", value)[:_MOST_ADDRESSES]]
    return [_text(value)]


def _object(value: object) -> dict[str, Any]:
    """The object; of a list of them (as XSPF's extensions are) the first one; empty for anything else."""
    if isinstance(value, list):
        several = cast("list[object]", value)
        value = several[0] if several else None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
