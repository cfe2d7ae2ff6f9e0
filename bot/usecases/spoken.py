"""Podcasts, audiobooks, poetry and live radio: found, kept, and picked by what they are about.

The engine knows them like any song once it was fitted with them; until then, their words and genres speak for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import EmptyCatalog, NothingSpoken
from bot.folding import fold
from bot.sources.found import FoundSpoken, SpokenKind
from bot.sources.protocol import SpokenSearch
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import ItemKind, NewSong, Slot, Song, SongId, StoredReason
from bot.store.search import SearchIndex
from bot.usecases.discretion import discreet
from bot.usecases.enriching import SPARED
from bot.usecases.library import Library
from bot.usecases.likeness import Alike, alike, telling
from bot.usecases.picking import Picker, Question
from bot.usecases.words import POETIC, words_of

LISTED = 15
"""Items that each source is asked for."""
MOST_LOCAL = 25
NEAR = 8
"""Known items that stand in for one that the engine does not know yet."""
MOST_TERMS = 3
"""Questions that one `/recommend` may put to the sources …"""
ASK_AGAIN = 86_400.0
"""… and none of them twice within this, in seconds."""
MOST_ASKED = 2_000
LONGEST_TAG = 120
# No service has poetry apart: it is among these.
WITHIN = {ItemKind.POETRY: (SpokenKind.AUDIOBOOK, SpokenKind.PODCAST)}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was found.

    Attributes:
        items: the best first; those that the catalogue had come before those that are new.
        down: the services that did not answer.
        asked: whether there is anybody to ask.
    """

    items: tuple[Song, ...]
    down: tuple[str, ...]
    asked: bool


class SpokenWord:
    """Finds and picks what is no song."""

    def __init__(
        self, store: Store, library: Library, picker: Picker, sources: Sources, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._library = library
        self._picker = picker
        self._sources = sources
        self._clock = clock
        self._asked: dict[tuple[ItemKind, str], float] = {}

    def able(self, kind: ItemKind) -> bool:
        """Whether anybody outside has this kind."""
        wanted = set(_asked_as(kind))
        return any(isinstance(each, SpokenSearch) and wanted & each.spoken_kinds for each in self._sources)

    def check(self, question: Question) -> None:
        """See from memory alone, before anything is announced, whether there may be an answer.

        Raises:
            NothingSpoken: nothing of this kind is known, and nothing tells what to look for.
        """
        known = self._library.now.songs.of_kind(question.kind)
        if not known and not (self.able(question.kind) and self._picker.evidence(question)):
            raise NothingSpoken(question.kind)

    async def search(self, kind: ItemKind, text: str) -> Spoken:
        """What fits a text: here first, then outside; what is found outside stays."""
        local = await asyncio.to_thread(self._local, kind, text)
        found, down = await self._outside(kind, text)
        kept = await self._kept(kind, found)
        items = {song.id: song for song in (*local, *kept)}
        return Spoken(tuple(items.values()), down, self.able(kind))

    async def pick(self, question: Question) -> list[Slot]:
        """Items of a kind for a member: the engine's, then by likeness of text, then what sources have of that sort.

        Raises:
            NothingSpoken: nothing of this kind is known, and nothing tells what to look for.
        """
        try:
            slots = await self._picker.pick(question)
        except EmptyCatalog:
            slots = []
        slots = await self._filled(question, slots)
        if len(slots) < question.count and await self._ask_for_more(question):
            slots = await self._filled(question, slots)
        if not slots:
            raise NothingSpoken(question.kind)
        return discreet(slots, self._picker.untold(question))

    async def _filled(self, question: Question, slots: list[Slot]) -> list[Slot]:
        """As many slots as are wanted, the free ones given to what is most like the member's taste by its text."""
        if len(slots) >= question.count:
            return slots
        songs = self._library.songs
        taken = await self._picker.refused(question) | {slot.song for slot in slots}
        among = self._library.now.songs.of_kind(question.kind) - taken
        near = await asyncio.to_thread(alike, self._picker.evidence(question), songs, among)
        chosen = near[: question.count - len(slots)]
        return [
            *slots,
            *(_slot(each, number, question) for number, each in enumerate(chosen, start=len(slots) + 1)),
        ]

    async def _ask_for_more(self, question: Question) -> bool:
        """Ask sources by what weighs most in the member's taste; whether anything came."""
        songs = self._library.songs
        evidence = self._picker.evidence(question).items()
        liked = [(songs[song], weight) for song, weight in evidence if weight > 0 and song in songs]
        same = [pair for pair in liked if pair[0].kind is question.kind]
        now = self._clock()
        came = False
        for term in telling(same or liked, MOST_TERMS):
            if now - self._asked.get((question.kind, term), -ASK_AGAIN) >= ASK_AGAIN:
                found, down = await self._outside(question.kind, term)
                if not down:
                    self._note(question.kind, term, now)
                came |= bool(await self._kept(question.kind, found))
        return came

    def _note(self, kind: ItemKind, term: str, now: float) -> None:
        self._asked[kind, term] = now
        while len(self._asked) > MOST_ASKED:
            self._asked.pop(next(iter(self._asked)))

    def _local(self, kind: ItemKind, text: str) -> list[Song]:
        """What the catalogue has: by its names, then by what it is about; blocking, so call it in a thread."""
        songs = self._library.songs
        items = [songs[song] for song in sorted(self._library.now.songs.of_kind(kind))]
        named = [songs[match.song_id] for match in SearchIndex(items).find(text, MOST_LOCAL)]
        asked = set(fold(text).split())
        about = [
            song
            for song in items
            if asked and asked <= set(fold(" ".join((*song.genres, *song.words, song.title))).split())
        ]
        return list({song.id: song for song in (*named, *about)}.values())[:MOST_LOCAL]

    async def _outside(self, kind: ItemKind, text: str) -> tuple[list[FoundSpoken], tuple[str, ...]]:
        async def asked(source: SpokenSearch) -> list[FoundSpoken]:
            found: list[FoundSpoken] = []
            for each in _asked_as(kind):
                if each in source.spoken_kinds:
                    found += await source.search_spoken(each, _question(kind, text), limit=LISTED)
            return found

        answers = await self._sources.ask(SpokenSearch, lambda source, _: asked(source))
        told = [each for found in answers.each for each in found if _fits(kind, each)]
        return told, answers.down

    async def _kept(self, kind: ItemKind, found: Sequence[FoundSpoken]) -> list[Song]:
        """Have them in the catalogue, at hand at once, with what stands in for them until the engine knows them."""
        if not found:
            return []
        added = await self._store.catalog.add([new_item(kind, each) for each in found], self._clock())
        items = list({song.id: song for song in added}.values())
        await self._library.add(items)
        new = [song for song in items if not self._library.knows(song.id)]
        for song, near in await asyncio.to_thread(self._near, kind, new):
            self._library.stand_in(song.id, near)
        return items

    def _near(self, kind: ItemKind, new: Sequence[Song]) -> list[tuple[Song, dict[SongId, float]]]:
        """For each new item those known ones of its kind that are most like it; blocking."""
        library = self._library
        learnt = [song for song in library.now.songs.of_kind(kind) if library.knows(song)]
        if not learnt:
            return []
        near = [(song, alike({song.id: 1.0}, library.songs, learnt)[:NEAR]) for song in new]
        return [(song, {each.song: each.score for each in found}) for song, found in near if found]


def _asked_as(kind: ItemKind) -> tuple[SpokenKind, ...]:
    return WITHIN.get(kind) or (SpokenKind(kind.value),)


def _question(kind: ItemKind, text: str) -> str:
    return text if kind is not ItemKind.POETRY or POETIC.search(text) else f"{text} poetry"


def _fits(kind: ItemKind, found: FoundSpoken) -> bool:
    told = " ".join(filter(None, (found.title, found.creator, found.description, *found.genres)))
    return kind is not ItemKind.POETRY or POETIC.search(told) is not None


def new_item(kind: ItemKind, found: FoundSpoken) -> NewSong:
    """Something spoken as a source tells of it, for the catalogue.

    A source that lends no more than names, pictures and links is believed no more of it.
    """
    creator = found.creator or found.title
    lends = found.source in SPARED
    words = () if lends else words_of(found.title, found.description)
    genres = () if lends else found.genres
    return NewSong(
        key=f"{kind.value}|{fold(creator)}|{fold(found.title)}",
        title=found.title,
        artist=creator,
        source=found.source,
        released=found.released,
        explicit=found.explicit,
        artwork_url=found.artwork,
        language=None if lends else found.language,
        ids={f"{found.source}:{kind.value}": str(found.id)},
        tags=(
            *(("genre", genre.lower()[:LONGEST_TAG], 1.0) for genre in genres),
            *(("word", word, weight) for word, weight in words),
        ),
        kind=kind,
        description=None if lends else found.description,
        link=found.link,
    )


def _slot(each: Alike, number: int, question: Question) -> Slot:
    """A slot with its true reason: what it is most like of what was named or liked."""
    kind = "seed" if each.nearest in question.seeds else "liked"
    reason = StoredReason(kind=kind, share=1.0, items=(each.nearest,), tags=each.shared)
    return Slot(number=number, song=each.song, score=each.score, reasons=(reason,))
