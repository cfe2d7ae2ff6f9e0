"""Spotify, through spotipy: it resolves names and links and lends artwork and the link.

Its developer terms forbid building profiles of people from its content and training models on it, metadata included.
So nothing of it is learnt from: popularity, genres and tags are left out of what is found, and audio features and
related artists (`legacy`) are apart, for an operator to turn on whose app may have them.
"""

from __future__ import annotations

from bot.sources.spotify.calls import Legacy
from bot.sources.spotify.config import SpotifyApp, SpotifyConfig
from bot.sources.spotify.credentials import Credentials, check, track_id
from bot.sources.spotify.legacy import (
    Access,
    NotForThisApp,
    SpotifyAudioFeatures,
    SpotifyRelatedArtists,
    legacy_sources,
)
from bot.sources.spotify.opening import open_budget, open_outbound
from bot.sources.spotify.source import PlaylistClosed, Spotify
from bot.sources.spotify.transport import SpotipyTransport

__all__ = [
    "Access",
    "Credentials",
    "Legacy",
    "NotForThisApp",
    "PlaylistClosed",
    "Spotify",
    "SpotifyApp",
    "SpotifyAudioFeatures",
    "SpotifyConfig",
    "SpotifyRelatedArtists",
    "SpotipyTransport",
    "check",
    "legacy_sources",
    "open_budget",
    "open_outbound",
    "track_id",
]
