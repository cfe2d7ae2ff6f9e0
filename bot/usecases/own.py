"""A smaller discovery for one member, by direct message, for who wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from bot.errors import NothingLeft, StoreError
from bot.store import Store
from bot.store.own import OwnDiscovery
from bot.store.records import ChannelId, DiscoverySettings, MemberId, Post, PostKind, ServerId, Why
from bot.usecases.picking import Picker, Question
from bot.usecases.weekly import Weekly
from bot.usecases.weeks import Due, zone_named

log = structlog.get_logger(__name__)

LENGTH, FEWEST, MOST = 5, 3, 10
# One of these explores.
EXPLORED = 1
# After so many direct messages in a row that a member did not take, no more are tried.
MOST_CLOSED = 4


class OwnMixes:
    """Who gets a mix of their own when, and what is in it; ``Posting`` makes each of them once."""

    def __init__(self, store: Store, picker: Picker, weekly: Weekly, clock: Callable[[], float]) -> None:
        self._store = store
        self._picker = picker
        self._weekly = weekly
        self._clock = clock
        self._untold: dict[MemberId, OwnDiscovery] = {}

    async def load(self) -> None:
        """Remember who is still to be told that they could not be written to."""
        untold = await self._store.own.untold()
        self._untold = {each.when.member: each for each in untold if each.when.member is not None}

    async def start(
        self,
        *,
        server: ServerId,
        member: MemberId,
        channel: ChannelId,
        weekday: int,
        hour: int,
        timezone: str,
        count: int,
        language: str,
    ) -> datetime:
        """Send a member a mix each week, and return when the first one comes.

        Args:
            channel: that of the direct messages with them.

        Raises:
            UnknownTimezone: ``timezone`` is not a name such as ``Europe/Berlin``.
        """
        when = DiscoverySettings(
            server=server,
            channel=channel,
            weekday=weekday,
            hour=hour,
            timezone=zone_named(timezone),
            count=count,
            since=self._clock(),
            language=language,
            member=member,
        )
        await self._store.own.start(when, member, language)
        self._untold.pop(member, None)
        return await self._weekly.next_time(when) or datetime.fromtimestamp(self._clock(), UTC)

    async def stop(self, server: ServerId, member: MemberId) -> bool:
        """Send a member no more; whether they got any."""
        self._untold.pop(member, None)
        return await self._store.own.stop(server, member)

    async def wanted(self, settings: DiscoverySettings) -> bool:
        """Whether a member still wants theirs in that server."""
        if settings.member is None:
            return False
        known = await self._store.own.get(settings.server, settings.member)
        return known is not None and not known.off

    async def all(self) -> list[DiscoverySettings]:
        """When everybody gets theirs."""
        return await self._store.own.all()

    async def settings(self, server: ServerId, member: MemberId) -> DiscoverySettings | None:
        """When a member gets theirs, or None."""
        known = await self._store.own.get(server, member)
        return None if known is None or known.off else known.when

    async def prepare(self, due: Due) -> Post:
        """Write the mix of a week: songs that the member neither rated nor heard, and was never shown here.

        Raises:
            EmptyCatalog, NothingLeft: no song is new to them.
        """
        server, member = due.settings.server, due.settings.member
        question = Question(
            server=server,
            member=member,
            count=due.settings.count,
            leave_out=set() if member is None else await self._store.posts.songs_of_member(server, member),
            per_artist=1,
            explore=EXPLORED,
        )
        slots = await self._picker.pick(question)
        if not slots:
            raise NothingLeft("No song is new to this member.")
        query: dict[str, object] = {
            "week": due.week,
            "private": True,
            "language": due.settings.language,
        }
        return await self._picker.publish(
            PostKind.OWN, question, slots, channel=due.settings.channel, query=query
        )

    async def refused(self, settings: DiscoverySettings, why: Why) -> None:
        """A member could not be written to: they are told when they are here next, and after some tries it ends."""
        member = settings.member
        if member is None:
            return
        if why is Why.LEFT:
            await self.stop(settings.server, member)
        elif why is Why.CLOSED:
            known = await self._store.own.met_closed(settings.server, member, MOST_CLOSED)
            if known is not None:
                self._untold[member] = known

    async def arrived(self, settings: DiscoverySettings) -> None:
        """A member took the message."""
        if settings.member is not None:
            self._untold.pop(settings.member, None)
            await self._store.own.arrived(settings.server, settings.member)

    async def to_tell(self, member: MemberId) -> OwnDiscovery | None:
        """What a member is to be told, once; None for nearly everybody, from memory."""
        known = self._untold.pop(member, None)
        if known is not None:
            try:
                await self._store.own.told(member)
            except StoreError as error:
                # They are told now, and perhaps once more after a restart.
                log.warning("not noted that a member was told", error=str(error))
        return known

    async def forget(self, member: MemberId) -> None:
        """Forget a member's mixes everywhere."""
        self._untold.pop(member, None)
        await self._store.own.forget(member)
        await self._store.runs.forget(member)
