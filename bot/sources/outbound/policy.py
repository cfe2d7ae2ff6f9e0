"""How one outside service is treated: addresses, limits and patience, as configuration."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from pydantic import BaseModel, ConfigDict, Field


def _user_agent() -> str:
    try:
        return f"Segue/{version('segue-bot')} (Discord bot for music discovery)"
    except PackageNotFoundError:
        return "Segue (Discord bot for music discovery)"


class Policy(BaseModel):
    """What a source may do on the network. Seconds are real seconds; a call is one HTTP request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="What the source is stored and counted as.")
    label: str = Field(min_length=1, description="What members call the service.")
    base: str = Field(pattern=r"^https?://[^/?#]+(/[^?#]*)?$", description="Where its interface begins.")
    enabled: bool = Field(default=True, description="Whether the source may be asked at all.")
    user_agent: str = Field(
        default_factory=_user_agent,
        pattern=r"^[ -~]{1,200}$",
        description="How Segue introduces itself. MusicBrainz wants a way to reach whoever runs the program in it.",
    )
    calls: int = Field(default=5, ge=1, description="Calls that may leave in any `per_seconds`.")
    per_seconds: float = Field(default=1.0, gt=0, description="The window that `calls` are counted in.")
    seconds: float = Field(default=8.0, gt=0, description="The longest that a caller waits in all.")
    call_seconds: float = Field(default=4.0, gt=0, description="The longest that one call may take.")
    retries: int = Field(default=2, ge=0, le=10, description="Calls after a failed one, within `seconds`.")
    backoff_seconds: float = Field(
        default=0.3, gt=0, description="About how long to wait before the first retry; doubles every time."
    )
    backoff_limit: float = Field(default=4.0, gt=0, description="The longest wait before a retry.")
    quota_statuses: frozenset[int] = Field(
        default=frozenset({429}), description="HTTP statuses by which the service says: too many calls."
    )
    quota_seconds: float = Field(
        default=60.0, gt=0, description="How long to leave it alone when it does not say for how long."
    )
    quota_limit: float = Field(
        default=86_400.0, gt=0, description="The longest that a `Retry-After` is believed."
    )
    breaker_failures: int = Field(
        default=5, ge=1, description="Failed calls in a row after which it is left alone."
    )
    breaker_seconds: float = Field(
        default=60.0, gt=0, description="For how long; then one call tries whether it is well again."
    )
    absent_seconds: float = Field(
        default=3_600.0, ge=0, description="How long what was not found is not asked for again."
    )
    absent_entries: int = Field(default=2_048, ge=0, description="How many such questions are remembered.")
    largest_answer: int = Field(
        default=2_000_000, ge=1_000, description="Bytes of an answer, unpacked; longer ones are refused."
    )
