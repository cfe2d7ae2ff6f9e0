"""The end of a weekly post: a poll on its best songs where one is wanted, and after its week what the server thought of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.store import Store
from bot.store.polls import WeeklyPoll
from bot.store.records import MessageId, Post, PostId, SongId
from bot.usecases.picking import Picker
from bot.usecases.taste import DAY, Tastes
from bot.usecases.verdicts import polled, verdict, winner

OPEN_DAYS = 7
"""A post closes after so many days, or when the next one is there."""
POLL_AFTER_DAYS = 5
"""Its poll comes after so many, and ends an hour before it closes."""
HOUR = 3_600.0
# Discord counts for a moment after a poll has ended.
COUNTING = 120.0
# What was left standing for longer, by a version that closed nothing, is closed without being shown again.
OLD_DAYS = 21


class Closing:
    """Knows which posts and polls have come to their end."""

    def __init__(self, store: Store, tastes: Tastes, picker: Picker, clock: Callable[[], float]) -> None:
        self._store = store
        self._tastes = tastes
        self._picker = picker
        self._clock = clock

    # ------------------------------------------------------------------ posts

    async def due_to_close(self) -> list[Post]:
        """Posts whose week is over, as they shall look: closed, with the server's verdict in ``query``.

        They are due until `closed` was told, so that a message that could not be edited is tried again.
        """
        standing = await self._store.polls.standing()
        newest = {server: number for server, number, _ in standing}
        now, due = self._clock(), list[Post]()
        for server, number, at in standing:
            if at > now - OPEN_DAYS * DAY and newest[server] == number:
                continue
            post = await self._picker.post(number)
            if post is not None and at <= now - OLD_DAYS * DAY:
                await self.closed(await self.concluded(post))
            elif post is not None:
                due.append(await self.concluded(post))
        return due

    async def concluded(self, post: Post) -> Post:
        """A post with what its server thinks of it by now."""
        found = verdict(post, self._tastes, await self._store.polls.winner(post.id))
        return replace(post, closed=True, query={**post.query, "verdict": found.kept()})

    async def closed(self, post: Post) -> None:
        """Remember that a post was closed, looking like this."""
        await self._picker.conclude(post)

    # ------------------------------------------------------------------ polls

    async def due_to_poll(self) -> list[Post]:
        """Posts on whose best songs a poll is wanted now."""
        now = self._clock()
        old = [
            number
            for _, number, at in await self._store.polls.standing()
            if at + POLL_AFTER_DAYS * DAY <= now <= at + OPEN_DAYS * DAY - 2 * HOUR
        ]
        known = await self._store.polls.known(old) if old else set[PostId]()
        posts = [await self._picker.post(number) for number in old if number not in known]
        return [p for p in posts if p is not None and p.query.get("poll") and polled(p, self._tastes)]

    async def claim_poll(self, post: Post) -> WeeklyPoll | None:
        """The poll of a post, claimed before it is sent; None when somebody claimed it before."""
        now, songs = self._clock(), polled(post, self._tastes)
        hours = max(1, int((post.at + OPEN_DAYS * DAY - now) // HOUR) - 1)
        poll = WeeklyPoll(post.id, songs, None, now, now + hours * HOUR)
        return poll if await self._store.polls.claim(post.id, songs, now, poll.ends_at) else None

    async def poll_sent(self, poll: WeeklyPoll, message: MessageId) -> None:
        """Say that a poll is there."""
        await self._store.polls.confirm(poll.post, message)

    async def no_poll(self, poll: WeeklyPoll) -> None:
        """Do without a poll."""
        await self._store.polls.leave_out(poll.post)

    async def poll_again(self, poll: WeeklyPoll) -> None:
        """Give a poll back that was certainly not sent."""
        await self._store.polls.release(poll.post)

    async def interrupted_polls(self) -> list[WeeklyPoll]:
        """Polls that a crash left between claim and confirmation."""
        return await self._store.polls.unconfirmed()

    async def ended_polls(self) -> list[WeeklyPoll]:
        """Polls that have ended and were not counted."""
        return await self._store.polls.ended(self._clock() - COUNTING)

    async def counted(self, poll: WeeklyPoll, votes: Sequence[int]) -> Post | None:
        """Write down what a poll has chosen; its post as it shall look now, if that was closed before."""
        chosen: SongId | None = winner(poll.songs, votes)
        await self._store.polls.count(poll.post, chosen)
        post = await self._picker.post(poll.post)
        return None if post is None or not post.closed else await self.concluded(post)
