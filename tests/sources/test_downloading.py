"""A large file arrives whole and as it was published, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.sources.downloading import TRIES, DownloadFailed, download
from bot.sources.starter_sets import SETS
from bot.sources.tracks_csv.forms import FORMS

CONTENT = b"title,artist,year,genres,moods,country\n" + b"Alpha,Somebody,1998,pop,,GB\n" * 20_000
SHA = hashlib.sha256(CONTENT).hexdigest()
Script = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Served:
    """A local server; ``ranges`` has what was asked for."""

    def __init__(self) -> None:
        self.base = ""
        self.ranges: list[str | None] = []
        self.scripts: list[Script] = []

    async def answered(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range"))
        return await (self.scripts.pop(0) if self.scripts else whole)(request)


async def whole(request: web.Request) -> web.StreamResponse:
    """Range and all."""
    asked = request.http_range
    start = asked.start or 0
    if start >= len(CONTENT):
        return web.Response(status=416)
    if not start:
        return web.Response(body=CONTENT)
    told = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
    return web.Response(status=206, body=CONTENT[start:], headers={"Content-Range": told})


async def truncated(request: web.Request) -> web.StreamResponse:
    """Hang up in the middle."""
    asked = request.http_range.start or 0
    response = web.StreamResponse(status=206 if asked else 200)
    response.content_length = len(CONTENT) - asked
    response.headers["Content-Range"] = f"bytes {asked}-{len(CONTENT) - 1}/{len(CONTENT)}"
    await response.prepare(request)
    await response.write(CONTENT[asked : asked + 100_000])
    assert request.transport is not None
    request.transport.close()
    return response


async def without_ranges(request: web.Request) -> web.StreamResponse:
    return web.Response(body=CONTENT)


async def another_part(request: web.Request) -> web.StreamResponse:
    return web.Response(status=206, body=b"x", headers={"Content-Range": "bytes 400000-400000/560039"})


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(CONTENT)
    except ConnectionError:
        return response


async def missing(request: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


async def broken(request: web.Request) -> web.StreamResponse:
    return web.Response(status=503)


def to(address: str) -> Script:
    async def redirect(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": address})

    return redirect


@asynccontextmanager
async def serving() -> AsyncGenerator[Served]:
    state = Served()
    app = web.Application()
    app.router.add_get("/{path:.*}", state.answered)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        state.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield state
    finally:
        await runner.cleanup()


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    async with serving() as state:
        yield state


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "songs.csv"


async def fetch(served: Served, file: Path, *, sha: str = SHA, largest: int = 10_000_000) -> list[str]:
    hosts: list[str] = []
    await download(
        f"{served.base}/songs.csv",
        sha,
        file,
        largest=largest,
        moved=lambda _, host: hosts.append(host),
    )
    return hosts


async def test_it_comes_whole_and_is_not_asked_for_twice(served: Served, file: Path) -> None:
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    await download(f"{served.base}/songs.csv", SHA, file, largest=10_000_000, progress=progress)
    assert file.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    await fetch(served, file)
    assert served.ranges == [None]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


async def test_it_goes_on_where_the_connection_broke_off(served: Served, file: Path) -> None:
    served.scripts = [truncated, broken, truncated]
    await fetch(served, file)
    assert file.read_bytes() == CONTENT
    assert served.ranges == [None, "bytes=100000-", "bytes=100000-", "bytes=200000-"]


async def test_it_goes_on_where_the_last_command_stopped(served: Served, file: Path) -> None:
    served.scripts = [truncated, *[broken] * (TRIES - 1)]
    with pytest.raises(DownloadFailed, match="goes on where it stopped"):
        await fetch(served, file)
    assert not file.exists()
    await fetch(served, file)
    assert file.read_bytes() == CONTENT
    assert served.ranges[-1] == "bytes=100000-"


async def test_a_server_that_knows_no_ranges_sends_it_again(served: Served, file: Path) -> None:
    served.scripts = [truncated, without_ranges]
    await fetch(served, file)
    assert file.read_bytes() == CONTENT


async def test_a_part_that_is_whole_already_is_only_judged(served: Served, file: Path) -> None:
    file.parent.mkdir()
    file.with_name("songs.csv.part").write_bytes(CONTENT)
    await fetch(served, file)
    assert file.read_bytes() == CONTENT


@pytest.mark.parametrize("before", [b"", b"something else " * 50_000, b"short"])
async def test_a_wrong_checksum_leaves_nothing_behind(served: Served, file: Path, before: bytes) -> None:
    file.parent.mkdir()
    if before:
        file.with_name("songs.csv.part").write_bytes(before)
    with pytest.raises(DownloadFailed, match="its SHA-256 is another one"):
        await fetch(served, file, sha="0" * 64)
    assert list(file.parent.iterdir()) == []


async def test_an_endless_body_ends(served: Served, file: Path) -> None:
    served.scripts = [endless]
    with pytest.raises(DownloadFailed, match="more than 1,000,000 bytes"):
        await fetch(served, file, largest=1_000_000)
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (missing, "does not have the file"),
        (another_part, "another part"),
        (to(""), "not safe"),
        (to("ftp://127.0.0.1/songs.csv"), "not safe"),
        (to("file:///etc/passwd"), "not safe"),
    ],
)
async def test_what_cannot_be_had_is_told_at_once(
    served: Served, file: Path, script: Script, said: str
) -> None:
    served.scripts = [script]
    with pytest.raises(DownloadFailed, match=said):
        await fetch(served, file)
    assert len(served.ranges) == 1
    assert not file.exists()


async def test_a_redirect_to_another_host_is_followed_and_told(served: Served, file: Path) -> None:
    async with serving() as other:
        served.scripts = [to(f"{other.base.replace('127.0.0.1', 'localhost')}/elsewhere.csv")]
        assert await fetch(served, file) == ["localhost"]
        assert (len(served.ranges), len(other.ranges)) == (1, 1)
    assert file.read_bytes() == CONTENT


async def test_redirects_in_a_circle_end(served: Served, file: Path) -> None:
    served.scripts = [to("/songs.csv")] * 50
    with pytest.raises(DownloadFailed, match="on and on"):
        await fetch(served, file)


async def test_a_folder_that_cannot_be_made_is_one_sentence(served: Served, file: Path) -> None:
    file.parent.write_text("a file in its place")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        await fetch(served, file)


async def test_nobody_there_is_one_sentence(file: Path) -> None:
    with pytest.raises(DownloadFailed, match="cannot be reached"):
        await download("http://127.0.0.1:9/songs.csv", SHA, file, largest=1_000)


def test_every_set_of_the_registry_is_pinned_and_of_a_form_that_can_be_read() -> None:
    for name, each in SETS.items():
        assert each.name == name
        assert each.url.startswith("https://")
        assert each.form in {form.name for form in FORMS}
