"""What countries and languages are called in a member's language."""

from __future__ import annotations

from babel import Locale
from babel.core import get_global


def country(code: str, language: str = "en") -> str:
    """The country of an ISO 3166-1 code; the code itself where it is none."""
    return str(Locale.parse(language).territories.get(code, code))  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]


def tongue(code: str, language: str = "en") -> str:
    """The language of an ISO 639 code of two or three letters; the code itself where it is none."""
    aliases = get_global("language_aliases")
    known = str(aliases.get(code, code))
    return str(Locale.parse(language).languages.get(known, code))  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]
