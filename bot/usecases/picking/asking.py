"""A question in the engine's words, and the engine's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

import numpy as np

from bot.store.records import ItemKind, MemberId, ServerId, SongId
from bot.usecases.choosing import Choosing, Wishes
from bot.usecases.library import Library
from bot.usecases.picking.debts import Debts
from bot.usecases.picking.question import Question
from bot.usecases.share import Share
from bot.usecases.taste import Tastes
from recommender import Explanation, GroupId, ItemId, Listener, Pick, Query, Recommended
from recommender import MemberId as Asker

MOST_EVIDENCE = 200
MOST_OF_MEMBER = 400
SEVERAL = 3
"""The taste of a server is that of several from so many members on: what one alone likes says little of the others."""

Trials = Callable[[ServerId], Mapping[ItemId, tuple[int, int]]]
"""How often each song was shown in a server, and liked there."""


class Asking:
    """Puts together what is known of those who are asked for, and asks."""

    def __init__(
        self,
        tastes: Tastes,
        library: Library,
        choosing: Choosing,
        share: Share,
        debts: Debts,
        trials: Trials,
        rng: np.random.Generator,
    ) -> None:
        self._tastes = tastes
        self._library = library
        self._choosing = choosing
        self._share = share
        self._debts = debts
        self._trials = trials
        self._rng = rng

    async def ask(self, question: Question, now: float, excluded: Collection[SongId]) -> list[Pick]:
        """Ask the engine; where it weighs several members, others have their turn after each of them.

        What several members will be owed after the list is kept until it is published.
        """
        query = self.query(question, now, excluded)
        steps = self._library.engine.recommending(query, rng=self._rng)
        while True:
            try:
                next(steps)
            except StopIteration as finished:
                found: Recommended = finished.value
                break
            await asyncio.sleep(0)
        if question.together:
            self._debts.chosen(question, [each.owed for each in query.together], found.owed)
        return found.picks

    def explain(self, question: Question, song: SongId, at: float) -> Explanation | None:
        """Take a song's score for a question apart, as asked at ``at``; None where the engine does not know the song."""
        if not self._library.knows(song):
            return None
        return self._library.engine.explain(self.query(question, at, ()), ItemId(song))

    def scores(self, question: Question, songs: Iterable[SongId], at: float) -> dict[SongId, float]:
        """Score these songs for a question, as asked at ``at``; those that the engine does not know are left out."""
        scale = self._library.engine.scale
        places = scale.material.catalogue.positions
        known = {song: places[ItemId(song)] for song in songs if self._library.knows(song)}
        if not known:
            return {}
        also = np.array(list(known.values()), dtype=np.intp)
        weighed = scale.weigh(self.query(question, at, ()), also)
        return {song: float(weighed.scores[place]) for song, place in known.items()}

    def query(self, question: Question, now: float, excluded: Collection[SongId]) -> Query:
        """What the engine is asked."""
        member = question.whose[0] if len(question.whose) == 1 else None
        # Who asks from a song or a mood asks for that, whatever they chose to begin with.
        begun = Wishes() if question.seeds or question.tags else self._wishes(question)
        return Query(
            taste=self._items(self._evidence(question, now)),
            seeds=self._items(question.seeds),
            tags=question.tags or begun.tags,
            audio=question.audio,
            decades=question.decades or begun.decades,
            group=GroupId(question.server),
            member=None if member is None else Asker(member),
            together=tuple(self._listener(question, each, now) for each in question.together),
            several=question.whole_server and len(self._tastes.members(question.server)) >= SEVERAL,
            exclude=cast("frozenset[ItemId]", frozenset(excluded)),
            recent=tuple(ItemId(song) for song in question.recent),
            dial=question.dial,
            count=question.count,
            per_artist=question.per_artist,
            explore=question.explore,
            trials=self._trials(question.server),
            little_known=self._little_known(question),
            now=now,
        )

    def evidence(self, question: Question, now: float) -> dict[SongId, float]:
        """What is known of what is wanted: the seeds, and the taste of whoever asks."""
        taste = {} if question.member is None else self._tastes.vector(question.server, question.member, now)
        return {**_largest(taste, MOST_OF_MEMBER), **question.seeds}

    def _little_known(self, question: Question) -> float:
        """The part of a list that is by little-known artists at least."""
        if question.little_known is not None or question.kind is not ItemKind.SONG:
            return question.little_known or 0.0
        return self._share.due(question.server, question.count) / max(question.count, 1)

    def _items(self, evidence: Mapping[SongId, float]) -> dict[ItemId, float]:
        return {ItemId(song): weight for song, weight in self._library.known(evidence).items()}

    def _evidence(self, question: Question, now: float) -> dict[SongId, float]:
        """The taste that is asked for, and what tilts it; of several members each has their own."""
        taste: Mapping[SongId, float] = {}
        if question.taste is not None:
            taste = question.taste
        elif len(question.whose) == 1:
            taste = self._taste(question, question.whose[0], now)
        elif not question.whose:
            taste = _largest(self._tastes.server_vector(question.server, now))
        evidence = {song: weight * question.taste_weight for song, weight in taste.items()}
        for song, weight in self._wishes(question).taste.items():
            evidence.setdefault(song, weight * question.taste_weight)
        for song, weight in question.tilt.items():
            evidence[song] = evidence.get(song, 0.0) + weight
        return evidence

    def _wishes(self, question: Question) -> Wishes:
        """What the one whose taste is asked for chose to begin with."""
        if len(question.whose) != 1 or question.taste is not None:
            return Wishes()
        return self._choosing.wishes(question.server, question.whose[0])

    def _taste(self, question: Question, member: MemberId, now: float) -> dict[SongId, float]:
        """A member's taste; what may count for them alone only where they ask for themselves."""
        own = member == question.member and not question.together
        return _largest(self._tastes.vector(question.server, member, now, own=own), MOST_OF_MEMBER)

    def _listener(self, question: Question, member: MemberId, now: float) -> Listener:
        taste = self._items(self._taste(question, member, now))
        # A dislike says "never", whoever else listens.
        veto = frozenset(ItemId(song) for song in self._tastes.disliked(question.server, member))
        owed = self._debts.of(question.server, member)
        return Listener(member=Asker(member), taste=taste, veto=veto, owed=owed)


def _largest(vector: Mapping[SongId, float], most: int = MOST_EVIDENCE) -> dict[SongId, float]:
    """The entries that say most: a whole server's thousands would cost a tenth of a second and change little."""
    if len(vector) <= most:
        return dict(vector)
    songs = list(vector)
    weights = np.abs(np.fromiter(vector.values(), dtype=np.float64, count=len(vector)))
    places: list[int] = np.argsort(-weights, kind="stable")[:most].tolist()
    return {songs[place]: vector[songs[place]] for place in places}
