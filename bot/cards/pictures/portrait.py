"""A taste in one picture: sections of bars, each beside the server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.pictures.sheet import COOL, MARGIN, QUIET, ROOM, SMALL, TEXT, TITLE, WARM, WIDTH, Rgb, Sheet

_HEAD, _HEADING, _ROW, _ONE, _FOOT = 104, 66, 74, 58, 30
_NAME, _WRITTEN = 290, 96
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """One row: the member's value and the server's, 0 to 1; None where the server's is not told."""

    name: str
    own: float
    written: str
    server: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading.

    Attributes:
        shares: drawn against the largest of them; other values are drawn as they are.
        legend: what both bars stand for where it is not what the title says; the second is grey then.
    """

    heading: str
    rows: Sequence[Likeness]
    shares: bool = True
    legend: tuple[str, str] | None = None


def draw_portrait(name: str, sections: Sequence[Section], *, legend: tuple[str, str] | None = None) -> bytes:
    """Draw sections below each other.

    Args:
        legend: what the warm and the cool bars stand for; None where there are no cool ones.
    """
    drawn = [section for section in sections if section.rows]
    sheet = Sheet(_HEAD + sum(_height(section) for section in drawn) + _FOOT)
    room = _legend(sheet, legend, 58, COOL)
    sheet.text(MARGIN, 56, name, size=TITLE, width=room)
    top = _HEAD
    for section in drawn:
        _section(sheet, section, top)
        top += _height(section)
    return sheet.png()


def _legend(sheet: Sheet, legend: tuple[str, str] | None, middle: float, second: Rgb) -> float:
    """Say at the right edge what the two colours stand for; how much room is left beside it."""
    right = WIDTH - MARGIN
    for label, colour in zip(reversed(legend or ()), (second, WARM), strict=False):
        right -= sheet.text(right, middle, label, size=SMALL, colour=QUIET, align="r", width=190)
        sheet.dot(right - 20, middle, 10, colour)
        right -= 54
    return right - MARGIN


def _height(section: Section) -> int:
    rows = section.rows[:_MOST_ROWS]
    return _HEADING + sum(_ONE if row.server is None else _ROW for row in rows)


def _section(sheet: Sheet, section: Section, top: float) -> None:
    second = COOL if section.legend is None else QUIET
    room = _legend(sheet, section.legend, top + 32, second)
    sheet.text(MARGIN, top + 32, section.heading, size=SMALL, colour=QUIET, width=room)
    top += _HEADING
    rows = section.rows[:_MOST_ROWS]
    longest = max(max(row.own, row.server or 0.0) for row in rows) if section.shares else 1.0
    longest = longest or 1.0
    left, width = MARGIN + _NAME, ROOM - _NAME - _WRITTEN
    for row in rows:
        high = _ONE if row.server is None else _ROW
        middle = top + high / 2 - 6
        sheet.text(MARGIN, middle, row.name, size=TEXT, width=_NAME - 24)
        sheet.text(MARGIN + ROOM, middle, row.written, size=SMALL, colour=QUIET, align="r", width=_WRITTEN)
        own = middle if row.server is None else middle - 13
        sheet.bar(left, own, row.own / longest, width=width, thickness=18, colour=WARM)
        if row.server is not None:
            sheet.bar(left, middle + 13, row.server / longest, width=width, thickness=14, colour=second)
        top += high
