"""From a question to a written post: ask the engine, leave out what was just shown, write slots and impressions."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import structlog

from bot.errors import EmptyCatalog, StoreError
from bot.store import Store
from bot.store.records import (
    ChannelId,
    Counts,
    ItemKind,
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
from bot.usecases.blocks import Blocks
from bot.usecases.choices import Choices
from bot.usecases.choosing import Choosing, Wishes
from bot.usecases.claims import Claims
from bot.usecases.discretion import discreet
from bot.usecases.entering import drawn
from bot.usecases.library import Library
from bot.usecases.share import Share
from bot.usecases.taste import DAY, Tastes
from recommender import Dial, Explanation, GroupId, ItemId, Listener, Pick, Query, Reason, Recommended
from recommender import MemberId as Asker

log = structlog.get_logger(__name__)

# A song is not recommended again to the same member for this long, unless nothing else is left.
REST_DAYS = 7
CACHED_POSTS = 2_000
MOST_EVIDENCE = 200
MOST_OF_MEMBER = 400
# Of several listeners a song is for those with at least this part of what its first one wants of it, three at most.
FOR_TOO, MOST_NAMED = 0.5, 3
# The taste of a server is that of several from so many members on: what one alone likes says little of the others.
SEVERAL = 3
# So many reasons of a song are told beside that it was drawn.
MOST_TOLD = 2
# Posts of what was named or found: nobody was shown it by choice of ours.
NAMED = frozenset(
    {
        PostKind.SONG,
        PostKind.FOUND,
        PostKind.SEARCH,
        PostKind.ARTIST,
        PostKind.LIST,
        PostKind.ASK,
        PostKind.PLAYING,
    }
)


def _nothing() -> dict[SongId, float]:
    return {}


def _unsaid() -> dict[str, float]:
    return {}


def _no_decades() -> dict[int, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Question:
    """What to pick for.

    Attributes:
        seeds: songs asked from, weighted.
        tilt: evidence beside the member's own taste, such as the skips of a radio.
        tags, audio, decades: asked for in words (see `recommender.Query`).
        of: whose taste counts, where that is not who asks.
        taste: in place of the taste of the member, or of the server; None reads that.
        together: several members, in place of one: what each of them likes counts.
        whole_server: pick for everybody: the server's taste counts, and only songs new to the server.
        leave_out: never these.
        recent: what was heard last, oldest first.
        kind: nothing of another kind comes.
        little_known: the least part that is by little-known artists, 0 to 1; None for what the server is owed.
        met: what is not new to the server (`Picker.met`), where that was read before.
    """

    server: ServerId
    member: MemberId | None
    count: int
    dial: Dial = Dial.BALANCED
    seeds: Mapping[SongId, float] = field(default_factory=_nothing)
    tilt: Mapping[SongId, float] = field(default_factory=_nothing)
    tags: Mapping[str, float] = field(default_factory=_unsaid)
    audio: Mapping[str, float] = field(default_factory=_unsaid)
    decades: Mapping[int, float] = field(default_factory=_no_decades)
    taste: Mapping[SongId, float] | None = None
    taste_weight: float = 1.0
    of: MemberId | None = None
    together: tuple[MemberId, ...] = ()
    whole_server: bool = False
    leave_out: Collection[SongId] = ()
    recent: tuple[SongId, ...] = ()
    per_artist: int = 2
    explore: int = 0
    kind: ItemKind = ItemKind.SONG
    little_known: float | None = None
    met: Collection[SongId] | None = None

    @property
    def whose(self) -> tuple[MemberId, ...]:
        """Those whose taste is asked for; nobody where it is the server's."""
        if self.whole_server:
            return ()
        if self.together:
            return self.together
        one = self.member if self.of is None else self.of
        return () if one is None else (one,)


def _whom(pick: Pick, together: tuple[MemberId, ...]) -> tuple[StoredReason, ...]:
    """For whom of several listeners a pick is, by their places among them."""
    most = max(pick.listeners.values(), default=0.0)
    named = [Asker(member) for member in together]
    places = [named.index(member) for member, part in pick.listeners.items() if part >= FOR_TOO * most]
    return (StoredReason("whom", 0.0, items=tuple(places[:MOST_NAMED])),) if places else ()


def _stored(pick: Pick, number: int, together: tuple[MemberId, ...] = ()) -> Slot:
    return Slot(
        number=number,
        song=SongId(pick.item),
        score=pick.score,
        propensity=pick.propensity,
        explored=pick.explored,
        reasons=stored(pick.reasons) + _whom(pick, together),
    )


def stored(reasons: Iterable[Reason]) -> tuple[StoredReason, ...]:
    """Reasons of the engine, small enough to be kept."""
    return tuple(
        StoredReason(
            kind=reason.kind.value,
            share=round(reason.share, 4),
            items=tuple(int(item) for item in reason.items[:3]),
            tags=reason.tags[:3],
            members=reason.people,
            feature=reason.feature,
        )
        for reason in reasons
    )


def _largest(vector: Mapping[SongId, float], most: int = MOST_EVIDENCE) -> dict[SongId, float]:
    """The entries that say most: a whole server's thousands would cost a tenth of a second and change little."""
    if len(vector) <= most:
        return dict(vector)
    weights = np.abs(np.fromiter(vector.values(), dtype=np.float64, count=len(vector)))
    songs = list(vector)
    return {
        songs[place]: vector[songs[place]] for place in np.argsort(-weights, kind="stable")[:most].tolist()
    }


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


def numbered(songs: Sequence[SongId]) -> list[Slot]:
    """Slots of songs that were named."""
    return [Slot(number, song) for number, song in enumerate(songs, start=1)]


class Picker:
    """Asks the engine and keeps the book of what was shown."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        clock: Callable[[], float],
        rng: np.random.Generator,
        blocks: Blocks,
        choosing: Choosing,
        claims: Claims,
        share: Share,
        choices: Choices,
    ) -> None:
        self._blocks = blocks
        self._claims = claims
        self._share = share
        self._choices = choices
        self._owed: dict[tuple[ServerId, MemberId], float] = {}
        # Lists for several that are on their way: what is owed after them is settled once they were shown.
        self._coming: dict[tuple[ServerId, tuple[MemberId, ...]], tuple[float, ...]] = {}
        self._unsettled: dict[PostId, dict[MemberId, float]] = {}
        self._store = store
        self._choosing = choosing
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
        self._owed = await self._store.blocks.debts()

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
        refused = await self.refused(question)
        picks = await self._ask(question, now, refused)
        if len(picks) < question.count:
            picks = await self._ask(question, now, await self._never(question, strict=False))
        if further := self._further(question, picks):
            picks = await self._ask(question, now, refused | further)
        slots = [_stored(pick, number, question.together) for number, pick in enumerate(picks, start=1)]
        slots = await self._entered(question, slots, now, refused)
        return discreet(slots, self.untold(question))

    def untold(self, question: Question) -> set[SongId]:
        """What no reason may name, as only the asker's own account tells of it; what they asked from, they named."""
        if question.member is None:
            return set()
        return self._tastes.untold(question.server, question.member) - question.seeds.keys()

    def _further(self, question: Question, picks: Collection[Pick]) -> set[SongId]:
        """All registered songs but the best one, where a list would have several: it has one at most."""
        coming = {claim.song for claim in self._claims.coming(question.server)}
        among = [SongId(pick.item) for pick in picks if SongId(pick.item) in coming]
        return coming - {among[0]} if len(among) > 1 else set()

    async def _entered(
        self, question: Question, slots: list[Slot], now: float, refused: Collection[SongId]
    ) -> list[Slot]:
        """Let songs that artists registered take part in the draw of the last exploration slot, at most one a list.

        Lists for several are left as they are: what each is owed after them is of those very songs.
        """
        await self._claims.catch_up()
        claims = self._claims.coming(question.server)
        explored = bool(slots) and slots[-1].explored and not question.together
        if not claims or not explored or question.kind is not ItemKind.SONG:
            return slots
        others = [slot.song for slot in slots[:-1]]
        if {claim.song for claim in claims} & {*others}:
            return slots
        theirs = {question.member, *question.whose}
        artists = {self._library.main_artist(song) for song in others}
        offered = [
            claim.song
            for claim in claims
            if claim.song in self._library.songs
            and claim.song not in refused
            and claim.member not in theirs
            and self._library.main_artist(claim.song) not in artists
        ]
        query = self._query(question, now, refused)
        one = drawn(self._library, query, others, offered, self._rng)
        if one is None:
            return slots
        told = (
            self._library.engine.explain(query, ItemId(one.song)).reasons
            if self._library.knows(one.song)
            else ()
        )
        last = Slot(
            number=len(slots),
            song=one.song,
            score=one.score,
            propensity=one.propensity,
            explored=True,
            reasons=(
                *stored(told[:MOST_TOLD]),
                StoredReason("registered" if one.registered else "explore", 0.0),
            ),
        )
        return [*slots[:-1], last]

    async def refused(self, question: Question) -> set[SongId]:
        """What must not come, and what was shown lately."""
        return await self._never(question) | self._resting(question, self._clock())

    def evidence(self, question: Question) -> dict[SongId, float]:
        """What is known of what is wanted: the seeds, and the taste of whoever asks."""
        taste = (
            {}
            if question.member is None
            else self._tastes.vector(question.server, question.member, self._clock())
        )
        return {**_largest(taste, MOST_OF_MEMBER), **question.seeds}

    def _resting(self, question: Question, now: float) -> set[SongId]:
        return self.resting(question.server, question.member, now)

    def resting(self, server: ServerId, member: MemberId | None, now: float) -> set[SongId]:
        """What was shown within the last week, to a member or to everybody."""
        shown = self._shown[server, member]
        for song in [song for song, at in shown.items() if at < now - REST_DAYS * DAY]:
            del shown[song]
        return set(shown)

    async def _never(self, question: Question, *, strict: bool = True) -> set[SongId]:
        """Songs that must not come; where too few are left, what was only shown to somebody may come again."""
        never = {*question.leave_out, *self._library.now.songs.others(question.kind)}
        if question.whole_server:
            known = question.met if strict else None
            never |= await self.met(question.server, strict=strict) if known is None else set(known)
        for member in question.whose:
            # Who asks for the familiar may hear again what they listen to; nobody else is told what they know.
            familiar = question.dial is Dial.FAMILIAR
            if not (familiar and question.together):
                never |= set(self._tastes.answered(question.server, member))
            if not familiar:
                never |= self._tastes.heard(member).keys()
            never |= self._blocks.songs(question.server, member) | self._claims.own(member)
        return never

    async def met(self, server: ServerId, *, strict: bool = True) -> set[SongId]:
        """What is not new to a server: what anybody rated there, and what was posted; not strict, in a weekly post."""
        posted = await self._store.posts.songs_of_server(server, None if strict else PostKind.WEEKLY)
        return self._tastes.rated(server) | posted

    async def _ask(self, question: Question, now: float, excluded: Collection[SongId]) -> list[Pick]:
        """Ask the engine; where it weighs several members, others have their turn after each of them.

        What several members will be owed after the list is kept until it is published.
        """
        query = self._query(question, now, excluded)
        steps = self._library.engine.recommending(query, rng=self._rng)
        while True:
            try:
                next(steps)
            except StopIteration as finished:
                found: Recommended = finished.value
                break
            await asyncio.sleep(0)
        if question.together:
            self._coming[question.server, question.together] = found.owed
        return found.picks

    def _query(self, question: Question, now: float, excluded: Collection[SongId]) -> Query:
        member = question.whose[0] if len(question.whose) == 1 else None
        # Who asks from a song or a mood asks for that, whatever they chose to begin with.
        begun = Wishes() if question.seeds or question.tags else self._wishes(question)
        return Query(
            taste=self._items(self._evidence(question, now)),
            seeds=self._items(question.seeds),
            tags=question.tags or begun.tags,
            audio=question.audio,
            decades=question.decades or begun.decades,
            group=GroupId(question.server),
            member=None if member is None else Asker(member),
            together=tuple(self._listener(question, each, now) for each in question.together),
            several=question.whole_server and len(self._tastes.members(question.server)) >= SEVERAL,
            exclude=cast("frozenset[ItemId]", frozenset(excluded)),
            recent=tuple(ItemId(song) for song in question.recent),
            dial=question.dial,
            count=question.count,
            per_artist=question.per_artist,
            explore=question.explore,
            trials=self.trials(question.server),
            little_known=self._little_known(question),
            now=now,
        )

    def _little_known(self, question: Question) -> float:
        """The part of a list that is by little-known artists at least."""
        if question.little_known is not None or question.kind is not ItemKind.SONG:
            return question.little_known or 0.0
        return self._share.due(question.server, question.count) / max(question.count, 1)

    async def _carry_over(self, server: ServerId, owed: Mapping[MemberId, float]) -> None:
        """Write down what each of several members is owed after a list: who got little counts more the next time."""
        owed = {member: weight for member, weight in owed.items() if not self._paused(server, member)}
        try:
            await self._store.blocks.owe(server, owed, self._clock())
        except StoreError as error:
            # The list stands; fairness goes on from what memory knows.
            log.warning("debts not kept", error=str(error))
        self._owed.update({(server, member): weight for member, weight in owed.items()})

    def _items(self, evidence: Mapping[SongId, float]) -> dict[ItemId, float]:
        return {ItemId(song): weight for song, weight in self._library.known(evidence).items()}

    def _evidence(self, question: Question, now: float) -> dict[SongId, float]:
        """The taste that is asked for, and what tilts it; of several members each has their own."""
        taste: Mapping[SongId, float] = {}
        if question.taste is not None:
            taste = question.taste
        elif len(question.whose) == 1:
            taste = self._taste(question, question.whose[0], now)
        elif not question.whose:
            taste = _largest(self._tastes.server_vector(question.server, now))
        evidence = {song: weight * question.taste_weight for song, weight in taste.items()}
        for song, weight in self._wishes(question).taste.items():
            evidence.setdefault(song, weight * question.taste_weight)
        for song, weight in question.tilt.items():
            evidence[song] = evidence.get(song, 0.0) + weight
        return evidence

    def _wishes(self, question: Question) -> Wishes:
        """What the one whose taste is asked for chose to begin with."""
        if len(question.whose) != 1 or question.taste is not None:
            return Wishes()
        return self._choosing.wishes(question.server, question.whose[0])

    def _taste(self, question: Question, member: MemberId, now: float) -> dict[SongId, float]:
        """A member's taste; what may count for them alone only where they ask for themselves."""
        own = member == question.member and not question.together
        return _largest(self._tastes.vector(question.server, member, now, own=own), MOST_OF_MEMBER)

    def _listener(self, question: Question, member: MemberId, now: float) -> Listener:
        taste = self._items(self._taste(question, member, now))
        # A dislike says "never", whoever else listens.
        veto = frozenset(ItemId(song) for song in self._tastes.disliked(question.server, member))
        owed = self._owed.get((question.server, member), 1.0)
        return Listener(member=Asker(member), taste=taste, veto=veto, owed=owed)

    def explain(self, question: Question, song: SongId, at: float) -> Explanation | None:
        """Take a song's score for a question apart, as asked at ``at``; None where the engine does not know the song."""
        if not self._library.knows(song):
            return None
        return self._library.engine.explain(self._query(question, at, ()), ItemId(song))

    def scores(self, question: Question, songs: Iterable[SongId], at: float) -> dict[SongId, float]:
        """Score these songs for a question, as asked at ``at``; those that the engine does not know are left out."""
        scale = self._library.engine.scale
        places = scale.material.catalogue.positions
        known = {song: places[ItemId(song)] for song in songs if self._library.knows(song)}
        if not known:
            return {}
        also = np.array(list(known.values()), dtype=np.intp)
        weighed = scale.weigh(self._query(question, at, ()), also)
        return {song: float(weighed.scores[place]) for song, place in known.items()}

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
            paused=self._paused(question.server, question.member),
        )
        self._book(post, slots)
        owed = self._coming.pop((question.server, question.together), ())
        if owed:
            self._unsettled[post.id] = dict(zip(question.together, owed, strict=True))
        return post

    async def put(self, post: Post, slot: Slot) -> Post:
        """Write one more slot of a post, of a song that somebody brought: no impression is written."""
        await self._store.posts.extend(post, [slot], self._clock(), shown=False)
        known = self.newest(post)
        longer = replace(known, slots=(*known.slots, slot))
        self.remember(longer)
        return longer

    async def close(self, post: Post) -> Post:
        """End a post."""
        await self._store.posts.close(post.id, self._clock())
        ended = replace(self.newest(post), closed=True)
        self.remember(ended)
        return ended

    async def conclude(self, post: Post) -> None:
        """End a post with what it asks for from then on."""
        await self._store.posts.close(post.id, self._clock(), query=post.query)
        self.remember(post)

    def newest(self, post: Post) -> Post:
        """A post as it is now, if it is at hand."""
        return self._posts.get(post.id, post)

    async def extend(self, post: Post, slot: Slot, query: dict[str, object] | None = None) -> Post:
        """Write one more slot of a post and its impression, and what the post asks for from then on."""
        longer = await self._store.posts.extend(post, [slot], self._clock(), query=query)
        self._book(longer, [slot])
        return longer

    def _book(self, post: Post, slots: list[Slot]) -> None:
        for slot in slots:
            self._shown[post.server, post.member][slot.song] = self._clock()
            if not self._paused(post.server, post.member):
                self._times[post.server][slot.song] += 1
        self._share.shown(post.server, [slot.song for slot in slots])
        self.remember(post)

    def _paused(self, server: ServerId, member: MemberId | None) -> bool:
        return member is not None and self._choices.member(server, member).paused

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
        """Write down which message a post became, and what those are owed from now on whom it was for."""
        owed = self._unsettled.pop(post.id, None)
        await self._store.posts.sent(post.id, channel, message)
        known = self._posts.get(post.id)
        if known is not None:
            self._posts[post.id] = replace(known, channel=channel, message=message)
        if owed is not None:
            await self._carry_over(post.server, owed)

    async def withdraw(self, number: PostId) -> None:
        """Forget a post that Discord never showed, so that its songs can be picked again."""
        self._unsettled.pop(number, None)
        post = await self.post(number)
        if post is not None:
            await self._store.posts.withdraw(number)
            self._posts.pop(number, None)
            # A song that was named or brought made no impression.
            for slot in () if post.kind in NAMED else post.slots:
                self._shown[post.server, post.member].pop(slot.song, None)
                if not self._paused(post.server, post.member):
                    self._times[post.server][slot.song] -= 1
            if post.kind not in NAMED:
                self._share.shown(post.server, [slot.song for slot in post.slots], back=True)

    def counts(self, server: ServerId, song: SongId) -> Counts:
        """How a server answers to a song."""
        return self._tastes.counts(server, song)

    def knows(self, server: ServerId, member: MemberId) -> bool:
        """Whether a member has said or chosen anything yet."""
        said = self._tastes.vector(server, member, self._clock())
        return bool(said or self._choosing.of(server, member))

    def knows_server(self, server: ServerId) -> bool:
        """Whether anybody in a server has said anything yet."""
        return bool(self._tastes.members(server))

    async def single(self, *, server: ServerId, member: MemberId, song: SongId) -> Post:
        """A post of one song that was named."""
        return await self.named(PostKind.SONG, server=server, member=member, slots=numbered([song]))

    async def named(
        self,
        kind: PostKind,
        *,
        server: ServerId,
        member: MemberId,
        slots: Sequence[Slot],
        channel: ChannelId | None = None,
        query: dict[str, object] | None = None,
    ) -> Post:
        """A post of what was named or found, and not picked: no impression is written."""
        post = await self._store.posts.create(
            kind=kind,
            server=server,
            channel=channel,
            member=member,
            query=query or {},
            slots=slots,
            at=self._clock(),
            shown=False,
            paused=self._paused(server, member),
        )
        self.remember(post)
        return post

    async def forget(self, server: ServerId | None = None, member: MemberId | None = None) -> None:
        """Drop what was shown to a member or in a server, once that is deleted, and read the rest again."""

        def theirs(key: tuple[ServerId, MemberId | None]) -> bool:
            return (server is None or key[0] == server) and (member is None or key[1] == member)

        for key in [key for key in self._shown if theirs(key)]:
            del self._shown[key]
        self._owed = {key: weight for key, weight in self._owed.items() if not theirs(key)}
        self._coming.clear()
        self._unsettled.clear()
        times: defaultdict[ServerId, Counter[SongId]] = defaultdict(Counter)
        for each, song, count in await self._store.posts.times_shown():
            times[each][song] = count
        self._times = times
        self.forget_posts()
