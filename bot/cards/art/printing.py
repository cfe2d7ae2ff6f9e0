"""From a painted canvas to a file: light, the grain of the paper, and a JPEG that is small enough."""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.cards.art.canvas import Canvas, Field, grid

MAX_BYTES: Final = 20_000
"""The most a sleeve of 256 pixels weighs; larger ones weigh more in proportion to their area."""

# Quality and chroma subsampling, the best first.
_SETTINGS: Final = ((88, 0), (80, 0), (76, 2), (66, 2), (54, 2), (40, 2))


def printed(c: Canvas) -> bytes:
    """Return the canvas as a JPEG: the first setting that is small enough, or else the last."""
    picture = Image.fromarray(_finished(c))
    limit = MAX_BYTES * max(1, c.side / 256) ** 2
    data = b""
    for quality, chroma in _SETTINGS:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling=chroma)
        data = out.getvalue()
        if len(data) <= limit:
            break
    return data


def _finished(c: Canvas) -> NDArray[np.uint8]:
    """Light it from above left and give it grain."""
    shift = (c.dice.randrange(c.side), c.dice.randrange(c.side))
    # In place: the canvas is not painted on after it is printed.
    picture = c.image
    picture *= 1.02 - 0.0225 * (c.x + c.y)
    picture += np.roll(_grain(c.side), shift, (0, 1))
    np.clip(picture, 0, 1, out=picture)
    picture *= 255
    picture += 0.5
    return np.ascontiguousarray(picture.astype(np.uint8).transpose(1, 2, 0))


@lru_cache(maxsize=8)
def _grain(side: int) -> Field:
    """Paper: fine noise and a little cloud, the same sheet for every sleeve, mean 0."""
    source = np.random.default_rng(20_250_101)
    fine = source.normal(0, 1, (side, side))
    soft = (fine + np.roll(fine, 1, 0) + np.roll(fine, 1, 1) + np.roll(fine, (1, 1), (0, 1))) / 2
    cloud = np.zeros((side, side))
    x, y = grid(side)
    for wave in range(1, 7):
        fx, fy = source.integers(-wave, wave + 1), source.integers(1, wave + 1)
        phase = source.uniform(0, math.tau)
        cloud += np.cos(math.tau * (fx * x + fy * y) + phase) / 3
    sheet = (0.0075 * soft + 0.006 * cloud).astype(np.float32)
    sheet.flags.writeable = False
    return sheet
