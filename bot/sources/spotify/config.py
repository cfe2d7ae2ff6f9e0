"""How Spotify is asked: addresses, limits and quota as configuration."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.sources.found import SourceName
from bot.sources.outbound import Allowance, Policy

NAME = SourceName("spotify")
LABEL = "Spotify"
# Spotify counts calls in 30 seconds and does not say how many it takes; the day's budget is far less than this.
POLICY = Policy(
    name=NAME,
    label=LABEL,
    base="https://api.spotify.com/v1",
    calls=10,
    per_seconds=5.0,
    quota_seconds=30.0,
    largest_answer=4_000_000,  # the head of a playlist may carry a hundred songs with all their countries
)


@dataclass(frozen=True, slots=True)
class SpotifyApp:
    """The app whose credentials are used; its secret never shows."""

    client_id: str
    client_secret: SecretStr

    def __post_init__(self) -> None:
        if not self.client_id or not self.client_secret.get_secret_value():
            raise ValueError(
                "both client id and client secret are needed"
            )  # spotipy would look in the environment

    @property
    def mark(self) -> str:
        """What tells the app from another one in stored keys: 12 digits."""
        return hashlib.sha256(self.client_id.encode()).hexdigest()[:12]


class SpotifyConfig(BaseModel):
    """Where Spotify is, and what it allows in late 2026."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: Policy = Field(default=POLICY, description="Address, limits and patience.")
    token_url: str = Field(
        default="https://accounts.spotify.com/api/token",
        pattern=r"^https?://[^?#]+$",
        description="Where client credentials are changed into a token.",
    )
    allowance: Allowance = Field(
        default=Allowance(), description="Calls in 24 hours, for all apps of one developer account together."
    )
    exceeded_seconds: float = Field(
        default=3_600.0,
        gt=0,
        description="How long to leave it alone when the day's quota is exceeded and it does not say for how long.",
    )
    market: str = Field(
        default="US",
        pattern=r"^[A-Z]{2}$",
        description="Country (ISO 3166-1) whose podcasts and audiobooks are found; without a user Spotify wants one.",
    )
    search_page: int = Field(default=10, ge=1, le=50, description="The most that one search may bring.")
    albums_page: int = Field(default=10, ge=1, le=50, description="The most albums of an artist in one call.")
    songs_page: int = Field(default=50, ge=1, le=50, description="The most songs of an album in one call.")
    items_page: int = Field(default=50, ge=1, le=100, description="The most songs of a playlist in one call.")
    longest_playlist: int = Field(default=500, ge=1, description="Songs of a playlist that are read, in all.")
    features_page: int = Field(
        default=100, ge=1, le=100, description="Songs whose audio features come in one call."
    )
    probe_track: str = Field(
        default="11dFghVXANMlKmJXsNCbNl",
        pattern=r"^[0-9A-Za-z]+$",
        description="The song by which legacy calls are tried: the one of Spotify's own documentation.",
    )
    probe_artist: str = Field(
        default="0TnOYISbd1XYRBk9myaseg", pattern=r"^[0-9A-Za-z]+$", description="The artist for the same."
    )
