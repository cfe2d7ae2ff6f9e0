"""Reading somebody's listens page by page: nothing is lost, nothing told twice, whatever shares a second."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sources.errors import SourceDown, SourceNotFound
from bot.sources.histories import Play, PlayKind, Source
from bot.sources.listenbrainz import POLICY, ListenBrainz
from bot.sources.listenbrainz_listens import MOST, Heard, page
from bot.sources.protocol import ListensOf, ListensPage
from tests.conftest import needs
from tests.sources.asking import asking, replies
from tests.sources.services.listenbrainz import LISTENED, MSID, ListenBrainzService, listen, listens
from tests.sources.services.tale import TEARDROP, Reply
from tests.sources.standin import Script, Standin, told

Asked = tuple[ListenBrainz, Standin]
NOW = LISTENED + 1_000.0


@pytest.fixture
async def asked() -> AsyncGenerator[Asked]:
    async with asking(ListenBrainzService(), POLICY, ListenBrainz) as both:
        yield both


def history(*seconds: int) -> list[dict[str, Any]]:
    """Listens at these seconds, no two alike, the newest first."""
    told = [listen(TEARDROP, at, number) for number, at in enumerate(seconds)]
    return sorted(told, key=lambda each: -each["listened_at"])


def remembering(heard: list[dict[str, Any]], *, most: int = MOST) -> Script:
    """ListenBrainz with this history: ``max_ts`` is exclusive, ``count`` is cut to a thousand."""

    async def script(request: web.Request, service: Standin) -> web.StreamResponse:
        assert not ("max_ts" in request.query and "min_ts" in request.query)
        end = int(request.query.get("max_ts", 10**11))
        rows = [each for each in heard if each["listened_at"] < end]
        oldest = min((each["listened_at"] for each in heard), default=0)
        return told(Reply(listens(*rows[: min(int(request.query["count"]), most)], oldest=oldest)))

    return script


async def read(
    source: ListensOf, *, limit: int, before: float | None = None, after: float | None = None
) -> list[ListensPage]:
    """Every page, from ``before`` on."""
    pages = [await source.listens("rob", before=before, after=after, limit=limit)]
    while (older := pages[-1].older) is not None:
        assert before is None or older < before
        before = older
        pages.append(await source.listens("rob", before=before, after=after, limit=limit))
    return pages


def keys(pages: list[ListensPage]) -> list[str]:
    return [play.key for page in pages for play in page.plays]


async def test_a_listen_is_a_play_with_the_key_that_its_export_has(asked: Asked) -> None:
    source, service = asked
    assert isinstance(source, ListensOf)
    found = await source.listens("rob")
    assert found == ListensPage(
        (
            Play(
                source=Source.LISTENBRAINZ,
                kind=PlayKind.SONG,
                artist="Massive Attack",
                title="Teardrop",
                album="Mezzanine",
                track_id=None,
                isrc=TEARDROP.isrc,
                mbid=TEARDROP.recording,
                at=LISTENED,
                ms_played=None,
                duration_ms=330_000,
                skipped=None,
                key=f"listenbrainz:{LISTENED}:00000000{MSID[8:]}",
            ),
        ),
        None,
    )
    assert service.calls == ["/user/rob/listens?count=1000"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50, 1000, 5000])
async def test_all_is_read_once_where_many_share_a_second_at_a_page_border(asked: Asked, limit: int) -> None:
    source, service = asked
    heard = history(*[LISTENED] * 4, LISTENED - 1, *[LISTENED - 9] * 20, *[LISTENED - 10] * 3, LISTENED - 99)
    service.script = remembering(heard)
    pages = await read(source, limit=limit)
    found = keys(pages)
    assert len(found) == len(set(found)) == len(heard)
    times = [play.at for page in pages for play in page.plays]
    assert times == sorted(times, reverse=True)
    assert all(len(page.plays) <= max(limit, 20) for page in pages)


async def test_a_second_is_in_one_page_only(asked: Asked) -> None:
    source, service = asked
    service.script = remembering(history(*(LISTENED - n // 3 for n in range(30))))
    pages = await read(source, limit=7)
    seconds = [{play.at for play in page.plays} for page in pages]
    assert sum(map(len, seconds)) == len(set[int]().union(*seconds)) == 10


async def test_reading_goes_on_after_a_crash_where_it_stopped(asked: Asked) -> None:
    source, service = asked
    heard = history(*(LISTENED - n // 4 for n in range(40)))
    service.script = remembering(heard)
    whole = await read(source, limit=9)
    for done in range(1, len(whole)):
        rest = await read(source, limit=13, before=whole[done - 1].older)
        assert keys(whole[:done]) + keys(rest) == keys(whole)


async def test_plays_that_come_in_meanwhile_change_nothing_older(asked: Asked) -> None:
    source, service = asked
    heard = history(*(LISTENED - n for n in range(20)))
    service.script = remembering(heard)
    first = await source.listens("rob", limit=5)
    service.script = remembering([listen(TEARDROP, LISTENED + 60, 99), *heard])
    assert len(keys([first]) + keys(await read(source, limit=5, before=first.older))) == 20


@pytest.mark.parametrize("limit", [1, 4, 1000])
async def test_what_was_read_before_is_not_read_again(asked: Asked, limit: int) -> None:
    source, service = asked
    service.script = remembering(history(*(LISTENED - n // 3 for n in range(60))))
    pages = await read(source, limit=limit, after=LISTENED - 5)
    assert len(keys(pages)) == 15
    assert all(play.at > LISTENED - 5 for page in pages for play in page.plays)
    calls = len(service.calls)
    assert await source.listens("rob", after=LISTENED) == ListensPage((), None)
    assert len(service.calls) == calls + 1


async def test_a_thousand_of_one_second_are_read_and_those_beyond_cannot_be(asked: Asked) -> None:
    source, service = asked
    service.script = remembering(history(*[LISTENED] * 1_200, LISTENED - 1))
    pages = await read(source, limit=3)
    assert [len(page.plays) for page in pages] == [1_000, 1]


async def test_an_answer_that_is_short_of_older_listens_is_not_the_end(asked: Asked) -> None:
    """The service looks through so much time a call, so fewer than were asked for may come back."""
    source, service = asked
    heard = history(*(LISTENED - n for n in range(20)))
    service.script = remembering(heard, most=6)
    assert len(keys(await read(source, limit=1000))) == 20


async def test_a_service_that_does_not_listen_leads_nowhere(asked: Asked) -> None:
    source, service = asked
    service.script = replies(listens(*history(*(LISTENED - n for n in range(20))), oldest=0))
    pages = await read(source, limit=5)
    assert len(pages) <= 20
    assert len(keys(pages)) == len(set(keys(pages)))


async def test_times_between_seconds_bound_as_they_say(asked: Asked) -> None:
    source, service = asked
    service.script = remembering(history(LISTENED, LISTENED - 1, LISTENED - 2))
    found = await source.listens("rob", before=LISTENED - 0.5, after=LISTENED - 1.5)
    assert [play.at for play in found.plays] == [LISTENED - 1]


async def test_nobody_and_nothing(asked: Asked) -> None:
    source, service = asked
    service.script = replies(listens(oldest=0))
    assert await source.listens("rob") == ListensPage((), None)
    service.script = replies({"code": 404, "error": "Cannot find user: bor"}, 404)
    with pytest.raises(SourceNotFound):
        await source.listens("bor")


async def test_plays_without_a_name_are_left_out_and_still_paged_over(asked: Asked) -> None:
    source, service = asked
    heard = history(*(LISTENED - n for n in range(9)))
    for each in heard[2:6]:
        each["track_metadata"]["artist_name"] = " \u200b"
    heard[7] = {"listened_at": heard[7]["listened_at"]}
    service.script = remembering(heard)
    assert len(keys(await read(source, limit=3))) == 4


async def test_names_of_listeners_do_not_leave_their_place_in_the_path(asked: Asked) -> None:
    source, service = asked
    service.script = remembering(history(LISTENED))
    for name in ("a/b", "x?count=9", "../rob", "é è", "50%2F"):
        service.calls.clear()
        await source.listens(name, limit=5)
        path = service.calls[0].split("?")[0]
        assert path.count("/") == 3
        assert unquote(path.split("/")[2]) == name
    service.calls.clear()
    for name in ("", " ", ".", "..", "a\nb", "\u200b", "x" * 101):
        with pytest.raises(SourceNotFound):
            await source.listens(name)
        assert not await source.has_account(name)
    assert not service.calls


async def test_an_account_is_there_or_not_or_that_is_not_known(asked: Asked) -> None:
    source, service = asked
    assert await source.has_account("rob")
    service.script = replies({"code": 404, "error": "?"}, 404)
    assert not await source.has_account("bor")
    service.script = replies({}, 500)
    with pytest.raises(SourceDown):
        await source.has_account("bro")


async def test_real_listens_are_read_as_they_are_published(asked: Asked) -> None:
    source, service = asked
    rows = [json.loads(line) for line in needs("data/listenbrainz/listens.jsonl").read_text().splitlines()]
    heard = [{**row, "listened_at": row.pop("timestamp")} for row in rows]
    heard.sort(key=lambda each: -each["listened_at"])
    service.script = remembering(heard)
    found = keys(await read(source, limit=10))
    assert len(found) == len(set(found)) == len(keys(await read(source, limit=1000))) > 90


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(LISTENED - 12, LISTENED), max_size=40),
    st.integers(1, 12),
    st.none() | st.integers(LISTENED - 13, LISTENED + 1),
)
async def test_any_history_any_limit(seconds: list[int], limit: int, after: int | None) -> None:
    heard = history(*seconds)

    async def ask(count: int, end: int | None) -> Heard:
        rows = [
            (each["listened_at"], _record(each)) for each in heard if end is None or each["listened_at"] < end
        ]
        return Heard(tuple(rows[:count]), len(rows[:count]), min(seconds, default=0))

    found: list[ListensPage] = []
    before: float | None = None
    while True:
        found.append(await page(ask, before=before, after=after, limit=limit, latest=NOW))
        before = found[-1].older
        if before is None:
            break
    wanted = [at for at in seconds if after is None or at > after]
    assert [play.at for page in found for play in page.plays] == sorted(wanted, reverse=True)
    assert len(set(keys(found))) == len(wanted)


def _record(told: dict[str, Any]) -> dict[str, Any]:
    names = told["track_metadata"]
    return {
        "listened_at": told["listened_at"],
        "recording_msid": told["recording_msid"],
        "track_metadata.track_name": names["track_name"],
        "track_metadata.artist_name": names["artist_name"],
    }
