"""Text as it is compared: names of songs and what members type are folded by the same rule."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_LETTER_SIGNS = {
    "$": (re.compile(r"(?<=\w)\$(?=\w)|\$(?=[^\W\d])"), "s"),
    "!": (re.compile(r"(?<=\w)!(?=\w)"), "i"),
}
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower-case ASCII words for comparing: accents and scripts folded, punctuation out, one space between.

    Text without a single letter or digit ("!!!") stays as it is, so that the result is empty for blank text only.
    """
    plain = text if text.isascii() else anyascii(unicodedata.normalize("NFKC", text))
    plain = plain.lower()
    if not plain.isalnum():
        plain = _unsigned(plain)
    return plain or " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


def _unsigned(text: str) -> str:
    """Lower-case text without signs; each rule is tried only where its sign stands, as most names have none."""
    text = _APOSTROPHES.sub("", text)
    if "." in text:
        text = _INITIALS.sub("", text)
    for sign, (pattern, letter) in _LETTER_SIGNS.items():
        if sign in text:
            text = pattern.sub(letter, text)
    return _NOT_WORD.sub(" ", text.replace("&", " and ")).strip()


def written(text: str) -> str:
    """Lower-case words in their own script, punctuation out; empty for text without a letter or digit."""
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())
