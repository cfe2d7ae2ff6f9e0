"""``/artist``: a member says that a song is theirs, an admin of their server confirms it, and they see how it is received."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.errors import (
    ClaimGone,
    ClaimRefused,
    NameHidden,
    NotASong,
    NotClaimed,
    SongClaimed,
    TooManyClaims,
)
from bot.store import Store
from bot.store.records import Claim, ClaimState, ItemKind, MemberId, ServerId, Song, SongId
from bot.usecases.choices import Choices
from bot.usecases.claims import Claims
from bot.usecases.feedback import Feedback
from bot.usecases.histories import Histories
from bot.usecases.library import Library
from bot.usecases.reception import Reception, received
from bot.usecases.taste import DAY, Tastes

MOST, MOST_WAITING = 20, 3
"""Songs of one member, and those of them that may wait for an admin at a time."""
WAITS = 14 * DAY
"""Seconds after which a registration that nobody confirmed gives way to somebody else's."""


class Registering:
    """Registers, settles, removes and reports. A name is never told outside the server where it was registered."""

    def __init__(
        self,
        store: Store,
        tastes: Tastes,
        library: Library,
        choices: Choices,
        claims: Claims,
        feedback: Feedback,
        histories: Histories,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._tastes = tastes
        self._library = library
        self._choices = choices
        self._claims = claims
        self._feedback = feedback
        self._histories = histories
        self._clock = clock
        # Two who register one song at once are one after the other.
        self._turn = asyncio.Lock()

    async def register(self, server: ServerId, member: MemberId, song: Song) -> Claim:
        """Take a member's word that a song is theirs; from then on they do not rate it, and what they said of it is taken back.

        Said again while it waits, or where it was confirmed, it changes nothing.

        Raises:
            NotASong, NameHidden, SongClaimed, ClaimRefused, TooManyClaims: it cannot be registered.
            StoreError: it was not saved.
        """
        if song.kind is not ItemKind.SONG:
            raise NotASong("That is no song.")
        if self._choices.member(server, member).hidden:
            raise NameHidden("Who confirms has to see whose song it is.")
        async with self._turn:
            await self._claims.load()
            known = self._claims.get(song.id)
            claim = known if known is not None and known.holds and known.member == member else None
            if claim is None:
                self._check(known, member)
                claim = Claim(song.id, server, member, ClaimState.WAITING, self._clock())
                await self._claims.put(claim)
        # Nothing of theirs can come after this any more; done again, it finishes what was cut off.
        await self._feedback.silence(member, song.id)
        await self._histories.refresh(member)
        return claim

    def _check(self, known: Claim | None, member: MemberId) -> None:
        if known is not None and known.member == member:
            raise ClaimRefused("Somebody said no already.")
        stale = known is not None and known.state is ClaimState.WAITING and known.at < self._clock() - WAITS
        if known is not None and known.holds and not stale:
            raise SongClaimed("Somebody else registered it.")
        own = [claim for claim in self.of(member) if claim.holds]
        if sum(claim.state is ClaimState.WAITING for claim in own) >= MOST_WAITING:
            raise TooManyClaims(MOST_WAITING, waiting=True)
        if len(own) >= MOST:
            raise TooManyClaims(MOST, waiting=False)

    async def settle(
        self, server: ServerId, song: SongId, member: MemberId, *, by: MemberId, confirmed: bool
    ) -> Claim:
        """Confirm or refuse what waits in a server.

        Raises:
            ClaimGone: it was settled or taken back, or another member's has taken its place.
            StoreError: nothing was changed.
        """
        async with self._turn:
            await self._claims.load()
            claim = self._claims.get(song)
            if claim is None or (claim.server, claim.member) != (server, member):
                raise ClaimGone("That does not wait any more.")
            if claim.state is not ClaimState.WAITING:
                raise ClaimGone("That was settled already.")
            settled = replace(claim, state=ClaimState.CONFIRMED if confirmed else ClaimState.REFUSED, by=by)
            await self._claims.put(settled)
        await self._histories.refresh(member)
        return settled

    async def remove(self, server: ServerId, member: MemberId, song: SongId, *, admin: bool) -> Claim:
        """End a registration: a member's own, wherever it was made; an admin any of their server. Its artist may rate it again.

        Raises:
            NotClaimed: there is none that they may end.
            StoreError: nothing was changed.
        """
        async with self._turn:
            await self._claims.load()
            claim = self._claims.get(song)
            own = claim is not None and claim.member == member
            if claim is None or not claim.holds or not (own or (admin and claim.server == server)):
                raise NotClaimed
            if own:
                await self._claims.remove(song)
            else:
                # What an admin ended is not registered again by the same member.
                await self._claims.put(replace(claim, state=ClaimState.REFUSED, by=member, allowed=False))
        await self._histories.refresh(claim.member)
        return claim

    def of(self, member: MemberId) -> list[Claim]:
        """What a member registered, the newest first."""
        return [claim for claim in reversed(self._claims.all()) if claim.member == member]

    def of_server(self, server: ServerId) -> list[Claim]:
        """What holds of a server, the newest first."""
        return [c for c in reversed(self._claims.all()) if c.server == server and c.holds]

    def waiting(self, server: ServerId) -> list[Claim]:
        """What waits for an admin of a server, the oldest first."""
        return [
            claim
            for claim in self._claims.all()
            if claim.server == server and claim.state is ClaimState.WAITING
        ]

    async def report(self, server: ServerId, member: MemberId, song: SongId) -> Reception:
        """How a member's song was received since it was registered; asked for in the server where that was.

        Raises:
            NotClaimed: it is not theirs, or they registered it elsewhere.
        """
        claim = self._claims.get(song)
        if claim is None or not claim.holds or claim.member != member:
            raise NotClaimed
        if claim.server != server:
            raise NotClaimed(elsewhere=True)
        return await received(claim, self._store, self._tastes)
