"""Deezer: songs, artists, albums, charts and playlists without a key.

Errors come with HTTP status 200. Its terms allow no caching of content, so nothing but "not found" is remembered; its
preview links die after 900 seconds and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from bot.sources import deezer_shapes as shapes
from bot.sources.errors import SourceError, SourceNotFound, SourceNotUnderstood
from bot.sources.found import FoundAlbum, FoundArtist, FoundPlaylist, FoundSong, Isrc, SourceId
from bot.sources.outbound import Metrics, Outbound, Policy
from bot.sources.reading import distinct, known, question, same
from bot.sources.reading import isrc as read_isrc

# 50 calls in 5 seconds are allowed; the rest is for clocks that differ.
POLICY = Policy(
    name=shapes.NAME,
    label=shapes.LABEL,
    base="https://api.deezer.com",
    calls=45,
    per_seconds=5.0,
    quota_seconds=5.0,
    largest_answer=4_000_000,  # the head of a playlist may carry all its songs
)
PAGE = 100
LONGEST_PLAYLIST = 2_000
T = TypeVar("T")


class Deezer:
    """Asks Deezer's public interface."""

    name = shapes.NAME

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def search_songs(self, text: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs for free text, best first."""
        return await self._searched("search", question(text), shapes.songs, limit)

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs by artist and title, best first."""
        fields = (("artist", artist), ("track", title))
        quoted = [f'{field}:"{words}"' for field, given in fields if (words := _unquoted(given))]
        return await self._searched("search", " ".join(quoted), shapes.songs, limit)

    async def song(self, song_id: SourceId) -> FoundSong:
        """The song with this id."""
        found = await self._outbound.get(f"track/{_number(song_id)}", shapes.song)
        return same(found, song_id, shapes.LABEL)

    async def songs_by_isrc(self, isrc: Isrc) -> tuple[FoundSong, ...]:
        """The one song that Deezer holds for an ISRC."""
        asked = known(read_isrc(isrc), shapes.LABEL)
        found = await self._outbound.get(f"track/isrc:{asked}", shapes.song)
        if found.isrc not in {None, asked}:
            raise SourceNotUnderstood(shapes.LABEL, "another ISRC than asked for", unwell=False)
        return (found,)

    async def search_artists(self, text: str, *, limit: int = 10) -> tuple[FoundArtist, ...]:
        """Artists by name, best first."""
        return await self._searched("search/artist", question(text), shapes.artists, limit)

    async def artist(self, artist_id: SourceId) -> FoundArtist:
        """The artist with this id."""
        found = await self._outbound.get(f"artist/{_number(artist_id)}", shapes.artist)
        return same(found, artist_id, shapes.LABEL)

    async def related_artists(self, artist_id: SourceId, *, limit: int = 20) -> tuple[FoundArtist, ...]:
        """Artists near this one, nearest first."""
        return await self._listed(f"artist/{_number(artist_id)}/related", shapes.artists, limit)

    async def top_songs(self, artist_id: SourceId, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """An artist's best known songs."""
        return await self._listed(f"artist/{_number(artist_id)}/top", shapes.songs, limit)

    async def artist_radio(self, artist_id: SourceId, *, limit: int = 25) -> tuple[FoundSong, ...]:
        """Songs of this artist and of others near them."""
        return await self._listed(f"artist/{_number(artist_id)}/radio", shapes.songs, limit)

    async def artist_albums(self, artist_id: SourceId, *, limit: int = 25) -> tuple[FoundAlbum, ...]:
        """Albums, EPs and singles of an artist; Deezer does not repeat the artist's name in them."""
        path, until = f"artist/{_number(artist_id)}", self._outbound.deadline()
        artist = await self._outbound.get(path, shapes.artist, until=until)
        found = await self._listed(f"{path}/albums", shapes.bare_albums, limit, until=until)
        return tuple(shapes.album_of(album, (artist.name,)) for album in found)

    async def album(self, album_id: SourceId) -> FoundAlbum:
        """The album with this id."""
        found = await self._outbound.get(f"album/{_number(album_id)}", shapes.album)
        return same(found, album_id, shapes.LABEL)

    async def album_songs(self, album_id: SourceId, *, limit: int = 50) -> tuple[FoundSong, ...]:
        """What is on an album, in its order."""
        return await self._listed(f"album/{_number(album_id)}/tracks", shapes.songs, limit)

    async def chart(self, *, limit: int = 25) -> tuple[FoundSong, ...]:
        """The songs that are heard most at present, all genres together."""
        return await self._listed("chart/0/tracks", shapes.songs, limit)

    async def playlist(self, playlist_id: SourceId, *, limit: int = 200) -> FoundPlaylist:
        """A public playlist with its first ``limit`` songs, each once, read page by page.

        There are fewer where a later page does not come in time.
        """
        path, until = f"playlist/{_number(playlist_id)}", self._outbound.deadline()
        limit = min(max(limit, 0), LONGEST_PLAYLIST)
        head = await self._outbound.get(path, shapes.playlist_head, query={"limit": 1}, until=until)
        found: list[FoundSong] = []
        for start in range(0, min(limit, head.nb_tracks or limit), PAGE):
            try:
                page = await self._listed(f"{path}/tracks", shapes.songs, PAGE, start=start, until=until)
            except SourceError:
                if not found:
                    raise
                break
            if not page:
                break
            found += page
        return shapes.playlist(head, distinct(found)[:limit])

    async def _searched(
        self, path: str, words: str, read: Callable[[object], tuple[T, ...]], limit: int
    ) -> tuple[T, ...]:
        if not words:
            return ()
        try:
            found = await self._outbound.get(path, read, query={"q": words, "limit": _page(limit)})
        except SourceNotFound:
            return ()
        return found[: max(limit, 0)]

    async def _listed(
        self,
        path: str,
        read: Callable[[object], tuple[T, ...]],
        limit: int,
        *,
        start: int = 0,
        until: float | None = None,
    ) -> tuple[T, ...]:
        query = {"limit": _page(limit)} | ({"index": start} if start else {})
        try:
            found = await self._outbound.get(path, read, query=query, until=until)
        except SourceNotFound as error:
            if error.detail == shapes.NOTHING_LISTED:
                return ()
            raise
        return found[: max(limit, 0)]


def _page(limit: int) -> int:
    return min(max(limit, 1), PAGE)


def _number(source_id: SourceId) -> str:
    """A Deezer id, which is a number; nothing else may get into a path."""
    return known(source_id if re.fullmatch(r"[1-9][0-9]{0,18}", source_id) else None, shapes.LABEL)


def _unquoted(words: str) -> str:
    return question(words.replace('"', " "))
