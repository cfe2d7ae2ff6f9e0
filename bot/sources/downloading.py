"""One large file from the web to the disk: resumed where it broke off, and kept only with the right checksum."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import aiohttp
from yarl import URL

from bot.errors import CatalogError

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and the bytes in all (None when unknown)."""
Moved = Callable[[str, str], None]
"""Called with two hosts when the first one sends us on to the second."""

CHUNK = 262_144
TRIES = 4
"""Connections that may break off, one after another, before it is left to the operator to go on."""
REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_RANGE = re.compile(r"bytes (\d+)-\d*/(\d+|\*)")


class DownloadFailed(CatalogError):
    """The file is not here; the sentence says what to do."""


class _BrokenOff(Exception):
    """The connection ended before the file did."""


async def download(
    url: str,
    sha256: str,
    file: Path,
    *,
    largest: int,
    progress: Progress | None = None,
    moved: Moved | None = None,
    stall_seconds: float = 60.0,
) -> None:
    """Have the file with this checksum at ``file``; if it is there already, nothing is asked.

    What has come lies beside it with the ending ``.part`` until it is whole, so that the next call goes on with it.

    Args:
        largest: bytes after which it is not the file that was meant.
        stall_seconds: without a byte after which a connection is given up.

    Raises:
        DownloadFailed: it is not there, is another file (which is removed), or broke off (the part is kept).
    """
    if await asyncio.to_thread(_is, file, sha256):
        return
    part = file.with_name(f"{file.name}.part")
    try:
        await asyncio.to_thread(part.parent.mkdir, parents=True, exist_ok=True)
        await _whole(URL(url), part, largest, progress, moved, stall_seconds)
        if await asyncio.to_thread(_is, part, sha256):
            await asyncio.to_thread(part.replace, file)
            return
        await asyncio.to_thread(part.unlink)
    except OSError as error:
        raise DownloadFailed(f"{part} cannot be written ({error.strerror or error}).") from error
    raise DownloadFailed(
        f"{url} is not the file that was meant: its SHA-256 is another one. It was removed; nothing was imported."
    )


async def _whole(
    url: URL, part: Path, largest: int, progress: Progress | None, moved: Moved | None, stall_seconds: float
) -> None:
    """Go on with the part until the server says that it is whole."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=stall_seconds, sock_read=stall_seconds)
    # Bytes as they are: what is unpacked on the way has another checksum.
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
    ) as session:
        for _ in range(TRIES):
            try:
                return await _fetch(session, url, part, largest, progress, moved)
            except (_BrokenOff, aiohttp.ClientError, TimeoutError):
                continue
    raise DownloadFailed(
        f"{url.host} broke off or cannot be reached. Run the same command again: it goes on where it stopped."
    )


async def _fetch(
    session: aiohttp.ClientSession,
    url: URL,
    part: Path,
    largest: int,
    progress: Progress | None,
    moved: Moved | None,
) -> None:
    """Ask for what is missing of the file, wherever the address leads."""
    for _ in range(REDIRECTS + 1):
        there = await asyncio.to_thread(_size, part)
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={there}-"} if there else {})
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status not in _MOVED:
                return await _received(response, part, there, largest, progress)
            url = _led_on(url, response.headers.get("Location", ""), moved)
    raise DownloadFailed(f"{url.host} sends us on and on.")


def _led_on(url: URL, location: str, moved: Moved | None) -> URL:
    """Where we are sent; never from a safe address to an unsafe one."""
    try:
        onward = url.join(URL(location))
    except ValueError:
        raise DownloadFailed(f"{url.host} sends us to no address.") from None
    if not location or onward.scheme not in {"https", url.scheme} or not onward.host:
        raise DownloadFailed(f"{url.host} sends us to an address that is not safe.")
    if onward.host != url.host and moved is not None:
        moved(str(url.host), onward.host)
    return onward


async def _received(
    response: aiohttp.ClientResponse, part: Path, there: int, largest: int, progress: Progress | None
) -> None:
    if response.status == 416:  # nothing is missing, or what is here is of another file: the checksum says
        return
    if response.status >= 500 or response.status == 429:
        raise _BrokenOff
    if response.status not in {200, 206}:
        raise DownloadFailed(f"{response.url.host} does not have the file (status {response.status}).")
    start = _start(response, there)
    total = None if response.content_length is None else start + response.content_length
    done = start
    with part.open("r+b" if start else "wb") as out:
        out.seek(start)
        out.truncate()
        async for piece in response.content.iter_chunked(CHUNK):
            done += len(piece)
            if done > largest:
                break
            out.write(piece)
            if progress is not None:
                progress(done, total)
    if done > largest:
        await asyncio.to_thread(part.unlink)
        raise DownloadFailed(
            f"{response.url.host} sends more than {largest:,} bytes: it is not the file that was meant. It was removed."
        )


def _start(response: aiohttp.ClientResponse, there: int) -> int:
    """Where in the file the answer begins."""
    if response.status == 200:
        return 0
    told = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if told is None or int(told[1]) > there:
        raise DownloadFailed(f"{response.url.host} sends another part of the file than was asked for.")
    return int(told[1])


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _is(file: Path, sha256: str) -> bool:
    """Whether the file is there and has this checksum."""
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256
