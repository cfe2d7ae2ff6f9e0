"""Draws record sleeves for songs without artwork, and what every picture on a card needs: an accent and a grid.

A sleeve is a pure function of title, artist and tags. The tags choose a mood; the artist chooses the palette inside the
mood, so an artist's songs look like one catalogue; the song chooses the composition, its proportions and the roles of
the colours. Shapes are signed distance fields in units of the picture's side, so their edges are smooth without drawing
them larger first; only polylines and letters, which Pillow draws, are supersampled.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

Field = NDArray[np.floating[Any]]
"""One number a pixel, shape (side, side)."""

Colour = tuple[float, float, float]
"""sRGB, each 0 to 1."""

MAX_BYTES: Final = 20_000
MAX_COLLAGE: Final = 25
_MIN_SIDE, _MAX_SIDE = 32, 1024
_MAX_PIXELS: Final = 40_000_000
_OVERSAMPLE: Final = 3
_TAU: Final = math.tau
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


class UnreadablePictureError(ValueError):
    """Bytes that should have been a picture are none, or one too large to open safely."""

    def __init__(self, index: int = 0) -> None:
        super().__init__("That picture could not be read.")
        self.index = index


@dataclass(frozen=True, slots=True)
class Cover:
    """A drawn sleeve, ready to attach."""

    data: bytes
    filename: str
    accent: int


# ---------------------------------------------------------------------------------------------------------- colours


@dataclass(frozen=True, slots=True)
class _Palette:
    """Darkest, lightest, and three colours between that stand on both."""

    ink: Colour
    paper: Colour
    lead: Colour
    second: Colour
    third: Colour


def _hex(code: str) -> Colour:
    value = int(code, 16)
    return (value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


def _palettes(*rows: str) -> tuple[_Palette, ...]:
    return tuple(_Palette(*(_hex(code) for code in row.split())) for row in rows)


_PALETTES: Final[dict[str, tuple[_Palette, ...]]] = {
    "dreamy": _palettes(
        "2B2350 FBEBDD 8A6FC4 F2A7A0 CDB4DF",
        "0F2F3D F3E6D3 2F7F8C F2A98C 9CCBBF",
        "10183A F7DCC6 3F6FB0 F29C9C A9D3D8",
        "3A2E4F FCE9D4 E07A80 F6BC8B 9DB8CE",
        "1C3330 EFEAD2 4E8A72 E8B26D A9CBA6",
        "2A1B3D FFE3E0 B0508C F58F7C 7E8FD0",
    ),
    "bold": _palettes(
        "14151A F2EADB D7261E F4B41A 1F4E8C",
        "1C1413 EFE3D0 C8451B E0A458 5E1F1C",
        "121214 F1F1E6 F2D80F FF4A2E 6A6C78",
        "17110F EAE3D5 B01E36 D8A657 3C5460",
        "0C1B20 F0E7D6 F25C05 F2B705 0F6C78",
        "161616 F4EFE6 2B4BD8 FF5A36 BDB6A6",
    ),
    "electric": _palettes(
        "0D0821 F1ECFF 5B2BFF FF3D9A 19D8C8",
        "06121F E8F7F7 0091D6 FF5A5F 00CDBB",
        "0B1A1C EAF5EC 12B38D F3E55A 175F63",
        "150611 FFEDE3 FF3B2F FFB000 9E124C",
        "0A0F2C ECEFFA 2447FF FF7A45 86A5FF",
        "0F0A1E F3EEFA 8B3DFF FFC247 3CB6FF",
    ),
    "blue": _palettes(
        "0B1D33 F1E9D8 1D5FA8 E2A42B C9402B",
        "0A1826 EDE6D6 24628F D98E32 86AECB",
        "1B1B1F EEE8DC 9C2F2B C7A15A 4B6A78",
        "0C2326 F3EAD6 0E7C7B E9B44C D1495B",
        "1A1A40 F4EBDD 3F3D9E D99A2B A3B1D6",
        "101B1F F0EADB C4541F 2F7285 E3B75B",
    ),
    "fine": _palettes(
        "22201C F5EFE2 8A6F45 5E2B2B B9A17A",
        "1C2430 EFF0EC 48698F C58B4E A3B4C2",
        "1F2A24 F1F0E6 5F8468 B4583C B3C4AB",
        "0E1424 EFE8D6 33508B D8B66A 8793B2",
        "2A1518 F4E9DF 963E42 C9986F D8BFA0",
        "21202B F3EFEA 6B5B95 C77B58 ABA6BF",
    ),
    "warm": _palettes(
        "3A1420 FFF0D6 F28C18 E0322B 0F8B8D",
        "1F1A3D FBEBCB E8531F F6B420 1E7F5C",
        "3B0F2B FFE8D9 F0506E F99B3C 2BA38B",
        "2E1A16 F8E8D0 C4532D E6A63A 3E6B5E",
        "24123F FFF1CF F9423A FFB627 00A6A6",
        "10312B FFF0D0 E4572E F3A712 2E8F6B",
    ),
    "folk": _palettes(
        "2C2A1F F4EAD2 C98B3B 6B7F4E A34A2A",
        "16261F F0EBDA 2F6B4D D98B4A 9DB17C",
        "1D2A3A F3EBDC 426C94 B8623A C9AE7C",
        "2A1E2E F5E3C9 E09F3E 9E4A36 64748A",
        "2B2535 F2E9E1 7C6A9B C77F7F 8FA07A",
        "1E2B2E F3EAD8 C45B3C 3F7D7A E3B667",
    ),
    "pop": _palettes(
        "2D1E4F FFF2E8 FF6F91 FFC75F 3EC6C1",
        "1B1B4B FDEFF6 FF5DA2 FFD84D 6C7BFF",
        "3A1C2C FFF3E0 FF7A2F FF4F7B 2F9BFF",
        "0D2B45 F1FBF8 18B7BE F76C5E FFD166",
        "27104E F6EDFF 8C3BFF FF8A5B 5DD9C1",
        "14213D FFF5E4 F4436C FFB703 3A86FF",
    ),
    "street": _palettes(
        "151515 ECE8E1 D4A017 B0402E 6F6A63",
        "0E1116 EFEBE4 7B2FF7 F2317F 2BC9B5",
        "1C1210 F1E4D6 B23A22 E3A857 405A63",
        "15170F ECE9D8 6E7A2E D1A93A A83F2B",
        "1A0F1F F4E4E4 8A2D72 E0567A E8A87C",
        "101820 F2EEE6 FF6B1A 2A9D8F 8D99A6",
    ),
}


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklab(colour: Colour) -> tuple[float, float, float]:
    """Lightness and two opponent axes in which mixtures keep their colour (Ottosson 2020, Oklab)."""
    r, g, b = (_linear(channel) for channel in colour)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Colour:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    first, second = _to_oklab(one), _to_oklab(other)
    lightness, a, b = (x + (y - x) * share for x, y in zip(first, second, strict=True))
    return _from_oklab(lightness, a, b)


_RAMP_STEPS: Final = 512


@lru_cache(maxsize=256)
def _ramp(stops: tuple[Colour, ...]) -> Field:
    """Colours from the first stop to the last, shape (3, 512)."""
    labs = [_to_oklab(stop) for stop in stops]
    points: list[Colour] = []
    for at in np.linspace(0, len(stops) - 1, 33).tolist():
        stop = min(int(at), len(stops) - 2)
        pair = zip(labs[stop], labs[stop + 1], strict=True)
        points.append(_from_oklab(*(one + (other - one) * (at - stop) for one, other in pair)))
    steps, knots = np.linspace(0, 1, _RAMP_STEPS), np.linspace(0, 1, len(points))
    channels = [np.interp(steps, knots, [point[axis] for point in points]) for axis in range(3)]
    return np.stack(channels).astype(np.float32)


# ----------------------------------------------------------------------------------------------------------- canvas


@lru_cache(maxsize=8)
def _grid(side: int) -> tuple[Field, Field]:
    """Return x to the right and y downwards at each pixel's centre, 0 to 1."""
    line = ((np.arange(side) + 0.5) / side).astype(np.float32)
    x, y = np.meshgrid(line, line)
    for axis in (x, y):
        axis.flags.writeable = False
    return x, y


@lru_cache(maxsize=8)
def _grain(side: int) -> Field:
    """Paper: fine noise and a little cloud, the same sheet for every sleeve, mean 0."""
    source = np.random.default_rng(20_250_101)
    fine = source.normal(0, 1, (side, side))
    soft = (fine + np.roll(fine, 1, 0) + np.roll(fine, 1, 1) + np.roll(fine, (1, 1), (0, 1))) / 2
    cloud = np.zeros((side, side))
    x, y = _grid(side)
    for wave in range(1, 7):
        fx, fy, phase = (
            source.integers(-wave, wave + 1),
            source.integers(1, wave + 1),
            source.uniform(0, _TAU),
        )
        cloud += np.cos(_TAU * (fx * x + fy * y) + phase) / 3
    sheet = (0.0075 * soft + 0.006 * cloud).astype(np.float32)
    sheet.flags.writeable = False
    return sheet


class _Canvas:
    """A picture of shape (3, side, side) being painted, with the song's dice and palette at hand."""

    __slots__ = ("dice", "image", "initial", "ink", "palette", "paper", "side", "x", "y")

    def __init__(self, side: int, palette: _Palette, dice: random.Random, initial: str) -> None:
        self.side, self.palette, self.dice, self.initial = side, palette, dice, initial
        self.x, self.y = _grid(side)
        self.paper, self.ink = palette.paper, palette.ink
        self.image: Field = np.empty((3, side, side), np.float32)
        self.fill(self.paper)

    def shuffled(self) -> list[Colour]:
        """Throw the dice for the order of the three colours."""
        order = [self.palette.lead, self.palette.second, self.palette.third]
        self.dice.shuffle(order)
        return order

    def night(self, chance: float) -> None:
        """Swap paper and ink for a share of the songs."""
        if self.dice.random() < chance:
            self.paper, self.ink = self.ink, self.paper

    def fill(self, colour: Colour) -> None:
        self.image[:] = np.array(colour, np.float32)[:, None, None]

    def paint(self, mask: Field, colour: Colour) -> None:
        """Lay a flat colour through a mask of 0 to 1."""
        for channel, value in enumerate(colour):
            self.image[channel] += (np.float32(value) - self.image[channel]) * mask

    def lay(self, mask: Field, layer: Field) -> None:
        """Lay another picture through a mask."""
        self.image += (layer - self.image) * mask

    def shade(self, field: Field, stops: Sequence[Colour]) -> Field:
        """Return a picture with each value of 0 to 1 turned into its colour on the ramp."""
        steps = np.clip(field * (_RAMP_STEPS - 1), 0, _RAMP_STEPS - 1).astype(np.intp)
        return _ramp(tuple(stops)).take(steps, axis=1)

    def solid(self, distance: Field) -> Field:
        """Mask of the inside of a distance field."""
        return np.clip(0.5 - distance * np.float32(self.side), 0, 1)

    def soft(self, distance: Field, width: float) -> Field:
        """Mask that fades over a width, as a shadow or a glow does."""
        t = np.clip(0.5 - distance / np.float32(width), 0, 1)
        return t * t * (3 - 2 * t)

    def slope(self, field: Field) -> Field:
        """How much a field changes over one pixel."""
        down, right = np.gradient(field)
        return np.sqrt(down * down + right * right) + np.float32(1e-6)

    def bands(self, field: Field, colours: Sequence[Colour]) -> Field:
        """Return a picture with colour k where k ≤ field < k + 1, the edges one pixel soft; colours repeat."""
        edge = np.rint(field)
        share = np.clip((field - edge) / self.slope(field) + 0.5, 0, 1)
        table = np.array(colours, np.float32).T
        step = edge.astype(np.intp)
        below = table.take((step - 1) % len(colours), axis=1)
        return below + (table.take(step % len(colours), axis=1) - below) * share

    def lines(self, field: Field, width: float) -> Field:
        """Mask of thin lines where the field is a whole number; width in picture sides."""
        away = np.abs(field - np.rint(field)) / self.slope(field)
        return np.clip(width * self.side / 2 + 0.5 - away, 0, 1)

    def disc(self, cx: float, cy: float, radius: float) -> Field:
        """Distance field of a disc."""
        return np.hypot(self.x - np.float32(cx), self.y - np.float32(cy)) - np.float32(radius)

    def box(self, left: float, top: float, right: float, bottom: float) -> Field:
        """Distance field of a rectangle."""
        across = np.abs(self.x - np.float32((left + right) / 2)) - np.float32((right - left) / 2)
        down = np.abs(self.y - np.float32((top + bottom) / 2)) - np.float32((bottom - top) / 2)
        return np.maximum(across, down)

    def flow(self, waves: int, pace: float, twist: float) -> Field:
        """Smooth, folded noise of 0 to 1: sines whose arguments are bent by earlier sines."""
        dice = self.dice
        u, v = self.x, self.y
        for _ in range(waves):
            angle, phase = dice.uniform(0, _TAU), dice.uniform(0, _TAU)
            along = (u * math.cos(angle) + v * math.sin(angle)) * np.float32(pace) + np.float32(phase)
            bend = np.sin(along) * np.float32(twist)
            u, v = u - bend * np.float32(math.sin(angle)), v + bend * np.float32(math.cos(angle))
        angle = dice.uniform(0, _TAU)
        along = (u - 0.5) * np.float32(math.cos(angle)) + (v - 0.5) * np.float32(math.sin(angle))
        low, high = float(along.min()), float(along.max())
        return ((along - low) / (high - low)).astype(np.float32)

    def drawn(self, draw: Callable[[ImageDraw.ImageDraw, float], None]) -> Field:
        """Mask of what Pillow draws in white at three times the size; the callback gets the pen and the scale."""
        big = self.side * _OVERSAMPLE
        sheet = Image.new("L", (big, big))
        draw(ImageDraw.Draw(sheet), float(big))
        return np.asarray(sheet.reduce(_OVERSAMPLE), np.float32) / 255


# ----------------------------------------------------------------------------------------------------- compositions


def _by_light(*colours: Colour) -> list[Colour]:
    return sorted(colours, key=_luminance)


def _aurora(c: _Canvas) -> None:
    """Folded light; sometimes a moon that carries the same light the other way round."""
    p = c.palette
    stops = _by_light(p.ink, p.lead, p.third, p.second, p.paper)
    field = c.flow(3, c.dice.uniform(3.2, 5.2), c.dice.uniform(0.10, 0.17))
    c.image = c.shade(field, stops)
    if c.dice.random() < 0.6:
        radius = c.dice.uniform(0.2, 0.3)
        moon = c.disc(c.dice.uniform(0.4, 0.6), c.dice.uniform(0.4, 0.56), radius)
        c.lay(c.soft(moon, 0.22) * np.float32(0.35), c.shade(1 - field, stops[1:]))
        c.lay(c.solid(moon), c.shade(1 - field, stops[1:]))


def _fluted(c: _Canvas) -> None:
    """Coloured light behind ribbed glass."""
    p, dice = c.palette, c.dice
    ribs = dice.choice((7, 9, 11, 14))
    phase = c.x * np.float32(ribs)
    inside = phase - np.floor(phase)
    bent = c.x + (inside - np.float32(0.5)) * np.float32(dice.uniform(0.25, 0.45))
    cx, cy = dice.uniform(0.35, 0.65), dice.uniform(0.35, 0.65)
    tilt = dice.uniform(-0.5, 0.5)
    base = np.clip(c.y + tilt * (bent - 0.5), 0, 1)
    ground = _by_light(p.ink, p.lead, p.third)
    c.image = c.shade(base if dice.random() < 0.5 else 1 - base, ground)
    glow = np.hypot(bent - np.float32(cx), c.y - np.float32(cy)) - np.float32(dice.uniform(0.22, 0.3))
    c.lay(c.soft(glow, 0.2), c.shade(np.clip(0.5 + (c.y - cy) * 1.6, 0, 1), [p.paper, p.second, p.lead]))
    c.image *= 1 + (np.float32(0.10) * (inside - np.float32(0.5)))


def _horizon(c: _Canvas) -> None:
    """A sun or moon over water."""
    p, dice = c.palette, c.dice
    line = dice.uniform(0.56, 0.7)
    night = dice.random() < 0.5
    sky = (
        [p.ink, _mix(p.ink, p.lead, 0.6), p.lead, p.second]
        if night
        else [_mix(p.paper, p.third, 0.5), p.paper, _mix(p.paper, p.second, 0.6)]
    )
    c.image = c.shade(c.y / np.float32(line), sky)
    radius, cx = dice.uniform(0.15, 0.23), dice.uniform(0.34, 0.66)
    cy = line - dice.uniform(0.0, 0.3)
    light = p.paper if night else p.lead
    sun = c.disc(cx, cy, radius)
    c.paint(c.soft(sun, 0.34) * np.float32(0.45), _mix(light, p.second, 0.4))
    c.lay(
        c.solid(sun),
        c.shade((c.y - cy + radius) / np.float32(2 * radius), [light, _mix(light, p.second, 0.75)]),
    )
    deep = p.ink if night else _mix(p.third, p.ink, 0.6)
    depth = (c.y - np.float32(line)) / np.float32(1 - line)
    c.lay(
        c.solid(np.float32(line) - c.y),
        c.shade(depth, [_mix(deep, p.second if night else p.third, 0.45), deep]),
    )
    rows = dice.choice((7, 9, 11))
    row = np.clip(depth, 0, 1) ** np.float32(0.7) * rows
    part = np.abs(row - np.floor(row) - 0.5)
    reach = (
        np.float32(radius)
        * (1 - np.floor(row) / rows * 0.55)
        * (0.75 + 0.35 * np.sin(np.floor(row) * 2.4 + cx * 9))
    )
    across = np.abs(c.x - np.float32(cx)) - reach
    glint = c.solid(across) * np.clip((0.24 - part) * c.side / rows * 0.42 + 0.5, 0, 1) * (depth > 0)
    c.paint(glint.astype(np.float32), _mix(light, p.second, 0.3))


def _hills(c: _Canvas) -> None:
    """Paper ridges, each lighter at its foot, as in morning mist."""
    p, dice = c.palette, c.dice
    warm = dice.random() < 0.6
    c.image = c.shade(
        c.y * np.float32(1.3), [_mix(p.paper, p.second, 0.55), p.paper] if warm else [p.third, p.paper]
    )
    sun = c.disc(dice.uniform(0.25, 0.75), dice.uniform(0.22, 0.36), dice.uniform(0.09, 0.15))
    c.paint(c.soft(sun, 0.2) * np.float32(0.3), p.second)
    c.paint(c.solid(sun), p.second if not warm else p.lead)
    count = dice.choice((4, 5, 6))
    near = p.ink
    far = _mix(p.third if warm else p.lead, p.paper, 0.35)
    for layer in range(count):
        at = layer / (count - 1)
        ridge = np.full_like(c.x[0], 0.42 + 0.46 * at)
        for wave in range(1, 4):
            pace, phase = dice.uniform(1.4, 2.6) * wave, dice.uniform(0, _TAU)
            ridge += np.float32(dice.uniform(0.03, 0.075) / wave) * np.sin(
                c.x[0] * np.float32(pace * 2.2) + np.float32(phase)
            )
        below = ridge[None, :] - c.y
        colour = _mix(_mix(far, p.lead, min(1, at * 2)), near, max(0.0, at * 1.9 - 1))
        c.paint(c.soft(below - np.float32(0.0), 0.07) * np.float32(0.22), p.ink)
        c.lay(c.solid(below), c.shade(-below * np.float32(2.6), [colour, _mix(colour, p.paper, 0.28)]))


def _slabs(c: _Canvas) -> None:
    """Three large shapes and a lot of nerve."""
    dice = c.dice
    c.night(0.4)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    angle = math.radians(dice.choice((20, 30, 45, 60, 120, 135, 150)))
    nx, ny = math.sin(angle), -math.cos(angle)
    side = (c.x - 0.5) * np.float32(nx) + (c.y - 0.5) * np.float32(ny)
    slab = np.abs(side - np.float32(dice.uniform(-0.1, 0.1))) - np.float32(dice.uniform(0.13, 0.22))
    cx, cy = dice.choice(((0.3, 0.34), (0.68, 0.36), (0.36, 0.66), (0.62, 0.62)))
    radius = dice.uniform(0.26, 0.34)
    disc = c.disc(cx, cy, radius)
    c.paint(c.solid(slab), two)
    c.paint(c.solid(disc), one)
    both = np.maximum(slab, disc)
    c.paint(c.solid(both), c.ink)
    kind = dice.randrange(3)
    if kind == 0:
        c.paint(c.solid(np.abs(c.disc(1 - cx, 1 - cy, 0.15)) - np.float32(0.035)), three)
    elif kind == 1:
        edge = dice.uniform(0.1, 0.16)
        c.paint(c.solid(c.box(0, 0, edge, 1) if cx > 0.5 else c.box(1 - edge, 0, 1, 1)), three)
    else:
        c.paint(
            c.solid(
                np.maximum(
                    np.abs(side + np.float32(0.33 if cy > 0.5 else -0.33)) - np.float32(0.022), disc * -1
                )
            ),
            c.ink,
        )


def _bauhaus(c: _Canvas) -> None:
    """Quarter discs, half discs and triangles on a chessboard."""
    dice = c.dice
    c.night(0.3)
    count = dice.choice((2, 3, 3, 4))
    pool = [*c.shuffled(), c.ink, c.paper]
    scaled_x, scaled_y = c.x * count, c.y * count
    previous = -1
    for row in range(count):
        for column in range(count):
            top, bottom = row * c.side // count, (row + 1) * c.side // count
            left, right = column * c.side // count, (column + 1) * c.side // count
            tile = (slice(top, bottom), slice(left, right))
            u, v = scaled_x[tile] - column, scaled_y[tile] - row
            u, v = (1 - u if dice.random() < 0.5 else u), (1 - v if dice.random() < 0.5 else v)
            kind = dice.choice([k for k in range(6) if k != previous])
            previous = kind
            ground, figure, third = dice.sample(pool, 3)
            if {ground, figure} == {pool[-1], pool[-2]} and dice.random() < 0.5:
                figure = pool[0]
            if kind == 0:
                distance = np.hypot(u, v) - 1
            elif kind == 1:
                distance = np.maximum(np.hypot(u - 0.5, v) - 0.5, -v)
            elif kind == 2:
                distance = (u + v - 1) / math.sqrt(2)
            elif kind == 3:
                distance = np.hypot(u - 0.5, v - 0.5) - 0.36
            elif kind == 4:
                distance = np.minimum(np.hypot(u, v) - 0.5, np.hypot(u - 1, v - 1) - 0.5)
            else:
                distance = np.abs(np.hypot(u, v) - 0.66) - 0.17
            mask = np.clip(0.5 - distance * (c.side / count), 0, 1)
            inner = (
                np.clip(0.5 - (np.hypot(u, v) - 0.42) * (c.side / count), 0, 1)
                if kind == 0 and count < 4
                else None
            )
            for channel, back, front, core in zip(c.image, ground, figure, third, strict=True):
                block = back + (front - back) * mask
                channel[tile] = block if inner is None else block + (core - block) * inner


def _burst(c: _Canvas) -> None:
    """Rays from one point."""
    dice = c.dice
    c.night(0.35)
    one, two, three = c.shuffled()
    cx, cy = dice.choice(((0.5, 0.5), (0.5, 0.62), (0.3, 0.7), (0.7, 0.7), (0.5, 1.0)))
    rays = dice.choice((10, 12, 14, 18))
    dx, dy = c.x - np.float32(cx), c.y - np.float32(cy)
    around = np.arctan2(dy, dx) / np.float32(_TAU) + np.float32(0.5)
    reach = np.hypot(dx, dy)
    turn = (around + reach * np.float32(dice.choice((0.0, 0.0, 0.12, -0.12)))) * rays
    half = (turn - np.floor(turn)) - np.float32(0.5)
    edge = (np.abs(half) - np.float32(0.25)) * (reach * np.float32(_TAU / rays))
    c.fill(c.paper)
    c.paint(c.solid(edge), one)
    radius = dice.uniform(0.17, 0.25)
    c.paint(c.solid(reach - np.float32(radius * 1.42)), c.paper)
    c.paint(c.solid(reach - np.float32(radius * 1.22)), c.ink)
    c.paint(c.solid(reach - np.float32(radius)), two)
    if dice.random() < 0.5:
        c.paint(c.solid(reach - np.float32(radius * 0.45)), three)


def _halftone(c: _Canvas) -> None:
    """A field seen through a screen of dots."""
    p, dice = c.palette, c.dice
    c.night(0.6)
    count = dice.choice((11, 13, 16))
    angle = math.radians(dice.choice((0, 0, 15, 45)))
    cos, sin = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    u, v = ((c.x - 0.5) * cos + (c.y - 0.5) * sin) * count, ((c.y - 0.5) * cos - (c.x - 0.5) * sin) * count
    cu, cv = np.floor(u) + np.float32(0.5), np.floor(v) + np.float32(0.5)
    px, py = (cu * cos - cv * sin) / count + 0.5, (cu * sin + cv * cos) / count + 0.5
    kind = dice.randrange(3)
    if kind == 0:
        away = np.hypot(px - np.float32(dice.uniform(0.3, 0.7)), py - np.float32(dice.uniform(0.3, 0.7)))
        level = np.clip(1.05 - away * 1.5, 0, 1)
    elif kind == 1:
        away = np.hypot(px - 0.5, py - 0.5)
        level = 0.5 + 0.5 * np.cos(away * np.float32(dice.uniform(16, 22)))
    else:
        level = 0.5 + 0.5 * np.sin(
            px * np.float32(dice.uniform(5, 8)) + 1.5 * np.sin(py * np.float32(dice.uniform(4, 7))) + cos
        )
    radius = np.float32(0.08) + np.float32(0.40) * level.astype(np.float32)
    dots = np.clip(0.5 - (np.hypot(u - cu, v - cv) - radius) * np.float32(c.side / count), 0, 1)
    c.fill(c.paper)
    ramp = [p.lead, p.second] if dice.random() < 0.6 else [p.third, p.lead, p.second]
    c.lay(dots, c.shade((px + py) / 2, ramp))


def _ridges(c: _Canvas) -> None:
    """A stack of signals, the nearer ones in front."""
    p, dice = c.palette, c.dice
    c.night(0.75)
    rows = dice.choice((13, 16, 20))
    steps = np.linspace(0.1, 0.9, 90)
    centre, spread = dice.uniform(0.4, 0.6), dice.uniform(0.14, 0.2)
    bumps = [(dice.uniform(14, 40), dice.uniform(0, _TAU), dice.uniform(0.4, 1.6)) for _ in range(4)]
    hill = np.exp(-(((steps - centre) / spread) ** 2))
    height = dice.uniform(0.09, 0.13)

    def draw(pen: ImageDraw.ImageDraw, scale: float) -> None:
        for row in range(rows):
            base = 0.24 + 0.6 * row / (rows - 1)
            signal = sum(np.sin(steps * pace + phase + row * drift * 1.7) for pace, phase, drift in bumps)
            top = (
                base - hill * height * (0.55 + 0.3 * np.abs(signal)) - 0.004 * np.sin(steps * 60 + row * 2.1)
            )
            line = [(float(a * scale), float(b * scale)) for a, b in zip(steps, top, strict=True)]
            pen.polygon([*line, (0.9 * scale, base * scale + 30), (0.1 * scale, base * scale + 30)], fill=0)
            pen.line(line, fill=255, width=max(1, round(scale * 0.0085)), joint="curve")

    mask = c.drawn(draw)
    c.fill(c.paper)
    ends = [p.second, p.lead] if dice.random() < 0.7 else [c.ink, c.ink]
    c.lay(mask, c.shade(c.y, ends))


def _ribbons(c: _Canvas) -> None:
    """Broad stripes that run straight, bend once, and run on."""
    dice = c.dice
    c.night(0.25)
    one, two, three = c.shuffled()
    middle = c.x * np.float32(dice.uniform(0.9, 1.4)) + np.float32(dice.uniform(-0.2, 0.2))
    sway = np.float32(dice.uniform(0.10, 0.2)) * np.sin(
        middle * np.float32(dice.uniform(4.5, 7)) + np.float32(dice.uniform(0, _TAU))
    )
    run = c.y - 0.5 + sway + np.float32(dice.uniform(-0.5, 0.5)) * (c.x - 0.5)
    thick = dice.uniform(0.075, 0.1)
    field = run / np.float32(thick) + np.float32(2.5 + dice.choice((-0.6, 0, 0.6)))
    order = [one, two, three, _mix(one, c.ink, 0.55), _mix(two, c.paper, 0.4)]
    stripes = c.bands(np.clip(field, -0.5, 5.5), [*order, c.paper])
    c.image = stripes


def _arches(c: _Canvas) -> None:
    """Nested doorways."""
    dice = c.dice
    c.night(0.3)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    rings = [one, two, three, c.ink]
    sets = dice.choice((1, 2, 2))
    places = (
        ((0.5, 0.5),)
        if sets == 1
        else ((0.3, 0.36), (0.7, 0.62))
        if dice.random() < 0.5
        else ((0.7, 0.36), (0.3, 0.62))
    )
    flip = dice.random() < 0.25
    for index, (cx, cy) in enumerate(places):
        y = 1 - c.y if flip else c.y
        dx, dy = c.x - np.float32(cx), np.minimum(y - np.float32(cy), 0)
        reach = np.hypot(dx, dy)
        outer = 0.40 if sets == 1 else 0.27
        count = dice.choice((4, 5)) if sets == 1 else 4
        order = rings[index:] + rings[:index] if count == 4 else [*rings, c.paper]
        width = outer / (count + 0.35)
        picture = c.bands((outer - reach) / np.float32(width), [*order])
        core = reach - np.float32(outer - width * count)
        c.lay(c.solid(reach - np.float32(outer)), picture)
        c.paint(c.solid(core), c.paper)


def _truchet(c: _Canvas) -> None:
    """Striped quarter turns that join into endless loops."""
    dice = c.dice
    c.night(0.3)
    one, two, three = c.shuffled()
    count = dice.choice((2, 3, 3, 4))
    flips = np.array([[dice.random() < 0.5 for _ in range(count)] for _ in range(count)])
    cell_x, cell_y = (c.x * count).astype(np.intp), (c.y * count).astype(np.intp)
    u, v = c.x * count - cell_x, c.y * count - cell_y
    u = np.where(flips[cell_y, cell_x], 1 - u, u)
    away = np.minimum(np.hypot(u, v), np.hypot(1 - u, 1 - v)).astype(np.float32)
    unit = count / c.side
    c.fill(c.paper)
    for width, colour in ((0.36, c.ink), (0.25, one), (0.13, two if dice.random() < 0.7 else c.paper)):
        c.paint(np.clip(0.5 - (np.abs(away - 0.5) - width) / unit, 0, 1).astype(np.float32), colour)
    if dice.random() < 0.6:
        c.paint(np.clip(0.5 - (np.abs(away - 0.5) - 0.035) / unit, 0, 1).astype(np.float32), three)


def _wax(c: _Canvas) -> None:
    """Medallions of petals and rings, as on printed cloth."""
    dice = c.dice
    c.night(0.4)
    one, two, three = c.shuffled()
    count = dice.choice((2, 3, 3))
    shift = dice.random() < 0.5
    v = c.y * count
    row = np.floor(v)
    u = c.x * count + (np.float32(0.5) * (row % 2) if shift else 0)
    u, v = u - np.floor(u) - 0.5, v - row - 0.5
    reach, around = np.hypot(u, v), np.arctan2(v, u)
    petals = dice.choice((6, 8, 10, 12))
    wave = np.cos(around * petals)
    unit = np.float32(c.side / count)

    def ring(radius: float, petal: float, colour: Colour) -> None:
        c.paint(np.clip(0.5 - (reach - np.float32(radius) - np.float32(petal) * wave) * unit, 0, 1), colour)

    c.fill(one)
    corner = np.hypot(np.abs(u) - 0.5, np.abs(v) - 0.5)
    if not shift:
        c.paint(np.clip(0.5 - (corner - np.float32(0.13)) * unit, 0, 1), c.ink)
        c.paint(np.clip(0.5 - (corner - np.float32(0.065)) * unit, 0, 1), c.paper)
    ring(0.445, 0.0, c.ink)
    ring(0.375, 0.05, c.paper)
    ring(0.285, 0.05, three)
    ring(0.20, -0.0, c.ink)
    ring(0.155, 0.0, two)
    ring(0.07, 0.0, c.paper)


def _weave(c: _Canvas) -> None:
    """Strips of chevrons and blocks, as woven cloth."""
    dice = c.dice
    c.night(0.35)
    one, two, three = c.shuffled()
    strips = dice.choice((3, 4, 5))
    upright = dice.random() < 0.6
    along, across = (c.y, c.x) if upright else (c.x, c.y)
    place = across * strips
    strip = np.floor(place)
    inside = place - strip - np.float32(0.5)
    kinds = [dice.randrange(3) for _ in range(strips)]
    for index in range(1, strips):
        if kinds[index] == kinds[index - 1]:
            kinds[index] = (kinds[index] + 1) % 3
    for index in range(strips):
        pace = dice.choice((3.0, 4.0, 5.0)) * strips / 3
        here = (strip == index).astype(np.float32)
        if kinds[index] == 0:
            field = along * np.float32(pace * 2) + np.abs(inside) * np.float32(
                pace * 2 / strips * (1 if dice.random() < 0.5 else -1)
            )
            layer = c.bands(field, [one, c.ink, two, c.paper])
        elif kinds[index] == 1:
            layer = c.bands(along * np.float32(pace * 1.5), [c.ink, three, c.ink, two, c.paper, two])
        else:
            cell = along * np.float32(strips) - np.floor(along * np.float32(strips)) - np.float32(0.5)
            layer = c.bands(
                (np.abs(inside) + np.abs(cell)) * np.float32(5.2), [one, c.paper, c.ink, three, two, two]
            )
        c.lay(here, layer)
    gap = (np.float32(0.5) - np.abs(inside)) / np.float32(strips)
    c.paint(c.solid(gap - np.float32(0.008)), c.ink)


def _keys(c: _Canvas) -> None:
    """Upright bars that step up and down like a phrase."""
    dice = c.dice
    c.night(0.45)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    count = dice.choice((5, 6, 7, 8))
    accent = dice.randrange(count)
    margin, gap = 0.09, 0.022
    width = (1 - 2 * margin + gap) / count
    level, colours = dice.uniform(0.25, 0.45), (one, c.ink, one, _mix(one, c.ink, 0.5))
    for bar in range(count):
        level = min(0.62, max(0.09, level + dice.choice((-0.2, -0.12, -0.07, 0.07, 0.12, 0.2))))
        length = dice.uniform(0.30, 0.52)
        left = margin + bar * width
        c.paint(
            c.solid(c.box(left, level, left + width - gap, min(0.91, level + length))),
            two if bar == accent else colours[bar % 4],
        )
        if bar == (accent + count // 2) % count:
            radius = (width - gap) / 2
            at = level - radius - gap if level > 0.3 else min(0.91, level + length) + radius + gap
            c.paint(c.solid(c.disc(left + radius, at, radius)), three)


def _blocks(c: _Canvas) -> None:
    """Rectangles cut again and again, one of them round."""
    dice = c.dice
    c.night(0.3)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    frames = [(0.07, 0.07, 0.93, 0.93)]
    for _ in range(dice.choice((5, 6, 7))):
        frames.sort(key=lambda f: (f[2] - f[0]) * (f[3] - f[1]))
        left, top, right, bottom = frames.pop()
        cut = dice.choice((0.33, 0.4, 0.6, 0.67))
        if right - left > bottom - top:
            at = left + (right - left) * cut
            frames += [(left, top, at, bottom), (at, top, right, bottom)]
        else:
            at = top + (bottom - top) * cut
            frames += [(left, top, right, at), (left, at, right, bottom)]
    pool = [one, c.ink, two, one, three, _mix(one, c.ink, 0.5), _mix(one, c.paper, 0.55), c.ink]
    half = 0.011
    round_one = max(frames, key=lambda f: min(f[2] - f[0], f[3] - f[1]))
    for index, (left, top, right, bottom) in enumerate(frames):
        box = c.solid(c.box(left + half, top + half, right - half, bottom - half))
        if (left, top, right, bottom) == round_one:
            c.paint(box, c.ink)
            radius = min(right - left, bottom - top) / 2 - half * 2.4
            c.paint(c.solid(c.disc((left + right) / 2, (top + bottom) / 2, radius)), two)
        else:
            c.paint(box, pool[index % len(pool)])


def _contours(c: _Canvas) -> None:
    """Fine lines of equal height."""
    p, dice = c.palette, c.dice
    c.night(0.35)
    c.fill(c.paper)
    field = c.flow(3, dice.uniform(3.5, 5.5), dice.uniform(0.10, 0.16))
    bend = (c.x - np.float32(dice.uniform(0.2, 0.8))) ** 2 + (c.y - np.float32(dice.uniform(0.2, 0.8))) ** 2
    height = field + bend * np.float32(dice.uniform(0.6, 1.4))
    if dice.random() < 0.55:
        spot = c.disc(dice.uniform(0.3, 0.7), dice.uniform(0.3, 0.7), dice.uniform(0.17, 0.25))
        c.paint(c.solid(spot), p.second)
    count = dice.choice((12, 15, 19))
    c.lay(c.lines(height * count, 0.0075), c.shade(field, [c.ink, _mix(p.lead, c.ink, 0.25)]))


def _strings(c: _Canvas) -> None:
    """Straight threads that together make a curve."""
    p, dice = c.palette, c.dice
    c.night(0.5)
    c.fill(c.paper)
    count = dice.choice((72, 90, 108))
    turn, offset = dice.choice((2, 3, 4, 5)), dice.uniform(0, _TAU)
    inner = dice.choice((1.0, 1.0, 0.5))

    def draw(pen: ImageDraw.ImageDraw, scale: float) -> None:
        for thread in range(count):
            one = _TAU * thread / count + offset
            two = one * turn - offset * (turn - 1) + math.pi / 3
            ends = [(0.5 + 0.4 * math.cos(one), 0.5 + 0.4 * math.sin(one))]
            ends.append((0.5 + 0.4 * inner * math.cos(two), 0.5 + 0.4 * inner * math.sin(two)))
            pen.line([(a * scale, b * scale) for a, b in ends], fill=255, width=max(1, round(scale * 0.0052)))

    threads = c.drawn(draw)
    c.lay(
        threads,
        c.shade(
            (c.x + c.y) / 2, [_mix(p.lead, c.ink, 0.3), p.second] if dice.random() < 0.6 else [c.ink, p.lead]
        ),
    )


def _staves(c: _Canvas) -> None:
    """Five lines in a slow curve, and a few notes."""
    p, dice = c.palette, c.dice
    c.night(0.35)
    c.fill(c.paper)
    pace, phase = dice.uniform(3.0, 5.0), dice.uniform(0, _TAU)
    depth, tilt = dice.uniform(0.06, 0.13), dice.uniform(-0.25, 0.25)
    line = (
        np.float32(0.5)
        + np.float32(depth) * np.sin(c.x * np.float32(pace) + np.float32(phase))
        + np.float32(tilt) * (c.x - 0.5)
    )
    pinch = np.float32(0.062) * (
        1 + np.float32(0.55) * np.sin(c.x * np.float32(pace * 0.8) + np.float32(phase * 2))
    )
    field = (c.y - line) / pinch
    inside = np.abs(field) < 2.5
    c.paint(c.lines(field, 0.009) * inside, c.ink)
    for index in range(dice.choice((3, 4, 5))):
        at = 0.14 + 0.72 * (index + dice.uniform(0.2, 0.8)) / 5
        column = min(c.side - 1, int(at * c.side))
        step = dice.choice((-1.5, -1, -0.5, 0, 0.5, 1, 1.5))
        level = float(line[0, column] + step * pinch[0, column])
        c.paint(c.solid(c.disc(at, level, 0.036)), p.second if index == 1 else p.lead)


def _orbits(c: _Canvas) -> None:
    """Thin rings, small bodies, one large one half in shade."""
    p, dice = c.palette, c.dice
    c.night(0.7)
    c.image = c.shade(
        np.clip(np.hypot(c.x - 0.5, c.y - 0.5) * 1.35, 0, 1), [_mix(c.paper, p.lead, 0.28), c.paper]
    )
    cx, cy = dice.choice(((0.5, 0.5), (0.35, 0.65), (0.66, 0.64), (0.5, 0.86)))
    reach = np.hypot(c.x - np.float32(cx), c.y - np.float32(cy))
    planet = dice.uniform(0.14, 0.22)
    colours = c.shuffled()
    for index in range(dice.choice((3, 4, 5))):
        radius = planet + 0.09 * (index + 1) + dice.uniform(-0.01, 0.01)
        c.paint(c.solid(np.abs(reach - np.float32(radius)) - np.float32(0.0035)), _mix(c.ink, c.paper, 0.25))
        angle = dice.uniform(math.pi, _TAU) if cy > 0.6 else dice.uniform(0, _TAU)
        px, py = cx + radius * math.cos(angle), cy + radius * math.sin(angle)
        c.paint(c.solid(c.disc(px, py, dice.uniform(0.018, 0.04))), colours[index % 3])
    light = dice.uniform(0, _TAU)
    shade = ((c.x - cx) * math.cos(light) + (c.y - cy) * math.sin(light)) / (2 * planet) + 0.5
    c.lay(c.solid(reach - np.float32(planet)), c.shade(shade, [p.lead, p.lead, p.second, p.paper]))


def _spheres(c: _Canvas) -> None:
    """Overlapping discs of graded colour."""
    p, dice = c.palette, c.dice
    c.night(0.25)
    c.image = c.shade(c.y, [c.paper, _mix(c.paper, p.second, 0.22)])
    colours = c.shuffled()
    start = dice.uniform(0, _TAU)
    count = dice.choice((2, 3, 3, 4))
    for index in range(count):
        angle = start + _TAU * index / count
        radius = dice.uniform(0.19, 0.29)
        cx, cy = 0.5 + 0.2 * math.cos(angle), 0.5 + 0.2 * math.sin(angle)
        disc = c.disc(cx, cy, radius)
        tilt = dice.uniform(0, _TAU)
        field = ((c.x - cx) * math.cos(tilt) + (c.y - cy) * math.sin(tilt)) / (2 * radius) + 0.5
        one, two = colours[index % 3], colours[(index + 1) % 3]
        c.paint(c.soft(c.disc(cx, cy + 0.03, radius), 0.12) * np.float32(0.16), p.ink)
        c.lay(c.solid(disc), c.shade(field, [one, _mix(one, two, 0.85)]))


def _cutouts(c: _Canvas) -> None:
    """Paper cut by hand: soft blobs and a leaf."""
    dice = c.dice
    c.night(0.2)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    c.paint(
        c.solid(c.box(0, 0, 0.5, 1) if dice.random() < 0.5 else c.box(0, 0.5, 1, 1)), _mix(one, c.paper, 0.2)
    )
    spots = [(0.3, 0.3), (0.7, 0.32), (0.32, 0.72), (0.7, 0.7)]
    dice.shuffle(spots)
    for (cx, cy), colour in zip(
        spots[: dice.choice((3, 4))], (two, c.ink, three, _mix(two, c.ink, 0.55)), strict=False
    ):
        dx, dy = c.x - np.float32(cx), c.y - np.float32(cy)
        around, reach = np.arctan2(dy, dx), np.hypot(dx, dy)
        lobes = dice.choice((0, 0, 5, 6, 7))
        edge = np.full_like(around, dice.uniform(0.16, 0.22))
        if lobes:
            edge += np.float32(0.055) * np.cos(around * lobes + np.float32(dice.uniform(0, _TAU)))
        else:
            for wave in (2, 3):
                edge += np.float32(dice.uniform(0.015, 0.04)) * np.cos(
                    around * wave + np.float32(dice.uniform(0, _TAU))
                )
        c.paint(c.solid((reach - edge) * np.float32(0.8)), colour)
        if lobes:
            c.paint(c.solid(reach - np.float32(0.055)), c.paper)


def _disc(c: _Canvas) -> None:
    """A record, close."""
    p, dice = c.palette, c.dice
    c.night(0.2)
    one, two, three = c.shuffled()
    c.fill(one if dice.random() < 0.7 else c.paper)
    cx, cy = dice.choice(((0.5, 0.5), (0.68, 0.5), (0.5, 0.7), (0.9, 0.56), (0.2, 0.8)))
    size = 0.42 if (cx, cy) == (0.5, 0.5) else dice.uniform(0.5, 0.6)
    dx, dy = c.x - np.float32(cx), c.y - np.float32(cy)
    reach, around = np.hypot(dx, dy), np.arctan2(dy, dx)
    gleam = np.cos((around - np.float32(dice.uniform(0, _TAU))) * 2)
    groove = np.sin(reach * np.float32(_TAU * 42)) * np.float32(0.12)
    black = c.shade(
        np.clip(np.maximum(gleam, 0) ** 6 * 0.75 + groove + 0.1, 0, 1), [p.ink, _mix(p.ink, p.paper, 0.4)]
    )
    c.paint(c.soft(reach - np.float32(size + 0.005), 0.07) * np.float32(0.35), p.ink)
    c.lay(c.solid(reach - np.float32(size)), black)
    c.paint(c.solid(reach - np.float32(size * 0.36)), two)
    c.paint(c.solid(np.maximum(reach - np.float32(size * 0.36), np.float32(cy) - c.y)), three)
    c.paint(c.solid(reach - np.float32(0.016)), p.paper)


def _letter(c: _Canvas) -> None:
    """One letter, larger than the sleeve, filled with light."""
    p, dice = c.palette, c.dice
    c.night(0.4)
    one, two, three = c.shuffled()
    c.image = c.shade(c.y, [c.paper, _mix(c.paper, three, 0.18)])
    font = _font(round(c.side * dice.uniform(1.05, 1.3)))
    left, top, right, bottom = font.getbbox(c.initial)
    sheet = Image.new("L", (c.side, c.side))
    shift_x, shift_y = dice.choice((-0.14, 0.0, 0.14)) * c.side, dice.choice((-0.1, 0.0, 0.1)) * c.side
    at = ((c.side - left - right) / 2 + shift_x, (c.side - top - bottom) / 2 + shift_y)
    ImageDraw.Draw(sheet).text(at, c.initial, fill=255, font=font)
    mask = np.asarray(sheet, np.float32) / 255
    if dice.random() < 0.5:
        field = c.flow(2, 4.0, 0.12)
        c.lay(mask, c.shade(field, _by_light(p.lead, p.second, p.third)))
    else:
        slant = (c.y + c.x * np.float32(dice.choice((-0.6, 0.0, 0.6)))) * np.float32(dice.choice((7, 9)))
        c.lay(mask, c.bands(slant, [one, two, c.ink, three]))


_Family = Callable[[_Canvas], None]

_FAMILIES: Final[dict[str, tuple[_Family, ...]]] = {
    "dreamy": (_aurora, _aurora, _horizon, _fluted, _spheres, _orbits, _hills),
    "bold": (_slabs, _burst, _bauhaus, _slabs, _letter, _halftone),
    "electric": (_fluted, _halftone, _ridges, _truchet, _orbits, _aurora),
    "blue": (_keys, _blocks, _keys, _slabs, _cutouts, _disc),
    "fine": (_contours, _strings, _staves, _contours, _strings, _orbits),
    "warm": (_wax, _weave, _truchet, _burst, _arches, _cutouts, _ribbons),
    "folk": (_hills, _horizon, _arches, _ribbons, _cutouts, _contours),
    "pop": (_spheres, _cutouts, _ribbons, _bauhaus, _letter, _arches, _halftone),
    "street": (_disc, _letter, _slabs, _fluted, _blocks, _halftone, _bauhaus),
}

_MOOD_WORDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("fine", ("classical", "baroque", "orchestr", "symphon", "opera", "piano", "chamber", "soundtrack", "score", "minimalis", "choral", "string", "instrumental")),
    ("warm", ("latin", "afro", "salsa", "reggae", "samba", "bossa", "cumbia", "funk", "soul", "disco", "world", "highlife", "tropical", "dub", "ska", "flamenco", "mpb", "african", "arab", "turkish", "bollywood", "tango", "mambo", "desert", "rai", "fado")),
    ("blue", ("jazz", "blues", "bebop", "swing", "big band", "lounge", "ragtime", "bop")),
    ("dreamy", ("ambient", "dream", "shoegaze", "chill", "new age", "drone", "downtempo", "trip hop", "trip-hop", "lo-fi", "lofi", "sleep", "ethereal", "slowcore", "mellow", "calm", "vapor", "space", "atmospheric", "meditat")),
    ("street", ("hip hop", "hip-hop", "rap", "trap", "r&b", "rnb", "grime", "drill", "boom bap", "phonk", "gangsta")),
    ("electric", ("electro", "techno", "house", "synth", "edm", "trance", "drum and bass", "dnb", "jungle", "idm", "rave", "garage", "dubstep", "industrial", "wave", "8-bit", "breakbeat", "kraut", "club")),
    ("folk", ("folk", "country", "acoustic", "singer-songwriter", "americana", "bluegrass", "celtic", "campfire", "banjo")),
    ("pop", ("pop", "dance", "k-pop", "j-pop", "happy", "teen", "idol", "girl group", "summer")),
    ("bold", ("rock", "punk", "metal", "grunge", "hardcore", "emo", "alternative", "indie", "noise", "psych", "loud", "angry")),
)  # fmt: skip


def _mood(tags: Sequence[str]) -> str | None:
    """Return the mood most tags speak for; earlier tags weigh more, and a whole word more than a part of one."""
    votes = dict.fromkeys(_FAMILIES, 0.0)
    for place, tag in enumerate(tags[:12]):
        text = unicodedata.normalize("NFKC", tag[:60]).casefold().replace("_", " ")
        for mood, words in _MOOD_WORDS:
            longest = max((len(word) for word in words if word in text), default=0)
            votes[mood] += longest / (3 + place)
    best = max(votes, key=votes.__getitem__)
    return best if votes[best] else None


# ------------------------------------------------------------------------------------------------------- typography


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    raw = files("bot.cards").joinpath("fonts/Manrope-Bold.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(raw), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _has_glyph(letter: str) -> bool:
    """Whether the font can draw a letter; a missing one comes out as the same box as U+FFFF."""
    return _specimen(letter) != _specimen("\uffff")


def _specimen(letter: str) -> bytes:
    sheet = Image.new("L", (48, 48))
    ImageDraw.Draw(sheet).text((4, 0), letter, fill=255, font=_font(32))
    return sheet.tobytes()


def _plain(text: str, limit: int) -> str:
    """One line of composed text, at most limit characters."""
    return " ".join(unicodedata.normalize("NFKC", text[:limit]).split())


def _settable(text: str) -> bool:
    """Whether the font has every glyph and the text needs no shaping."""
    return bool(text) and all(
        letter == " " or (unicodedata.category(letter)[0] in "LNPS" and _has_glyph(letter)) for letter in text
    )


def _set_title(c: _Canvas, title: str) -> None:
    """Set a short title in a quiet corner, or leave it away.

    The letters are an eighth of the side, so they can be read when Discord shows the sleeve at 80 pixels. A corner is
    quiet when nothing is drawn across it and all of it differs from the letters' colour by at least 4.5 to 1.
    """
    size = round(c.side * 0.115)
    if c.side < 96 or len(title) > 22 or not _settable(title):
        return
    font = _font(size)
    margin = round(c.side * 0.075)
    rows = _wrap(title, font, c.side - 2 * margin)
    if rows is None:
        return
    leading = round(size * 1.06)
    width, height = math.ceil(max(font.getlength(row) for row in rows)), leading * len(rows)
    for top in (c.side - margin - height + round(size * 0.12), margin - round(size * 0.2)):
        area = c.image[:, max(0, top) : top + height + 4, margin - 3 : margin + width + 3]
        for colour in (c.ink, c.paper):
            if not _quiet(area, colour):
                continue
            sheet = Image.new("L", (c.side, c.side))
            pen = ImageDraw.Draw(sheet)
            for index, row in enumerate(rows):
                pen.text((margin, top + index * leading), row, fill=255, font=font)
            c.paint(np.asarray(sheet, np.float32) / 255, colour)
            return


_LIGHT: Final = np.array((0.2126, 0.7152, 0.0722), np.float32)


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
    own = _luminance(colour)
    low, high = float(levels.min()), float(levels.max())
    return (own + 0.05) / (high + 0.05) >= 4.5 or (low + 0.05) / (own + 0.05) >= 4.5


# ------------------------------------------------------------------------------------------------------- the sleeve


def _digest(*parts: str) -> bytes:
    body = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def cover(title: str, artist: str, tags: Sequence[str] = (), *, size: int = 256) -> Cover:
    """Draw the sleeve of a song, the same bytes for the same words.

    Letter case and spaces change no more than the lettering. Songs of one artist share a palette as long as their tags share a mood.
    size is the side in pixels, 32 to 1024; at 256 the data is a JPEG of at most 20 kB.
    """
    if not _MIN_SIDE <= size <= _MAX_SIDE:
        raise ValueError(f"size must be {_MIN_SIDE} to {_MAX_SIDE}, not {size}")
    return _cover(title, artist, tuple(tags), size)


@lru_cache(maxsize=512)
def _cover(title: str, artist: str, tags: tuple[str, ...], size: int) -> Cover:
    own, song = _digest(artist), _digest(artist, title)
    mood = _mood(tags)
    moods = sorted(_FAMILIES)
    shown = mood or moods[own[0] % len(moods)]
    palettes = _PALETTES[shown]
    dice = random.Random(song)  # noqa: S311 - a drawing, not a secret
    initial = next((letter for letter in _plain(title, 40).upper() if letter.isalnum()), "")
    canvas = _Canvas(size, palettes[int.from_bytes(own[1:3]) % len(palettes)], dice, initial)
    families = [f for f in _FAMILIES[shown] if f is not _letter or _settable(initial)]
    family = families[int.from_bytes(song[:4]) % len(families)]
    family(canvas)
    if family not in _LOUD:
        _set_title(canvas, _plain(title, 200))
    data = _encode(_finish(canvas))
    name = blake2b(data, digest_size=5).hexdigest()
    return Cover(data, f"cover-{name}.jpg", accent_of(data))


_LOUD: Final = frozenset((_letter, _wax, _weave, _truchet, _bauhaus, _halftone, _strings, _blocks))


def _finish(c: _Canvas) -> NDArray[np.uint8]:
    """Print it: light from above left, paper grain."""
    sheet = _grain(c.side)
    shift = (c.dice.randrange(c.side), c.dice.randrange(c.side))
    lit = np.float32(1.02) - np.float32(0.045) * (c.x + c.y) * np.float32(0.5)
    picture = c.image * lit + np.roll(sheet, shift, (0, 1))
    return (np.clip(picture, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8).transpose(1, 2, 0)


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    limit = MAX_BYTES * max(1, pixels.shape[0] / 256) ** 2
    data = b""
    for quality, chroma in ((88, 0), (80, 0), (76, 2), (66, 2), (54, 2), (40, 2)):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling=chroma, optimize=True)
        data = out.getvalue()
        if len(data) <= limit:
            break
    return data


# ----------------------------------------------------------------------------------------- accents and collages


def _opened(picture: bytes, side: int, index: int = 0) -> Image.Image:
    """Open a picture as RGB, decoded no larger than needed for the side."""
    try:
        with Image.open(BytesIO(picture), formats=_FORMATS) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise UnreadablePictureError(index)
            image.draft("RGB", (side, side))
            flat = image.convert("RGBA") if image.mode in ("P", "PA", "LA", "RGBA") else image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadablePictureError(index) from error
    if flat.mode == "RGB":
        return flat
    ground = Image.new("RGB", flat.size, (43, 45, 49))
    ground.paste(flat, mask=flat.getchannel("A"))
    return ground


_DARKEST, _BRIGHTEST = 0.13, 0.36


def accent_of(picture: bytes) -> int:
    """Return the most telling colour of a picture, as 0xRRGGBB for a card's edge.

    Its lightness is moved, hue kept, until it stands out at least 2.3 to 1 from Discord's dark card (#2B2D31) and from
    white. Raises UnreadablePictureError when the bytes are no picture.
    """
    small = _opened(picture, 64).resize((32, 32), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64).reshape(-1, 3) / 255
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    chroma = high - low
    red, green, blue = pixels.T
    hue = np.arctan2(math.sqrt(3) * (green - blue), 2 * red - green - blue) / _TAU % 1
    weight = chroma**1.5 * (0.25 + high) * (high > 0.12)
    bins = np.bincount((hue * 24).astype(np.intp) % 24, weights=weight, minlength=24)
    near = bins + 0.6 * (np.roll(bins, 1) + np.roll(bins, -1))
    best = int(near.argmax())
    away = np.abs((hue * 24 - best - 0.5 + 12) % 24 - 12)
    chosen = weight * np.clip(2 - away, 0, 1) * chroma**1.5
    if chosen.sum() < 1e-4:
        return _readable(_triple(pixels.mean(axis=0)))
    return _readable(_triple((pixels * chosen[:, None]).sum(axis=0) / chosen.sum()))


def _triple(channels: NDArray[np.float64]) -> Colour:
    return float(channels[0]), float(channels[1]), float(channels[2])


def _readable(colour: Colour) -> int:
    """Move a colour into the band of lightness that shows on dark and on light, and pack it."""
    lightness, a, b = _to_oklab(colour)
    chroma = math.hypot(a, b)
    boost = max(1.1, min(2.0, 0.11 / chroma)) if chroma > 0.02 else 1.0
    a, b = a * boost, b * boost
    low, high = 0.0, 1.0
    shown = _from_oklab(lightness, a, b)
    if not _DARKEST <= _luminance(shown) <= _BRIGHTEST:
        target = _DARKEST if _luminance(shown) < _DARKEST else _BRIGHTEST
        for _ in range(20):
            lightness = (low + high) / 2
            shown = _from_oklab(lightness, a, b)
            low, high = (lightness, high) if _luminance(shown) < target else (low, lightness)
    red, green, blue = (round(channel * 255) for channel in shown)
    return red << 16 | green << 8 | blue


_COLLAGE_GROUND: Final = (30, 31, 34)


def collage(covers: Sequence[bytes], *, columns: int | None = None, size: int = 640) -> bytes:
    """Lay 1 to 25 pictures out in a grid with rounded corners, as a JPEG size pixels wide.

    Without columns the grid is nearly square with few empty places; a last row that is not full is centred. Raises ValueError for
    no or too many pictures, and UnreadablePictureError with the index of one that cannot be opened.
    """
    if not 1 <= len(covers) <= MAX_COLLAGE:
        raise ValueError(f"a collage takes 1 to {MAX_COLLAGE} pictures, not {len(covers)}")
    across = _columns(len(covers)) if columns is None else columns
    if not 1 <= across <= MAX_COLLAGE or size < across * 16:
        raise ValueError("columns and size leave no room for the pictures")
    down = math.ceil(len(covers) / across)
    gap = max(2, round(size * 0.016))
    tile = (size - gap * (across - 1)) // across
    gap_left = size - tile * across - gap * (across - 1)
    sheet = Image.new("RGB", (size, tile * down + gap * (down - 1)), _COLLAGE_GROUND)
    mask = _rounded(tile, max(2, round(tile * 0.07)))
    for index, data in enumerate(covers):
        row, column = divmod(index, across)
        in_row = min(across, len(covers) - row * across)
        indent = (size - in_row * tile - (in_row - 1) * gap) // 2 if in_row < across else gap_left // 2
        at = (indent + column * (tile + gap), row * (tile + gap))
        sheet.paste(_square(_opened(data, tile, index), tile), at, mask)
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


@lru_cache(maxsize=16)
def _rounded(side: int, radius: int) -> Image.Image:
    big = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(big).rounded_rectangle((0, 0, side * 4 - 1, side * 4 - 1), radius * 4, fill=255)
    return big.reduce(4)
