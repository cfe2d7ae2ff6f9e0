"""The catalogue and the engine in memory, ready to answer; what is learnt is swapped in whole."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from rapidfuzz import fuzz, process
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from bot.errors import EmptyCatalog, UnknownArtist, UnknownGenre, UnknownSong
from bot.folding import fold
from bot.sources.spotify import track_id
from bot.store import Store
from bot.store.catalog.fingerprint import fingerprint, size
from bot.store.catalog.rows import bulk
from bot.store.records import EventId, FeedbackEvent, ItemKind, Song, SongId, Verb
from bot.store.search import CONFIDENT, LOOKED_AT, Match, SearchIndex, believed
from bot.usecases import fitting
from bot.usecases.taste import WEIGHT, Tastes
from recommender import Engine, EngineConfig, GroupId, ItemId, MemberId
from recommender.archive import BrokenModel, Manifest, Model, Origin, Shelf, ShelfBusy
from recommender.config import Tuned
from recommender.content import Block
from recommender.sparse import row_entries

log = structlog.get_logger(__name__)

CHOICE = "song:"
OFFERED = 3
"""Songs that are named where none is surely meant."""
# So many verdicts are folded in on the event loop at a time: a few milliseconds.
FEW = 50
# New songs whose stand-ins are kept.
MOST_NEW = 2_000
# How alike (0 to 100) a genre must be to be meant, or to be offered.
SURE_GENRE, NEAR_GENRE = 80.0, 50.0
_NOTHING = Origin(catalogue="", last_event=0, last_mark="", verdicts=0)

_Key = tuple[int, int, SongId]
Link = tuple[str, str]


def label(song: Song) -> str:
    """A song in one line of plain text."""
    year = f" · {song.year}" if song.year else ""
    return f"{song.title} · {song.artist}{year}"


def is_choice(text: str) -> bool:
    """Whether a text is what the autocomplete puts for a song."""
    return text.startswith(CHOICE) and text[len(CHOICE) :].isdecimal()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a member thinks of a song, as the engine takes it; 0 when they took it back."""

    event: FeedbackEvent
    weight: float


@dataclass(frozen=True, slots=True)
class Songs:
    """One state of the catalogue, and what is looked up in it."""

    mark: str = ""
    """The fingerprint."""
    by_id: Mapping[SongId, Song] = field(default_factory=dict[SongId, Song])
    """Songs, and what is spoken."""
    kinds: Mapping[ItemKind, frozenset[SongId]] = field(default_factory=dict[ItemKind, frozenset[SongId]])
    """Everything by what it is."""
    search: SearchIndex = field(default_factory=partial(SearchIndex, ()))
    """The index over songs alone, as all that members look songs up in."""
    artists: Mapping[str, tuple[SongId, ...]] = field(default_factory=dict[str, tuple[SongId, ...]])
    """The songs of each artist, the best known first; folded names."""
    genres: Mapping[str, tuple[SongId, ...]] = field(default_factory=dict[str, tuple[SongId, ...]])
    """The songs of each genre; folded names."""
    names: SearchIndex = field(default_factory=partial(SearchIndex, ()))
    """The index over artists; an id is a place in `spelled`."""
    spelled: tuple[str, ...] = ()
    """The artists as they are written."""
    links: Mapping[Link, SongId] = field(default_factory=dict[Link, SongId])
    """By service and the service's id."""
    size: tuple[int, ...] = ()
    """How many rows there were when it was read."""
    later: Mapping[SongId, Song] = field(default_factory=dict[SongId, Song])
    """Songs that came one by one since; they are in `by_id` too."""
    also: SearchIndex = field(default_factory=partial(SearchIndex, ()))
    """The index over those."""

    @classmethod
    def of(cls, mark: str, size: tuple[int, ...], songs: list[Song], links: Mapping[Link, SongId]) -> Songs:
        """Index the songs; blocking, so call it in a thread."""
        by_id = {song.id: song for song in songs}
        sung = _sung(songs)
        artists = _artists(sung)
        return cls(
            mark=mark,
            by_id=by_id,
            kinds=_by_kind(songs, {}),
            search=SearchIndex(sung),
            artists=_by_artist(sung),
            genres=_by_genre(sung),
            names=SearchIndex(artists),
            spelled=tuple(artist.title for artist in artists),
            links=links,
            size=size,
        )

    def having(self, songs: Iterable[Song]) -> Songs:
        """Add songs, or what is known of them now; blocking for a few milliseconds, so call it in a thread."""
        new = {song.id: song for song in songs}
        later = {**self.later, **new}
        links = {pair: song.id for song in new.values() for pair in song.links.items()}
        return replace(
            self,
            by_id={**self.by_id, **new},
            kinds=_by_kind(new.values(), self.kinds),
            artists={**self.artists, **_by_artist(_sung(later.values()), self.artists)},
            genres={**self.genres, **_by_genre(_sung(later.values()), self.genres)},
            links={**self.links, **links},
            later=later,
            also=SearchIndex(_sung(later.values())),
        )

    def of_kind(self, kind: ItemKind) -> frozenset[SongId]:
        """All that is of this kind."""
        return self.kinds.get(kind, frozenset())

    def others(self, kind: ItemKind) -> frozenset[SongId]:
        """All that is of another kind: little beside songs, nearly everything beside what is spoken."""
        return frozenset[SongId]().union(*(ids for each, ids in self.kinds.items() if each is not kind))

    def find(self, text: str, limit: int) -> list[Match]:
        """The songs that fit a text best, best first."""
        found = [match for match in self.search.find(text, limit) if match.song_id not in self.later]
        if self.later:
            found += self.also.find(text, limit)
            found.sort(key=lambda match: -match.score)
        return found[:limit]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Songs and the engine that was fitted on them: they are replaced together, in one assignment."""

    songs: Songs = field(default_factory=Songs)
    engine: Engine = field(default_factory=Engine)
    origin: Origin = _NOTHING
    version: int = 0
    """On the shelf; 0 when it is not there."""
    changed: set[_Key] = field(default_factory=set[_Key])
    """Server, member and song of every verdict that the fit has not seen."""


def _fold(engine: Engine, verdicts: Iterable[Verdict]) -> None:
    """Fold in what the engine can know of; songs that came after its fit wait for the next one."""
    known = engine.ids()
    for verdict in verdicts:
        if verdict.event.song not in known:
            continue
        engine.fold_in(
            group=GroupId(verdict.event.server),
            member=MemberId(verdict.event.member),
            item=ItemId(verdict.event.song),
            weight=verdict.weight,
            unix_time=verdict.event.at,
        )


class Library:
    """Songs by id, the search index over them and the engine fitted on them."""

    def __init__(self, *, blas_threads: int = 1) -> None:
        self._now = Knowledge()
        self._journal: list[Verdict] | None = None
        # Songs are added one after another, and never while others are swapped in.
        self._adding = asyncio.Lock()
        self._near: OrderedDict[SongId, Mapping[SongId, float]] = OrderedDict()
        # Kept for the life of the program: a second busy BLAS thread made a fit forty times slower.
        self._limits = threadpool_limits(limits=blas_threads)

    @property
    def now(self) -> Knowledge:
        """All of it, to be kept by whoever must not see a swap."""
        return self._now

    @property
    def songs(self) -> Mapping[SongId, Song]:
        """Every song by its id."""
        return self._now.songs.by_id

    @property
    def engine(self) -> Engine:
        """What recommends."""
        return self._now.engine

    async def load(self, store: Store, tastes: Tastes, shelf: Shelf | None = None) -> None:
        """Read the catalogue; take the newest model that was fitted on it, or fit one; swap in all at once.

        A fit of a start is put on the shelf, so that the next start needs none.
        """
        songs = await _read_songs(store)
        model = await _newest(store, shelf, songs.mark)
        if model is None or not _has(songs, model.engine):
            reading = await fitting.read(store)
            # Nobody waits at a start for what is learned on a validation part: the worker does that later.
            tuned = await asyncio.to_thread(shelf.tuned) if shelf else None
            engine, metrics = await asyncio.to_thread(fitting.fit, reading, EngineConfig().tuned(tuned))
            manifest = await asyncio.to_thread(_kept, shelf, engine, reading.origin, metrics, tuned)
            version = manifest.version if manifest else 0
            log.info("fitted", version=version, **metrics)
            if songs.mark != reading.origin.catalogue:  # an import ended in between
                songs = await _read_songs(store)
            self._now = Knowledge(songs, engine, reading.origin, version)
            return
        missed = await _missed(store, tastes, model.manifest.origin)
        await asyncio.to_thread(_fold, model.engine, missed)
        changed = {_key(verdict.event) for verdict in missed}
        self._now = Knowledge(songs, model.engine, model.manifest.origin, model.version, changed)
        log.info("model loaded", version=model.version, folded_in=len(changed))

    async def adopt(self, model: Model, store: Store, tastes: Tastes) -> bool:
        """Swap a newer model in while members are served; whatever they said since its fit is in it.

        Returns:
            False when the catalogue has changed since that fit; everything is as before.
        """
        async with self._adding:
            return await self._adopt(model, store, tastes)

    async def _adopt(self, model: Model, store: Store, tastes: Tastes) -> bool:
        origin = model.manifest.origin
        journal = self._journal = list[Verdict]()
        try:
            # Rows and songs become tens of thousands of objects; looking through them would stop all threads.
            with bulk():
                songs = self._now.songs
                if songs.mark != origin.catalogue or songs.size != await size(store.db):
                    songs = await _read_songs(store)
                if songs.mark != origin.catalogue or not _has(songs, model.engine):
                    return False
                missed = await _missed(store, tastes, origin)
                changed = {_key(verdict.event) for verdict in missed}
                await asyncio.to_thread(_fold, model.engine, missed)
            while len(journal) > FEW:
                some = journal[:]
                journal.clear()
                changed.update(_key(verdict.event) for verdict in some)
                await asyncio.to_thread(_fold, model.engine, some)
            # Nothing is awaited from here on: no verdict can come between the last one folded in and the swap.
            _fold(model.engine, journal)
            changed.update(_key(verdict.event) for verdict in journal)
            gone = [self._now]
            self._now = Knowledge(songs, model.engine, origin, model.version, changed)
        finally:
            self._journal = None
        if gone[0].songs is not songs and gc.get_freeze_count():
            gc.freeze()  # as at the start: the collector need not look through the catalogue
        await asyncio.to_thread(_free, gone)
        return True

    def learn(self, event: FeedbackEvent, verdict: Verb | None) -> None:
        """Let the engine know a member's verdict at once, and the one that may be about to take its place."""
        if event.song not in self.songs:
            return
        said = Verdict(event, 0.0 if verdict is None else WEIGHT[verdict])
        _fold(self.engine, [said])
        self._now.changed.add(_key(event))
        if self._journal is not None:
            self._journal.append(said)

    async def add(self, songs: Iterable[Song]) -> None:
        """Have songs that the store has now at hand at once; the engine learns of them at its next fit."""
        new = [song for song in songs if self.songs.get(song.id) != song]
        async with self._adding:
            if new:
                self._now = replace(self._now, songs=await asyncio.to_thread(self._now.songs.having, new))

    def linked(self, service: str, external: str) -> Song | None:
        """The song that has this id at a service."""
        number = self._now.songs.links.get((service, external))
        return None if number is None else self.songs.get(number)

    def by_artist(self, artist: str) -> list[SongId]:
        """The artist's songs that the engine knows, the best known first."""
        return [number for number in self._now.songs.artists.get(fold(artist), ()) if self.knows(number)]

    def knows(self, song: SongId) -> bool:
        """Whether the engine has learnt of a song yet."""
        return ItemId(song) in self.engine.ids()

    def sound(self, song: SongId) -> dict[str, float]:
        """How a song sounds beside an ordinary one: its audio features, their squares adding up to 1; {} where unknown."""
        if not self.knows(song):
            return {}
        space = self.engine.scale.material.content
        columns, values = row_entries(
            space.vectors, self.engine.scale.material.catalogue.positions[ItemId(song)]
        )
        audio = {
            str(space.names[column]): float(value)
            for column, value in zip(columns.tolist(), values.tolist(), strict=True)
            if space.block[column] == Block.AUDIO
        }
        length = sum(value * value for value in audio.values()) ** 0.5
        return {name: value / length for name, value in audio.items()} if length else {}

    def little_known(self, songs: Iterable[SongId]) -> set[SongId]:
        """Those of these songs whose artists are little known at the moment (`recommender.Engine.little_known`)."""
        places, little = self.engine.ids(), self.engine.little_known()
        if not len(little):
            return set()
        positions = self.engine.scale.material.catalogue.positions
        return {song for song in songs if ItemId(song) in places and little[positions[ItemId(song)]]}

    def stand_in(self, song: SongId, near: Mapping[SongId, float]) -> None:
        """Let songs that the engine knows speak for one that it does not know yet."""
        self._near[song] = near
        while len(self._near) > MOST_NEW:
            self._near.popitem(last=False)

    def known(self, evidence: Mapping[SongId, float]) -> dict[SongId, float]:
        """The evidence as the engine can take it: what stands in for a new song shares its weight."""
        found: dict[SongId, float] = {}
        for song, weight in evidence.items():
            near = {song: 1.0} if self.knows(song) else self._near.get(song, {})
            whole = sum(near.values())
            for number, part in near.items():
                found[number] = found.get(number, 0.0) + weight * part / whole
        return found

    def best(self, text: str) -> Song | None:
        """The song of the catalogue that is meant, if one surely is."""
        found = believed(text, self._now.songs.find(text, LOOKED_AT), self.songs)
        return None if found is None else self.songs[found.song_id]

    def artist(self, text: str) -> str:
        """The artist of the catalogue that is meant, as they are written.

        Raises:
            EmptyCatalog: there are no songs.
            UnknownArtist: nobody is close enough; it carries who is nearest.
        """
        if not self.songs:
            raise EmptyCatalog("The catalogue is empty.")
        exact = self._now.songs.artists.get(fold(text))
        if exact:
            written = self.songs[exact[0]].artist
            return written if fold(written) == fold(text) else written.partition(",")[0]
        near = self._now.songs.names.find(text, limit=3)
        if near and near[0].score >= CONFIDENT:
            return self._now.songs.spelled[near[0].song_id]
        raise UnknownArtist(text, tuple(self._now.songs.spelled[match.song_id] for match in near))

    def main_artist(self, song: SongId) -> str:
        """Whose song it is first of all: the first of several names, unless they are one."""
        name = self.songs[song].artist
        first = name.partition(",")[0]
        return first if self.with_artist(first) else name

    def with_artist(self, artist: str) -> tuple[SongId, ...]:
        """Every song that an artist has a part in; the name may be folded."""
        return self._now.songs.artists.get(fold(artist), ())

    def spelled(self, artist: str) -> str:
        """An artist's folded name as the catalogue writes it."""
        for number in self.with_artist(artist):
            for name in credited(self.songs[number]):
                if fold(name) == artist:
                    return name
        return artist

    def of_genre(self, genre: str) -> tuple[SongId, ...]:
        """Every song of a genre; the name may be folded."""
        return self._now.songs.genres.get(fold(genre), ())

    def genre(self, text: str) -> str:
        """The genre of the catalogue that is meant, folded.

        Raises:
            UnknownGenre: none is close enough; it carries the nearest ones.
        """
        folded = fold(text)
        if folded in self._now.songs.genres:
            return folded
        near = process.extract(folded, self._now.songs.genres.keys(), scorer=fuzz.ratio, limit=3)
        if near and near[0][1] >= SURE_GENRE:
            return near[0][0]
        raise UnknownGenre(text, tuple(genre for genre, score, _ in near if score >= NEAR_GENRE))

    def suggest_genres(self, text: str, limit: int = 25) -> list[str]:
        """Genres to offer while a member types, those with most songs first."""
        folded, genres = fold(text), self._now.songs.genres
        found = [genre for genre in genres if folded in genre]
        return sorted(found, key=lambda each: (not each.startswith(folded), -len(genres[each])))[:limit]

    def suggest_artists(self, text: str, limit: int = 25) -> list[str]:
        """Artists to offer while a member types; the best known ones before they typed anything."""
        names = self._now.songs.names
        matches = names.find(text, limit) if text.strip() else names.sensible(limit)
        return [self._now.songs.spelled[match.song_id] for match in matches]

    def resolve(self, text: str) -> Song:
        """The song that a choice of the autocomplete or free text means.

        Raises:
            EmptyCatalog: there are no songs.
            UnknownSong: nothing is close enough; it carries what is nearest.
        """
        if not self.songs:
            raise EmptyCatalog("The catalogue is empty.")
        if is_choice(text):
            chosen = self.songs.get(SongId(int(text[len(CHOICE) :][:18])))
            if chosen is None:  # gone since it was offered: no other song is meant
                raise UnknownSong(text)
            return chosen
        pasted = track_id(text)
        known = None if pasted is None else self.linked("spotify", pasted)
        if known is not None:
            return known
        near = self._now.songs.find(text, LOOKED_AT)
        found = believed(text, near, self.songs)
        if found is not None:
            return self.songs[found.song_id]
        raise UnknownSong(text, tuple(label(self.songs[match.song_id]) for match in near[:OFFERED]))

    def suggest(self, text: str, limit: int = 25) -> list[Song]:
        """Songs to offer while a member types; sensible ones before they typed anything."""
        matches: list[Match] = (
            self._now.songs.find(text, limit) if text.strip() else self._now.songs.search.sensible(limit)
        )
        return [self.songs[match.song_id] for match in matches]


def _artists(songs: Iterable[Song]) -> list[Song]:
    """Each artist once, written as a song whose title is their name, as popular as their best known song."""
    found: dict[str, Song] = {}
    for song in songs:
        for name in dict.fromkeys((song.artist, song.artist.partition(",")[0])):
            known = found.get(fold(name))
            if known is None or (known.popularity or 0.0) < (song.popularity or 0.0):
                place = SongId(len(found)) if known is None else known.id
                written = name if known is None else known.title
                found[fold(name)] = Song(place, written, "", popularity=song.popularity)
    return list(found.values())


def credited(song: Song) -> set[str]:
    """The artists of a song: all of them in one, as with a name that has a comma in it, and each."""
    return {song.artist, *(part.strip() for part in song.artist.split(","))}


def _sung(songs: Iterable[Song]) -> list[Song]:
    return [song for song in songs if song.kind is ItemKind.SONG]


def _by_kind(
    songs: Iterable[Song], before: Mapping[ItemKind, frozenset[SongId]]
) -> dict[ItemKind, frozenset[SongId]]:
    """Items by kind, with those there were before."""
    found: dict[ItemKind, set[SongId]] = {}
    for song in songs:
        found.setdefault(song.kind, set()).add(song.id)
    return {**before, **{kind: before.get(kind, frozenset()) | ids for kind, ids in found.items()}}


def _by_artist(
    songs: Iterable[Song], before: Mapping[str, tuple[SongId, ...]] | None = None
) -> dict[str, tuple[SongId, ...]]:
    """Songs by folded artist, best known first, behind those there were before."""
    found: dict[str, list[SongId]] = {}
    for song in sorted(songs, key=lambda song: -(song.popularity or 0.0)):
        for name in {fold(name) for name in credited(song)}:
            found.setdefault(name, list((before or {}).get(name, ()))).append(song.id)
    return {name: tuple(dict.fromkeys(numbers)) for name, numbers in found.items()}


def _by_genre(
    songs: Iterable[Song], before: Mapping[str, tuple[SongId, ...]] | None = None
) -> dict[str, tuple[SongId, ...]]:
    """Songs by folded genre, behind those there were before."""
    found: dict[str, list[SongId]] = {}
    for song in songs:
        for genre in {fold(genre) for genre in song.genres}:
            found.setdefault(genre, list((before or {}).get(genre, ()))).append(song.id)
    return {genre: tuple(dict.fromkeys(numbers)) for genre, numbers in found.items()}


def _free(gone: list[Knowledge]) -> None:
    """Let go of what was swapped out, song by song: all at once would stop every thread for 50 ms."""
    songs = list(gone[0].songs.by_id.values())
    gone.clear()
    while songs:
        songs.pop()


def _key(event: FeedbackEvent) -> _Key:
    return event.server, event.member, event.song


async def _read_songs(store: Store) -> Songs:
    """The catalogue; its fingerprint is older than what is read, so that whatever comes between is noticed later."""
    mark = await fingerprint(store.db)
    rows = await size(store.db)
    songs = await store.catalog.songs()
    links = await store.catalog.links()
    return await asyncio.to_thread(Songs.of, mark, rows, songs, links)


def _has(songs: Songs, engine: Engine) -> bool:
    """Whether the catalogue has every song that the engine may pick; the newest ones it may not know yet."""
    return engine.ids() <= songs.by_id.keys()


async def _newest(store: Store, shelf: Shelf | None, mark: str) -> Model | None:
    """The newest good model that was fitted on this catalogue and on no answer that the log does not have."""
    if shelf is None:
        return None
    last = await store.feedback.last()
    marks = {0: ""}
    for version in await asyncio.to_thread(shelf.versions):
        try:
            number = (await asyncio.to_thread(shelf.manifest, version)).origin.last_event
        except BrokenModel:
            continue  # told below
        marks[number] = fitting.mark(await store.feedback.find(EventId(number))) if number else ""

    def fits(manifest: Manifest) -> bool:
        origin = manifest.origin
        known = origin.last_event <= (0 if last is None else last.id)
        return known and origin.catalogue == mark and origin.last_mark == marks.get(origin.last_event)

    model, refused = await asyncio.to_thread(shelf.latest, fits)
    for broken in refused:
        log.warning("model refused", error=str(broken))
    return model


async def _missed(store: Store, tastes: Tastes, origin: Origin) -> list[Verdict]:
    """What is thought now of every song that was answered since."""
    keys: dict[_Key, FeedbackEvent] = {}
    async for event in store.feedback.replay(origin.last_event):
        keys[_key(event)] = event
    missed: list[Verdict] = []
    for number, event in enumerate(keys.values(), start=1):
        counts = tastes.opinion(event.server, event.member, event.song).last
        missed.append(Verdict(event, 0.0) if counts is None else Verdict(counts, WEIGHT[counts.verb]))
        if not number % 1_000:
            await asyncio.sleep(0)
    return missed


def _kept(
    shelf: Shelf | None,
    engine: Engine,
    origin: Origin,
    metrics: Mapping[str, float],
    tuned: Tuned | None,
) -> Manifest | None:
    """Put a model on the shelf if that can be done; the bot runs on without."""
    if shelf is None or not engine.items:
        return None
    try:
        return shelf.save(engine, origin, metrics, created=time.time(), tuned=tuned)
    except (OSError, ShelfBusy) as error:
        log.warning("model not kept: the next start fits again", folder=str(shelf.folder), error=str(error))
        return None
