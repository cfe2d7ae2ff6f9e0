"""Members' accounts at music services, by their own wish: linked, listed, unlinked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from pydantic import SecretStr

from bot.errors import LinkingOff, LinkLost, NoSecrecy, NotLinked, UnknownAccount
from bot.sources.errors import SourceError
from bot.sources.protocol import AccountLookup
from bot.sources.together import Sources
from bot.store.accounts import Account, AccountService, AccountStore, Status, Unlinked
from bot.store.records import MemberId, ServerId
from bot.usecases.grants import SPOTIFY, Grants, bound
from bot.usecases.linking import Invitation, Linking
from bot.usecases.secrecy import Secrecy, Unreadable

log = structlog.get_logger(__name__)

Forget = Callable[[MemberId, AccountService], Awaitable[int]]
"""Deletes what was read from a member's account at a service; how many songs that were."""


class Accounts:
    """What members can do about their accounts.

    Args:
        secrecy: None where the operator gave no key: names can be linked then, secrets cannot.
        now: unix time.
    """

    def __init__(
        self,
        store: AccountStore,
        sources: Sources,
        secrecy: Secrecy | None,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._sources = sources
        self._secrecy = secrecy
        self._now = now
        self._forget: list[Forget] = []
        self._lost: set[tuple[MemberId, AccountService]] = set()
        self._linking: Linking | None = None
        self._grants: Grants | None = None

    def forgets(self, forget: Forget) -> None:
        """Have this delete, too, when an account is unlinked."""
        self._forget.append(forget)

    def serve_spotify(self, linking: Linking, grants: Grants) -> None:
        """Offer Spotify from now on."""
        self._linking, self._grants = linking, grants

    @property
    def keeps_secrets(self) -> bool:
        """Whether there is a key to seal secrets with."""
        return self._secrecy is not None

    @property
    def offered(self) -> tuple[AccountService, ...]:
        """The services at which accounts can be linked here."""
        named = [each for each in AccountService if isinstance(self._sources.named(each), AccountLookup)]
        return tuple([SPOTIFY] if self._linking is not None else []) + tuple(named)

    async def load(self) -> None:
        """Look through what is written down: seal it with the first key, and note whose links were lost."""
        if self._secrecy is None:
            return
        for service in AccountService:
            for account in await self._store.at(service):
                if not self._holds(account):
                    self.lose(account.member, service)
                elif account.secret is not None:
                    await self._reseal(account, account.secret)
        if self._lost:
            log.warning("links that do not hold", count=len(self._lost))

    def lose(self, member: MemberId, service: AccountService) -> None:
        """Note that a member has to link again; they are told at their next command."""
        self._lost.add((member, service))

    async def told(self, member: MemberId) -> tuple[AccountService, ...]:
        """The links that a member lost and has not heard of yet; what is left of refused ones is deleted."""
        lost: list[AccountService] = []
        for service in AccountService:
            if (member, service) not in self._lost:
                continue
            self._lost.discard((member, service))
            account = await self._store.get(member, service)
            if account is None or self._holds(account):
                continue  # unlinked or linked again in the meantime
            if account.secret is None:
                await self._store.remove(member, service)
            lost.append(service)
        return tuple(lost)

    async def of(self, member: MemberId) -> tuple[Status, ...]:
        """A member's accounts."""
        return tuple(Status(each, self._holds(each)) for each in await self._store.of(member))

    def invite(self, member: MemberId, server: ServerId, who: str) -> Invitation:
        """Begin a sign-in at Spotify.

        Raises:
            LinkingOff: the operator has not turned it on.
        """
        if self._linking is None:
            raise LinkingOff(SPOTIFY, self.offered)
        return self._linking.begin(member, server, who)

    async def link_name(
        self, member: MemberId, service: AccountService, name: str, *, token: SecretStr | None = None
    ) -> Account:
        """Link an account whose name is all that is needed, once the service has said that there is one.

        Args:
            token: the member's own key to the service; sealed before it is written down.

        Raises:
            LinkingOff: the service is not asked here.
            UnknownAccount: it knows nobody of that name.
            NoSecrecy: there is a token and no key to seal it with.
            SourceError: the service cannot be asked just now.
        """
        if token is not None and self._secrecy is None:
            raise NoSecrecy("There is no key to seal a token with.")
        source = self._sources.named(service)
        if not isinstance(source, AccountLookup):
            raise LinkingOff(service, self.offered)
        if not await source.has_account(name):
            raise UnknownAccount(service, name)
        sealed = None
        if token is not None and self._secrecy is not None:
            sealed = self._secrecy.seal(token, bound_to=bound(member, service))
        account = Account(member, service, name, self._now(), sealed)
        await self._store.put(account)
        return account

    async def token(self, member: MemberId, service: AccountService) -> SecretStr | None:
        """The key that a member gave with a name; None where they gave none.

        Raises:
            NotLinked: there is no such account.
            LinkLost: no key opens it.
        """
        account = await self._store.get(member, service)
        if account is None:
            raise NotLinked(service)
        if account.secret is None:
            return None
        try:
            return self._unsealed(account, account.secret)
        except Unreadable:
            pass
        raise LinkLost(service)

    async def unlink(self, member: MemberId, service: AccountService) -> Unlinked:
        """Delete an account at once, call off a sign-in under way, and then take the permission back.

        Raises:
            NotLinked: there is none.
        """
        if service is SPOTIFY and self._linking is not None:
            self._linking.forget(member)
        self._lost.discard((member, service))
        account = await self._store.remove(member, service)
        if account is None:
            raise NotLinked(service)
        songs = sum([await forget(member, service) for forget in self._forget])
        revoked = False
        if service is SPOTIFY and self._grants is not None:
            try:
                revoked = await self._grants.revoke(account)
            except (SourceError, LinkLost) as error:
                log.info("permission not taken back", service=service.value, why=type(error).__name__)
        return Unlinked(account, songs, revoked)

    async def _reseal(self, account: Account, sealed: str) -> None:
        if self._secrecy is None or self._secrecy.current(sealed):
            return
        text = self._unsealed(account, sealed)
        fresh = self._secrecy.seal(text, bound_to=bound(account.member, account.service))
        await self._store.replace_secret(account.member, account.service, was=sealed, secret=fresh)

    def _holds(self, account: Account) -> bool:
        if account.secret is None:
            return account.service is not SPOTIFY
        try:
            self._unsealed(account, account.secret)
        except Unreadable:
            return False
        return True

    def _unsealed(self, account: Account, sealed: str) -> SecretStr:
        if self._secrecy is None:
            raise Unreadable("there is no key")
        return self._secrecy.unseal(sealed, bound_to=bound(account.member, account.service))
