"""What songs are picked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.store.records import ItemKind, MemberId, ServerId, SongId
from recommender import Dial


class Asked:
    """One time that something is asked: two members may ask the very same at once."""

    __slots__ = ("__weakref__",)


def _nothing() -> dict[SongId, float]:
    return {}


def _unsaid() -> dict[str, float]:
    return {}


def _no_decades() -> dict[int, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Question:
    """What to pick for.

    Attributes:
        seeds: songs asked from, weighted.
        tilt: evidence beside the member's own taste, such as the skips of a radio.
        tags, audio, decades: asked for in words (see `recommender.Query`).
        of: whose taste counts, where that is not who asks.
        taste: in place of the taste of the member, or of the server; None reads that.
        together: several members, in place of one: what each of them likes counts.
        whole_server: pick for everybody: the server's taste counts, and only songs new to the server.
        leave_out: never these.
        recent: what was heard last, oldest first.
        kind: nothing of another kind comes.
        little_known: the least part that is by little-known artists, 0 to 1; None for what the server is owed.
        met: what is not new to the server (`Picker.met`), where that was read before.
        asked: this very time; whoever changes the question while it is answered leaves it as it is.
    """

    server: ServerId
    member: MemberId | None
    count: int
    dial: Dial = Dial.BALANCED
    seeds: Mapping[SongId, float] = field(default_factory=_nothing)
    tilt: Mapping[SongId, float] = field(default_factory=_nothing)
    tags: Mapping[str, float] = field(default_factory=_unsaid)
    audio: Mapping[str, float] = field(default_factory=_unsaid)
    decades: Mapping[int, float] = field(default_factory=_no_decades)
    taste: Mapping[SongId, float] | None = None
    taste_weight: float = 1.0
    of: MemberId | None = None
    together: tuple[MemberId, ...] = ()
    whole_server: bool = False
    leave_out: Collection[SongId] = ()
    recent: tuple[SongId, ...] = ()
    per_artist: int = 2
    explore: int = 0
    kind: ItemKind = ItemKind.SONG
    little_known: float | None = None
    met: Collection[SongId] | None = None
    asked: Asked = field(default_factory=Asked, compare=False, repr=False)

    @property
    def whose(self) -> tuple[MemberId, ...]:
        """Those whose taste is asked for; nobody where it is the server's."""
        if self.whole_server:
            return ()
        if self.together:
            return self.together
        one = self.member if self.of is None else self.of
        return () if one is None else (one,)
