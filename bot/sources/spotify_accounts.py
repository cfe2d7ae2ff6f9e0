"""Spotify in a member's name: sign-in by authorization code with PKCE, what they listen to, a playlist of their own.

spotipy's SpotifyPKCE is for one user at a desk: it blocks, opens a browser, keeps one token and logs it at DEBUG. The
exchange itself is two forms (RFC 6749, RFC 7636), sent through `Personal` here.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.sources import spotify_accounts_shapes as shapes
from bot.sources.outbound import Budget, Clock, Metrics, Policy, open_session
from bot.sources.outbound.personal import Call, Personal
from bot.sources.spotify_accounts_shapes import Page, Span, Tokens

SCOPES = ("user-read-recently-played", "user-top-read", "user-library-read", "playlist-modify-private")
PEOPLE = 5
"""How many people an app in development mode serves, its owner among them."""
LASTS = 180 * 86_400.0
"""Seconds after which Spotify wants a member to sign in again, whatever was refreshed meanwhile (since June 2026)."""
PAGE = 50
ADDED = 100
"""Songs that one call puts into a playlist."""

POLICY = Policy(
    name="spotify_accounts",
    label=shapes.LABEL,
    base="https://api.spotify.com/v1",
    calls=5,
    per_seconds=1.0,
    quota_seconds=30.0,
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Spotify is. ``revoke`` takes tokens back (RFC 7009); Spotify has none, its users do it on ``apps``."""

    authorize: str = "https://accounts.spotify.com/authorize"
    token: str = "https://accounts.spotify.com/api/token"  # noqa: S105 - an address, not a secret
    api: str = POLICY.base
    revoke: str | None = None
    apps: str = "https://www.spotify.com/account/apps"


def challenge_of(verifier: SecretStr) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.get_secret_value().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class SpotifyAccounts:
    """Asks Spotify on behalf of members; every method may raise any `SourceError`.

    Args:
        client_id: of the operator's app; PKCE needs no secret.
        callback: where Spotify sends the member back to, exactly as the app's settings have it.
        now: unix time.
        background: whether no member waits for what this one asks.
    """

    def __init__(
        self,
        personal: Personal,
        addresses: Addresses,
        *,
        client_id: str,
        callback: str,
        now: Callable[[], float],
        background: bool = False,
    ) -> None:
        self.addresses = addresses
        self._personal = personal
        self._client_id = client_id
        self._callback = callback
        self._now = now
        self._background = background

    def in_background(self) -> SpotifyAccounts:
        """The same for work that no member waits for: it leaves them a part of the day's calls."""
        return SpotifyAccounts(
            self._personal,
            self.addresses,
            client_id=self._client_id,
            callback=self._callback,
            now=self._now,
            background=True,
        )

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._personal.metrics()

    def authorize_url(self, state: SecretStr, verifier: SecretStr) -> str:
        """Where a member signs in and allows what Segue asks for."""
        query = {
            "client_id": self._client_id,
            "response_type": "code",
            "redirect_uri": self._callback,
            "code_challenge_method": "S256",
            "code_challenge": challenge_of(verifier),
            "state": state.get_secret_value(),
            "scope": " ".join(SCOPES),
        }
        return str(URL(self.addresses.authorize).with_query(query))

    async def exchange(self, code: SecretStr, verifier: SecretStr) -> Tokens:
        """Tokens for a code.

        Raises:
            GrantRefused: the code is not good (any more), or belongs to another verifier.
        """
        return await self._tokens(
            {
                "grant_type": SecretStr("authorization_code"),
                "code": code,
                "redirect_uri": SecretStr(self._callback),
                "code_verifier": verifier,
            },
            None,
        )

    async def refreshed(self, tokens: Tokens) -> Tokens:
        """Fresh tokens; the new refresh token where Spotify gives one, else the old one, which stays good.

        Raises:
            GrantRefused: the member took the permission back, or it is too old.
        """
        form = {"grant_type": SecretStr("refresh_token"), "refresh_token": tokens.refresh}
        return await self._tokens(form, tokens)

    async def revoke(self, tokens: Tokens) -> bool:
        """Have the service forget the tokens, where it offers that; whether it did."""
        if self.addresses.revoke is None:
            return False
        form = {"token": tokens.refresh, "client_id": SecretStr(self._client_id)}
        await self._personal.ask(Call(self.addresses.revoke, form=form, silent=True), lambda _: None)
        return True

    async def name(self, token: SecretStr) -> str:
        """What the member is called there.

        Raises:
            NotInvited: the operator has not entered this person among the app's users.
        """
        return await self._personal.ask(self._get("me", token), shapes.name)

    async def recently_played(self, token: SecretStr, *, before: int | None = None) -> Page:
        """Up to 50 plays, newest first, before this moment (unix time in milliseconds; now when None)."""
        query: list[tuple[str, str | int]] = [("limit", PAGE)]
        if before is not None:
            query.append(("before", before))
        return await self._personal.ask(self._get("me/player/recently-played", token, *query), shapes.plays)

    async def top(self, token: SecretStr, span: Span, *, start: int = 0) -> Page:
        """Up to 50 of the songs that the member heard most, from place ``start`` on."""
        query = (("limit", PAGE), ("offset", start), ("time_range", span.value))
        return await self._personal.ask(self._get("me/top/tracks", token, *query), shapes.tops)

    async def saved(self, token: SecretStr, *, start: int = 0) -> Page:
        """Up to 50 of the songs that the member saved, newest first, from place ``start`` on."""
        query = (("limit", PAGE), ("offset", start))
        return await self._personal.ask(self._get("me/tracks", token, *query), shapes.saved)

    async def create_playlist(self, token: SecretStr, title: str, description: str) -> str:
        """Make an empty private playlist; its id."""
        body = {"name": title, "description": description, "public": False}
        return await self._personal.ask(Call(self._url("me/playlists"), token, body=body), shapes.made)

    async def add(self, token: SecretStr, playlist: str, tracks: Sequence[str]) -> None:
        """Put up to 100 tracks, by their Spotify ids, at the end of a playlist."""
        uris = [f"spotify:track:{each}" for each in tracks[:ADDED]]
        call = Call(self._url(f"playlists/{playlist}/items"), token, body={"uris": uris})
        await self._personal.ask(call, lambda _: None)

    async def _tokens(self, form: dict[str, SecretStr], old: Tokens | None) -> Tokens:
        """Ask the token endpoint; its answer is dated before it is read, so that it never seems fresher than it is."""
        asked = self._now()
        call = Call(self.addresses.token, form={**form, "client_id": SecretStr(self._client_id)})
        return await self._personal.ask(call, lambda answer: shapes.tokens(answer, asked, old))

    def _get(self, path: str, token: SecretStr, *query: tuple[str, str | int]) -> Call:
        return Call(self._url(path), token, query, background=self._background)

    def _url(self, path: str) -> str:
        return f"{self.addresses.api.rstrip('/')}/{path}"


def spotify_accounts(
    session: aiohttp.ClientSession,
    addresses: Addresses,
    *,
    client_id: str,
    callback: str,
    now: Callable[[], float],
    clock: Clock | None = None,
    budget: Budget | None = None,
) -> SpotifyAccounts:
    """Spotify on an open session, nothing asked yet."""
    personal = Personal(POLICY, session, clock=clock, budget=budget, refusal=shapes.refusal)
    return SpotifyAccounts(personal, addresses, client_id=client_id, callback=callback, now=now)


@asynccontextmanager
async def open_spotify_accounts(
    addresses: Addresses, *, client_id: str, callback: str, now: Callable[[], float], budget: Budget
) -> AsyncGenerator[SpotifyAccounts]:
    """Spotify on a session of its own, closed at the end of the block."""
    async with open_session() as session:
        yield spotify_accounts(
            session, addresses, client_id=client_id, callback=callback, now=now, budget=budget
        )
