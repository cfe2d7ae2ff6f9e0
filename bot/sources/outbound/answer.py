"""What came back: read up to a size, judged by its status, decoded as JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.sources.errors import (
    SourceDown,
    SourceError,
    SourceLater,
    SourceNotFound,
    SourceNotUnderstood,
    SourceQuota,
    SourceRefused,
)
from bot.sources.outbound.policy import Policy

CHUNK = 65_536
Told = Callable[[object], SourceError | None]
"""The error that the JSON of an answer tells of, whatever its status; None where it tells of none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer.

    Attributes:
        body: None when it was longer than allowed.
        spent: seconds until calls are free again, where the service says that this was the last one for now.
    """

    status: int
    body: bytes | None
    retry_after: str | None
    spent: float | None = None


async def read_reply(response: aiohttp.ClientResponse, largest: int) -> Reply:
    """Read at most ``largest`` bytes, after unpacking; the rest of a longer body is never fetched."""
    retry_after, spent = response.headers.get("Retry-After"), spent_for(response.headers)
    parts: list[bytes] = []
    size = 0
    while part := await response.content.read(CHUNK):
        size += len(part)
        if size > largest:
            response.close()
            return Reply(response.status, None, retry_after, spent)
        parts.append(part)
    return Reply(response.status, b"".join(parts), retry_after, spent)


def judged(reply: Reply, policy: Policy, now: datetime, told: Told | None = None) -> object:
    """The JSON of a good answer.

    Raises:
        SourceError: the kind that the body, as ``told`` reads it, or else the status stands for.
    """
    wrong = _wrong_status(reply, policy)
    if wrong is None and reply.body is None:
        raise SourceNotUnderstood(policy.label, f"longer than {policy.largest_answer} bytes")
    try:
        answer = _decoded(reply.body or b"", policy.label)
    except SourceNotUnderstood:
        if wrong is None:
            raise
        answer = None
    error = (told(answer) if told is not None and answer is not None else None) or wrong
    if error is None:
        return answer
    if isinstance(error, SourceLater):
        seconds = _pause(reply, policy, now)
        error.seconds = error.seconds if seconds is None else seconds
    raise error from None


def _wrong_status(reply: Reply, policy: Policy) -> SourceError | None:
    label, status = policy.label, reply.status
    detail = f"status {status}"
    if status in policy.quota_statuses:
        return SourceQuota(label, detail)
    if status >= 500:
        return SourceDown(label, detail)
    if status in {401, 403}:
        return SourceRefused(label, detail)
    if status in {404, 410}:
        return SourceNotFound(label, detail)
    if not 200 <= status < 300:
        # Redirects are not followed: they would carry keys and questions to wherever they point.
        return SourceNotUnderstood(label, detail, unwell=status < 400)
    return None


def spent_for(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``X-RateLimit-Reset-In`` names where ``X-RateLimit-Remaining`` is 0, as MetaBrainz sends them."""
    remaining, reset_in = headers.get("X-RateLimit-Remaining", ""), headers.get("X-RateLimit-Reset-In", "")
    if remaining.strip() != "0" or not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", reset_in.strip()):
        return None
    return float(reset_in)


def retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` asks for, as a number or an HTTP date; None for none or one without a meaning."""
    if text is None or len(text) > 100:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return max(seconds, 0.0) if not math.isnan(seconds) else None


def _pause(reply: Reply, policy: Policy, now: datetime) -> float | None:
    seconds = retry_after(reply.retry_after, now)
    seconds = reply.spent if seconds is None else seconds
    return None if seconds is None else min(seconds, policy.quota_limit)


def _decoded(body: bytes, label: str) -> object:
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise SourceNotUnderstood(label, "empty body")
    trouble = "HTML instead of JSON" if start[:1] == b"<" else "broken JSON"
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_not_a_number)
    except (ValueError, RecursionError):
        pass
    raise SourceNotUnderstood(label, trouble)


def _not_a_number(name: str) -> object:
    raise ValueError(name)
