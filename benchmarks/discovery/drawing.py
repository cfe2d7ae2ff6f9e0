"""The picture of the weeks: acceptance, and what it was of what was possible, with bands of 95 %."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.curves import ACCENT, FAINT, INK, QUIET, ROOT
from benchmarks.discovery.judging import Curve, Figure, acceptance, possible
from benchmarks.discovery.playing import Counts

PICTURE = ROOT / "docs" / "images" / "discovery-weeks.png"
SEGUE, STILL, POPULAR, RANDOM = "Segue", "Segue, told no answers", "popularity", "random"
STYLES: Mapping[str, Mapping[str, Any]] = {
    SEGUE: {"color": ACCENT, "lw": 2.2, "marker": "o", "ms": 5},
    STILL: {"color": ACCENT, "lw": 1.2, "ls": "--"},
    POPULAR: {"color": INK, "lw": 1.6, "marker": "o", "ms": 4},
    RANDOM: {"color": QUIET, "lw": 1.4, "marker": "o", "ms": 3},
}


def draw(played: Mapping[str, Counts], picture: Path) -> None:
    """Draw all ways to post, side by side by both figures."""
    from matplotlib import rc_context  # pyright: ignore[reportUnknownVariableType]
    from matplotlib.figure import Figure

    look: Any = {
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": FAINT,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
    }
    with rc_context(look):
        figure: Any = Figure(figsize=(10.4, 4.6), dpi=150, layout="constrained")
        left, right = figure.subplots(1, 2)
        _panel(left, played, acceptance, "acceptance: % of what was seen")
        _panel(right, played, possible, "% of the likes that the best new songs would get")
        handles, names = left.get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper left", ncols=4, frameon=False)
        picture.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(picture)


def _panel(axes: Any, played: Mapping[str, Counts], figure: Figure, label: str) -> None:
    for name, counts in played.items():
        curve, style = Curve.of(counts, figure).weeks, STYLES[name]
        weeks = range(1, len(curve) + 1)
        axes.plot(weeks, [100 * week.value for week in curve], label=name, **style)
        if name != STILL:  # three bands on one place could not be told apart
            low, high = [100 * week.low for week in curve], [100 * week.high for week in curve]
            axes.fill_between(weeks, low, high, color=style["color"], alpha=0.12, lw=0)
        axes.set_xticks(list(weeks))
    axes.set_xlabel("week")
    axes.set_ylabel(label)
    axes.set_ylim(bottom=0)
    axes.grid(color=FAINT, lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)
