"""Any picture, drawn here or fetched: opening it safely, and the colour of a card's edge beside it."""

from __future__ import annotations

import math
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from bot.cards.art.colour import Colour, from_oklab, luminance, to_oklab

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_MAX_PIXELS: Final = 40_000_000
_DARKEST, _BRIGHTEST = 0.13, 0.36


class UnreadablePictureError(ValueError):
    """Bytes that should have been a picture are none, or one too large to open safely."""

    def __init__(self, index: int = 0) -> None:
        super().__init__("That picture could not be read.")
        self.index = index


def opened(picture: bytes, side: int, index: int = 0) -> Image.Image:
    """Open a picture as RGB, decoded no larger than needed for the side."""
    try:
        with Image.open(BytesIO(picture), formats=_FORMATS) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise UnreadablePictureError(index)
            image.draft("RGB", (side, side))
            flat = image.convert("RGBA" if image.mode in ("P", "PA", "LA", "RGBA") else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadablePictureError(index) from error
    if flat.mode == "RGB":
        return flat
    ground = Image.new("RGB", flat.size, (43, 45, 49))
    ground.paste(flat, mask=flat.getchannel("A"))
    return ground


def accent_of(picture: bytes) -> int:
    """Return the most telling colour of a picture, as 0xRRGGBB for a card's edge.

    Its lightness is moved, hue kept, until it stands out at least 2.3 to 1 from Discord's dark card (#2B2D31) and from
    white. Raises UnreadablePictureError when the bytes are no picture.
    """
    small = opened(picture, 64).resize((32, 32), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64).reshape(-1, 3) / 255
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    chroma = high - low
    red, green, blue = pixels.T
    hue = np.arctan2(math.sqrt(3) * (green - blue), 2 * red - green - blue) / math.tau % 1
    weight = chroma**1.5 * (0.25 + high) * (high > 0.12)
    bins = np.bincount((hue * 24).astype(np.intp) % 24, weights=weight, minlength=24)
    near = bins + 0.6 * (np.roll(bins, 1) + np.roll(bins, -1))
    best = int(near.argmax())
    away = np.abs((hue * 24 - best - 0.5 + 12) % 24 - 12)
    chosen = weight * np.clip(2 - away, 0, 1) * chroma**1.5
    if chosen.sum() < 1e-4:
        mean = pixels.mean(axis=0)
    else:
        mean = (pixels * chosen[:, None]).sum(axis=0) / chosen.sum()
    return _readable((float(mean[0]), float(mean[1]), float(mean[2])))


def _readable(colour: Colour) -> int:
    """Move a colour into the band of lightness that shows on dark and on light, and pack it."""
    lightness, a, b = to_oklab(colour)
    chroma = math.hypot(a, b)
    boost = max(1.1, min(2.0, 0.11 / chroma)) if chroma > 0.02 else 1.0
    a, b = a * boost, b * boost
    shown = from_oklab(lightness, a, b)
    if not _DARKEST <= luminance(shown) <= _BRIGHTEST:
        target = _DARKEST if luminance(shown) < _DARKEST else _BRIGHTEST
        low, high = 0.0, 1.0
        for _ in range(20):
            lightness = (low + high) / 2
            shown = from_oklab(lightness, a, b)
            low, high = (lightness, high) if luminance(shown) < target else (low, lightness)
    red, green, blue = (round(channel * 255) for channel in shown)
    return red << 16 | green << 8 | blue
