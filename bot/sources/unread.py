"""Why a file that a member sends, or a line of it, cannot be read; members read the reasons in their own language."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import SegueError


class Unread(StrEnum):
    """Why a line or a part of a file is not read, in words that quote nothing of it."""

    NO_ARTIST = "no artist"
    NO_TITLE = "no title"
    NO_NAMES = "no artist and title; write it as “Artist - Title”"
    NO_TRACK = "this is no track"
    OTHER_LINK = "that link is to something else than a song"
    BROKEN_CELL = "a cell is too long or its quotes do not close"
    TOO_LONG = "one entry is too long to be a play"
    DAMAGED = "its packed bytes are damaged"
    BREAKS_OFF = "it breaks off or is not valid JSON from there on"
    TOO_DEEP = "it is nested too deeply to be a history"
    NOT_UTF8 = "some letters are not UTF-8 and were replaced"


class UnreadableFile(SegueError):
    """A file cannot be read at all; the sentence says what to send instead.

    Attributes:
        reason: which of the reasons it is, as the catalogues call it.
        most: megabytes that are taken at most, where it is larger.
    """

    def __init__(self, sentence: str, reason: str, *, most: int = 0) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.most = most
