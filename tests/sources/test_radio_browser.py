"""What Radio Browser's answers mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.sources.found import FoundSpoken, SourceId, SpokenKind
from bot.sources.radio_browser import POLICY, RadioBrowser
from tests.sources.asking import asking, replies
from tests.sources.services.radio_browser import STATION, RadioBrowserService, station
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Standin, told

Asked = tuple[RadioBrowser, Standin]


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(RadioBrowserService(), POLICY, RadioBrowser) as both:
        yield both


async def test_a_station(asked: Asked) -> None:
    source, service = asked
    found = await source.search_spoken(SpokenKind.RADIO, "teardrop", limit=3)
    assert found == (
        FoundSpoken(
            source=source.name,
            id=SourceId(STATION),
            kind=SpokenKind.RADIO,
            title="Teardrop",
            description="Berlin · Germany",
            genres=("jazz", "late night"),
            language="de",
            artwork="https://station.example.org/icon.png",
            link="https://station.example.org/",
        ),
    )
    (call,) = service.calls
    assert "name=teardrop" in call
    assert "limit=3" in call
    assert "hidebroken=true" in call
    assert service.headers[0]["User-Agent"].startswith("Segue/")


async def test_where_no_name_fits_tags_are_looked_through(asked: Asked) -> None:
    source, service = asked

    async def by_tag(request: web.Request, state: Standin) -> web.StreamResponse:
        return told(Reply([station(TEARDROP)] if "tag" in request.query else []))

    service.script = by_tag
    assert len(await source.search_spoken(SpokenKind.RADIO, "Late Night")) == 1
    assert "tag=late+night" in service.calls[1]


async def test_other_kinds_and_empty_questions_are_not_asked(asked: Asked) -> None:
    source, service = asked
    assert await source.search_spoken(SpokenKind.PODCAST, "jazz") == ()
    assert await source.search_spoken(SpokenKind.RADIO, " \n ") == ()
    assert service.calls == []


async def test_only_what_can_be_opened_is_a_link(asked: Asked) -> None:
    source, service = asked
    odd = {**station(TEARDROP), "homepage": "javascript:alert(1)", "tags": "", "languagecodes": "german"} | {
        "favicon": "https://station.example.org/favicon.ico"
    }
    service.script = replies([odd])
    (found,) = await source.search_spoken(SpokenKind.RADIO, "x")
    assert found.link == "https://stream.example.org/live.mp3"
    assert (found.genres, found.language, found.artwork) == ((), None, None)


async def test_what_did_not_play_is_left_out(asked: Asked) -> None:
    source, service = asked
    service.script = replies([{**station(TEARDROP), "lastcheckok": 0}])
    assert await source.search_spoken(SpokenKind.RADIO, "x") == ()
