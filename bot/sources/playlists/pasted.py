"""Pasted lines: one song each, as ``Artist - Title``, ``3. Artist – Title 3:45``, ``Title by Artist`` or a link."""

from __future__ import annotations

import re

from bot.sources.links import links_in
from bot.sources.playlists.entries import Gathering
from bot.sources.playlists.fields import clock, entry
from bot.sources.playlists.lines import lines_of
from bot.sources.shown import Guess, shown_title

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
    links = links_in(line)
    words = _ADDRESS.sub(" ", line).strip(" \t-–—|()[]<>*_") if links else line
    guess, duration = _song(words)
    if not links:
        why = "no artist and title; write it as “Artist - Title”"
        if guess is None:
            gathered.refuse(number, why)
        else:
            gathered.add(
                number, entry(gathered, artist=guess.artist, title=guess.title, duration_ms=duration)
            )
        return
    if len(links) > 1 or guess is None:
        guess, duration = Guess("", ""), None
    for link in links:
        named = entry(gathered, artist=guess.artist, title=guess.title, duration_ms=duration, link=link)
        gathered.add(number, named)


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
