"""Tracks from CSV files: read with pandas, cleaned, and joined to songs, with a report of everything that was done."""

from __future__ import annotations

from bot.sources.tracks_csv.reading import read_tracks
from bot.sources.tracks_csv.report import CatalogFrames, CleanReport

__all__ = ["CatalogFrames", "CleanReport", "read_tracks"]
