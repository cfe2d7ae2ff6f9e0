"""What every picture is drawn on: one width, one ground, a few colours and sizes.

A picture has so few colours that it is kept as a palette: a third of the bytes, and a seventh of the time to pack them.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from bot.cards.art.lettering import face
from bot.cards.pictures.lettering import fitted, legible

Rgb = tuple[int, int, int]

WIDTH: Final = 800
"""A phone shows it at half of that: the smallest letters are then as large as Discord's own small print."""
MARGIN: Final = 44
ROOM: Final = WIDTH - 2 * MARGIN
FINER: Final = 4
"""Round shapes are drawn so many times as large and then made smaller, so that their edges are smooth."""

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


_STEP: Final = 9
"""How far two shades of a palette lie apart, of 255: closer ones would be taken for each other."""


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """Every colour in its shades on the ground, and those of bars on their track."""
    pairs = [(GROUND, colour) for colour in (INK, QUIET, WARM, COOL, AGAINST, TRACK)]
    pairs += [(TRACK, colour) for colour in (WARM, COOL, AGAINST, QUIET)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        bytes(chain.from_iterable(sorted({shade for pair in pairs for shade in _shades(*pair)})))
    )
    return palette


def _shades(below: Rgb, above: Rgb) -> list[Rgb]:
    """From one colour to the other, both included."""
    steps = max(abs(one - other) for one, other in zip(below, above, strict=True)) // _STEP
    ways = [(low, high - low) for low, high in zip(below, above, strict=True)]
    red, green, blue = ([round(low + way * step / steps) for step in range(steps + 1)] for low, way in ways)
    return list(zip(red, green, blue, strict=True))


@lru_cache(maxsize=64)
def _disc(across: int) -> Image.Image:
    """The mask of a disc of so many pixels across."""
    large = Image.new("L", (across * FINER, across * FINER))
    ImageDraw.Draw(large).ellipse((0, 0, across * FINER - 1, across * FINER - 1), fill=255)
    return large.reduce(FINER)


class Sheet:
    """A ground of so many pixels' height, and the pen."""

    def __init__(self, height: int) -> None:
        self.height = height
        self._image = Image.new("RGB", (WIDTH, height), GROUND)
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
        shown, wide = fitted(legible(text), font, width)
        if shown:
            self._pen.text((left, middle), shown, fill=colour, font=font, anchor=f"{align}m")
        return wide

    def length(self, text: str, size: int, width: float = ROOM) -> float:
        """How wide a line would become."""
        return fitted(legible(text), self._face(size), width)[1]

    def bar(
        self, left: float, middle: float, share: float, *, width: float, thickness: int, colour: Rgb
    ) -> None:
        """Draw a bar of that share of the width, on its track."""
        self.pill(left, middle, width, thickness, TRACK)
        filled = min(max(share, 0.0), 1.0) * width
        if filled > 0:
            self.pill(left, middle, max(filled, thickness), thickness, colour)

    def pill(self, left: float, middle: float, width: float, thickness: int, colour: Rgb) -> None:
        """Draw a rounded line, no shorter than it is thick."""
        first, top = round(left), round(middle - thickness / 2)
        last = max(first + round(width), first + thickness)
        half = thickness // 2
        self._round(first, top, thickness, colour)
        self._round(last - thickness, top, thickness, colour)
        if last - first > thickness:
            self._pen.rectangle((first + half, top, last - half - 1, top + thickness - 1), fill=colour)

    def dot(self, x: float, y: float, radius: float, colour: Rgb) -> None:
        """Draw a disc."""
        self._round(round(x - radius), round(y - radius), round(2 * radius), colour)

    def arc(self, x: float, y: float, radius: float, share: float, *, thickness: float) -> None:
        """Draw a ring, of which a share, from the top on, is warm."""
        side = round(2 * radius)
        large = Image.new("RGB", (side * FINER, side * FINER), GROUND)
        pen, box, width = ImageDraw.Draw(large), (0, 0, *large.size), round(thickness * FINER)
        pen.arc(box, 0, 360, fill=TRACK, width=width)
        if share > 0:
            pen.arc(box, -90, -90 + 360 * min(share, 1.0), fill=WARM, width=width)
        self._image.paste(large.reduce(FINER), (round(x - radius), round(y - radius)))

    def png(self) -> bytes:
        """The picture, ready to attach."""
        out = BytesIO()
        few = self._image.quantize(palette=_palette(), dither=Image.Dither.NONE)
        # Higher levels take four times as long for a fifth less.
        few.save(out, "PNG", compress_level=3)
        return out.getvalue()

    def _round(self, left: int, top: int, across: int, colour: Rgb) -> None:
        self._image.paste(colour, (left, top), _disc(across))

    def _face(self, size: int) -> ImageFont.FreeTypeFont:
        # A face serves one thread at a time: each sheet opens its own.
        if size not in self._faces:
            self._faces[size] = face(size)
        return self._faces[size]
