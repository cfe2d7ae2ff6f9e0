"""Listening histories that members bring along: exports of Spotify and ListenBrainz, read as a stream of plays."""

from __future__ import annotations

from bot.sources.histories.counting import Counting, Heard, heard
from bot.sources.histories.limits import Limits
from bot.sources.histories.plays import HistoryError, HistoryReport, Play, PlayKind, Problem, Source
from bot.sources.histories.reading import History, open_history

__all__ = [
    "Counting",
    "Heard",
    "History",
    "HistoryError",
    "HistoryReport",
    "Limits",
    "Play",
    "PlayKind",
    "Problem",
    "Source",
    "heard",
    "open_history",
]
