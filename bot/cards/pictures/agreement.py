"""Two tastes in one picture: a ring for how much they agree, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.pictures.portrait import Likeness
from bot.cards.pictures.sheet import COOL, INK, MARGIN, QUIET, ROOM, SMALL, TEXT, TITLE, WARM, WIDTH, Sheet

_HEAD, _HEADING, _ROW, _LINE, _FOOT = 300, 70, 74, 54, 30
_NAME = 290
_MOST_ROWS = 6


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two tastes agree, 0 to 1, as it is written and what that means."""

    share: float
    written: str
    meaning: str


def draw_agreement(
    names: tuple[str, str],
    agreement: Agreement,
    genres: Sequence[Likeness],
    lists: Sequence[tuple[str, Sequence[str]]],
    *,
    heading: str,
) -> bytes:
    """Draw both names beside the ring, the genres that both like, and lists of what else is shared.

    Args:
        genres: ``own`` is the first one's share, ``server`` the other's.
        heading: what stands above the genres.
        lists: headings with their lines; empty lists are left out.
    """
    rows = genres[:_MOST_ROWS]
    told = [(head, lines[:_MOST_ROWS]) for head, lines in lists if lines]
    height = _HEAD + (_HEADING + _ROW * len(rows) if rows else 0)
    height += sum(_HEADING + _LINE * len(lines) for _, lines in told)
    sheet = Sheet(height + _FOOT)
    _ring(sheet, names, agreement)
    top = _HEAD
    if rows:
        _genres(sheet, rows, heading, top)
        top += _HEADING + _ROW * len(rows)
    for head, lines in told:
        sheet.text(MARGIN, top + 34, head, size=SMALL, colour=QUIET)
        top += _HEADING
        for line in lines:
            sheet.text(MARGIN, top + 20, line, size=TEXT)
            top += _LINE
    return sheet.png()


def _ring(sheet: Sheet, names: tuple[str, str], agreement: Agreement) -> None:
    x, y, radius = MARGIN + 100, 160, 100
    sheet.arc(x, y, radius, agreement.share, thickness=24)
    sheet.text(x, y, agreement.written, size=TITLE, align="m", width=130)
    left = x + radius + 44
    width = WIDTH - MARGIN - left
    for name, middle, colour in zip(names, (96, 154), (WARM, COOL), strict=True):
        sheet.dot(left + 12, middle, 12, colour)
        sheet.text(left + 40, middle, name, size=TITLE, width=width - 40)
    sheet.text(left, 222, agreement.meaning, size=SMALL, colour=INK, width=width)


def _genres(sheet: Sheet, rows: Sequence[Likeness], heading: str, top: float) -> None:
    sheet.text(MARGIN, top + 34, heading, size=SMALL, colour=QUIET)
    top += _HEADING
    longest = max(max(row.own, row.server or 0.0) for row in rows) or 1.0
    left, width = MARGIN + _NAME, ROOM - _NAME
    for row in rows:
        middle = top + _ROW / 2 - 6
        sheet.text(MARGIN, middle, row.name, size=TEXT, width=_NAME - 24)
        sheet.bar(left, middle - 13, row.own / longest, width=width, thickness=18, colour=WARM)
        sheet.bar(left, middle + 13, (row.server or 0.0) / longest, width=width, thickness=18, colour=COOL)
        top += _ROW
