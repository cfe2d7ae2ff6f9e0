"""Compositions of light: skies, water, hills, glass, planets. Everything in them is graded."""

from __future__ import annotations

import math

import numpy as np

from bot.cards.art.canvas import Canvas
from bot.cards.art.colour import by_light, mix


def aurora(c: Canvas) -> None:
    """Folded light; sometimes a moon that carries the same light the other way round."""
    p, dice = c.palette, c.dice
    stops = by_light(p.ink, p.lead, p.third, p.second, p.paper)
    field = c.flow(3, dice.uniform(3.2, 5.2), dice.uniform(0.10, 0.17))
    c.image = c.shade(field, stops)
    if dice.random() < 0.6:
        radius = dice.uniform(0.2, 0.3)
        moon = c.disc(dice.uniform(0.4, 0.6), dice.uniform(0.4, 0.56), radius)
        turned = c.shade(1 - field, stops[1:])
        c.lay(c.soft(moon, 0.22) * 0.35, turned)
        c.lay(c.solid(moon), turned)


def fluted(c: Canvas) -> None:
    """Coloured light behind ribbed glass."""
    p, dice = c.palette, c.dice
    phase = c.x * dice.choice((7, 9, 11, 14))
    inside = phase - np.floor(phase) - 0.5
    bent = c.x + inside * dice.uniform(0.25, 0.45)
    cx, cy = dice.uniform(0.35, 0.65), dice.uniform(0.35, 0.65)
    base = c.y + dice.uniform(-0.5, 0.5) * (bent - 0.5)
    c.image = c.shade(base if dice.random() < 0.5 else 1 - base, by_light(p.ink, p.lead, p.third))
    light = np.hypot(bent - cx, c.y - cy) - dice.uniform(0.22, 0.3)
    c.lay(c.soft(light, 0.2), c.shade(0.5 + (c.y - cy) * 1.6, [p.paper, p.second, p.lead]))
    c.image *= 1 + 0.10 * inside


def horizon(c: Canvas) -> None:
    """A sun or moon over water."""
    p, dice = c.palette, c.dice
    line = dice.uniform(0.56, 0.7)
    if dice.random() < 0.5:
        sky = [p.ink, mix(p.ink, p.lead, 0.6), p.lead, p.second]
        light, deep, foam = p.paper, p.ink, p.second
    else:
        sky = [mix(p.paper, p.third, 0.5), p.paper, mix(p.paper, p.second, 0.6)]
        light, deep, foam = p.lead, mix(p.third, p.ink, 0.6), p.third
    c.image = c.shade(c.y / line, sky)

    radius, cx = dice.uniform(0.15, 0.23), dice.uniform(0.34, 0.66)
    cy = line - dice.uniform(0.0, 0.3)
    sun = c.disc(cx, cy, radius)
    c.glow(sun, 0.34, 0.45, mix(light, p.second, 0.4))
    c.lay(c.solid(sun), c.shade((c.y - cy + radius) / (2 * radius), [light, mix(light, p.second, 0.75)]))

    depth = (c.y - line) / (1 - line)
    c.lay(c.solid(line - c.y), c.shade(depth, [mix(deep, foam, 0.45), deep]))
    rows = dice.choice((7, 9, 11))
    place = np.clip(depth, 0, 1) ** 0.7 * rows
    row = np.floor(place)
    part = np.abs(place - row - 0.5)
    reach = radius * (1 - row / rows * 0.55) * (0.75 + 0.35 * np.sin(row * 2.4 + cx * 9))
    glint = c.solid(np.abs(c.x - cx) - reach)
    glint = glint * np.clip((0.24 - part) * c.side / rows * 0.42 + 0.5, 0, 1) * (depth > 0)
    c.paint(glint, mix(light, p.second, 0.3))


def hills(c: Canvas) -> None:
    """Paper ridges, each lighter at its foot, as in morning mist."""
    p, dice = c.palette, c.dice
    if dice.random() < 0.6:
        sky, disc, far = mix(p.paper, p.second, 0.55), p.lead, p.third
    else:
        sky, disc, far = p.third, p.second, p.lead
    c.image = c.shade(c.y * 1.3, [sky, p.paper])
    sun = c.disc(dice.uniform(0.25, 0.75), dice.uniform(0.22, 0.36), dice.uniform(0.09, 0.15))
    c.glow(sun, 0.2, 0.3, p.second)
    c.stamp(sun, disc)
    count = dice.choice((4, 5, 6))
    far = mix(far, p.paper, 0.35)
    line = c.x[0]
    for layer in range(count):
        at = layer / (count - 1)
        ridge = np.full_like(line, 0.42 + 0.46 * at)
        for wave in range(1, 4):
            pace, phase = dice.uniform(1.4, 2.6) * wave, dice.uniform(0, math.tau)
            ridge += dice.uniform(0.03, 0.075) / wave * np.sin(line * (pace * 2.2) + phase)
        below = ridge[None, :] - c.y
        colour = mix(mix(far, p.lead, min(1, at * 2)), p.ink, max(0.0, at * 1.9 - 1))
        c.glow(below, 0.07, 0.22, p.ink)
        c.lay(c.solid(below), c.shade(below * -2.6, [colour, mix(colour, p.paper, 0.28)]))


def orbits(c: Canvas) -> None:
    """Thin rings, small bodies, one large one half in shade."""
    p, dice = c.palette, c.dice
    c.night(0.7)
    c.image = c.shade(c.away(0.5, 0.5) * 1.35, [mix(c.paper, p.lead, 0.28), c.paper])
    cx, cy = dice.choice(((0.5, 0.5), (0.35, 0.65), (0.66, 0.64), (0.5, 0.86)))
    reach = c.away(cx, cy)
    planet = dice.uniform(0.14, 0.22)
    colours = c.shuffled()
    for index in range(dice.choice((3, 4, 5))):
        radius = planet + 0.09 * (index + 1) + dice.uniform(-0.01, 0.01)
        c.stamp(np.abs(reach - radius) - 0.0035, mix(c.ink, c.paper, 0.25))
        angle = dice.uniform(math.pi if cy > 0.6 else 0, math.tau)
        px, py = cx + radius * math.cos(angle), cy + radius * math.sin(angle)
        c.stamp(c.disc(px, py, dice.uniform(0.018, 0.04)), colours[index % 3])
    shade = c.across(cx, cy, planet, dice.uniform(0, math.tau))
    c.lay(c.solid(reach - planet), c.shade(shade, [p.lead, p.lead, p.second, p.paper]))


def spheres(c: Canvas) -> None:
    """Overlapping discs of graded colour."""
    p, dice = c.palette, c.dice
    c.night(0.25)
    c.image = c.shade(c.y, [c.paper, mix(c.paper, p.second, 0.22)])
    colours = c.shuffled()
    start = dice.uniform(0, math.tau)
    count = dice.choice((2, 3, 3, 4))
    for index in range(count):
        angle = start + math.tau * index / count
        radius = dice.uniform(0.19, 0.29)
        cx, cy = 0.5 + 0.2 * math.cos(angle), 0.5 + 0.2 * math.sin(angle)
        one, two = colours[index % 3], colours[(index + 1) % 3]
        field = c.across(cx, cy, radius, dice.uniform(0, math.tau))
        c.glow(c.disc(cx, cy + 0.03, radius), 0.12, 0.16, p.ink)
        c.lay(c.solid(c.disc(cx, cy, radius)), c.shade(field, [one, mix(one, two, 0.85)]))
