"""Typed errors. Each carries a sentence that is safe to show to whoever caused it."""

from __future__ import annotations


class SegueError(Exception):
    """Something Segue can explain: ``str(error)`` is one sentence that says what to do."""


class WrongSetting(SegueError):
    """A setting has a value that is not allowed; the sentence names it and what is allowed."""


class StoreError(SegueError):
    """The database cannot do what was asked; nothing was changed."""


class StoreBusy(StoreError):
    """Another process holds the database's write lock for longer than the busy time-out."""


class StoreReadOnly(StoreError):
    """The database file or its folder cannot be written."""


class CatalogError(SegueError):
    """A catalogue file cannot be read; the catalogue is as it was before."""


class UnknownSong(SegueError):
    """No song in the catalogue fits the text.

    Attributes:
        text: what the member typed.
        suggestions: labels of the nearest songs, best first, perhaps none.
    """

    def __init__(self, text: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__("No song in the catalogue fits that text.")
        self.text = text
        self.suggestions = suggestions


class UnknownLink(SegueError):
    """A pasted link does not lead to a song.

    Attributes:
        service: whose link it is, as members call it.
        song: whether it may be a song's, at a service that cannot be asked.
    """

    def __init__(self, service: str, *, song: bool) -> None:
        super().__init__(f"That {service} link does not lead to a song.")
        self.service = service
        self.song = song


class ImportCancelled(SegueError):
    """A member broke an import off; what had been written stays, and nothing else was."""


class TooLarge(SegueError):
    """A file is larger than Segue takes; the sentence says how large it may be."""


class EmptyCatalog(SegueError):
    """There are no songs yet."""


class NothingLeft(SegueError):
    """Every song that fits was already rated or shown."""


class UnknownPost(SegueError):
    """A button or reaction belongs to a post or slot that the store does not hold (any more)."""


class NotYours(SegueError):
    """A personal control was pressed by somebody else.

    Attributes:
        command: what gives whoever pressed one of their own.
    """

    def __init__(self, sentence: str, *, command: str = "recommend") -> None:
        super().__init__(sentence)
        self.command = command


class DiscoveryDone(SegueError):
    """This week's discovery of a server was posted already.

    Attributes:
        week: ISO week, such as ``2026-W47``.
        channel_id: where it is, if known.
        message_id: which message it is, if known.
    """

    def __init__(self, week: str, channel_id: int | None = None, message_id: int | None = None) -> None:
        super().__init__("This week's discovery was posted already.")
        self.week = week
        self.channel_id = channel_id
        self.message_id = message_id


class DiscoveryNotSet(SegueError):
    """The server has no discovery channel yet."""
