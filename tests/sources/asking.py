"""A source beside its stand-in, for the tests of what one service means."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import TypeVar

from aiohttp import web

from bot.sources.outbound import Outbound, Policy, open_session
from tests.sources.hand_clock import HandClock
from tests.sources.services.tale import Reply
from tests.sources.standin import Script, Service, Standin, standin, told

T = TypeVar("T")


@asynccontextmanager
async def asking(
    service: Service, policy: Policy, build: Callable[[Outbound], T]
) -> AsyncGenerator[tuple[T, Standin]]:
    """A fresh source and the stand-in that it asks."""
    async with standin(service, HandClock()) as state, open_session() as session:
        local = policy.model_copy(update={"base": state.base})
        yield build(Outbound(local, session, clock=state.clock, rng=Random(1))), state


def replies(body: object, status: int = 200) -> Script:
    """A script that always answers so."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        return told(Reply(body, status))

    return script
