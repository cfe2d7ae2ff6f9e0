"""``/ask``: a member asks the server for songs for a mood; others bring them, and each is credited to who did."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.errors import AskEnded, AskHas, ListFull, NotYours, UnclearMood, UnknownPost
from bot.store import Store
from bot.store.records import ChannelId, MemberId, Post, PostId, PostKind, ServerId, Slot, Song
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.lists import named
from bot.usecases.moods import read_mood
from bot.usecases.picking import Picker
from bot.usecases.recommend import Beside, Recommend, nothing
from bot.usecases.songs import label

MOST_ANSWERS = 20
LONGEST_MOOD = 200


class Asks:
    """Asks as posts that grow by what members bring."""

    def __init__(
        self, store: Store, picker: Picker, library: Library, recommend: Recommend, choices: Choices
    ) -> None:
        self._store = store
        self._choices = choices
        self._picker = picker
        self._library = library
        self._recommend = recommend
        self._turns: WeakValueDictionary[PostId, asyncio.Lock] = WeakValueDictionary()

    async def ask(self, *, server: ServerId, member: MemberId, channel: ChannelId | None, mood: str) -> Post:
        """Begin: a post without songs yet.

        Raises:
            NoName: there is nothing to read in the mood.
        """
        query: dict[str, object] = {"mood": named(mood, LONGEST_MOOD)}
        return await self._picker.named(
            PostKind.ASK, server=server, member=member, channel=channel, slots=[], query=query
        )

    async def answer(self, post: Post, member: MemberId, song: Song) -> Post:
        """Bring a song.

        Raises:
            UnknownPost, AskEnded, AskHas, ListFull: it was not taken.
        """
        async with self._turn(post.id):
            post = await self._open(post)
            same = next((slot for slot in post.slots if slot.song == song.id), None)
            if same is not None:
                by = same.brought
                named = by is not None and self._choices.named(post.server, by)
                raise AskHas(label(song), by if named else None)
            if len(post.slots) >= MOST_ANSWERS:
                raise ListFull(MOST_ANSWERS)
            return await self._picker.put(post, Slot(len(post.slots) + 1, song.id, brought=member))

    async def check(self, post: Post) -> None:
        """See that an ask takes another answer before anybody is asked for one.

        Raises:
            UnknownPost, AskEnded, ListFull: it does not.
        """
        if len((await self._open(post)).slots) >= MOST_ANSWERS:
            raise ListFull(MOST_ANSWERS)

    async def close(self, post: Post, member: MemberId, *, moderator: bool) -> Post:
        """End an ask; its songs can be rated on.

        Raises:
            NotYours: neither the asker nor somebody who manages messages wants that.
        """
        if member != post.member and not moderator:
            raise NotYours("Only who asked closes it.", command="ask")
        async with self._turn(post.id):
            return await self._picker.close(await self._open(post))

    async def suggested(
        self, post: Post, member: MemberId, channel: ChannelId | None, *, beside: Beside = nothing
    ) -> Post:
        """What the engine would add, for the asker alone.

        Raises:
            NotYours: somebody else wants to see it.
            UnclearMood: it knows none of the words, and nobody brought a song that would say more.
            EmptyCatalog, NothingLeft: there is nothing to add.
        """
        if member != post.member:
            raise NotYours("Only who asked sees that.", command="ask")
        post = self._picker.newest(post)
        words = str(post.query.get("mood", ""))
        mood = await asyncio.to_thread(read_mood, self._library.engine.mood, words)
        brought = tuple(slot.song for slot in post.slots)
        if not mood.understood and not brought:
            raise UnclearMood("None of those words says anything about songs.")
        wish = replace(
            self._recommend.usual(post.server),
            seeds=brought,
            mood=words if mood.understood else "",
            of_ask=post.id,
            private=True,
        )
        return await self._recommend.ask(
            server=post.server, member=member, channel=channel, wish=wish, beside=beside
        )

    async def forget(self, member: MemberId) -> int:
        """Delete a member's words, and their name from the songs that they brought; how many rows were changed."""
        gone = await self._store.posts.forget(member)
        self._picker.forget_posts()
        return gone

    async def _open(self, post: Post) -> Post:
        found = await self._picker.post(post.id)
        if found is None or found.kind is not PostKind.ASK:
            raise UnknownPost("That card is no longer known.")
        if found.closed:
            raise AskEnded("It was closed.")
        return found

    def _turn(self, post: PostId) -> asyncio.Lock:
        """One change after another of one ask."""
        return self._turns.setdefault(post, asyncio.Lock())
