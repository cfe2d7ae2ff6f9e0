"""A member's answer to a song: one event, committed before it is acknowledged, felt by the next answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.errors import OwnClaim, OwnSong, UnknownPost
from bot.store import Store
from bot.store.records import (
    Counts,
    EventId,
    FeedbackEvent,
    MemberId,
    MessageId,
    Post,
    PostId,
    PostKind,
    ServerId,
    Slot,
    Song,
    SongId,
    Verb,
)
from bot.usecases.choices import Choices
from bot.usecases.claims import Claims
from bot.usecases.library import Library
from bot.usecases.taste import Tastes

# Emojis compare without the variation selector that some clients add.
REACTIONS = {"❤": Verb.LIKE, "👍": Verb.LIKE, "🔥": Verb.LIKE, "⏭": Verb.SKIP, "👎": Verb.DISLIKE}
_SELECTOR = "\N{VARIATION SELECTOR-16}"


def verb_of(emoji: str) -> Verb | None:
    """What a reaction means, or None when it means nothing here."""
    return REACTIONS.get(emoji.replace(_SELECTOR, ""))


def _brought_by(member: MemberId, post: Post, slot: Slot) -> bool:
    if post.kind is PostKind.FOUND:
        return post.member == member
    return post.kind in {PostKind.ASK, PostKind.WEEKLY} and slot.brought == member


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer led to.

    Attributes:
        verdict: what the member thinks of the song now; None when they took it back.
        changed: False when the event was a repetition and nothing was written.
    """

    song: Song
    verdict: Verb | None
    counts: Counts
    changed: bool


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and what is thought of that song without it."""

    event: FeedbackEvent
    answer: Answer


class Feedback:
    """Writes answers down, then lets memory and engine know."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        claims: Claims,
        choices: Choices,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._claims = claims
        self._tastes = tastes
        self._library = library
        self._choices = choices
        self._clock = clock
        # What a member thinks is read, decided upon and written in one turn: two quick presses are two turns.
        self._turn = asyncio.Lock()

    async def tap(
        self,
        *,
        server: ServerId,
        member: MemberId,
        post: Post,
        slot: int,
        verb: Verb,
        cause: str,
        toggle: bool = True,
    ) -> Answer:
        """Answer to a slot of a post by a button; the same answer again takes it back.

        Raises:
            UnknownPost: the post is another server's, or has no such slot.
            OwnSong: the member brought that song, and does not rate it there.
            OwnClaim: the member registered that song as their own.
            StoreError: nothing was written.
        """
        shown = post.slot(slot)
        if post.server != server or shown is None:
            raise UnknownPost("That card is no longer known.")
        if _brought_by(member, post, shown):
            raise OwnSong("Who brought a song does not rate it.")
        async with self._turn:
            self._check(member, shown.song)
            opinion = self._tastes.opinion(server, member, shown.song)
            if toggle and opinion.verb is verb:
                return await self._write([self._taken_back(e) for e in opinion.events.values()], cause)
            said = self._event(server, member, shown.song, verb, "button", post.id, slot)
            return await self._write([said], cause)

    async def say(
        self, *, server: ServerId, member: MemberId, song: SongId, verb: Verb, cause: str
    ) -> Answer:
        """Answer to a song by a command; saying the same again changes nothing.

        Raises:
            OwnClaim: the member registered that song as their own.
            StoreError: nothing was written.
        """
        async with self._turn:
            self._check(member, song)
            if self._tastes.opinion(server, member, song).verb is verb:
                return self._answer(server, member, song, changed=False)
            return await self._write([self._event(server, member, song, verb, "command")], cause)

    async def undo(self, *, server: ServerId, member: MemberId, cause: str) -> Undone | None:
        """Take back the newest answer of a member that stands; None where there is none.

        What they had said of that song before stands again.
        """
        async with self._turn:
            said = self._tastes.said(server, member)
            newest = next((event for event in said if event.song in self._library.songs), None)
            if newest is None:
                return None
            return Undone(newest, await self._write([self._taken_back(newest)], cause))

    async def react(
        self, *, server: ServerId, member: MemberId, message: MessageId, emoji: str, added: bool
    ) -> Answer | None:
        """Answer by adding or removing a reaction on a one-song message; both may come twice.

        Returns:
            None when the emoji means nothing, the message is not a post with one current song, or the member brought it or
            registered it as their own.
        """
        verb = verb_of(emoji)
        if verb is None:
            return None
        post = await self._store.posts.by_message(message)
        if (
            post is None
            or post.server != server
            or not post.single
            or _brought_by(member, post, post.slots[-1])
        ):
            return None
        via = f"reaction:{emoji.replace(_SELECTOR, '')}"
        current = post.slots[-1]
        async with self._turn:
            if self._claims.owns(member, current.song):
                return None
            earlier = self._tastes.undoable(server, member, post.id, via)
            if not added:
                # On a radio the song has moved on: taking the reaction away makes room for the next one.
                if earlier is None or earlier.song != current.song:
                    return None
                return await self._write([self._taken_back(earlier)], None)
            if earlier is not None and earlier.song == current.song:
                return self._answer(server, member, current.song, changed=False)
            said = self._event(server, member, current.song, verb, via, post.id, current.number)
            return await self._write([said], None)

    @property
    def turn(self) -> asyncio.Lock:
        """What is held by whoever changes answers."""
        return self._turn

    async def read_again(self, server: ServerId) -> None:
        """Take a server's answers from the store anew, some of which were deleted; for who holds the `turn`."""
        events = [event async for event in self._store.feedback.replay(server=server)]
        self._tastes.forget(server)
        for event in events:
            self._tastes.apply(event)

    async def silence(self, member: MemberId, song: SongId) -> int:
        """Take back everything that a member said of a song, in every server; in how many."""
        async with self._turn:
            servers = self._tastes.servers_of(member, song)
            for server in servers:
                events = self._tastes.opinion(server, member, song).events.values()
                await self._write([self._taken_back(event) for event in events], None)
        return len(servers)

    def _check(self, member: MemberId, song: SongId) -> None:
        if self._claims.owns(member, song):
            raise OwnClaim("Who registered a song does not rate it.")

    def _event(
        self,
        server: ServerId,
        member: MemberId,
        song: SongId,
        verb: Verb,
        via: str,
        post: PostId | None = None,
        slot: int | None = None,
    ) -> FeedbackEvent:
        paused, now = self._choices.member(server, member).paused, self._clock()
        return FeedbackEvent(EventId(0), server, member, song, verb, via, post, slot, None, now, paused)

    def _taken_back(self, event: FeedbackEvent) -> FeedbackEvent:
        return replace(event, verb=Verb.UNDO, undoes=event.id, at=self._clock())

    async def _write(self, events: list[FeedbackEvent], cause: str | None) -> Answer:
        written = await self._store.feedback.append(events, cause=cause)
        for event in written:
            self._tastes.apply(event)
            if not event.paused:
                learnt = self._tastes.opinion(event.server, event.member, event.song).learnt
                self._library.learn(event, None if learnt is None else learnt.verb)
        first = events[0]
        return self._answer(first.server, first.member, first.song, changed=bool(written))

    def _answer(self, server: ServerId, member: MemberId, song: SongId, *, changed: bool) -> Answer:
        return Answer(
            song=self._library.songs[song],
            verdict=self._tastes.opinion(server, member, song).verb,
            counts=self._tastes.counts(server, song),
            changed=changed,
        )
