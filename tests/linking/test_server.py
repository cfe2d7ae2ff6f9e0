"""The callback server, as browsers and strangers meet it."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.errors import SegueError
from bot.linking.pages import STATUS, Outcome, page
from bot.linking.server import LONGEST_QUERY, MOST_WRONG, Callback, listening
from tests.conftest import settings
from tests.secrets_kept import secrets_kept
from tests.sources.services.spotify_accounts import CLIENT
from tests.usecases.signing_in import REDIRECT, Bench, bench, key

__all__ = ["secrets_kept"]


@dataclass
class Door:
    """The server, and a browser in front of it."""

    desk: Bench
    callback: Callback
    base: str
    browser: aiohttp.ClientSession

    async def open(self, back: URL | str, method: str = "GET") -> tuple[aiohttp.ClientResponse, str]:
        """Follow an address to this server."""
        url = URL(back) if isinstance(back, str) else URL(self.base + back.path).with_query(back.query)
        async with self.browser.request(method, url, allow_redirects=False) as response:
            return response, await response.text()

    async def outcome(self, back: URL | str, method: str = "GET") -> Outcome:
        """How a request ended, with its page checked."""
        before = self.callback.outcomes.copy()
        response, text = await self.open(back, method)
        (found,) = self.callback.outcomes - before
        assert response.status == STATUS[found]
        calm(response)
        if method != "HEAD":
            assert "<h1>" in text
            assert "<script" not in text
        return found


def calm(response: aiohttp.ClientResponse) -> None:
    """Every answer forbids everything that a page could do."""
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Server"] == "Segue"
    assert "Set-Cookie" not in response.headers


@pytest.fixture
async def door(tmp_path: Path) -> AsyncGenerator[Door]:
    async with bench(tmp_path / "segue.db", [key()]) as desk:
        chosen = settings(
            tmp_path / "segue.db",
            SEGUE_LINK_URL=REDIRECT.removesuffix("/callback"),
            SEGUE_LINK_PORT=0,
            SPOTIFY_CLIENT_ID=CLIENT,
        )

        def now() -> float:
            return desk.clock.now().timestamp()

        async with listening(chosen, desk.linking, now) as opened, aiohttp.ClientSession() as browser:
            assert opened is not None
            yield Door(desk, *opened, browser)


async def test_a_sign_in_ends_on_a_page_that_names_both_sides(door: Door) -> None:
    response, text = await door.open(door.desk.spotify.agree(door.desk.begin()))
    assert response.status == 200
    assert "Alice on Spotify" in text
    assert "member 11 on Discord" in text
    assert await door.desk.account() is not None


async def test_names_are_shown_as_text(door: Door) -> None:
    door.desk.spotify.name = "<img src=x onerror=alert(1)>"
    _, text = await door.open(door.desk.spotify.agree(door.desk.begin()))
    assert "<img" not in text
    assert "&lt;img" in text


async def test_a_replayed_state_is_turned_away(door: Door) -> None:
    back = door.desk.spotify.agree(door.desk.begin())
    assert await door.outcome(back) is Outcome.LINKED
    assert await door.outcome(back) is Outcome.STALE


async def test_an_expired_state_is_turned_away(door: Door) -> None:
    back = door.desk.spotify.agree(door.desk.begin())
    door.desk.clock.advance(601)
    assert await door.outcome(back) is Outcome.EXPIRED


async def test_a_no_is_taken_calmly_and_uses_the_state_up(door: Door) -> None:
    url = door.desk.begin()
    assert await door.outcome(door.desk.spotify.deny(url)) is Outcome.DENIED
    assert await door.outcome(door.desk.spotify.agree(url)) is Outcome.STALE


async def test_what_spotify_refuses_is_said(door: Door) -> None:
    door.desk.spotify.invited = False
    _, text = await door.open(door.desk.spotify.agree(door.desk.begin()))
    assert "serve 5 people" in text
    door.desk.spotify.invited = True
    door.desk.spotify.broken = True
    assert await door.outcome(door.desk.spotify.agree(door.desk.begin())) is Outcome.DOWN
    door.desk.spotify.broken = False
    back = door.desk.spotify.agree(door.desk.begin())
    assert await door.outcome(back.update_query(code="made-up")) is Outcome.REFUSED
    assert await door.desk.account() is None


async def test_wrong_requests_have_a_calm_page(door: Door) -> None:
    here = f"{door.base}/callback"
    state = URL(door.desk.begin()).query["state"]
    assert await door.outcome(here) is Outcome.STALE
    assert await door.outcome(f"{here}?code=x") is Outcome.STALE
    assert await door.outcome(f"{here}?state=&code=x") is Outcome.STALE
    assert await door.outcome(f"{here}?state={state}&state={state}&code=x") is Outcome.STALE
    assert await door.outcome(f"{here}?state=nobody-knows-this&code=x") is Outcome.STALE
    assert await door.outcome(f"{here}?{'a' * LONGEST_QUERY}=1") is Outcome.TOO_LONG
    assert await door.outcome(here, "HEAD") is Outcome.METHOD
    assert await door.outcome(here, "POST") is Outcome.METHOD
    assert await door.outcome(f"{door.base}/") is Outcome.NOWHERE
    assert await door.outcome(f"{door.base}/callback/../etc/passwd") is Outcome.NOWHERE
    assert await door.outcome(f"{here}?state={state}") is Outcome.INCOMPLETE
    assert not door.desk.spotify.grants


async def test_nothing_that_was_sent_is_shown(door: Door) -> None:
    marks = ["zqmark1", "zqmark2", "zqmark3", "zqmark4"]
    query = f"code={marks[0]}&state={marks[1]}&error={marks[2]}&error_description={marks[3]}"
    for path in ("/callback", f"/{marks[0]}"):
        _, text = await door.open(f"{door.base}{path}?{query}")
        assert not [mark for mark in marks if mark in text]


async def test_strangers_are_slowed_down_and_members_are_not(door: Door) -> None:
    back = door.desk.spotify.agree(door.desk.begin())
    for _ in range(MOST_WRONG):
        assert await door.outcome(f"{door.base}/callback?state=x&code=x") is Outcome.STALE
    assert await door.outcome(f"{door.base}/callback?state=x&code=x") is Outcome.BUSY
    assert await door.outcome(back) is Outcome.LINKED
    door.desk.clock.advance(60)
    assert await door.outcome(f"{door.base}/callback?state=x&code=x") is Outcome.STALE


async def test_an_accident_is_a_page_and_no_traceback(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("with a secret in it")

    monkeypatch.setattr(door.desk.linking, "complete", broken)
    response, text = await door.open(f"{door.base}/callback?state=x&code=x")
    assert response.status == 500
    assert "secret" not in text


async def test_a_taken_port_is_said(door: Door, tmp_path: Path) -> None:
    chosen = settings(tmp_path / "segue.db", SEGUE_LINK_PORT=URL(door.base).port)
    with pytest.raises(SegueError, match="SEGUE_LINK_PORT"):
        async with listening(chosen, door.desk.linking, lambda: 0.0):
            pass


async def test_nobody_listens_where_linking_is_off(tmp_path: Path) -> None:
    async with listening(settings(tmp_path / "segue.db"), None, lambda: 0.0) as opened:
        assert opened is None


def test_it_listens_on_this_machine_alone_by_default(tmp_path: Path) -> None:
    assert settings(tmp_path / "segue.db").link_host == "127.0.0.1"


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_page(outcome: Outcome) -> None:
    text = page(outcome, who="Ada", name="ada", apps="https://example.org")
    assert not re.search(r"\{|\}", re.sub(r"<style>.*</style>", "", text))
    assert "href" not in text
    assert "src=" not in text
