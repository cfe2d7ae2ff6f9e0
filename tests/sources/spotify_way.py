"""The way out to a stand-in for Spotify: spotipy with a token that holds, and a memory that is a dict."""

from __future__ import annotations

from random import Random
from typing import Any

import aiohttp
from pydantic import SecretStr
from spotipy.cache_handler import MemoryCacheHandler  # pyright: ignore[reportMissingTypeStubs]

from bot.sources.outbound import Outbound, Policy
from bot.sources.spotify import SpotifyApp, SpotifyConfig, SpotipyTransport, open_outbound
from tests.sources.standin import Standin

SECRET, TOKEN = "s3cret-that-nobody-may-see", "t0ken-that-nobody-may-see"
APP = SpotifyApp("0123456789abcdef0123456789abcdef", SecretStr(SECRET))


class DictMemory:
    """A memory that forgets nothing; ``sets`` counts what was written."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.sets = 0

    async def get(self, key: str) -> str | None:
        return self.texts.get(key)

    async def set(self, key: str, value: str) -> None:
        self.sets += 1
        self.texts[key] = value


def with_token(config: SpotifyConfig, service: Standin) -> SpotipyTransport:
    """A transport that has a token already, so that the stand-in sees only what is asked."""
    build: Any = MemoryCacheHandler
    tokens = build(token_info={"access_token": TOKEN, "expires_at": 2**40})
    return SpotipyTransport(APP, config, clock=service.clock, tokens=tokens)


def spotify_outbound(policy: Policy, _session: aiohttp.ClientSession, service: Standin) -> Outbound:
    """As `open_outbound`, to the stand-in."""
    config = SpotifyConfig(policy=policy, token_url=f"{service.base}/api/token")
    transport = with_token(config, service)
    return open_outbound(APP, DictMemory(), config, clock=service.clock, rng=Random(1), transport=transport)
