"""What was measured, as tables in docs/recommendations.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.discovery.judging import FIGURES, Curve, Figure, acceptance, mean, possible
from benchmarks.discovery.playing import Counts
from benchmarks.discovery.world import World
from recommender.evaluation.bootstrap import Interval

PAGE = Path(__file__).parents[2] / "docs" / "recommendations.md"
BEGIN, END = "<!-- measured by python -m benchmarks discovery -->", "<!-- end of what was measured -->"
ENDS = ("first post", "first 4 weeks", "last 4 weeks", "last 4 less first 4", "last 4 less first post")


def page(world: World, played: Mapping[str, Counts]) -> str:
    """All tables; the first way to post is the one that the others stand beside."""
    members = [len(people) for people in world.servers.values()]
    counted = (
        f"{len(members)} servers of {min(members)} to {max(members)} members, {sum(members)} together; "
        f"{len(world.others):,} others; {len(world.artist):,} songs by {len(world.artists):,} artists, "
        f"{len(world.little_known):,} of them little known."
    )
    parts = [
        counted,
        table(["", *FIGURES, "lead in acceptance"], _overall(played)),
        table(["acceptance", *ENDS], _curves(played, acceptance)),
        table(["of what was possible", *ENDS], _curves(played, possible)),
        table(["lead in acceptance over", *ENDS], _leads(played)),
        table(["week", *map(str, range(1, 1 + next(iter(played.values())).slots.shape[1]))], _weeks(played)),
    ]
    return "\n\n".join(parts)


def write(measured: str, into: Path = PAGE) -> None:
    """Put what was measured in the place of what was before.

    Raises:
        ValueError: the page has no place for it.
    """
    before, _, rest = into.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{into} has no lines {BEGIN} and {END}.")
    into.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---", *("--:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def told(figure: Interval, *, sign: bool = False) -> str:
    """A figure with its interval."""
    form = "+.3f" if sign else ".3f"
    return f"{_short(figure.value, form)} ({_short(figure.low, form)} to {_short(figure.high, form)})"


def _short(value: float, form: str) -> str:
    """Without the zero before the point."""
    return format(value, form).replace("0.", ".", 1).replace("-", "−")


def _overall(played: Mapping[str, Counts]) -> Iterable[list[str]]:
    ours = next(iter(played.values()))
    for name, counts in played.items():
        lead = mean(acceptance(ours) - acceptance(counts))
        yield [
            name,
            *(told(mean(figure(counts, slice(None)))) for figure in FIGURES.values()),
            "–" if counts is ours else told(lead, sign=True),
        ]


def _curves(played: Mapping[str, Counts], figure: Figure) -> Iterable[list[str]]:
    for name, counts in played.items():
        yield [name, *_ends(Curve.of(counts, figure))]


def _leads(played: Mapping[str, Counts]) -> Iterable[list[str]]:
    ours, *_ = played.values()
    for name, counts in played.items():
        if counts is not ours:
            yield [name, *_ends(Curve.lead(ours, counts, acceptance))]


def _ends(curve: Curve) -> list[str]:
    return [
        told(curve.weeks[0]),
        told(curve.begins),
        told(curve.ends),
        told(curve.rises, sign=True),
        told(curve.learnt, sign=True),
    ]


def _weeks(played: Mapping[str, Counts]) -> Iterable[list[str]]:
    for name, counts in played.items():
        yield [name, *(_short(week.value, ".3f") for week in Curve.of(counts, acceptance).weeks)]
