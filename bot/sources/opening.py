"""Which sources there are, and how they are opened by an operator's choice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr

from bot.sources import (
    acousticbrainz,
    deezer,
    itunes,
    lastfm,
    listenbrainz,
    listenbrainz_labs,
    musicbrainz,
    radio_browser,
    reccobeats,
    spotify,
)
from bot.sources.acousticbrainz import AcousticBrainz
from bot.sources.deezer import Deezer
from bot.sources.itunes import Itunes
from bot.sources.lastfm import Lastfm
from bot.sources.listenbrainz import ListenBrainz
from bot.sources.listenbrainz_labs import ListenBrainzLabs
from bot.sources.memory import Memory
from bot.sources.musicbrainz import MusicBrainz
from bot.sources.outbound import Outbound, Policy, open_session
from bot.sources.protocol import Source
from bot.sources.radio_browser import RadioBrowser
from bot.sources.reccobeats import ReccoBeats
from bot.sources.spotify import Spotify, SpotifyApp, SpotifyConfig
from bot.sources.spotify.config import POLICY as SPOTIFY
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
    radio_browser.POLICY.name: Offer(radio_browser.POLICY, RadioBrowser),
}
"""Those that need no key, in the order in which they are believed."""


KEYED = ("spotify", "lastfm")
"""Those that need a key of the operator's, in front of the others: where there is a key, they are asked."""
NAMES = (*KEYED, *OFFERS)
LABELS: Mapping[str, str] = {
    SPOTIFY.name: SPOTIFY.label,
    lastfm.POLICY.name: lastfm.POLICY.label,
    **{name: offer.policy.label for name, offer in OFFERS.items()},
}
"""What members call them."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What an operator was given by services.

    Attributes:
        contact: how whoever runs Segue can be reached, for MusicBrainz.
    """

    spotify: SpotifyApp | None = None
    lastfm: SecretStr | None = None
    listenbrainz: SecretStr | None = None
    contact: str | None = None


@asynccontextmanager
async def open_sources(names: Collection[str], keys: Keys, memory: Memory) -> AsyncGenerator[Sources]:
    """Open the sources of these names that can be asked with these keys; nothing is asked yet.

    Args:
        memory: where what must survive a restart is kept, such as how many calls were made today.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session())

        def outbound(way: Outbound) -> Outbound:
            stack.push_async_callback(way.close)
            return way

        made: list[Source] = []
        for name, offer in OFFERS.items():
            if name in names:
                made.append(offer.make(outbound(_way(offer.policy, session, keys))))
        if keys.spotify is not None and "spotify" in names:
            made.append(Spotify(outbound(spotify.open_outbound(keys.spotify, memory)), SpotifyConfig()))
        if keys.lastfm is not None and "lastfm" in names:
            made.append(Lastfm(outbound(lastfm.open_outbound(keys.lastfm, session))))
        yield Sources(made)


def _way(policy: Policy, session: aiohttp.ClientSession, keys: Keys) -> Outbound:
    if keys.contact and policy.name == musicbrainz.POLICY.name:
        policy = policy.model_copy(update={"user_agent": f"{policy.user_agent} ( {keys.contact} )"[:200]})
    own = keys.listenbrainz if policy.name == listenbrainz.POLICY.name else None
    return Outbound(policy, session, secrets=None if own is None else listenbrainz.secrets(own))
