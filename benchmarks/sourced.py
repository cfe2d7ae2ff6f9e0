"""Segue as it is, with its music services at other addresses.

``python -m benchmarks.sourced <api> <gateway> <name=address> …``: the services that need no key, each asked as its policy
says; those that are not named are not asked.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import bot.run
from bot.app import App, open_app
from bot.settings import Settings
from bot.sources.opening import OFFERS
from bot.sources.outbound import Outbound, open_session
from bot.sources.together import Sources
from tests.wire.bot_process import main


def asking(addresses: Mapping[str, str]) -> None:
    """Let the bot's own `serve` open its app with these."""

    @asynccontextmanager
    async def opened(settings: Settings) -> AsyncGenerator[App]:
        async with open_session() as session:
            ways = {
                name: Outbound(OFFERS[name].policy.model_copy(update={"base": address}), session)
                for name, address in addresses.items()
            }
            sources = Sources([OFFERS[name].make(way) for name, way in ways.items()])
            async with open_app(settings, sources=sources) as app:
                yield app
            for way in ways.values():
                await way.close()

    bot.run.open_app = opened


if __name__ == "__main__":
    asking(dict(named.split("=", 1) for named in sys.argv[3:]))
    del sys.argv[3:]
    main()
