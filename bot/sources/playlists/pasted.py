"""Pasted lines: one song each, as ``Artist - Title``, ``3. Artist – Title 3:45``, ``Title by Artist`` or a link."""

from __future__ import annotations

import re

from bot.sources.links import links_in
from bot.sources.playlists.entries import Gathering
from bot.sources.playlists.fields import clock, entry, of_song
from bot.sources.playlists.lines import lines_of
from bot.sources.shown import Guess, shown_title
from bot.sources.unread import Unread

LONGEST_WORDS = 300

_NUMBERING = re.compile(r"^\s*(?:[#№]?\s?\d{1,4}\s?[.):\]]\s+|#\d{1,4}\s+|[-*•‣◦>]+\s+)")
_START = re.compile(r"^\s*[\[(]?(?:\d{1,2}:)?\d{1,2}:\d\d[\])]?\s+(?:[-–—]\s+)?", re.ASCII)
_LENGTH = re.compile(r"\s+[-–—|]?\s*[\[(]?((?:\d{1,2}:)?\d{1,2}:[0-5]\d)[\])]?\s*$", re.ASCII)
_ADDRESS = re.compile(r"<?(?:https?://|spotify:)\S+>?", re.IGNORECASE)


def read_pasted(text: str, gathered: Gathering) -> None:
    """Gather the songs of pasted text; several links in a line are an entry each."""
    for number, line in lines_of(text, gathered):
        if line.strip("`-=_*~ "):
            _read_line(number, line, gathered)


def _read_line(number: int, line: str, gathered: Gathering) -> None:
    links = links_in(line) if "/" in line or ":" in line else ()
    words = _ADDRESS.sub(" ", line).strip(" \t-–—|()[]<>*_") if links else line
    if len(words) > LONGEST_WORDS:
        gathered.cut += 1
    guess, duration = _song(words[:LONGEST_WORDS])
    if guess is not None and len(links) < 2:
        link = links[0] if links else None
        gathered.add(
            number, entry(gathered, artist=guess.artist, title=guess.title, duration_ms=duration, link=link)
        )
        return
    for link in links:
        if of_song(link):
            gathered.add(number, entry(gathered, link=link))
        else:
            gathered.refuse(number, Unread.OTHER_LINK)
    if not links:
        gathered.refuse(number, Unread.NO_NAMES)


def _song(line: str) -> tuple[Guess | None, int | None]:
    """Who plays what, without number, starting time and length, as far as something is left of the song then."""
    bare = _NUMBERING.sub("", line)
    bare = _START.sub("", bare) if _named(_START.sub("", bare)) else bare
    length = _LENGTH.search(bare)
    if length and (guess := _named(bare[: length.start()])):
        return guess, clock(length[1])
    return _named(bare), None


def _named(text: str) -> Guess | None:
    guesses = shown_title(None, text)
    return guesses[0] if guesses and guesses[0].artist else None
