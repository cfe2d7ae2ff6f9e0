"""Calls in a member's name: what is repeated, what is refused, and what refusals mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bot.sources.errors import (
    SourceDown,
    SourceError,
    SourceNotUnderstood,
    SourceQuota,
    SourceRefused,
)
from bot.sources.outbound import open_session
from bot.sources.outbound.personal import Call
from bot.sources.spotify_accounts import Addresses, SpotifyAccounts, challenge_of, spotify_accounts
from bot.sources.spotify_accounts_shapes import GrantRefused, NotInvited, ScopeMissing, Tokens
from tests.secrets_kept import secrets_kept
from tests.sources.asking import replies
from tests.sources.hand_clock import HandClock
from tests.sources.services.deezer import DeezerService
from tests.sources.services.spotify_accounts import secret, track
from tests.sources.standin import Standin, standin

__all__ = ["secrets_kept"]


@dataclass
class Desk:
    spotify: SpotifyAccounts
    server: Standin
    token: SecretStr


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    clock = HandClock()
    async with standin(DeezerService(), clock) as server, open_session() as session:
        addresses = Addresses(token=f"{server.base}/token", api=server.base)
        spotify = spotify_accounts(
            session,
            addresses,
            client_id="0" * 32,
            callback="https://segue.example.org/callback",
            now=lambda: clock.now().timestamp(),
            clock=clock,
        )
        yield Desk(spotify, server, SecretStr(secret("access-of-alice")))


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    verifier = SecretStr("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": {"status": 401, "message": "The access token expired"}}, GrantRefused),
        (400, {"error": "invalid_grant", "error_description": "Refresh token revoked"}, GrantRefused),
        (403, {"error": {"status": 403, "message": "User not registered"}}, NotInvited),
        (403, {"error": {"status": 403, "message": "Insufficient client scope"}}, ScopeMissing),
        (401, {"error": "invalid_client"}, SourceRefused),
        (400, {"error": {"status": 400, "message": "Invalid limit"}}, SourceNotUnderstood),
        (429, {"error": {"status": 429, "message": "QUOTA_EXCEEDED"}}, SourceQuota),
        (302, {}, SourceNotUnderstood),
        (200, {"id": None}, SourceNotUnderstood),
        (200, [], SourceNotUnderstood),
        (200, "odd", SourceNotUnderstood),
    ],
)
async def test_what_an_answer_means(desk: Desk, status: int, body: object, kind: type[SourceError]) -> None:
    desk.server.script = replies(body, status)
    with pytest.raises(SourceError) as told:
        await desk.spotify.name(desk.token)
    assert type(told.value) is kind
    assert len(desk.server.calls) == 1


async def test_a_wrong_client_id_loses_nobodys_link(desk: Desk) -> None:
    desk.server.script = replies({"error": "invalid_client"}, 400)
    tokens = Tokens(desk.token, SecretStr(secret("refresh-of-alice")), 0.0)
    with pytest.raises(SourceRefused) as told:
        await desk.spotify.refreshed(tokens)
    assert not isinstance(told.value, GrantRefused)


async def test_what_reads_is_tried_twice_and_what_writes_once(desk: Desk) -> None:
    desk.server.script = replies({}, 500)
    with pytest.raises(SourceDown):
        await desk.spotify.saved(desk.token)
    assert len(desk.server.calls) == 2
    with pytest.raises(SourceDown):
        await desk.spotify.create_playlist(desk.token, "Week 47", "")
    assert len(desk.server.calls) == 3


async def test_a_quota_that_is_used_up_is_respected(desk: Desk) -> None:
    desk.server.script = replies({}, 429)
    for _ in range(2):
        with pytest.raises(SourceQuota) as told:
            await desk.spotify.name(desk.token)
        assert told.value.until is not None
    assert len(desk.server.calls) == 1
    assert desk.spotify.metrics().asked == 2


async def test_rows_that_cannot_be_read_are_left_out(desk: Desk) -> None:
    rows: list[object] = [
        {"added_at": "2026-11-01T10:00:00Z", "track": track(1)},
        {"added_at": "yesterday", "track": track(2)},
        {"added_at": "2026-11-01T10:00:00Z", "track": None},
        {"added_at": "2026-11-01T10:00:00Z", "track": track(3, artists=[])},
        {"added_at": "2026-11-01T10:00:00Z", "track": track(4, external_ids="none")},
        None,
    ]
    desk.server.script = replies({"items": rows, "offset": 0, "next": None})
    page = await desk.spotify.saved(desk.token)
    assert [each.title for each in page.heard] == ["Song 1", "Song 4"]
    assert dict(page.heard[1].ids) == {"spotify": f"{4:022d}"}
    assert page.more is None


async def test_a_page_that_says_more_and_is_empty_is_the_last(desk: Desk) -> None:
    desk.server.script = replies({"items": [], "offset": 50, "next": "https://example.org"})
    assert (await desk.spotify.saved(desk.token)).more is None


@pytest.mark.parametrize(
    "body",
    [
        {"access_token": "a b", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r"},
        {"access_token": "a", "token_type": "mac", "expires_in": 3600, "refresh_token": "r"},
        {"access_token": "a", "token_type": "Bearer", "expires_in": -1, "refresh_token": "r"},
        {"access_token": "a", "token_type": "Bearer", "expires_in": 3600},
        {"access_token": "a" * 5_000, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r"},
    ],
)
async def test_odd_tokens_are_not_taken(desk: Desk, body: object) -> None:
    desk.server.script = replies(body)
    with pytest.raises(SourceNotUnderstood):
        await desk.spotify.exchange(SecretStr("code"), SecretStr("verifier"))


def test_a_call_does_not_show_its_token() -> None:
    call = Call("https://example.org", SecretStr("hidden-1"), form={"code": SecretStr("hidden-2")})
    assert "hidden" not in repr(call)
