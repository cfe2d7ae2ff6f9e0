"""Pages of a listening history at ListenBrainz, cut so that none of the plays of one second is lost or told twice.

ListenBrainz gives what was heard before a second, newest first and so many at most. An answer that was cut may hold
only some of the plays of its oldest second, and asking for what came before that second would lose the others. So one
more than wanted is asked for, and the oldest second of an answer that was cut is left to the next page. That cannot be
done where all of an answer is of one second: then as many as there are at most are asked for, and where even those are
of one second (nobody hears a thousand songs in one), what is beyond cannot be reached.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.sources.histories.listenbrainz import FIELDS, listen
from bot.sources.histories.plays import Play
from bot.sources.histories.records import Record, object_record
from bot.sources.protocol import ListensPage
from bot.sources.reading import elements, maybe_member, member
from bot.sources.reading import whole as whole_number

MOST = 1_000
LATEST = 10**11


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came: records with their Unix seconds, how many there were, and the oldest second of all."""

    listens: tuple[tuple[int, Record], ...]
    count: int
    oldest: int | None


Ask = Callable[[int, int | None], Awaitable[Heard]]


def heard(answer: object) -> Heard:
    """What `/user/…/listens` told; a record without a time is left out.

    Raises:
        ValueError: there are records and none has a time.
    """
    payload = member(answer, "payload")
    given = member(payload, "listens")
    if not isinstance(given, list):
        raise ValueError("no listens")
    listed = elements(cast("list[object]", given), MOST)
    timed = [(at, cast("dict[str, Any]", each)) for each in listed if (at := _second(each)) is not None]
    if listed and not timed:
        raise ValueError("listens without times")
    records = tuple((at, object_record(each, FIELDS)) for at, each in timed)
    return Heard(records, len(listed), whole_number(maybe_member(payload, "oldest_listen_ts"), 0, LATEST))


async def page(
    ask: Ask, *, before: float | None, after: float | None, limit: int, latest: float
) -> ListensPage:
    """The page of what was heard between two moments (Unix seconds, both exclusive).

    Args:
        ask: takes how many are wanted, and before which second.
        latest: now; what is told to have been heard later is no play.
    """
    end = None if before is None else math.ceil(before)
    limit = max(limit, 1)
    count = min(limit + 1, MOST)
    found = _newest(await ask(count, end), end, count)
    if found.count >= count and count < MOST and len({at for at, _ in found.listens}) == 1:
        count = MOST
        found = _newest(await ask(count, end), end, count)
    if not found.listens:
        return ListensPage((), None)
    border = _border(found, limit, cut=found.count >= count)
    oldest, newest = found.listens[-1][0], found.listens[0][0]
    whole = oldest if border is None else min(border + 1, newest)
    ended = border is None and (found.oldest is None or oldest <= found.oldest)
    past = after is not None and whole - 1 <= after
    return ListensPage(_plays(found, whole, after, latest), None if ended or past else float(whole))


def _border(found: Heard, limit: int, *, cut: bool) -> int | None:
    """The newest second that may not be there as a whole or does not fit into the limit, None where all do."""
    if len(found.listens) > limit:
        return found.listens[limit][0]
    return found.listens[-1][0] if cut else None


def _newest(found: Heard, end: int | None, count: int) -> Heard:
    """Sorted, and without what was not asked for: a service that ignores the question cannot lead in circles."""
    asked = (each for each in found.listens if end is None or each[0] < end)
    return Heard(tuple(sorted(asked, key=lambda each: -each[0])[:count]), found.count, found.oldest)


def _plays(found: Heard, oldest: int, after: float | None, latest: float) -> tuple[Play, ...]:
    plays: dict[str, Play] = {}
    for at, record in found.listens:
        if at < oldest or (after is not None and at <= after):
            break
        play = listen(record, latest)
        if isinstance(play, Play):
            plays.setdefault(play.key, play)
    return tuple(plays.values())


def _second(told: object) -> int | None:
    if not isinstance(told, dict):
        return None
    return whole_number(maybe_member(cast("object", told), "listened_at"), 0, LATEST)
