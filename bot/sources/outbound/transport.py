"""How one HTTP request is sent: with aiohttp, or with whatever else a source needs."""

from __future__ import annotations

from typing import Protocol

import aiohttp

from bot.sources.errors import SourceRefused
from bot.sources.outbound.answer import Reply, read_reply
from bot.sources.outbound.policy import Policy
from bot.sources.outbound.question import Question, Secrets

KEPT_ALIVE = 60.0
"""Seconds for which an idle connection is kept for the next question."""


def open_session() -> aiohttp.ClientSession:
    """The HTTP session that all sources share: no cookies, no time-outs of its own (each `Policy` has them)."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
    )


class Unreached(Exception):
    """No answer came; ``why`` is a few words for the log, without address, key or body."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Expired(SourceRefused):
    """The token that went along was too old and has been dropped: the same call may be made again at once."""


class Transport(Protocol):
    """Sends one request and reads the answer, as far as the policy allows.

    It repeats nothing, follows nothing and waits for nothing but the answer; `Outbound` cancels it when time is up.
    """

    async def send(self, question: Question, policy: Policy, secrets: Secrets, /) -> Reply:
        """The answer, whatever its status.

        Raises:
            Unreached: there is none.
            SourceError: it cannot be asked, such as for want of a token.
        """
        ...


class AiohttpTransport:
    """Sends with the session that all sources share."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, question: Question, policy: Policy, secrets: Secrets, /) -> Reply:
        """The answer to one request."""
        try:
            async with self._session.request(
                "GET" if question.body is None else "POST",
                question.address(policy, secrets),
                headers=question.headers(policy, secrets),
                data=question.body,
                allow_redirects=False,
            ) as response:
                return await read_reply(response, policy.largest_answer)
        except (aiohttp.ClientError, OSError) as error:
            why = type(error).__name__
        # Outside the except block: aiohttp's errors know the whole address, key included.
        raise Unreached(why)
