"""An app whose sources are local servers that know one song."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.sources import deezer, itunes, listenbrainz, musicbrainz, radio_browser
from bot.sources.deezer import Deezer
from bot.sources.itunes import Itunes
from bot.sources.listenbrainz import ListenBrainz
from bot.sources.musicbrainz import MusicBrainz
from bot.sources.radio_browser import RadioBrowser
from bot.sources.together import Sources
from tests.conftest import settings
from tests.sources.asking import asking
from tests.sources.services.deezer import DeezerService
from tests.sources.services.itunes import ItunesService
from tests.sources.services.listenbrainz import ListenBrainzService
from tests.sources.services.musicbrainz import MusicBrainzService
from tests.sources.services.radio_browser import RadioBrowserService
from tests.sources.services.tale import TEARDROP, Tale
from tests.sources.standin import Standin

NEW = replace(
    TEARDROP,
    artist="Segue Test Band",
    title="The Lighthouse Keeps Its Own Hours",
    isrc="QZXXX2600001",
    recording="0f6e8d3e-52c8-4f0f-9e53-6a3a6a0f0001",
    number=990_001,
)


@dataclass
class World:
    """An app whose sources are local servers that know one song."""

    app: App
    standins: dict[str, Standin]

    def tell(self, tale: Tale) -> None:
        """Let all of them know this song instead."""
        for each in self.standins.values():
            each.tale = tale

    @property
    def calls(self) -> list[str]:
        """Everything that was asked outside."""
        return [call for each in self.standins.values() for call in each.calls]


@asynccontextmanager
async def world(database: Path, **more: object) -> AsyncGenerator[World]:
    async with AsyncExitStack() as stack:
        standins: dict[str, Standin] = {}
        made: list[Any] = []
        for policy, build, service in (
            (deezer.POLICY, Deezer, DeezerService()),
            (musicbrainz.POLICY, MusicBrainz, MusicBrainzService()),
            (itunes.POLICY, Itunes, ItunesService()),
            (listenbrainz.POLICY, ListenBrainz, ListenBrainzService()),
            (radio_browser.POLICY, RadioBrowser, RadioBrowserService()),
        ):
            source, standins[policy.name] = await stack.enter_async_context(asking(service, policy, build))
            made.append(source)
        opened = await stack.enter_async_context(
            open_app(settings(database, **more), seed=1, sources=Sources(made))
        )
        found = World(opened, standins)
        found.tell(NEW)
        yield found
