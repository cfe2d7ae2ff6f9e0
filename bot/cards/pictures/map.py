"""A map: named dots, and names of places between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.pictures.sheet import COOL, INK, MARGIN, ROOM, SMALL, TEXT, TITLE, WARM, WIDTH, Rgb, Sheet

_HEAD, _SIDE, _INSET = 100, ROOM, 70
_RADIUS = 13
_LONGEST = 300
_HIGH = 40
MOST_MEMBERS, MOST_LANDMARKS = 40, 16

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A name at a place: to the right and upwards, each -1 to 1."""

    name: str
    x: float
    y: float


def draw_map(title: str, members: Sequence[Mark], landmarks: Sequence[Mark]) -> bytes:
    """Draw members, each with their name where there is room for it, and the landmarks that stay clear of them.

    Of more than 40 members and 16 landmarks the first are drawn: others would find no room for their names.
    """
    members, landmarks = members[:MOST_MEMBERS], landmarks[:MOST_LANDMARKS]
    sheet = Sheet(_HEAD + _SIDE + MARGIN)
    sheet.text(MARGIN, 56, title, size=TITLE)
    taken = [_around(*_at(mark)) for mark in members]
    for mark in members:
        sheet.dot(*_at(mark), _RADIUS, WARM)
    for mark in members:
        _label(sheet, mark, taken, size=TEXT, colour=INK)
    for mark in landmarks:
        _label(sheet, mark, taken, size=SMALL, colour=COOL, centred=True)
    return sheet.png()


def _at(mark: Mark) -> tuple[float, float]:
    half = _SIDE / 2
    x, y = (min(max(value, -1.0), 1.0) * (half - _INSET) for value in (mark.x, mark.y))
    return MARGIN + half + x, _HEAD + half - y


def _around(x: float, y: float) -> Box:
    return x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS


def _label(
    sheet: Sheet, mark: Mark, taken: list[Box], *, size: int, colour: Rgb, centred: bool = False
) -> None:
    """Write a name at the first free place around its mark; where there is none, not at all."""
    x, y = _at(mark)
    wide = sheet.length(mark.name, size, _LONGEST)
    beside, above = _RADIUS + 10, _RADIUS + _HIGH / 2 + 2
    places = [
        (x + beside, y),
        (x - beside - wide, y),
        (x - wide / 2, y - above),
        (x - wide / 2, y + above),
        (x + beside, y - above),
        (x + beside, y + above),
        (x - beside - wide, y - above),
        (x - beside - wide, y + above),
    ]
    if centred:
        places = [(x - wide / 2, y), (x - wide / 2, y - _HIGH), (x - wide / 2, y + _HIGH)]
    for wanted, middle in places:
        left = min(max(wanted, 8.0), WIDTH - 8.0 - wide)
        box = (left - 4, middle - _HIGH / 2, left + wide + 4, middle + _HIGH / 2)
        inside = box[1] >= _HEAD - 10 and box[3] <= sheet.height - 6
        if wide and inside and not any(_meet(box, other) for other in taken):
            sheet.text(left, middle, mark.name, size=size, colour=colour, width=_LONGEST)
            taken.append(box)
            return


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
