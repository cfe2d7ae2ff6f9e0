"""What can go wrong with an outside music service, each with a sentence that is safe to show a member."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.errors import SegueError


class Trouble(StrEnum):
    """The kinds of failure; metrics count by them and cards choose their words by them."""

    DOWN = "down"
    REFUSED = "refused"
    QUOTA = "quota"
    NOT_FOUND = "not found"
    NOT_UNDERSTOOD = "not understood"
    OFF = "off"


class SourceError(SegueError):
    """An outside service gave no answer that can be used.

    Attributes:
        source: what the service is called, as a member reads it.
        detail: a few words for the log: never an address with its query, a header, a key or a body.
        unwell: whether the service itself seems to be ill, which is what opens the circuit breaker.
    """

    kind: ClassVar[Trouble]
    sentence: ClassVar[str]
    unwell: bool = False

    def __init__(self, source: str, detail: str = "") -> None:
        super().__init__(self.sentence.format(source=source))
        self.source = source
        self.detail = detail


class SourceLater(SourceError):
    """The service gave no answer now and may give one later.

    Attributes:
        seconds: after how long the service wants to be asked again, where it says so.
        until: when it will be asked again at the earliest, where that is known: with every `SourceQuota` of `Outbound`.
    """

    def __init__(
        self, source: str, detail: str = "", *, seconds: float | None = None, until: datetime | None = None
    ) -> None:
        super().__init__(source, detail)
        self.seconds = seconds
        self.until = until


class SourceDown(SourceLater):
    """The service cannot be reached, is too slow, or says itself that it is broken."""

    kind = Trouble.DOWN
    sentence = "{source} does not answer just now."
    unwell = True


class SourceRefused(SourceError):
    """The service does not take our credentials, or wants some."""

    kind = Trouble.REFUSED
    sentence = "{source} does not let Segue in; whoever runs Segue can check its credentials."


class TokenRefused(SourceRefused):
    """The service does not take the token that a member gave."""

    sentence = "{source} does not take that token; copy it again from your settings there."


class SourceQuota(SourceLater):
    """The service takes no more calls for a while."""

    kind = Trouble.QUOTA
    sentence = "{source} takes no more questions for a while."


class SourceNotFound(SourceError):
    """The service does not know what was asked for."""

    kind = Trouble.NOT_FOUND
    sentence = "{source} does not know that."


class SourceNotUnderstood(SourceError):
    """The service answered something else than it documents, or did not understand the question."""

    kind = Trouble.NOT_UNDERSTOOD
    sentence = "{source} gave an answer that Segue does not understand."
    unwell = True

    def __init__(self, source: str, detail: str = "", *, unwell: bool = True) -> None:
        super().__init__(source, detail)
        self.unwell = unwell


class SourceOff(SourceError):
    """Whoever runs Segue has switched the service off."""

    kind = Trouble.OFF
    sentence = "{source} is switched off here."
