"""What reading a playlist yields: its songs in order, and a report of what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.folding import fold
from bot.sources.links import Link
from bot.sources.unread import Unread, UnreadableFile

MOST_ENTRIES = 10_000
MOST_LOOKED_AT = 50_000
MOST_PROBLEMS = 5


class PlaylistError(UnreadableFile):
    """A playlist cannot be read at all; the sentence says what to send instead."""


class Form(StrEnum):
    """How a playlist was written down."""

    JSPF = "jspf"
    M3U = "m3u"
    CSV = "csv"
    PASTED = "pasted"


@dataclass(frozen=True, slots=True)
class Entry:
    """A song of a playlist, as far as the playlist names it.

    Attributes:
        artist, title: both are empty only where a link, an ISRC or an MBID names the song instead.
        isrc: 12 characters, upper case.
        mbid: of the MusicBrainz recording, lower case; a link to that recording is told by it alone.
    """

    artist: str
    title: str
    album: str | None = None
    isrc: str | None = None
    duration_ms: int | None = None
    mbid: str | None = None
    link: Link | None = None

    @property
    def named(self) -> bool:
        """Whether there is enough to look the song up."""
        return bool(self.artist and self.title) or bool(self.isrc or self.mbid or self.link)

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two entries the same song: the names, and only without them link, MBID or ISRC."""
        if self.artist and self.title:
            return fold(self.artist), fold(self.title)
        if self.link:
            return self.link.service, self.link.kind, self.link.id
        return ("", self.mbid or self.isrc or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (the first is 1; in JSPF: a track) that could not be read, and why, in words that quote nothing of it."""

    line: int
    why: Unread


@dataclass(frozen=True, slots=True)
class PlaylistReading:
    """A playlist as read.

    Attributes:
        name: what the playlist calls itself.
        unread: lines or tracks that could not be read; ``problems`` are the first few of them.
        duplicates: entries that named a song of the list again.
        beyond: lines or tracks after the first `MOST_ENTRIES` entries (or `MOST_LOOKED_AT` lines), left out unread.
        cut: lines and names that were too long and were cut.
    """

    form: Form
    name: str | None
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    unread: int
    duplicates: int
    beyond: int
    cut: int


class Gathering:
    """A playlist while it is read: entries, each song once and only so many, and what is wrong."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.cut = 0
        self._entries: dict[tuple[str, ...], Entry] = {}
        self._problems: list[Problem] = []
        self._looked_at = self._unread = self._duplicates = self._beyond = 0

    @property
    def room(self) -> bool:
        """Whether more entries are taken."""
        return len(self._entries) < MOST_ENTRIES and self._looked_at < MOST_LOOKED_AT

    def pass_over(self) -> None:
        """Count an entry beyond the limit."""
        self._beyond += 1

    def add(self, line: int, entry: Entry) -> None:
        """Take an entry, or count it among the unread, the duplicates or those beyond the limit."""
        self._looked_at += 1
        if not entry.named:
            self._looked_at -= 1
            self.refuse(line, Unread.NO_ARTIST if entry.title else Unread.NO_TITLE)
        elif entry.key in self._entries:
            self._duplicates += 1
        elif len(self._entries) >= MOST_ENTRIES:
            self.pass_over()
        else:
            self._entries[entry.key] = entry

    def refuse(self, line: int, why: Unread) -> None:
        """Count a line that cannot be read."""
        self._looked_at += 1
        self._unread += 1
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(line, why))

    def reading(self, form: Form) -> PlaylistReading:
        """What was gathered."""
        return PlaylistReading(
            form=form,
            name=self.name,
            entries=tuple(self._entries.values()),
            problems=tuple(self._problems),
            unread=self._unread,
            duplicates=self._duplicates,
            beyond=self._beyond,
            cut=self.cut,
        )
