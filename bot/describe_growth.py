"""What the command line says of how the catalogue grows, for operators."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from bot.sources.starter_sets import StarterSet
from bot.store.catalog.fingerprint import OUTSIDE
from bot.store.enriching import Due
from bot.store.growth import Growth
from bot.store.purging import Purged

NEVER = "never"


def _when(moment: float | None) -> str:
    return NEVER if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "none"


def growth_table(
    growth: Growth, coming: Sequence[Due], *, asked: int, a_day: int, fresh: str | None
) -> list[Table | str]:
    """Who was asked what, as a table, and beneath it the rest in lines; times are UTC.

    Args:
        coming: the songs that are asked about next.
        asked: songs that were asked about within a day, of ``a_day``.
        fresh: what is remembered of the last look at new releases, as JSON.
    """
    table = Table(box=None, pad_edge=False)
    table.add_column("Source")
    for name in ("Asked", "Knows", "To ask", "Last asked"):
        table.add_column(name, justify="right")
    for each in growth.sources:
        to_ask = "not asked here" if each.to_ask is None else f"{each.to_ask:,}"
        table.add_row(escape(each.source), f"{each.asked:,}", f"{each.knows:,}", to_ask, _when(each.last))
    coming_next = "; ".join(f"{song.title} · {song.artist}" for song in coming)
    lines = [
        f"Songs: {growth.listed:,} shown, {growth.unlisted:,} known from one history alone.",
        f"Missing: {_counted({f'without {what}': count for what, count in growth.lacking.items()})}.",
        f"New in the last 7 days: {_counted({f'from {name}': count for name, count in growth.new.items()})}.",
        _dated(growth.popularity),
        _releases(fresh),
        f"Asked about in the last 24 hours: {asked:,} songs, of {a_day:,} that SEGUE_ENRICH allows.",
        f"Next: {coming_next or 'nothing is due'}.",
    ]
    return [table if growth.sources else "No source is asked: SEGUE_SOURCES.", escape("\n".join(lines))]


def _dated(popularity: tuple[float, float] | None) -> str:
    if popularity is None:
        return "Popularity: told by no service yet."
    oldest, newest = popularity
    return f"Popularity: newest from {_when(newest)}, oldest from {_when(oldest)}."


def _releases(fresh: str | None) -> str:
    if fresh is None:
        return "New releases: never read."
    told = json.loads(fresh)
    return (
        f"New releases: read {_when(told['at'])}, {told['named']:,} named, {told['kept']:,} of interest, "
        f"{told['added']:,} songs added."
    )


def describe_enriched(
    visited: int, total: int, counts: Mapping[str, Counter[str]], added: int, names: Collection[str]
) -> str:
    """What a run by hand did."""
    if not names:
        return "No source can be asked about songs: SEGUE_SOURCES names those that may be."
    if not total:
        return "Nothing is due: every song was asked about."
    words = {"knew": "knew", "knew_not": "did not know", "later": "to be asked again"}
    lines = [f"Asked about {visited:,} of {total:,} songs; {added:,} new ones were added near liked ones."]
    for name in sorted(names):
        said = [f"{words[what]} {counter[name]:,}" for what, counter in counts.items() if counter[name]]
        lines.append(escape(f"{name}: {', '.join(said) or 'not asked'}"))
    if visited < total:
        lines.append("The rest is asked when you run it again; what was said is kept.")
    return "\n".join(lines)


def describe_purged(purged: Purged, *, really: bool) -> str:
    """What was or would be removed."""
    name = escape(purged.source)
    if purged.nothing:
        return f"There is nothing of {name} here."
    begin = f"Removed of {name}" if really else f"There is of {name}"
    lines = [
        f"{begin}: {_counted(purged.rows)}; {purged.songs:,} songs that nothing else speaks of.",
        f"Songs of it that members or other sources speak of: {purged.kept:,}; they keep artist and title.",
    ]
    if really:
        lines.append("What the recommender learnt is gone as well: the next start fits it anew.")
    else:
        lines.append(f"Nothing was removed. Stop the bot, then: python -m bot catalog purge {name} --yes")
    if purged.source in OUTSIDE:
        lines.append("Leave it out of SEGUE_SOURCES, or it is asked again.")
    return "\n".join(lines)


def describe_sets(sets: Mapping[str, StarterSet]) -> str:
    """What can be fetched."""
    lines = [f"{each.name}: {each.what}\n  {each.url}\n  Licence: {each.licence}" for each in sets.values()]
    lines += [
        "Only sets whose checksum is published beside the file are in this list.",
        "Any other file of tracks: python -m bot catalog fetch --url ADDRESS --sha256 CHECKSUM",
    ]
    return escape("\n".join(lines))
