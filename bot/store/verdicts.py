"""How a weekly post was received, small enough to be kept in a post."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self, cast

from bot.store.records import SongId


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a post was received, in counts: nobody is named.

    Attributes:
        liked: songs that somebody likes.
        of: songs of the post.
        members: how many members answered.
        favourite: the song that the poll has chosen, else the most liked one; None where none was liked.
        voted: whether it was the poll that chose it.
    """

    liked: int
    of: int
    members: int
    favourite: SongId | None
    voted: bool = False

    def kept(self) -> dict[str, object]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def of_kept(cls, kept: object) -> Self | None:
        """From JSON values; None where there are none."""
        if not isinstance(kept, dict):
            return None
        given = cast("dict[str, int | None]", kept)
        favourite = given["favourite"]
        return cls(
            liked=given["liked"] or 0,
            of=given["of"] or 0,
            members=given["members"] or 0,
            favourite=None if favourite is None else SongId(favourite),
            voted=bool(given["voted"]),
        )
