"""One call of spotipy: a connection of its own, no cookies, redirects or retries, and no more bytes than allowed."""

from __future__ import annotations

import io
import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from bot.sources.outbound.answer import CHUNK, Reply


class Answered(Exception):
    """The service answered something else than a good, short answer; spotipy need not look at it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"status {reply.status}")
        self.reply = reply


class Call(requests.Session):
    """A session for one request, which another thread can break off.

    A session of requests is not safe among threads, and with a budget of hundreds of calls a day there is no
    connection worth keeping open. Proxies and ``.netrc`` of the environment are left alone, as by the other sources.

    Attributes:
        reply: what came last, once it has come.
    """

    def __init__(self, *, largest: int, user_agent: str) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["User-Agent"] = user_agent
        self.reply: Reply | None = None
        self._largest = largest
        self._line = _Line()
        self.mount("https://", self._line)
        self.mount("http://", self._line)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **given: Any) -> requests.Response:
        """Send, and read the answer as far as allowed.

        Raises:
            Answered: its status is not 2xx, or it is too long.
            requests.RequestException: there is none.
        """
        self._line.check()
        given |= {"stream": True, "allow_redirects": False}
        with super().request(method, url, *args, **given) as response:
            self.reply = reply = self._read(response)
        if reply.body is None or not 200 <= reply.status < 300:
            raise Answered(reply)
        return _whole(response, reply.body)

    def hang_up(self) -> None:
        """Break the call off, from any thread; whoever waits for the answer gets an error soon."""
        self._line.cut()

    def _read(self, response: requests.Response) -> Reply:
        retry_after = response.headers.get("Retry-After")
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(CHUNK):
            self._line.check()
            size += len(part)
            if size > self._largest:
                return Reply(response.status_code, None, retry_after)
            parts.append(part)
        return Reply(response.status_code, b"".join(parts), retry_after)


class _Line(HTTPAdapter):
    """Knows its connections, so that they can be shut while a thread waits on them."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self._gone = threading.Event()
        self._connections: list[Any] = []

    def check(self) -> None:
        if self._gone.is_set():
            raise requests.ConnectionError("broken off")

    def cut(self) -> None:
        self._gone.set()
        for connection in self._connections:
            sock = connection.sock
            if sock is not None:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except (OSError, ValueError):
                    continue  # it has ended by itself

    def get_connection_with_tls_context(self, *args: Any, **given: Any) -> Any:
        # A pool of this one call: so its kind of connection can be its own.
        pool: Any = super().get_connection_with_tls_context(*args, **given)
        make: Any = pool.ConnectionCls

        def noted(**of: Any) -> Any:
            connection: Any = make(**of)
            self._connections.append(connection)
            return connection

        pool.ConnectionCls = noted
        return pool


def _whole(response: requests.Response, body: bytes) -> requests.Response:
    """The answer for spotipy, which reads it as JSON; the encoding is given, as guessing one takes seconds."""
    whole = requests.Response()
    whole.status_code = response.status_code
    whole.url = response.url
    whole.headers = response.headers
    whole.encoding = "utf-8"
    whole.raw = io.BytesIO(body)
    return whole
