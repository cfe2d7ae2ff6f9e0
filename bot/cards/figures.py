"""All figures of what was shown, and of what became of it, as one CSV file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Protocol

from bot.store.insights import People
from bot.store.records import SongId

COLUMNS: Sequence[str] = (
    "by",
    "name",
    "shown",
    "liked",
    "skipped",
    "disliked",
    "ignored",
    "share",
    "low",
    "high",
    "members",
    "servers",
)


class Counted(Protocol):
    """Showings, and how they were answered to."""

    @property
    def shown(self) -> int: ...
    @property
    def liked(self) -> int: ...
    @property
    def skipped(self) -> int: ...
    @property
    def disliked(self) -> int: ...
    @property
    def ignored(self) -> int: ...


class Tally(Counted, Protocol):
    """The same with its acceptance (`bot.usecases.insights.Tally`)."""

    @property
    def share(self) -> float: ...
    @property
    def interval(self) -> tuple[float, float]: ...


class Estimate(Protocol):
    """A share with its interval (`bot.usecases.insights.Estimate`)."""

    @property
    def share(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def size(self) -> float: ...


class Tried(Protocol):
    """A song that was tried out (`bot.usecases.insights.Tried`)."""

    @property
    def song(self) -> SongId: ...
    @property
    def shown(self) -> int: ...
    @property
    def liked(self) -> int: ...
    @property
    def believed(self) -> float: ...


class Insights(Protocol):
    """What is known of some weeks (`bot.usecases.insights.Insights`)."""

    @property
    def weeks(self) -> Sequence[date]: ...
    @property
    def total(self) -> Tally: ...
    @property
    def by_week(self) -> Sequence[Tally]: ...
    @property
    def by_source(self) -> Mapping[str, Tally]: ...
    @property
    def by_dial(self) -> Mapping[str, Tally]: ...
    @property
    def people(self) -> People: ...
    @property
    def songs(self) -> int: ...
    @property
    def catalogue(self) -> int: ...
    @property
    def coverage(self) -> float: ...
    @property
    def little_known(self) -> float | None: ...
    @property
    def evenly(self) -> Estimate | None: ...
    @property
    def believed(self) -> Mapping[str, Estimate]: ...
    @property
    def tried(self) -> Sequence[Tried]: ...


def figures(found: Insights) -> str:
    """The figures, a row each; shares are 0 to 1, and the ends of intervals hold with 95 %.

    Of an estimate ``shown`` is the effective number of showings that it rests on; of the songs and of the catalogue, how
    many there are.
    """
    file = StringIO()
    rows = csv.DictWriter(file, COLUMNS, restval="")
    rows.writeheader()
    people = found.people
    everybody = {"members": people.answered_ever, "servers": people.servers_ever}
    rows.writerow({"by": "all", **_counts(found.total), **everybody})
    for place, (day, tally) in enumerate(zip(found.weeks, found.by_week, strict=True)):
        here = {"members": people.answered[place], "servers": people.servers[place]}
        rows.writerow({"by": "week", "name": day.isoformat(), **_counts(tally), **here})
    for kind, tallies in (("source", found.by_source), ("dial", found.by_dial)):
        for name, tally in tallies.items():
            rows.writerow({"by": kind, "name": name, **_counts(tally)})
    if found.evenly is not None:
        rows.writerow({"by": "explored_evenly", **_estimate(found.evenly)})
    for name, each in found.believed.items():
        rows.writerow({"by": "believed", "name": name, **_estimate(each)})
    rows.writerow({"by": "songs", "shown": found.songs, "share": _share(found.coverage)})
    rows.writerow({"by": "catalogue", "shown": found.catalogue})
    little = "" if found.little_known is None else _share(found.little_known)
    rows.writerow({"by": "little_known", "share": little})
    return file.getvalue()


def _share(value: float) -> str:
    return f"{value:.4f}"


def _counts(tally: Tally) -> dict[str, object]:
    low, high = tally.interval
    shares = {"share": _share(tally.share), "low": _share(low), "high": _share(high)}
    return {
        "shown": tally.shown,
        "liked": tally.liked,
        "skipped": tally.skipped,
        "disliked": tally.disliked,
        "ignored": tally.ignored,
        **(shares if tally.shown else {}),
    }


def _estimate(each: Estimate) -> dict[str, object]:
    return {
        "shown": round(each.size, 1),
        "share": _share(each.share),
        "low": _share(each.low),
        "high": _share(each.high),
    }
