"""The enricher: asks sources about the catalogue's songs, one after another, while nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import structlog

from bot.beside import beside
from bot.errors import SegueError, StoreError
from bot.sources.errors import (
    SourceError,
    SourceLater,
    SourceNotUnderstood,
    SourceRefused,
)
from bot.sources.protocol import Source, SourceName
from bot.sources.together import Sources
from bot.store import Store
from bot.store.enriching import Due, Find
from bot.store.records import SongId
from bot.store.worth import DAY
from bot.usecases.fresh import Fresh
from bot.usecases.library import Library
from bot.usecases.questions import IDENTIFIES, Told, as_known_to, can_be_asked, describe, identify
from bot.usecases.tellings import find_of, ids_of

log = structlog.get_logger(__name__)

MINUTE, HOUR = 60.0, 3_600.0
PAUSE = 5.0
"""Seconds between two songs …"""
LOOK = MINUTE
"""… and between two looks while there is nothing to ask or nobody to be asked."""
QUEUE = 20
"""Songs that are chosen at a time, so that one that is liked meanwhile waits for no more than these."""
FEW = 3
"""Unknown songs that are added beside one that somebody likes."""
FIRST_REST, LONGEST_REST = 5 * MINUTE, 6 * HOUR
"""A source in trouble is left alone for so long, twice as long after every further trouble."""
SPARED = frozenset({SourceName("spotify")})
"""Sources with few calls a day, which are the members': they are asked about liked songs only."""


@dataclass(frozen=True, slots=True)
class Enriched:
    """What one visit to a song did: who knew it, who did not, who must be asked later, and how many songs were added."""

    song: SongId
    title: str
    knew: tuple[str, ...]
    knew_not: tuple[str, ...]
    later: tuple[str, ...]
    added: int


class Enricher:
    """Fills what is missing, in order of worth; whatever fails is asked for later, and what is written is whole."""

    def __init__(
        self,
        store: Store,
        sources: Sources,
        clock: Callable[[], float],
        *,
        library: Library | None = None,
        fresh: Fresh | None = None,
        a_day: int,
        new_a_day: int = 0,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Without a library, nothing is told to a running bot.

        Args:
            a_day: songs in 24 hours, unless `through` is asked for more; 0 for none.
            new_a_day: songs a day that are added because they are near liked ones.
            busy: whether members are being answered just now.
        """
        self._store = store
        self._background = sources.in_background()
        self._clock = clock
        self._library = library
        self._fresh = fresh
        self._a_day = a_day
        self._new_a_day = new_a_day
        self._busy = busy
        self._queue: list[Due] = []
        self._rests: dict[str, tuple[float, float]] = {}  # until when, and how long the next rest is
        self._later: dict[tuple[SongId, str], float] = {}

    @property
    def _sources(self) -> list[Source]:
        return [source for source in self._background if can_be_asked(source)]

    @property
    def names(self) -> frozenset[str]:
        """The sources that can be asked about songs."""
        return frozenset(source.name for source in self._sources)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Ask, song by song, for as long as the block lasts."""
        async with beside(self._ask_on(), name="enricher"):
            yield

    async def turn(self) -> Enriched | None:
        """Visit the song that is most worth it, within what a day allows; None where there is nothing to do."""
        if not self._a_day:
            return None
        if self._fresh is not None and self._new_a_day:
            await self._fresh.fresh(self._new_a_day)
        if not self._queue:
            left = self._a_day - await self._store.enriching.asked_since(self._clock() - DAY)
            await self._fill(min(left, QUEUE))
        return await self._next()

    async def through(self, songs: int) -> AsyncIterator[Enriched]:
        """Visit so many songs, whatever was asked today, until nothing is left or nobody can be asked."""
        while songs > 0:
            if not self._queue:
                await self._fill(min(songs, QUEUE))
            enriched = await self._next()
            if enriched is None:
                return
            songs -= 1
            yield enriched

    async def visit(self, song: Due) -> Enriched:
        """Ask all that are to be asked about a song, and write what they say in one go.

        Raises:
            StoreError: nothing was written.
        """
        told, left_out = await self._told(song)
        finds = [self._judged(song, each, left_out=left_out) for each in told]
        new = 0
        if song.liked and self._new_a_day:
            new = min(FEW, self._new_a_day - await self._store.enriching.added_today(self._clock()))
        written = await self._store.enriching.write(song, finds, self._clock(), new=new)
        if self._library is not None:
            shown = [*([song.id] if written.listed else []), *written.added]
            await self._library.add(await self._store.catalog.some(shown))
        known = [(find.source, find.found) for find in finds]
        enriched = Enriched(
            song=song.id,
            title=f"{song.title} · {song.artist}",
            knew=tuple(name for name, found in known if found),
            knew_not=tuple(name for name, found in known if found is False),
            later=tuple(name for name, found in known if found is None),
            added=len(written.added),
        )
        log.debug("enriched", song=song.id, knew=enriched.knew, later=enriched.later, added=enriched.added)
        return enriched

    async def _ask_on(self) -> None:
        while True:
            pause = LOOK
            try:
                if self._busy() or await self.turn() is not None:
                    pause = PAUSE
            except Exception as error:
                expected = isinstance(error, SegueError)
                log.warning("enricher failed", error=str(error), exc_info=None if expected else error)
            await asyncio.sleep(pause)

    async def _fill(self, limit: int) -> None:
        """Choose the next songs; those that only sources at rest could tell of are left out."""
        now = self._clock()
        self._later = {pair: until for pair, until in self._later.items() if until > now}
        awake = {name for name in self.names if self._awake(name)}
        if limit > 0 and awake:
            # As many more as may turn out to be none of those.
            room = limit + len({song for song, _ in self._later})
            found = await self._store.enriching.due(awake, now, room, spared=SPARED)
            self._queue = [song for song in found if self._now(song)][:limit]

    async def _next(self) -> Enriched | None:
        while self._queue:
            song = self._queue.pop(0)
            if self._now(song):
                try:
                    return await self.visit(song)
                except StoreError:
                    self._queue.insert(0, song)
                    raise
                except Exception:
                    self._later.update({(song.id, name): self._clock() + HOUR for name in song.sources})
                    raise
        return None

    def _now(self, song: Due) -> frozenset[str]:
        """Those to be asked about the song that can be asked just now."""
        now = self._clock()
        return frozenset(
            name
            for name in song.sources
            if self._awake(name) and self._later.get((song.id, name), 0.0) <= now
        )

    def _awake(self, name: str) -> bool:
        return self._rests.get(name, (0.0, 0.0))[0] <= self._clock()

    async def _told(self, song: Due) -> tuple[list[Told], bool]:
        """What sources say, each once, and whether one of them that might know who the song is was left out."""
        asked = self._now(song)
        told: dict[str, Told] = {}
        ids = dict(song.ids)
        for source in self._each(asked):
            so_far = told.setdefault(source.name, Told(source.name))
            if so_far.song is None and so_far.trouble is None:
                await identify(source, song, ids, so_far)
                if so_far.song is not None:
                    ids = {**ids_of(so_far.song), **ids}
        for source in self._each(asked):
            so_far = told[source.name]
            await describe(source, as_known_to(source.name, song, ids, so_far.song), so_far)
        might = {source.name for source in self._sources if isinstance(source, IDENTIFIES)}
        troubled = {name for name, each in told.items() if each.trouble}
        asleep = {name for name in might if not self._awake(name)}
        return list(told.values()), bool(might & (troubled | asleep | (song.sources - asked)))

    def _each(self, names: Iterable[str]) -> list[Source]:
        return [source for source in self._sources if source.name in set(names)]

    def _judged(self, song: Due, told: Told, *, left_out: bool) -> Find:
        """What is written of what a source said; where it could not say all, it is asked again before long."""
        find = find_of(song, told, lends=told.source in SPARED)
        if told.trouble is not None:
            self._rest(song, told.source, told.trouble)
            return replace(find, found=None)
        self._rests.pop(told.source, None)
        if not told.found and left_out:  # who the song is may be known by then
            self._later[song.id, told.source] = self._clock() + HOUR
            return replace(find, found=None)
        return find

    def _rest(self, song: Due, name: str, trouble: SourceError) -> None:
        now = self._clock()
        _, rest = self._rests.get(name, (0.0, FIRST_REST))
        wanted = trouble.until if isinstance(trouble, SourceLater) else None
        until = now + (LONGEST_REST if isinstance(trouble, SourceRefused) else rest)
        if wanted is not None:
            until = max(until, min(wanted.timestamp(), now + DAY))
        self._rests[name] = (until, min(2 * rest, LONGEST_REST))
        # It may be this very question that it cannot answer: the next one is about another song.
        if isinstance(trouble, SourceNotUnderstood) or wanted is None:
            again = DAY if isinstance(trouble, SourceNotUnderstood) else HOUR
            self._later[song.id, name] = max(until, now + again)
        log.info("source passed over", source=name, why=trouble.detail, minutes=round((until - now) / MINUTE))
