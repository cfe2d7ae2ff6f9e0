"""``/recommend``: songs for a member, from their taste or from a song."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.errors import NothingLeft
from bot.store.records import ChannelId, MemberId, Post, PostKind, ServerId, Slot, SongId
from bot.usecases.picking import Picker, Question
from recommender import Dial

MOST = 12
DEFAULT = 4
# recommender.md: one or two of ten slots explore.
EXPLORE_EVERY = 5


Beside = Callable[[Sequence[Slot]], Awaitable[None]]


async def nothing(_slots: Sequence[Slot]) -> None:
    """Do nothing beside."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What songs are asked for beside a member's taste and one song.

    Attributes:
        seeds: songs that it starts from together; none of them comes.
        tags, audio, decades: what words mean (see ``recommender.Query``).
        of_list, of_ask: the list or the ask that it comes from.
        private: whether the answer is for the member alone.
    """

    seeds: tuple[SongId, ...] = ()
    tags: Mapping[str, float] = field(default_factory=dict[str, float])
    audio: Mapping[str, float] = field(default_factory=dict[str, float])
    decades: Mapping[int, float] = field(default_factory=dict[int, float])
    of_list: int | None = None
    of_ask: int | None = None
    private: bool = False

    def kept(self) -> dict[str, object]:
        """As JSON values, without what is empty."""
        said: dict[str, object] = {
            "seeds": list(self.seeds),
            "tags": dict(self.tags),
            "audio": dict(self.audio),
            "decades": {str(decade): weight for decade, weight in self.decades.items()},
            "of_list": self.of_list,
            "of_ask": self.of_ask,
            "private": self.private,
        }
        return {name: value for name, value in said.items() if value}

    @classmethod
    def of(cls, query: Mapping[str, object]) -> Wish:
        """The wish that a post was made from."""
        of_list, of_ask = query.get("of_list"), query.get("of_ask")
        return cls(
            seeds=tuple(cast("list[SongId]", query.get("seeds", []))),
            tags=cast("dict[str, float]", query.get("tags", {})),
            audio=cast("dict[str, float]", query.get("audio", {})),
            decades={
                int(decade): weight
                for decade, weight in cast("dict[str, float]", query.get("decades", {})).items()
            },
            of_list=of_list if isinstance(of_list, int) else None,
            of_ask=of_ask if isinstance(of_ask, int) else None,
            private=bool(query.get("private")),
        )


ANYTHING = Wish()


class Recommend:
    """Answers one member with a post of songs."""

    def __init__(self, picker: Picker) -> None:
        self._picker = picker

    async def ask(
        self,
        *,
        server: ServerId,
        member: MemberId,
        channel: ChannelId | None,
        seed: SongId | None = None,
        dial: Dial = Dial.BALANCED,
        count: int = DEFAULT,
        wish: Wish = ANYTHING,
        beside: Beside = nothing,
    ) -> Post:
        """Pick and write a post.

        Args:
            count: how many songs, 1 to 12.
            beside: what the caller does with the picked slots while they are being written.

        Raises:
            EmptyCatalog, NothingLeft: there is nothing to recommend.
        """
        count = min(max(count, 1), MOST)
        question = Question(
            server=server,
            member=member,
            count=count,
            dial=dial,
            seeds={song: 1.0 / len(wish.seeds) for song in wish.seeds} if seed is None else {seed: 1.0},
            leave_out=wish.seeds,
            tags=wish.tags,
            audio=wish.audio,
            decades=wish.decades,
            explore=count // EXPLORE_EVERY,
        )
        slots = await self._picker.pick(question)
        if not slots:
            raise NothingLeft("Every song that fits was rated already.")
        query: dict[str, object] = {
            "seed": seed,
            "dial": dial.value,
            "count": count,
            "unknown": not self._picker.knows(server, member),
            **wish.kept(),
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
            wish=Wish.of(post.query),
            beside=beside,
        )
