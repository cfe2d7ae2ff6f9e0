"""A web address taken apart, strictly: whatever two programs could read differently is no address here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

LONGEST = 2_000

_WEB = re.compile(r"https?://([^/?#\\]*)([^?#\\]*)(?:\?([^#\\]*))?(?:#[^\\]*)?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts that say something: lower-case host, path segments as written, the first value of each parameter."""

    host: str
    path: tuple[str, ...]
    query: dict[str, str]


def address(text: str) -> Address | None:
    """The address, or None for what is no plain http(s) address.

    User names, ports, backslashes, hosts outside ASCII, empty and dotted segments are refused, not tidied up: the host
    is compared exactly, so it must be exactly what a browser would open.
    """
    if len(text) > LONGEST:
        return None
    match = _WEB.fullmatch(text)
    if match is None:
        return None
    host, path = match[1].lower(), match[2].removeprefix("/").removesuffix("/")
    segments = tuple(path.split("/")) if path else ()
    if not _HOST.fullmatch(host) or any(part in {"", ".", ".."} for part in segments):
        return None
    return Address(host, segments, _parameters(match[3] or ""))


def _parameters(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        found.setdefault(name, unquote(value))
    return found
