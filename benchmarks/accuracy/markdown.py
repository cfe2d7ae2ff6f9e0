"""Numbers and tables as the papers in docs/ write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

from benchmarks.accuracy.kept import Line
from benchmarks.peers.judge import Lead

NOTHING = "–"
WIDTH = 130


def share(value: float) -> str:
    """Four digits without the leading zero."""
    digits = f"{abs(value):.4f}"
    return ("−" if value < 0 and float(digits) else "") + digits.removeprefix("0")


def signed(value: float) -> str:
    return share(value) if value < 0 else f"+{share(value)}"


def lead(found: Lead | None) -> str:
    return NOTHING if found is None else f"{signed(found.mean)} ({signed(found.low)} to {signed(found.high)})"


def amount(value: float | None, unit: str) -> str:
    """A figure with its unit: shares with four digits, percentages with two, everything else with three that count."""
    if value is None:
        return NOTHING
    if not unit:
        return share(value)
    if unit == "%":
        return f"{value:.2f} %"
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f} {unit}"


def goal(line: Line) -> str:
    """A target, as short as it was set."""
    if line.target is None:
        return NOTHING
    short = f"{line.target:,g}".removeprefix("0") if not line.unit else f"{line.target:,g} {line.unit}"
    return f"{'≤' if line.lower else '≥'} {short}"


def interval(line: Line) -> str:
    if line.low is None or line.high is None:
        return ""
    low, high = (amount(value, line.unit).removesuffix(f" {line.unit}") for value in (line.low, line.high))
    return f"95 % interval {low} to {high}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """A table whose first `left` columns are text and the others numbers; ends with an empty line."""
    marks = ["---"] * left + ["--:"] * (len(heads) - left)
    return [f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows)] + [""]


def paragraph(*sentences: str) -> list[str]:
    return [_wrapped(" ".join(sentences)), ""]


def point(text: str) -> str:
    """One point of a list."""
    return _wrapped(f"- {text}", "  ")


def _wrapped(text: str, indent: str = "") -> str:
    return fill(
        " ".join(text.split()),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
