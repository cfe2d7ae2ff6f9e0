"""Links in what members paste: alone, or in the middle of a message."""

from __future__ import annotations

import re

from bot.sources.links.address import LONGEST, address
from bot.sources.links.link import Kind, Link
from bot.sources.links.services import named, spotify_uri

_CANDIDATE = re.compile(
    r"(?<![\w@./:%\\-])(?:https?://[^\s<>\"|`]+|spotify:[\w:.%-]+|(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>\"|`]+)",
    re.IGNORECASE,
)
_AFTER = ".,;:!?'*_~…’”»"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_LONGEST_TEXT = 100_000


def read_link(text: str) -> Link | None:
    """What the text names when it is one link (or Spotify URI) and nothing else; with or without ``<…>`` and https."""
    text = text.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text[:8].lower() == "spotify:":
        return spotify_uri(text)
    whole = text if text[:4].lower() == "http" else f"https://{text}"
    found = address(whole)
    return None if found is None else named(found)


def links_in(text: str, limit: int = 25) -> tuple[Link, ...]:
    """The links to music in a message, in order, each thing once, at most ``limit``; other links are passed over."""
    found: dict[tuple[str, Kind, str], Link] = {}
    for match in _CANDIDATE.finditer(text[:_LONGEST_TEXT]):
        link = read_link(_without_punctuation(match[0])) if len(match[0]) <= LONGEST else None
        if link is not None:
            found.setdefault((link.service, link.kind, link.id), link)
            if len(found) == limit:
                break
    return tuple(found.values())


def _without_punctuation(candidate: str) -> str:
    """The candidate without what belongs to the sentence around it: commas, stops, brackets that it did not open."""
    while candidate:
        last = candidate[-1]
        unopened = last in _BRACKETS and candidate.count(last) > candidate.count(_BRACKETS[last])
        if last not in _AFTER and not unopened:
            break
        candidate = candidate[:-1]
    return candidate
