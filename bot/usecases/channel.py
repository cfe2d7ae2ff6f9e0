"""Where posts go, as the clock sees it: a place to send to, and to look in."""

from __future__ import annotations

from typing import Protocol

from bot.errors import SegueError
from bot.store.records import MessageId, Post, PostId, Why


class NotSent(SegueError):
    """The message is certainly not there.

    Attributes:
        why: what stood against it.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(f"The message was refused: {why.value}.")
        self.why = why


class MaybeSent(SegueError):
    """The message may be there or not: the line was cut, or Discord fell over while it answered."""


class CannotLook(SegueError):
    """Whether a message is there cannot be known: the channel cannot be read."""


class NotNow(SegueError):
    """The channel cannot be asked just now; later it can."""


class Channel(Protocol):
    """A channel of a server, or the direct messages with a member."""

    async def send(self, post: Post, nonce: str, /) -> MessageId:
        """Send a post. A second message with the same nonce within a few minutes is the first one again.

        Raises:
            NotSent: it is certainly not there.
            MaybeSent: that cannot be told yet.
        """
        ...

    async def find(self, post: PostId, since: float, /) -> MessageId | None:
        """The message that a post became, sent since then (unix time); None when it is certainly not there.

        Raises:
            CannotLook: nobody may read there.
            NotNow: ask again later.
        """
        ...
