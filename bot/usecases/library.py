"""The catalogue and the engine in memory, ready to answer; what is learnt is swapped in whole."""

from __future__ import annotations

import asyncio
import gc
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import structlog
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from bot.store import Store
from bot.store.catalog.fingerprint import size
from bot.store.catalog.rows import bulk
from bot.store.records import FeedbackEvent, Song, SongId, Verb
from bot.usecases import fitting
from bot.usecases.knowledge import (
    Knowledge,
    Verdict,
    covers,
    fold_in,
    keep,
    key_of,
    let_go,
    newest_model,
    read_songs,
    verdicts_since,
)
from bot.usecases.lookups import Lookups
from bot.usecases.songs import Songs
from bot.usecases.taste import WEIGHT, Tastes
from recommender import Engine, EngineConfig, ItemId
from recommender.archive import Model, Shelf
from recommender.content import Block
from recommender.sparse import row_entries

log = structlog.get_logger(__name__)

# So many verdicts are folded in on the event loop at a time: a few milliseconds.
FEW = 50
# New songs whose stand-ins are kept.
MOST_NEW = 2_000
# So many others speak for a song of which nothing else is known.
MOST_STANDING = 12


class Library(Lookups):
    """Songs by id, what is looked up among them, and the engine fitted on them."""

    def __init__(self, *, blas_threads: int = 1) -> None:
        self._now = Knowledge()
        self._journal: list[Verdict] | None = None
        # Songs are added one after another, and never while others are swapped in.
        self._adding = asyncio.Lock()
        self._near: OrderedDict[SongId, Mapping[SongId, float]] = OrderedDict()
        # Kept for the life of the program: a second busy BLAS thread made a fit forty times slower.
        self._limits = threadpool_limits(limits=blas_threads)

    @property
    def now(self) -> Knowledge:
        """All of it, to be kept by whoever must not see a swap."""
        return self._now

    @property
    def catalogue(self) -> Songs:
        """The songs, and the indexes over them."""
        return self._now.songs

    @property
    def songs(self) -> Mapping[SongId, Song]:
        """Every song by its id."""
        return self.catalogue.by_id

    @property
    def engine(self) -> Engine:
        """What recommends."""
        return self._now.engine

    async def load(self, store: Store, tastes: Tastes, shelf: Shelf | None = None) -> None:
        """Read the catalogue; take the newest model that was fitted on it, or fit one; swap in all at once.

        A fit of a start is put on the shelf, so that the next start needs none.
        """
        songs = await read_songs(store)
        model = await newest_model(store, shelf, songs.mark)
        if model is None or not covers(songs, model.engine):
            reading = await fitting.read(store)
            # Nobody waits at a start for what is learned on a validation part: the worker does that later.
            tuned = await asyncio.to_thread(shelf.tuned) if shelf else None
            engine, metrics = await asyncio.to_thread(fitting.fit, reading, EngineConfig().tuned(tuned))
            manifest = await asyncio.to_thread(keep, shelf, engine, reading.origin, metrics, tuned)
            version = manifest.version if manifest else 0
            log.info("fitted", version=version, **metrics)
            if songs.mark != reading.origin.catalogue:  # an import ended in between
                songs = await read_songs(store)
            self._now = Knowledge(songs, engine, reading.origin, version)
            return
        missed = await verdicts_since(store, tastes, model.manifest.origin)
        await asyncio.to_thread(fold_in, model.engine, missed)
        changed = {key_of(verdict.event) for verdict in missed}
        self._now = Knowledge(songs, model.engine, model.manifest.origin, model.version, changed)
        log.info("model loaded", version=model.version, folded_in=len(changed))

    async def adopt(self, model: Model, store: Store, tastes: Tastes) -> bool:
        """Swap a newer model in while members are served; whatever they said since its fit is in it.

        Returns:
            False when the catalogue has changed since that fit; everything is as before.
        """
        async with self._adding:
            return await self._adopt(model, store, tastes)

    async def _adopt(self, model: Model, store: Store, tastes: Tastes) -> bool:
        origin = model.manifest.origin
        journal = self._journal = list[Verdict]()
        try:
            # Rows and songs become tens of thousands of objects; looking through them would stop all threads.
            with bulk():
                songs = self._now.songs
                if songs.mark != origin.catalogue or songs.size != await size(store.db):
                    songs = await read_songs(store)
                if songs.mark != origin.catalogue or not covers(songs, model.engine):
                    return False
                missed = await verdicts_since(store, tastes, origin)
                changed = {key_of(verdict.event) for verdict in missed}
                await asyncio.to_thread(fold_in, model.engine, missed)
            while len(journal) > FEW:
                some = journal[:]
                journal.clear()
                changed.update(key_of(verdict.event) for verdict in some)
                await asyncio.to_thread(fold_in, model.engine, some)
            # Nothing is awaited from here on: no verdict can come between the last one folded in and the swap.
            fold_in(model.engine, journal)
            changed.update(key_of(verdict.event) for verdict in journal)
            gone = [self._now]
            self._now = Knowledge(songs, model.engine, origin, model.version, changed)
        finally:
            self._journal = None
        if gone[0].songs is not songs and gc.get_freeze_count():
            gc.freeze()  # as at the start: the collector need not look through the catalogue
        await asyncio.to_thread(let_go, gone)
        return True

    def learn(self, event: FeedbackEvent, verdict: Verb | None) -> None:
        """Let the engine know a member's verdict at once, and the one that may be about to take its place."""
        if event.song not in self.songs:
            return
        said = Verdict(event, 0.0 if verdict is None else WEIGHT[verdict])
        fold_in(self.engine, [said])
        self._now.changed.add(key_of(event))
        if self._journal is not None:
            self._journal.append(said)

    async def add(self, songs: Iterable[Song]) -> None:
        """Have songs that the store has now at hand at once; the engine learns of them at its next fit."""
        new = [song for song in songs if self.songs.get(song.id) != song]
        async with self._adding:
            if new:
                self._now = replace(self._now, songs=await asyncio.to_thread(self._now.songs.having, new))

    def by_artist(self, artist: str) -> list[SongId]:
        """The artist's songs that the engine knows, the best known first."""
        return [number for number in self.with_artist(artist) if self.knows(number)]

    def knows(self, song: SongId) -> bool:
        """Whether the engine has learnt of a song yet."""
        return ItemId(song) in self.engine.ids()

    def sound(self, song: SongId) -> dict[str, float]:
        """How a song sounds beside an ordinary one: its audio features, their squares adding up to 1; {} where unknown."""
        if not self.knows(song):
            return {}
        space = self.engine.scale.material.content
        columns, values = row_entries(
            space.vectors, self.engine.scale.material.catalogue.positions[ItemId(song)]
        )
        audio = {
            str(space.names[column]): float(value)
            for column, value in zip(columns.tolist(), values.tolist(), strict=True)
            if space.block[column] == Block.AUDIO
        }
        length = sum(value * value for value in audio.values()) ** 0.5
        return {name: value / length for name, value in audio.items()} if length else {}

    def little_known(self, songs: Iterable[SongId]) -> set[SongId]:
        """Those of these songs whose artists are little known at the moment (`recommender.Engine.little_known`).

        Where no source says how well known anything is, nothing can be called little known.
        """
        if not self.engine.items:
            return set()
        catalogue = self.engine.scale.material.catalogue
        if not np.isfinite(catalogue.popularity).any():
            return set()
        little = self.engine.little_known()
        places = {song: catalogue.positions.get(ItemId(song)) for song in songs}
        return {song for song, place in places.items() if place is not None and little[place]}

    def stand_in(self, song: SongId, near: Mapping[SongId, float]) -> None:
        """Let songs that the engine knows speak for one that it does not know yet."""
        self._near[song] = near
        while len(self._near) > MOST_NEW:
            self._near.popitem(last=False)

    def known(self, evidence: Mapping[SongId, float]) -> dict[SongId, float]:
        """The evidence as the engine can take it: what stands in for a new song shares its weight."""
        found: dict[SongId, float] = {}
        for song, weight in evidence.items():
            near = {song: 1.0} if self.knows(song) else self._near.get(song, {})
            whole = sum(near.values())
            for number, part in near.items():
                found[number] = found.get(number, 0.0) + weight * part / whole
        return found

    def standing_in(self, song: SongId) -> Mapping[SongId, float]:
        """What the engine knows and speaks for a song, weighted; {} where there is nothing.

        That is the song itself, what was found near it when it came, other songs of its artist, or those of its genres.
        """
        if self.knows(song):
            return {song: 1.0}
        found = self.songs.get(song)
        near = {each: weight for each, weight in self._near.get(song, {}).items() if self.knows(each)}
        if near or found is None:
            return near
        alike = self.by_artist(found.artist)[:MOST_STANDING] or [
            each for genre in found.genres[:3] for each in self.of_genre(genre) if self.knows(each)
        ]
        return dict.fromkeys(alike[:MOST_STANDING], 1.0)
