"""docs/benchmarks.md, whole, from what was measured; what was not measured is not written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.accuracy import timing
from benchmarks.accuracy.kept import Kept, Line
from benchmarks.accuracy.markdown import amount, goal, interval, lead, listed, paragraph, share, table
from benchmarks.accuracy.methods import methods
from benchmarks.accuracy.ours import Own
from benchmarks.accuracy.parts import Part
from benchmarks.peers.measure import Row

Found = Mapping[str, Kept[Any]]

HEAD = """# Benchmarks

Written by `make bench ARGS="accuracy"` from what it measured; do not edit it by hand. `make bench ARGS="accuracy --only
peers ablation"` measures only some sections, `--help` tells the rest.
"""
BRINGS = {
    "play weights": "how often a member plays an artist",
    "friends": "who stand in for a server",
}
ALONE = {"ials": "iALS", "ease": "EASE", "rp3beta": "RP3beta", "popularity": "popularity among friends"}


def written(found: Found) -> str:
    """The page as Markdown."""
    parts = [
        *_peers(found),
        *_lines(found, "Other questions", ("protocols", "next")),
        *_lines(found, "Playlists", ("playlists",)),
        *_ablation(found),
        *_lines(found, "Time", ("speed",)),
        *_lines(found, "Scale", ("scale",)),
        *methods(found),
    ]
    return "\n".join([HEAD, *parts]).rstrip() + "\n"


def _peers(found: Found) -> list[str]:
    if "peers" not in found:
        return _engine(found)
    rows: list[Row] = found["peers"].rows
    times = _times(found)
    highest = [max(values) for values in zip(*(_measures(row) for row in rows), strict=True)]
    cells = [
        [
            "**Segue**" if row.validation is None else _library(row),
            row.model,
            "–" if row.validation is None else f"{min(row.tried, row.grid):,} of {row.grid:,}",
            *(
                f"**{value}**" if value == most else value
                for value, most in zip(_measures(row), highest, strict=True)
            ),
            lead(row.ndcg_lead),
            *_cost(row, times),
        ]
        for row in rows
    ]
    heads = (
        "library", "model", "settings tried", "P@10", "Recall@10", "NDCG@10",
        "Segue's lead in NDCG@10", "fit", "a member",
    )  # fmt: skip
    return ["## Beside other libraries", "", *_best(rows), *table(heads, cells, left=2)]


def _best(rows: list[Row]) -> list[str]:
    """What there is to say on the best peer."""
    best = next((row for row in rows if row.ndcg_lead and row.recall_lead), None)
    if best is None or best.ndcg_lead is None or best.recall_lead is None:
        return []
    leads = {"NDCG@10": best.ndcg_lead, "Recall@10": best.recall_lead}
    unsure = [name for name, found in leads.items() if not found.sure]
    return paragraph(
        "The fixed split of Last.fm, full ranking of all artists.",
        f"The best peer is {_library(best)}, {best.model}.",
        f"Segue's lead over it is {listed([f'{lead(found)} in {name}' for name, found in leads.items()])};",
        "in brackets the 95 % interval of a paired bootstrap over members.",
        f"The interval holds 0 in {listed(unsure)}, so that difference may be luck." if unsure else "",
    )


def _cost(row: Row, times: Mapping[str, Line]) -> list[str]:
    """Seconds of a fit and milliseconds a member; ours stand among the times."""
    if row.validation is not None:
        return [amount(row.fit_seconds, "s"), amount(row.ms_per_member, "ms")]
    lines = {unit: times.get(name) for name, unit in ((timing.FIT, "s"), (timing.ONE, "ms"))}
    return [amount(line.value if line else None, unit) for unit, line in lines.items()]


def _library(row: Row) -> str:
    return f"{row.library.replace('_', '-')} {row.version}"


def _measures(row: Row | Part) -> list[str]:
    return [share(value) for value in (row.precision, row.recall, row.ndcg)]


def _times(found: Found) -> dict[str, Line]:
    return {line.name: line for line in found["speed"].rows} if "speed" in found else {}


def _engine(found: Found) -> list[str]:
    """Our own figures where no peer was measured."""
    if "engine" not in found:
        return []
    own: Own = found["engine"].rows[0]
    rows = [
        [
            name,
            share(own.intervals[name].value),
            f"{share(own.intervals[name].low)} to {share(own.intervals[name].high)}",
        ]
        for name in ("P@10", "Recall@10", "NDCG@10")
    ]
    return ["## Accuracy", "", *table(("Last.fm's fixed split", "Segue", "95 % interval"), rows)]


def _ablation(found: Found) -> list[str]:
    if "ablation" not in found:
        return []
    rows: list[Part] = found["ablation"].rows
    cells = [
        [_part(row), *_measures(row), lead(row.recall_gain), lead(row.ndcg_gain)]
        for row in sorted(rows, key=lambda row: (row.alone, -row.ndcg if row.alone else row.ndcg))
    ]
    heads = ("", "P@10", "Recall@10", "NDCG@10", "lost in Recall@10", "lost in NDCG@10")
    unsure = [row.name for row in rows if not row.ndcg_gain.sure]
    return [
        "## What each part brings",
        "",
        *paragraph(
            "Everything is learned again without a part, the weights of the blend too; then each model alone, without",
            "the blend. The last columns are what the whole engine has more, with paired 95 % intervals.",
            f"Without {listed(unsure)} the difference in NDCG@10 may be luck." if unsure else "",
        ),
        *table(heads, cells),
    ]


def _part(row: Part) -> str:
    if row.alone:
        return f"{ALONE.get(row.name, row.name)} alone"
    return f"without {row.name}" + (f" ({BRINGS[row.name]})" if row.name in BRINGS else "")


def _lines(found: Found, title: str, names: tuple[str, ...]) -> list[str]:
    lines: list[Line] = [line for name in names if name in found for line in found[name].rows]
    if not lines:
        return []
    goals = any(line.target is not None for line in lines)
    cells = [
        [line.name, amount(line.value, line.unit), *_aim(line, goals=goals), _remark(line)] for line in lines
    ]
    return [f"## {title}", "", *_table(cells, goals=goals)]


def _aim(line: Line, *, goals: bool) -> list[str]:
    holds = {None: "", True: "", False: " (missed)"}[line.holds]
    return [goal(line) + holds] if goals else []


def _remark(line: Line) -> str:
    return "; ".join(part for part in (interval(line), line.detail) if part)


def _table(cells: list[list[str]], *, goals: bool) -> list[str]:
    heads = ("", "measured", *(["target"] if goals else []), "")
    drawn = table(heads, cells)
    # The last column is words again.
    drawn[1] = drawn[1].removesuffix("--: |") + "--- |"
    return drawn
