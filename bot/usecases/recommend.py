"""``/recommend`` and ``/mix``: songs for a member, for several or for the server; from a taste, a song, an artist or a mood."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.errors import NothingLeft, UnknownMood
from bot.store.records import ChannelId, ItemKind, MemberId, Post, PostKind, ServerId, Slot
from bot.store.wishes import Wish
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.moods import read_mood
from bot.usecases.picking import Picker, Question
from bot.usecases.spoken import SpokenWord
from recommender import Dial
from recommender.moods import Mood

# recommender.md: one or two of ten slots explore.
EXPLORE_EVERY = 5
# Of an artist whom somebody asks from, so many songs speak: the best known ones.
MOST_SEEDS = 8


Beside = Callable[[Sequence[Slot]], Awaitable[None]]


async def nothing(_slots: Sequence[Slot]) -> None:
    """Do nothing beside."""


class Recommend:
    """Answers one member with a post of songs."""

    def __init__(self, picker: Picker, library: Library, spoken: SpokenWord, choices: Choices) -> None:
        self._picker = picker
        self._library = library
        self._spoken = spoken
        self._choices = choices

    def usual(self, server: ServerId) -> Wish:
        """What a server's members get where they say nothing: how far from what they know, and how many songs."""
        chosen = self._choices.server(server)
        return Wish(dial=Dial(chosen.dial), count=chosen.length)

    def check(self, kind: ItemKind, *, server: ServerId, member: MemberId) -> None:
        """See from memory alone, before anything is announced, whether there may be an answer.

        Raises:
            NothingSpoken: nothing of this kind is known, and nothing tells what to look for.
        """
        if kind is not ItemKind.SONG:
            self._spoken.check(Question(server=server, member=member, count=1, kind=kind))

    async def ask(
        self,
        *,
        server: ServerId,
        member: MemberId,
        channel: ChannelId | None,
        wish: Wish | None = None,
        beside: Beside = nothing,
    ) -> Post:
        """Pick and write a post.

        Args:
            beside: what the caller does with the picked slots while they are being written.

        Raises:
            EmptyCatalog, NothingLeft, NothingSpoken: there is nothing to recommend.
            UnknownMood: not a word of the mood means anything.
        """
        wish = wish or self.usual(server)
        # Who was forgotten has left a 0.
        wish = replace(wish, people=tuple(each for each in wish.people if each))
        question = Question(
            server=server,
            member=member,
            count=wish.count,
            dial=wish.dial,
            of=wish.people[0] if len(wish.people) == 1 else None,
            together=wish.people if len(wish.people) > 1 else (),
            whole_server=wish.everybody,
            leave_out=wish.seeds,
            explore=wish.count // EXPLORE_EVERY,
            kind=wish.kind,
        )
        question, unknown = await self._from(question, wish)
        sung = wish.kind is ItemKind.SONG
        slots = await (self._picker.pick(question) if sung else self._spoken.pick(question))
        if not slots:
            raise NothingLeft("Every song that fits was rated already.")
        query = wish.stored() | {
            "unknown": not self._known(question),
            "mood_unknown": list(unknown),
        }
        post, _ = await asyncio.gather(
            self._picker.publish(PostKind.RECOMMEND, question, slots, channel=channel, query=query),
            beside(slots),
        )
        return post

    def _known(self, question: Question) -> bool:
        """Whether anything is known of those whose taste is asked for, or of this server's."""
        if question.whole_server:
            return self._picker.knows_server(question.server)
        return any(self._picker.knows(question.server, each) for each in question.whose)

    async def again(
        self,
        post: Post,
        *,
        member: MemberId,
        channel: ChannelId | None,
        named: tuple[MemberId, ...],
        dial: Dial | None = None,
        beside: Beside = nothing,
    ) -> Post:
        """Ask the same again for whoever pressed the button; what was shown before is left out.

        Args:
            named: those of whom it is for who let others see that by now.
        """
        wish = replace(Wish.of(post.query), named=named)
        if dial is not None:
            wish = replace(wish, dial=dial)
        return await self.ask(server=post.server, member=member, channel=channel, wish=wish, beside=beside)

    async def mood(self, text: str) -> Mood:
        """Read what somebody asks for in their own words, in a thread: a catalogue has thousands of words.

        Raises:
            UnknownMood: not a word of it means anything.
        """
        mood = await asyncio.to_thread(read_mood, self._library.engine.mood, text)
        if not mood.understood:
            raise UnknownMood(text)
        return mood

    async def _from(self, question: Question, wish: Wish) -> tuple[Question, tuple[str, ...]]:
        """Add what the wish starts from; the words of a mood that mean nothing come back."""
        seeds = dict.fromkeys(self._library.by_artist(wish.artist)[:MOST_SEEDS], 1.0)
        seeds |= dict.fromkeys(wish.seeds, 1.0 / max(len(wish.seeds), 1))
        if wish.seed is not None:
            seeds[wish.seed] = 1.0
        question = replace(question, seeds=seeds)
        if not wish.mood:
            return question, ()
        mood = await self.mood(wish.mood)
        return replace(question, tags=mood.tags, audio=mood.audio, decades=mood.decades), mood.unknown
