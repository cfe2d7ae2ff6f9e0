"""A local authorisation server in Spotify's manner, with the few things that are read and written in a member's name."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

from aiohttp import web
from yarl import URL

from bot.sources.spotify_accounts import SCOPES, Addresses

CLIENT = "0123456789abcdef0123456789abcdef"
HOUR = 3_600.0

SECRETS: set[str] = set()
"""Everything that was ever secret in this run of a test: no log may hold one."""


def secret(text: str) -> str:
    SECRETS.add(text)
    return text


def track(number: int, **more: object) -> dict[str, object]:
    """A song as Spotify tells it."""
    return {
        "id": f"{number:022d}",
        "name": f"Song {number}",
        "artists": [{"id": f"{number:022d}", "name": f"Artist {number}"}],
        "duration_ms": 200_000,
        "external_ids": {"isrc": f"GBAAA98{number:05d}"},
        **more,
    }


@dataclass
class AuthServer:
    """Its state.

    Attributes:
        refuse_refresh: the member has taken the permission back.
        rotate: every renewal gives a new refresh token and kills the old one.
        invited: whether the person is one of the app's five users.
        broken: answers everything with 500.
        held: token requests wait for it; ``asked`` is set when one has come.
        before_page: is told of every call below /v1 before it is answered.
        plays, saved: (song, unix time), newest first; tops: songs.
    """

    now: Callable[[], float]
    redirect: str
    base: str = ""
    refuse_refresh: bool = False
    rotate: bool = True
    invited: bool = True
    broken: bool = False
    seconds: float = HOUR
    before_page: Callable[[str], None] | None = None
    held: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    name: str | None = "Alice on Spotify"
    plays: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    saved: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    tops: list[int] = field(default_factory=list[int])
    codes: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    access: dict[str, float] = field(default_factory=dict[str, float])
    refresh: set[str] = field(default_factory=set[str])
    grants: list[str] = field(default_factory=list[str])
    revoked: list[str] = field(default_factory=list[str])
    calls: list[str] = field(default_factory=list[str])
    made: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    added: list[list[str]] = field(default_factory=list[list[str]])
    most_added: int = 10_000

    @property
    def addresses(self) -> Addresses:
        return Addresses(
            authorize=f"{self.base}/authorize", token=f"{self.base}/api/token", api=f"{self.base}/v1"
        )

    # ---- what a person does in the browser

    def agree(self, url: str) -> URL:
        """Sign in and say yes; where the browser is sent then."""
        query = URL(url).query
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"] == self.redirect
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        assert set(query["scope"].split()) == set(SCOPES)
        code = secret(token_urlsafe(40))
        self.codes[code] = (query["code_challenge"], query["redirect_uri"])
        return URL(self.redirect).with_query(code=code, state=secret(query["state"]))

    def deny(self, url: str) -> URL:
        """Sign in and say no."""
        return URL(self.redirect).with_query(error="access_denied", state=secret(URL(url).query["state"]))

    # ---- the server

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.grants.append(form["grant_type"])
        self.asked.set()
        if self.held is not None:
            await self.held.wait()
        if self.broken:
            return web.json_response({"error": "server_error"}, status=500)
        if form.get("client_id") != CLIENT:
            return web.json_response({"error": "invalid_client"}, status=400)
        if not self._good(form):
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secret(f"access-{token_urlsafe(30)}")
        self.access[access] = self.now() + self.seconds
        body: dict[str, object] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(self.seconds),
            "scope": " ".join(SCOPES),
        }
        if form["grant_type"] == "authorization_code" or self.rotate:
            self.refresh.discard(form.get("refresh_token", ""))
            body["refresh_token"] = fresh = secret(f"refresh-{token_urlsafe(30)}")
            self.refresh.add(fresh)
        return web.json_response(body)

    def _good(self, form: dict[str, str]) -> bool:
        if form["grant_type"] == "refresh_token":
            return not self.refuse_refresh and form["refresh_token"] in self.refresh
        challenge, redirect = self.codes.pop(form["code"], ("", ""))
        digest = hashlib.sha256(secret(form["code_verifier"]).encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        return proved and form["redirect_uri"] == redirect

    async def revoke(self, request: web.Request) -> web.Response:
        self.revoked.append(str((await request.post())["token"]))
        return web.Response()

    async def api(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.calls.append(f"{request.method} {path}?{request.query_string}")
        if self.before_page is not None:
            self.before_page(path)
        if self.broken:
            return _error(500, "broken")
        if not self.invited:
            return _error(403, "User not registered in the Developer Dashboard")
        held = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.access.get(held, 0.0) <= self.now():
            return _error(401, "The access token expired")
        if request.method == "POST":
            return self._written(path, await request.json())
        match path:
            case "me":
                return web.json_response({"id": "alice", "display_name": self.name})
            case "me/player/recently-played":
                return self._recent(request)
            case "me/tracks":
                rows = [{"added_at": _iso(at), "track": track(song)} for song, at in self.saved]
                return self._paged(request, rows)
            case "me/top/tracks":
                return self._paged(request, [track(song) for song in self.tops])
            case _:
                return _error(404, "Not found")

    def _recent(self, request: web.Request) -> web.Response:
        limit, before = int(request.query["limit"]), float(request.query.get("before", "inf"))
        older = [(song, at) for song, at in self.plays if at * 1_000 < before]
        rows = [{"played_at": _iso(at), "track": track(song)} for song, at in older[:limit]]
        more = len(older) > limit
        cursors = {"before": str(int(older[limit - 1][1] * 1_000))} if more else None
        return web.json_response(
            {"items": rows, "limit": limit, "cursors": cursors, "next": "more" if more else None}
        )

    def _paged(self, request: web.Request, rows: Sequence[object]) -> web.Response:
        limit, start = int(request.query["limit"]), int(request.query.get("offset", "0"))
        if limit > 50:
            return _error(400, "Invalid limit")
        more = "more" if len(rows) > start + limit else None
        part = rows[start : start + limit]
        return web.json_response({"items": part, "offset": start, "limit": limit, "next": more})

    def _written(self, path: str, body: dict[str, Any]) -> web.Response:
        if path == "me/playlists":
            self.made.append(body)
            return web.json_response({"id": f"{len(self.made):022d}"}, status=201)
        if len(self.added) >= self.most_added:
            return _error(500, "broken")
        assert path.endswith("/items")
        assert len(body["uris"]) <= 100
        self.added.append(body["uris"])
        return web.json_response({"snapshot_id": "abc"}, status=201)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"status": status, "message": message}}, status=status)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@asynccontextmanager
async def auth_server(now: Callable[[], float], redirect: str) -> AsyncGenerator[AuthServer]:
    """A running server on a free port of 127.0.0.1."""
    state = AuthServer(now, redirect)
    app = web.Application()
    app.router.add_post("/api/token", state.token)
    app.router.add_post("/api/revoke", state.revoke)
    app.router.add_route("*", "/v1/{path:.*}", state.api)
    runner = web.AppRunner(app, shutdown_timeout=0.0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        state.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield state
    finally:
        await runner.cleanup()
