"""Which sources there are, and how they are opened by an operator's choice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.sources import (
    acousticbrainz,
    deezer,
    itunes,
    listenbrainz,
    listenbrainz_labs,
    musicbrainz,
    reccobeats,
)
from bot.sources.acousticbrainz import AcousticBrainz
from bot.sources.deezer import Deezer
from bot.sources.itunes import Itunes
from bot.sources.listenbrainz import ListenBrainz
from bot.sources.listenbrainz_labs import ListenBrainzLabs
from bot.sources.musicbrainz import MusicBrainz
from bot.sources.outbound import Outbound, Policy, open_session
from bot.sources.protocol import Source
from bot.sources.reccobeats import ReccoBeats
from bot.sources.together import Sources


@dataclass(frozen=True, slots=True)
class Offer:
    """A source as it comes: how it is treated, and how it is made."""

    policy: Policy
    make: Callable[[Outbound], Source]


OFFERS: Mapping[str, Offer] = {
    deezer.POLICY.name: Offer(deezer.POLICY, Deezer),
    musicbrainz.POLICY.name: Offer(musicbrainz.POLICY, MusicBrainz),
    itunes.POLICY.name: Offer(itunes.POLICY, Itunes),
    listenbrainz.POLICY.name: Offer(listenbrainz.POLICY, ListenBrainz),
    listenbrainz_labs.POLICY.name: Offer(listenbrainz_labs.POLICY, ListenBrainzLabs),
    reccobeats.POLICY.name: Offer(reccobeats.POLICY, ReccoBeats),
    acousticbrainz.POLICY.name: Offer(acousticbrainz.POLICY, AcousticBrainz),
}
"""All of them, in the order in which they are believed."""


@asynccontextmanager
async def open_sources(names: Collection[str]) -> AsyncGenerator[Sources]:
    """Open the sources of these names on one HTTP session; nothing is asked yet."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session())
        made: list[Source] = []
        for name, offer in OFFERS.items():
            if name in names:
                outbound = Outbound(offer.policy, session)
                stack.push_async_callback(outbound.close)
                made.append(offer.make(outbound))
        yield Sources(made)
