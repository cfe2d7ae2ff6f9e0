"""What admins arrange: each setting of a server and of its weekly discovery by name, read, changed and logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from zoneinfo import available_timezones

from bot.errors import DiscoveryNotSet, StaleChoice
from bot.store import Store
from bot.store.arranged import (
    DEFAULTS,
    EVER,
    FOREVER,
    LENGTH,
    LONGEST,
    NONE,
    OFF,
    ON,
    PAUSES,
    RETENTION,
    SHARES,
    SHORTEST,
    WEEKLY,
    Arranged,
    Proposal,
)
from bot.store.records import (
    ChannelId,
    DiscoverySettings,
    MemberId,
    Part,
    ServerId,
    SettingChange,
)
from bot.store.wishes import MOST
from bot.text import CATALOGUES
from bot.usecases.choices import Choices
from bot.usecases.weekly import CATCH_UP
from recommender import Dial

WEEK = 7 * 24 * 3600.0
_MOMENT = {"weekday", "hour", "timezone"}
"""What says when a post is due."""
Read = Callable[[Sequence[str], float], object]


def _one(values: Sequence[str]) -> str:
    if len(values) != 1:
        raise StaleChoice("One value is chosen.")
    return values[0]


def _number(values: Sequence[str], among: Sequence[int]) -> int:
    text = _one(values)
    if not text.isdecimal() or int(text) not in among:
        raise StaleChoice(f"{text[:40]} is no choice.")
    return int(text)


def _word(values: Sequence[str], among: Sequence[str]) -> str:
    text = _one(values)
    if text not in among:
        raise StaleChoice(f"{text[:40]} is no choice.")
    return text


def _dial(values: Sequence[str], _now: float) -> str:
    return _word(values, [dial.value for dial in Dial])


def _language(values: Sequence[str], _now: float) -> str | None:
    chosen = _word(values, [NONE, *CATALOGUES])
    return None if chosen == NONE else chosen


def _switch(values: Sequence[str], _now: float) -> bool:
    return _word(values, [ON, OFF]) == ON


def _ids(values: Sequence[str]) -> list[int]:
    if any(not value.isdecimal() for value in values):
        raise StaleChoice("No number of a channel.")
    return [int(value) for value in values]


def _pause(values: Sequence[str], now: float) -> float | None:
    if values == [NONE]:
        return None
    return FOREVER if values == [EVER] else now + _number(values, PAUSES) * WEEK


def _retention(values: Sequence[str], _now: float) -> int | None:
    return None if values == [NONE] else _number(values, RETENTION)


def _parts(values: Sequence[str], _now: float) -> list[str]:
    """In the order of the post; all of them is what none says."""
    chosen = [part.value for part in Part if part.value in values]
    if len(chosen) != len(values):
        raise StaleChoice("No part of a post.")
    return [] if len(chosen) == len(Part) else chosen


def known_zone(text: str) -> str:
    """The time zone of that name, however it is written.

    Raises:
        StaleChoice: there is none.
    """
    found = {name.casefold(): name for name in available_timezones()}.get(text.strip().casefold())
    if found is None:
        raise StaleChoice(f"There is no time zone “{text[:60]}”.")
    return found


FIELDS: Mapping[str, Read] = {
    "discovery.channel": lambda values, _: _ids([_one(values)])[0],
    "discovery.weekday": lambda values, _: _number(values, range(7)),
    "discovery.hour": lambda values, _: _number(values, range(24)),
    "discovery.timezone": lambda values, _: known_zone(_one(values)),
    "discovery.count": lambda values, _: _number(values, range(SHORTEST, LONGEST + 1)),
    "discovery.dial": _dial,
    "discovery.parts": _parts,
    "discovery.poll": _switch,
    "discovery.language": _language,
    "discovery.paused_until": _pause,
    "dial": _dial,
    "length": lambda values, _: _number(values, range(1, MOST + 1)),
    "little_known": lambda values, _: _number(values, SHARES) / 100,
    "channels": lambda values, _: tuple(_ids(values)),
    "sources_off": lambda values, _: tuple(values),
    "retention_days": _retention,
    "presence": _switch,
    "links": _switch,
    "language": _language,
}
"""How what was chosen in a menu is read, for each setting: the values, and the time now."""


class Arranging:
    """Reads, changes and logs."""

    def __init__(self, store: Store, choices: Choices, clock: Callable[[], float]) -> None:
        self._store = store
        self._choices = choices
        self._clock = clock

    async def of(self, server: ServerId) -> Arranged:
        """What is arranged in a server now."""
        return Arranged(self._choices.server(server), await self._store.discovery.settings(server))

    async def log(self, server: ServerId, most: int) -> list[SettingChange]:
        """The last changes, newest first."""
        return await self._store.choices.changes(server, most)

    async def change(
        self, server: ServerId, by: MemberId, setting: str, values: Sequence[str]
    ) -> list[SettingChange]:
        """Change one setting to what was chosen in a menu; what changed, nothing where it was so before.

        Raises:
            StaleChoice: there is no such setting, or no such value: the menu is from another version.
            DiscoveryNotSet: it belongs to a weekly discovery, and there is none.
        """
        if setting not in FIELDS:
            raise StaleChoice(f"There is no setting {setting[:40]}.")
        return await self._write(server, by, {setting: FIELDS[setting](values, self._clock())})

    async def reset(self, server: ServerId, by: MemberId, settings: Sequence[str]) -> list[SettingChange]:
        """Have settings as they are where nobody has changed them.

        Raises:
            DiscoveryNotSet: they belong to a weekly discovery, and there is none.
        """
        return await self._write(server, by, {name: DEFAULTS[name] for name in settings if name in DEFAULTS})

    async def draft(self, server: ServerId, proposal: Proposal) -> DiscoverySettings:
        """What `place` would write, to say beforehand when the next post would come.

        Raises:
            StaleChoice: there is no such zone.
        """
        channel, zone, now = proposal.channel or ChannelId(0), known_zone(proposal.timezone), self._clock()
        drafted = DiscoverySettings(server, channel, proposal.weekday, proposal.hour, zone, LENGTH, now)
        before = await self._store.discovery.settings(server)
        if before is None:
            return drafted
        return replace(drafted, since=max(before.since, now - CATCH_UP.total_seconds()))

    async def place(self, server: ServerId, by: MemberId, proposal: Proposal) -> DiscoverySettings:
        """Have the weekly discovery come there and then; everything else about it stays as it is.

        Raises:
            DiscoveryNotSet: no channel was chosen.
            StaleChoice: there is no such zone.
        """
        if proposal.channel is None:
            raise DiscoveryNotSet("No channel was chosen.")
        zone = known_zone(proposal.timezone)
        first = DiscoverySettings(
            server, proposal.channel, proposal.weekday, proposal.hour, zone, LENGTH, self._clock()
        )
        if not await self._store.arranging.begin(first, by, self._clock()):
            fields: dict[str, object] = {
                "channel": proposal.channel,
                "weekday": proposal.weekday,
                "hour": proposal.hour,
                "timezone": zone,
                "paused_until": None,
            }
            await self._alter(server, by, fields)
        return await self._store.discovery.settings(server) or first

    async def point(
        self, server: ServerId, by: MemberId, channel: ChannelId, otherwise: Proposal
    ) -> list[SettingChange]:
        """Have the weekly discovery come to a channel; where there was none, at the proposed time."""
        changes = await self._alter(server, by, {"channel": channel})
        if changes is not None:
            return changes
        zone = known_zone(otherwise.timezone)
        first = DiscoverySettings(
            server, channel, otherwise.weekday, otherwise.hour, zone, LENGTH, self._clock()
        )
        return await self._store.arranging.begin(first, by, self._clock())

    async def _write(
        self, server: ServerId, by: MemberId, fields: Mapping[str, object]
    ) -> list[SettingChange]:
        weekly = {
            name.removeprefix(WEEKLY): value for name, value in fields.items() if name.startswith(WEEKLY)
        }
        others = {name: value for name, value in fields.items() if not name.startswith(WEEKLY)}
        changes: list[SettingChange] = []
        if weekly:
            altered = await self._alter(server, by, weekly)
            if altered is None:
                raise DiscoveryNotSet("There is no weekly discovery here.")
            changes += altered
        if others:
            changes += await self._choices.alter(server, by, others)
        return changes

    async def _alter(
        self, server: ServerId, by: MemberId, fields: Mapping[str, object]
    ) -> list[SettingChange] | None:
        """Change the weekly discovery. An hour that has just passed where it was moved to is caught up with."""
        now = self._clock()
        since = now - CATCH_UP.total_seconds() if fields.keys() & _MOMENT else None
        return await self._store.arranging.alter(server, by, fields, now, since=since)
