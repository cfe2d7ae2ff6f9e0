"""``/radio``: one song at a time from a seed; every answer steers what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.errors import NothingLeft, UnknownPost
from bot.store import Store
from bot.store.records import ChannelId, MemberId, Post, PostId, PostKind, ServerId, Slot, SongId, Verb
from bot.usecases.library import Library
from bot.usecases.picking import Picker, Question

# Recent answers fade by this factor a song; the taste of who started it only colours the radio.
FADE = 0.8
# "More like this" turns the radio: what it was bound to before counts this much.
TURN = 0.4
TASTE = 0.25
STEER = {Verb.LIKE: 0.6, Verb.SKIP: -0.3, Verb.DISLIKE: -1.0}
# An artist rests for this many songs.
ARTIST_REST = 5
CHOICES = 12


class Radio:
    """A post that grows by one slot at a time."""

    def __init__(self, store: Store, picker: Picker, library: Library, clock: Callable[[], float]) -> None:
        self._store = store
        self._picker = picker
        self._library = library
        self._clock = clock
        self._turns: WeakValueDictionary[PostId, asyncio.Lock] = WeakValueDictionary()

    async def start(
        self, *, server: ServerId, member: MemberId, channel: ChannelId | None, seed: SongId
    ) -> Post:
        """Begin a radio; its first song is the best one after the seed.

        Raises:
            EmptyCatalog, NothingLeft: there is nothing to play.
        """
        question = self._question(server, member, (seed,), ())
        slot = await self._best(question, (seed,))
        query: dict[str, object] = {"seed": seed, "anchors": [seed]}
        return await self._picker.publish(PostKind.RADIO, question, [slot], channel=channel, query=query)

    async def next(self, post: Post, slot: int, *, like_this: bool = False) -> Post:
        """Move on from a slot; a press on an earlier slot than the current one changes nothing.

        Args:
            like_this: make the current song the new anchor ("more like this").

        Raises:
            UnknownPost: the post is no radio, or was stopped.
            NothingLeft: there is nothing else to play.
        """
        async with self._turn(post.id):
            post = await self._current(post)
            current = post.slots[-1]
            if current.number != slot:
                return post
            bound = (*anchors(post), current.song) if like_this else anchors(post)
            question = self._question(post.server, post.member, bound, post.slots)
            chosen = await self._best(question, (*bound, *(slot.song for slot in post.slots)))
            if like_this:
                post = await self._bind(post, bound)
            return await self._picker.extend(post, replace(chosen, number=current.number + 1))

    async def stop(self, post: Post) -> Post:
        """End a radio."""
        async with self._turn(post.id):
            post = await self._current(post)
            await self._store.posts.close(post.id, self._clock())
            ended = replace(post, closed=True)
            self._picker.remember(ended)
        return ended

    async def _current(self, post: Post) -> Post:
        found = await self._picker.post(post.id)
        if found is None or found.kind is not PostKind.RADIO or found.closed:
            raise UnknownPost("That radio has ended.")
        return found

    async def _bind(self, post: Post, songs: tuple[SongId, ...]) -> Post:
        query: dict[str, object] = {**post.query, "anchors": list(songs)}
        await self._store.posts.ask(post.id, query)
        return replace(post, query=query)

    def _turn(self, post: PostId) -> asyncio.Lock:
        """One press after another on one radio."""
        return self._turns.setdefault(post, asyncio.Lock())

    def _question(
        self,
        server: ServerId,
        member: MemberId | None,
        anchored: tuple[SongId, ...],
        played: tuple[Slot, ...],
    ) -> Question:
        seeds = {song: TURN**age for age, song in reversed(list(enumerate(reversed(anchored))))}
        tilt: dict[SongId, float] = {}
        for age, slot in enumerate(reversed(played)):
            for verb, times in self._answers(server, slot.song).items():
                weight = STEER[verb] * min(times, 3) * FADE**age
                if verb is Verb.LIKE:
                    seeds[slot.song] = seeds.get(slot.song, 0.0) + weight
                else:
                    tilt[slot.song] = tilt.get(slot.song, 0.0) + weight
        return Question(
            server=server,
            member=member,
            count=CHOICES,
            seeds=seeds,
            tilt=tilt,
            taste_weight=TASTE,
            leave_out={*anchored, *(slot.song for slot in played)},
            recent=(*anchored, *(slot.song for slot in played if slot.song not in tilt)),
            per_artist=1,
        )

    def _answers(self, server: ServerId, song: SongId) -> dict[Verb, int]:
        counts = self._picker.counts(server, song)
        return {Verb.LIKE: counts.likes, Verb.SKIP: counts.skips, Verb.DISLIKE: counts.dislikes}

    async def _best(self, question: Question, heard: tuple[SongId, ...]) -> Slot:
        slots = await self._picker.pick(question)
        if not slots:
            raise NothingLeft("There is nothing else to play.")
        songs = self._library.songs
        resting = {songs[song].artist for song in heard[-ARTIST_REST:]}
        chosen = next((slot for slot in slots if songs[slot.song].artist not in resting), slots[0])
        return replace(chosen, number=1)


def anchors(post: Post) -> tuple[SongId, ...]:
    """The songs that a radio is bound to, the first seed first."""
    listed = post.query.get("anchors")
    return tuple(SongId(song) for song in listed) if isinstance(listed, list) else ()  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
