"""Spotify as a source: what can be asked today with client credentials, within a small budget of calls a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.sources.errors import SourceError, SourceNotFound, SourceNotUnderstood, SourceRefused
from bot.sources.found import (
    FoundAlbum,
    FoundArtist,
    FoundPlaylist,
    FoundSong,
    FoundSpoken,
    Isrc,
    SourceId,
    SpokenKind,
)
from bot.sources.outbound import Budget, Metrics, Outbound
from bot.sources.reading import distinct, known, question, same
from bot.sources.reading import isrc as read_isrc
from bot.sources.spotify import playlist_shapes, shapes, spoken_shapes
from bot.sources.spotify.config import LABEL, NAME, SpotifyConfig

T = TypeVar("T")
_SEARCHED = {
    SpokenKind.PODCAST: ("show", spoken_shapes.podcasts),
    SpokenKind.EPISODE: ("episode", spoken_shapes.episodes),
    SpokenKind.AUDIOBOOK: ("audiobook", spoken_shapes.audiobooks),
}
_LOOKED_UP = {
    SpokenKind.PODCAST: ("shows", spoken_shapes.podcast),
    SpokenKind.EPISODE: ("episodes", spoken_shapes.episode),
    SpokenKind.AUDIOBOOK: ("audiobooks", spoken_shapes.audiobook),
}


class PlaylistClosed(SourceRefused):
    """The songs of a playlist are shown to its owner only."""

    sentence = (
        "{source} shows the songs of a playlist to its owner only. Export the playlist as a CSV file "
        "and send that instead."
    )


class Spotify:
    """Asks Spotify. Each list is one call, as long as one page at most; only playlists are read page by page.

    Args:
        outbound: made by `opening.open_outbound`.
        background: whether no member waits for what this one asks; see `in_background`.
    """

    name = NAME
    spoken_kinds = frozenset(_SEARCHED)

    def __init__(
        self, outbound: Outbound, config: SpotifyConfig | None = None, *, background: bool = False
    ) -> None:
        self._outbound = outbound
        self._config = config or SpotifyConfig()
        self._background = background

    @property
    def budget(self) -> Budget | None:
        """The day's calls, which members' own accounts there use too."""
        return self._outbound.budget

    def in_background(self) -> Spotify:
        """The same source for work that no member waits for: it leaves them a part of the day's calls."""
        return Spotify(self._outbound, self._config, background=True)

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._outbound.metrics()

    async def search_songs(self, text: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs for free text, best first."""
        return await self._searched("track", question(text), shapes.searched_songs, limit)

    async def songs_named(self, artist: str, title: str, *, limit: int = 10) -> tuple[FoundSong, ...]:
        """Songs by artist and title, best first."""
        fields = (("track", title), ("artist", artist))
        quoted = [f'{field}:"{words}"' for field, given in fields if (words := _unquoted(given))]
        return await self._searched("track", " ".join(quoted), shapes.searched_songs, limit)

    async def song(self, song_id: SourceId) -> FoundSong:
        """The song with this id."""
        return same(await self._ask(f"tracks/{_checked(song_id)}", shapes.song), song_id, LABEL)

    async def songs_by_isrc(self, isrc: Isrc) -> tuple[FoundSong, ...]:
        """The recordings with an ISRC: often one for every album that it is on."""
        asked = known(read_isrc(isrc), LABEL)
        query = self._search_query("track", f"isrc:{asked}")
        found = await self._ask("search", shapes.searched_songs, query=query)
        if fitting := tuple(song for song in found if song.isrc == asked):
            return fitting
        raise SourceNotUnderstood(LABEL, "another ISRC than asked for", unwell=False)

    async def search_artists(self, text: str, *, limit: int = 10) -> tuple[FoundArtist, ...]:
        """Artists by name, best first."""
        return await self._searched("artist", question(text), shapes.searched_artists, limit)

    async def artist(self, artist_id: SourceId) -> FoundArtist:
        """The artist with this id."""
        return same(await self._ask(f"artists/{_checked(artist_id)}", shapes.artist), artist_id, LABEL)

    async def artist_albums(self, artist_id: SourceId, *, limit: int = 25) -> tuple[FoundAlbum, ...]:
        """Albums and singles of an artist, ten at most."""
        path = f"artists/{_checked(artist_id)}/albums"
        query = {"include_groups": "album,single"}
        return await self._listed(path, shapes.albums, limit, self._config.albums_page, query)

    async def album(self, album_id: SourceId) -> FoundAlbum:
        """The album with this id."""
        return same(await self._ask(f"albums/{_checked(album_id)}", shapes.album), album_id, LABEL)

    async def album_songs(self, album_id: SourceId, *, limit: int = 50) -> tuple[FoundSong, ...]:
        """What is on an album, in its order, fifty songs at most; without ISRCs."""
        path = f"albums/{_checked(album_id)}/tracks"
        found = await self._listed(path, shapes.songs, limit, self._config.songs_page, {})
        return tuple(replace(song, album_id=album_id) for song in found)

    async def search_spoken(self, kind: SpokenKind, text: str, *, limit: int = 10) -> tuple[FoundSpoken, ...]:
        """Podcasts, episodes or audiobooks, best first; other kinds are not there."""
        if kind not in _SEARCHED:
            return ()
        what, read = _SEARCHED[kind]
        return await self._searched(what, question(text), read, limit, market=self._config.market)

    async def spoken(self, kind: SpokenKind, spoken_id: SourceId) -> FoundSpoken:
        """The podcast, episode or audiobook with this id."""
        if kind not in _LOOKED_UP:
            raise SourceNotFound(LABEL, f"no {kind}")
        what, read = _LOOKED_UP[kind]
        path, query = f"{what}/{_checked(spoken_id)}", {"market": self._config.market}
        return same(await self._ask(path, read, query=query), spoken_id, LABEL)

    async def playlist(self, playlist_id: SourceId, *, limit: int = 200) -> FoundPlaylist:
        """A playlist with its first ``limit`` songs, read page by page; fewer where a later page does not come.

        Raises:
            PlaylistClosed: the app may not see what is on it, which is so for all but the oldest apps.
        """
        path, until = f"playlists/{_checked(playlist_id)}", self._outbound.deadline()
        limit = min(max(limit, 0), self._config.longest_playlist)
        found: list[FoundSong] = []
        # The songs first: they are refused to most, and then the head is of no use.
        total = await self._filled(f"{path}/items", found, limit, until)
        head = same(await self._ask(path, playlist_shapes.playlist_head, until=until), playlist_id, LABEL)
        return playlist_shapes.playlist(head, distinct(found)[:limit], total)

    async def _filled(self, path: str, found: list[FoundSong], limit: int, until: float) -> int | None:
        """Put the songs of a playlist into a list; how many there are in all."""
        page, total = self._config.items_page, None
        for start in range(0, max(limit, 1), page):
            query = {"limit": page, "offset": start}
            try:
                given = await self._ask(path, playlist_shapes.playlist_page, query=query, until=until)
            except SourceError as error:
                if start:
                    break
                if isinstance(error, SourceRefused) and error.detail == "status 403":
                    raise PlaylistClosed(LABEL, "songs refused") from None
                raise
            found += given.songs
            total = given.total
            if total is None or start + page >= total:
                break
        return total

    async def _searched(
        self, what: str, words: str, read: Callable[[object], tuple[T, ...]], limit: int, **more: str
    ) -> tuple[T, ...]:
        if not words:
            return ()
        query = self._search_query(what, words) | more
        query["limit"] = _page(limit, self._config.search_page)
        try:
            found = await self._ask("search", read, query=query)
        except SourceNotFound:
            return ()
        return found[: max(limit, 0)]

    def _search_query(self, what: str, words: str) -> dict[str, str | int]:
        return {"q": words, "type": what, "limit": self._config.search_page}

    async def _listed(
        self,
        path: str,
        read: Callable[[object], tuple[T, ...]],
        limit: int,
        most: int,
        query: Mapping[str, str | int],
    ) -> tuple[T, ...]:
        try:
            found = await self._ask(path, read, query={**query, "limit": _page(limit, most)})
        except SourceNotFound as error:
            if error.detail == shapes.NOTHING_LISTED:
                return ()
            raise
        return found[: max(limit, 0)]

    async def _ask(
        self,
        path: str,
        read: Callable[[object], T],
        *,
        query: Mapping[str, str | int] | None = None,
        until: float | None = None,
    ) -> T:
        return await self._outbound.get(path, read, query=query, until=until, background=self._background)


def _page(limit: int, most: int) -> int:
    return min(max(limit, 1), most)


def _checked(source_id: SourceId) -> str:
    return known(shapes.base62(source_id), LABEL)


def _unquoted(words: str) -> str:
    return question(words.replace('"', " "))
