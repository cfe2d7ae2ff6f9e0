"""From what a member types or pastes to a song: the catalogue first, then the sources; what they find stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import UnknownLink, UnknownSong
from bot.folding import fold
from bot.sources.links import Kind, Link, Service, read_link
from bot.sources.matching import MatchedSong, best, merge, titled
from bot.sources.naming import song_key
from bot.sources.protocol import (
    ArtistRadio,
    FoundArtist,
    FoundSong,
    NamedSongs,
    RelatedArtists,
    SimilarSongs,
    SongLookup,
    SongSearch,
    SourceId,
    SourceName,
)
from bot.sources.shown import Guess, shown_title
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import NewSong, Song, SongId
from bot.store.search import SearchIndex
from bot.usecases.library import Library, is_choice

log = structlog.get_logger(__name__)

LISTED = 8
"""Songs that each source is asked for."""
SAME_ARTIST = 6
"""Songs of the same artist that stand in for one that the engine does not know yet …"""
NEAR = 12
"""… and songs that sources call near it."""
MOST_ARTISTS = 4
SOURCE_OF = {
    Service.SPOTIFY: "spotify",
    Service.DEEZER: "deezer",
    Service.APPLE: "itunes",
    Service.MUSICBRAINZ: "musicbrainz",
    Service.LISTENBRAINZ: "musicbrainz",
}
NAMES = {
    Service.SPOTIFY: "Spotify",
    Service.DEEZER: "Deezer",
    Service.APPLE: "Apple Music",
    Service.YOUTUBE: "YouTube",
    Service.YOUTUBE_MUSIC: "YouTube Music",
    Service.TIDAL: "Tidal",
    Service.SOUNDCLOUD: "SoundCloud",
    Service.BANDCAMP: "Bandcamp",
    Service.LISTENBRAINZ: "ListenBrainz",
    Service.MUSICBRAINZ: "MusicBrainz",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A song by its names, as a playlist or a history has it."""

    artist: str
    title: str
    duration_ms: int | None = None


class Finder:
    """Finds songs wherever they are."""

    def __init__(self, store: Store, library: Library, sources: Sources, clock: Callable[[], float]) -> None:
        self._store = store
        self._library = library
        self._sources = sources
        self._clock = clock

    @property
    def able(self) -> bool:
        """Whether anybody outside can be asked."""
        return self._sources.able(SongSearch)

    async def song(self, text: str, *, title: str = "") -> Song:
        """The song that a choice, free text or a pasted link means; a new one is in the catalogue then.

        Args:
            title: what the service shows for a link, where that is known.

        Raises:
            UnknownSong: nobody knows it; it carries what is nearest.
            UnknownLink: the link is not of a song, or its service cannot be asked.
            EmptyCatalog: there are no songs, and nobody knows this one.
        """
        link = read_link(text)
        if link is not None:
            return await self._linked(link, title)
        try:
            return self._library.resolve(text)
        except UnknownSong:
            found = None if is_choice(text) else await self._searched(text)
            if found is None:
                raise
            return await self._kept(found)

    async def named(self, named: Named, *, only: Collection[str] = ()) -> Song | None:
        """The song of that artist and title, from the sources, or `only` these; None where none of them is sure."""
        answers = await self._sources.ask(
            NamedSongs,
            lambda source, _: source.songs_named(named.artist, named.title, limit=LISTED),
            only=only,
        )
        found = [song for songs in answers.each for song in songs]
        chosen = best(named.artist, named.title, found, duration_ms=named.duration_ms)
        if chosen is None:
            return None
        return await self._kept(next(one for one in merge(*answers.each) if chosen in one.found))

    async def keep(self, found: Sequence[FoundSong]) -> None:
        """Have songs that a source named in the catalogue, without asking anybody else about them."""
        new = [song for song in found if self._library.linked(str(song.source), str(song.id)) is None]
        given = [each for song in new for each in new_songs(merge([song])[0])]
        if given:
            await self._library.add(await self._store.catalog.add(given, self._clock()))

    async def _searched(self, text: str) -> MatchedSong | None:
        """The best of what sources find for free text, judged as the catalogue's own songs are."""
        answers = await self._sources.ask(
            SongSearch, lambda source, _: source.search_songs(text, limit=LISTED)
        )
        merged = merge(*answers.each)
        index = SearchIndex(_shown(SongId(place), one.best) for place, one in enumerate(merged))
        match = index.best(text)
        return None if match is None else merged[match.song_id]

    async def _linked(self, link: Link, title: str) -> Song:
        known = self._library.linked(SOURCE_OF.get(link.service, link.service), link.id)
        if link.kind is Kind.TRACK and known is not None:
            return known
        found = await self._looked_up(link) if link.kind is Kind.TRACK else None
        if found is not None:
            return await self._kept(found)
        for guess in _guesses(link, title):
            song = await self._guessed(guess)
            if song is not None:
                return song
        raise UnknownLink(NAMES[link.service], song=link.kind in {Kind.TRACK, Kind.SHORT})

    async def _looked_up(self, link: Link) -> MatchedSong | None:
        """What the link's own service says of it."""
        answers = await self._sources.ask(SongLookup, lambda source, name: _song_of(source, link, name))
        songs = [song for song in answers.each if song is not None]
        return merge(songs)[0] if songs else None

    async def _guessed(self, guess: Guess) -> Song | None:
        if guess.artist:
            found = await self.named(Named(guess.artist, guess.title))
            if found is not None:
                return found
        near = self._library.best(f"{guess.artist} {guess.title}".strip())
        return near if near is not None and guess.artist and fold(guess.artist) in fold(near.artist) else None

    async def _kept(self, found: MatchedSong) -> Song:
        """Have a song in the catalogue, at hand at once, with what stands in for it until the engine knows it."""
        songs = await self._store.catalog.add(new_songs(found), self._clock())
        await self._library.add(songs[:1])
        song = songs[0]
        if not self._library.knows(song.id):
            self._library.stand_in(song.id, await self._near(song, found))
        return song

    async def _near(self, song: Song, found: MatchedSong) -> dict[SongId, float]:
        """Songs that the engine knows, in place of one that it does not know yet; each with its weight."""
        weights = dict.fromkeys(self._library.by_artist(song.artist)[:SAME_ARTIST], 1.0)
        of_source = {each.source: each for each in found.found}
        near = await self._sources.ask(
            SimilarSongs, lambda source, _: source.similar_songs(found.best, limit=25)
        )
        told = [each.song for songs in near.each for each in songs]
        radio = await self._sources.ask(ArtistRadio, lambda source, name: _radio(source, of_source.get(name)))
        told += [each for songs in radio.each for each in songs]
        keys = list(dict.fromkeys(song_key(each.artist, each.title) for each in told))
        known = await self._store.catalog.by_key(keys)
        for key in keys:
            number = known.get(key)
            if number is not None and self._library.knows(number) and len(weights) < SAME_ARTIST + NEAR:
                weights.setdefault(number, 0.5)
        if not weights:
            related = await self._sources.ask(
                RelatedArtists, lambda source, name: _related(source, of_source.get(name))
            )
            for artist in [each.name for artists in related.each for each in artists][:NEAR]:
                weights.update(dict.fromkeys(self._library.by_artist(artist)[:2], 0.5))
        return weights


async def _song_of(source: SongLookup, link: Link, name: SourceName) -> FoundSong | None:
    return await source.song(SourceId(link.id)) if SOURCE_OF.get(link.service) == name else None


async def _radio(source: ArtistRadio, told: FoundSong | None) -> Sequence[FoundSong]:
    return await source.artist_radio(told.artist_id) if told and told.artist_id else ()


async def _related(source: RelatedArtists, told: FoundSong | None) -> Sequence[FoundArtist]:
    return await source.related_artists(told.artist_id) if told and told.artist_id else ()


def _guesses(link: Link, title: str) -> Sequence[Guess]:
    """Who may play what, by what the service shows or by the words in the link itself."""
    if title:
        return shown_title(link.service, title)
    artist, _, song = link.id.partition("/")
    if link.service not in {Service.SOUNDCLOUD, Service.BANDCAMP} or link.kind is not Kind.TRACK:
        return ()
    return (Guess(artist.replace("-", " "), song.rpartition("/")[2].replace("-", " ")),) if song else ()


def _shown(number: SongId, found: FoundSong) -> Song:
    return Song(number, found.title, ", ".join(found.artists))


def new_songs(found: MatchedSong) -> list[NewSong]:
    """What each source says of a song, for the catalogue; what came first names it."""
    first = found.best
    return [
        NewSong(
            key=found.key,
            title=titled(first),
            artist=", ".join(first.artists[:MOST_ARTISTS]),
            source=told.source,
            album=told.album,
            released=told.released,
            duration_ms=told.duration_ms,
            explicit=told.explicit,
            popularity=None if told.popularity is None else 100 * told.popularity.share,
            artwork_url=told.artwork,
            language=told.language,
            credits={"writers": list(told.writers)} if told.writers else None,
            ids=_ids(told),
            tags=tuple(("genre", tag.name.lower(), tag.weight) for tag in told.tags),
        )
        for told in found.found
    ]


def _ids(told: FoundSong) -> dict[str, str]:
    """The song's ids by service; a source's own, and those that all of them share."""
    shared = {"isrc": told.isrc, "mbid": told.mbid}
    return {str(told.source): str(told.id), **{name: str(each) for name, each in shared.items() if each}}
