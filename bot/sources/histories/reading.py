"""Reading a history from end to end, one play at a time."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

from bot.sources.histories import listenbrainz, spotify
from bot.sources.histories.archive import WHAT_TO_SEND, checked_size, histories, label, opened_archive
from bot.sources.histories.flow import Broken, Budget, Flow
from bot.sources.histories.limits import Limits
from bot.sources.histories.plays import (
    MOST_PROBLEMS,
    HistoryError,
    HistoryReport,
    Play,
    PlayKind,
    Problem,
)
from bot.sources.histories.records import Record, document_records, line_records, parsed_object
from bot.sources.histories.values import Refusal
from bot.sources.unread import Unread

_WANTED = spotify.EXTENDED | spotify.SHORT | listenbrainz.FIELDS


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of an export: what to call it, how to open it, and whether it has a record a line."""

    label: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    lines: bool


def open_history(file: Path | BinaryIO, *, now: float, limits: Limits | None = None) -> History:
    """Open an export of Spotify or ListenBrainz: the ZIP as it arrived, or one JSON or JSONL file of it.

    What it is, is told by its content. Blocking, as is reading it: do both in a thread. Close it, or use ``with``.

    Args:
        file: a path, or a binary file that can be sought in.
        now: Unix seconds; plays later than that are refused.

    Raises:
        HistoryError: too large, damaged, locked, or no history; the sentence says what to send.
    """
    limits = limits or Limits()
    stack = ExitStack()
    with stack:
        raw = stack.enter_context(file.open("rb")) if isinstance(file, Path) else file
        checked_size(raw, limits)
        archive = opened_archive(raw, limits)
        if archive is None:
            parts, ignored = [_Part("the file", lambda: nullcontext(raw), _has_lines(raw, limits))], 0
        else:
            stack.enter_context(archive)
            found = histories(archive, limits)
            parts = [_packed(archive, info) for info in found]
            ignored = len(archive.infolist()) - len(found)
        return History(parts, ignored, now, limits, stack.pop_all())


class History:
    """An opened export. Its plays can be had once."""

    def __init__(
        self, parts: list[_Part], ignored: int, now: float, limits: Limits, stack: ExitStack
    ) -> None:
        self._parts = parts
        self._now = now
        self._limits = limits
        self._stack = stack
        self._seen: set[int] = set()
        self._kinds: Counter[PlayKind] = Counter()
        self._refused: Counter[Refusal] = Counter()
        self._problems: list[Problem] = []
        self._ignored = ignored
        self._files = self._broken = self._duplicates = 0
        self._beyond = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, if it was opened here."""
        self._stack.close()

    def plays(self) -> Iterator[Play]:
        """The plays, each once, in the order of the files; a file that breaks off is left and told of in the report.

        Raises:
            HistoryError: it is larger than it said, or there was no play in it. Plays that came before count.
        """
        budget = Budget(self._limits)
        for part in self._parts:
            self._files += 1
            try:
                yield from self._read(part, budget)
            except Broken as error:
                self._note(part, error.why)
            if self._beyond:
                return
        if not (self._kinds or self._duplicates or self._refused[Refusal.PRIVATE]):
            raise HistoryError(f"No play could be read from that history. {WHAT_TO_SEND}", "unread")

    def report(self) -> HistoryReport:
        """What was read up to now."""
        refused = {why.value: count for why, count in self._refused.items() if why is not Refusal.PRIVATE}
        return HistoryReport(
            files=self._files,
            ignored=self._ignored,
            songs=self._kinds[PlayKind.SONG],
            episodes=self._kinds[PlayKind.EPISODE],
            audiobooks=self._kinds[PlayKind.AUDIOBOOK],
            incognito=self._refused[Refusal.PRIVATE],
            duplicates=self._duplicates,
            beyond=self._beyond,
            refused=refused,
            problems=tuple(self._problems),
            broken=self._broken,
        )

    def _read(self, part: _Part, budget: Budget) -> Iterator[Play]:
        with _opened(part) as raw:
            flow = Flow(raw, budget, self._limits)
            for record in (line_records if part.lines else document_records)(flow, _WANTED):
                play = Refusal.BROKEN_LINE if record is None else _play(record, self._now)
                if isinstance(play, Refusal):
                    self._refused[play] += 1
                elif self._is_new(play):
                    if self._beyond:
                        return
                    self._kinds[play.kind] += 1
                    yield play
            if flow.replaced:
                self._note(part, Unread.NOT_UTF8)

    def _is_new(self, play: Play) -> bool:
        """Whether the play was not there before; only a number of each key is kept (8 bytes), not the play."""
        number = hash(play.key)
        if number in self._seen:
            self._duplicates += 1
            return False
        self._beyond = len(self._seen) >= self._limits.plays
        self._seen.add(number)
        return True

    def _note(self, part: _Part, why: Unread) -> None:
        self._broken += 1
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(part.label, why))


def _play(record: Record, now: float) -> Play | Refusal:
    """The play of a record, by the field that only its form has."""
    if "ts" in record:
        return spotify.extended_play(record, now)
    if "endTime" in record:
        return spotify.short_play(record, now)
    return listenbrainz.listen(record, now) if listenbrainz.TITLE in record else Refusal.NOT_A_PLAY


def _packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Part:
    return _Part(label(info), lambda: archive.open(info), info.filename.endswith(".jsonl"))


def _opened(part: _Part) -> AbstractContextManager[IO[bytes]]:
    raw = None
    try:
        raw = part.open()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        raw = None
    if raw is None:
        raise Broken(Unread.DAMAGED)
    return raw


def _has_lines(raw: BinaryIO, limits: Limits) -> bool:
    """Whether a file by itself has a record a line (JSONL) rather than being one document; it is left at its start.

    Raises:
        HistoryError: it is no JSON.
    """
    raw.seek(0)
    head = raw.read(limits.record)
    raw.seek(0)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or start.startswith(b"["):
        return False
    if not start.startswith(b"{"):
        raise HistoryError(f"That is no listening history. {WHAT_TO_SEND}", "other")
    first = parsed_object(start.split(b"\n", 1)[0])
    return first is not None and "payload" not in first
