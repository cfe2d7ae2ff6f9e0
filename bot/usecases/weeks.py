"""Weeks and hours: when a post is due, right across changes of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import SegueError
from bot.store.records import DiscoverySettings, ServerId

WEEK = timedelta(days=7)

# The library remembers eight zones and reads the others from disk each time.
zone = lru_cache(maxsize=None)(ZoneInfo)

# A post that could not be made for longer than this is left out: next week's is near.
CATCH_UP = timedelta(days=2)


class UnknownTimezone(SegueError):
    """A time zone that the tz database does not know."""


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whose post for a week is to be made now."""

    settings: DiscoverySettings
    week: str

    @property
    def server(self) -> ServerId:
        """Where."""
        return self.settings.server


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
        monday + timedelta(days=settings.weekday), time(settings.hour), zone(settings.timezone)
    )
    return local.astimezone(UTC)


def moment_of(settings: DiscoverySettings, week: str) -> datetime:
    """When the post of a week such as ``2026-W47`` is due, in UTC."""
    year, _, number = week.partition("-W")
    return moment(settings, date.fromisocalendar(int(year), int(number), 1))


def may_come(settings: DiscoverySettings, week: str, now: datetime) -> bool:
    """Whether the post of a week can still be made by itself."""
    at = moment_of(settings, week)
    return now - CATCH_UP <= at and settings.since <= at.timestamp()


def upcoming(settings: DiscoverySettings, now: datetime, *, done: bool) -> datetime:
    """The next time a post will be made; ``done`` says that this week's was made already."""
    today = now.astimezone(zone(settings.timezone)).date()
    this_week = moment(settings, today)
    return moment(settings, today + WEEK) if done or this_week < now else this_week


def past_weeks(settings: DiscoverySettings, now: datetime, most: int = 2) -> Iterator[tuple[str, datetime]]:
    """The weeks whose moment has come since this was set up, newest first, among the last ``most``."""
    today = now.astimezone(zone(settings.timezone)).date()
    for back in range(most):
        day = today - back * WEEK
        at = moment(settings, day)
        if settings.since <= at.timestamp() and at <= now:
            yield week_of(day), at


def coming_weeks(settings: DiscoverySettings, now: datetime) -> Iterator[tuple[str, datetime]]:
    """This week, if it can still be made, and those after it: without end."""
    today = now.astimezone(zone(settings.timezone)).date()
    ahead = 0
    # Sunday's post may still come on Monday.
    for back in (1, 0):
        day = today - back * WEEK
        at = moment(settings, day)
        if settings.since <= at.timestamp() and now - CATCH_UP <= at and (back == 0 or at <= now):
            yield week_of(day), at
    while True:
        ahead += 1
        day = today + ahead * WEEK
        yield week_of(day), moment(settings, day)


def zone_named(text: str) -> str:
    """A time zone by its name in any case.

    Raises:
        UnknownTimezone: it is not a name such as ``Europe/Berlin``.
    """
    known = {name.casefold(): name for name in available_timezones()}
    found = known.get(text.strip().casefold())
    if found is None:
        raise UnknownTimezone(f"There is no time zone “{text[:60]}”.")
    return found
