"""What servers' admins and members chose: known in memory, written down with who changed what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace

from pydantic import TypeAdapter

from bot.errors import LearningPaused
from bot.store import Store
from bot.store.records import MemberChoices, MemberId, ServerId, ServerSettings, SettingChange

_SETTINGS = TypeAdapter(ServerSettings)
_DEFAULTS = ServerSettings()
_UNSAID = MemberChoices()


class Choices:
    """Settings of servers and choices of members. Reading asks memory alone."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._turn = asyncio.Lock()
        self._servers: dict[ServerId, ServerSettings] = {}
        self._members: dict[tuple[ServerId, MemberId], MemberChoices] = {}

    async def load(self) -> None:
        """Read everything; nobody changes anything meanwhile, so that no change is overlooked."""
        async with self._turn:
            self._servers = await self._store.choices.settings()
            self._members = await self._store.choices.choices()

    def server(self, server: ServerId) -> ServerSettings:
        """A server's settings."""
        return self._servers.get(server, _DEFAULTS)

    def member(self, server: ServerId, member: MemberId) -> MemberChoices:
        """A member's choices there."""
        return self._members.get((server, member), _UNSAID)

    def named(self, server: ServerId, member: MemberId) -> bool:
        """Whether others in a server may see a member's name: the one place to ask before it is shown anywhere."""
        return not self.member(server, member).hidden

    def check(self, server: ServerId, member: MemberId) -> None:
        """See that something may be learnt from what a member brings.

        Raises:
            LearningPaused: they have paused that.
        """
        if self.member(server, member).paused:
            raise LearningPaused("Learning is paused.")

    async def change(self, server: ServerId, by: MemberId, chosen: ServerSettings) -> list[SettingChange]:
        """Write settings and log what differs; what changed, nothing where all is as it was."""
        async with self._turn:
            return await self._change(server, by, chosen)

    async def _change(self, server: ServerId, by: MemberId, chosen: ServerSettings) -> list[SettingChange]:
        before, after, now = asdict(self.server(server)), asdict(chosen), self._clock()
        changes = [
            SettingChange(name, before[name], value, by, now)
            for name, value in after.items()
            if before[name] != value
        ]
        if changes:
            await self._store.choices.change(server, chosen, changes, now)
            self._servers[server] = chosen
        return changes

    async def alter(
        self, server: ServerId, by: MemberId, changed: Mapping[str, object]
    ) -> list[SettingChange]:
        """Change these fields and leave the others as they are, whoever else changes them at the same time.

        Raises:
            TypeError: there is no field of that name.
            ValueError: a value is of the wrong type.
        """
        unknown = changed.keys() - {each.name for each in fields(ServerSettings)}
        if unknown:
            raise TypeError(f"no settings: {sorted(unknown)}")
        async with self._turn:
            values = {**asdict(self.server(server)), **changed}
            return await self._change(server, by, _SETTINGS.validate_python(values))

    async def choose(
        self,
        server: ServerId,
        member: MemberId,
        *,
        paused: bool | None = None,
        hidden: bool | None = None,
    ) -> MemberChoices:
        """Write what a member chose; None leaves it as it was."""
        async with self._turn:
            chosen = self.member(server, member)
            if paused is not None:
                chosen = replace(chosen, paused=paused)
            if hidden is not None:
                chosen = replace(chosen, hidden=hidden)
            await self._store.choices.choose(server, member, chosen, self._clock())
            self._members[server, member] = chosen
            return chosen

    async def forget(self, member: MemberId) -> None:
        """Forget a member everywhere."""
        async with self._turn:
            await self._store.choices.forget(member)
            self._members = {key: chosen for key, chosen in self._members.items() if key[1] != member}

    async def note(self, server: ServerId, by: MemberId, setting: str) -> None:
        """Log what changes no setting, such as that everything was deleted."""
        change = SettingChange(setting, None, None, by, self._clock())
        async with self._turn:
            await self._store.choices.change(server, self.server(server), [change], change.at)
