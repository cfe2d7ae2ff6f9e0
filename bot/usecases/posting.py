"""One post of one week, made exactly once: claim, write, send, confirm, with a lease that several processes respect.

A week belongs to the process that claimed it until its lease ends, and every step renews the lease or finds out that
it is lost: then nothing is sent. A message that may have been sent is looked for in the channel before it is sent
again, as the same post with the same nonce, so that even a request that comes late makes no second message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import blake2b
from uuid import uuid4

import structlog

from bot.errors import DiscoveryDone, EmptyCatalog, NothingLeft, SegueError
from bot.store import Store
from bot.store.records import (
    DiscoveryRun,
    DiscoverySettings,
    MessageId,
    Post,
    PostId,
    PostKind,
    RunState,
    Why,
)
from bot.usecases.channel import CannotLook, Channel, MaybeSent, NotNow, NotSent
from bot.usecases.picking import Picker
from bot.usecases.taste import DAY
from bot.usecases.weeks import Due

log = structlog.get_logger(__name__)

# Seconds for which a week belongs to who claimed it, and for which every step renews that.
LEASE = 300.0
# Seconds after which a request that was cut off has made its message, or never will.
LOOK_AFTER = 60.0
# Seconds until a refused post is tried again: this long, then twice as long, up to an hour.
PATIENCE, MOST_PATIENCE = 600.0, 3_600.0
# What was cut off is tried again at once after fewer tries than these.
SOON = 3
# Seconds until a message that could not be looked for is looked for again: somebody may allow it.
LOOK_AGAIN = 3_600.0
# Seconds for which posts that belong to no week are looked for.
ORPHANED = 8 * DAY
# Seconds by which Discord's clock may be behind ours.
SKEW = 60.0

Write = Callable[[], Awaitable[Post]]


class LeaseLost(SegueError):
    """Another process makes this post: this one was too slow, and sent nothing."""


def nonce(settings: DiscoverySettings, week: str) -> str:
    """What lets Discord itself drop a second copy; at most its 25 characters.

    Who wants mixes of their own from two servers gets both in one channel: neither may be the copy of the other.
    """
    if settings.member is None:
        return f"{settings.server:x}-{week}"
    both = f"{settings.server}-{settings.member}".encode()
    return f"{blake2b(both, digest_size=8).hexdigest()}-{week}"


def _holder(run: DiscoveryRun) -> str:
    return run.owner or ""


def patience(tries: int, why: Why | None = None) -> float:
    """Seconds until the next try after so many; who takes no direct messages is asked once a day."""
    return DAY if why is Why.CLOSED else min(PATIENCE * 2.0 ** min(tries, 10), MOST_PATIENCE)


class Posting:
    """Makes posts and settles what was cut off. Each attempt owns a lease of its own, so that none goes on with another's."""

    def __init__(self, store: Store, picker: Picker, clock: Callable[[], float]) -> None:
        self._store = store
        self._runs = store.runs
        self._picker = picker
        self._clock = clock

    async def publish(self, due: Due, channel: Channel, write: Write, *, asked: bool = False) -> MessageId:
        """Make the post of a week.

        Args:
            write: writes it, if nobody has before.
            asked: whether an admin asks for it by name, who can see whether it is there.

        Raises:
            DiscoveryDone: it was made before, is being made, or must wait.
            LeaseLost: another process makes it now.
            EmptyCatalog, NothingLeft: there is nothing to post.
            NotSent: it was refused, and is tried again later.
            MaybeSent, CannotLook, NotNow: that cannot be told yet; it is looked for later.
        """
        run = await self._claim(due, asked=asked)
        before = None if run.post is None else await self._picker.post(run.post)
        if before is not None and (message := await self._look(run, channel, asked=asked)) is not None:
            return message
        post = before or await self._write(run, write)
        await self._renew(run, post.id, sending=True)
        try:
            message = await channel.send(post, nonce(due.settings, due.week))
        except NotSent as refused:
            # What may have been sent before keeps its post: that message would have its ids.
            await self._back(run, refused.why, post=None if before is None else post.id)
            if before is None:
                await self._picker.withdraw(post.id)
            raise
        except MaybeSent:
            await self._runs.look_later(run, owner=_holder(run), until=self._clock() + LOOK_AFTER)
            raise
        await self._confirm(run, post.id, message)
        return message

    async def settle(self, run: DiscoveryRun, channel: Channel) -> MessageId | None:
        """Take over what was cut off, and find out what became of it; its message, if it is there.

        What is not there is due again.

        Raises:
            LeaseLost: another process was faster.
            CannotLook, NotNow: that cannot be told yet.
        """
        now, owner = self._clock(), uuid4().hex
        if not await self._runs.take(run, owner=owner, at=now, until=now + LEASE):
            raise LeaseLost("Another process looks after this week.")
        run = replace(run, owner=owner)
        if run.state is RunState.CLAIMED:
            # Nothing was sent: what was written goes, and the songs are chosen anew.
            await self._back(run, run.why, post=None, after=0.0)
            if run.post is not None:
                await self._picker.withdraw(run.post)
            return None
        message = await self._look(run, channel)
        if message is None:
            # Now and then that is a crash of ours; whoever meets it again and again waits a while.
            after = patience(run.tries - SOON) if run.tries >= SOON else 0.0
            await self._back(run, run.why or Why.DISCORD, post=run.post, after=after)
        return message

    async def _claim(self, due: Due, *, asked: bool) -> DiscoveryRun:
        settings, now = due.settings, self._clock()
        run = await self._runs.claim(
            settings.server,
            due.week,
            settings.channel,
            member=settings.member,
            owner=uuid4().hex,
            at=now,
            until=now + LEASE,
            asked=asked,
        )
        if run is None:
            known = await self._runs.run(settings.server, due.week, settings.member)
            raise DiscoveryDone(due.week, known and known.channel, known and known.message)
        return run

    async def _write(self, run: DiscoveryRun, write: Write) -> Post:
        """Write the post and say whose it is; what crashes left without a week is taken back first."""
        kind = PostKind.WEEKLY if run.member is None else PostKind.OWN
        try:
            for orphan in await self._store.posts.unsent(kind, run.server, run.member, run.at - ORPHANED):
                await self._picker.withdraw(orphan)
            post = await write()
        except (EmptyCatalog, NothingLeft):
            await self._back(run, Why.NOTHING, post=None)
            raise
        except Exception:
            await self._back(run, Why.ERROR, post=None)
            raise
        try:
            await self._renew(run, post.id)
        except LeaseLost:
            # The post stays behind, as an orphan: its number may be another's by now. Only where the week was deleted
            # with everything of its member does nobody come to take it back.
            if await self._runs.run(run.server, run.week, run.member) is None:
                await self._picker.withdraw(post.id)
            raise
        return post

    async def _renew(self, run: DiscoveryRun, post: PostId, *, sending: bool = False) -> None:
        now = self._clock()
        if not await self._runs.renew(
            run, owner=_holder(run), at=now, until=now + LEASE, post=post, sending=sending
        ):
            raise LeaseLost("The lease has ended: another process makes this post.")

    async def _look(self, run: DiscoveryRun, channel: Channel, *, asked: bool = False) -> MessageId | None:
        """Look for the message of a post that may have been sent."""
        now = self._clock()
        try:
            message = None if run.post is None else await channel.find(run.post, run.at - SKEW)
        except CannotLook:
            if asked:
                return None
            await self._runs.doubt(run, owner=_holder(run), until=now + LOOK_AGAIN)
            raise
        except NotNow:
            await self._runs.look_later(run, owner=_holder(run), until=now + PATIENCE)
            raise
        if message is not None and run.post is not None:
            await self._confirm(run, run.post, message)
        return message

    async def _back(
        self, run: DiscoveryRun, why: Why | None, *, post: PostId | None, after: float | None = None
    ) -> None:
        """Give the week back until a later try: ``after`` seconds, None for as long as its tries say."""
        later = self._clock() + (patience(run.tries, why) if after is None else after)
        await self._runs.wait(run, owner=_holder(run), until=later, why=why, post=post)

    async def _confirm(self, run: DiscoveryRun, post: PostId, message: MessageId) -> None:
        """Say that the post is there; until the last line is written, a look into the channel settles it."""
        written = await self._picker.post(post)
        if written is not None:
            await self._picker.sent(written, run.channel, message)
        await self._runs.confirm(run, post, message)
