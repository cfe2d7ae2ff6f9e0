"""The book of what was shown: what rests for a while, and how often anything ever was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.store import Store
from bot.store.records import MemberId, Post, ServerId, Slot, SongId
from bot.usecases.choices import Choices
from bot.usecases.share import Share
from bot.usecases.taste import DAY, Tastes
from recommender import ItemId

# A song is not recommended again to the same member for this long, unless nothing else is left.
REST_DAYS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Trials(Mapping[ItemId, tuple[int, int]]):
    """How often each song was shown in a server, and how often it was liked there: at most as often as shown.

    Looked up, never copied: the engine asks for the few songs that it may explore.
    """

    server: ServerId
    times: Counter[SongId]
    tastes: Tastes

    def __getitem__(self, item: ItemId) -> tuple[int, int]:
        song = SongId(item)
        times = self.times[song]
        if not times:
            raise KeyError(item)
        return times, min(self.tastes.learnt_likes(self.server, song), times)

    def __iter__(self) -> Iterator[ItemId]:
        return (ItemId(song) for song, times in self.times.items() if times)

    def __len__(self) -> int:
        return sum(times > 0 for times in self.times.values())


class Shown:
    """Remembers impressions; what is shown to who has paused learning rests, and is not counted."""

    def __init__(
        self, store: Store, tastes: Tastes, choices: Choices, share: Share, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._choices = choices
        self._share = share
        self._clock = clock
        self._at: defaultdict[tuple[ServerId, MemberId | None], dict[SongId, float]] = defaultdict(dict)
        self._times: defaultdict[ServerId, Counter[SongId]] = defaultdict(Counter)

    async def load(self) -> None:
        """Remember what was shown lately, so that a restart repeats nothing, and how often anything ever was."""
        for server, member, song, at in await self._store.posts.shown(self._clock() - REST_DAYS * DAY):
            self._at[server, member][song] = at
        await self._count()

    async def _count(self) -> None:
        times: defaultdict[ServerId, Counter[SongId]] = defaultdict(Counter)
        for server, song, count in await self._store.posts.times_shown():
            times[server][song] = count
        self._times = times

    def trials(self, server: ServerId) -> Trials:
        """What a server was shown so far, and what of it was liked there."""
        return Trials(server, self._times[server], self._tastes)

    def resting(self, server: ServerId, member: MemberId | None, now: float) -> set[SongId]:
        """What was shown within the last week, to a member or to everybody."""
        shown = self._at[server, member]
        for song in [song for song, at in shown.items() if at < now - REST_DAYS * DAY]:
            del shown[song]
        return set(shown)

    def paused(self, server: ServerId, member: MemberId | None) -> bool:
        """Whether nothing is learnt from a member."""
        return member is not None and self._choices.member(server, member).paused

    def write(self, post: Post, slots: Collection[Slot]) -> None:
        """Slots of a post were shown."""
        for slot in slots:
            self._at[post.server, post.member][slot.song] = self._clock()
            if not self.paused(post.server, post.member):
                self._times[post.server][slot.song] += 1
        self._share.shown(post.server, _songs(slots))

    def take_back(self, post: Post) -> None:
        """A post was not shown after all."""
        for slot in post.slots:
            self._at[post.server, post.member].pop(slot.song, None)
            if not self.paused(post.server, post.member):
                self._times[post.server][slot.song] -= 1
        self._share.shown(post.server, _songs(post.slots), back=True)

    async def forget(self, theirs: Callable[[tuple[ServerId, MemberId | None]], bool]) -> None:
        """Drop what was shown to somebody, once that is deleted, and count the rest again."""
        for key in [key for key in self._at if theirs(key)]:
            del self._at[key]
        await self._count()


def _songs(slots: Iterable[Slot]) -> list[SongId]:
    return [slot.song for slot in slots]
