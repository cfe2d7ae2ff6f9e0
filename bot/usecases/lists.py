"""Lists of songs that members keep: their own, private in their server, and the server's, to which everybody adds."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from bot.errors import (
    EmptyList,
    ListFull,
    ListNameTaken,
    NoName,
    NotInList,
    NotYourList,
    TooManyLists,
    UnknownList,
)
from bot.folding import fold
from bot.store import Store
from bot.store.lists import Addition
from bot.store.records import (
    ChannelId,
    Entry,
    ListId,
    MemberId,
    Post,
    PostKind,
    ServerId,
    Slot,
    Song,
    SongId,
    SongList,
)
from bot.store.search import SearchIndex
from bot.usecases.library import Library
from bot.usecases.picking import Picker
from bot.usecases.songs import CHOICE, label

CHOSEN = "list:"
"""What the value of an autocompleted list begins with."""
MOST_LISTS = 50
MOST_SONGS = 500
LONGEST_NAME = 60
NEAR = 60.0
"""How alike a name must be, of 100, to be offered instead."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants something of a list; ``moderator`` for those who manage messages."""

    server: ServerId
    member: MemberId
    moderator: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a song for a list.

    Attributes:
        new: False where it was in the list before; then ``by`` brought it, if that is still known.
        count: how many songs are in the list now.
    """

    list: SongList
    new: bool
    by: MemberId | None
    count: int


def named(text: str, most: int = LONGEST_NAME) -> str:
    """What a member called something, in one line without what cannot be seen.

    Raises:
        NoName: nothing is left of it.
    """
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    name = " ".join(
        "".join(c for c in kept if unicodedata.category(c) not in {"Cf", "Cs"} or c == "\u200d").split()
    )
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        raise NoName("There is nothing to read in that name.")
    return name[:most].rstrip()


class Lists:
    """Who may see, fill and change which list. Names are at hand in memory, songs are read when they are asked for."""

    def __init__(self, store: Store, picker: Picker, library: Library, clock: Callable[[], float]) -> None:
        self._store = store
        self._picker = picker
        self._library = library
        self._clock = clock
        self._lists: dict[ListId, SongList] = {}
        # Two quick presses want the same list.
        self._saving = asyncio.Lock()
        # What is written and what is read anew take turns, so that neither overlooks the other.
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read the names."""
        async with self._turn:
            self._lists = {each.id: each for each in await self._store.lists.all()}

    def name(self, number: int) -> str | None:
        """What a list is called now; None once it is gone."""
        found = self._lists.get(ListId(number))
        return None if found is None else found.name

    def visible(self, asking: Asking) -> list[SongList]:
        """A member's own lists and the server's, those that were changed last first."""
        found = [each for each in self._lists.values() if _sees(asking, each)]
        return sorted(found, key=lambda each: (-each.at, -each.id))

    def suggest(self, asking: Asking, text: str, limit: int = 25) -> list[SongList]:
        """Lists to offer while a member types."""
        asked = fold(text[:LONGEST_NAME])
        return [each for each in self.visible(asking) if asked in fold(each.name)][:limit]

    def find(self, asking: Asking, text: str) -> SongList:
        """The list that a choice of the autocomplete or a typed name means; the member's own before the server's.

        Raises:
            UnknownList: there is none that they may see.
        """
        lists = self.visible(asking)
        chosen = text.removeprefix(CHOSEN)
        if chosen != text and chosen.isdecimal():
            found = [each for each in lists if each.id == int(chosen[:18])]
        else:
            key = fold(text[: 2 * LONGEST_NAME])
            found = [each for each in lists if fold(each.name) == key]
        if not found:
            near = process.extract(
                text[:LONGEST_NAME], [each.name for each in lists], scorer=fuzz.WRatio, limit=3
            )
            raise UnknownList(text, tuple(name for name, likeness, _ in near if likeness >= NEAR))
        return min(found, key=lambda each: each.shared)

    async def make(self, asking: Asking, text: str, *, shared: bool = False) -> SongList:
        """Make an empty list.

        Raises:
            NoName, ListNameTaken, TooManyLists: none was made.
        """
        name = named(text)
        if sum(_of(asking, each) for each in self._lists.values()) >= MOST_LISTS:
            raise TooManyLists(MOST_LISTS)
        async with self._turn:
            made = await self._store.lists.make(
                server=asking.server,
                maker=asking.member,
                shared=shared,
                name=name,
                key=fold(name),
                at=self._clock(),
            )
            if made is None:
                raise ListNameTaken(name)
            self._lists[made.id] = made
        return made

    def usual(self, asking: Asking, names: Collection[str]) -> SongList | None:
        """The member's own list that has one of these names, such as the usual one in any language; None without."""
        keys = {fold(name) for name in names}
        own = (each for each in self.visible(asking) if not each.shared)
        return next((each for each in own if fold(each.name) in keys), None)

    async def saving(self, asking: Asking, name: str, names: Collection[str]) -> SongList:
        """The `usual` list, made with the first name where there is none.

        Raises:
            TooManyLists: none was made.
        """
        async with self._saving:
            return self.usual(asking, names) or await self.make(asking, name)

    async def rename(self, asking: Asking, chosen: SongList, text: str) -> SongList:
        """Give a list another name.

        Raises:
            NoName, ListNameTaken, NotYourList: it keeps its name.
        """
        self.may_change(asking, chosen)
        name = named(text)
        async with self._turn:
            if not await self._store.lists.rename(chosen.id, name, fold(name)):
                raise ListNameTaken(name)
            renamed = replace(chosen, name=name)
            self._lists[chosen.id] = renamed
        return renamed

    async def delete(self, asking: Asking, number: ListId) -> tuple[SongList, int]:
        """Delete a list; what it was, and how many songs were in it.

        Raises:
            UnknownList: it is gone already.
            NotYourList: it stays.
        """
        chosen = self.find(asking, f"{CHOSEN}{number}")
        self.may_change(asking, chosen)
        async with self._turn:
            gone = await self._store.lists.delete(number)
            self._lists.pop(number, None)
        return chosen, gone

    def may_change(self, asking: Asking, chosen: SongList) -> None:
        """Let who made a list rename and delete it, and of a server's list who manages messages too.

        Raises:
            NotYourList: they may not.
        """
        if chosen.maker != asking.member and not (chosen.shared and asking.moderator):
            raise NotYourList("Only who made it, or who manages messages, may do that.")

    async def add(self, asking: Asking, chosen: SongList, song: SongId) -> Put:
        """Put a song into a list that the member sees.

        Raises:
            ListFull: there is no more room.
            UnknownList: somebody has deleted the list meanwhile.
        """
        entry = Entry(song, asking.member, self._clock())
        result = await self._store.lists.add(chosen.id, entry, most=MOST_SONGS)
        if result is Addition.FULL:
            raise ListFull(MOST_SONGS)
        if result is Addition.GONE:
            raise UnknownList(chosen.name)
        entries = await self._store.lists.songs(chosen.id)
        by = next((each.member for each in entries if each.song == song), None)
        if result is Addition.NEW and chosen.id in self._lists:
            self._lists[chosen.id] = replace(self._lists[chosen.id], at=entry.at)
        return Put(chosen, result is Addition.NEW, by, len(entries))

    async def remove(self, asking: Asking, chosen: SongList, text: str) -> Song:
        """Take out the song that a choice or a typed name means.

        Raises:
            NotInList: no such song is in the list.
            NotYourList: somebody else brought it to the server's list.
        """
        entries = await self._store.lists.songs(chosen.id)
        songs = [song for each in entries if (song := self._song(each.song))]
        song = await asyncio.to_thread(_meant, songs, text)
        if song is None:
            raise NotInList(text, chosen.name)
        by = next(each.member for each in entries if each.song == song.id)
        if chosen.shared and by != asking.member and not asking.moderator:
            raise NotYourList("Only who brought it, or who manages messages, may do that.")
        await self._store.lists.remove(chosen.id, song.id)
        return song

    async def within(self, chosen: SongList, text: str, limit: int = 25) -> list[Song]:
        """Songs of a list to offer while a member types."""
        songs = [song for each in await self._store.lists.songs(chosen.id) if (song := self._song(each.song))]
        if not text.strip():
            return songs[:limit]
        by_id = {song.id: song for song in songs}
        found = await asyncio.to_thread(lambda: SearchIndex(songs).find(text, limit))
        return [by_id[match.song_id] for match in found]

    async def counts(self) -> dict[ListId, int]:
        """How many songs are in each list."""
        return await self._store.lists.counts()

    async def songs(self, chosen: SongList) -> list[SongId]:
        """The songs of a list.

        Raises:
            EmptyList: there are none.
        """
        return [each.song for each in await self._entries(chosen)]

    async def show(self, asking: Asking, chosen: SongList, channel: ChannelId | None) -> Post:
        """A post of all songs of a list, each with who brought it to the server's.

        Raises:
            EmptyList: there are none.
        """
        slots = [
            Slot(number, each.song, brought=each.member if chosen.shared else None)
            for number, each in enumerate(await self._entries(chosen), start=1)
        ]
        return await self._picker.named(
            PostKind.LIST,
            server=asking.server,
            member=asking.member,
            channel=channel,
            slots=slots,
            query={"list": chosen.id, "private": not chosen.shared},
        )

    async def forget(self, member: MemberId) -> int:
        """Delete a member's own lists and their name from those of servers; how many lists went."""
        gone = await self._store.lists.forget(member)
        await self.load()
        return gone

    async def _entries(self, chosen: SongList) -> Sequence[Entry]:
        entries = [each for each in await self._store.lists.songs(chosen.id) if self._song(each.song)]
        if not entries:
            raise EmptyList(chosen.name)
        return entries

    def _song(self, song: SongId) -> Song | None:
        return self._library.songs.get(song)


def _sees(asking: Asking, each: SongList) -> bool:
    return each.server == asking.server and each.member in {None, asking.member}


def _of(asking: Asking, each: SongList) -> bool:
    return each.server == asking.server and asking.member in {each.member, each.maker}


def _meant(songs: list[Song], text: str) -> Song | None:
    """The song of a few that a choice of the autocomplete or free text means."""
    by_id = {song.id: song for song in songs}
    chosen = text.removeprefix(CHOICE)
    if chosen != text and chosen.isdecimal():
        return by_id.get(SongId(int(chosen[:18])))
    whole = [song for song in songs if fold(label(song)) == fold(text) or fold(song.title) == fold(text)]
    if len(whole) == 1:
        return whole[0]
    match = SearchIndex(songs).best(text)
    return None if match is None else by_id[match.song_id]
