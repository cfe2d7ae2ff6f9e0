"""Calls in one member's name: never shared with anybody, never remembered, never repeated where they write.

`Outbound` joins equal questions and remembers what was absent; with one token a member that would tell one of them
what belongs to another. Rate, size and the judging of answers are the same here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.sources.errors import SourceDown, SourceError, SourceNotUnderstood, SourceOff, SourceQuota
from bot.sources.outbound.answer import Reply, judged, read_reply
from bot.sources.outbound.budget import Budget
from bot.sources.outbound.clock import Clock, SystemClock
from bot.sources.outbound.gate import Gate, TooLate
from bot.sources.outbound.metrics import Metrics, Tally
from bot.sources.outbound.policy import Policy

T = TypeVar("T")
Refusal = Callable[[Reply], SourceError | None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make; secrets are wrapped, so that its representation can be told.

    Attributes:
        url: where to; without secrets.
        token: goes along as ``Authorization: Bearer``.
        query: parameters, without secrets.
        form: a form to post, whose values may be secrets …
        body: … or what is posted as JSON; with neither it is a GET.
        silent: a good answer has no body.
        background: no member waits for the answer, so a budget refuses it sooner.
    """

    url: str
    token: SecretStr | None = None
    query: tuple[tuple[str, str | int], ...] = ()
    form: Mapping[str, SecretStr] | None = None
    body: Mapping[str, object] | None = None
    silent: bool = False
    background: bool = False

    @property
    def reads(self) -> bool:
        """Whether it changes nothing at the service and can be repeated."""
        return self.form is None and self.body is None


class Personal:
    """Makes calls to one service as its policy says, each for one member.

    Args:
        budget: of calls in a day; what goes out without a token, which is how tokens are had, is not counted.
        refusal: what an answer with a status from 400 to 499 means in this service's own words; None where it says
            nothing special.
    """

    def __init__(
        self,
        policy: Policy,
        session: aiohttp.ClientSession,
        *,
        clock: Clock | None = None,
        budget: Budget | None = None,
        refusal: Refusal = lambda _: None,
    ) -> None:
        self.policy = policy
        self._session = session
        self._clock = clock or SystemClock()
        self._gate = Gate(policy.calls, policy.per_seconds, self._clock)
        self._budget = budget
        self._refusal = refusal
        self._tally = Tally()

    def __repr__(self) -> str:
        return f"<Personal {self.policy.name}>"

    def metrics(self) -> Metrics:
        """What was asked so far, and how that went."""
        return self._tally.metrics()

    async def ask(self, call: Call, read: Callable[[object], T]) -> T:
        """Make the call and read its answer; what only reads is tried twice.

        Raises:
            SourceError: of the kind that fits; nothing else.
        """
        with self._tally.question():
            return await self._tried(call, read)

    async def _tried(self, call: Call, read: Callable[[object], T]) -> T:
        if not self.policy.enabled:
            raise SourceOff(self.policy.label)
        try:
            return await self._once(call, read)
        except SourceDown:
            if not call.reads:
                raise
        self._tally.retries += 1
        return await self._once(call, read)

    async def _once(self, call: Call, read: Callable[[object], T]) -> T:
        await self._departure()
        if self._budget is not None and call.token is not None:
            await self._budget.spend(background=call.background)
        reply = await self._sent(call)
        if 400 <= reply.status < 500 and (said := self._refusal(reply)) is not None:
            raise said
        try:
            silent = call.silent and 200 <= reply.status < 300
            answer = None if silent else judged(reply, self.policy, self._clock.now())
        except SourceQuota as error:
            seconds = error.seconds or self.policy.quota_seconds
            self._gate.close(seconds)
            error.until = self._clock.now() + timedelta(seconds=seconds)
            raise
        try:
            return read(answer)
        except ValueError:
            pass  # its text may hold what the service sent
        raise SourceNotUnderstood(self.policy.label, "not the documented shape")

    async def _departure(self) -> None:
        try:
            return await self._gate.depart(self._clock.monotonic() + self.policy.seconds)
        except TooLate as late:
            until = self._clock.now() + timedelta(seconds=late.wait)
        raise SourceQuota(self.policy.label, "our own rate is used up", until=until)

    async def _sent(self, call: Call) -> Reply:
        policy, trouble = self.policy, ""
        headers = {"User-Agent": policy.user_agent, "Accept": "application/json"}
        if call.token is not None:
            headers["Authorization"] = f"Bearer {call.token.get_secret_value()}"
        data: object = None
        if call.form is not None:
            data = {name: value.get_secret_value() for name, value in call.form.items()}
        elif call.body is not None:
            data = json.dumps(call.body)
            headers["Content-Type"] = "application/json"
        reply: Reply | None = None
        self._tally.calls += 1
        began = self._clock.monotonic()
        try:
            async with (
                self._clock.timeout(policy.call_seconds),
                self._session.request(
                    "GET" if call.reads else "POST",
                    URL(call.url).with_query(call.query),
                    headers=headers,
                    data=data,
                    allow_redirects=False,
                ) as response,
            ):
                reply = await read_reply(response, policy.largest_answer)
        except TimeoutError:
            trouble = "no answer in time"
        except (aiohttp.ClientError, OSError) as error:
            trouble = type(error).__name__
        finally:
            self._tally.seconds += self._clock.monotonic() - began
        # Outside the except block: what aiohttp raises knows addresses and headers.
        if reply is None:
            raise SourceDown(policy.label, trouble)
        return reply
