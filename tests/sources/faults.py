"""The table of faults: what a service does wrong, and what may come of it."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.sources.errors import Trouble
from tests.sources.mangling import multiplied
from tests.sources.services.tale import ANOTHER
from tests.sources.standin import Script, Standin, sent, told

DOWN, REFUSED, QUOTA = Trouble.DOWN, Trouble.REFUSED, Trouble.QUOTA
NOT_FOUND, NOT_UNDERSTOOD = Trouble.NOT_FOUND, Trouble.NOT_UNDERSTOOD
THIRTEEN_HOURS = 13 * 3_600


@dataclass(frozen=True, slots=True)
class Fault:
    """A script for the stand-in, and the kinds of error that a caller may see.

    ``recovers``: the caller sees the honest answer instead. ``some``: any sane answer is as good as an error.
    """

    name: str
    script: Callable[[], Script]
    kinds: frozenset[Trouble] = frozenset()
    recovers: bool = False
    some: bool = False


def _always(status: int, body: str = "", **headers: str) -> Callable[[], Script]:
    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        return web.Response(
            status=status, text=body, headers={name.replace("_", "-"): of for name, of in headers.items()}
        )

    return lambda: script


def _once(status: int, **headers: str) -> Callable[[], Script]:
    def begin() -> Script:
        numbers = itertools.count()

        async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
            if next(numbers) == 0:
                return await _always(status, **headers)()(request, standin)
            return told(standin.honest(request))

        return script

    return begin


def _body(make: Callable[[str], str | bytes], content_type: str = "application/json") -> Callable[[], Script]:
    async def script(request: web.Request, standin: Standin) -> web.StreamResponse:
        made = make(json.dumps(standin.honest(request).body))
        data = made.encode() if isinstance(made, str) else made
        return sent(data, content_type)

    return lambda: script


def _scripted(
    act: Callable[[web.Request, Standin], Awaitable[web.StreamResponse]],
) -> Callable[[], Script]:
    return lambda: act


async def _hang(request: web.Request, standin: Standin) -> web.StreamResponse:
    standin.clock.advance(3_600)
    await asyncio.Event().wait()
    raise AssertionError


async def _hang_in_the_body(request: web.Request, standin: Standin) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b'{"data": [')
    return await _hang(request, standin)


async def _cut(request: web.Request, standin: Standin) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'{"data": [')
    assert request.transport is not None
    request.transport.close()
    return response


async def _cut_before(request: web.Request, standin: Standin) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _endless(request: web.Request, standin: Standin) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b'{"data": [],' * 10_000)
    except ConnectionError:
        standin.hung_up += 1
        raise


async def _bomb(request: web.Request, standin: Standin) -> web.StreamResponse:
    return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"}, content_type="application/json")


async def _not_gzip(request: web.Request, standin: Standin) -> web.StreamResponse:
    return web.Response(body=b"{}", headers={"Content-Encoding": "gzip"}, content_type="application/json")


async def _away(request: web.Request, standin: Standin) -> web.StreamResponse:
    assert "elsewhere" not in request.path
    return web.Response(status=302, headers={"Location": f"{standin.base}/elsewhere"})


async def _another(request: web.Request, standin: Standin) -> web.StreamResponse:
    return told(standin.service.answer(request.path.strip("/"), dict(request.query), ANOTHER))


async def _nothing(request: web.Request, standin: Standin) -> web.StreamResponse:
    return told(standin.service.nothing(request.path.strip("/"), dict(request.query)))


def _many(times: int, *, renumber: bool) -> Callable[[], Script]:
    return _body(lambda honest: json.dumps(multiplied(json.loads(honest), times, renumber=renumber)))


BOMB = gzip.compress(b" " * 50_000_000, compresslevel=1)
HTML = "<!DOCTYPE html><html><body>We are back soon</body></html>"

FAULTS = (
    Fault("hang", _scripted(_hang), frozenset({DOWN})),
    Fault("hang in the body", _scripted(_hang_in_the_body), frozenset({DOWN})),
    Fault("connection cut", _scripted(_cut_before), frozenset({DOWN})),
    Fault("connection cut in the body", _scripted(_cut), frozenset({DOWN})),
    Fault("429 for 13 hours", _always(429, Retry_After=str(THIRTEEN_HOURS)), frozenset({QUOTA})),
    Fault(
        "429 until a date",
        _always(429, Retry_After="Sun, 22 Nov 2026 01:00:00 GMT"),
        frozenset({QUOTA}),
    ),
    Fault("429 for 2 seconds, once", _once(429, Retry_After="2"), recovers=True),
    Fault("429 for 2 seconds, always", _always(429, Retry_After="2"), frozenset({QUOTA})),
    Fault("429 without a word", _always(429), frozenset({QUOTA})),
    Fault("429 for nonsense", _always(429, Retry_After="soon"), frozenset({QUOTA})),
    Fault("429 for ever", _always(429, Retry_After="9e99"), frozenset({QUOTA})),
    Fault("500 once", _once(500), recovers=True),
    Fault("500 always", _always(500), frozenset({DOWN})),
    Fault("502 with HTML", _always(502, HTML), frozenset({DOWN})),
    Fault("503 once", _once(503), recovers=True),
    Fault("503 for 1 second, once", _once(503, Retry_After="1"), recovers=True),
    Fault("503 for 13 hours", _always(503, Retry_After=str(THIRTEEN_HOURS)), frozenset({DOWN})),
    Fault("401", _always(401, '{"error": "who are you?"}'), frozenset({REFUSED})),
    Fault("403", _always(403), frozenset({REFUSED, QUOTA})),
    Fault("404", _always(404), frozenset({NOT_FOUND})),
    Fault("400", _always(400), frozenset({NOT_UNDERSTOOD})),
    Fault("redirect", _scripted(_away), frozenset({NOT_UNDERSTOOD})),
    Fault("HTML", _body(lambda _: HTML), frozenset({NOT_UNDERSTOOD})),
    Fault("truncated JSON", _body(lambda honest: honest[: len(honest) // 2]), frozenset({NOT_UNDERSTOOD})),
    Fault("empty body", _body(lambda _: ""), frozenset({NOT_UNDERSTOOD})),
    Fault("blank body", _body(lambda _: "\ufeff \n\t"), frozenset({NOT_UNDERSTOOD})),
    *(
        Fault(f"only {only}", _body(lambda _, only=only: only), frozenset({NOT_UNDERSTOOD}))
        for only in ("null", "{}", "[]", '""', "0", "true", "NaN", '{"id": NaN}', "[[]]", '"\\ud83d"')
    ),
    Fault("list instead of object", _body(lambda honest: f"[{honest}]"), frozenset({NOT_UNDERSTOOD})),
    Fault("nested too deep", _body(lambda _: "[" * 200_000), frozenset({NOT_UNDERSTOOD})),
    Fault("number too long", _body(lambda _: f'{{"id": {"9" * 9_000}}}'), frozenset({NOT_UNDERSTOOD})),
    Fault("Latin-1", _body(lambda _: '{"title": "Beyoncé"}'.encode("latin-1")), frozenset({NOT_UNDERSTOOD})),
    Fault("byte order mark", _body(lambda honest: "\ufeff" + honest), recovers=True),
    Fault("wrong content type", _body(lambda honest: honest, "text/html"), recovers=True),
    Fault("endless body", _scripted(_endless), frozenset({NOT_UNDERSTOOD})),
    Fault("bomb", _scripted(_bomb), frozenset({NOT_UNDERSTOOD})),
    Fault("wrong compression", _scripted(_not_gzip), frozenset({DOWN})),
    Fault("no results", _scripted(_nothing), frozenset({NOT_FOUND})),
    Fault("another song", _scripted(_another), frozenset({NOT_UNDERSTOOD}), some=True),
    Fault("10,000 results", _many(10_000, renumber=True), frozenset({NOT_UNDERSTOOD}), some=True),
    Fault("1,000 duplicates", _many(1_000, renumber=False), frozenset(), some=True),
)

TITLES = {
    "Arabic": "فيروز نسم علينا الهوى",
    "Hebrew": "ירושלים של זהב",
    "emoji": "💔🔥 🏳️\u200d🌈 👩\u200d🎤",
    "right-to-left override": "abc \u202egnp.exe\u202c",
    "control characters": "Tear\x00dr\x1b[31mop\r\n\x7f",
    "mangled": "BeyoncÃ©",
    "half a pair": "half \ud83d a pair",
    "stacked marks": "T" + "\u0301" * 5_000,
    "a megabyte": "teardrop " * 125_000,
    "many of a million": "\u200b" * 100_000 + "x",
    "nothing to see": "\u200b\u2063 \u00a0",
    "mention": "@everyone [free](https://evil.example) `",
    "Discord markup": "**bold** <@1> ||spoiler||",
}
