"""``/recommend``: songs for a member, from their taste or from a song."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.errors import NothingLeft
from bot.store.records import ChannelId, ItemKind, MemberId, Post, PostKind, ServerId, Slot, SongId
from bot.usecases.picking import Picker, Question
from bot.usecases.spoken import SpokenWord
from recommender import Dial

MOST = 12
DEFAULT = 4
# recommender.md: one or two of ten slots explore.
EXPLORE_EVERY = 5


Beside = Callable[[Sequence[Slot]], Awaitable[None]]


async def nothing(_slots: Sequence[Slot]) -> None:
    """Do nothing beside."""


class Recommend:
    """Answers one member with a post of songs."""

    def __init__(self, picker: Picker, spoken: SpokenWord) -> None:
        self._picker = picker
        self._spoken = spoken

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
        seed: SongId | None = None,
        dial: Dial = Dial.BALANCED,
        count: int = DEFAULT,
        kind: ItemKind = ItemKind.SONG,
        beside: Beside = nothing,
    ) -> Post:
        """Pick and write a post.

        Args:
            count: how many songs, 1 to 12.
            kind: songs, or one sort of what is spoken.
            beside: what the caller does with the picked slots while they are being written.

        Raises:
            EmptyCatalog, NothingLeft, NothingSpoken: there is nothing to recommend.
        """
        count = min(max(count, 1), MOST)
        question = Question(
            server=server,
            member=member,
            count=count,
            dial=dial,
            seeds={} if seed is None else {seed: 1.0},
            explore=count // EXPLORE_EVERY,
            kind=kind,
        )
        sung = kind is ItemKind.SONG
        slots = await (self._picker.pick(question) if sung else self._spoken.pick(question))
        if not slots:
            raise NothingLeft("Every song that fits was rated already.")
        query: dict[str, object] = {
            "seed": seed,
            "dial": dial.value,
            "count": count,
            "kind": kind.value,
            "unknown": not self._picker.knows(server, member),
        }
        post, _ = await asyncio.gather(
            self._picker.publish(PostKind.RECOMMEND, question, slots, channel=channel, query=query),
            beside(slots),
        )
        return post

    async def again(
        self,
        post: Post,
        *,
        member: MemberId,
        channel: ChannelId | None,
        dial: Dial | None = None,
        beside: Beside = nothing,
    ) -> Post:
        """Ask the same again for whoever pressed the button; what was shown before is left out."""
        seed = post.query.get("seed")
        count = post.query.get("count")
        return await self.ask(
            server=post.server,
            member=member,
            channel=channel,
            seed=SongId(seed) if isinstance(seed, int) else None,
            dial=dial or Dial(str(post.query.get("dial", Dial.BALANCED))),
            count=count if isinstance(count, int) else DEFAULT,
            kind=ItemKind(str(post.query.get("kind", ItemKind.SONG))),
            beside=beside,
        )
