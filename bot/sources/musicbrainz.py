"""MusicBrainz: recordings and artists by their lasting ids, with genres, first dates and writers, without a key.

Core data is CC0. One call a second, and a User-Agent that says who asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from bot.sources import musicbrainz_shapes as shapes
from bot.sources.errors import SourceNotFound, SourceNotUnderstood
from bot.sources.found import FoundArtist, FoundSong, Isrc, SourceId, Tag
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.reading import isrc as read_isrc
from bot.sources.reading import known, mbid, question

# One call a second is allowed; the rest is for clocks that differ.
POLICY = Policy(
    name=shapes.NAME,
    label=shapes.LABEL,
    base="https://musicbrainz.org/ws/2",
    calls=1,
    per_seconds=1.1,
    seconds=10.0,
    call_seconds=5.0,
    backoff_seconds=1.0,
)
PAGE = 100
T = TypeVar("T")
_SYNTAX = re.compile(r'[+\-&|!(){}\[\]^"~*?:\\/]+')


class MusicBrainz:
    """Asks MusicBrainz' web service, version 2."""

    name = shapes.NAME

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def search_songs(self, text: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Recordings for free text, best first."""
        words = question(_SYNTAX.sub(" ", text))
        return await self._searched("recording", words, shapes.songs, limit, dismax="true")

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Recordings by artist and title, best first; without an artist by title alone."""
        fields = (("recording", title), ("artist", artist))
        phrases = [f'{field}:"{_phrase(words)}"' for field, given in fields if (words := question(given))]
        return await self._searched("recording", " AND ".join(phrases), shapes.songs, limit)

    async def song(self, song_id: SourceId) -> FoundSong:
        """The recording with this MBID, with its tags, and of its work writers and language."""
        wanted = "artist-credits isrcs releases tags genres work-rels work-level-rels artist-rels"
        return await self._looked_up("recording", song_id, shapes.song, wanted)

    async def songs_by_isrc(self, isrc: Isrc) -> tuple[FoundSong, ...]:
        """The recordings that an ISRC was given to, by mistake more than one at times."""
        asked = known(read_isrc(isrc), shapes.LABEL)
        query = {"fmt": "json", "inc": "artist-credits isrcs releases"}
        found = await self._outbound.get(f"isrc/{asked}", shapes.songs_of_isrc, query=query)
        if found[0].isrc != asked:
            raise SourceNotUnderstood(shapes.LABEL, "another ISRC than asked for", unwell=False)
        return found

    async def search_artists(self, text: str, *, limit: int = 10) -> tuple[FoundArtist, ...]:
        """Artists by name, best first."""
        words = question(text)
        return await self._searched("artist", f'"{_phrase(words)}"' if words else "", shapes.artists, limit)

    async def artist(self, artist_id: SourceId) -> FoundArtist:
        """The artist with this MBID, with their tags."""
        return await self._looked_up("artist", artist_id, shapes.artist, "tags genres")

    async def song_tags(self, song: FoundSong) -> tuple[Tag, ...]:
        """The tags of a song that has an MBID."""
        return (await self.song(SourceId(song.mbid or ""))).tags

    async def _searched(
        self, what: str, words: str, read: Callable[[object], tuple[T, ...]], limit: int, **more: str
    ) -> tuple[T, ...]:
        if not words:
            return ()
        query = {"query": words, "fmt": "json", "limit": min(max(limit, 1), PAGE), **more}
        try:
            found = await self._outbound.get(what, read, query=query)
        except SourceNotFound:
            return ()
        return found[: max(limit, 0)]

    async def _looked_up(self, what: str, source_id: SourceId, read: Callable[[object], T], wanted: str) -> T:
        path = f"{what}/{known(mbid(source_id), shapes.LABEL)}"
        return await self._outbound.get(path, read, query={"fmt": "json", "inc": wanted})


def _phrase(words: str) -> str:
    """Words as they may stand in quotes in a Lucene query."""
    return words.replace("\\", r"\\").replace('"', r"\"")
