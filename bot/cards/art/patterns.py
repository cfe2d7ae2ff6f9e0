"""Compositions of one figure, again and again: tiles, dots, cloth, and lines."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from PIL import ImageDraw

from bot.cards.art.canvas import Canvas, Field
from bot.cards.art.colour import Colour, mix


def bauhaus(c: Canvas) -> None:
    """Quarter discs, half discs and triangles on a chessboard."""
    dice = c.dice
    c.night(0.3)
    count = dice.choice((2, 3, 3, 4))
    pool = [*c.shuffled(), c.ink, c.paper]
    edges = [cell * c.side // count for cell in range(count + 1)]
    kind = -1
    for row, column in product(range(count), repeat=2):
        tile = (slice(*edges[row : row + 2]), slice(*edges[column : column + 2]))
        u, v = c.x[tile] * count - column, c.y[tile] * count - row
        u, v = (1 - u if dice.random() < 0.5 else u), (1 - v if dice.random() < 0.5 else v)
        kind = dice.choice([other for other in range(6) if other != kind])
        ground, figure, core = dice.sample(pool, 3)
        if {ground, figure} == {c.ink, c.paper} and dice.random() < 0.5:
            figure = pool[0]
        mask = c.solid(_figure(kind, u, v), count)
        inner = c.solid(np.hypot(u, v) - 0.42, count) if kind == 0 and count < 4 else 0
        for channel, back, front, middle in zip(c.image, ground, figure, core, strict=True):
            block = back + (front - back) * mask
            channel[tile] = block + (middle - block) * inner


def _figure(kind: int, u: Field, v: Field) -> Field:
    """Distance field of one of the six figures of a tile of side 1."""
    match kind:
        case 0:
            return np.hypot(u, v) - 1
        case 1:
            return np.maximum(np.hypot(u - 0.5, v) - 0.5, -v)
        case 2:
            return (u + v - 1) / math.sqrt(2)
        case 3:
            return np.hypot(u - 0.5, v - 0.5) - 0.36
        case 4:
            return np.minimum(np.hypot(u, v) - 0.5, np.hypot(u - 1, v - 1) - 0.5)
        case _:
            return np.abs(np.hypot(u, v) - 0.66) - 0.17


def halftone(c: Canvas) -> None:
    """A field seen through a screen of dots."""
    p, dice = c.palette, c.dice
    c.night(0.6)
    count = dice.choice((11, 13, 16))
    angle = math.radians(dice.choice((0, 0, 15, 45)))
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = c.x - 0.5, c.y - 0.5
    u, v = (x * cos + y * sin) * count, (y * cos - x * sin) * count
    cu, cv = np.floor(u) + 0.5, np.floor(v) + 0.5
    px, py = (cu * cos - cv * sin) / count + 0.5, (cu * sin + cv * cos) / count + 0.5
    kind = dice.randrange(3)
    if kind == 0:
        level = np.clip(1.05 - np.hypot(px - dice.uniform(0.3, 0.7), py - dice.uniform(0.3, 0.7)) * 1.5, 0, 1)
    elif kind == 1:
        level = 0.5 + 0.5 * np.cos(np.hypot(px - 0.5, py - 0.5) * dice.uniform(16, 22))
    else:
        level = 0.5 + 0.5 * np.sin(px * dice.uniform(5, 8) + 1.5 * np.sin(py * dice.uniform(4, 7)) + cos)
    dots = c.solid(np.hypot(u - cu, v - cv) - (0.08 + 0.40 * level), count)
    c.fill(c.paper)
    ramp = [p.lead, p.second] if dice.random() < 0.6 else [p.third, p.lead, p.second]
    c.lay(dots, c.shade((px + py) / 2, ramp))


def truchet(c: Canvas) -> None:
    """Striped quarter turns that join into endless loops."""
    dice = c.dice
    c.night(0.3)
    one, two, three = c.shuffled()
    count = dice.choice((2, 3, 3, 4))
    flips = np.array([[dice.random() < 0.5 for _ in range(count)] for _ in range(count)])
    cell_x, cell_y = (c.x * count).astype(np.intp), (c.y * count).astype(np.intp)
    u, v = c.x * count - cell_x, c.y * count - cell_y
    u = np.where(flips[cell_y, cell_x], 1 - u, u)
    away = np.abs(np.minimum(np.hypot(u, v), np.hypot(1 - u, 1 - v)).astype(np.float32) - 0.5)
    stripes = [(0.36, c.ink), (0.25, one), (0.13, two if dice.random() < 0.7 else c.paper)]
    if dice.random() < 0.6:
        stripes.append((0.035, three))
    c.fill(c.paper)
    for width, colour in stripes:
        c.paint(np.clip(0.5 - (away - width) / (count / c.side), 0, 1), colour)


def wax(c: Canvas) -> None:
    """Medallions of petals and rings, as on printed cloth."""
    dice = c.dice
    c.night(0.4)
    one, two, three = c.shuffled()
    count = dice.choice((2, 3, 3))
    shift = dice.random() < 0.5
    v = c.y * count
    row = np.floor(v)
    u = c.x * count + (0.5 * (row % 2) if shift else 0)
    u, v = u - np.floor(u) - 0.5, v - row - 0.5
    reach = np.hypot(u, v)
    wave = np.cos(np.arctan2(v, u) * dice.choice((6, 8, 10, 12)))
    c.fill(one)
    if not shift:
        corner = np.hypot(np.abs(u) - 0.5, np.abs(v) - 0.5)
        c.stamp(corner - 0.13, c.ink, count)
        c.stamp(corner - 0.065, c.paper, count)
    rings: tuple[tuple[float, float, Colour], ...] = (
        (0.445, 0, c.ink),
        (0.375, 0.05, c.paper),
        (0.285, 0.05, three),
        (0.20, 0, c.ink),
        (0.155, 0, two),
        (0.07, 0, c.paper),
    )
    for radius, petal, colour in rings:
        c.stamp(reach - radius - petal * wave, colour, count)


def weave(c: Canvas) -> None:
    """Strips of chevrons and blocks, as woven cloth."""
    dice = c.dice
    c.night(0.35)
    one, two, three = c.shuffled()
    strips = dice.choice((3, 4, 5))
    along, across = (c.y, c.x) if dice.random() < 0.6 else (c.x, c.y)
    strip = np.floor(across * strips)
    inside = np.abs(across * strips - strip - 0.5)
    kinds = [dice.randrange(3) for _ in range(strips)]
    for index in range(1, strips):
        if kinds[index] == kinds[index - 1]:
            kinds[index] = (kinds[index] + 1) % 3
    for index, kind in enumerate(kinds):
        pace = dice.choice((3.0, 4.0, 5.0)) * strips / 3
        if kind == 0:
            lean = pace * 2 / strips * (1 if dice.random() < 0.5 else -1)
            layer = c.bands(along * (pace * 2) + inside * lean, [one, c.ink, two, c.paper])
        elif kind == 1:
            layer = c.bands(along * (pace * 1.5), [c.ink, three, c.ink, two, c.paper, two])
        else:
            cell = np.abs(along * strips - np.floor(along * strips) - 0.5)
            layer = c.bands((inside + cell) * 5.2, [one, c.paper, c.ink, three, two, two])
        c.lay((strip == index).astype(np.float32), layer)
    c.stamp((0.5 - inside) / strips - 0.008, c.ink)


def ridges(c: Canvas) -> None:
    """A stack of signals, the nearer ones in front."""
    p, dice = c.palette, c.dice
    c.night(0.75)
    rows = dice.choice((13, 16, 20))
    steps = np.linspace(0.1, 0.9, 90)
    centre, spread = dice.uniform(0.4, 0.6), dice.uniform(0.14, 0.2)
    bumps = [(dice.uniform(14, 40), dice.uniform(0, math.tau), dice.uniform(0.4, 1.6)) for _ in range(4)]
    hill = np.exp(-(((steps - centre) / spread) ** 2)) * dice.uniform(0.09, 0.13)

    def draw(pen: ImageDraw.ImageDraw, scale: float) -> None:
        for row in range(rows):
            base = 0.24 + 0.6 * row / (rows - 1)
            signal = sum(np.sin(steps * pace + phase + row * drift * 1.7) for pace, phase, drift in bumps)
            top = base - hill * (0.55 + 0.3 * np.abs(signal)) - 0.004 * np.sin(steps * 60 + row * 2.1)
            line = list(zip((steps * scale).tolist(), (top * scale).tolist(), strict=True))
            foot = base * scale + 30
            pen.polygon([*line, (0.9 * scale, foot), (0.1 * scale, foot)], fill=0)
            pen.line(line, fill=255, width=max(1, round(scale * 0.0085)), joint="curve")

    c.fill(c.paper)
    ends = [p.second, p.lead] if dice.random() < 0.7 else [c.ink, c.ink]
    c.lay(c.drawn(draw), c.shade(c.y, ends))


def contours(c: Canvas) -> None:
    """Fine lines of equal height."""
    p, dice = c.palette, c.dice
    c.night(0.35)
    c.fill(c.paper)
    field = c.flow(3, dice.uniform(3.5, 5.5), dice.uniform(0.10, 0.16))
    bend = (c.x - dice.uniform(0.2, 0.8)) ** 2 + (c.y - dice.uniform(0.2, 0.8)) ** 2
    height = field + bend * dice.uniform(0.6, 1.4)
    if dice.random() < 0.55:
        c.stamp(c.disc(dice.uniform(0.3, 0.7), dice.uniform(0.3, 0.7), dice.uniform(0.17, 0.25)), p.second)
    lines = c.lines(height * dice.choice((12, 15, 19)), 0.0075)
    c.lay(lines, c.shade(field, [c.ink, mix(p.lead, c.ink, 0.25)]))


def strings(c: Canvas) -> None:
    """Straight threads that together make a curve."""
    p, dice = c.palette, c.dice
    c.night(0.5)
    c.fill(c.paper)
    count = dice.choice((72, 90, 108))
    turn, offset = dice.choice((2, 3, 4, 5)), dice.uniform(0, math.tau)
    inner = 0.4 * dice.choice((1.0, 1.0, 0.5))

    def draw(pen: ImageDraw.ImageDraw, scale: float) -> None:
        for thread in range(count):
            one = math.tau * thread / count + offset
            two = one * turn - offset * (turn - 1) + math.pi / 3
            ends = [
                ((0.5 + reach * math.cos(angle)) * scale, (0.5 + reach * math.sin(angle)) * scale)
                for reach, angle in ((0.4, one), (inner, two))
            ]
            pen.line(ends, fill=255, width=max(1, round(scale * 0.0052)))

    stops = [mix(p.lead, c.ink, 0.3), p.second] if dice.random() < 0.6 else [c.ink, p.lead]
    c.lay(c.drawn(draw), c.shade((c.x + c.y) / 2, stops))


def staves(c: Canvas) -> None:
    """Five lines in a slow curve, and a few notes."""
    p, dice = c.palette, c.dice
    c.night(0.35)
    c.fill(c.paper)
    pace, phase = dice.uniform(3.0, 5.0), dice.uniform(0, math.tau)
    depth, tilt = dice.uniform(0.06, 0.13), dice.uniform(-0.25, 0.25)
    line = 0.5 + depth * np.sin(c.x * pace + phase) + tilt * (c.x - 0.5)
    pinch = 0.062 * (1 + 0.55 * np.sin(c.x * (pace * 0.8) + phase * 2))
    field = (c.y - line) / pinch
    c.paint(c.lines(field, 0.009) * (np.abs(field) < 2.5), c.ink)
    for index in range(dice.choice((3, 4, 5))):
        at = 0.14 + 0.72 * (index + dice.uniform(0.2, 0.8)) / 5
        column = min(c.side - 1, int(at * c.side))
        step = dice.choice((-1.5, -1, -0.5, 0, 0.5, 1, 1.5))
        level = float(line[0, column] + step * pinch[0, column])
        c.stamp(c.disc(at, level, 0.036), p.second if index == 1 else p.lead)
