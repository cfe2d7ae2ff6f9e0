"""Several pictures as one, for a card that shows a week of songs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from bot.cards.art.pictures import opened

_MOST: Final = 30
_GROUND: Final = (30, 31, 34)


def collage(covers: Sequence[bytes], *, columns: int | None = None, size: int = 640) -> bytes:
    """Lay 1 to 30 pictures out in a grid with rounded corners, as a JPEG size pixels wide.

    Without columns the grid is nearly square with few empty places; a last row that is not full is centred. Raises
    ValueError for no or too many pictures, and UnreadablePictureError with the index of one that cannot be opened.
    """
    count = len(covers)
    if not 1 <= count <= _MOST:
        raise ValueError(f"a collage takes 1 to {_MOST} pictures, not {count}")
    across = _columns(count) if columns is None else columns
    if not 1 <= across <= _MOST or size < across * 16:
        raise ValueError("columns and size leave no room for the pictures")
    down = math.ceil(count / across)
    gap = max(2, round(size * 0.016))
    tile = (size - gap * (across - 1)) // across
    sheet = Image.new("RGB", (size, tile * down + gap * (down - 1)), _GROUND)
    mask = _rounded(tile, max(2, round(tile * 0.07)))
    for index, data in enumerate(covers):
        row, column = divmod(index, across)
        in_row = min(across, count - row * across)
        indent = (size - in_row * tile - (in_row - 1) * gap) // 2
        at = (indent + column * (tile + gap), row * (tile + gap))
        sheet.paste(_square(opened(data, tile, index), tile), at, mask)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()


def _columns(count: int) -> int:
    square = math.ceil(math.sqrt(count))
    return min((square, square + 1), key=lambda across: -count % across)


def _square(image: Image.Image, side: int) -> Image.Image:
    """Cut the middle square out and scale it."""
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    return image.resize((side, side), Image.Resampling.LANCZOS, box=box)


def _rounded(side: int, radius: int) -> Image.Image:
    """Mask of a square with round corners."""
    big = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(big).rounded_rectangle((0, 0, side * 4 - 1, side * 4 - 1), radius * 4, fill=255)
    return big.reduce(4)
