"""Cells that a spreadsheet would run as a formula: written with an apostrophe before them, and read without it.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` (full-width too), perhaps after apostrophes, gets one apostrophe
more, which spreadsheets show as plain text; reading takes one away from exactly such cells. So what was written is
read again as it was, ``-`` and ``'-`` alike. Tabs and line breaks cannot stand first: names are legible text.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*\s*[=+\-@＝＋－＠]")


def guarded(cell: str) -> str:
    """The cell as it is safe to write."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell
