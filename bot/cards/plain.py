"""Text from elsewhere, made harmless: it neither pings nor formats, nor turns the line around."""

from __future__ import annotations

import re
import unicodedata

import discord

_RTL = {"R", "AL", "RLE", "RLO", "RLI"}
_SPACE = re.compile(r"\s+")
_SIGNS = re.compile(r"[\\*_~|`<>\[\]#-]")
_NUMBERED = re.compile(r"^(\d+)\.")
# Isolates keep a right-to-left title from pulling the rest of the line with it.
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# These turn text around without ever being seen.
_BIDI = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u200f"}


def clean(text: str, limit: int) -> str:
    """One line without control characters, at most ``limit`` characters, an ellipsis where it was cut."""
    kept = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in text[: limit * 4]
        if char not in _BIDI and unicodedata.category(char) != "Cs"
    )
    line = _SPACE.sub(" ", kept).strip()
    if not any(unicodedata.category(char)[0] in "LNPS" for char in line):
        line = "?"  # nothing that could be seen or pressed
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def safe(text: str, limit: int = 80) -> str:
    """The same, with every mention, link and Markdown sign of Discord's taken out of effect."""
    line = clean(text, limit)
    turned = any(unicodedata.bidirectional(char) in _RTL for char in line)
    # Not discord.py's escape_markdown: it leaves what is inside a link formatted.
    line = discord.utils.escape_mentions(_SIGNS.sub(r"\\\g<0>", line)).replace("://", ":\u200b//")
    line = _NUMBERED.sub(r"\1\\.", line)
    return f"{_ISOLATE}{line}{_END}" if turned else line
