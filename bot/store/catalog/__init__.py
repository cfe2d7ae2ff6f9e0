"""The catalogue on disk: import clean frames, load songs, describe what is there."""

from __future__ import annotations

from bot.store.catalog.shapes import CatalogInfo, Frames, ImportCounts, StoredFrames
from bot.store.catalog.store import CatalogStore

__all__ = ["CatalogInfo", "CatalogStore", "Frames", "ImportCounts", "StoredFrames"]
