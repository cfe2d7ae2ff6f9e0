"""Identifiers that all services share: ISRCs and MusicBrainz' MBIDs."""

from __future__ import annotations

import re

MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", re.ASCII)


def isrc_in(text: str) -> str | None:
    """``GB-AYE-12-34567``, with or without dashes, as ``GBAYE1234567``; None for what is no ISRC."""
    code = re.sub(r"[\s-]", "", text[:40]).upper()
    return code if _ISRC.fullmatch(code) else None


def mbid_in(text: str) -> str | None:
    """An MBID in lower case; None for what is none."""
    plain = text[:80].strip().lower()
    return plain if MBID.fullmatch(plain) else None
