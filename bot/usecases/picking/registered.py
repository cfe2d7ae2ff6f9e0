"""Songs that artists registered: one of them may enter a list, in the draw of its last exploration slot."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from bot.store.records import ItemKind, Slot, SongId, StoredReason
from bot.usecases.claims import Claims
from bot.usecases.entering import Drawn, drawn
from bot.usecases.library import Library
from bot.usecases.picking.asking import Asking
from bot.usecases.picking.question import Question
from bot.usecases.picking.slots import stored
from recommender import ItemId, Pick, Query

# So many reasons of a song are told beside that it was drawn.
MOST_TOLD = 2


class Registered:
    """Lets registered songs take part, at most one a list."""

    def __init__(self, library: Library, claims: Claims, asking: Asking, rng: np.random.Generator) -> None:
        self._library = library
        self._claims = claims
        self._asking = asking
        self._rng = rng

    def further(self, question: Question, picks: Collection[Pick]) -> set[SongId]:
        """All registered songs but the best one, where a list would have several: it has one at most."""
        coming = {claim.song for claim in self._claims.coming(question.server)}
        among = [SongId(pick.item) for pick in picks if SongId(pick.item) in coming]
        return coming - {among[0]} if len(among) > 1 else set()

    async def entered(
        self, question: Question, slots: list[Slot], now: float, refused: Collection[SongId]
    ) -> list[Slot]:
        """Let the songs take part in the draw of the last exploration slot.

        Lists for several are left as they are: what each is owed after them is of those very songs.
        """
        await self._claims.catch_up()
        explored = bool(slots) and slots[-1].explored and not question.together
        if not explored or question.kind is not ItemKind.SONG:
            return slots
        others = [slot.song for slot in slots[:-1]]
        offered = self._offered(question, others, refused)
        if not offered:
            return slots
        query = self._asking.query(question, now, refused)
        one = drawn(self._library, query, others, offered, self._rng)
        return slots if one is None else [*slots[:-1], self._slot(one, len(slots), query)]

    def _offered(
        self, question: Question, others: Sequence[SongId], refused: Collection[SongId]
    ) -> list[SongId]:
        """What may enter beside the other songs of a list; nothing where one of them is registered already."""
        claims = self._claims.coming(question.server)
        if {claim.song for claim in claims} & {*others}:
            return []
        theirs = {question.member, *question.whose}
        artists = {self._library.main_artist(song) for song in others}
        return [
            claim.song
            for claim in claims
            if claim.song in self._library.songs
            and claim.song not in refused
            and claim.member not in theirs
            and self._library.main_artist(claim.song) not in artists
        ]

    def _slot(self, one: Drawn, number: int, query: Query) -> Slot:
        known = self._library.knows(one.song)
        told = self._library.engine.explain(query, ItemId(one.song)).reasons if known else ()
        why = StoredReason("registered" if one.registered else "explore", 0.0)
        return Slot(
            number=number,
            song=one.song,
            score=one.score,
            propensity=one.propensity,
            explored=True,
            reasons=(*stored(told[:MOST_TOLD]), why),
        )
