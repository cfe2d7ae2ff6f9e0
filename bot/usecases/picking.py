"""From a question to a written post: ask the engine, leave out what was just shown, write slots and impressions."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from bot.errors import EmptyCatalog
from bot.store import Store
from bot.store.records import (
    ChannelId,
    Counts,
    MemberId,
    MessageId,
    Post,
    PostId,
    PostKind,
    ServerId,
    Slot,
    SongId,
    StoredReason,
)
from bot.usecases.library import Library
from bot.usecases.taste import DAY, Tastes
from recommender import Dial, GroupId, ItemId, Pick, Query
from recommender import MemberId as Asker

# A song is not recommended again to the same member for this long, unless nothing else is left.
REST_DAYS = 7
CACHED_POSTS = 2_000
MOST_EVIDENCE = 200
MOST_OF_MEMBER = 400


def _nothing() -> dict[SongId, float]:
    return {}


def _no_wishes() -> dict[str, float]:
    return {}


def _no_decades() -> dict[int, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Question:
    """What to pick for.

    Attributes:
        seeds: songs asked from, weighted.
        tilt: evidence beside the member's own taste, such as the skips of a radio.
        taste: in place of the taste of the member, or of the server; None reads that.
        tags, audio, decades: what is wished for in words, as the engine reads it.
        whole_server: pick for everybody: the server's taste counts, and only songs new to the server.
        leave_out: never these.
        recent: what was heard last, oldest first.
    """

    server: ServerId
    member: MemberId | None
    count: int
    dial: Dial = Dial.BALANCED
    seeds: Mapping[SongId, float] = field(default_factory=_nothing)
    tilt: Mapping[SongId, float] = field(default_factory=_nothing)
    taste: Mapping[SongId, float] | None = None
    taste_weight: float = 1.0
    tags: Mapping[str, float] = field(default_factory=_no_wishes)
    audio: Mapping[str, float] = field(default_factory=_no_wishes)
    decades: Mapping[int, float] = field(default_factory=_no_decades)
    whole_server: bool = False
    leave_out: Collection[SongId] = ()
    recent: tuple[SongId, ...] = ()
    per_artist: int = 2
    explore: int = 0


def _stored(pick: Pick, number: int) -> Slot:
    return Slot(
        number=number,
        song=SongId(pick.item),
        score=pick.score,
        propensity=pick.propensity,
        explored=pick.explored,
        reasons=tuple(
            StoredReason(
                kind=reason.kind.value,
                share=round(reason.share, 4),
                items=tuple(int(item) for item in reason.items[:3]),
                tags=reason.tags[:3],
                members=reason.people,
                feature=reason.feature,
            )
            for reason in pick.reasons
        ),
    )


def _largest(vector: Mapping[SongId, float], most: int = MOST_EVIDENCE) -> dict[SongId, float]:
    """The entries that say most: a whole server's thousands would cost a tenth of a second and change little."""
    return dict(sorted(vector.items(), key=lambda pair: -abs(pair[1]))[:most])


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
        return times, min(self.tastes.counts(self.server, song).likes, times)

    def __iter__(self) -> Iterator[ItemId]:
        return (ItemId(song) for song, times in self.times.items() if times)

    def __len__(self) -> int:
        return sum(times > 0 for times in self.times.values())


class Picker:
    """Asks the engine and keeps the book of what was shown."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        clock: Callable[[], float],
        rng: np.random.Generator,
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._library = library
        self._clock = clock
        self._rng = rng
        self._shown: defaultdict[tuple[ServerId, MemberId | None], dict[SongId, float]] = defaultdict(dict)
        self._times: defaultdict[ServerId, Counter[SongId]] = defaultdict(Counter)
        self._posts: OrderedDict[PostId, Post] = OrderedDict()

    async def load(self) -> None:
        """Remember what was shown lately, so that a restart repeats nothing, and how often anything ever was."""
        for server, member, song, at in await self._store.posts.shown(self._clock() - REST_DAYS * DAY):
            self._shown[server, member][song] = at
        for server, song, times in await self._store.posts.times_shown():
            self._times[server][song] = times

    def trials(self, server: ServerId) -> Trials:
        """What a server was shown so far, and what of it was liked there."""
        return Trials(server, self._times[server], self._tastes)

    async def pick(self, question: Question) -> list[Slot]:
        """Choose songs.

        Raises:
            EmptyCatalog: there are no songs at all.
        """
        if not self._library.songs:
            raise EmptyCatalog("The catalogue is empty.")
        now = self._clock()
        resting = self._resting(question, now)
        never = await self._never(question)
        picks = self._ask(question, now, never | resting)
        if len(picks) < question.count:
            picks = self._ask(question, now, await self._never(question, strict=False))
        return [_stored(pick, number) for number, pick in enumerate(picks, start=1)]

    def _resting(self, question: Question, now: float) -> set[SongId]:
        shown = self._shown[question.server, question.member]
        for song in [song for song, at in shown.items() if at < now - REST_DAYS * DAY]:
            del shown[song]
        return set(shown)

    async def _never(self, question: Question, *, strict: bool = True) -> set[SongId]:
        """Songs that must not come; where too few are left, what was only shown to somebody may come again."""
        never = set(question.leave_out)
        if question.whole_server:
            never |= self._tastes.rated(question.server)
            kind = None if strict else PostKind.WEEKLY
            never |= await self._store.posts.songs_of_server(question.server, kind)
        elif question.member is not None:
            never |= set(self._tastes.answered(question.server, question.member))
            # Who asks for the familiar may hear again what they listen to; nobody else is told what they know.
            if question.dial is not Dial.FAMILIAR:
                never |= self._tastes.heard(question.member).keys()
        return never

    def _ask(self, question: Question, now: float, excluded: Collection[SongId]) -> list[Pick]:
        if question.taste is not None:
            taste = question.taste
        elif question.whole_server or question.member is None:
            taste = _largest(self._tastes.server_vector(question.server, now))
        else:
            taste = _largest(self._tastes.vector(question.server, question.member, now), MOST_OF_MEMBER)
        evidence = {song: weight * question.taste_weight for song, weight in taste.items()}
        for song, weight in question.tilt.items():
            evidence[song] = evidence.get(song, 0.0) + weight
        return self._library.engine.recommend(
            Query(
                taste={ItemId(song): weight for song, weight in self._library.known(evidence).items()},
                seeds={ItemId(song): weight for song, weight in self._library.known(question.seeds).items()},
                group=GroupId(question.server),
                member=None if question.member is None else Asker(question.member),
                exclude=frozenset(ItemId(song) for song in excluded),
                tags=question.tags,
                audio=question.audio,
                decades=question.decades,
                recent=tuple(ItemId(song) for song in question.recent),
                dial=question.dial,
                count=question.count,
                per_artist=question.per_artist,
                explore=question.explore,
                trials=self.trials(question.server),
                now=now,
            ),
            rng=self._rng,
        )

    async def publish(
        self,
        kind: PostKind,
        question: Question,
        slots: list[Slot],
        *,
        channel: ChannelId | None,
        query: dict[str, object],
    ) -> Post:
        """Write a new post with its slots and impressions."""
        post = await self._store.posts.create(
            kind=kind,
            server=question.server,
            channel=channel,
            member=question.member,
            query=query,
            slots=slots,
            at=self._clock(),
        )
        self._book(post, slots)
        return post

    async def extend(self, post: Post, slot: Slot, query: dict[str, object] | None = None) -> Post:
        """Write one more slot of a post and its impression, and what the post asks for from then on."""
        longer = await self._store.posts.extend(post, [slot], self._clock(), query)
        self._book(longer, [slot])
        return longer

    def _book(self, post: Post, slots: list[Slot]) -> None:
        for slot in slots:
            self._shown[post.server, post.member][slot.song] = self._clock()
            self._times[post.server][slot.song] += 1
        self.remember(post)

    def remember(self, post: Post) -> None:
        """Keep a post at hand, as its buttons will soon be pressed."""
        self._posts[post.id] = post
        self._posts.move_to_end(post.id)
        while len(self._posts) > CACHED_POSTS:
            self._posts.popitem(last=False)

    def forget_posts(self) -> None:
        """Read every post from the store again."""
        self._posts.clear()

    async def post(self, number: PostId) -> Post | None:
        """A post by its number, from memory or the store."""
        found = self._posts.get(number)
        if found is None:
            found = await self._store.posts.get(number)
            if number in self._posts:  # somebody changed it while it was read
                return self._posts[number]
            if found is not None:
                self.remember(found)
        return found

    async def sent(self, post: Post, channel: ChannelId, message: MessageId) -> None:
        """Write down which message a post became."""
        await self._store.posts.sent(post.id, channel, message)
        known = self._posts.get(post.id)
        if known is not None:
            self._posts[post.id] = replace(known, channel=channel, message=message)

    async def withdraw(self, number: PostId) -> None:
        """Forget a post that Discord never showed, so that its songs can be picked again."""
        post = await self.post(number)
        if post is not None:
            await self._store.posts.withdraw(number)
            self._posts.pop(number, None)
            for slot in post.slots:
                self._shown[post.server, post.member].pop(slot.song, None)
                if post.kind is not PostKind.SONG:  # a song that was named made no impression
                    self._times[post.server][slot.song] -= 1

    def counts(self, server: ServerId, song: SongId) -> Counts:
        """How a server answers to a song."""
        return self._tastes.counts(server, song)

    def knows(self, server: ServerId, member: MemberId) -> bool:
        """Whether a member has said anything yet."""
        return bool(self._tastes.vector(server, member, self._clock()))

    async def single(self, *, server: ServerId, member: MemberId, song: SongId) -> Post:
        """A private post of one song that was named, not picked: no impression is written."""
        post = await self._store.posts.create(
            kind=PostKind.SONG,
            server=server,
            channel=None,
            member=member,
            query={},
            slots=[Slot(1, song)],
            at=self._clock(),
            shown=False,
        )
        self.remember(post)
        return post
