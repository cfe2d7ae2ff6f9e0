"""Playlists in: each entry becomes a song of the catalogue, known here already or found outside, and counts as heard."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.errors import UnknownLink
from bot.folding import fold
from bot.sources.links import Kind, Link
from bot.sources.matching import ENOUGH, likeness
from bot.sources.naming import song_key
from bot.sources.playlists import Entry, PlaylistReading, read_playlist
from bot.sources.protocol import FoundSong, PlaylistLookup, SourceId, SourceName
from bot.sources.together import Sources
from bot.store import Store
from bot.store.records import Heard, History, MemberId, ServerId, Song, SongId
from bot.usecases.choices import Choices
from bot.usecases.finding import NAMES, SOURCE_OF, Finder, Named
from bot.usecases.histories import Check, Histories
from bot.usecases.library import Library

MOST_ASKED = 400
"""Songs of one playlist that are looked for, as the catalogue does not have them under that name; the next time goes on."""
MOST_MISSED = 10
"""Songs that were not found and are named."""
LONGEST = 2_000
"""Songs that are read of a playlist at a service."""
SWIFT = ("deezer", "spotify", "lastfm")
"""Sources that take several questions a second: a playlist has hundreds."""

Progress = Callable[[int, int], None]
"""Called with the entries done and all of them; it may raise `ImportCancelled`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a playlist brought.

    Attributes:
        name: what the playlist calls itself.
        songs: those that were found, each once, in order.
        new: how many of them the catalogue did not have before.
        missed: the first few that were not found, as artist and title; ``missing`` counts all of them.
        left: entries that were not looked for outside this time, or for which nobody could be reached.
        reading: what the reader says of lines that it could not read; None for a playlist at a service.
        genres, artists, decades: what it is made of, the most frequent first.
    """

    name: str | None
    songs: tuple[Song, ...]
    new: int
    missed: tuple[str, ...]
    missing: int
    left: int
    reading: PlaylistReading | None
    genres: tuple[str, ...]
    artists: tuple[str, ...]
    decades: tuple[int, ...]


class Playlists:
    """Takes playlists in for a member."""

    def __init__(
        self,
        store: Store,
        library: Library,
        sources: Sources,
        finder: Finder,
        histories: Histories,
        choices: Choices,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._choices = choices
        self._library = library
        self._sources = sources
        self._finder = finder
        self._histories = histories
        self._clock = clock

    async def take(
        self,
        *,
        server: ServerId,
        member: MemberId,
        data: bytes | str,
        filename: str = "",
        progress: Progress | None = None,
        begun: Check | None = None,
    ) -> Taken:
        """Take in a file (JSPF, M3U, CSV) or pasted lines; the same list again changes nothing.

        Args:
            begun: what `Histories.begun` gave when the member asked for it; now, where nothing was done before.

        Raises:
            PlaylistError: it is no playlist; the sentence says what to send.
            ImportCancelled: the member changed their mind, or had their listening deleted; songs that were found stay in
                the catalogue.
            LearningPaused, StoreError: nothing was counted.
        """
        self._choices.check(server, member)
        check = begun or self._histories.begun(member)
        reading = await asyncio.to_thread(read_playlist, data, filename)
        before = set(self._library.songs)
        return await self._taken(
            server, member, reading.entries, reading.name, reading, progress, before, check
        )

    async def take_link(
        self, *, server: ServerId, member: MemberId, link: Link, progress: Progress | None = None
    ) -> Taken:
        """Take in a public playlist by its link.

        Raises:
            UnknownLink: it is not of a playlist, or its service cannot be asked.
            LearningPaused: nothing was asked.
            SourceError: the service refuses or does not answer; the sentence says why.
        """
        self._choices.check(server, member)
        check = self._histories.begun(member)
        name = SOURCE_OF.get(link.service, str(link.service))
        name = "listenbrainz" if link.service == "listenbrainz" else name
        source = self._sources.named(name)
        if link.kind is not Kind.PLAYLIST or not isinstance(source, PlaylistLookup):
            raise UnknownLink(NAMES[link.service], song=False)
        found = await source.playlist(SourceId(link.id), limit=LONGEST)
        before = set(self._library.songs)
        # What the service says of its songs is of use to everybody.
        await self._finder.keep(found.songs)
        entries = [_entry(song) for song in found.songs]
        return await self._taken(server, member, entries, found.title, None, progress, before, check)

    async def _taken(
        self,
        server: ServerId,
        member: MemberId,
        entries: Sequence[Entry],
        name: str | None,
        reading: PlaylistReading | None,
        progress: Progress | None,
        before: Collection[SongId],
        check: Check,
    ) -> Taken:
        known = await self._store.catalog.by_key([_key(entry) for entry in entries])
        songs: dict[SongId, Song] = {}
        missed: list[str] = []
        asked = left = 0
        for number, entry in enumerate(entries, start=1):
            song, looked = self._here(entry, known), False
            if song is None and asked < MOST_ASKED:
                asked += 1
                song, looked = self._near(entry), True
                if song is None:
                    song, looked = await self._outside(entry)
            if song is not None:
                songs.setdefault(song.id, song)
            elif looked:
                missed.append(f"{entry.artist} - {entry.title}".strip(" -") or (entry.isrc or ""))
            else:
                left += 1
            check()
            if progress is not None:
                progress(number, len(entries))
            await asyncio.sleep(0)  # a list may have 10,000: others have their turn between two songs
        async with self._histories.turn(member):
            check()
            await self._count(server, member, list(songs))
        found = list(songs.values())
        return Taken(
            name=name,
            songs=tuple(found),
            new=sum(number not in before for number in songs),
            missed=tuple(missed[:MOST_MISSED]),
            missing=len(missed),
            left=left,
            reading=reading,
            genres=_most(genre for song in found for genre in song.genres[:2]),
            artists=_most(song.artist for song in found),
            decades=tuple(
                int(each) for each in _most(str(song.year // 10 * 10) for song in found if song.year)
            ),
        )

    def _here(self, entry: Entry, known: dict[str, SongId]) -> Song | None:
        """The song of the catalogue that an entry names, by its ids, its names or its link."""
        ids = {"isrc": entry.isrc, "mbid": entry.mbid}
        if entry.link is not None:
            ids[SOURCE_OF.get(entry.link.service, str(entry.link.service))] = entry.link.id
        for service, number in ids.items():
            if number and (song := self._library.linked(service, number)) is not None:
                return song
        number = known.get(_key(entry))
        if number is not None and number in self._library.songs:
            return self._library.songs[number]
        return None

    def _near(self, entry: Entry) -> Song | None:
        """The song of the catalogue that an entry means, with slips."""
        near = self._library.best(f"{entry.artist} {entry.title}") if entry.artist and entry.title else None
        return near if near is not None and _same(entry, near) else None

    async def _outside(self, entry: Entry) -> tuple[Song | None, bool]:
        """What sources take an entry for, and whether it was looked for: not where nobody could be reached."""
        if entry.artist and entry.title:
            return await self._finder.sought(Named(entry.artist, entry.title, entry.duration_ms), only=SWIFT)
        try:
            return await self._finder.song(entry.link.url) if entry.link else None, True
        except UnknownLink as unknown:
            return None, not unknown.unreached

    async def _count(self, server: ServerId, member: MemberId, songs: list[SongId]) -> None:
        """Count each song as heard once: in the place of what this very list brought before."""
        if not songs:
            return
        digest = hashlib.sha256(repr(sorted(songs)).encode()).hexdigest()[:12]
        now = self._clock()
        history = History(member, f"playlist:{digest}", server, at=now)
        heard = [(song, Heard(1, 0, 0, now)) for song in songs]
        await self._store.histories.record(history, heard, instead=True)
        await self._histories.refresh(member)


def _key(entry: Entry) -> str:
    return song_key(entry.artist, entry.title) if entry.artist and entry.title else ""


def _entry(song: FoundSong) -> Entry:
    return Entry(song.artist, song.title, song.album, song.isrc, song.duration_ms, song.mbid)


def _same(entry: Entry, song: Song) -> bool:
    """Whether the nearest song by its words is the one that is named."""
    stored = FoundSong(
        SourceName("catalogue"),
        SourceId(str(song.id)),
        song.title,
        tuple(part.strip() for part in song.artist.split(",")) or (song.artist,),
        duration_ms=song.duration_ms,
    )
    whole = FoundSong(stored.source, stored.id, song.title, (song.artist,), duration_ms=song.duration_ms)
    sure = max(likeness(entry.artist, entry.title, each) for each in (stored, whole))
    return sure >= ENOUGH or (fold(entry.artist), fold(entry.title)) == (fold(song.artist), fold(song.title))


def _most(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(names).most_common(5))
