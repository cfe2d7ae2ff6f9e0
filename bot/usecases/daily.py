"""``/daily``: a member's mix for one day, familiar and new; the same one whenever they ask again that day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

import numpy as np

from bot.errors import NothingLeft
from bot.store import Store
from bot.store.records import (
    ChannelId,
    MemberId,
    Post,
    PostKind,
    ServerId,
    Slot,
    SongId,
    StoredReason,
    Verb,
)
from bot.usecases.choices import Choices
from bot.usecases.library import Library
from bot.usecases.picking import Picker, Question
from bot.usecases.recommend import EXPLORE_EVERY, Beside, nothing
from bot.usecases.taste import DAY, Tastes, played
from recommender import Dial

LENGTH = 12
FAMILIAR = 4
# Every third song is a familiar one, from the first on.
EVERY = LENGTH // FAMILIAR
# What was heard or answered within so many days is no welcome return yet.
LATELY_DAYS = 3
# So many plays are often.
OFTEN = 3


class Daily:
    """Finds or makes the post of a member's day."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        picker: Picker,
        choices: Choices,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._library = library
        self._picker = picker
        self._choices = choices
        self._clock = clock
        self._turns: WeakValueDictionary[tuple[ServerId, MemberId], asyncio.Lock] = WeakValueDictionary()

    async def ask(
        self,
        *,
        server: ServerId,
        member: MemberId,
        channel: ChannelId | None,
        beside: Beside = nothing,
    ) -> Post:
        """The post of today, by the server's own clock.

        Args:
            beside: what the caller does with the slots of a new post while they are being written.

        Raises:
            EmptyCatalog, NothingLeft: there is nothing to bring.
        """
        async with self._turns.setdefault((server, member), asyncio.Lock()):
            today = await self._today(server)
            known = await self._store.posts.latest(PostKind.DAILY, server, member)
            if known is not None and known.query.get("day") == today:
                post = self._picker.newest(known)
                self._picker.remember(post)
                await beside(post.slots)
                return post
            return await self._make(server, member, channel, today, beside)

    async def _today(self, server: ServerId) -> str:
        settings = await self._store.discovery.settings(server)
        zone = UTC if settings is None else ZoneInfo(settings.timezone)
        return datetime.fromtimestamp(self._clock(), zone).date().isoformat()

    async def _make(
        self, server: ServerId, member: MemberId, channel: ChannelId | None, today: str, beside: Beside
    ) -> Post:
        known = self._familiar(server, member, today)
        fresh = LENGTH - len(known)
        dial = Dial(self._choices.server(server).dial)
        question = Question(
            server=server,
            member=member,
            count=fresh,
            leave_out=[slot.song for slot in known],
            dial=dial,
            per_artist=1,
            explore=fresh // EXPLORE_EVERY,
        )
        slots = _mixed(known, await self._picker.pick(question))
        if not slots:
            raise NothingLeft("Every song that fits was rated already.")
        query: dict[str, object] = {
            "day": today,
            "unknown": not self._picker.knows(server, member),
            "dial": dial.value,
        }
        post, _ = await asyncio.gather(
            self._picker.publish(PostKind.DAILY, question, slots, channel=channel, query=query),
            beside(slots),
        )
        return post

    def _familiar(self, server: ServerId, member: MemberId, today: str) -> list[Slot]:
        """Songs that the member likes or hears often, and has not come across lately; drawn by how much they like them."""
        weights = self._welcome(server, member)
        if not weights:
            return []
        songs = list(weights)
        chances = np.array([weights[song][0] for song in songs])
        draw = np.random.default_rng([server, member, *map(int, today.split("-"))])
        drawn: list[int] = draw.choice(
            len(songs), min(FAMILIAR, len(songs)), replace=False, p=chances / chances.sum()
        ).tolist()
        return [
            Slot(0, songs[place], reasons=(StoredReason(weights[songs[place]][1], 1.0),)) for place in drawn
        ]

    def _welcome(self, server: ServerId, member: MemberId) -> dict[SongId, tuple[float, str]]:
        """What may return, with its weight and the reason for it."""
        now = self._clock()
        lately = now - LATELY_DAYS * DAY
        resting = self._picker.resting(server, member, now)
        # What a linked account tells is the member's alone, and this post is seen by everybody.
        heard = self._tastes.heard(member, own=False)
        said = {event.song: event for event in self._tastes.said(server, member)}
        found: dict[SongId, tuple[float, str]] = {}
        for song, each in heard.items():
            if each.plays >= OFTEN and each.last < lately and song not in said:
                weight = played(each, now)
                if weight > 0:
                    found[song] = (weight, "familiar_heard")
        for song, event in said.items():
            last = max(event.at, heard[song].last) if song in heard else event.at
            if event.verb is Verb.LIKE and last < lately:
                found[song] = (1.0, "familiar_liked")
        return {s: why for s, why in found.items() if s not in resting and s in self._library.songs}


def _mixed(known: list[Slot], fresh: list[Slot]) -> list[Slot]:
    """Put a familiar song before every two new ones, as far as there are any, and number them."""
    mixed: list[Slot] = []
    waiting, coming = list(known), list(fresh)
    while waiting or coming:
        if waiting and (len(mixed) % EVERY == 0 or not coming):
            mixed.append(waiting.pop(0))
        else:
            mixed.append(coming.pop(0))
    return [replace(slot, number=number) for number, slot in enumerate(mixed, start=1)]
