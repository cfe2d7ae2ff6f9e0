"""What every picture is drawn on: one width, one ground, a few colours and sizes.

Everything is drawn twice as large and then halved, so that edges are smooth.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from bot.cards.art.lettering import face
from bot.cards.pictures.lettering import fitted, legible

Rgb = tuple[int, int, int]

WIDTH: Final = 800
"""A phone shows it at half of that: the smallest letters are then as large as Discord's own small print."""
MARGIN: Final = 44
ROOM: Final = WIDTH - 2 * MARGIN
FINER: Final = 2

GROUND: Final[Rgb] = (24, 25, 30)
TRACK: Final[Rgb] = (49, 51, 60)
INK: Final[Rgb] = (246, 243, 236)
QUIET: Final[Rgb] = (178, 181, 192)
WARM: Final[Rgb] = (255, 180, 84)
COOL: Final[Rgb] = (92, 200, 214)
AGAINST: Final[Rgb] = (240, 128, 128)

TITLE: Final = 44
TEXT: Final = 34
SMALL: Final = 28


class Sheet:
    """A ground of so many pixels' height, and the pen."""

    def __init__(self, height: int) -> None:
        self.height = height
        self._image = Image.new("RGB", (WIDTH * FINER, height * FINER), GROUND)
        self._pen = ImageDraw.Draw(self._image)
        self._faces: dict[int, ImageFont.FreeTypeFont] = {}

    def text(
        self,
        left: float,
        middle: float,
        text: str,
        *,
        size: int = TEXT,
        colour: Rgb = INK,
        width: float = ROOM,
        align: Literal["l", "m", "r"] = "l",
    ) -> float:
        """Write one line around a height, no wider than the width; how wide it became."""
        font = self._face(size)
        shown = fitted(legible(text), font, width * FINER)
        if shown:
            self._pen.text((left * FINER, middle * FINER), shown, fill=colour, font=font, anchor=f"{align}m")
        return font.getlength(shown) / FINER

    def length(self, text: str, size: int, width: float = ROOM) -> float:
        """How wide a line would become."""
        font = self._face(size)
        return font.getlength(fitted(legible(text), font, width * FINER)) / FINER

    def bar(
        self, left: float, middle: float, share: float, *, width: float, thickness: float, colour: Rgb
    ) -> None:
        """Draw a bar of that share of the width, on its track."""
        self.pill(left, middle, width, thickness, TRACK)
        filled = min(max(share, 0.0), 1.0) * width
        if filled > 0:
            self.pill(left, middle, max(filled, thickness), thickness, colour)

    def pill(self, left: float, middle: float, width: float, thickness: float, colour: Rgb) -> None:
        """Draw a rounded line."""
        box = (left, middle - thickness / 2, left + width, middle + thickness / 2)
        self._pen.rounded_rectangle([value * FINER for value in box], thickness * FINER / 2, fill=colour)

    def box(self, left: float, top: float, width: float, height: float, colour: Rgb) -> None:
        """Draw a rectangle."""
        box = (left, top, left + width, top + height)
        self._pen.rectangle([value * FINER for value in box], fill=colour)

    def dot(self, x: float, y: float, radius: float, colour: Rgb) -> None:
        """Draw a disc."""
        box = (x - radius, y - radius, x + radius, y + radius)
        self._pen.ellipse([value * FINER for value in box], fill=colour)

    def arc(self, x: float, y: float, radius: float, share: float, *, thickness: float) -> None:
        """Draw a ring, of which a share, from the top on, is warm."""
        box = [value * FINER for value in (x - radius, y - radius, x + radius, y + radius)]
        width = round(thickness * FINER)
        self._pen.arc(box, 0, 360, fill=TRACK, width=width)
        if share > 0:
            self._pen.arc(box, -90, -90 + 360 * min(share, 1.0), fill=WARM, width=width)

    def png(self) -> bytes:
        """The picture, ready to attach."""
        out = BytesIO()
        # Higher levels take twice as long for a twentieth less.
        self._image.reduce(FINER).save(out, "PNG", compress_level=2)
        return out.getvalue()

    def _face(self, size: int) -> ImageFont.FreeTypeFont:
        # A face serves one thread at a time: each sheet opens its own.
        if size not in self._faces:
            self._faces[size] = face(size * FINER)
        return self._faces[size]
