"""Playlists in and out: what members upload or paste becomes a list of songs, and a list of songs becomes a file."""

from __future__ import annotations

from bot.sources.playlists.entries import Entry, Form, PlaylistError, PlaylistReading, Problem
from bot.sources.playlists.reading import read_playlist
from bot.sources.playlists.writing import csv_file, jspf_file, m3u8_file

__all__ = [
    "Entry",
    "Form",
    "PlaylistError",
    "PlaylistReading",
    "Problem",
    "csv_file",
    "jspf_file",
    "m3u8_file",
    "read_playlist",
]
