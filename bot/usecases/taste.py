"""What members think of songs right now, in memory: the fold of the append-only log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.store.records import Counts, EventId, FeedbackEvent, MemberId, PostId, ServerId, SongId, Verb

# recommender.md, "Weights to start from".
WEIGHT: Mapping[Verb, float] = {Verb.LIKE: 1.0, Verb.SKIP: -0.3, Verb.DISLIKE: -1.0}
HALF_LIFE_DAYS: Mapping[Verb, float] = {Verb.LIKE: 180.0, Verb.SKIP: 30.0}
DAY = 86_400.0


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
    def verb(self) -> Verb | None:
        """The member's verdict, or None."""
        return None if self.last is None else self.last.verb


class Tastes:
    """Verdicts by server and member; the last event that was not taken back counts."""

    def __init__(self) -> None:
        self._opinions: defaultdict[ServerId, defaultdict[MemberId, dict[SongId, Opinion]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self._verdicts: defaultdict[tuple[ServerId, SongId], dict[MemberId, Verb]] = defaultdict(dict)
        self._known: defaultdict[ServerId, set[SongId]] = defaultdict(set)

    def apply(self, event: FeedbackEvent) -> Verb | None:
        """Take one committed event in and return the member's verdict on that song after it."""
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

    def _members(self, server: ServerId) -> list[MemberId]:
        members = self._opinions.get(server)
        return [] if members is None else list(members)

    def _said(self, server: ServerId, member: MemberId) -> dict[SongId, Opinion]:
        # Looking must not make an entry for everybody who ever pressed a button.
        members = self._opinions.get(server)
        found = None if members is None else members.get(member)
        return {} if found is None else found

    def opinion(self, server: ServerId, member: MemberId, song: SongId) -> Opinion:
        """What a member said about a song; empty when nothing."""
        return self._said(server, member).get(song, Opinion())

    def vector(self, server: ServerId, member: MemberId, now: float) -> dict[SongId, float]:
        """A member's taste: a weight for each song, halved after its half-life. Dislikes do not fade."""
        vector: dict[SongId, float] = {}
        for song, opinion in self._said(server, member).items():
            event = opinion.last
            if event is not None:
                half_life = HALF_LIFE_DAYS.get(event.verb)
                age = max(0.0, now - event.at) / DAY
                vector[song] = WEIGHT[event.verb] * (0.5 ** (age / half_life) if half_life else 1.0)
        return vector

    def server_vector(self, server: ServerId, now: float) -> dict[SongId, float]:
        """The taste of a server: the mean of its members' vectors, each of length one, so that all count alike.

        The average beat every other aggregate (recommender.md, "Cold start, servers, groups").
        """
        vectors = [v for m in self._members(server) if (v := self.vector(server, m, now))]
        total: defaultdict[SongId, float] = defaultdict(float)
        for vector in vectors:
            norm = sum(weight * weight for weight in vector.values()) ** 0.5 or 1.0
            for song, weight in vector.items():
                total[song] += weight / norm / len(vectors)
        return dict(total)

    def counts(self, server: ServerId, song: SongId) -> Counts:
        """How a server answers to a song."""
        verdicts = list(self._verdicts.get((server, song), {}).values())
        return Counts(verdicts.count(Verb.LIKE), verdicts.count(Verb.SKIP), verdicts.count(Verb.DISLIKE))

    def rated(self, server: ServerId) -> set[SongId]:
        """Every song that anybody of a server ever rated."""
        return self._known.get(server, set())

    def events(self) -> Iterable[FeedbackEvent]:
        """The event that counts of every server, member and song, for the engine to learn from."""
        for members in self._opinions.values():
            for opinions in members.values():
                for opinion in opinions.values():
                    if opinion.last is not None:
                        yield opinion.last

    def undoable(self, server: ServerId, member: MemberId, post: PostId, via: str) -> FeedbackEvent | None:
        """The newest event of a member on a post, said by ``via``, that was not taken back."""
        found = [
            event
            for opinion in self._said(server, member).values()
            for event in opinion.events.values()
            if event.post == post and event.via == via
        ]
        return max(found, key=lambda event: event.id, default=None)
