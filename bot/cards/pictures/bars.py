"""Bars by part: what a score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.pictures.sheet import AGAINST, INK, MARGIN, QUIET, ROOM, TEXT, TITLE, WARM, Sheet

MOST = 10
_HEAD, _ROW, _FOOT = 104, 88, 28
_THICK = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One part: its name, its share, and the share as it is written; below 0 it takes away."""

    name: str
    share: float
    written: str


def draw_bars(title: str, bars: Sequence[Bar]) -> bytes:
    """Draw the parts below each other, the first ten of them; the longest bar fills the width."""
    shown = bars[:MOST]
    sheet = Sheet(_HEAD + _ROW * len(shown) + _FOOT)
    sheet.text(MARGIN, 56, title, size=TITLE)
    longest = max((abs(bar.share) for bar in shown), default=0.0) or 1.0
    for number, bar in enumerate(shown):
        middle = _HEAD + _ROW * number + 22
        wide = sheet.text(MARGIN + ROOM, middle, bar.written, colour=QUIET, align="r", width=180)
        sheet.text(MARGIN, middle, bar.name, size=TEXT, colour=INK, width=ROOM - wide - 24)
        colour = WARM if bar.share >= 0 else AGAINST
        sheet.bar(MARGIN, middle + 36, abs(bar.share) / longest, width=ROOM, thickness=_THICK, colour=colour)
    return sheet.png()
