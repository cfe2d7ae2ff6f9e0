"""iTunes Search: songs with artwork, podcasts and audiobooks without a key; no ISRC.

About twenty calls a minute. Too many are refused with 403, which says nothing of when to come back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from bot.sources import itunes_shapes as shapes
from bot.sources.errors import SourceNotFound
from bot.sources.found import FoundSong, FoundSpoken, SourceId, SpokenKind
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.reading import known, question, same

POLICY = Policy(
    name=shapes.NAME,
    label=shapes.LABEL,
    base="https://itunes.apple.com",
    calls=18,
    per_seconds=60.0,
    quota_statuses=frozenset({403, 429}),
    quota_seconds=300.0,
)
PAGE = 100
T = TypeVar("T")


class Itunes:
    """Asks the iTunes Search interface in the store of one country.

    Args:
        country: ISO 3166-1 code of the store; what it does not sell is not found.
    """

    name = shapes.NAME
    spoken_kinds = frozenset({SpokenKind.PODCAST, SpokenKind.AUDIOBOOK})

    def __init__(self, outbound: Outbound, *, country: str = "US") -> None:
        self._outbound = outbound
        self._country = country

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def search_songs(self, text: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs for free text, best first."""
        return await self._searched(text, "music", "song", shapes.songs, limit)

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs for the words of artist and title, best first; iTunes has no search by field."""
        return await self.search_songs(f"{artist} {title}", limit=limit)

    async def song(self, song_id: SourceId) -> FoundSong:
        """The song with this id."""
        number = known(song_id if re.fullmatch(r"[1-9][0-9]{0,18}", song_id) else None, shapes.LABEL)
        query = {"id": number, "country": self._country}
        found = await self._outbound.get("lookup", shapes.songs, query=query)
        return same(found[0], number, shapes.LABEL)

    async def search_spoken(self, kind: SpokenKind, text: str, *, limit: int = 10) -> tuple[FoundSpoken, ...]:
        """Podcasts and audiobooks, best first; other kinds are not there."""
        if kind is SpokenKind.PODCAST:
            return await self._searched(text, "podcast", "podcast", shapes.podcasts, limit)
        if kind is SpokenKind.AUDIOBOOK:
            return await self._searched(text, "audiobook", "audiobook", shapes.audiobooks, limit)
        return ()

    async def _searched(
        self, text: str, media: str, entity: str, read: Callable[[object], tuple[T, ...]], limit: int
    ) -> tuple[T, ...]:
        words = question(text)
        if not words:
            return ()
        query = {"term": words, "media": media, "entity": entity, "limit": min(max(limit, 1), PAGE)}
        try:
            found = await self._outbound.get("search", read, query={**query, "country": self._country})
        except SourceNotFound:
            return ()
        return found[: max(limit, 0)]
