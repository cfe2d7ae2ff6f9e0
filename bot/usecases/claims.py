"""Songs that members registered as their own, at hand: whose is which, and which may come where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.store import Store
from bot.store.records import Claim, ClaimState, MemberId, ServerId, SongId

READ_AGAIN = 60.0
"""Seconds after which the store is looked into again: the operator allows and refuses from another process."""


class Claims:
    """Registrations, in the store and in memory."""

    def __init__(self, store: Store, clock: Callable[[], float], *, beyond: bool = True) -> None:
        """Keep them.

        Args:
            beyond: whether songs that the operator allowed may come to other servers.
        """
        self._store = store
        self._clock = clock
        self._beyond = beyond
        self._of: dict[SongId, Claim] = {}
        self._read_at = 0.0
        # What is written and what is read anew take turns, so that neither overlooks the other.
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read all of them."""
        async with self._turn:
            self._read_at = self._clock()
            self._of = {claim.song: claim for claim in await self._store.claims.all()}

    async def catch_up(self) -> None:
        """Read them again after a while."""
        if self._clock() - self._read_at >= READ_AGAIN:
            await self.load()

    def all(self) -> list[Claim]:
        """Every registration, the oldest first."""
        return list(self._of.values())

    def get(self, song: SongId) -> Claim | None:
        """The registration of a song."""
        return self._of.get(song)

    def owns(self, member: MemberId, song: SongId) -> bool:
        """Whether a member does not rate a song, as it is their own."""
        claim = self._of.get(song)
        return claim is not None and claim.holds and claim.member == member

    def own(self, member: MemberId) -> set[SongId]:
        """All songs that a member does not rate, and is not shown either."""
        return {claim.song for claim in self._of.values() if claim.holds and claim.member == member}

    def coming(self, server: ServerId) -> list[Claim]:
        """What may come in a server: what its admins confirmed, and what the operator lets come everywhere."""
        return [
            claim
            for claim in self._of.values()
            if claim.state is ClaimState.CONFIRMED
            and (claim.server == server or (self._beyond and claim.allowed))
        ]

    async def put(self, claim: Claim) -> None:
        """Write a registration down, then know it."""
        async with self._turn:
            await self._store.claims.put(claim)
            self._of.pop(claim.song, None)
            self._of[claim.song] = claim

    async def remove(self, song: SongId) -> None:
        """Delete a registration."""
        async with self._turn:
            await self._store.claims.remove(song)
            self._of.pop(song, None)

    async def forget(self, member: MemberId) -> None:
        """Forget a member everywhere: their songs, and their name on what they confirmed."""
        await self._store.claims.forget(member)
        await self.load()
