"""``/privacy``: what is held of a member or a server, taken along or deleted: rows, logs, copies, memory and models."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.errors import NotLinked
from bot.store import Store
from bot.store.accounts import AccountService
from bot.store.database import database_file
from bot.store.records import ListeningConsent, MemberChoices, MemberId, ServerId
from bot.store.rights import SCRUB, UNLEARN, Erased
from bot.store.scrubbing import LARGE, scrub
from bot.usecases.accounts import Accounts
from bot.usecases.feedback import Feedback
from bot.usecases.forgetting import Memory
from bot.usecases.takeout import Parts, packed
from bot.usecases.training import Trainer

log = structlog.get_logger(__name__)

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

    async def alone(self, server: ServerId, member: MemberId) -> bool:
        """Whether a member is known in this server only, so that nothing is left for what they have in none."""
        return not await self._store.leaving.elsewhere(member, but=server)

    async def forget(self, member: MemberId, server: ServerId | None) -> Forgotten:
        """Delete everything of a member at once, in one server or everywhere.

        Of who is known in that server only, what belongs to none goes as well, such as linked accounts.

        Raises:
            StoreError: nothing of what is theirs in servers was deleted, or it was, and the rest follows by itself.
        """
        return await self.forget_all([(server, member)])

    async def forget_all(self, whose: Iterable[tuple[ServerId | None, MemberId]]) -> Forgotten:
        """Delete everything of several members, each in one server or everywhere; the slow rest is done once for all.

        Raises:
            StoreError: as `forget`; those before are forgotten.
        """
        deleted = unnamed = 0
        gone: defaultdict[ServerId | None, list[MemberId]] = defaultdict(list)
        async with self._turn:
            for place, member in whose:
                server = None if place is not None and await self.alone(place, member) else place
                self._memory.histories.leave_off(member)
                if server is None:
                    await self._part(member)
                async with self._feedback.turn, self._memory.histories.turn(member):
                    erased = await self._store.rights.erase_member(member, server, self._clock())
                    self._memory.drop(server, member)
                    self._memory.nowplaying.drop(server, member)
                    await self._memory.histories.refresh(member)
                gone[server].append(member)
                deleted, unnamed = deleted + erased.deleted, unnamed + erased.unnamed
                log.info("member forgotten", everywhere=server is None, deleted=erased.deleted)
            until = await self._finish(gone)
            await self._scrub()
        return Forgotten(Erased(deleted, unnamed), until)

    async def forget_server(self, server: ServerId, *, left: bool) -> Forgotten:
        """Delete everything of a server: all of it where Segue was removed, and else what an admin may reset.

        Where Segue was removed the file is written anew by `go_on`, once for all that goes on one day.

        Raises:
            StoreError: nothing of the server was deleted, or it was, and the rest follows by itself.
        """
        async with self._turn:
            known = await self._store.leaving.held([server], float("inf"), EVERYBODY) if left else []
            alone = [member for _, member in known if await self.alone(server, member)]
            for member in alone:  # a crash in between leaves the server, and with it who is still to part
                self._memory.histories.leave_off(member)
                await self._part(member)
                await self._store.rights.unmention(member)
            members = self._memory.tastes.members(server)
            async with self._feedback.turn:
                erased = await self._store.rights.erase_server(server, left=left, alone=alone)
                self._memory.drop(server, None)
            if left:
                self._memory.nowplaying.drop(server, None)
            await self._memory.listen_again()
            until = await self._finish({server: members, None: alone})
            if not left:
                await self._scrub()
        log.info("server forgotten", server=server, left=left, deleted=erased.deleted)
        return Forgotten(erased, until)

    async def _part(self, member: MemberId) -> None:
        """Take back what a member agreed to in no server: their accounts, and that their listening is read."""
        for service in AccountService:
            with contextlib.suppress(NotLinked):
                await self._accounts.unlink(member, service)
        await self._memory.nowplaying.refuse(member, forget=False)

    async def _finish(self, gone: Mapping[ServerId | None, Sequence[MemberId]]) -> float:
        """Do what deleted rows leave to be done in memory and in models; until when models hold them."""
        await self._memory.read_again()
        until = self._clock()
        for server, members in gone.items():
            until = max(until, await self._trainer.forget(members, server))
        await self._store.meta.set(UNLEARN, "0")
        return until

    async def keep_for(self, server: ServerId, days: int) -> Erased:
        """Delete what is older than so many days in a server; the file is written anew by `go_on`.

        Raises:
            StoreError: nothing was deleted.
        """
        before = self._clock() - days * DAY
        async with self._turn:
            members = self._memory.tastes.members(server)
            async with self._feedback.turn:
                erased = await self._store.rights.expire(server, before)
                if erased.deleted:
                    await self._feedback.read_again(server)
                    self._memory.picker.drop(server)
            if erased.deleted:
                await self._finish({server: members})
        return erased

    async def go_on(self) -> None:
        """Finish what a crash, a store that refused or somebody who was reading left of earlier deletions.

        Raises:
            StoreError: it is tried again at the next turn.
        """
        async with self._turn:
            if await self._store.meta.get(UNLEARN) == "1":
                await self._memory.listen_again()
                await self._finish({None: ()})
            if await self._store.meta.get(SCRUB) == "1":
                await self._scrub(largest=sys.maxsize)

    async def _scrub(self, *, largest: int = LARGE) -> None:
        file = database_file(self._store.url)
        if file is None:
            return
        if await asyncio.to_thread(scrub, file, largest=largest):
            await self._store.meta.set(SCRUB, "0")
        else:
            log.info("deleted rows are still in the log: it is emptied later")
