"""Artists: found by name, told of, and those near them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from bot.folding import fold
from bot.sources.found import FoundAlbum, FoundArtist, FoundSong
from bot.sources.matching import merge
from bot.sources.protocol import Albums, ArtistSearch, RelatedArtists, SourceId, TopSongs
from bot.sources.together import Sources
from bot.store.named import NamedAlbum, NamedArtist
from bot.store.records import ItemKind, MemberId, Post, PostKind, ServerId, SongId
from bot.usecases.finding import Finder
from bot.usecases.library import Library
from bot.usecases.picking import Picker, numbered
from recommender import GroupId, ItemId, Query

LISTED = 10
"""Artists or songs that each source is asked for."""
BEST = 10
"""Songs on an artist's card."""
MATCHES = 60
"""Songs that are looked at for artists of a name."""
ALIKE = 72.0
"""How much a name must be like the text, 0 to 100."""
NEAR = 20
MOST_SEEDS = 8
MOST_TAGS = 5
# A place further down counts less, and no single list decides (reciprocal rank fusion).
RANK = 20
Down = tuple[str, ...]


class Artists:
    """Answers about artists from the catalogue, the engine and the sources."""

    def __init__(self, library: Library, picker: Picker, sources: Sources, finder: Finder) -> None:
        self._library = library
        self._picker = picker
        self._sources = sources
        self._finder = finder

    async def search(self, text: str) -> tuple[list[NamedArtist], Down]:
        """Artists of that name, those of the catalogue first."""
        answers = await self._sources.ask(
            ArtistSearch, lambda source, _: source.search_artists(text, limit=LISTED)
        )
        local = self._local(text)
        lists = [[_named(each) for each in found] for found in answers.each]
        return _merged(local, lists, text), answers.down

    async def open(self, artist: NamedArtist, *, server: ServerId, member: MemberId) -> Post:
        """A card of an artist: what is known of them, and their best known songs."""
        artist, unheard = await self._completed(artist)
        answers = await self._sources.ask(
            TopSongs, lambda source, name: _top(source, artist.id_at(str(name)))
        )
        kept = await self._finder.kept(merge(*answers.each)[:BEST])
        here = self._library.now.songs.artists.get(fold(artist.name), ())
        songs = list(dict.fromkeys([*(song.id for song in kept), *here]))[:BEST]
        tags = artist.tags or self._tags(songs)
        kept_as = {**artist.kept(), "tags": list(tags), "down": _together(unheard, answers.down)}
        return await self._picker.named(
            PostKind.ARTIST, server=server, member=member, slots=numbered(songs), query=kept_as
        )

    async def albums(self, artist: NamedArtist) -> tuple[list[NamedAlbum], Down]:
        """What sources have of an artist's albums."""
        answers = await self._sources.ask(
            Albums, lambda source, name: _albums(source, artist.ids.get(str(name)))
        )
        found: dict[str, NamedAlbum] = {}
        for album in (each for albums in answers.each for each in albums):
            named = NamedAlbum(
                album.title,
                album.artist,
                int(album.released[:4]) if album.released else None,
                {str(album.source): str(album.id)},
            )
            key = fold(album.title)
            found[key] = found[key].also(named) if key in found else named
        return list(found.values()), answers.down

    async def related(self, artist: NamedArtist, server: ServerId) -> tuple[list[NamedArtist], Down]:
        """Artists near this one: by what is liked and tagged here, and by what sources say; each with a song."""
        artist, unheard = await self._completed(artist)
        answers = await self._sources.ask(
            RelatedArtists, lambda source, name: _related(source, artist.id_at(str(name)))
        )
        lists = [[_named(each) for each in found] for found in answers.each]
        ranked = _ranked([self._near(artist, server), *lists])
        own = fold(artist.name)
        return [self._with_song(each) for each in ranked if fold(each.name) != own], tuple(
            _together(unheard, answers.down)
        )

    async def _completed(self, artist: NamedArtist) -> tuple[NamedArtist, Down]:
        """The artist with what sources call them; those of exactly that name are the same."""
        if len(artist.ids) > 1:
            return artist, ()
        found, down = await self.search(artist.name)
        same = next((each for each in found if fold(each.name) == fold(artist.name)), None)
        return artist if same is None else artist.also(same), down

    def _local(self, text: str) -> list[NamedArtist]:
        """Artists of the catalogue whose names are like the text, the likest first."""
        asked = fold(text)
        names: dict[str, float] = {}
        for match in self._library.now.songs.find(text, MATCHES):
            name = self._library.songs[match.song_id].artist.partition(", ")[0]
            names[name] = max(fuzz.ratio(asked, fold(name)), fuzz.token_set_ratio(asked, fold(name)) - 5)
        found = sorted((name for name in names if names[name] >= ALIKE), key=lambda name: -names[name])
        return [self._with_song(NamedArtist(name)) for name in found]

    def _near(self, artist: NamedArtist, server: ServerId) -> list[NamedArtist]:
        """The artists of songs that the engine picks for the artist's own."""
        songs = self._library.songs
        seeds = {ItemId(song): 1.0 for song in self._library.by_artist(artist.name)[:MOST_SEEDS]}
        if not seeds:
            return []
        spoken = self._library.now.songs.others(ItemKind.SONG)
        asked = Query(
            seeds=seeds,
            group=GroupId(server),
            exclude=frozenset(ItemId(song) for song in spoken),
            count=NEAR,
            per_artist=1,
        )
        picks = self._library.engine.recommend(asked)
        names = (songs[SongId(pick.item)].artist.partition(", ")[0] for pick in picks)
        return [NamedArtist(name) for name in dict.fromkeys(names)]

    def _with_song(self, artist: NamedArtist) -> NamedArtist:
        here = self._library.now.songs.artists.get(fold(artist.name), ())
        return artist.also(NamedArtist(artist.name, song=here[0])) if here else artist

    def _tags(self, songs: Sequence[SongId]) -> list[str]:
        """What most of an artist's songs are tagged with."""
        weights: defaultdict[str, float] = defaultdict(float)
        for song in songs:
            for place, tag in enumerate(self._library.songs[song].genres):
                weights[tag] += 1 / (1 + place)
        return sorted(weights, key=lambda tag: -weights[tag])[:MOST_TAGS]


def _together(*down: Down) -> list[str]:
    return list(dict.fromkeys(service for services in down for service in services))


async def _top(source: TopSongs, artist_id: str | None) -> tuple[FoundSong, ...]:
    return await source.top_songs(SourceId(artist_id), limit=LISTED) if artist_id else ()


async def _albums(source: Albums, artist_id: str | None) -> tuple[FoundAlbum, ...]:
    return await source.artist_albums(SourceId(artist_id)) if artist_id else ()


async def _related(source: RelatedArtists, artist_id: str | None) -> tuple[FoundArtist, ...]:
    return await source.related_artists(SourceId(artist_id), limit=NEAR) if artist_id else ()


def _named(found: FoundArtist) -> NamedArtist:
    return NamedArtist(
        found.name,
        note=found.note,
        country=found.country,
        tags=tuple(tag.name for tag in found.tags[:MOST_TAGS]),
        ids={str(found.source): str(found.id)},
        mbid=found.mbid,
    )


def _merged(local: list[NamedArtist], lists: Iterable[list[NamedArtist]], text: str) -> list[NamedArtist]:
    """One list; a source's second artist of one name is somebody else."""
    asked = fold(text)
    found: dict[tuple[str, str], NamedArtist] = {(fold(each.name), ""): each for each in local}
    for listed in lists:
        seen: set[str] = set()
        for each in listed:
            name = fold(each.name)
            key = (name, each.note or str(each.ids)) if name in seen else (name, "")
            seen.add(name)
            found[key] = found[key].also(each) if key in found else each
    return sorted(found.values(), key=lambda each: -fuzz.ratio(asked, fold(each.name)))


def _ranked(lists: Iterable[list[NamedArtist]]) -> list[NamedArtist]:
    """One list of several, by the places in all of them."""
    scores: defaultdict[str, float] = defaultdict(float)
    found: dict[str, NamedArtist] = {}
    for listed in lists:
        for place, each in enumerate(listed):
            name = fold(each.name)
            found[name] = found[name].also(each) if name in found else each
            scores[name] += 1 / (RANK + place)
    return [found[name] for name in sorted(scores, key=lambda name: -scores[name])]
