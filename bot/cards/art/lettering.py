"""Letters on a sleeve: which ones the font can set, and a short title in a quiet corner.

A FreeType face serves one thread at a time, so nobody shares one: each use opens its own from the same bytes.
"""

from __future__ import annotations

import math
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bot.cards.art.canvas import Canvas, Field
from bot.cards.art.colour import Colour, luminance

_LIGHT: Final = np.array((0.2126, 0.7152, 0.0722), np.float32)


@cache
def _font_file() -> bytes:
    return files("bot.cards.art").joinpath("fonts/Manrope-Bold.ttf").read_bytes()


def face(size: int) -> ImageFont.FreeTypeFont:
    """Open the font at a size in pixels."""
    return ImageFont.truetype(BytesIO(_font_file()), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _has_glyph(letter: str) -> bool:
    """Whether the font can draw a letter; a missing one comes out as the same box as U+FFFF."""
    font = face(32)
    drawn: list[bytes] = []
    for specimen in (letter, "\uffff"):
        sheet = Image.new("L", (48, 48))
        ImageDraw.Draw(sheet).text((4, 0), specimen, fill=255, font=font)
        drawn.append(sheet.tobytes())
    return drawn[0] != drawn[1]


def plain(text: str, limit: int) -> str:
    """One line of composed text, at most limit characters."""
    return " ".join(unicodedata.normalize("NFKC", text[:limit]).split())


def settable(text: str) -> bool:
    """Whether the font has every glyph and the text needs no shaping."""
    return bool(text) and all(
        letter == " " or (unicodedata.category(letter)[0] in "LNPS" and _has_glyph(letter)) for letter in text
    )


def set_title(c: Canvas, title: str) -> None:
    """Set a short title in a quiet corner, or leave it away.

    The letters are an eighth of the side, so they can be read when Discord shows the sleeve at 80 pixels. A corner is
    quiet when nothing is drawn across it and all of it differs from the letters' colour by at least 4.5 to 1.
    """
    if c.side < 96 or len(title) > 22 or not settable(title):
        return
    size, margin = round(c.side * 0.115), round(c.side * 0.075)
    font = face(size)
    rows = _wrap(title, font, c.side - 2 * margin)
    if rows is None:
        return
    leading = round(size * 1.06)
    width, height = math.ceil(max(font.getlength(row) for row in rows)), leading * len(rows)
    for top in (c.side - margin - height + round(size * 0.12), margin - round(size * 0.2)):
        area = c.image[:, max(0, top) : top + height + 4, margin - 3 : margin + width + 3]
        colour = next((colour for colour in (c.ink, c.paper) if _quiet(area, colour)), None)
        if colour is not None:
            c.paint(_letters(c, rows, font, (margin, top), leading), colour)
            return


def _letters(
    c: Canvas, rows: list[str], font: ImageFont.FreeTypeFont, corner: tuple[int, int], leading: int
) -> Field:
    left, top = corner

    def draw(pen: ImageDraw.ImageDraw, _: float) -> None:
        for index, row in enumerate(rows):
            pen.text((left, top + index * leading), row, fill=255, font=font)

    return c.drawn(draw, finer=1)


def _wrap(title: str, font: ImageFont.FreeTypeFont, width: float) -> list[str] | None:
    """Break a title into one or two rows that fit, or give up."""
    if font.getlength(title) <= width * 0.75:
        return [title]
    words = title.split()
    splits = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    fitting = [rows for rows in splits if all(font.getlength(row) <= width for row in rows)]
    return min(fitting, key=lambda rows: max(len(row) for row in rows), default=None)


def _quiet(area: Field, colour: Colour) -> bool:
    """Whether an area has no edges in it and differs enough from a colour."""
    if max(float(np.abs(np.diff(area, axis=axis)).max()) for axis in (1, 2)) > 0.05:
        return False
    levels = np.tensordot(_LIGHT, area**2.2, 1)
    own = luminance(colour)
    low, high = float(levels.min()), float(levels.max())
    return (own + 0.05) / (high + 0.05) >= 4.5 or (low + 0.05) / (own + 0.05) >= 4.5
