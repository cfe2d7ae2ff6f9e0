"""Words in a picture: only letters that the font has, cut to the room that there is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec

from anyascii import anyascii
from PIL import ImageFont

from bot.cards.art.lettering import plain, settable
from bot.text import DEFAULT, speaking, spoken

_LONGEST = 200
UNLETTERED = frozenset({"ja"})
P = ParamSpec("P")


def lettered(draw: Callable[P, bytes]) -> Callable[P, bytes]:
    """Have the words of a picture in the language of the task, or in English where the font lacks its letters."""

    @wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> bytes:
        with speaking(DEFAULT if spoken() in UNLETTERED else spoken()):
            return draw(*given, **named)

    return drawn


@lru_cache(maxsize=4096)
def legible(text: str) -> str:
    """The text in letters that the font has: other scripts are written in Latin, signs and emoji left out.

    Empty when nothing of it can be read. Latin letters also spare right-to-left text its shaping.
    """
    letters: list[str] = []
    for letter in plain(text, _LONGEST):
        if letter == " " or settable(letter):
            letters.append(letter)
        elif unicodedata.category(letter)[0] in "LN":
            letters.append(anyascii(letter))
    return " ".join("".join(letters).split())


def fitted(text: str, font: ImageFont.FreeTypeFont, width: float) -> tuple[str, float]:
    """As much of the text as fits, with an ellipsis where it was cut, and how wide that is."""
    whole = font.getlength(text)
    if whole <= width:
        return text, whole
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle].rstrip() + "…") <= width:
            low = middle
        else:
            high = middle - 1
    cut = text[:low].rstrip() + "…" if low else ""
    return cut, font.getlength(cut)
