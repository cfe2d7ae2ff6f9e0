"""From what a member types or pastes to a song: the catalogue first, then the sources; what they find stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import NobodyReached, UnknownLink, UnknownSong
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
)
from bot.sources.shown import Guess, shown_title
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import NewSong, Song, SongId
from bot.store.search import SearchIndex
from bot.usecases.library import Library
from bot.usecases.songs import is_choice

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

    async def song(self, text: str, *, title: str = "", author: str = "") -> Song:
        """The song that a choice, free text or a pasted link means; a new one is in the catalogue then.

        Args:
            title, author: what the service shows for a link, and whose it is there, where that is known.

        Raises:
            UnknownSong: nobody knows it; it carries what is nearest.
            NobodyReached: the same, but nobody could be asked just now.
            UnknownLink: the link is not of a song, or its service cannot be asked.
            EmptyCatalog: there are no songs, and nobody knows this one.
        """
        link = read_link(text)
        if link is not None:
            return await self._linked(link, title, author)
        try:
            return self._library.resolve(text)
        except UnknownSong as unknown:
            if is_choice(text):
                raise
            found, nobody = await self._searched(text)
            if found is not None:
                return await self._kept(found)
            if nobody:
                raise NobodyReached(text, unknown.suggestions) from None
            raise

    async def named(self, named: Named, *, only: Collection[str] = ()) -> Song | None:
        """The song of that artist and title, from the sources, or `only` these; None where none of them is sure.

        Raises:
            NobodyReached: none of them could be asked just now.
        """
        unreached: bool | None = None
        for names in self._turns(only):
            answers = await self._sources.ask(
                NamedSongs,
                lambda source, _: source.songs_named(named.artist, named.title, limit=LISTED),
                only=names,
            )
            found = [song for songs in answers.each for song in songs]
            chosen = best(named.artist, named.title, found, duration_ms=named.duration_ms)
            if chosen is not None:
                return await self._kept(next(one for one in merge(*answers.each) if chosen in one.found))
            unreached = answers.nobody if unreached is None and answers.asked else unreached
        if unreached:
            raise NobodyReached(f"{named.artist} {named.title}")
        return None

    async def sought(self, named: Named, *, only: Collection[str] = ()) -> tuple[Song | None, bool]:
        """The same for one of many songs, none of which holds up the others; and whether anybody could be asked."""
        try:
            return await self.named(named, only=only), True
        except NobodyReached:
            return None, False

    async def keep(self, found: Sequence[FoundSong]) -> None:
        """Have songs that a source named in the catalogue, without asking anybody else about them."""
        new = [song for song in found if self._library.linked(str(song.source), str(song.id)) is None]
        given = [each for song in new for each in new_songs(merge([song])[0])]
        if given:
            await self._library.add(await self._store.catalog.add(given, self._clock()))

    async def kept(self, found: Sequence[MatchedSong]) -> list[Song]:
        """Have songs of a listing in the catalogue, in its order; others of their artists stand in for new ones."""
        given = [(place, each) for place, song in enumerate(found) for each in new_songs(song)]
        if not given:
            return []
        songs = await self._store.catalog.add([each for _, each in given], self._clock())
        first: dict[int, Song] = {}
        for (place, _), song in zip(given, songs, strict=True):
            first.setdefault(place, song)
        listed = list({song.id: song for song in first.values()}.values())
        await self._library.add(listed)
        for song in listed:
            near = self._library.by_artist(song.artist)[:SAME_ARTIST]
            if near and not self._library.knows(song.id):
                self._library.stand_in(song.id, dict.fromkeys(near, 1.0))
        return listed

    async def _searched(self, text: str) -> tuple[MatchedSong | None, bool]:
        """The best of what sources find for free text, judged as the catalogue's own songs are; and whether nobody answered."""
        unreached: bool | None = None
        for names in self._turns():
            answers = await self._sources.ask(
                SongSearch, lambda source, _: source.search_songs(text, limit=LISTED), only=names
            )
            merged = merge(*answers.each)
            index = SearchIndex(_shown(SongId(place), one.best) for place, one in enumerate(merged))
            match = index.best(text)
            if match is not None:
                return merged[match.song_id], False
            unreached = answers.nobody if unreached is None and answers.asked else unreached
        return None, bool(unreached)

    def _turns(self, only: Collection[str] = ()) -> list[Collection[str]]:
        """Who is asked one after the other: those with plenty of calls, then those with few for what is left."""
        turns = [names & set(only) if only else names for names in self._sources.turns]
        return [names for names in turns if names]

    async def _linked(self, link: Link, title: str, author: str) -> Song:
        known = self._library.linked(SOURCE_OF.get(link.service, link.service), link.id)
        if link.kind is Kind.TRACK and known is not None:
            return known
        found, unreached = await self._looked_up(link) if link.kind is Kind.TRACK else (None, False)
        if found is not None:
            return await self._kept(found)
        for guess in _guesses(link, title, author):
            try:
                song = await self._guessed(guess)
            except NobodyReached:
                unreached, song = True, None
            if song is not None:
                return song
        may_be = link.kind in {Kind.TRACK, Kind.SHORT}
        raise UnknownLink(NAMES[link.service], song=may_be, unreached=unreached)

    async def _looked_up(self, link: Link) -> tuple[MatchedSong | None, bool]:
        """What the link's own service says of it, and whether it could not be asked."""
        own = SOURCE_OF.get(link.service)
        if own is None:
            return None, False
        song_id = SourceId(link.id)
        answers = await self._sources.ask(SongLookup, lambda source, _: source.song(song_id), only=(own,))
        return merge(answers.each)[0] if answers.found else None, answers.nobody

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


async def _radio(source: ArtistRadio, told: FoundSong | None) -> Sequence[FoundSong]:
    return await source.artist_radio(told.artist_id) if told and told.artist_id else ()


async def _related(source: RelatedArtists, told: FoundSong | None) -> Sequence[FoundArtist]:
    return await source.related_artists(told.artist_id) if told and told.artist_id else ()


def _guesses(link: Link, title: str, author: str) -> Sequence[Guess]:
    """Who may play what, by what the service shows or by the words in the link itself."""
    if title:
        return shown_title(link.service, title, author)
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
            credits=_credits(told) or None,
            ids=_ids(told),
            tags=tuple(("genre", tag.name.lower(), tag.weight) for tag in told.tags),
        )
        for told in found.found
    ]


def _credits(told: FoundSong) -> dict[str, list[str]]:
    """Who made it, beside the main artist."""
    credited = {"writers": told.writers, "featured": told.artists[1:MOST_ARTISTS], **dict(told.players)}
    return {role: list(names) for role, names in credited.items() if names}


def _ids(told: FoundSong) -> dict[str, str]:
    """The song's ids by service; a source's own, and those that all of them share."""
    shared = {"isrc": told.isrc, "mbid": told.mbid}
    return {str(told.source): str(told.id), **{name: str(each) for name, each in shared.items() if each}}
