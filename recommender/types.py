"""The words of the engine: ids, what is asked of it and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

ItemId = NewType("ItemId", int)
"""A song, by the caller's own id (any int, not a position)."""
MemberId = NewType("MemberId", int)
"""A member, by a 64-bit id as large as Discord's."""
GroupId = NewType("GroupId", int)
"""A server, by a 64-bit id."""


class Dial(StrEnum):
    """How far from the known a member wants to go."""

    FAMILIAR = "familiar"
    BALANCED = "balanced"
    ADVENTUROUS = "adventurous"


def _no_evidence() -> dict[ItemId, float]:
    return {}


def _never_tried() -> dict[ItemId, tuple[int, int]]:
    return {}


def _nothing_said() -> dict[str, float]:
    return {}


def _no_decades() -> dict[int, float]:
    return {}


def _nobody() -> dict[MemberId, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Listener:
    """One of several members who are asked for together."""

    member: MemberId | None = None
    taste: Mapping[ItemId, float] = field(default_factory=_no_evidence)
    """What they showed by answers and plays; signed, as in Query."""
    veto: frozenset[ItemId] = frozenset()
    """What nobody gets to hear while they listen."""
    owed: float = 1.0
    """What they count beside the others, 0 or more; 1 is usual, `Recommended.owed` tells what comes next."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: evidence, where it is asked, and how the answer shall look.

    Ids that the engine does not know are ignored. Weights are signed and of the order of one:
    like 1, finished play .3, skip -.3, dislike -1.
    """

    taste: Mapping[ItemId, float] = field(default_factory=_no_evidence)
    """What the member showed by answers and plays."""
    seeds: Mapping[ItemId, float] = field(default_factory=_no_evidence)
    """Songs asked from; they outweigh the taste."""
    group: GroupId | None = None
    """The server that asks; None knows no neighbours by name."""
    member: MemberId | None = None
    """Who asks; never counted as one of their own neighbours."""
    exclude: frozenset[ItemId] = frozenset()
    """Never shown, nor any version of it: disliked, already known, already shown."""
    tags: Mapping[str, float] = field(default_factory=_nothing_said)
    """Tags asked for in words, or chosen by a new member: 1 decides what comes, .5 tilts it; below 0 unwanted."""
    audio: Mapping[str, float] = field(default_factory=_nothing_said)
    """Audio features asked for: 1 is much more than the average song has, -1 much less."""
    decades: Mapping[int, float] = field(default_factory=_no_decades)
    """Decades asked for, by their first year."""
    together: tuple[Listener, ...] = ()
    """Those asked for together, in place of `member` and `taste`; everything else is the same for all of them."""
    several: bool = False
    """Whether `taste` is the mean of several members: models are weighed as for each of those asked for together."""
    recent: tuple[ItemId, ...] = ()
    """What was heard last, oldest first, for the next song; none of it comes again."""
    dial: Dial = Dial.BALANCED
    alpha: float = 0.5
    """0 asks for what is alike, 1 for what members with this taste like, .5 for both as they were learned."""
    popularity: float = 0.0
    """0 leaves popularity as it was learned, 1 asks for what everybody likes; between, alpha's answer fades into it."""
    count: int = 5
    """How many picks are wanted; fewer come when the catalogue is too small."""
    per_artist: int = 2
    """At most this many picks of one artist."""
    explore: int = 0
    """How many of the `count` slots, the last ones, are drawn for exploration."""
    trials: Mapping[ItemId, tuple[int, int]] = field(default_factory=_never_tried)
    """How often items were shown in this server, and how many of those times they were liked; what exploration
    learns from. Only the few items that may be drawn are looked up."""
    little_known: float | None = None
    """Share of the picks, 0 to 1, that is by little-known artists at least; None is the dial's own."""
    now: float | None = None
    """Unix time in seconds, for release recency; None leaves recency out."""


class ReasonKind(StrEnum):
    """What a reason rests on."""

    SEED = "seed"
    """Like the song asked from."""
    LIKED = "liked"
    """Like a song the member liked, or heard together with it."""
    MEMBERS = "members"
    """Members of this server with a similar taste like it."""
    SERVER = "server"
    """Liked in this server, whoever asks."""
    TAGS = "tags"
    ARTIST = "artist"
    ERA = "era"
    AUDIO = "audio"
    NEXT = "next"
    """Others played it next after what was just heard."""
    POPULAR = "popular"
    NEW = "new"
    """A fresh release."""
    EXPLORE = "explore"
    """Drawn to learn whether the member likes it; carries no part of the score."""
    LITTLE_KNOWN = "little_known"
    """Chosen because few know its artist; carries no part of the score."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the largest parts of a pick's score."""

    kind: ReasonKind
    share: float
    """The part of the positive score that this reason carries, 0 to 1; 0 for EXPLORE and LITTLE_KNOWN."""
    items: tuple[ItemId, ...] = ()
    """Liked songs or seeds behind it, largest first."""
    tags: tuple[str, ...] = ()
    """Shared tags behind it, largest first."""
    members: tuple[MemberId, ...] = ()
    """Members of the query's own group behind it, largest first; never the asking member."""
    people: int = 0
    """How many members of the query's own group are behind it, named in `members` or not."""
    feature: str | None = None
    """The audio feature that contributes most, for AUDIO; None where that is estimated and not measured."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen item with its score, its true reasons and how likely it was to be shown."""

    item: ItemId
    score: float
    reasons: tuple[Reason, ...]
    """Largest first, at most four; an explored pick ends with EXPLORE, an exposed one with LITTLE_KNOWN."""
    propensity: float
    """Probability that the policy of this slot showed this item, given the draws before it; 1 if not drawn."""
    explored: bool
    exposed: bool = False
    """Chosen because few know its artist: by its score alone another item would stand here."""
    listeners: Mapping[MemberId, float] = field(default_factory=_nobody)
    """Of several listeners, what part of what they want in it each has, 0 to 1, largest first: for whom it is."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """The picks of a query, best first, and what its listeners are owed after them."""

    picks: list[Pick]
    owed: tuple[float, ...] = ()
    """What each of `Query.together` is owed the next time, once the picks were played to all of them: who wanted more
    of them than the others counts less then, and who wanted less counts more; the sum is the number of listeners."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of one item for one query, taken apart."""

    item: ItemId
    score: float
    parts: Mapping[str, float]
    """Named parts; they add up to the score."""
    reasons: tuple[Reason, ...]
