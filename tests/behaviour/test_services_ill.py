"""What members see while every music service is ill in the same way: an answer, nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import App
from bot.sources.naming import song_key
from tests.behaviour.conftest import Home
from tests.behaviour.reading import Shown
from tests.sources.faults import FAULTS, THIRTEEN_HOURS, TITLES
from tests.sources.mangling import WRONG, all_wrong, retitled
from tests.sources.services.deezer import PLAYLIST
from tests.sources.standin import Script, Standin, told
from tests.usecases.outside import NEW, World, world

TEXT = f"{NEW.artist} {NEW.title}"
LINK = f"https://www.deezer.com/track/{NEW.number}"
LIST = f"https://www.deezer.com/playlist/{PLAYLIST}"
UNREACHED, UNKNOWN, KNOWN = "could not be reached just now", "I don't know", NEW.title
LATER = THIRTEEN_HOURS + 3_600


@dataclass(frozen=True)
class Case:
    """A fault, and what `/recommend` with a text and `/like` with a link say then."""

    fault: str
    text: str
    link: str


CASES = (
    Case("hang", UNREACHED, UNREACHED),
    Case("hang in the body", UNREACHED, UNREACHED),
    Case("connection cut", UNREACHED, UNREACHED),
    Case("429 for 13 hours", UNREACHED, UNREACHED),
    Case("500 always", UNREACHED, UNREACHED),
    Case("503 for 13 hours", UNREACHED, UNREACHED),
    Case("HTML", UNREACHED, UNREACHED),
    Case("truncated JSON", UNREACHED, UNREACHED),
    Case("endless body", UNREACHED, UNREACHED),
    Case("bomb", UNREACHED, UNREACHED),
    Case("no results", UNKNOWN, "cannot look into that Deezer link"),
    Case("404", UNKNOWN, "cannot look into that Deezer link"),
    Case("another song", UNKNOWN, UNREACHED),
    Case("10,000 results", KNOWN, UNREACHED),
    Case("1,000 duplicates", KNOWN, KNOWN),
    Case("500 once", KNOWN, KNOWN),
)


@pytest.fixture
async def services(database: Path) -> AsyncGenerator[World]:
    """Local servers for sources, which know one song."""
    async with world(database) as opened:
        yield opened


@pytest.fixture
def app(services: World) -> App:
    """The app of every test here."""
    return services.app


def ill(services: World, fault: str) -> None:
    """Let all of them fail so."""
    made = next(each for each in FAULTS if each.name == fault)
    scripted(services, *(made.script() for _ in services.standins))


def scripted(services: World, *scripts: Script | None) -> None:
    for each, script in zip(services.standins.values(), scripts, strict=True):
        each.script = script


def well(services: World) -> None:
    """Let all of them be well again, much later."""
    for each in services.standins.values():
        each.script = None
        each.clock.advance(LATER)


async def recommended(home: Home) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "recommend", song=TEXT))


async def liked(home: Home) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "like", song=LINK))


async def imported(home: Home) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "taste import playlist", link=LIST))


async def nothing_doubled(home: Home) -> None:
    """No song stands in the catalogue twice, and no like counts twice."""
    async with home.app.store.db.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT artist, title FROM songs")).all()
        likes = (await connection.exec_driver_sql("SELECT song_id FROM feedback WHERE verb = 'like'")).all()
    keys = Counter(song_key(row.artist, row.title) for row in rows)
    assert [key for key, count in keys.items() if count > 1] == []
    assert len(likes) == len(set(likes))


@pytest.mark.parametrize("case", CASES, ids=[case.fault for case in CASES])
async def test_while_all_are_ill_members_are_told_and_later_it_works(
    home: Home, services: World, case: Case
) -> None:
    before = set(home.app.library.songs)
    ill(services, case.fault)
    text, link = await recommended(home), await liked(home)
    assert text.private
    assert case.text in text.text
    assert link.private
    assert case.link in link.text
    taken = await imported(home)
    assert taken.private
    assert "Something went wrong" not in text.text + link.text + taken.text
    if case.text is not KNOWN:
        assert "from Slow evenings" not in taken.text or case.fault == "another song"
        assert {NEW.title} & {
            home.app.library.songs[song].title for song in set(home.app.library.songs) - before
        } == set()
    await nothing_doubled(home)
    well(services)
    assert KNOWN in (await liked(home)).text
    assert "**1 song** from Slow evenings" in (await imported(home)).text
    await nothing_doubled(home)


async def test_what_everybody_knows_is_answered_all_the_same(home: Home, services: World) -> None:
    ill(services, "hang")
    card = home.shown(await home.alice.slash(home.channel, "recommend", song="massive attack teardrop"))
    assert len(card.titles) == 4
    assert "Teardrop" in home.shown(await home.alice.slash(home.channel, "like", song="teardrop")).text
    assert services.calls == []


async def test_pasted_lines_that_nobody_could_be_asked_about_wait_for_the_next_time(
    home: Home, services: World
) -> None:
    ill(services, "500 always")
    lines = f"Massive Attack - Teardrop\n{NEW.artist} - {NEW.title}"
    told_now = home.shown(await home.alice.slash(home.channel, "taste import playlist", link=lines))
    assert "**1 song** from your list" in told_now.text
    assert "1 was not looked for yet: run it again" in told_now.text
    assert "Not found" not in told_now.text
    well(services)
    later = home.shown(await home.alice.slash(home.channel, "taste import playlist", link=lines))
    assert "**2 songs** from your list" in later.text


@pytest.mark.parametrize("wrong", WRONG, ids=[f"wrong {number}" for number in range(len(WRONG))])
async def test_wrong_types_everywhere_are_a_sentence(home: Home, services: World, wrong: object) -> None:
    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        reply = service.honest(request)
        return told(replace(reply, body=all_wrong(reply.body, wrong)))

    scripted(services, *(script for _ in services.standins))
    for shown in (await recommended(home), await liked(home), await imported(home)):
        assert shown.private
        assert "Something went wrong" not in shown.text
    await nothing_doubled(home)


@pytest.mark.parametrize(
    "name", ["Arabic", "Hebrew", "emoji", "right-to-left override", "control characters"]
)
async def test_titles_of_every_kind_can_be_liked(home: Home, services: World, name: str) -> None:
    title = TITLES[name]

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        reply = service.honest(request)
        return told(replace(reply, body=retitled(reply.body, frozenset({"title"}), title)))

    services.standins["deezer"].script = script
    shown = await liked(home)
    assert shown.private
    assert NEW.artist in shown.text
    assert "\u202e" not in shown.text
    assert "\x00" not in shown.text
    await nothing_doubled(home)


async def test_one_that_is_ill_does_not_hide_what_another_knows(home: Home, services: World) -> None:
    ill(services, "hang")
    services.standins["itunes"].script = None
    assert KNOWN in (await recommended(home)).text
