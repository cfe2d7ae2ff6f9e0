"""Picks songs, and keeps the posts that they become."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from bot.errors import EmptyCatalog
from bot.store import Store
from bot.store.finds import with_time
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
)
from bot.usecases.blocks import Blocks
from bot.usecases.choices import Choices
from bot.usecases.choosing import Choosing
from bot.usecases.claims import Claims
from bot.usecases.discretion import discreet
from bot.usecases.library import Library
from bot.usecases.picking.asking import Asking
from bot.usecases.picking.at_hand import AtHand
from bot.usecases.picking.debts import Debts
from bot.usecases.picking.question import Question
from bot.usecases.picking.refusing import Refusing
from bot.usecases.picking.registered import Registered
from bot.usecases.picking.shown import Shown, Trials
from bot.usecases.picking.slots import numbered, slot
from bot.usecases.share import Share
from bot.usecases.taste import Tastes
from recommender import Explanation

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
        self._store = store
        self._tastes = tastes
        self._library = library
        self._clock = clock
        self._choosing = choosing
        self._shown = Shown(store, tastes, choices, share, clock)
        self._debts = Debts(store, choices, clock)
        self._at_hand = AtHand(store)
        self._refusing = Refusing(store, tastes, library, blocks, claims)
        self._asking = Asking(tastes, library, choosing, share, self._debts, self._shown.trials, rng)
        self._registered = Registered(library, claims, self._asking, rng)

    async def load(self) -> None:
        """Remember what was shown, and what is owed."""
        await self._shown.load()
        await self._debts.load()

    # What songs are picked, and why.

    async def pick(self, question: Question) -> list[Slot]:
        """Choose songs.

        Raises:
            EmptyCatalog: there are no songs at all.
        """
        if not self._library.songs:
            raise EmptyCatalog("The catalogue is empty.")
        now = self._clock()
        refused = await self.refused(question)
        picks = await self._asking.ask(question, now, refused)
        if len(picks) < question.count:
            again = await self._refusing.never(question, strict=False)
            picks = await self._asking.ask(question, now, again)
        if further := self._registered.further(question, picks):
            picks = await self._asking.ask(question, now, refused | further)
        slots = [slot(pick, number, question.together) for number, pick in enumerate(picks, start=1)]
        slots = await self._registered.entered(question, slots, now, refused)
        return discreet(slots, self.untold(question))

    def untold(self, question: Question) -> set[SongId]:
        """What no reason may name, as only the asker's own account tells of it; what they asked from, they named."""
        if question.member is None:
            return set()
        return self._tastes.untold(question.server, question.member) - question.seeds.keys()

    async def refused(self, question: Question) -> set[SongId]:
        """What must not come, and what was shown lately."""
        never = await self._refusing.never(question)
        return never | self._shown.resting(question.server, question.member, self._clock())

    async def met(self, server: ServerId, *, strict: bool = True) -> set[SongId]:
        """What is not new to a server: what anybody rated there, and what was posted; not strict, in a weekly post."""
        return await self._refusing.met(server, strict=strict)

    def resting(self, server: ServerId, member: MemberId | None, now: float) -> set[SongId]:
        """What was shown within the last week, to a member or to everybody."""
        return self._shown.resting(server, member, now)

    def trials(self, server: ServerId) -> Trials:
        """What a server was shown so far, and what of it was liked there."""
        return self._shown.trials(server)

    def evidence(self, question: Question) -> dict[SongId, float]:
        """What is known of what is wanted: the seeds, and the taste of whoever asks."""
        return self._asking.evidence(question, self._clock())

    def explain(self, question: Question, song: SongId, at: float) -> Explanation | None:
        """Take a song's score for a question apart, as asked at ``at``; None where the engine does not know the song."""
        return self._asking.explain(question, song, at)

    def scores(self, question: Question, songs: Iterable[SongId], at: float) -> dict[SongId, float]:
        """Score these songs for a question, as asked at ``at``; those that the engine does not know are left out."""
        return self._asking.scores(question, songs, at)

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

    # The posts that they become.

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
            paused=self._shown.paused(question.server, question.member),
        )
        self._book(post, slots)
        self._debts.written(question, post.id)
        return post

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
            paused=self._shown.paused(server, member),
        )
        self.remember(post)
        return post

    async def extend(self, post: Post, slot: Slot, query: dict[str, object] | None = None) -> Post:
        """Write one more slot of a post and its impression, and what the post asks for from then on."""
        longer = await self._store.posts.extend(post, [slot], self._clock(), query=query)
        self._book(longer, [slot])
        return longer

    async def put(self, post: Post, slot: Slot) -> Post:
        """Write one more slot of a post, of a song that somebody brought, and when: no impression is written."""
        now, known = self._clock(), self.newest(post)
        query = with_time(known.query, slot.number, now)
        await self._store.posts.extend(post, [slot], now, query=query, shown=False)
        known = self.newest(post)
        longer = replace(known, slots=(*known.slots, slot), query=query)
        self.remember(longer)
        return longer

    def _book(self, post: Post, slots: list[Slot]) -> None:
        self._shown.write(post, slots)
        self.remember(post)

    async def sent(self, post: Post, channel: ChannelId, message: MessageId) -> None:
        """Write down which message a post became, and what those are owed from now on whom it was for."""
        await self._store.posts.sent(post.id, channel, message)
        self._at_hand.sent(post.id, channel, message)
        await self._debts.settle(post)

    async def withdraw(self, number: PostId) -> None:
        """Forget a post that Discord never showed, so that its songs can be picked again."""
        self._debts.withdrawn(number)
        post = await self.post(number)
        if post is not None:
            await self._store.posts.withdraw(number)
            self._at_hand.drop(number)
            # A song that was named or brought made no impression.
            if post.kind not in NAMED:
                self._shown.take_back(post)

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

    async def post(self, number: PostId) -> Post | None:
        """A post by its number, from memory or the store."""
        return await self._at_hand.get(number)

    def newest(self, post: Post) -> Post:
        """A post as it is now, if it is at hand."""
        return self._at_hand.newest(post)

    def remember(self, post: Post) -> None:
        """Keep a post at hand, as its buttons will soon be pressed."""
        self._at_hand.remember(post)

    def forget_posts(self) -> None:
        """Read every post from the store again."""
        self._at_hand.clear()

    async def forget(self, server: ServerId | None = None, member: MemberId | None = None) -> None:
        """Drop what was shown to a member or in a server, once that is deleted, and read the rest again."""

        def theirs(key: tuple[ServerId, MemberId | None]) -> bool:
            return (server is None or key[0] == server) and (member is None or key[1] == member)

        self._debts.forget(theirs)
        await self._shown.forget(theirs)
        self.forget_posts()
