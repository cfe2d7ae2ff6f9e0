"""Signing in at Spotify: what was begun in Discord and comes back through the browser, once, within ten minutes."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from bot.errors import StaleLink
from bot.sources.spotify_accounts import SpotifyAccounts
from bot.store.records import MemberId, ServerId
from bot.usecases.grants import Grants

PATIENCE = 600.0
"""Seconds within which a member comes back from Spotify."""
MOST = 1_000
"""Sign-ins under way; a newer one takes the place of the oldest."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where a member signs in, and until when that works (unix time)."""

    url: str
    until: float


@dataclass(frozen=True, slots=True)
class Linkage:
    """A sign-in that came to its end: which member of which server, and what both sides call them."""

    member: MemberId
    server: ServerId
    who: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    member: MemberId
    server: ServerId
    who: str
    state: SecretStr
    verifier: SecretStr
    until: float


class Linking:
    """Begins and ends sign-ins. All of it is in memory only: after a restart members begin again.

    The state (256 random bits) says which member began; the verifier (PKCE) makes a code that was issued for
    somebody else's sign-in worthless.
    """

    def __init__(self, spotify: SpotifyAccounts, grants: Grants, now: Callable[[], float]) -> None:
        self._spotify = spotify
        self._grants = grants
        self._now = now
        self._begun: dict[MemberId, _Begun] = {}
        self._ending: dict[MemberId, _Begun] = {}

    def begin(self, member: MemberId, server: ServerId, who: str) -> Invitation:
        """Begin a sign-in, in place of an earlier one of the same member.

        Args:
            who: what Discord calls the member; the last page says it, so that nobody links for somebody else unawares.
        """
        self.forget(member)
        while len(self._begun) >= MOST:
            self._begun.pop(next(iter(self._begun)))
        begun = _Begun(
            member=member,
            server=server,
            who=who,
            state=SecretStr(secrets.token_urlsafe(32)),
            verifier=SecretStr(secrets.token_urlsafe(64)),
            until=self._now() + PATIENCE,
        )
        self._begun[member] = begun
        return Invitation(self._spotify.authorize_url(begun.state, begun.verifier), begun.until)

    def forget(self, member: MemberId) -> None:
        """Call off a member's sign-in, even one that is about to end."""
        self._begun.pop(member, None)
        self._ending.pop(member, None)

    def deny(self, state: str) -> None:
        """The member said no at Spotify: the state is used up.

        Raises:
            StaleLink: there is no such sign-in.
        """
        self._taken(state)

    async def complete(self, state: str, code: SecretStr) -> Linkage:
        """Take the code that the browser brought; the account is linked then.

        Raises:
            StaleLink: there is no such sign-in, it took too long, or it was called off meanwhile.
            GrantRefused: Spotify does not take the code.
            NotInvited: this person is not among the users of the operator's app.
            SourceError: Spotify cannot be asked just now.
        """
        begun = self._taken(state)
        self._ending[begun.member] = begun
        try:
            tokens = await self._spotify.exchange(code, begun.verifier)
            name = await self._spotify.name(tokens.access)
            if self._ending.get(begun.member) is not begun:
                raise StaleLink
            await self._grants.keep(begun.member, name, tokens)
        finally:
            if self._ending.get(begun.member) is begun:
                del self._ending[begun.member]
        return Linkage(begun.member, begun.server, begun.who, name)

    def _taken(self, state: str) -> _Begun:
        """The sign-in of a state, which works no second time. All are compared, each in constant time."""
        given, found = state.encode(), None
        for begun in self._begun.values():
            if hmac.compare_digest(begun.state.get_secret_value().encode(), given):
                found = begun
        if found is None:
            raise StaleLink
        del self._begun[found.member]
        if found.until <= self._now():
            raise StaleLink(expired=True)
        return found
