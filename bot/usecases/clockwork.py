"""One turn of the clock: settle what was cut off, make what is due, leave out what is too late, and tell the admins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

import structlog

from bot.errors import DiscoveryDone, SegueError
from bot.store import Store
from bot.store.records import ChannelId, DiscoveryRun, MemberId, Notice, RunState, ServerId, Why
from bot.usecases.channel import Channel, NotNow, NotSent
from bot.usecases.own import OwnMixes
from bot.usecases.posting import LeaseLost, Posting
from bot.usecases.taste import DAY
from bot.usecases.weekly import Missed, Weekly
from bot.usecases.weeks import CATCH_UP, Due

log = structlog.get_logger(__name__)

# Posts that are made beside each other, so that one that hangs holds up few.
AT_ONCE = 8
# What an admin can mend is told at once, while the post can still come.
MENDABLE = frozenset({Why.PERMISSION, Why.GONE})
# What nobody needs to be told, or can be.
SILENT = frozenset({Why.PAUSED, Why.ASKED, Why.AWAY, Why.CLOSED, Why.LEFT})
# Days after which a refused post whose server wants none any more is closed, and a doubtful one not looked for …
OVER = 9
# … and for which admins are told what they were not told at once.
TOLD = 14


class World(Protocol):
    """Discord, as the clock needs it."""

    def here(self, server: ServerId, member: MemberId | None = None, /) -> bool:
        """Whether we are in a server, it is up, and its posts, or the mixes of a member, are wanted."""
        ...

    def channel(self, server: ServerId, channel: ChannelId, member: MemberId | None, /) -> Channel:
        """A channel of a server, or the direct messages with a member of it."""
        ...

    async def tell(self, notice: Notice, /) -> bool:
        """Tell the admins; False when nobody can be told.

        Raises:
            NotNow: Discord is out of order.
        """
        ...


W = TypeVar("W", DiscoveryRun, Due, Missed)


class Clockwork:
    """Makes posts when they are due, for as many servers and members as there are."""

    def __init__(
        self, store: Store, weekly: Weekly, own: OwnMixes, posting: Posting, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._weekly = weekly
        self._own = own
        self._posting = posting
        self._clock = clock

    async def turn(self, world: World) -> None:
        """Do everything that is to be done now; whatever goes wrong with one post holds up no other.

        Raises:
            SegueError: the database cannot be asked.
        """
        open_ = await self._open()
        left = [run for run in open_ if self._left_behind(run) and world.here(run.server, run.member)]
        await self._each(left, lambda run: self._settle(run, world))
        due, missed = await self._weekly.look([*await self._store.discovery.all(), *await self._own.all()])
        here = [each for each in due if world.here(each.server, each.settings.member)]
        await self._each(here, lambda each: self.make(each, world))
        await self._each(missed, lambda each: self._leave_out(each, world))
        if left or due or missed:
            open_ = await self._open()
        await self._each([run for run in open_ if self._over(run)], self._close)
        await self._each([run for run in open_ if self._to_tell(run)], lambda run: self._tell(run, world))

    async def _open(self) -> list[DiscoveryRun]:
        return await self._store.runs.open(SILENT, self._clock() - TOLD * DAY)

    def _left_behind(self, run: DiscoveryRun) -> bool:
        """Whether something was begun and nobody makes it any more, or may be there unseen."""
        now = self._clock()
        unseen = run.state is RunState.UNSURE and run.at >= now - OVER * DAY
        return (unseen or run.state in {RunState.CLAIMED, RunState.SENDING}) and run.until <= now

    def _over(self, run: DiscoveryRun) -> bool:
        """Whether a refused post is of a server that wants none any more."""
        return run.state is RunState.WAITING and run.at < self._clock() - OVER * DAY

    def _to_tell(self, run: DiscoveryRun) -> bool:
        """Whether admins are to be told of a week, and were not."""
        if run.noted or run.member is not None:
            return False
        mendable = run.state is RunState.WAITING and run.why in MENDABLE
        return mendable or run.state in {RunState.UNSURE, RunState.SKIPPED}

    async def make(self, due: Due, world: World, *, asked: bool = False) -> None:
        """Make one post.

        Raises:
            SegueError: it is not there, or nobody knows yet (see `Posting.publish`).
        """
        settings = due.settings
        channel = world.channel(settings.server, settings.channel, settings.member)
        if settings.member is None:
            await self._posting.publish(due, channel, lambda: self._weekly.prepare(due), asked=asked)
            log.info("weekly post made", server=settings.server, week=due.week)
            return
        try:
            await self._posting.publish(due, channel, lambda: self._own.prepare(due))
        except NotSent as refused:
            await self._own.refused(settings, refused.why)
            raise
        await self._own.arrived(settings)

    async def _settle(self, run: DiscoveryRun, world: World) -> None:
        await self._posting.settle(run, world.channel(run.server, run.channel, run.member))

    async def _leave_out(self, missed: Missed, world: World) -> None:
        here = world.here(missed.settings.server, missed.settings.member)
        run = await self._weekly.leave_out(missed, Why.DOWN if here else Why.AWAY)
        if run is not None and run.why not in SILENT:
            log.warning("weekly post left out", server=run.server, week=run.week, why=run.why)

    async def _close(self, run: DiscoveryRun) -> None:
        """End what waits for another try in a server that wants it no more."""
        why = run.why or Why.DOWN
        await self._store.runs.skip(run.server, run.week, run.channel, member=run.member, why=why, at=run.at)

    async def _tell(self, run: DiscoveryRun, world: World) -> None:
        """Tell the admins, once for each week."""
        settings = await self._store.discovery.settings(run.server)
        if settings is None or not world.here(run.server):
            return
        following = await self._weekly.next_time(settings)
        if not await self._store.runs.note(run, self._clock()):
            return
        notice = Notice(
            server=run.server,
            channel=settings.channel,
            week=run.week,
            state=run.state,
            why=run.why,
            until=run.at + CATCH_UP.total_seconds(),
            following=None if following is None else following.timestamp(),
        )
        try:
            told = await world.tell(notice)
        except NotNow:
            await self._store.runs.note(run, None)
            raise
        if not told:
            log.warning("no admin can be told", server=run.server, week=run.week)

    async def _each(self, work: Sequence[W], do: Callable[[W], Awaitable[None]]) -> None:
        """Do the work of many servers; whatever goes wrong with one is logged, tried again later, and holds up no other."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(each: W) -> None:
            async with places:
                try:
                    await do(each)
                except (DiscoveryDone, LeaseLost):
                    log.info("weekly post is made elsewhere", server=each.server, week=each.week)
                except Exception as error:
                    told = None if isinstance(error, SegueError) else error
                    log.warning(
                        "weekly post not made yet",
                        server=each.server,
                        week=each.week,
                        error=str(error),
                        exc_info=told,
                    )

        await asyncio.gather(*(one(each) for each in work))
