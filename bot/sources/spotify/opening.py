"""The way out to Spotify, put together: spotipy, the policy, and the day's budget."""

from __future__ import annotations

from random import Random

from bot.sources.memory import Memory
from bot.sources.outbound import Budget, Clock, Outbound, SystemClock
from bot.sources.spotify import shapes
from bot.sources.spotify.config import LABEL, SpotifyApp, SpotifyConfig
from bot.sources.spotify.transport import SpotipyTransport

# For all apps of a developer account together, as Spotify counts; so without the app's mark.
_CALLS_KEY = "spotify.calls"


def open_budget(memory: Memory, config: SpotifyConfig | None = None, clock: Clock | None = None) -> Budget:
    """The day's calls, counted in ``memory``: one for all that asks Spotify, as two would write over each other."""
    return Budget(LABEL, _CALLS_KEY, (config or SpotifyConfig()).allowance, memory, clock or SystemClock())


def open_outbound(
    app: SpotifyApp,
    memory: Memory,
    config: SpotifyConfig | None = None,
    *,
    clock: Clock | None = None,
    rng: Random | None = None,
    transport: SpotipyTransport | None = None,
) -> Outbound:
    """The way out to Spotify through spotipy, its calls counted in ``memory``."""
    config, clock = config or SpotifyConfig(), clock or SystemClock()
    return Outbound(
        config.policy,
        transport or SpotipyTransport(app, config, clock=clock),
        budget=open_budget(memory, config, clock),
        told=shapes.told(config.exceeded_seconds),
        clock=clock,
        rng=rng,
    )
