"""What members choose to begin with: it speaks for them until their own answers do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bot.store import Store
from bot.store.records import ItemKind, MemberId, ServerId, SongId
from bot.store.tastes import ChoiceKind
from bot.usecases.choices import Choices as Paused
from bot.usecases.library import Library
from bot.usecases.offering import Offer, offer
from bot.usecases.taste import Tastes

HALF_LIFE = 10
"""What was chosen counts half as much after each so many songs that the member's own taste rests on."""
FADED = 0.05
# A chosen artist is no like: their best-known songs count about as much as songs that were once played.
SONG, SONGS = 0.3, 3
# Genres and decades tilt what comes: at 1 they decided all of it, and newcomers of the Last.fm split (benchmarks/first.py,
# the members to choose settings on) found less than in a list of what is popular. Decades are not known there.
ASKED = 0.2


@dataclass(frozen=True, slots=True)
class Choices:
    """What a member chose, in the order of choosing; decades by their first year."""

    genres: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    decades: tuple[str, ...] = ()

    def of(self, kind: ChoiceKind) -> tuple[str, ...]:
        """The choices of one kind."""
        return {
            ChoiceKind.GENRE: self.genres,
            ChoiceKind.ARTIST: self.artists,
            ChoiceKind.DECADE: self.decades,
        }[kind]

    def __bool__(self) -> bool:
        return bool(self.genres or self.artists or self.decades)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What choices say to the engine (see ``recommender.Query``)."""

    tags: Mapping[str, float] = field(default_factory=dict[str, float])
    decades: Mapping[int, float] = field(default_factory=dict[int, float])
    taste: Mapping[SongId, float] = field(default_factory=dict[SongId, float])

    @property
    def speak(self) -> bool:
        """Whether they say anything."""
        return bool(self.tags or self.decades or self.taste)


_Key = tuple[ServerId, MemberId]


class Choosing:
    """Keeps choices, in the store and at hand."""

    def __init__(
        self, store: Store, tastes: Tastes, library: Library, choices: Paused, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._paused = choices
        self._tastes = tastes
        self._library = library
        self._clock = clock
        self._chosen: dict[_Key, dict[ChoiceKind, tuple[str, ...]]] = {}
        self._offered: tuple[str, Offer] | None = None
        # Two menus of one card may be answered at once.
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read what was chosen; until that is there, what was known holds."""
        async with self._turn:
            found: dict[_Key, dict[ChoiceKind, tuple[str, ...]]] = {}
            for each in await self._store.tastes.all():
                chosen = found.setdefault((each.server, each.member), {})
                chosen[each.kind] = (*chosen.get(each.kind, ()), each.value)
            self._chosen = found

    async def offer(self) -> Offer:
        """What songs there are to choose from, counted anew when the catalogue was."""
        songs = self._library.now.songs
        if self._offered is None or self._offered[0] != songs.mark:
            sung = [song for song in songs.by_id.values() if song.kind is ItemKind.SONG]
            self._offered = songs.mark, await asyncio.to_thread(offer, sung)
        return self._offered[1]

    def of(self, server: ServerId, member: MemberId) -> Choices:
        """What a member chose in a server."""
        chosen = self._chosen.get((server, member), {})
        return Choices(*(chosen.get(kind, ()) for kind in ChoiceKind))

    def choosers(self, server: ServerId) -> list[MemberId]:
        """Whose choices still speak for them in a server."""
        return [
            member for each, member in self._chosen if each == server and self.wishes(server, member).speak
        ]

    async def choose(
        self,
        server: ServerId,
        member: MemberId,
        kind: ChoiceKind,
        picked: Collection[str],
        *,
        offered: Collection[str],
    ) -> Choices:
        """Choose these of what one menu offered; what other menus led to stays.

        Raises:
            LearningPaused, StoreError: nothing was changed.
        """
        self._paused.check(server, member)
        async with self._turn:
            before = self.of(server, member).of(kind)
            values = tuple(
                dict.fromkeys(
                    [
                        *(value for value in before if value not in offered),
                        *(value for value in picked if value in offered),
                    ]
                )
            )
            await self._store.tastes.choose(server, member, kind, values, self._clock())
            self._chosen.setdefault((server, member), {})[kind] = values
            return self.of(server, member)

    async def forget(self, member: MemberId) -> int:
        """Delete what a member chose, in every server; how many choices there were."""
        async with self._turn:
            gone = await self._store.tastes.forget(member)
            for key in [key for key in self._chosen if key[1] == member]:
                del self._chosen[key]
        return gone

    def wishes(self, server: ServerId, member: MemberId) -> Wishes:
        """What a member's choices say now: all of it at first, less with every song they answered or brought."""
        choices = self.of(server, member)
        if not choices:
            return Wishes()
        weight: float = 0.5 ** (len(self._tastes.vector(server, member, self._clock())) / HALF_LIFE)
        if weight < FADED:
            return Wishes()
        songs = [song for artist in choices.artists for song in self._library.by_artist(artist)[:SONGS]]
        return Wishes(
            tags=dict.fromkeys(choices.genres, ASKED * weight),
            decades={int(decade): ASKED * weight for decade in choices.decades},
            taste=dict.fromkeys(songs, SONG * weight),
        )
