"""A local server that stands in for a music service: honest by default, or as a script says."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from tests.sources.hand_clock import HandClock
from tests.sources.services.tale import TEARDROP, Reply, Tale


class Service(Protocol):
    """What a service documents."""

    def answer(self, path: str, query: Mapping[str, str], tale: Tale) -> Reply:
        """The documented answer, about this song."""
        ...

    def nothing(self, path: str, query: Mapping[str, str]) -> Reply:
        """The documented answer where there is nothing."""
        ...


@dataclass(eq=False)
class Standin:
    """The server's state; ``calls`` has path and query of every request.

    ``broken`` has what went wrong in the stand-in itself, which is no fault that it plays: the block around it fails.
    """

    service: Service
    clock: HandClock
    base: str = ""
    tale: Tale = TEARDROP
    script: Script | None = None
    calls: list[str] = field(default_factory=list[str])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    hung_up: int = 0
    broken: list[Exception] = field(default_factory=list[Exception])

    def honest(self, request: web.Request) -> Reply:
        return self.service.answer(request.path.strip("/"), dict(request.query), self.tale)


Script = Callable[[web.Request, Standin], Awaitable[web.StreamResponse]]


def told(reply: Reply) -> web.Response:
    """A reply as it goes over the wire."""
    return sent(json.dumps(reply.body).encode(), reply.content_type, status=reply.status)


def sent(body: bytes, content_type: str, *, status: int = 200, **headers: str) -> web.Response:
    """Bytes as they go over the wire; in a file, as aiohttp warns of large ones."""
    return web.Response(status=status, body=io.BytesIO(body), content_type=content_type, headers=headers)


@asynccontextmanager
async def standin(service: Service, clock: HandClock) -> AsyncGenerator[Standin]:
    """A running server on a free port of 127.0.0.1."""
    state = Standin(service, clock)

    async def answered(request: web.Request) -> web.StreamResponse:
        state.calls.append(request.path_qs)
        state.headers.append(dict(request.headers))
        try:
            return await state.script(request, state) if state.script else told(state.honest(request))
        except ConnectionError:
            raise  # the source has hung up, as it may
        except Exception as error:
            state.broken.append(error)
            raise

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answered)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.0, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port: int = runner.addresses[0][1]
        state.base = f"http://127.0.0.1:{port}"
        yield state
        assert not state.broken
    finally:
        await runner.cleanup()
