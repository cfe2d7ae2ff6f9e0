"""The callback server: one address that takes members back from Spotify's sign-in, and says no to everything else."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import token_hex

import structlog
from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from bot.errors import SegueError, StaleLink
from bot.linking.pages import HEADERS, STATUS, Outcome, page
from bot.settings import Settings
from bot.sources.errors import SourceError
from bot.sources.spotify_accounts import Addresses
from bot.sources.spotify_accounts_shapes import GrantRefused, NotInvited
from bot.usecases.linking import Linkage, Linking

log = structlog.get_logger(__name__)

LONGEST_QUERY = 2_048
MOST_WRONG = 60
"""Wrong requests in a minute after which such are turned away; who brings a state that Segue gave out never is."""
WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request comes to."""

    outcome: Outcome
    linkage: Linkage | None = None


class Callback:
    """Answers browsers. No request is logged with its address: code and state are in it.

    Attributes:
        outcomes: how many requests ended how, since the start.
    """

    def __init__(
        self,
        linking: Linking,
        now: Callable[[], float],
        *,
        path: str,
        apps: str,
        linked: Callable[[Linkage], None],
    ) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self._linking = linking
        self._now = now
        self._paths = {"/callback", path}
        self._apps = apps
        self._linked = linked
        self._wrong: deque[float] = deque(maxlen=MOST_WRONG)

    async def respond(self, request: web.BaseRequest) -> web.Response:
        """Answer any request at all, whatever happens."""
        try:
            answer = await self._answer(request)
        except Exception as error:  # noqa: BLE001 - the boundary: the browser gets a page, the log an id
            log.error("callback failed", error_id=token_hex(4), kind=type(error).__name__)
            answer = Answer(Outcome.BROKEN)
        outcome = answer.outcome
        self.outcomes[outcome] += 1
        log.info("callback", outcome=outcome.value)
        told = answer.linkage
        body = page(outcome, who=told.who if told else "", name=told.name if told else "", apps=self._apps)
        headers = HEADERS | ({"Allow": "GET"} if outcome is Outcome.METHOD else {})
        return web.Response(
            status=STATUS[outcome], text=body, content_type="text/html", charset="utf-8", headers=headers
        )

    async def _answer(self, request: web.BaseRequest) -> Answer:
        outcome = self._shape(request)
        if outcome is not None:
            return self._turned_away(outcome)
        state, code = _only(request, "state"), _only(request, "code")
        if state is None:
            return self._turned_away(Outcome.STALE)
        try:
            if code is None or _only(request, "error") is not None:
                self._linking.deny(state)
                denied = _only(request, "error") == "access_denied"
                return Answer(Outcome.DENIED if denied else Outcome.INCOMPLETE)
            linkage = await self._linking.complete(state, SecretStr(code))
            self._linked(linkage)
            return Answer(Outcome.LINKED, linkage)
        except StaleLink as error:
            return self._turned_away(Outcome.EXPIRED if error.expired else Outcome.STALE)
        except NotInvited:
            return Answer(Outcome.NOT_INVITED)
        except GrantRefused:
            return Answer(Outcome.REFUSED)
        except SourceError as error:
            log.info("sign-in not finished", why=error.detail)
            return Answer(Outcome.DOWN)

    def _shape(self, request: web.BaseRequest) -> Outcome | None:
        """What is wrong with a request before anything in it is looked at."""
        if request.path not in self._paths:
            return Outcome.NOWHERE
        if request.method != "GET":
            return Outcome.METHOD
        if len(request.rel_url.raw_query_string) > LONGEST_QUERY:
            return Outcome.TOO_LONG
        return None

    def _turned_away(self, outcome: Outcome) -> Answer:
        """Count a wrong request; too many in a minute are told to slow down."""
        now = self._now()
        busy = len(self._wrong) == MOST_WRONG and now - self._wrong[0] < WINDOW
        if not busy:
            self._wrong.append(now)
        return Answer(Outcome.BUSY if busy else outcome)


def _only(request: web.BaseRequest, name: str) -> str | None:
    """A parameter that is given exactly once and not empty."""
    given = request.query.getall(name, [])
    return given[0] if len(given) == 1 and given[0] else None


def _nothing(_linkage: Linkage) -> None:
    """Nobody is told."""


@asynccontextmanager
async def listening(
    settings: Settings,
    linking: Linking | None,
    now: Callable[[], float],
    addresses: Addresses | None = None,
    *,
    linked: Callable[[Linkage], None] = _nothing,
) -> AsyncGenerator[tuple[Callback, str] | None]:
    """Answer browsers for the length of the block; the callback and where it listens, None where linking is off.

    Args:
        linked: is told of every account that was linked.

    Raises:
        SegueError: the port is taken.
    """
    if linking is None:
        yield None
        return
    apps = (addresses or Addresses()).apps
    callback = Callback(linking, now, path=URL(settings.link_callback).path, apps=apps, linked=linked)
    runner = web.ServerRunner(web.Server(callback.respond, access_log=None), shutdown_timeout=2.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.link_host, settings.link_port).start()
        except OSError as error:
            raise SegueError(
                f"SEGUE_LINK_PORT: {settings.link_host}:{settings.link_port} cannot be listened on "
                f"({error.strerror}). Choose another port, or end what holds it."
            ) from error
        port = runner.addresses[0][1]
        log.info("listening for sign-ins", host=settings.link_host, port=port)
        yield callback, f"http://{settings.link_host}:{port}"
    finally:
        await runner.cleanup()
