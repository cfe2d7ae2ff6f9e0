"""The catalogue and the engine in memory, ready to answer; what is learnt is swapped in whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import pandas as pd
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from bot.errors import EmptyCatalog, UnknownSong
from bot.sources.naming import work_key
from bot.sources.spotify import track_id
from bot.store import Store
from bot.store.catalog import StoredFrames
from bot.store.records import FeedbackEvent, Song, SongId, Verb
from bot.store.search import CONFIDENT, Match, SearchIndex
from bot.usecases.taste import WEIGHT, Tastes
from recommender import Dataset, Engine, GroupId, ItemId, MemberId

CHOICE = "song:"


def label(song: Song) -> str:
    """A song in one line of plain text."""
    year = f" · {song.year}" if song.year else ""
    return f"{song.title} · {song.artist}{year}"


def _interactions(events: Iterable[FeedbackEvent]) -> pd.DataFrame:
    rows = [(event.server, event.member, event.song, WEIGHT[event.verb], event.at) for event in events]
    frame = pd.DataFrame(rows, columns=["group", "member", "item", "weight", "unix_time"])
    return frame.astype(
        {"group": "int64", "member": "int64", "item": "int64", "weight": "float64", "unix_time": "float64"}
    )


def _fit(frames: StoredFrames, interactions: pd.DataFrame) -> Engine:
    dataset = Dataset.from_frames(
        items=frames.items,
        tags=frames.tags,
        audio=frames.audio,
        interactions=interactions,
        baskets=frames.baskets,
    )
    return Engine().fit(dataset)


def _works(songs: Iterable[Song]) -> dict[SongId, str]:
    return {song.id: work_key(song.artist, song.title) for song in songs}


def _versions(works: Mapping[SongId, str]) -> dict[str, frozenset[SongId]]:
    found: dict[str, set[SongId]] = {}
    for song, work in works.items():
        found.setdefault(work, set()).add(song)
    return {work: frozenset(songs) for work, songs in found.items()}


class Library:
    """Songs by id, the search index over them and the engine fitted on them."""

    def __init__(self, *, blas_threads: int = 1) -> None:
        self.songs: dict[SongId, Song] = {}
        self.search = SearchIndex(())
        self.engine = Engine()
        self._spotify: dict[str, SongId] = {}
        self._works: dict[SongId, str] = {}
        self._versions: dict[str, frozenset[SongId]] = {}
        # Kept for the life of the program: a second busy BLAS thread made a fit forty times slower.
        self._limits = threadpool_limits(limits=blas_threads)

    async def load(self, store: Store, tastes: Tastes) -> None:
        """Read the catalogue, build index and engine off the event loop, then swap them in together."""
        songs = await store.catalog.songs()
        frames = await store.catalog.frames()
        spotify = await store.catalog.ids("spotify")
        interactions = _interactions(tastes.events())
        search = await asyncio.to_thread(SearchIndex, songs)
        engine = await asyncio.to_thread(_fit, frames, interactions)
        self._works = await asyncio.to_thread(_works, songs)
        self._versions = _versions(self._works)
        self._spotify = spotify
        self.songs = {song.id: song for song in songs}
        self.search = search
        self.engine = engine

    def work(self, song: SongId) -> str:
        """What versions of one song (live, remix, acoustic) have in common."""
        return self._works.get(song, "")

    def versions(self, songs: Iterable[SongId]) -> set[SongId]:
        """The songs with every version of them: none is recommended beside another."""
        found: set[SongId] = set()
        for song in songs:
            found |= self._versions.get(self.work(song), frozenset({song}))
        return found

    def learn(self, event: FeedbackEvent, verdict: Verb | None) -> None:
        """Let the engine know a member's verdict at once."""
        if event.song in self.songs:
            self.engine.fold_in(
                group=GroupId(event.server),
                member=MemberId(event.member),
                item=ItemId(event.song),
                weight=0.0 if verdict is None else WEIGHT[verdict],
                unix_time=event.at,
            )

    def resolve(self, text: str) -> Song:
        """The song that a choice of the autocomplete or free text means.

        Raises:
            EmptyCatalog: there are no songs.
            UnknownSong: nothing is close enough; it carries what is nearest.
        """
        if not self.songs:
            raise EmptyCatalog("The catalogue is empty.")
        if text.startswith(CHOICE) and text[len(CHOICE) :].isdecimal():
            chosen = self.songs.get(SongId(int(text[len(CHOICE) :][:18])))
            if chosen is not None:
                return chosen
        pasted = track_id(text)
        if pasted in self._spotify:
            return self.songs[self._spotify[pasted]]
        near = self.search.find(text, limit=3)
        if near and near[0].score >= CONFIDENT:
            return self.songs[near[0].song_id]
        raise UnknownSong(text, tuple(label(self.songs[match.song_id]) for match in near))

    def suggest(self, text: str, limit: int = 25) -> list[Song]:
        """Songs to offer while a member types; sensible ones before they typed anything."""
        matches: list[Match] = (
            self.search.find(text, limit=limit) if text.strip() else self.search.sensible(limit)
        )
        return [self.songs[match.song_id] for match in matches]
