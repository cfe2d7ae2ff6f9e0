"""What reading a history yields: plays, and a report. Neither has room for who played it, where, or on what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.sources.unread import Unread, UnreadableFile

MOST_PROBLEMS = 5


class HistoryError(UnreadableFile):
    """A history cannot be read; the sentence says what to export and to send instead."""


class Source(StrEnum):
    """Who recorded the plays."""

    SPOTIFY = "spotify"
    LISTENBRAINZ = "listenbrainz"
    LASTFM = "lastfm"


class PlayKind(StrEnum):
    """What was played. Episodes have their show as artist, audiobooks their title as album and title."""

    SONG = "song"
    EPISODE = "episode"
    AUDIOBOOK = "audiobook"


@dataclass(frozen=True, slots=True)
class Play:
    """One play.

    Attributes:
        track_id: Spotify's id of the track (of the episode or chapter, where it is one), where it is known.
        mbid: of the MusicBrainz recording.
        at: when, as the source has it: Spotify the end of a play, the others its beginning; Unix seconds, UTC.
        ms_played: how long; None where the source does not say (all but Spotify: they only have what counts as heard).
        duration_ms: how long the song is; None where the source does not say.
        skipped: whether the source calls it skipped, or it was cut off by "next" within 30 seconds; None: not known.
        key: the same for this play in every export, whatever the order: see `play_key`.
    """

    source: Source
    kind: PlayKind
    artist: str
    title: str
    album: str | None
    track_id: str | None
    isrc: str | None
    mbid: str | None
    at: int
    ms_played: int | None
    duration_ms: int | None
    skipped: bool | None
    key: str


def play_key(source: Source, at: int, track: str) -> str:
    """``source:unix time:track``, the track being the source's id, else what was folded of its names.

    It depends on the play alone: keep it (or a hash of it) beside what was imported, and an import that was killed
    can be run again from the start without doubles. Spotify's short account export knows minutes and no ids, so the
    same play has another key there than in the extended one.
    """
    return f"{source}:{at}:{track}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A file of the export that was not read to its end, and why; ``file`` is of a known pattern or a number."""

    file: str
    why: Unread


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What was read so far and what was left out.

    Attributes:
        files: histories opened; ``ignored`` other entries of the archive (never opened).
        songs, episodes, audiobooks: plays yielded.
        incognito: plays of private sessions, left out.
        duplicates: plays that were there before, in this file or another.
        beyond: whether there are more plays than `Limits.plays`; they were left out.
        refused: reason → records that are no plays ("no name", "date cannot be right", "not a play", "broken line").
        problems: what stopped a file before its end, at most `MOST_PROBLEMS`; ``broken`` counts them all.
    """

    files: int
    ignored: int
    songs: int
    episodes: int
    audiobooks: int
    incognito: int
    duplicates: int
    beyond: bool
    refused: dict[str, int]
    problems: tuple[Problem, ...]
    broken: int

    @property
    def plays(self) -> int:
        """Plays yielded, of any kind."""
        return self.songs + self.episodes + self.audiobooks
