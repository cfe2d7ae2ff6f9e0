"""What a sleeve is painted on.

Shapes are signed distance fields in units of the picture's side, so their edges are smooth without drawing them larger
first; only polylines, which Pillow draws, are supersampled. Everything threads share here is read-only.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bot.cards.art.colour import Colour, mix
from bot.cards.art.palette import Palette

Field = NDArray[np.floating[Any]]
"""One number a pixel, shape (side, side)."""

_RAMP_STEPS: Final = 512


@lru_cache(maxsize=256)
def _ramp(stops: tuple[Colour, ...]) -> Field:
    """Colours from the first stop to the last, shape (3, 512)."""
    points: list[Colour] = []
    for at in np.linspace(0, len(stops) - 1, 33).tolist():
        stop = min(int(at), len(stops) - 2)
        points.append(mix(stops[stop], stops[stop + 1], at - stop))
    steps, knots = np.linspace(0, 1, _RAMP_STEPS), np.linspace(0, 1, len(points))
    ramp = np.stack([np.interp(steps, knots, channel) for channel in zip(*points, strict=True)])
    ramp = ramp.astype(np.float32)
    ramp.flags.writeable = False
    return ramp


@lru_cache(maxsize=8)
def grid(side: int) -> tuple[Field, Field]:
    """Return x to the right and y downwards at each pixel's centre, 0 to 1."""
    line = ((np.arange(side) + 0.5) / side).astype(np.float32)
    x, y = np.meshgrid(line, line)
    for axis in (x, y):
        axis.flags.writeable = False
    return x, y


class Canvas:
    """A picture of shape (3, side, side) being painted, with the song's dice and palette at hand."""

    __slots__ = ("dice", "image", "initial", "ink", "palette", "paper", "side", "x", "y")

    def __init__(self, side: int, palette: Palette, dice: random.Random, initial: str) -> None:
        self.side, self.palette, self.dice, self.initial = side, palette, dice, initial
        self.x, self.y = grid(side)
        self.paper, self.ink = palette.paper, palette.ink
        self.image: Field = np.empty((3, side, side), np.float32)
        self.fill(self.paper)

    # The song's choices

    def shuffled(self) -> list[Colour]:
        """Throw the dice for the order of the three colours."""
        order = [self.palette.lead, self.palette.second, self.palette.third]
        self.dice.shuffle(order)
        return order

    def night(self, chance: float) -> None:
        """Swap paper and ink for a share of the songs."""
        if self.dice.random() < chance:
            self.paper, self.ink = self.ink, self.paper

    # Paint

    def fill(self, colour: Colour) -> None:
        """Cover everything with one colour."""
        self.image[:] = np.array(colour, np.float32)[:, None, None]

    def paint(self, mask: Field, colour: Colour) -> None:
        """Lay a flat colour through a mask of 0 to 1."""
        for channel, value in enumerate(colour):
            self.image[channel] += (value - self.image[channel]) * mask

    def stamp(self, distance: Field, colour: Colour, cells: int = 1) -> None:
        """Paint the inside of a distance field."""
        self.paint(self.solid(distance, cells), colour)

    def glow(self, distance: Field, width: float, strength: float, colour: Colour) -> None:
        """Paint a shadow or a light around a distance field."""
        self.paint(self.soft(distance, width) * strength, colour)

    def lay(self, mask: Field, layer: Field) -> None:
        """Lay another picture through a mask."""
        self.image += (layer - self.image) * mask

    # Pictures made of a field

    def shade(self, field: Field, stops: Sequence[Colour]) -> Field:
        """Return a picture with each value of 0 to 1 turned into its colour on the ramp."""
        steps = np.clip(field * (_RAMP_STEPS - 1), 0, _RAMP_STEPS - 1).astype(np.intp)
        return _ramp(tuple(stops)).take(steps, axis=1)

    def bands(self, field: Field, colours: Sequence[Colour]) -> Field:
        """Return a picture with colour k where k ≤ field < k + 1, the edges one pixel soft; colours repeat."""
        edge = np.rint(field)
        share = np.clip((field - edge) / self._slope(field) + 0.5, 0, 1)
        table = np.array(colours, np.float32).T
        step = edge.astype(np.intp)
        below = table.take((step - 1) % len(colours), axis=1)
        return below + (table.take(step % len(colours), axis=1) - below) * share

    # Masks

    def solid(self, distance: Field, cells: int = 1) -> Field:
        """Mask of the inside of a distance field, measured in cells when there are several to a side."""
        return np.clip(0.5 - distance * (self.side / cells), 0, 1)

    def soft(self, distance: Field, width: float) -> Field:
        """Mask that fades over a width, as a shadow or a glow does."""
        t = np.clip(0.5 - distance / width, 0, 1)
        return t * t * (3 - 2 * t)

    def lines(self, field: Field, width: float) -> Field:
        """Mask of thin lines where the field is a whole number; width in picture sides."""
        away = np.abs(field - np.rint(field)) / self._slope(field)
        return np.clip(width * self.side / 2 + 0.5 - away, 0, 1)

    def drawn(self, draw: Callable[[ImageDraw.ImageDraw, float], None], finer: int = 3) -> Field:
        """Mask of what Pillow draws in white, so many times finer; the callback gets the pen and the scale."""
        big = self.side * finer
        sheet = Image.new("L", (big, big))
        draw(ImageDraw.Draw(sheet), float(big))
        return np.asarray(sheet.reduce(finer), np.float32) / 255

    # Fields

    def polar(self, cx: float, cy: float) -> tuple[Field, Field]:
        """Distance from a point, and the angle around it."""
        dx, dy = self.x - cx, self.y - cy
        return np.hypot(dx, dy), np.arctan2(dy, dx)

    def away(self, cx: float, cy: float) -> Field:
        """Distance from a point."""
        return np.hypot(self.x - cx, self.y - cy)

    def disc(self, cx: float, cy: float, radius: float) -> Field:
        """Distance field of a disc."""
        return self.away(cx, cy) - radius

    def box(self, left: float, top: float, right: float, bottom: float) -> Field:
        """Distance field of a rectangle."""
        across = np.abs(self.x - (left + right) / 2) - (right - left) / 2
        down = np.abs(self.y - (top + bottom) / 2) - (bottom - top) / 2
        return np.maximum(across, down)

    def across(self, cx: float, cy: float, radius: float, angle: float) -> Field:
        """From 0 at one edge of a disc to 1 at the other, in the direction of the angle."""
        return ((self.x - cx) * math.cos(angle) + (self.y - cy) * math.sin(angle)) / (2 * radius) + 0.5

    def flow(self, waves: int, pace: float, twist: float) -> Field:
        """Smooth, folded noise of 0 to 1: sines whose arguments are bent by earlier sines."""
        dice = self.dice
        u, v = self.x, self.y
        for _ in range(waves):
            angle, phase = dice.uniform(0, math.tau), dice.uniform(0, math.tau)
            bend = np.sin((u * math.cos(angle) + v * math.sin(angle)) * pace + phase) * twist
            u, v = u - bend * math.sin(angle), v + bend * math.cos(angle)
        angle = dice.uniform(0, math.tau)
        along = (u - 0.5) * math.cos(angle) + (v - 0.5) * math.sin(angle)
        low, high = float(along.min()), float(along.max())
        return (along - low) / (high - low)

    def _slope(self, field: Field) -> Field:
        """How much a field changes over one pixel."""
        down, right = np.gradient(field)
        return np.sqrt(down * down + right * right) + 1e-6
