"""Text as a member should read it: encoding accidents repaired, invisible characters and odd spaces out."""

from __future__ import annotations

import re
import unicodedata

# UTF-8 read as Latin-1 or Windows-1252 always begins a character with one of these.
_MOJIBAKE = re.compile(r"[Â-ßà-ô][\x80-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
_KEPT_FORMATS = frozenset("\u200c\u200d")  # join Persian letters and emoji


def legible(text: str) -> str:
    """The text repaired, with single spaces; empty for text without anything to see."""
    if text.isascii() and text.isprintable():  # most names, and nothing in them to repair
        return " ".join(text.split())
    repaired = " ".join(_visible(_unmangled(text)).split())
    # Text that was mangled twice, or whose damage hid behind an invisible character.
    return repaired if repaired == text else legible(repaired)


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(char for char in text if _shown(char)))


def _shown(char: str) -> bool:
    category = unicodedata.category(char)
    return category not in {"Cc", "Cs", "Cf"} or char.isspace() or char in _KEPT_FORMATS


def _unmangled(text: str) -> str:
    """``BeyoncÃ©`` → ``Beyoncé``, when the text reads as UTF-8 from end to end; else unchanged."""
    if not _MOJIBAKE.search(text):
        return text
    raw = bytearray()
    for char in text:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return text
            raw.append(ord(char))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return text
