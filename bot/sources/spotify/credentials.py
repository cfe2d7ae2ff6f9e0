"""Whether Spotify takes an app's credentials, and which track a pasted link names."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import requests
from spotipy.cache_handler import MemoryCacheHandler  # pyright: ignore[reportMissingTypeStubs]
from spotipy.oauth2 import (  # pyright: ignore[reportMissingTypeStubs]
    SpotifyClientCredentials,
    SpotifyOauthError,
)

from bot.sources.links import Kind, Link, Service, read_link

TOKEN_URL = "https://accounts.spotify.com/api/token"  # noqa: S105 - an address, not a secret
TIMEOUT = 5.0


class Credentials(StrEnum):
    """What Spotify said of a client id and secret."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


def track_id(link: str) -> str | None:
    """The track id in a pasted Spotify link or URI, or None."""
    match read_link(link):
        case Link(service=Service.SPOTIFY, kind=Kind.TRACK, id=track):
            return track
        case _:
            return None


def check(client_id: str, client_secret: str, *, token_url: str = TOKEN_URL) -> Credentials:
    """Ask Spotify for a token by client credentials; blocking for at most a few seconds.

    The session is our own, as spotipy's would sleep through a 429 (music-sources.md), and the token stays in memory.
    """
    with requests.Session() as session:
        # spotipy has no types of its own: what is inferred from its defaults is too narrow.
        build: Any = SpotifyClientCredentials
        asked = build(
            client_id,
            client_secret,
            requests_session=session,
            requests_timeout=TIMEOUT,
            cache_handler=MemoryCacheHandler(),
        )
        asked.OAUTH_TOKEN_URL = token_url
        try:
            asked.get_access_token(as_dict=False)
        except SpotifyOauthError as error:
            refused = str(error).startswith("error: invalid_client")
            return Credentials.REFUSED if refused else Credentials.UNREACHABLE
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return Credentials.UNREACHABLE
    return Credentials.TAKEN
