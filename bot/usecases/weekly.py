"""The weekly discovery: songs new to a server, at its own hour, once a week whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import DiscoveryDone, DiscoveryNotSet, SegueError
from bot.store import Store
from bot.store.records import (
    ChannelId,
    DiscoveryRun,
    DiscoverySettings,
    MessageId,
    Post,
    PostId,
    PostKind,
    ServerId,
)
from bot.usecases.composing import Composer
from bot.usecases.picking import Picker

LENGTH = 10
# A post that could not be made for longer than this is left out: next week's is near.
CATCH_UP = timedelta(days=2)


class UnknownTimezone(SegueError):
    """A time zone that the tz database does not know."""


@dataclass(frozen=True, slots=True)
class Due:
    """A server whose post for a week is to be made now."""

    settings: DiscoverySettings
    week: str


def week_of(day: date) -> str:
    """The ISO week of a day, such as ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def moment(settings: DiscoverySettings, day: date) -> datetime:
    """When the post of the ISO week that ``day`` lies in is due, in UTC.

    A local hour that a change of the clocks leaves out counts as the same time after the change; one that
    comes twice counts the first time.
    """
    monday = day - timedelta(days=day.weekday())
    local = datetime.combine(
        monday + timedelta(days=settings.weekday), time(settings.hour), ZoneInfo(settings.timezone)
    )
    return local.astimezone(UTC)


def upcoming(settings: DiscoverySettings, now: datetime, *, done: bool) -> datetime:
    """The next time a post will be made; ``done`` says that this week's was made already."""
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    this_week = moment(settings, today)
    return moment(settings, today + timedelta(days=7)) if done or this_week < now else this_week


class Weekly:
    """Knows when a post is due, claims it, makes it, and remembers that it was made."""

    def __init__(self, store: Store, picker: Picker, composer: Composer, clock: Callable[[], float]) -> None:
        self._store = store
        self._picker = picker
        self._composer = composer
        self._clock = clock

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    async def configure(
        self, *, server: ServerId, channel: ChannelId, weekday: int, hour: int, timezone: str
    ) -> datetime:
        """Set when and where, and return when the next post comes.

        Raises:
            UnknownTimezone: ``timezone`` is not a name such as ``Europe/Berlin``.
        """
        known = {name.casefold(): name for name in available_timezones()}
        zone = known.get(timezone.strip().casefold())
        if zone is None:
            raise UnknownTimezone(f"There is no time zone “{timezone[:60]}”.")
        chosen = DiscoverySettings(server, channel, weekday, hour, zone, LENGTH, self._clock())
        await self._store.discovery.configure(chosen)
        return await self.next_time(chosen)

    async def stop(self, server: ServerId) -> bool:
        """Make no more posts in a server; whether there were any."""
        return await self._store.discovery.stop(server)

    async def settings(self, server: ServerId) -> DiscoverySettings | None:
        """When and where a server gets its post, or None."""
        return await self._store.discovery.settings(server)

    async def next_time(self, settings: DiscoverySettings) -> datetime:
        """When the next post of a server comes."""
        week = week_of(self._now().astimezone(ZoneInfo(settings.timezone)).date())
        done = await self._store.discovery.run(settings.server, week) is not None
        return upcoming(settings, self._now(), done=done)

    async def due(self) -> list[Due]:
        """Servers whose post is due and was not claimed yet."""
        now = self._now()
        found: list[Due] = []
        for settings in await self._store.discovery.all():
            today = now.astimezone(ZoneInfo(settings.timezone)).date()
            # Sunday's post may have to be caught up with on Monday.
            for day in (today - timedelta(days=7), today):
                at = moment(settings, day)
                if max(now - CATCH_UP, datetime.fromtimestamp(settings.since, UTC)) <= at <= now:
                    week = week_of(day)
                    if await self._store.discovery.run(settings.server, week) is None:
                        found.append(Due(settings, week))
        return found

    async def due_now(self, server: ServerId) -> Due:
        """This week's post of a server, whatever the hour.

        Raises:
            DiscoveryNotSet: no channel was chosen.
        """
        settings = await self.settings(server)
        if settings is None:
            raise DiscoveryNotSet("No channel was chosen.")
        return Due(settings, week_of(self._now().astimezone(ZoneInfo(settings.timezone)).date()))

    async def prepare(self, due: Due) -> Post:
        """Claim the week, then pick and write its post.

        Raises:
            DiscoveryDone: somebody claimed the week before.
            EmptyCatalog, NothingLeft: no song is new to this server; the claim is given back.
        """
        server, channel = due.settings.server, due.settings.channel
        if not await self._store.discovery.claim(server, due.week, channel, self._clock()):
            run = await self._store.discovery.run(server, due.week)
            raise DiscoveryDone(due.week, run and run.channel, run and run.message)
        post = None
        try:
            made = await self._composer.compose(due.settings, due.week)
            post = await self._picker.publish(
                PostKind.WEEKLY, made.question, list(made.slots), channel=channel, query=made.query
            )
            await self._store.discovery.attach(server, due.week, post.id)
        except BaseException:
            await self._give_back(server, due.week, None if post is None else post.id)
            raise
        return post

    async def confirm(self, due: Due, post: Post, message: MessageId) -> None:
        """Say that the post is there; until the last line is written, a look into the channel settles it."""
        await self._picker.sent(post, due.settings.channel, message)
        await self._store.discovery.confirm(due.settings.server, due.week, message)

    async def refused(self, due: Due) -> None:
        """Give the week and its songs back, because Discord refused the message for certain."""
        run = await self._store.discovery.run(due.settings.server, due.week)
        await self._give_back(due.settings.server, due.week, None if run is None else run.post)

    async def _give_back(self, server: ServerId, week: str, post: PostId | None) -> None:
        if post is not None:
            await self._picker.withdraw(post)
        await self._store.discovery.release(server, week)

    async def decided(self, due: Due) -> None:
        """Give a doubtful week back: an admin who asks for its post has looked."""
        run = await self._store.discovery.run(due.settings.server, due.week)
        if run is not None and run.state == "unsure":
            await self._give_back(run.server, run.week, run.post)

    async def interrupted(self) -> list[DiscoveryRun]:
        """Weeks that a crash left between claim and confirmation."""
        return await self._store.discovery.unconfirmed()

    async def found(self, run: DiscoveryRun, message: MessageId | None) -> None:
        """Settle an interrupted week: its message was found in the channel, or is certainly not there."""
        if message is None:
            await self._give_back(run.server, run.week, run.post)
        else:
            await self._store.discovery.confirm(run.server, run.week, message)
            post = None if run.post is None else await self._picker.post(run.post)
            if post is not None:
                await self._picker.sent(post, run.channel, message)

    async def doubtful(self, run: DiscoveryRun) -> None:
        """Leave an interrupted week to the admins, since the channel cannot be read."""
        await self._store.discovery.doubt(run.server, run.week)
