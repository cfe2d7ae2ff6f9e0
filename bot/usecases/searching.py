"""``/search``: songs, artists, albums and what is spoken, here first and then outside; the list is kept in a post."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from bot.errors import NothingFound
from bot.folding import fold
from bot.sources.found import FoundSong
from bot.sources.matching import MatchedSong, merge
from bot.sources.protocol import Albums, SongSearch, SourceId
from bot.sources.together import Sources
from bot.store.named import NamedAlbum, NamedArtist
from bot.store.records import ItemKind, MemberId, Post, PostKind, ServerId, Song, SongId
from bot.store.search import CONFIDENT, SearchIndex
from bot.usecases.artists import Artists
from bot.usecases.finding import Finder
from bot.usecases.library import Library
from bot.usecases.picking import Picker, numbered
from bot.usecases.songs import Songs
from bot.usecases.spoken import SpokenWord

MOST = 25
"""Lines of a list."""
ENOUGH = 10
"""So many songs of the catalogue that surely fit, and nobody else is asked."""
LISTED = 25
"""Songs that each source is asked for."""
ALBUM = 75.0
"""How much of the text an album's names must have, 0 to 100."""


class Wanted(StrEnum):
    """What can be searched."""

    SONGS = "songs"
    ARTISTS = "artists"
    ALBUMS = "albums"
    PODCASTS = "podcasts"
    AUDIOBOOKS = "audiobooks"
    POETRY = "poetry"
    RADIO = "radio"


SPOKEN = {
    Wanted.PODCASTS: ItemKind.PODCAST,
    Wanted.AUDIOBOOKS: ItemKind.AUDIOBOOK,
    Wanted.POETRY: ItemKind.POETRY,
    Wanted.RADIO: ItemKind.RADIO,
}
"""What is no song, and what `/recommend` can be asked for beside songs."""
Down = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _AlbumIndex:
    """The albums of one state of the catalogue."""

    songs: Songs
    names: list[NamedAlbum]
    index: SearchIndex


class Search:
    """Finds things and lists them for one member."""

    def __init__(
        self,
        library: Library,
        picker: Picker,
        sources: Sources,
        finder: Finder,
        spoken: SpokenWord,
        artists: Artists,
    ) -> None:
        self._library = library
        self._picker = picker
        self._sources = sources
        self._finder = finder
        self._spoken = spoken
        self._artists = artists
        self._albums: _AlbumIndex | None = None

    async def ask(self, wanted: Wanted, text: str, *, server: ServerId, member: MemberId) -> Post:
        """A list of what fits.

        Raises:
            NothingFound: there is nothing; it says who could not be asked.
        """
        query: dict[str, object] = {"what": wanted.value, "text": text}
        songs: Sequence[Song] = ()
        asked = True
        match wanted:
            case Wanted.SONGS:
                songs, down = await self._songs(text)
                asked = self._sources.able(SongSearch)
            case Wanted.ARTISTS:
                artists, down = await self._artists.search(text)
                query["found"] = [each.kept() for each in artists[:MOST]]
            case Wanted.ALBUMS:
                albums, down = await self._named_albums(text)
                query["found"] = [each.kept() for each in albums[:MOST]]
            case _:
                spoken = await self._spoken.search(SPOKEN[wanted], text)
                songs, down, asked = spoken.items, spoken.down, spoken.asked
        return await self._listed(query, songs, down, asked=asked, server=server, member=member)

    async def album(self, album: NamedAlbum, *, server: ServerId, member: MemberId) -> Post:
        """What is on an album, as far as anybody says.

        Raises:
            NothingFound: nobody says what is on it.
        """
        answers = await self._sources.ask(
            Albums, lambda source, name: _on_album(source, album.ids.get(str(name)))
        )
        told = await self._finder.kept(merge(*answers.each)[: 2 * MOST])
        names = fold(album.title), fold(album.artist)
        here = [
            self._library.songs[song]
            for song in self._library.now.songs.artists.get(names[1], ())
            if fold(self._library.songs[song].album or "") == names[0]
        ]
        query: dict[str, object] = {"what": "album", "text": album.title, "artist": album.artist}
        songs = list({song.id: song for song in (*told, *here)}.values())
        return await self._listed(query, songs, answers.down, server=server, member=member)

    async def albums_of(self, artist: NamedArtist, *, server: ServerId, member: MemberId) -> Post:
        """The albums of an artist.

        Raises:
            NothingFound: nobody tells of any.
        """
        albums, down = await self._artists.albums(artist)
        known = self._known_albums(artist.name)
        found = {(fold(each.title), fold(each.artist)): each for each in (*known, *albums)}
        query: dict[str, object] = {
            "what": "albums_of",
            "text": artist.name,
            "found": [each.kept() for each in list(found.values())[:MOST]],
        }
        return await self._listed(query, (), down, server=server, member=member)

    async def related(self, text: str, *, server: ServerId, member: MemberId) -> Post:
        """Artists near one that a member named.

        Raises:
            NothingFound: nobody knows the artist, or anybody near them.
        """
        found, _ = await self._artists.search(text)
        artist = found[0] if found else NamedArtist(text)
        return await self.related_to(artist, server=server, member=member)

    async def related_to(self, artist: NamedArtist, *, server: ServerId, member: MemberId) -> Post:
        """Artists near this one, each with a song of theirs that is known here.

        Raises:
            NothingFound: nobody knows anybody near them.
        """
        near, down = await self._artists.related(artist, server)
        query: dict[str, object] = {
            "what": "related",
            "text": artist.name,
            "found": [each.kept() for each in near[:MOST]],
        }
        return await self._listed(query, (), down, server=server, member=member)

    async def _listed(
        self,
        query: dict[str, object],
        songs: Sequence[Song],
        down: Down,
        *,
        server: ServerId,
        member: MemberId,
        asked: bool = True,
    ) -> Post:
        if not songs and not query.get("found"):
            raise NothingFound(str(query["what"]), str(query["text"]), down, asked=asked)
        return await self._picker.named(
            PostKind.SEARCH,
            server=server,
            member=member,
            slots=numbered([song.id for song in songs[:MOST]]),
            query={**query, "down": list(down)},
        )

    async def _songs(self, text: str) -> tuple[list[Song], Down]:
        matches = self._library.now.songs.find(text, MOST)
        local = [self._library.songs[match.song_id] for match in matches]
        if sum(match.score >= CONFIDENT for match in matches) >= ENOUGH:
            return local, ()
        merged, down = await self._asked_songs(text)
        index = SearchIndex(
            Song(SongId(place), one.best.title, ", ".join(one.best.artists))
            for place, one in enumerate(merged)
        )
        fitting = [merged[match.song_id] for match in index.find(text, MOST)]
        found = [*local, *await self._finder.kept(fitting)]
        return list({song.id: song for song in found}.values()), down

    async def _asked_songs(self, text: str) -> tuple[tuple[MatchedSong, ...], Down]:
        answers = await self._sources.ask(
            SongSearch, lambda source, _: source.search_songs(text, limit=LISTED)
        )
        return merge(*answers.each), answers.down

    async def _named_albums(self, text: str) -> tuple[list[NamedAlbum], Down]:
        """Albums of the catalogue, then those on which sources find songs for the text."""
        known = await asyncio.to_thread(self._album_index)
        local = [known.names[match.song_id] for match in known.index.find(text, MOST)]
        answers = await self._sources.ask(
            SongSearch, lambda source, _: source.search_songs(text, limit=LISTED)
        )
        told = [song for songs in answers.each for song in songs]
        found = {(fold(each.title), fold(each.artist)): each for each in local}
        for album in _albums_among(told, text):
            key = fold(album.title), fold(album.artist)
            found[key] = found[key].also(album) if key in found else album
        return list(found.values()), answers.down

    def _album_index(self) -> _AlbumIndex:
        """The index over albums, built when it is first asked after a change; blocking."""
        songs = self._library.now.songs
        if self._albums is None or self._albums.songs is not songs:
            names = list(_distinct(song for song in songs.by_id.values() if song.kind is ItemKind.SONG))
            index = SearchIndex(
                Song(SongId(place), each.title, each.artist) for place, each in enumerate(names)
            )
            self._albums = _AlbumIndex(songs, names, index)
        return self._albums

    def _known_albums(self, artist: str) -> list[NamedAlbum]:
        songs = self._library.now.songs
        return list(_distinct(self._library.songs[song] for song in songs.artists.get(fold(artist), ())))


async def _on_album(source: Albums, album_id: str | None) -> tuple[FoundSong, ...]:
    return await source.album_songs(SourceId(album_id), limit=2 * MOST) if album_id else ()


def _distinct(songs: Iterable[Song]) -> Iterable[NamedAlbum]:
    """The albums of songs, each once."""
    found: dict[tuple[str, str], NamedAlbum] = {}
    for song in songs:
        if song.album:
            artist = song.artist.partition(",")[0]
            found.setdefault((song.album, artist), NamedAlbum(song.album, artist, song.year))
    return found.values()


def _albums_among(songs: Iterable[FoundSong], text: str) -> Iterable[NamedAlbum]:
    """The albums that songs are on and that fit the text, each with its ids."""
    asked = fold(text)
    for song in songs:
        names = fold(f"{song.artist} {song.album or ''}")
        if song.album and song.album_id and fuzz.token_set_ratio(asked, names) >= ALBUM:
            year = int(song.released[:4]) if song.released else None
            yield NamedAlbum(song.album, song.artist, year, {str(song.source): str(song.album_id)})
