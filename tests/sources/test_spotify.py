"""Spotify's credentials, against a local server that answers as its documentation says; and its links."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.sources import spotify
from bot.sources.spotify import Credentials, track_id

TOKEN = b'{"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}'
REFUSED = b'{"error": "invalid_client", "error_description": "Invalid client secret"}'
ID = "4uLU6hMCjMI75M1A2tKUQC"


@contextmanager
def accounts(status: int, body: bytes, *, headers: dict[str, str] | None = None) -> Generator[str]:
    """A token endpoint that always answers so."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if status == 0:
                return
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/token"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (200, TOKEN, Credentials.TAKEN),
        (400, REFUSED, Credentials.REFUSED),
        (401, REFUSED, Credentials.REFUSED),
        (429, b"", Credentials.UNREACHABLE),
        (500, b"oops", Credentials.UNREACHABLE),
        (200, b"<html>maintenance</html>", Credentials.UNREACHABLE),
        (200, b"{}", Credentials.UNREACHABLE),
        (200, b"[]", Credentials.UNREACHABLE),
        (200, b'{"access_token"', Credentials.UNREACHABLE),
        (0, b"", Credentials.UNREACHABLE),
    ],
)
def test_whatever_spotify_says_there_is_an_answer(status: int, body: bytes, answer: Credentials) -> None:
    with accounts(status, body, headers={"Retry-After": "46800"}) as url:
        assert spotify.check("id", "secret", token_url=url) is answer


def test_nobody_there_is_no_error() -> None:
    with accounts(200, TOKEN) as url:
        pass
    assert spotify.check("id", "secret", token_url=url) is Credentials.UNREACHABLE


@pytest.mark.parametrize(
    "link",
    [
        f"https://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID}?si=abc",
        f"https://open.spotify.com/intl-de/track/{ID}",
        f"spotify:track:{ID}",
        f"  spotify:track:{ID} ",
    ],
)
def test_links_and_uris_name_a_track(link: str) -> None:
    assert track_id(link) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "teardrop",
        ID,
        f"https://open.spotify.com/album/{ID}",
        f"https://evil.example/track/{ID}",
        f"{ID}x" * 99,
    ],
)
def test_other_text_does_not(text: str) -> None:
    assert track_id(text) is None
