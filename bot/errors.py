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


class UnknownArtist(SegueError):
    """The catalogue has no song of an artist of that name.

    Attributes:
        text: what the member typed.
    """

    def __init__(self, text: str) -> None:
        super().__init__("No song in the catalogue is by an artist of that name.")
        self.text = text


class UnknownMood(SegueError):
    """Nothing in a text says how songs should sound.

    Attributes:
        text: what the member typed.
    """

    def __init__(self, text: str) -> None:
        super().__init__("Nothing in that text names a mood, a genre or a decade.")
        self.text = text


class UnknownTaste(SegueError):
    """Nothing is known yet of what a member likes.

    Attributes:
        member: by Discord's id.
    """

    def __init__(self, member: int) -> None:
        super().__init__("Nothing is known of what that member likes.")
        self.member = member


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


class RadioOver(NothingLeft):
    """Nothing else may come on a radio."""


class RadioGone(SegueError):
    """The message of a radio was deleted, or its channel."""


class NotHere(SegueError):
    """Who was named is a bot, or not in the server any more."""


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


class LinkingOff(SegueError):
    """Whoever runs Segue has not turned on the linking of accounts at this service.

    Attributes:
        service: as it is stored, such as ``spotify``.
        others: the services at which it works, perhaps none.
    """

    def __init__(self, service: str, others: tuple[str, ...] = ()) -> None:
        super().__init__(f"Accounts at {service} cannot be linked here.")
        self.service = service
        self.others = others


class NotLinked(SegueError):
    """The member has no linked account at this service."""

    def __init__(self, service: str) -> None:
        super().__init__(f"No account at {service} is linked.")
        self.service = service


class LinkLost(SegueError):
    """A link that there was holds no more; the member has to link again."""

    def __init__(self, service: str) -> None:
        super().__init__(f"The link to {service} does not hold any more. Link it again.")
        self.service = service


class StaleLink(SegueError):
    """A sign-in was not begun here, was used already, took too long or was called off.

    Attributes:
        expired: whether it was known, and took too long.
    """

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("That link does not hold any more. Begin again with /link spotify.")
        self.expired = expired


class UnknownAccount(SegueError):
    """The service knows nobody of that name."""

    def __init__(self, service: str, name: str) -> None:
        super().__init__(f"{service} knows nobody of that name.")
        self.service = service
        self.name = name


class NoSecrecy(SegueError):
    """A secret cannot be kept, as there is no key to seal it with."""
