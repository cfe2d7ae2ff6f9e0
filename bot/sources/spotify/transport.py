"""spotipy as a transport: each call in a thread, with a token that is renewed when Spotify wants that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import requests
import urllib3
from spotipy.cache_handler import MemoryCacheHandler  # pyright: ignore[reportMissingTypeStubs]
from spotipy.oauth2 import SpotifyClientCredentials  # pyright: ignore[reportMissingTypeStubs]

from bot.sources.errors import SourceNotUnderstood, SourceRefused
from bot.sources.outbound.answer import Reply, judged
from bot.sources.outbound.clock import Clock, SystemClock
from bot.sources.outbound.policy import Policy
from bot.sources.outbound.question import Question, Secrets
from bot.sources.outbound.transport import Expired, Unreached
from bot.sources.spotify.calls import Client, call
from bot.sources.spotify.config import SpotifyApp, SpotifyConfig
from bot.sources.spotify.session import Answered, Call

AT_ONCE = 4
"""Threads that calls may hold at a time, those broken off included until they have ended."""
_SECRETIVE = ("spotipy.client", "spotipy.oauth2", "urllib3.connectionpool")
# spotipy has no types of its own.
_client: Any = Client
_credentials: Any = SpotifyClientCredentials
# It fails in all these ways on an answer that is not what it expects.
_TROUBLES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)


def _is_harmless(record: logging.LogRecord) -> bool:
    """Drop what spotipy tells: tokens and secrets at DEBUG, what members asked at ERROR; our errors say enough."""
    return record.levelno >= logging.WARNING and not record.name.startswith("spotipy.")


class SpotipyTransport:
    """Sends what Spotify can be asked today, with a token by client credentials that stays in memory.

    A call that is broken off has its connection shut, so that its thread ends soon; one that is still connecting ends
    after the policy's ``call_seconds``. Requests for a token, about one an hour, count neither as calls nor in the
    budget. ``Outbound.secrets`` is not used.

    Args:
        tokens: where the token is kept; a memory of its own by default.
    """

    def __init__(
        self,
        app: SpotifyApp,
        config: SpotifyConfig,
        *,
        clock: Clock | None = None,
        tokens: MemoryCacheHandler | None = None,
    ) -> None:
        self._app = app
        self._config = config
        self._clock = clock or SystemClock()
        self._tokens: Any = tokens if tokens is not None else MemoryCacheHandler()
        self._renewing = asyncio.Lock()
        self._threads = asyncio.Semaphore(AT_ONCE)
        for name in _SECRETIVE:
            logging.getLogger(name).addFilter(_is_harmless)

    def __repr__(self) -> str:
        return "<SpotipyTransport>"

    async def send(self, question: Question, policy: Policy, _secrets: Secrets, /) -> Reply:
        """The answer to one call.

        Raises:
            Expired: the token was not taken, and has been dropped.
            SourceError: there is no token to be had.
            LookupError: the question is none of the calls that exist.
        """
        token, fetched = await self._token(policy)

        def ask(session: Call) -> None:
            client = _client(auth=token, requests_session=session, requests_timeout=policy.call_seconds)
            client.prefix = f"{policy.base.rstrip('/')}/"
            call(client, question)

        reply = await self._replied(policy, ask)
        if reply.status == 401 and not fetched:
            self._drop(token)
            raise Expired(policy.label, "the token has expired")
        return reply

    async def _token(self, policy: Policy) -> tuple[str, bool]:
        """A token, and whether it was fetched just now."""
        async with self._renewing:
            info = self._tokens.get_cached_token()
            if info and not _credentials.is_token_expired(info):
                return info["access_token"], False
            self._tokens.save_token_to_cache(None)
            await self._fetch(policy)
            fetched: Any = self._tokens.get_cached_token() or {}
            token: object = fetched.get("access_token")
            if not isinstance(token, str) or not token.isascii() or not token.isprintable():
                self._tokens.save_token_to_cache(None)
                raise SourceNotUnderstood(policy.label, "no token that can be used")
            return token, True

    async def _fetch(self, policy: Policy) -> None:
        """Fetch a token into the cache, if Spotify gives one."""

        def fetch(session: Call) -> None:
            credentials = _credentials(
                self._app.client_id,
                self._app.client_secret.get_secret_value(),
                requests_session=session,
                requests_timeout=policy.call_seconds,
                cache_handler=self._tokens,
            )
            credentials.OAUTH_TOKEN_URL = self._config.token_url
            credentials.get_access_token(as_dict=False, check_cache=False)

        reply = await self._replied(policy, fetch)
        if reply.status == 400:
            raise SourceRefused(policy.label, "the client id or secret is not taken")
        judged(reply, policy, self._clock.now())

    def _drop(self, token: str) -> None:
        info = self._tokens.get_cached_token()
        if info and info.get("access_token") == token:
            self._tokens.save_token_to_cache(None)

    async def _replied(self, policy: Policy, act: Callable[[Call], None]) -> Reply:
        """What came over the line while ``act`` ran in a thread.

        Raises:
            Unreached: nothing did.
        """
        session = Call(largest=policy.largest_answer, user_agent=policy.user_agent)
        await self._threads.acquire()
        work = asyncio.ensure_future(asyncio.to_thread(_performed, act, session))
        work.add_done_callback(self._ended)
        try:
            why = await asyncio.shield(work)
        except asyncio.CancelledError:
            session.hang_up()
            raise
        if session.reply is None:
            raise Unreached(why)
        return session.reply

    def _ended(self, work: asyncio.Future[str]) -> None:
        self._threads.release()
        if not work.cancelled():
            work.exception()  # nobody may be there any more to take note of it


def _performed(act: Callable[[Call], None], session: Call) -> str:
    """Why there is no answer, in a word, if there is none."""
    try:
        with session:
            act(session)
    except Answered:
        pass
    except _TROUBLES as error:  # their texts hold addresses and answers
        return type(error).__name__
    return ""
