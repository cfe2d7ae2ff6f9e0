"""What is asked of a service, and the keys that go along with it but are never told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr
from yarl import URL

from bot.sources.outbound.policy import Policy


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys and tokens that go along with every call, in the query or in headers; never shown, compared or logged."""

    query: Mapping[str, SecretStr] = field(default_factory=dict[str, SecretStr])
    headers: Mapping[str, SecretStr] = field(default_factory=dict[str, SecretStr])


@dataclass(frozen=True, slots=True)
class Question:
    """One call to make: what it is told apart by, so no secret is in it.

    Attributes:
        own: keys of whoever asks, instead of Segue's: the answer is theirs alone.
        number: tells apart what is asked with own keys, which alone would let two askers share one answer.
        background: no member waits for it; the same question is the same with and without.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    own: Secrets | None = field(default=None, compare=False, repr=False)
    number: int = 0
    background: bool = field(default=False, compare=False)

    @property
    def repeatable(self) -> bool:
        """Whether asking twice does no harm: what somebody sends with own keys changes something there."""
        return self.own is None or self.body is None

    def address(self, policy: Policy, secrets: Secrets) -> URL:
        """The whole address, keys included: for the call alone, never for a log or an error."""
        keys = [(name, key.get_secret_value()) for name, key in (self.own or secrets).query.items()]
        return URL(f"{policy.base.rstrip('/')}/{self.path.lstrip('/')}").with_query([*self.query, *keys])

    def headers(self, policy: Policy, secrets: Secrets) -> dict[str, str]:
        """Every header of the call, tokens included."""
        headers = {"User-Agent": policy.user_agent, "Accept": "application/json"}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        return headers | {name: key.get_secret_value() for name, key in (self.own or secrets).headers.items()}
