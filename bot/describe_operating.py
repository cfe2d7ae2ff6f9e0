"""What the command line says of switches, models and how songs were taken, for operators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from bot.store.switches import Switch
    from bot.usecases.insights import Estimate, Insights, Tally
    from bot.usecases.rollback import Listed


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def switch_table(switches: Sequence[tuple[Switch, float]]) -> Table | str:
    """What is off and since when; times are UTC."""
    if not switches:
        return "Everything is on, and the newest model serves."
    table = _table("Off", "Since")
    for switch, at in switches:
        what = f"model {switch.name} was chosen" if switch.kind == "version" else str(switch)
        table.add_row(escape(what), _when(at))
    return table


def model_table(models: Sequence[Listed], chosen: int | None) -> Table | str:
    """The versions on disk, the newest first."""
    if not models:
        return "There is no model on disk yet; the first start of the bot fits one."
    usable = [each.version for each in models if each.manifest is not None and each.trouble is None]
    serves = chosen if chosen in usable else max(usable, default=None)
    table = Table(box=None, pad_edge=False)
    for name in ("Version", "Fitted", "MB", "Songs", "Likes"):
        table.add_column(name, justify="right")
    table.add_column("")
    for each in models:
        note = each.trouble or ""
        if each.version == chosen and note:
            note = f"chosen, but {note}"
        elif each.version == serves:
            note = "serves, as chosen" if chosen is not None and chosen == serves else "serves"
        if each.manifest is None:
            table.add_row(str(each.version), "", "", "", "", escape(note))
            continue
        told = each.manifest
        songs, likes = (f"{told.metrics.get(name, 0):,.0f}" for name in ("songs", "likes"))
        table.add_row(
            str(each.version), _when(told.created), f"{told.size / 1e6:.1f}", songs, likes, escape(note)
        )
    return table


def report_tables(found: Insights) -> Iterator[Table | str]:
    """How songs were taken over all servers: counts only, as tables with a line between them."""
    people = found.people
    yield (
        f"{len(found.weeks)} weeks from {found.weeks[0]} (UTC): {found.total.shown:,} songs shown in "
        f"{people.servers_ever:,} servers; {people.answered_ever:,} of {people.known:,} known members answered."
    )
    little = "not known" if found.little_known is None else f"{found.little_known:.1%} of the showings"
    yield (
        f"Shown of the catalogue: {found.songs:,} of {found.catalogue:,} songs ({found.coverage:.1%}); "
        f"by little-known artists: {little}."
    )
    if not found.total.shown:
        return
    yield _tallies("All", {"": found.total})
    yield _tallies("Source", found.by_source)
    yield _tallies("Dial", found.by_dial)
    yield _weeks(found)
    yield _exploring(found)


COUNTS = ("Shown", "Liked", "Skipped", "Disliked", "Ignored", "Accepted", "95 %")


def _counts(tally: Tally) -> list[str]:
    counts = (tally.shown, tally.liked, tally.skipped, tally.disliked, tally.ignored)
    shares = ["", ""]
    if tally.shown:
        low, high = tally.interval
        shares = [f"{tally.share:.1%}", f"{low:.1%} – {high:.1%}"]
    return [*(f"{count:,}" for count in counts), *shares]


def _tallies(title: str, tallies: Mapping[str, Tally]) -> Table:
    table = _table(title, *COUNTS)
    for name, tally in tallies.items():
        table.add_row(escape(name), *_counts(tally))
    return table


def _weeks(found: Insights) -> Table:
    # As wide as a terminal usually is; the file has the other counts of each week.
    table = _table("Week from", "Shown", "Liked", "Accepted", "95 %", "Members", "Servers")
    people = zip(found.people.answered, found.people.servers, strict=True)
    for day, tally, (members, servers) in zip(found.weeks, found.by_week, people, strict=True):
        shown, liked, *_, accepted, interval = _counts(tally)
        table.add_row(day.isoformat(), shown, liked, accepted, interval, f"{members:,}", f"{servers:,}")
    return table


def _exploring(found: Insights) -> Table:
    table = _table("Learnt", "Rate", "95 %", "Showings")
    if found.evenly is not None:
        table.add_row("explored, if drawn evenly", *_estimate(found.evenly))
    for source, each in found.believed.items():
        table.add_row(escape(f"posterior of {source}"), *_estimate(each))
    return table


def _estimate(each: Estimate) -> list[str]:
    return [f"{each.share:.1%}", f"{each.low:.1%} – {each.high:.1%}", f"{each.size:,.0f}"]
