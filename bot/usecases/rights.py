"""``/privacy``: what is held of a member or a server, taken along or deleted: rows, logs, copies, memory and models."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.errors import NotLinked
from bot.store import Store
from bot.store.accounts import AccountService
from bot.store.database import database_file
from bot.store.records import ListeningConsent, MemberChoices, MemberId, ServerId
from bot.store.rights import Erased
from bot.store.scrubbing import LARGE, scrub
from bot.usecases.accounts import Accounts
from bot.usecases.feedback import Feedback
from bot.usecases.forgetting import Memory
from bot.usecases.takeout import Parts, packed
from bot.usecases.training import Trainer

log = structlog.get_logger(__name__)

SCRUB = "scrub"
"""Key of the note that deleted rows may still be in the log or in a copy."""
DAY = 86_400.0
EVERYBODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Summary:
    """What is held of a member, in plain counts.

    Attributes:
        here, everywhere: rows by table, in this server and in all.
        plays: how often they listened to songs that they told of.
        accounts: the services where an account is linked.
        presence: what they agreed to in this server; None for nothing.
    """

    here: Mapping[str, int]
    everywhere: Mapping[str, int]
    plays: int
    accounts: tuple[AccountService, ...]
    choices: MemberChoices
    presence: ListeningConsent | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a wish to be forgotten.

    Attributes:
        until: when no model holds anything of it any more at the latest; unix time.
    """

    erased: Erased
    until: float


class Rights:
    """What members and admins may ask for."""

    def __init__(
        self,
        store: Store,
        memory: Memory,
        feedback: Feedback,
        accounts: Accounts,
        trainer: Trainer,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._memory = memory
        self._feedback = feedback
        self._accounts = accounts
        self._trainer = trainer
        self._clock = clock
        self._turn = asyncio.Lock()

    async def summary(self, server: ServerId, member: MemberId) -> Summary:
        """What is held of a member."""
        heard = await self._store.histories.of_member(member)
        accounts = await self._accounts.of(member)
        return Summary(
            here=await self._store.rights.counts(member, server),
            everywhere=await self._store.rights.counts(member),
            plays=sum(each.heard.plays for each in heard),
            accounts=tuple(status.account.service for status in accounts),
            choices=self._memory.choices.member(server, member),
            presence=self._memory.nowplaying.consent(server, member),
        )

    async def pause(self, server: ServerId, member: MemberId, *, paused: bool) -> None:
        """Learn nothing from what a member answers in a server from now on, or learn again.

        What was answered or heard meanwhile stays unlearnt.

        Raises:
            StoreError: nothing has changed.
        """
        if self._memory.choices.member(server, member).paused == paused:
            return
        if paused:
            await self._memory.nowplaying.look_away(member)
        else:
            await self._memory.histories.resume(server, member)
        await self._memory.choices.choose(server, member, paused=paused)

    async def hide(self, server: ServerId, member: MemberId, *, hidden: bool) -> None:
        """Name a member nowhere where others of a server see it, or name them again.

        Radios that played from their taste, and said so, go on without it.

        Raises:
            StoreError: nothing has changed, or only those radios.
        """
        if hidden:
            await self._store.radios.withhold(server, member)
            self._memory.picker.forget_posts()
        await self._memory.choices.choose(server, member, hidden=hidden)

    async def export(self, member: MemberId, *, readme: str, largest: int) -> Parts:
        """Everything that is held of a member, as JSON and CSV, in ZIP files of at most ``largest`` bytes."""
        tables = await self._store.rights.written(member)
        return await asyncio.to_thread(packed, tables, readme, self._clock(), largest)

    async def export_settings(self, server: ServerId, *, readme: str, largest: int) -> Parts:
        """What the admins of a server have set, with the log of changes; no member is in it."""
        tables = await self._store.rights.settings_of(server)
        return await asyncio.to_thread(packed, tables, readme, self._clock(), largest)

    async def forget(self, member: MemberId, server: ServerId | None) -> Forgotten:
        """Delete everything of a member at once, in one server or everywhere.

        Raises:
            StoreError: nothing of what is theirs in servers was deleted.
        """
        if server is None:
            for service in AccountService:
                with contextlib.suppress(NotLinked):
                    await self._accounts.unlink(member, service)
            await self._memory.nowplaying.refuse(member, forget=False)
        async with self._turn:
            async with self._feedback.turn, self._memory.histories.turn(member):
                erased = await self._store.rights.erase_member(member, server, self._clock())
                self._memory.tastes.forget(server, member)
            await self._memory.forget(server, member)
            until = await self._trainer.forget([member], server)
            await self._scrub()
        log.info("member forgotten", everywhere=server is None, deleted=erased.deleted)
        return Forgotten(erased, until)

    async def forget_server(self, server: ServerId, *, left: bool) -> Forgotten:
        """Delete everything of a server: all of it where Segue was removed, and else what an admin may reset.

        Raises:
            StoreError: nothing was deleted.
        """
        members = self._memory.tastes.members(server)
        known = await self._store.leaving.held([server], float("inf"), EVERYBODY) if left else []
        async with self._turn:
            async with self._feedback.turn:
                erased = await self._store.rights.erase_server(server, left=left)
                self._memory.tastes.forget(server)
            await self._memory.forget(server, None)
            until = await self._trainer.forget(members, server)
            await self._scrub()
        for _, member in known:
            if not await self._store.leaving.elsewhere(member, but=server):
                await self.forget(member, None)  # such as an account that was linked there
        log.info("server forgotten", server=server, left=left, deleted=erased.deleted)
        return Forgotten(erased, until)

    async def keep_for(self, server: ServerId, days: int) -> Erased:
        """Delete what is older than so many days in a server.

        Raises:
            StoreError: nothing was deleted.
        """
        before = self._clock() - days * DAY
        async with self._turn:
            erased = await self._store.rights.expire(server, before)
            if erased.deleted:
                members = self._memory.tastes.members(server)
                await self._feedback.read_again(server)
                await self._memory.picker.forget(server)
                await self._trainer.forget(members, server)
                await self._scrub()
        return erased

    async def scrub_again(self) -> None:
        """Finish what could not be overwritten before, because somebody was reading."""
        if await self._store.meta.get(SCRUB) == "1":
            async with self._turn:
                await self._scrub(largest=sys.maxsize)

    async def _scrub(self, *, largest: int = LARGE) -> None:
        file = database_file(self._store.url)
        if file is None:
            return
        await self._store.meta.set(SCRUB, "1")
        if await asyncio.to_thread(scrub, file, largest=largest):
            await self._store.meta.set(SCRUB, "0")
        else:
            log.info("deleted rows are still in the log: it is emptied later")
