"""One HTTP request, from its address to the last byte of its answer."""

from __future__ import annotations

import aiohttp

from bot.sources.errors import SourceDown
from bot.sources.outbound.answer import Reply, read_reply
from bot.sources.outbound.clock import Clock
from bot.sources.outbound.policy import Policy
from bot.sources.outbound.question import Question, Secrets


async def called(
    session: aiohttp.ClientSession,
    question: Question,
    policy: Policy,
    secrets: Secrets,
    clock: Clock,
    until: float,
) -> Reply:
    """The answer of one call that ends by ``until`` (monotonic seconds) at the latest.

    Raises:
        SourceDown: there was none.
    """
    seconds = min(policy.call_seconds, until - clock.monotonic())
    try:
        async with (
            clock.timeout(seconds),
            session.request(
                "GET" if question.body is None else "POST",
                question.address(policy, secrets),
                headers=question.headers(policy, secrets),
                data=question.body,
                allow_redirects=False,
            ) as response,
        ):
            return await read_reply(response, policy.largest_answer)
    except TimeoutError:
        trouble = f"no answer within {seconds:.1f} s"
    except (aiohttp.ClientError, OSError) as error:
        trouble = type(error).__name__
    # Outside the except block: aiohttp's errors know the whole address, key included.
    raise SourceDown(policy.label, trouble)
