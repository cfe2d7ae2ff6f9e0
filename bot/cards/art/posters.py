"""Compositions of a few large, flat shapes, as on a poster."""

from __future__ import annotations

import math

import numpy as np

from bot.cards.art.canvas import Canvas
from bot.cards.art.colour import by_light, mix
from bot.cards.art.lettering import face


def slabs(c: Canvas) -> None:
    """Three large shapes and a lot of nerve."""
    dice = c.dice
    c.night(0.4)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    angle = math.radians(dice.choice((20, 30, 45, 60, 120, 135, 150)))
    side = (c.x - 0.5) * math.sin(angle) + (c.y - 0.5) * -math.cos(angle)
    slab = np.abs(side - dice.uniform(-0.1, 0.1)) - dice.uniform(0.13, 0.22)
    cx, cy = dice.choice(((0.3, 0.34), (0.68, 0.36), (0.36, 0.66), (0.62, 0.62)))
    disc = c.disc(cx, cy, dice.uniform(0.26, 0.34))
    c.stamp(slab, two)
    c.stamp(disc, one)
    c.stamp(np.maximum(slab, disc), c.ink)
    kind = dice.randrange(3)
    if kind == 0:
        c.stamp(np.abs(c.disc(1 - cx, 1 - cy, 0.15)) - 0.035, three)
    elif kind == 1:
        edge = dice.uniform(0.1, 0.16)
        c.stamp(c.box(0, 0, edge, 1) if cx > 0.5 else c.box(1 - edge, 0, 1, 1), three)
    else:
        bar = np.abs(side + (0.33 if cy > 0.5 else -0.33)) - 0.022
        c.stamp(np.maximum(bar, -disc), c.ink)


def burst(c: Canvas) -> None:
    """Rays from one point."""
    dice = c.dice
    c.night(0.35)
    one, two, three = c.shuffled()
    reach, around = c.polar(*dice.choice(((0.5, 0.5), (0.5, 0.62), (0.3, 0.7), (0.7, 0.7), (0.5, 1.0))))
    rays = dice.choice((10, 12, 14, 18))
    turn = (around / math.tau + 0.5 + reach * dice.choice((0.0, 0.0, 0.12, -0.12))) * rays
    half = turn - np.floor(turn) - 0.5
    c.fill(c.paper)
    c.stamp((np.abs(half) - 0.25) * (reach * (math.tau / rays)), one)
    radius = dice.uniform(0.17, 0.25)
    for share, colour in ((1.42, c.paper), (1.22, c.ink), (1, two)):
        c.stamp(reach - radius * share, colour)
    if dice.random() < 0.5:
        c.stamp(reach - radius * 0.45, three)


def ribbons(c: Canvas) -> None:
    """Broad stripes that run straight, bend once, and run on."""
    dice = c.dice
    c.night(0.25)
    one, two, three = c.shuffled()
    middle = c.x * dice.uniform(0.9, 1.4) + dice.uniform(-0.2, 0.2)
    sway = dice.uniform(0.10, 0.2) * np.sin(middle * dice.uniform(4.5, 7) + dice.uniform(0, math.tau))
    run = c.y - 0.5 + sway + dice.uniform(-0.5, 0.5) * (c.x - 0.5)
    field = run / dice.uniform(0.075, 0.1) + (2.5 + dice.choice((-0.6, 0, 0.6)))
    order = [one, two, three, mix(one, c.ink, 0.55), mix(two, c.paper, 0.4), c.paper]
    c.image = c.bands(np.clip(field, -0.5, 5.5), order)


def arches(c: Canvas) -> None:
    """Nested doorways."""
    dice = c.dice
    c.night(0.3)
    rings = [*c.shuffled(), c.ink]
    c.fill(c.paper)
    single = dice.choice((1, 2, 2)) == 1
    if single:
        places, outer = ((0.5, 0.5),), 0.40
    else:
        places = ((0.3, 0.36), (0.7, 0.62)) if dice.random() < 0.5 else ((0.7, 0.36), (0.3, 0.62))
        outer = 0.27
    y = 1 - c.y if dice.random() < 0.25 else c.y
    count = dice.choice((4, 5)) if single else 4
    width = outer / (count + 0.35)
    for index, (cx, cy) in enumerate(places):
        reach = np.hypot(c.x - cx, np.minimum(y - cy, 0))
        order = rings[index:] + rings[:index] if count == 4 else [*rings, c.paper]
        c.lay(c.solid(reach - outer), c.bands((outer - reach) / width, order))
        c.stamp(reach - (outer - width * count), c.paper)


def cutouts(c: Canvas) -> None:
    """Paper cut by hand: soft blobs and a leaf."""
    dice = c.dice
    c.night(0.2)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    half = c.box(0, 0, 0.5, 1) if dice.random() < 0.5 else c.box(0, 0.5, 1, 1)
    c.stamp(half, mix(one, c.paper, 0.2))
    spots = [(0.3, 0.3), (0.7, 0.32), (0.32, 0.72), (0.7, 0.7)]
    dice.shuffle(spots)
    colours = (two, c.ink, three, mix(two, c.ink, 0.55))
    for (cx, cy), colour in zip(spots[: dice.choice((3, 4))], colours, strict=False):
        reach, around = c.polar(cx, cy)
        lobes = dice.choice((0, 0, 5, 6, 7))
        edge = np.full_like(around, dice.uniform(0.16, 0.22))
        for wave in (lobes,) if lobes else (2, 3):
            depth = 0.055 if lobes else dice.uniform(0.015, 0.04)
            edge += depth * np.cos(around * wave + dice.uniform(0, math.tau))
        c.stamp((reach - edge) * 0.8, colour)
        if lobes:
            c.stamp(reach - 0.055, c.paper)


def keys(c: Canvas) -> None:
    """Upright bars that step up and down like a phrase."""
    dice = c.dice
    c.night(0.45)
    one, two, three = c.shuffled()
    c.fill(c.paper)
    count = dice.choice((5, 6, 7, 8))
    accent = dice.randrange(count)
    margin, gap = 0.09, 0.022
    width = (1 - 2 * margin + gap) / count
    level, colours = dice.uniform(0.25, 0.45), (one, c.ink, one, mix(one, c.ink, 0.5))
    for bar in range(count):
        level = min(0.62, max(0.09, level + dice.choice((-0.2, -0.12, -0.07, 0.07, 0.12, 0.2))))
        foot = min(0.91, level + dice.uniform(0.30, 0.52))
        left = margin + bar * width
        c.stamp(c.box(left, level, left + width - gap, foot), two if bar == accent else colours[bar % 4])
        if bar == (accent + count // 2) % count:
            radius = (width - gap) / 2
            at = level - radius - gap if level > 0.3 else foot + radius + gap
            c.stamp(c.disc(left + radius, at, radius), three)


def blocks(c: Canvas) -> None:
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
    pool = [one, c.ink, two, one, three, mix(one, c.ink, 0.5), mix(one, c.paper, 0.55), c.ink]
    half = 0.011
    round_one = max(frames, key=lambda f: min(f[2] - f[0], f[3] - f[1]))
    for index, frame in enumerate(frames):
        left, top, right, bottom = frame
        box = c.box(left + half, top + half, right - half, bottom - half)
        c.stamp(box, c.ink if frame == round_one else pool[index % len(pool)])
        if frame == round_one:
            radius = min(right - left, bottom - top) / 2 - half * 2.4
            c.stamp(c.disc((left + right) / 2, (top + bottom) / 2, radius), two)


def disc(c: Canvas) -> None:
    """A record, close."""
    p, dice = c.palette, c.dice
    c.night(0.2)
    one, two, three = c.shuffled()
    c.fill(one if dice.random() < 0.7 else c.paper)
    cx, cy = dice.choice(((0.5, 0.5), (0.68, 0.5), (0.5, 0.7), (0.9, 0.56), (0.2, 0.8)))
    size = 0.42 if (cx, cy) == (0.5, 0.5) else dice.uniform(0.5, 0.6)
    reach, around = c.polar(cx, cy)
    gleam = np.cos((around - dice.uniform(0, math.tau)) * 2)
    groove = np.sin(reach * (math.tau * 42)) * 0.12
    black = c.shade(np.maximum(gleam, 0) ** 6 * 0.75 + groove + 0.1, [p.ink, mix(p.ink, p.paper, 0.4)])
    c.glow(reach - (size + 0.005), 0.07, 0.35, p.ink)
    c.lay(c.solid(reach - size), black)
    label = reach - size * 0.36
    c.stamp(label, two)
    c.stamp(np.maximum(label, cy - c.y), three)
    c.stamp(reach - 0.016, p.paper)


def letter(c: Canvas) -> None:
    """One letter, larger than the sleeve, filled with light."""
    p, dice = c.palette, c.dice
    c.night(0.4)
    one, two, three = c.shuffled()
    c.image = c.shade(c.y, [c.paper, mix(c.paper, three, 0.18)])
    font = face(round(c.side * dice.uniform(1.05, 1.3)))
    left, top, right, bottom = font.getbbox(c.initial)
    x = (c.side - left - right) / 2 + dice.choice((-0.14, 0.0, 0.14)) * c.side
    y = (c.side - top - bottom) / 2 + dice.choice((-0.1, 0.0, 0.1)) * c.side
    mask = c.drawn(lambda pen, _: pen.text((x, y), c.initial, fill=255, font=font), finer=1)
    if dice.random() < 0.5:
        light = c.shade(c.flow(2, 4.0, 0.12), by_light(p.lead, p.second, p.third))
    else:
        slant = c.y + c.x * dice.choice((-0.6, 0.0, 0.6))
        light = c.bands(slant * dice.choice((7, 9)), [one, two, c.ink, three])
    c.lay(mask, light)
