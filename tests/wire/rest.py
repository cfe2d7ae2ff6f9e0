"""REST over HTTP: parse, record, play a fault, call the route, answer with rate-limit headers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.wire.faults import Fault, Faults
from tests.wire.pulse import Pulse

Json = dict[str, Any]
PREFIX = "/api/v10"


class ApiError(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.payload = {"message": message, "code": code}


@dataclass(eq=False)
class Call:
    """One request, as it is recorded and as a route sees it."""

    method: str
    path: str
    body: Any
    query: dict[str, str]
    uploads: dict[int, bytes]
    at: float = field(default_factory=time.monotonic)
    arguments: list[str] = field(default_factory=list[str])
    status: int | None = None

    @property
    def json(self) -> Json:
        """The body as an object, empty when there is none."""
        found: Json | None = self.body
        return found or {}


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    segments: list[str]
    handler: Handler
    bucket: str


class Router:
    """`{}` in a template is one segment. Literal routes are added before those with `{}` in the same place."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, int], list[Route]] = {}

    def add(self, method: str, template: str, handler: Handler) -> None:
        segments = template.split("/")
        route = Route(segments, handler, f"{method} {template}")
        self._routes.setdefault((method, len(segments)), []).append(route)

    def find(self, call: Call) -> Route:
        parts = call.path.split("/")
        for route in self._routes.get((call.method, len(parts)), ()):
            pairs = list(zip(route.segments, parts, strict=True))
            if all(segment in ("{}", part) for segment, part in pairs):
                call.arguments = [part for segment, part in pairs if segment == "{}"]
                return route
        raise ApiError(404, 0, f"404: Not Found: the stand-in has no {call.method} {call.path}")


class Rest:
    def __init__(self, pulse: Pulse) -> None:
        self.pulse = pulse
        self.router = Router()
        self.faults = Faults()
        self.calls: list[Call] = []
        self.unknown: list[str] = []  # asked for, but not modelled

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = await _parse(request)
        self.calls.append(call)
        self.pulse.beat()
        fault = self.faults.take(call.method, call.path)
        if fault is not None and not fault.applied:
            played = await self._play(fault, request)
            if played is not None:
                call.status = played.status
                return played
        answer = self._answer(call)
        call.status = answer.status
        self.pulse.beat()
        if fault is not None and fault.applied:
            return await self._play(fault, request) or answer
        return answer

    def _answer(self, call: Call) -> web.Response:
        try:
            route = self.router.find(call)
        except ApiError as error:
            self.unknown.append(f"{call.method} {call.path}")
            return _response(error.status, error.payload, {})
        headers = _rate_limit(route.bucket)
        try:
            result = route.handler(call)
        except ApiError as error:
            return _response(error.status, error.payload, headers)
        return _response(204 if result is None else 200, result, headers)

    async def _play(self, fault: Fault, request: web.BaseRequest) -> web.Response | None:
        if fault.hang:
            await fault.released.wait()
        if fault.close:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        if fault.status is None:
            return None
        body = fault.body or {"message": f"{fault.status}: on purpose", "code": 0}
        return _response(fault.status, body, fault.headers)


def _response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    if body is None:
        return web.Response(status=status, headers=headers)
    # Exactly this content type: discord.py compares the header as a whole.
    return web.Response(
        status=status,
        body=json.dumps(body, separators=(",", ":")).encode(),
        headers={"Content-Type": "application/json", **headers},
    )


def _rate_limit(bucket: str) -> dict[str, str]:
    """Wide enough never to slow a bot down: limits are played as faults."""
    return {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "999",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": bucket,
    }


async def _parse(request: web.BaseRequest) -> Call:
    body, uploads = None, dict[int, bytes]()
    kind = request.content_type
    if kind == "application/json":
        raw = await request.read()
        body = json.loads(raw) if raw else None
    elif kind == "multipart/form-data":
        body, uploads = await _multipart(request)
    return Call(request.method, request.path.removeprefix(PREFIX), body, dict(request.query), uploads)


async def _multipart(request: web.BaseRequest) -> tuple[Any, dict[int, bytes]]:
    body, uploads = None, dict[int, bytes]()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        elif part.name and part.name.startswith("files["):
            uploads[int(part.name[6:-1])] = data
    return body, uploads
