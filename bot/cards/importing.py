"""What an import brought, in a few lines."""

from __future__ import annotations

from typing import Protocol

from bot.cards.plain import safe
from bot.sources.histories import HistoryReport
from bot.sources.playlists import PlaylistReading
from bot.sources.unread import Unread
from bot.store.records import Song
from bot.text import say

_NAMES = {
    "spotify-export": "Spotify",
    "listenbrainz-export": "ListenBrainz",
    "listenbrainz": "ListenBrainz",
    "lastfm": "Last.fm",
}


class Summary(Protocol):
    """What a listening history brought (`bot.usecases.histories.Summary`)."""

    @property
    def source(self) -> str: ...
    @property
    def plays(self) -> int: ...
    @property
    def songs(self) -> int: ...
    @property
    def listed(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def spoken(self) -> int: ...
    @property
    def artists(self) -> tuple[str, ...]: ...
    @property
    def genres(self) -> tuple[str, ...]: ...
    @property
    def report(self) -> HistoryReport | None: ...


class Taken(Protocol):
    """What a playlist brought (`bot.usecases.playlists.Taken`)."""

    @property
    def name(self) -> str | None: ...
    @property
    def songs(self) -> tuple[Song, ...]: ...
    @property
    def new(self) -> int: ...
    @property
    def missed(self) -> tuple[str, ...]: ...
    @property
    def missing(self) -> int: ...
    @property
    def left(self) -> int: ...
    @property
    def reading(self) -> PlaylistReading | None: ...
    @property
    def genres(self) -> tuple[str, ...]: ...
    @property
    def artists(self) -> tuple[str, ...]: ...
    @property
    def decades(self) -> tuple[int, ...]: ...


def history_text(summary: Summary) -> str:
    """A listening history, as it came in."""
    source = _NAMES.get(summary.source, summary.source)
    lines = [say("import.history", n=summary.plays, source=source, songs=summary.songs)]
    if summary.known:
        lines.append(say("import.history.known", n=summary.known))
    if summary.songs > summary.listed:
        lines.append(say("import.history.unlisted", n=summary.songs - summary.listed))
    if summary.spoken:
        lines.append(say("import.history.spoken", n=summary.spoken))
    lines += _most(summary.artists, summary.genres)
    report = summary.report
    if report is not None and (report.broken or report.refused):
        lines.append(say("import.history.unread", n=report.broken + sum(report.refused.values())))
        lines += [
            say("import.history.file", file=safe(problem.file, 60), why=unread(problem.why))
            for problem in report.problems
        ]
    if report is not None and report.incognito:
        lines.append(say("import.history.incognito", n=report.incognito))
    lines.append(say("import.undo"))
    return "\n".join(lines)


def unread(why: Unread) -> str:
    """Why something of a file is not read."""
    return say(f"import.unread.{why.name.casefold()}")


def playlist_text(taken: Taken) -> str:
    """A playlist, as it came in."""
    name = safe(taken.name, 80) if taken.name else say("import.playlist.unnamed")
    lines = [say("import.playlist", n=len(taken.songs), name=name)]
    if taken.new:
        lines.append(say("import.playlist.new", n=taken.new))
    lines += _most(taken.artists, taken.genres)
    if taken.decades:
        lines.append(
            say(
                "import.decades",
                decades=", ".join(say("taste.decade", decade=decade) for decade in taken.decades[:3]),
            )
        )
    if taken.missing:
        named = " · ".join(safe(each, 60) for each in taken.missed[:5])
        lines.append(say("import.playlist.missing", n=taken.missing, songs=named))
    if taken.left:
        lines.append(say("import.playlist.left", n=taken.left))
    reading = taken.reading
    if reading is not None and reading.unread:
        lines.append(say("import.playlist.unread", n=reading.unread))
        lines += [
            say("import.playlist.line", line=problem.line, why=unread(problem.why))
            for problem in reading.problems
        ]
    if reading is not None and reading.duplicates:
        lines.append(say("import.playlist.duplicates", n=reading.duplicates))
    if reading is not None and reading.beyond:
        lines.append(say("import.playlist.beyond", n=reading.beyond))
    lines.append(say("import.undo"))
    return "\n".join(lines)


def _most(artists: tuple[str, ...], genres: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    if artists:
        lines.append(say("import.artists", artists=", ".join(safe(artist, 40) for artist in artists)))
    if genres:
        lines.append(say("import.genres", genres=", ".join(safe(genre, 30) for genre in genres)))
    return lines
