"""Members' permissions at Spotify: sealed on disk, renewed before they end, and lost when Spotify says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from weakref import WeakValueDictionary

import structlog
from pydantic import SecretStr

from bot.errors import LinkLost, NotLinked
from bot.sources.spotify_accounts import LASTS, SpotifyAccounts
from bot.sources.spotify_accounts_shapes import GrantRefused, Tokens
from bot.store.accounts import Account, AccountService, AccountStore
from bot.store.records import MemberId
from bot.usecases.secrecy import Secrecy, Unreadable

log = structlog.get_logger(__name__)

SPOTIFY = AccountService.SPOTIFY
MARGIN = 60.0
"""Seconds before its end from which an access token is not used any more."""


def bound(member: MemberId, service: AccountService) -> str:
    """What a member's secret is sealed for."""
    return f"{service.value}:{member}"


class Grants:
    """Hands out tokens that hold. One renewal a member at a time: Spotify takes each refresh token once.

    Args:
        now: unix time.
        lost: is told whose link was lost.
    """

    def __init__(
        self,
        accounts: AccountStore,
        secrecy: Secrecy,
        spotify: SpotifyAccounts,
        now: Callable[[], float],
        lost: Callable[[MemberId, AccountService], None],
    ) -> None:
        self._accounts = accounts
        self._secrecy = secrecy
        self._spotify = spotify
        self._now = now
        self._lost = lost
        self._locks: WeakValueDictionary[MemberId, asyncio.Lock] = WeakValueDictionary()

    async def keep(self, member: MemberId, name: str, tokens: Tokens) -> None:
        """Write down what a member allowed."""
        now = self._now()
        await self._accounts.put(
            Account(
                member=member,
                service=SPOTIFY,
                name=name,
                at=now,
                secret=self._sealed(member, tokens),
                scopes=tokens.scopes,
                expires_at=now + LASTS,
            )
        )

    async def tokens(self, member: MemberId, *, refused: Tokens | None = None) -> Tokens:
        """Tokens that hold for a minute at least, renewed where they have to be.

        Args:
            refused: tokens that Spotify did not take although their time is not up; they are renewed in any case.

        Raises:
            NotLinked: the member has no account, or unlinked it in the meantime.
            LinkLost: no key opens what is written down, or Spotify refuses to renew it.
            SourceError: Spotify cannot be asked just now; nothing is lost.
        """
        async with self._alone(member):
            sealed = await self._found(member)
            tokens = self._unsealed(member, sealed)
            if tokens.until - MARGIN > self._now() and not _same(tokens, refused):
                return tokens
            try:
                fresh = await self._spotify.refreshed(tokens)
            except GrantRefused:
                await self._lose(member, sealed)
            else:
                renewed = self._sealed(member, fresh)
                if await self._accounts.replace_secret(member, SPOTIFY, was=sealed, secret=renewed):
                    return fresh
                # Unlinked meanwhile, which raises, or linked anew.
                return self._unsealed(member, await self._found(member))
        raise LinkLost(SPOTIFY)

    async def give_up(self, member: MemberId) -> None:
        """Count the member's link as lost, whatever its tokens look like."""
        account = await self._accounts.get(member, SPOTIFY)
        if account is not None and account.secret is not None:
            await self._lose(member, account.secret)

    async def revoke(self, account: Account) -> bool:
        """Have Spotify forget a removed account's tokens, where it offers that; whether it did."""
        if account.secret is None:
            return False
        return await self._spotify.revoke(self._unsealed(account.member, account.secret))

    def _alone(self, member: MemberId) -> AbstractAsyncContextManager[None]:
        lock = self._locks.get(member)
        if lock is None:
            lock = self._locks[member] = asyncio.Lock()
        return lock

    async def _found(self, member: MemberId) -> str:
        account = await self._accounts.get(member, SPOTIFY)
        if account is None:
            raise NotLinked(SPOTIFY)
        if account.secret is None:
            raise LinkLost(SPOTIFY)
        return account.secret

    async def _lose(self, member: MemberId, sealed: str) -> None:
        if await self._accounts.replace_secret(member, SPOTIFY, was=sealed, secret=None):
            log.info("link lost", service=SPOTIFY.value)
            self._lost(member, SPOTIFY)

    def _sealed(self, member: MemberId, tokens: Tokens) -> str:
        told = {
            "access": tokens.access.get_secret_value(),
            "refresh": tokens.refresh.get_secret_value(),
            "until": tokens.until,
            "scopes": tokens.scopes,
        }
        return self._secrecy.seal(SecretStr(json.dumps(told)), bound_to=bound(member, SPOTIFY))

    def _unsealed(self, member: MemberId, sealed: str) -> Tokens:
        try:
            told = json.loads(
                self._secrecy.unseal(sealed, bound_to=bound(member, SPOTIFY)).get_secret_value()
            )
        except Unreadable:
            told = None
        if told is None:
            raise LinkLost(SPOTIFY)
        return Tokens(
            SecretStr(told["access"]), SecretStr(told["refresh"]), told["until"], tuple(told["scopes"])
        )


def _same(tokens: Tokens, refused: Tokens | None) -> bool:
    return refused is not None and tokens.access == refused.access
