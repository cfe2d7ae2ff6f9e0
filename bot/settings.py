"""Settings from the environment and ``.env``: every one with a default, a meaning and what is allowed."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from yarl import URL

from bot.errors import WrongSetting
from bot.sources.opening import NAMES, Keys
from bot.sources.spotify import SpotifyApp
from bot.store.database import database_file
from bot.usecases.secrecy import keys_of

DRIVER = "sqlite+aiosqlite"


class Settings(BaseSettings):
    """What an operator can choose. Secrets never show in a representation or a log."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    discord_token: SecretStr | None = Field(
        default=None,
        validation_alias="DISCORD_TOKEN",
        description="The bot's token from the Discord developer portal. Without it, the local preview opens.",
    )
    spotify_client_id: str | None = Field(
        default=None,
        validation_alias="SPOTIFY_CLIENT_ID",
        pattern=r"^[0-9a-fA-F]{32}$",
        description="Client id of a Spotify app: 32 hexadecimal characters. Optional.",
    )
    spotify_client_secret: SecretStr | None = Field(
        default=None,
        validation_alias="SPOTIFY_CLIENT_SECRET",
        description="Client secret of the same Spotify app. Optional.",
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///data/segue.db",
        validation_alias="SEGUE_DATABASE_URL",
        description="Where everything is kept: sqlite+aiosqlite:///FILE.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        validation_alias="SEGUE_LOG_LEVEL",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console",
        validation_alias="SEGUE_LOG_FORMAT",
        description="How it is logged: console for people, json for machines.",
    )
    preview_port: int = Field(
        default=8765,
        ge=0,
        le=65535,
        validation_alias="SEGUE_PREVIEW_PORT",
        description="Port of the local preview on 127.0.0.1; 0 takes any free one.",
    )
    preview_database_url: str = Field(
        default="sqlite+aiosqlite:///data/preview.db",
        validation_alias="SEGUE_PREVIEW_DATABASE_URL",
        description="Database of the local preview, apart from the real one.",
    )
    blas_threads: int = Field(
        default=1,
        ge=1,
        le=64,
        validation_alias="SEGUE_BLAS_THREADS",
        description="Threads that the recommender's arithmetic may use, 1 to 64.",
    )
    refit_minutes: int = Field(
        default=15,
        ge=0,
        le=10_080,
        validation_alias="SEGUE_REFIT_MINUTES",
        description="Least minutes between two fits of the recommender while the bot runs; 0 fits at starts only.",
    )
    lastfm_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="LASTFM_API_KEY",
        description="Key of a Last.fm API account, for non-commercial use. Optional.",
    )
    listenbrainz_token: SecretStr | None = Field(
        default=None,
        validation_alias="LISTENBRAINZ_TOKEN",
        description="Token of a ListenBrainz account. Optional.",
    )
    contact: str | None = Field(
        default=None,
        max_length=120,
        pattern=r"^[ -~]+$",
        validation_alias="SEGUE_CONTACT",
        description="An address or page by which MusicBrainz can reach you; it asks every program for one. Optional.",
    )
    sources_chosen: str = Field(
        default="all",
        validation_alias="SEGUE_SOURCES",
        description="Music services that may be asked: all, none, or names with commas, such as deezer,musicbrainz.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        validation_alias="SEGUE_SECRET_KEY",
        description="Key that seals what linked accounts open with; `python -m bot key` makes one. Several with commas: the first seals, all open.",
    )
    link_url: str | None = Field(
        default=None,
        max_length=150,
        validation_alias="SEGUE_LINK_URL",
        description="Public address under which members' browsers come back from Spotify; turns /link spotify on.",
    )
    link_host: str = Field(
        default="127.0.0.1",
        pattern=r"^[0-9A-Za-z.:-]{1,100}$",
        validation_alias="SEGUE_LINK_HOST",
        description="Address on which Segue listens for them; 0.0.0.0 inside a container.",
    )
    link_port: int = Field(
        default=8766,
        ge=0,
        le=65535,
        validation_alias="SEGUE_LINK_PORT",
        description="Port on which Segue listens for them.",
    )
    commands_a_minute: int = Field(
        default=30,
        ge=0,
        le=10_000,
        validation_alias="SEGUE_COMMANDS_A_MINUTE",
        description="Commands that one member may use in a minute; 0 sets no limit.",
    )
    links: bool = Field(
        default=False,
        validation_alias="SEGUE_LINKS",
        description="1 answers members' links to songs in channels that admins choose; needs the Message Content intent.",
    )
    enrich: int = Field(
        default=500,
        ge=0,
        le=100_000,
        validation_alias="SEGUE_ENRICH",
        description="Songs a day at most that music services are asked about while the bot runs; 0 asks about none.",
    )
    enrich_new: int = Field(
        default=50,
        ge=0,
        le=10_000,
        validation_alias="SEGUE_ENRICH_NEW",
        description="New songs a day at most that come in because they are near liked ones, and as many new releases.",
    )
    presence: bool = Field(
        default=False,
        validation_alias="SEGUE_PRESENCE",
        description="Whether /nowplaying reads the Spotify activity of members who agree: true or false. Needs the presence intent.",
    )
    artists: bool = Field(
        default=True,
        validation_alias="SEGUE_ARTISTS",
        description="Whether songs that artists registered may come to other servers, each once you allowed it: true or false.",
    )
    health_file: Path = Field(
        default=Path("data/segue.health"),
        validation_alias="SEGUE_HEALTH_FILE",
        description="File touched every few seconds while gateway and database are well (for health checks).",
    )

    @field_validator("database_url", "preview_database_url")
    @classmethod
    def _known_driver(cls, value: str) -> str:
        try:
            driver = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError("not a database address") from error
        if driver != DRIVER:
            raise ValueError(f"it must begin with {DRIVER}://")
        if database_file(value) is None or make_url(value).query:
            raise ValueError(f"it must name a file and nothing else, such as {DRIVER}:///data/segue.db")
        return value

    @field_validator("sources_chosen")
    @classmethod
    def _known_sources(cls, value: str) -> str:
        unknown = [name for name in _names(value) if name not in {*NAMES, "all", "none"}]
        if unknown:
            raise ValueError(f"there is no source {unknown[0]}; there are {', '.join(NAMES)}")
        return value

    @field_validator("secret_key")
    @classmethod
    def _real_keys(cls, value: SecretStr | None) -> SecretStr | None:
        keys_of(value)
        return value

    @field_validator("link_url")
    @classmethod
    def _safe_address(cls, value: str | None) -> str | None:
        """Only what Spotify takes as a redirect address: https, or http on this very machine."""
        if value is None:
            return None
        url = URL(value)
        here = url.scheme == "http" and url.host in {"127.0.0.1", "::1"}
        if not (url.host and (url.scheme == "https" or here)):
            raise ValueError("it must begin with https:// (or http://127.0.0.1: for yourself alone)")
        if url.query_string or url.fragment or url.user or url.password:
            raise ValueError("it must be an address and a path, nothing else")
        return value.rstrip("/")

    @property
    def secret_keys(self) -> tuple[SecretStr, ...]:
        """The keys that seal secrets; the first one seals, all of them open."""
        return keys_of(self.secret_key)

    @property
    def link_missing(self) -> tuple[str, ...]:
        """The settings that the linking of Spotify accounts still needs; none when it is on."""
        needed = {
            "SEGUE_LINK_URL": self.link_url,
            "SPOTIFY_CLIENT_ID": self.spotify_client_id,
            "SEGUE_SECRET_KEY": self.secret_key,
        }
        return tuple(name for name, value in needed.items() if value is None)

    @property
    def link_callback(self) -> str:
        """Where Spotify sends members back to; the app's settings at Spotify need exactly this."""
        return f"{self.link_url or ''}/callback"

    @property
    def sources(self) -> frozenset[str]:
        """The names of the sources that may be asked."""
        names = _names(self.sources_chosen)
        return frozenset(NAMES if "all" in names else names) - {"none"}

    @property
    def keys(self) -> Keys:
        """What services have given the operator."""
        app = None
        if self.spotify_client_id is not None and self.spotify_client_secret is not None:
            app = SpotifyApp(self.spotify_client_id, self.spotify_client_secret)
        return Keys(app, self.lastfm_api_key, self.listenbrainz_token, self.contact)

    @property
    def spotify(self) -> bool:
        """Whether both halves of the Spotify credentials are there."""
        return self.spotify_client_id is not None and self.spotify_client_secret is not None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        files = [database_file(self.database_url), database_file(self.preview_database_url)]
        if files[0] and files[1] and files[0].resolve() == files[1].resolve():
            raise ValueError("SEGUE_PREVIEW_DATABASE_URL must be another file than SEGUE_DATABASE_URL")
        return self


def _names(text: str) -> list[str]:
    return [name for part in text.lower().split(",") if (name := part.strip())]


def aliases() -> dict[str, str]:
    """Environment name → meaning, for every setting, in the order of the class."""
    return {str(field.validation_alias): field.description or "" for field in Settings.model_fields.values()}


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings.

    Raises:
        WrongSetting: a value is not allowed or a ``SEGUE_`` name does not exist; the sentence names it.
    """
    known = aliases()
    written: set[str] = set(dotenv_values(env_file)) if env_file and env_file.is_file() else set()
    for name in sorted(set(os.environ) | written):
        if name.startswith("SEGUE_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(known)}."
            raise WrongSetting(f"There is no setting {name}.{hint}")
    try:
        return Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "SEGUE_PREVIEW_DATABASE_URL"
        raise WrongSetting(f"{name} is wrong: {first['msg']}. {known.get(name, '')}".strip()) from None
