"""M3U and M3U8: a location a line, with the song told by ``#EXTINF`` (or the file's name) before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from bot.sources.links import read_link
from bot.sources.playlists.entries import Gathering
from bot.sources.playlists.fields import entry, milliseconds
from bot.sources.playlists.fields import name as plain_name
from bot.sources.playlists.lines import lines_of
from bot.sources.playlists.pasted import LONGEST_WORDS
from bot.sources.shown import shown_title

_INFO = re.compile(
    r"#EXTINF:\s*(?P<seconds>-?\d{1,9}(?:\.\d{1,6})?)?(?:\s+[\w-]+=\"[^\"]*\")*\s*(?:,(?P<shown>.*))?$",
    re.IGNORECASE,
)
_TAG = re.compile(r"#(EXTART|EXTALB|PLAYLIST):(.*)$", re.IGNORECASE)
_TRACK_NUMBER = re.compile(r"^\d{1,3}\s*[.)_-]?\s+(?:-\s+)?")
_MEDIA = re.compile(
    r"\.(?:mp3|m4a|flac|ogg|opus|oga|wav|wma|aac|aiff?|alac|ape|mpc|mp4|webm)$", re.IGNORECASE
)


@dataclass(slots=True)
class _Told:
    """What the lines before a location said of it; ``artist`` is None where no line did."""

    shown: str | None = None
    seconds: float | None = None
    artist: str | None = None
    album: str = ""


def read_m3u(text: str, gathered: Gathering) -> None:
    """Gather the songs of an M3U playlist. ``#EXTART`` and ``#EXTALB`` hold for the one location after them."""
    told = _Told()
    number = 0
    for number, line in lines_of(text, gathered, comment="#"):
        if line.startswith("#"):
            _note(line, told, gathered)
        else:
            _gather(number, line, told, gathered)
            told = _Told()
    if told.shown is not None:  # the last location is missing
        _gather(number, "", told, gathered)


def _note(line: str, told: _Told, gathered: Gathering) -> None:
    if info := _INFO.match(line):
        told.shown = info["shown"] or ""
        told.seconds = float(info["seconds"]) if info["seconds"] else None
    elif tag := _TAG.match(line):
        name, value = tag[1].upper(), tag[2].strip()
        if name == "EXTART":
            told.artist = value
        elif name == "EXTALB":
            told.album = value
        else:
            gathered.name = plain_name(gathered, value) or None


def _gather(number: int, location: str, told: _Told, gathered: Gathering) -> None:
    artist, title = _song(location, told)
    found = entry(
        gathered,
        artist=artist,
        title=title,
        album=told.album,
        duration_ms=None if told.seconds is None else milliseconds(round(told.seconds * 1000)),
        link=read_link(location),
    )
    gathered.add(number, found)


def _song(location: str, told: _Told) -> tuple[str, str]:
    shown = told.shown
    if told.artist is not None and shown is not None:
        return told.artist, shown.strip().removeprefix(f"{told.artist} - ").strip()
    for name in (shown, _file_name(location)):
        guesses = shown_title(None, (name or "")[:LONGEST_WORDS])
        if guesses and guesses[0].artist:
            return guesses[0].artist, guesses[0].title
    return told.artist or "", shown or ""


def _file_name(location: str) -> str:
    """``../Music/03 - Artist - Title.mp3`` → ``Artist - Title``; nothing for addresses that are no file."""
    name = unquote(location.replace("\\", "/").rsplit("/", 1)[-1])
    return _TRACK_NUMBER.sub("", _MEDIA.sub("", name)) if _MEDIA.search(name) else ""
