"""What the command line says of imports and the catalogue, for operators."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.catalog import CatalogInfo
from bot.usecases.catalog import ImportSummary


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items()) or "none"


def describe_import(summary: ImportSummary) -> str:
    """How many rows were read, merged and refused, and what the catalogue gained."""
    report, counts = summary.report, summary.counts
    rows = [
        f"{summary.path.name} ({report.form}, {report.encoding})",
        f"Read: {report.rows_read:,} rows; kept: {report.tracks_kept:,} tracks of {report.songs:,} songs.",
        f"Merged: {report.rows_merged:,} rows into tracks, {report.tracks_joined:,} tracks into songs.",
        f"Refused: {_listed(report.refused)}.",
        f"Mended or made unknown: {_listed(report.repaired)}.",
        f"Songs: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged.",
        f"Track ids: {counts.new_track_ids:,} new.",
    ]
    if report.absent:
        rows.insert(1, f"Not in this file: {', '.join(report.absent)}.")
    return "\n".join(rows)


def describe_catalog(info: CatalogInfo) -> str:
    """The catalogue in figures."""
    if not info.songs:
        return (
            "The catalogue is empty. `python -m bot catalog starter` imports the songs that come with Segue."
        )
    years = f", {info.years[0]} to {info.years[1]}" if info.years else ""
    return "\n".join(
        [
            f"{info.songs:,} songs{years} (from {_listed(info.sources)})",
            f"Track ids: {_listed(info.tracks)}",
            f"Tags: {_listed(info.tags)}; most songs: {_listed(dict(info.top_genres))}",
            f"Audio features: {_listed(info.audio)}",
            f"Playlists: {info.playlists:,}",
        ]
    )
