"""What has just come out, of artists and genres that the catalogue knows, taken into it once a day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from bot.folding import fold
from bot.sources.errors import SourceError
from bot.sources.found import FoundAlbum, FoundSong
from bot.sources.matching import MatchedSong, best, merge
from bot.sources.protocol import Albums, FreshReleases, NamedSongs
from bot.sources.together import Sources
from bot.store import Store
from bot.store.worth import DAY
from bot.usecases.finding import new_songs
from bot.usecases.library import Library

log = structlog.get_logger(__name__)

REMEMBERED = "fresh releases"
READ = 500
"""Releases that each source is asked for."""
OF_ONE = 2
"""Songs that are taken of one release."""
PATIENCE = 60.0
TRY_AGAIN = 3_600.0


@dataclass(frozen=True, slots=True)
class FreshSummary:
    """How many releases sources named, how many of them are of interest here, and how many songs were added."""

    named: int
    kept: int
    added: int


class Fresh:
    """Reads what is new and keeps what fits."""

    def __init__(
        self,
        store: Store,
        sources: Sources,
        clock: Callable[[], float],
        *,
        library: Library | None = None,
    ) -> None:
        self._store = store
        self._sources = sources
        self._clock = clock
        self._library = library
        self._not_before = 0.0

    async def fresh(self, limit: int) -> FreshSummary | None:
        """Add songs of at most ``limit`` new releases; None where that was done today, or nobody can be asked.

        Raises:
            StoreError: the rest was not added; it is tried again.
        """
        now = self._clock()
        if now < self._not_before or not self._sources.able(FreshReleases):
            return None
        if now < await self._last() + DAY:
            return None
        self._not_before = now + TRY_AGAIN
        answers = await self._sources.ask(
            FreshReleases, lambda source, _: source.fresh_releases(limit=READ), seconds=PATIENCE
        )
        if not answers.found:
            return None
        out = [album for albums in answers.each for album in albums if self._is_out(album)]
        kept = _of_interest(out, *await self._known(), limit)
        added = 0
        for album in kept:
            added += await self._added(album)
        told = {"at": now, "named": len(out), "kept": len(kept), "added": added}
        await self._store.meta.set(REMEMBERED, json.dumps(told))
        log.info("fresh releases read", named=len(out), kept=len(kept), songs_added=added)
        return FreshSummary(len(out), len(kept), added)

    async def _last(self) -> float:
        said = await self._store.meta.get(REMEMBERED)
        return json.loads(said)["at"] if said else 0.0

    def _is_out(self, album: FoundAlbum) -> bool:
        today = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        return album.released is not None and album.released <= today

    async def _known(self) -> tuple[Collection[str], Collection[str]]:
        """Artists and genres of the catalogue, folded."""
        artists, genres = await self._store.catalog.names()
        return await asyncio.to_thread(_folded_artists, artists), {fold(genre) for genre in genres}

    async def _added(self, album: FoundAlbum) -> int:
        """Take the songs of a release that the catalogue does not have."""
        given = [song for found in await self._songs_of(album) for song in new_songs(found)]
        known = await self._store.catalog.by_key([song.key for song in given])
        new = [replace(song, released=album.released) for song in given if song.key not in known]
        songs = await self._store.catalog.add(new, self._clock())
        if self._library is not None:
            await self._library.add(songs)
        return len({song.id for song in songs})

    async def _songs_of(self, album: FoundAlbum) -> Sequence[MatchedSong]:
        """The best known songs of a release: as its own source lists them, else the song that it is named after."""
        for source in self._sources:
            if source.name == album.source and isinstance(source, Albums):
                try:
                    listed = await source.album_songs(album.id)
                except SourceError:
                    break
                return [merge([_whole(song, album)])[0] for song in _best_known(listed, album)]
        answers = await self._sources.ask(
            NamedSongs,
            lambda source, _: source.songs_named(album.artist, album.title, limit=5),
            seconds=PATIENCE,
        )
        found = [song for songs in answers.each for song in songs if _recent(song, album)]
        meant = best(album.artist, album.title, found)
        return [one for one in merge(found) if meant in one.found]


def _of_interest(
    albums: Sequence[FoundAlbum], artists: Collection[str], genres: Collection[str], limit: int
) -> list[FoundAlbum]:
    """Those by known artists first, then those with most of the known genres; each release once."""

    def shared(album: FoundAlbum) -> int:
        return len({fold(tag.name) for tag in album.tags} & set(genres))

    once = {(fold(album.artist), fold(album.title)): album for album in reversed(albums)}
    known = [album for (artist, _), album in once.items() if artist in artists]
    others = [album for (artist, _), album in once.items() if artist not in artists and shared(album)]
    known.sort(key=lambda album: album.released or "", reverse=True)
    others.sort(key=lambda album: (shared(album), album.released or ""), reverse=True)
    return [*known, *others][:limit]


def _folded_artists(names: Collection[str]) -> set[str]:
    return {fold(part) for name in names for part in (name, name.partition(",")[0])}


def _best_known(songs: Sequence[FoundSong], album: FoundAlbum) -> list[FoundSong]:
    """The song that the release is named after, then by how well known they are, then as they stand there."""

    def rank(song: FoundSong) -> tuple[bool, float]:
        return fold(song.title) != fold(album.title), -(song.popularity.share if song.popularity else 0.0)

    return sorted(songs, key=rank)[:OF_ONE]


def _whole(song: FoundSong, album: FoundAlbum) -> FoundSong:
    """A song of a listing, which often leaves out what the release says."""
    return replace(
        song,
        album=song.album or album.title,
        artwork=song.artwork or album.artwork,
        tags=song.tags or album.tags,
    )


def _recent(song: FoundSong, album: FoundAlbum) -> bool:
    """Whether a song of that name may be the new one: it is not known to be from another year."""
    return song.released is None or album.released is None or song.released[:4] >= album.released[:4]
