"""Figures of a server in one picture: tiles, stacked bars, weeks as columns, and shares with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.pictures.sheet import (
    AGAINST,
    COOL,
    INK,
    MARGIN,
    QUIET,
    ROOM,
    SMALL,
    TEXT,
    TITLE,
    TRACK,
    WARM,
    WIDTH,
    Rgb,
    Sheet,
)

_HEAD, _TILE, _HEADING, _LEGEND, _ROW, _COLUMNS, _FOOT = 104, 112, 70, 48, 66, 268, 30
_NAME, _WRITTEN = 284, 196
_PLOT = 168
_MOST_ROWS, _MOST_COLUMNS, _MOST_LABELS = 6, 26, 8
_THICK, _WHISKER = 26, 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure and what it is."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar in two parts, each a share of the whole, and what is written beside it."""

    name: str
    liked: float
    refused: float
    written: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A share between the ends of its interval, all 0 to 1, as it is written; ``share`` is None where there is none."""

    name: str
    share: float | None
    low: float
    high: float
    written: str = ""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Bars under a heading."""

    heading: str
    rows: Sequence[Stack]


@dataclass(frozen=True, slots=True)
class Reaches:
    """Shares with intervals under a heading."""

    heading: str
    rows: Sequence[Reach]


def draw_dashboard(
    title: str,
    tiles: Sequence[Tile],
    stacks: Sequence[Stacks],
    legend: tuple[str, str, str],
    weeks: Reaches,
    estimates: Reaches,
) -> bytes:
    """Draw them below each other; what is empty is left out.

    Args:
        legend: what warm, red and the empty rest of a bar stand for.
        weeks: drawn as columns, the oldest first; the others as rows.
    """
    tiles = tiles[:_MOST_ROWS]
    told = [each for each in stacks if each.rows]
    weeks = Reaches(weeks.heading, weeks.rows[-_MOST_COLUMNS:])
    estimates = Reaches(estimates.heading, estimates.rows[:_MOST_ROWS])
    lines = (len(tiles) + 1) // 2
    height = _HEAD + _TILE * lines + (_LEGEND if told else 0)
    height += sum(_HEADING + _ROW * len(each.rows[:_MOST_ROWS]) for each in told)
    height += (_HEADING + _COLUMNS if weeks.rows else 0) + _FOOT
    height += _HEADING + _ROW * len(estimates.rows) if estimates.rows else 0
    sheet = Sheet(height)
    sheet.text(MARGIN, 56, title, size=TITLE)
    top = _tiles(sheet, tiles, _HEAD)
    if told:
        _legend(sheet, legend, top + _LEGEND / 2)
        top += _LEGEND
    for each in told:
        top = _stacks(sheet, each, top)
    if weeks.rows:
        top = _columns(sheet, weeks, top)
    if estimates.rows:
        _reaches(sheet, estimates, top)
    return sheet.png()


def _tiles(sheet: Sheet, tiles: Sequence[Tile], top: float) -> float:
    """Two beside each other; where they end."""
    half = ROOM / 2
    for number, tile in enumerate(tiles):
        left = MARGIN + half * (number % 2)
        middle = top + _TILE * (number // 2) + 28
        sheet.text(left, middle, tile.value, size=TITLE, width=half - 20)
        sheet.text(left, middle + 42, tile.label, size=SMALL, colour=QUIET, width=half - 20)
    return top + _TILE * ((len(tiles) + 1) // 2)


def _legend(sheet: Sheet, legend: tuple[str, str, str], middle: float) -> None:
    left: float = MARGIN
    for label, colour in zip(legend, (WARM, AGAINST, TRACK), strict=True):
        sheet.dot(left + 10, middle, 10, colour)
        left += 32 + sheet.text(left + 32, middle, label, size=SMALL, colour=QUIET, width=300) + 30


def _heading(sheet: Sheet, heading: str, top: float) -> float:
    sheet.text(MARGIN, top + 36, heading, size=SMALL, colour=QUIET)
    return top + _HEADING


def _stacks(sheet: Sheet, stacks: Stacks, top: float) -> float:
    top = _heading(sheet, stacks.heading, top)
    left, width = MARGIN + _NAME, ROOM - _NAME - _WRITTEN
    for row in stacks.rows[:_MOST_ROWS]:
        middle = top + _ROW / 2 - 6
        _beside(sheet, row.name, row.written, middle)
        sheet.pill(left, middle, width, _THICK, TRACK)
        both = min(row.liked + row.refused, 1.0) * width
        # The one below shows where the upper one ends: a rounded end has to lie on something.
        _part(sheet, left, middle, both, AGAINST if row.refused else WARM)
        _part(sheet, left, middle, min(row.liked, 1.0) * width, WARM)
        top += _ROW
    return top


def _part(sheet: Sheet, left: float, middle: float, width: float, colour: Rgb) -> None:
    if width > 0:
        sheet.pill(left, middle, max(width, _THICK), _THICK, colour)


def _columns(sheet: Sheet, weeks: Reaches, top: float) -> float:
    """A column a week as high as its share, with a line from end to end of its interval; the highest fills the plot."""
    top = _heading(sheet, weeks.heading, top)
    most = _highest(weeks.rows)
    step = ROOM / len(weeks.rows)
    wide = min(step * 0.55, 48)
    ground = top + _PLOT
    every = -(-len(weeks.rows) // _MOST_LABELS)
    for number, row in enumerate(weeks.rows):
        middle = MARGIN + step * (number + 0.5)
        last = number == len(weeks.rows) - 1
        if last or (number % every == 0 and number + every < len(weeks.rows)):
            sheet.text(middle, ground + 28, row.name, size=SMALL, colour=QUIET, align="m", width=step * every)
            sheet.text(middle, ground + 62, row.written, size=SMALL, align="m", width=step * every)
        sheet.box(middle - wide / 2, ground - 4, wide, 4, TRACK)
        if row.share is None:
            continue
        high = row.share / most * _PLOT
        sheet.box(middle - wide / 2, ground - high, wide, max(high, 4), WARM)
        up, down = ground - row.high / most * _PLOT, ground - row.low / most * _PLOT
        sheet.box(middle - _WHISKER / 2, up, _WHISKER, down - up, INK)
    return top + _COLUMNS


def _reaches(sheet: Sheet, reaches: Reaches, top: float) -> None:
    """A dot a share, on a line from end to end of its interval; the highest end fills the width."""
    top = _heading(sheet, reaches.heading, top)
    most = _highest(reaches.rows)
    left, width = MARGIN + _NAME, ROOM - _NAME - _WRITTEN
    for row in reaches.rows:
        middle = top + _ROW / 2 - 6
        _beside(sheet, row.name, row.written, middle)
        sheet.pill(left, middle, width, 6, TRACK)
        if row.share is not None:
            low, high = row.low / most * width, row.high / most * width
            sheet.pill(left + low, middle, max(high - low, 10), 10, COOL)
            sheet.dot(left + row.share / most * width, middle, 13, INK)
        top += _ROW


def _beside(sheet: Sheet, name: str, written: str, middle: float) -> None:
    sheet.text(MARGIN, middle, name, size=TEXT, width=_NAME - 24)
    sheet.text(WIDTH - MARGIN, middle, written, size=SMALL, colour=QUIET, align="r", width=_WRITTEN - 16)


def _highest(rows: Sequence[Reach]) -> float:
    """The highest end of an interval that says something; at least a tenth, so that nothing little looks large."""
    return max([row.high for row in rows if row.share is not None] + [0.1])
