"""The weekly discovery of servers: who gets it when, what admins can change about that, and what it is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfoNotFoundError

import structlog

from bot.errors import DiscoveryNotSet
from bot.store import Store
from bot.store.records import (
    ChannelId,
    DiscoveryRun,
    DiscoverySettings,
    Post,
    PostId,
    PostKind,
    RunState,
    ServerId,
    Why,
)
from bot.usecases.composing import Composer
from bot.usecases.picking import Picker
from bot.usecases.weeks import (
    CATCH_UP,
    WEEK,
    Due,
    UnknownTimezone,
    coming_weeks,
    may_come,
    moment,
    past_weeks,
    upcoming,
    week_of,
    zone,
    zone_named,
)

__all__ = ["CATCH_UP", "Due", "UnknownTimezone", "Weekly", "moment", "upcoming", "week_of"]

log = structlog.get_logger(__name__)

LENGTH = 10
# "Until somebody resumes it": a moment that never comes, the last that a date can tell.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
# After so many servers, whoever waits for an answer comes first.
AT_ONCE = 200
# A gap after an outage is told for at most so many weeks.
LOOK_BACK = 8


@dataclass(frozen=True, slots=True)
class Missed:
    """A week whose post will not come any more, because it is too late or its server paused.

    Attributes:
        moment: when it should have come.
        paused: whether that was wanted.
    """

    settings: DiscoverySettings
    week: str
    moment: datetime
    paused: bool

    @property
    def server(self) -> ServerId:
        """Where."""
        return self.settings.server


class Weekly:
    """Knows when the posts of servers are due, and writes them; ``Posting`` makes each of them once."""

    def __init__(self, store: Store, picker: Picker, composer: Composer, clock: Callable[[], float]) -> None:
        self._store = store
        self._picker = picker
        self._composer = composer
        self._clock = clock

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    # ------------------------------------------------------------------ what admins choose

    async def configure(
        self, *, server: ServerId, channel: ChannelId, weekday: int, hour: int, timezone: str
    ) -> datetime:
        """Set when and where, and return when the next post comes; what else was chosen stays, a pause ends.

        Where another hour was set before, a new one that has just passed is caught up with.

        Raises:
            UnknownTimezone: ``timezone`` is not a name such as ``Europe/Berlin``.
        """
        named, now = zone_named(timezone), self._clock()
        before = await self.settings(server)
        if before is None:
            chosen = DiscoverySettings(server, channel, weekday, hour, named, LENGTH, now)
        else:
            since = max(before.since, now - CATCH_UP.total_seconds())
            chosen = replace(
                before,
                channel=channel,
                weekday=weekday,
                hour=hour,
                timezone=named,
                since=since,
                paused_until=None,
            )
        await self._store.discovery.configure(chosen)
        return await self.next_time(chosen) or self._now()

    async def stop(self, server: ServerId) -> bool:
        """Make no more posts in a server; whether there were any."""
        return await self._store.discovery.stop(server)

    async def settings(self, server: ServerId) -> DiscoverySettings | None:
        """When and where a server gets its post, or None."""
        return await self._store.discovery.settings(server)

    async def chosen(self, server: ServerId) -> DiscoverySettings:
        """The same.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.settings(server)
        if settings is None:
            raise DiscoveryNotSet("No channel was chosen.")
        return settings

    async def pause(self, server: ServerId, weeks: int | None) -> datetime | None:
        """Make no posts for so many weeks, or until it is resumed (None); when the next one comes.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.chosen(server)
        until = FOREVER if weeks is None else self._clock() + (weeks * WEEK).total_seconds()
        await self._store.discovery.pause(server, until)
        return None if weeks is None else await self.next_time(replace(settings, paused_until=until))

    async def resume(self, server: ServerId) -> datetime:
        """Make posts again; when the next one comes.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.chosen(server)
        await self._store.discovery.pause(server, None)
        return await self.next_time(replace(settings, paused_until=None)) or self._now()

    async def skip(self, server: ServerId) -> tuple[str, datetime] | None:
        """Leave out the next post: its week, and when the one after it comes. None while the server has paused.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.chosen(server)
        while (following := await self._next(settings)) is not None:
            week, _ = following
            run = await self._store.runs.skip(server, week, settings.channel, why=Why.ASKED, at=self._clock())
            if run is not None:
                await self._withdraw(run)
                return week, await self.next_time(settings) or self._now()
        return None

    async def unskip(self, server: ServerId, week: str) -> bool:
        """Take that back, as long as the post can still come; whether there was anything to take back.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.chosen(server)
        return may_come(settings, week, self._now()) and await self._store.runs.unskip(server, week)

    # ------------------------------------------------------------------------ what is due

    async def next_time(self, settings: DiscoverySettings) -> datetime | None:
        """When the next post comes; None while it is paused until somebody resumes it."""
        following = await self._next(settings)
        return None if following is None else max(following[1], self._now())

    async def _next(self, settings: DiscoverySettings) -> tuple[str, datetime] | None:
        paused = settings.paused_until or 0.0
        if paused >= FOREVER:
            return None
        for week, at in coming_weeks(settings, max(self._now(), datetime.fromtimestamp(paused, UTC))):
            run = await self._store.runs.run(settings.server, week, settings.member)
            if at.timestamp() >= paused and (run is None or run.state is RunState.WAITING):
                return week, at
        return None

    async def look(self, everybody: list[DiscoverySettings]) -> tuple[list[Due], list[Missed]]:
        """What is to be made now, and what will not be made any more."""
        now = self._now()
        found: list[tuple[DiscoverySettings, str, datetime]] = []
        for number, settings in enumerate(everybody):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
            try:
                found += [(settings, week, at) for week, at in past_weeks(settings, now)]
            except ZoneInfoNotFoundError:
                log.warning("no such time zone here", server=settings.server, timezone=settings.timezone)
        known = await self._store.runs.states({week for _, week, _ in found})
        due: list[Due] = []
        missed: list[Missed] = []
        for settings, week, at in found:
            state, until = known.get((settings.server, settings.member, week), (RunState.WAITING, 0.0))
            if state is not RunState.WAITING:
                continue
            paused = at.timestamp() < (settings.paused_until or 0.0)
            if paused or at < now - CATCH_UP:
                missed.append(Missed(settings, week, at, paused))
            elif until <= now.timestamp():
                due.append(Due(settings, week))
        return due, missed

    async def due(self) -> list[Due]:
        """Servers whose post is due."""
        return (await self.look(await self._store.discovery.all()))[0]

    async def due_now(self, server: ServerId) -> Due:
        """This week's post of a server, whatever the hour.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.chosen(server)
        return Due(settings, week_of(self._today(settings)))

    def _today(self, settings: DiscoverySettings) -> date:
        return self._now().astimezone(zone(settings.timezone)).date()

    async def leave_out(self, missed: Missed, why: Why) -> DiscoveryRun | None:
        """Write down that a week is skipped, and those before it of which nobody knows anything; its run, the first time."""
        settings = missed.settings
        waited = await self._store.runs.run(settings.server, missed.week, settings.member)
        # Why it was refused tells more than that it is late.
        why = Why.PAUSED if missed.paused else (waited and waited.why) or why
        run = await self._store.runs.skip(
            settings.server,
            missed.week,
            settings.channel,
            member=settings.member,
            why=why,
            at=missed.moment.timestamp(),
        )
        if run is None:
            return None
        await self._withdraw(run)
        for week, at in list(past_weeks(settings, missed.moment, LOOK_BACK))[1:]:
            if await self._store.runs.run(settings.server, week, settings.member) is not None:
                break
            await self._store.runs.skip(
                settings.server,
                week,
                settings.channel,
                member=settings.member,
                why=why,
                at=at.timestamp(),
                noted=self._clock(),
            )
        return run

    async def close(self, run: DiscoveryRun) -> None:
        """End what waits for another try where nobody wants it any more."""
        why = run.why or Why.DOWN
        ended = await self._store.runs.skip(
            run.server, run.week, run.channel, member=run.member, why=why, at=run.at
        )
        if ended is not None:
            await self._withdraw(ended)

    async def _withdraw(self, run: DiscoveryRun) -> None:
        """Let the songs of a week that is left out be picked again."""
        if run.post is not None:
            await self._picker.withdraw(run.post)

    async def run(self, due: Due) -> DiscoveryRun | None:
        """What is known of a week, or None."""
        return await self._store.runs.run(due.settings.server, due.week, due.settings.member)

    async def history(self, server: ServerId, most: int, page: int) -> tuple[list[DiscoveryRun], int]:
        """A page of a server's weeks, newest first, and how many weeks there are."""
        return await self._store.runs.history(server, most, page * most)

    # -------------------------------------------------------------------- what it is made of

    async def prepare(self, due: Due) -> Post:
        """Write the post of a week.

        Raises:
            EmptyCatalog, NothingLeft: no song is new to this server.
        """
        made = await self._composer.compose(due.settings, due.week)
        return await self._picker.publish(
            PostKind.WEEKLY, made.question, list(made.slots), channel=due.settings.channel, query=made.query
        )

    async def preview(self, server: ServerId) -> Post:
        """The post that would be written now; nothing is claimed and nothing written.

        Raises:
            DiscoveryNotSet: no channel was chosen.
            EmptyCatalog, NothingLeft: no song is new to this server.
        """
        settings = await self.chosen(server)
        week = ((await self._next(settings)) or (week_of(self._today(settings)), None))[0]
        made = await self._composer.compose(settings, week)
        return Post(
            id=PostId(0),
            kind=PostKind.WEEKLY,
            server=server,
            channel=settings.channel,
            message=None,
            member=None,
            query=made.query,
            at=self._clock(),
            slots=tuple(made.slots),
        )
