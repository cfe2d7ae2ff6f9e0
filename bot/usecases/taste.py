"""What members think of songs right now, in memory: the fold of the append-only log."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.store import Store
from bot.store.records import (
    Counts,
    EventId,
    FeedbackEvent,
    Heard,
    Listened,
    MemberId,
    PostId,
    ServerId,
    SongId,
    Verb,
)

Doubles = npt.NDArray[np.float64]

# recommender.md, "Weights to start from".
WEIGHT: Mapping[Verb, float] = {Verb.LIKE: 1.0, Verb.SKIP: -0.3, Verb.DISLIKE: -1.0}
HALF_LIFE_DAYS: Mapping[Verb, float] = {Verb.LIKE: 180.0, Verb.SKIP: 30.0}
DAY = 86_400.0

# A song that was heard counts less than one that was liked; how much it was put on again says more than how often it ran.
PLAY, AGAIN, MOST_PLAYED = 0.3, 0.3, 1.2
PLAY_HALF_LIFE_DAYS = 180.0
# A favourite of years ago is no favourite of today, and still says something.
LASTING = 0.25
SKIPPED = -0.3
# Seconds for which a server's taste is kept while nobody there says anything: what fades meanwhile is nothing.
KEPT = 600.0
MOST_KEPT = 64
# Weights of members that are kept for one server's: with more they are read again each time.
MOST_PARTS = 200_000


def _events() -> dict[EventId, FeedbackEvent]:
    return {}


@dataclass(slots=True)
class Opinion:
    """The events of one member on one song that were not taken back, oldest first."""

    events: dict[EventId, FeedbackEvent] = field(default_factory=_events)

    @property
    def last(self) -> FeedbackEvent | None:
        """The event that counts, or None."""
        return next(reversed(self.events.values()), None)

    @property
    def learnt(self) -> FeedbackEvent | None:
        """The event that is learnt from, or None: what was said while learning was paused is not."""
        return next((event for event in reversed(self.events.values()) if not event.paused), None)

    @property
    def verb(self) -> Verb | None:
        """The member's verdict, or None."""
        return None if self.last is None else self.last.verb

    @property
    def since(self) -> float:
        """When the verdict was first given, as far as it was not taken back; unix time, 0 without one."""
        verb = self.verb
        return next((event.at for event in self.events.values() if event.verb is verb), 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member thinks of a song, and since when (unix time)."""

    member: MemberId
    song: SongId
    verb: Verb
    at: float


def played(heard: Heard, now: float) -> float:
    """What having heard a song says: .3, more with every repeat up to 1.2, fading to a quarter; skips alone say no.

    recommender.md, "Weights to start from".
    """
    if heard.plays == 0:
        return SKIPPED if heard.skips else 0.0
    if heard.skips > 2 * heard.plays:
        return 0.0
    weight = min(PLAY + AGAIN * math.log2(1 + heard.repeats), MOST_PLAYED)
    age = max(0.0, now - heard.last) / DAY
    return weight * max(LASTING, 0.5 ** (age / PLAY_HALF_LIFE_DAYS))


async def load_listened(store: Store, tastes: Tastes, *, anew: bool = False) -> None:
    """Read what all members listened to into memory; ``anew`` drops what is not in the store any more."""
    by_member: defaultdict[MemberId, list[Listened]] = defaultdict(list)
    for each in await store.histories.all():
        by_member[each.member].append(each)
    if anew:
        for member in tastes.brought() - by_member.keys():
            tastes.listen(member, ())
    for member, listened in by_member.items():
        tastes.listen(member, listened)


class Average:
    """The mean of the tastes of a server's members, each of length one; only who said something is worked out again.

    Attributes:
        at: when it was begun (unix time): from then on tastes fade together, which is nothing for a while.
    """

    def __init__(self, at: float) -> None:
        self.at = at
        self._parts: dict[MemberId, tuple[npt.NDArray[np.int64], Doubles]] = {}
        self._mean: dict[SongId, float] | None = None

    def drop(self, member: MemberId) -> None:
        """Read the taste of a member again the next time."""
        self._parts.pop(member, None)
        self._mean = None

    def of(
        self, members: Sequence[MemberId], vector: Callable[[MemberId], Mapping[SongId, float]]
    ) -> Mapping[SongId, float]:
        """The mean of these; who has no taste does not count."""
        if self._mean is None:
            for member in members:
                if member not in self._parts:
                    self._parts[member] = _unit(vector(member))
            parts = [self._parts[member] for member in members]
            self._mean = _mean_of([part for part in parts if len(part[0])])
            if sum(len(songs) for songs, _ in parts) > MOST_PARTS:
                self._parts.clear()
        return self._mean


def _unit(vector: Mapping[SongId, float]) -> tuple[npt.NDArray[np.int64], Doubles]:
    """A vector at length one: its songs and their weights."""
    songs = np.fromiter(vector, dtype=np.int64, count=len(vector))
    weights = np.fromiter(vector.values(), dtype=np.float64, count=len(vector))
    return songs, weights / (float(np.sqrt(weights @ weights)) or 1.0)


def _mean_of(parts: Sequence[tuple[npt.NDArray[np.int64], Doubles]]) -> dict[SongId, float]:
    if not parts:
        return {}
    songs, places = np.unique(np.concatenate([songs for songs, _ in parts]), return_inverse=True)
    weights = np.bincount(places, np.concatenate([weights for _, weights in parts])) / len(parts)
    return {SongId(song): weight for song, weight in zip(songs.tolist(), weights.tolist(), strict=True)}


class Tastes:
    """Verdicts by server and member, and what members listen to; the last event that was not taken back counts."""

    def __init__(self) -> None:
        self._played: dict[MemberId, dict[SongId, Heard]] = {}
        self._own: dict[MemberId, dict[SongId, Heard]] = {}
        self._brought: defaultdict[MemberId, set[ServerId]] = defaultdict(set)
        self._opinions: defaultdict[ServerId, defaultdict[MemberId, dict[SongId, Opinion]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self._verdicts: defaultdict[tuple[ServerId, SongId], dict[MemberId, Verb]] = defaultdict(dict)
        self._known: defaultdict[ServerId, set[SongId]] = defaultdict(set)
        self._averages: dict[ServerId, Average] = {}
        self._lately: defaultdict[ServerId, dict[MemberId, float]] = defaultdict(dict)
        self._changes: Counter[ServerId] = Counter()

    def apply(self, event: FeedbackEvent) -> Verb | None:
        """Take one committed event in and return the member's verdict on that song after it."""
        if (average := self._averages.get(event.server)) is not None:
            average.drop(event.member)
        self._changes[event.server] += 1
        lately = self._lately[event.server]
        lately[event.member] = max(event.at, lately.get(event.member, 0.0))
        opinions = self._opinions[event.server][event.member]
        opinion = opinions.setdefault(event.song, Opinion())
        if event.verb is Verb.UNDO:
            if event.undoes is not None:
                opinion.events.pop(event.undoes, None)
        else:
            opinion.events[event.id] = event
            self._known[event.server].add(event.song)
        verdicts = self._verdicts[event.server, event.song]
        if opinion.verb is None:
            opinions.pop(event.song)
            verdicts.pop(event.member, None)
        else:
            verdicts[event.member] = opinion.verb
        return opinion.verb

    def listen(self, member: MemberId, listened: Iterable[Listened]) -> None:
        """Take in all that a member listened to, in place of what was known of it before."""
        self._averages.clear()
        heard: dict[SongId, Heard] = {}
        own: dict[SongId, Heard] = {}
        servers: set[ServerId] = set()
        for each in listened:
            kept = own if each.own else heard
            kept[each.song] = _together(kept.get(each.song), each.heard)
            if not each.own:
                servers.add(each.server)
        for table, value in ((self._played, heard), (self._own, own), (self._brought, servers)):
            if value:
                table[member] = value  # pyright: ignore[reportArgumentType]
            else:
                table.pop(member, None)

    def brought(self) -> set[MemberId]:
        """Whoever brought any listening along."""
        return {*self._played, *self._own}

    def listeners(self) -> Iterable[tuple[MemberId, frozenset[ServerId], Mapping[SongId, Heard]]]:
        """Whoever brought a history: the member, the servers where, and what they heard."""
        for member, heard in self._played.items():
            yield member, frozenset(self._brought[member]), heard

    def heard(self, member: MemberId, *, own: bool = True) -> Mapping[SongId, Heard]:
        """What a member listened to, as far as they brought it along; without ``own``, what others may see of it."""
        shared, alone = self._played.get(member, {}), self._own.get(member)
        if alone is None or not own:
            return shared
        return {**shared, **{song: _together(shared.get(song), each) for song, each in alone.items()}}

    def untold(self, server: ServerId, member: MemberId) -> set[SongId]:
        """The songs that only an account of the member's own tells of: nobody else may read their names."""
        shared, said = self._played.get(member, {}), self._said(server, member)
        return {song for song in self._own.get(member, {}) if song not in shared and song not in said}

    def _members(self, server: ServerId) -> list[MemberId]:
        members = self._opinions.get(server)
        found = dict.fromkeys([] if members is None else members)
        return list(found | {member: None for member, servers in self._brought.items() if server in servers})

    def _said(self, server: ServerId, member: MemberId) -> dict[SongId, Opinion]:
        # Looking must not make an entry for everybody who ever pressed a button.
        members = self._opinions.get(server)
        found = None if members is None else members.get(member)
        return {} if found is None else found

    def opinion(self, server: ServerId, member: MemberId, song: SongId) -> Opinion:
        """What a member said about a song; empty when nothing."""
        return self._said(server, member).get(song, Opinion())

    def vector(
        self, server: ServerId, member: MemberId, now: float, *, own: bool = True
    ) -> dict[SongId, float]:
        """A member's taste: a weight for each song, halved after its half-life. Dislikes do not fade.

        What they said of a song counts, and only where they said nothing, how they heard it. Without ``own``, what may
        count for the member alone is left out.
        """
        listened = self.heard(member) if own else self._played.get(member, {})
        vector = {song: weight for song, heard in listened.items() if (weight := played(heard, now))}
        for song, opinion in self._said(server, member).items():
            event = opinion.learnt
            if event is not None:
                half_life = HALF_LIFE_DAYS.get(event.verb)
                age = max(0.0, now - event.at) / DAY
                vector[song] = WEIGHT[event.verb] * (0.5 ** (age / half_life) if half_life else 1.0)
        return vector

    def server_vector(self, server: ServerId, now: float) -> Mapping[SongId, float]:
        """The taste of a server: the mean of its members' vectors, each of length one, so that all count alike.

        The average beat every other aggregate (recommender.md, "Cold start, servers, groups"). It is kept for a while;
        who says something is counted anew.
        """
        kept = self._averages.get(server)
        if kept is None or not kept.at <= now < kept.at + KEPT:
            if len(self._averages) >= MOST_KEPT:
                self._averages.clear()
            kept = self._averages[server] = Average(now)
        return kept.of(self._members(server), lambda member: self.vector(server, member, now, own=False))

    def likes(self, server: ServerId, member: MemberId) -> dict[SongId, float]:
        """The songs that a member likes by their own answer, and since when (unix time)."""
        said = ((song, opinion.learnt) for song, opinion in self._said(server, member).items())
        return {song: event.at for song, event in said if event is not None and event.verb is Verb.LIKE}

    def members(self, server: ServerId) -> list[MemberId]:
        """Everybody of a server of whom a taste is known."""
        return self._members(server)

    def servers_of(self, member: MemberId, song: SongId) -> list[ServerId]:
        """Where what a member said of a song stands."""
        return [
            server
            for server, members in self._opinions.items()
            if member in members and song in members[member]
        ]

    def answered(self, server: ServerId, member: MemberId, *, learnt: bool = False) -> Iterable[SongId]:
        """The songs that a member said something of; with ``learnt``, only what is learnt from."""
        said = self._said(server, member)
        return [song for song, opinion in said.items() if opinion.learnt] if learnt else said.keys()

    def verdicts(self, server: ServerId, song: SongId) -> list[FeedbackEvent]:
        """What each member of a server says of a song: the event that counts."""
        members = self._verdicts.get((server, song), {})
        said = (self.opinion(server, member, song).last for member in members)
        return [event for event in said if event is not None]

    def disliked(self, server: ServerId, member: MemberId) -> set[SongId]:
        """The songs that a member never wants again."""
        said = self._said(server, member)
        return {song for song, opinion in said.items() if opinion.verb is Verb.DISLIKE}

    def said(self, server: ServerId, member: MemberId) -> list[FeedbackEvent]:
        """The answer that counts of each song that a member answered to, the newest first."""
        found = [last for opinion in self._said(server, member).values() if (last := opinion.last)]
        return sorted(found, key=lambda event: -event.id)

    def lately(self, server: ServerId, member: MemberId) -> float:
        """When a member last said something, or took it back: unix time, 0 if never."""
        return self._lately[server].get(member, 0.0) if server in self._lately else 0.0

    def changes(self, server: ServerId) -> int:
        """A number that is another one after every answer in a server, for what is worked out from all of them."""
        return self._changes[server]

    def answers(self, server: ServerId, member: MemberId) -> list[Answer]:
        """What a member of a server thinks now of every song that they answered to."""
        found: list[Answer] = []
        for song, opinion in self._said(server, member).items():
            last = opinion.last
            if last is not None:
                # Most say something once: then there is nothing to look back through.
                since = last.at if len(opinion.events) == 1 else opinion.since
                found.append(Answer(member, song, last.verb, since))
        return found

    def counts(self, server: ServerId, song: SongId) -> Counts:
        """How a server answers to a song."""
        verdicts = list(self._verdicts.get((server, song), {}).values())
        return Counts(verdicts.count(Verb.LIKE), verdicts.count(Verb.SKIP), verdicts.count(Verb.DISLIKE))

    def voices(self, server: ServerId, song: SongId) -> Collection[MemberId]:
        """Who of a server has a verdict on a song."""
        return self._verdicts.get((server, song), {}).keys()

    def learnt_likes(self, server: ServerId, song: SongId) -> int:
        """How many members of a server like a song, as far as that is learnt from."""
        members = self._verdicts.get((server, song), {})
        said = (self.opinion(server, member, song).learnt for member in members)
        return sum(event is not None and event.verb is Verb.LIKE for event in said)

    def rated(self, server: ServerId) -> set[SongId]:
        """Every song that anybody of a server ever rated."""
        return self._known.get(server, set())

    def events(self) -> Iterable[FeedbackEvent]:
        """The event that is learnt from of every server, member and song, for the engine."""
        for members in self._opinions.values():
            for opinions in members.values():
                for opinion in opinions.values():
                    if opinion.learnt is not None:
                        yield opinion.learnt

    def forget(self, server: ServerId | None = None, member: MemberId | None = None) -> None:
        """Drop what was said, of one server or all, of one member or all; what they listened to stays."""
        self._averages.clear()
        for each in [server] if server is not None else list(self._opinions):
            self._changes[each] += 1
            if member is None:
                self._lately.pop(each, None)
                self._opinions.pop(each, None)
                self._known.pop(each, None)
                for key in [key for key in self._verdicts if key[0] == each]:
                    del self._verdicts[key]
                continue
            self._lately[each].pop(member, None)
            members = self._opinions.get(each)
            for song in members.pop(member, {}) if members is not None else ():
                verdicts = self._verdicts[each, song]
                verdicts.pop(member, None)
                if not verdicts:
                    del self._verdicts[each, song]
                    self._known[each].discard(song)

    def undoable(self, server: ServerId, member: MemberId, post: PostId, via: str) -> FeedbackEvent | None:
        """The newest event of a member on a post, said by ``via``, that was not taken back."""
        found = [
            event
            for opinion in self._said(server, member).values()
            for event in opinion.events.values()
            if event.post == post and event.via == via
        ]
        return max(found, key=lambda event: event.id, default=None)


def _together(one: Heard | None, other: Heard) -> Heard:
    """The counts of two sources that may have seen the same plays: the larger of each."""
    if one is None:
        return other
    return Heard(
        max(one.plays, other.plays),
        max(one.repeats, other.repeats),
        max(one.skips, other.skips),
        max(one.last, other.last),
    )
