"""``/radio``: one song at a time; every tap steers what comes next. All of a session is in its post."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.errors import NothingLeft, RadioOver, UnknownArtist, UnknownMood, UnknownPost, UnknownTaste
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
    Slot,
    SongId,
)
from bot.usecases.library import Library
from bot.usecases.picking import Picker, Question
from bot.usecases.spacing import Spacing
from bot.usecases.steering import Tap, Weights, course
from bot.usecases.taste import Tastes

# The taste of who started a radio from a song only colours it.
TASTE = 0.25
# So many songs of an artist, and of a taste, are what a radio from them is anchored to.
OF_ARTIST, OF_TASTE = 5, 20
# What comes next is told so far ahead.
AHEAD = 2
# How many songs the engine is asked for, and asked again where the artists of the last songs leave too few.
REACH = (12, 60, 300)
# A stranger radio passes over what is nearest.
STRANGE = 12
PAGE = 8
# They would tell what one member likes.
TELLING_OF_TASTE = frozenset({"seed", "liked"})


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
        self, store: Store, tastes: Tastes, picker: Picker, library: Library, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._picker = picker
        self._library = library
        self._clock = clock
        self._turns: WeakValueDictionary[PostId, asyncio.Lock] = WeakValueDictionary()

    async def understood(self, server: ServerId, wanted: Wanted) -> RadioQuery:
        """What is wanted, in the words of the catalogue.

        Raises:
            UnknownArtist, UnknownMood, UnknownTaste: that cannot be started from.
        """
        query = RadioQuery(whose=Whose.SERVER if wanted.server else Whose.ME)
        if wanted.artist is not None:
            songs = self._library.by_artist(wanted.artist)
            if not songs:
                raise UnknownArtist(wanted.artist)
            query = query.but(artist=self._library.songs[songs[0]].artist)
        if wanted.mood is not None:
            mood = await asyncio.to_thread(self._library.engine.mood, wanted.mood)
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
        chosen = await self._ahead(draft, query, 1 + AHEAD)
        if not chosen:
            raise NothingLeft("There is nothing to play.")
        first, *rest = chosen
        query = query.but(upcoming=tuple(slot.song for slot in rest))
        post = await self._picker.publish(
            PostKind.RADIO,
            self._question(draft, query),
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
            chosen = await self._ahead(post, query, 1 + AHEAD, told)
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
        chosen = await self._ahead(post, query, AHEAD)
        stored = query.but(upcoming=tuple(slot.song for slot in chosen)).stored()
        await self._store.posts.ask(post.id, stored)
        changed = replace(post, query=stored)
        self._picker.remember(changed)
        return changed

    def _turn(self, post: PostId) -> asyncio.Lock:
        """One press after another on one radio."""
        return self._turns.setdefault(post, asyncio.Lock())

    async def _ahead(
        self, post: Post, query: RadioQuery, count: int, told: Sequence[SongId] = ()
    ) -> list[Slot]:
        """Choose the next songs; what was told to come stays first if it still may."""
        question = self._question(post, query)
        songs = self._library.songs
        never = [songs[song] for song in question.leave_out if song in songs]
        played = [songs[slot.song] for slot in post.slots if slot.song in songs]
        begun = [songs[query.seed]] if query.seed is not None and query.seed in songs else []
        found: list[Slot] = []
        over = STRANGE if Toward.STRANGER in query.steer else 0
        for reach in REACH:
            picked = await self._picker.pick(replace(question, count=reach + over))
            offered = {slot.song: slot for slot in (picked[over:] if len(picked) > over + count else picked)}
            order = [*(song for song in told if song in offered), *(s for s in offered if s not in told)]
            spacing = Spacing([*begun, *played], never=never)
            chosen = spacing.choose((songs[song] for song in order if song in songs), count)
            found = [offered[song.id] for song in chosen]
            if len(found) == count or len(offered) < reach:
                break
        if query.whose is Whose.MEMBER:
            found = [
                replace(slot, reasons=tuple(r for r in slot.reasons if r.kind not in TELLING_OF_TASTE))
                for slot in found
            ]
        return found

    def _question(self, post: Post, query: RadioQuery) -> Question:
        now = self._clock()
        played = [slot.song for slot in post.slots]
        seeds = self._seeds(query)
        taste = {s: w for s, w in self._taste(post, query, now).items() if s not in played}
        taps = self._taps(post, query)
        asked = course(
            query,
            seeds or _largest(taste),
            self._turned(post, query),
            taps,
            now,
            alone=len(self._members(post, taps)) < 2,
            sound=self._library.sound,
            genres=self._genres,
            mood=self._library.engine.mood,
        )
        unwelcome = {tap.song for tap in taps if tap.verb.value != "like"}
        return Question(
            server=post.server,
            member=post.member,
            count=1,
            dial=asked.dial,
            seeds=asked.seeds,
            taste=taste if seeds else {},
            taste_weight=TASTE,
            tags=asked.tags,
            audio=asked.audio,
            decades=asked.decades,
            leave_out={*seeds, *played, *self._unwanted(post, taps)},
            recent=(*seeds, *(song for song in played if song not in unwelcome)),
            per_artist=1,
        )

    def _genres(self, song: SongId) -> dict[str, float]:
        found = self._library.songs.get(song)
        return (
            {}
            if found is None or not found.genres
            else dict.fromkeys(found.genres, len(found.genres) ** -0.5)
        )

    def _seeds(self, query: RadioQuery) -> dict[SongId, float]:
        """The songs that a radio was started from; none where it plays from a taste."""
        of_artist = [] if query.artist is None else self._library.by_artist(query.artist)[:OF_ARTIST]
        seeds = {song: 1.0 / len(of_artist) for song in of_artist}
        return seeds if query.seed is None else {**seeds, query.seed: 1.0}

    def _taste(self, post: Post, query: RadioQuery, now: float) -> Weights:
        of_member = next((each.member for each in post.listeners if each.of_taste), None)
        if query.whose is Whose.MEMBER and of_member is not None:
            return self._tastes.vector(post.server, of_member, now, own=False)
        if query.whose is Whose.ME and post.member is not None:
            return self._tastes.vector(post.server, post.member, now)
        return self._tastes.server_vector(post.server, now)

    def _turned(self, post: Post, query: RadioQuery) -> list[SongId]:
        """The songs that more was asked of, the newest last."""
        slots = {slot.number: slot.song for slot in post.slots}
        turned = sorted(each.turned_to for each in post.listeners if each.turned_to is not None)
        return [*query.anchors[1:], *(slots[number] for number in turned if query.since <= number in slots)]

    def _taps(self, post: Post, query: RadioQuery) -> list[Tap]:
        return [
            Tap(event.member, slot.song, event.verb, age)
            for age, slot in enumerate(reversed(post.slots))
            if slot.number >= query.since
            for event in self._tastes.verdicts(post.server, slot.song)
            if event.post == post.id
        ]

    def _members(self, post: Post, taps: Sequence[Tap]) -> set[MemberId]:
        """Who takes part."""
        started = set[MemberId]() if post.member is None else {post.member}
        return started | {tap.member for tap in taps} | {each.member for each in post.listeners}

    def _unwanted(self, post: Post, taps: Sequence[Tap]) -> set[SongId]:
        """What anybody who takes part never wants again."""
        members = self._members(post, taps)
        return {song for member in members for song in self._tastes.disliked(post.server, member)}


def _largest(taste: Weights) -> dict[SongId, float]:
    """The songs that a taste is most of all."""
    liked = sorted((pair for pair in taste.items() if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))
    return dict(liked[:OF_TASTE])
