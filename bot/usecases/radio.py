"""``/radio``: one song at a time; every tap steers what comes next. All of a session is in its post."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.errors import NothingLeft, RadioOver, UnknownMood, UnknownPost, UnknownTaste
from bot.store import Store
from bot.store.radio_query import RadioQuery, Toward, Whose
from bot.store.records import (
    ChannelId,
    Listener,
    MemberId,
    Post,
    PostId,
    PostKind,
    RadioPage,
    ServerId,
)
from bot.usecases.foresight import Foresight
from bot.usecases.library import Library
from bot.usecases.moods import read_mood
from bot.usecases.picking import Picker
from bot.usecases.share import Share
from bot.usecases.taste import Tastes

# What comes next is told so far ahead.
AHEAD = 2
PAGE = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a radio is to be started from, beside a song; with nothing in it, from the taste of who asks.

    Attributes:
        artist, mood: as typed.
        server: the server's taste counts in place of the asker's …
        member: … or this member's.
    """

    artist: str | None = None
    mood: str | None = None
    server: bool = False
    member: MemberId | None = None


class Radio:
    """A post that grows by one slot at a time."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        picker: Picker,
        library: Library,
        share: Share,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._picker = picker
        self._library = library
        self._clock = clock
        self._foresight = Foresight(tastes, picker, library, share, clock)
        self._turns: WeakValueDictionary[PostId, asyncio.Lock] = WeakValueDictionary()

    async def understood(self, server: ServerId, wanted: Wanted) -> RadioQuery:
        """What is wanted, in the words of the catalogue.

        Raises:
            UnknownArtist, UnknownMood, UnknownTaste: that cannot be started from.
        """
        query = RadioQuery(whose=Whose.SERVER if wanted.server else Whose.ME)
        if wanted.artist is not None:
            query = query.but(artist=self._library.artist(wanted.artist))
        if wanted.mood is not None:
            mood = await asyncio.to_thread(read_mood, self._library.engine.mood, wanted.mood)
            if not (mood.tags or mood.audio or mood.decades):
                raise UnknownMood(wanted.mood)
            query = query.but(
                mood=mood.understood,
                tags=dict(mood.tags),
                audio=dict(mood.audio),
                decades=dict(mood.decades),
            )
        if wanted.member is None:
            return query
        if not self._tastes.vector(server, wanted.member, self._clock(), own=False):
            raise UnknownTaste(wanted.member)
        return query.but(whose=Whose.MEMBER)

    async def start(
        self,
        *,
        server: ServerId,
        member: MemberId,
        channel: ChannelId | None,
        query: RadioQuery,
        of: MemberId | None = None,
    ) -> Post:
        """Begin a radio; its first song is the best one after what it starts from.

        Args:
            query: what `understood` gave, perhaps with a seed.
            of: whose taste it plays from, where that is Whose.MEMBER.

        Raises:
            EmptyCatalog, NothingLeft: there is nothing to play.
        """
        if query.seed is None and query.artist is None and query.whose is Whose.ME:
            known = self._picker.knows(server, member)
            query = query if known else query.but(whose=Whose.SERVER)
        listeners = () if of is None else (Listener(of, of_taste=True),)
        # As if it were there already: only what is picked is written.
        draft = Post(
            PostId(0),
            PostKind.RADIO,
            server,
            channel,
            None,
            member,
            {},
            self._clock(),
            (),
            listeners=listeners,
        )
        chosen = await self._foresight.ahead(draft, query, 1 + AHEAD)
        if not chosen:
            raise NothingLeft("There is nothing to play.")
        first, *rest = chosen
        query = query.but(upcoming=tuple(slot.song for slot in rest))
        post = await self._picker.publish(
            PostKind.RADIO,
            self._foresight.question(draft, query),
            [replace(first, number=1)],
            channel=channel,
            query=query.stored(),
        )
        for listener in listeners:
            post = await self._write(post, listener)
        return post

    async def next(
        self,
        post: Post,
        slot: int,
        *,
        member: MemberId | None = None,
        like_this: bool = False,
        steered: bool = False,
    ) -> Post:
        """Move on from a slot; a press on an earlier slot than the current one changes nothing.

        Args:
            member: who presses.
            like_this: "more like this": the current song pulls as the anchor does.
            steered: the song was answered to, so that something else may come than was told.

        Raises:
            UnknownPost: the post is no radio, or was stopped.
            RadioOver: there is nothing else to play.
        """
        async with self._turn(post.id):
            post = await self._current(post)
            current = post.slots[-1]
            if current.number != slot:
                return await self._joined(post, member)
            post = await self._joined(post, member, turned_to=slot if like_this else None)
            query = RadioQuery.model_validate(post.query)
            told = () if like_this or steered else query.upcoming
            chosen = await self._foresight.ahead(post, query, 1 + AHEAD, told)
            if not chosen:
                raise RadioOver("Nothing else fits this radio.")
            first, *rest = chosen
            query = query.but(upcoming=tuple(slot.song for slot in rest))
            return await self._picker.extend(post, replace(first, number=current.number + 1), query.stored())

    async def steer(self, post: Post, direction: Toward, member: MemberId) -> Post:
        """Steer a radio from its current song on, or undo that.

        Raises:
            UnknownPost: the post is no radio, or was stopped.
        """
        async with self._turn(post.id):
            post = await self._joined(await self._current(post), member)
            query = RadioQuery.model_validate(post.query)
            return await self._asking(post, query.toward(direction, post.slots[-1].number))

    async def answered(self, post: Post, member: MemberId) -> Post:
        """Take a member's answer to a song into account in what comes next."""
        async with self._turn(post.id):
            found = await self._picker.post(post.id)
            if found is None or found.closed:
                return post
            return await self._asking(
                await self._joined(found, member), RadioQuery.model_validate(found.query)
            )

    async def stop(self, post: Post) -> Post:
        """End a radio."""
        async with self._turn(post.id):
            post = await self._current(post)
            await self._store.posts.close(post.id, self._clock())
            ended = replace(post, closed=True)
            self._picker.remember(ended)
        return ended

    async def past(
        self,
        *,
        server: ServerId,
        member: MemberId | None = None,
        channels: Collection[ChannelId] | None = None,
        page: int = 0,
    ) -> RadioPage:
        """Past radios, newest first: a member's own, or those of some channels."""
        count = (await self._store.radios.past(server, member=member, channels=channels, limit=0))[1]
        pages = max(1, -(-count // PAGE))
        page = min(max(page, 0), pages - 1)
        radios, _ = await self._store.radios.past(
            server, member=member, channels=channels, limit=PAGE, offset=page * PAGE
        )
        return RadioPage(radios, page, pages)

    async def _current(self, post: Post) -> Post:
        found = await self._picker.post(post.id)
        if found is None or found.kind is not PostKind.RADIO or found.closed:
            raise UnknownPost("That radio has ended.")
        return found

    async def _joined(self, post: Post, member: MemberId | None, *, turned_to: int | None = None) -> Post:
        """The post with a member among its listeners."""
        known = next((each for each in post.listeners if each.member == member), None)
        if member is None or (turned_to is None and (known is not None or member == post.member)):
            return post
        listener = known or Listener(member)
        return await self._write(
            post, listener if turned_to is None else replace(listener, turned_to=turned_to)
        )

    async def _write(self, post: Post, listener: Listener) -> Post:
        await self._store.radios.join(post.id, listener)
        others = tuple(each for each in post.listeners if each.member != listener.member)
        joined = replace(post, listeners=(*others, listener))
        self._picker.remember(joined)
        return joined

    async def _asking(self, post: Post, query: RadioQuery) -> Post:
        """Write down what a radio asks for from now on, and what comes next by that."""
        chosen = await self._foresight.ahead(post, query, AHEAD)
        stored = query.but(upcoming=tuple(slot.song for slot in chosen)).stored()
        await self._store.posts.ask(post.id, stored)
        changed = replace(post, query=stored)
        self._picker.remember(changed)
        return changed

    def _turn(self, post: PostId) -> asyncio.Lock:
        """One press after another on one radio."""
        return self._turns.setdefault(post, asyncio.Lock())
