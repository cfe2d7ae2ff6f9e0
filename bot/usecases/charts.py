"""``/charts``: what a server likes most, what rises, and what is new to it, from memory."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.store.records import ItemKind, MemberId, ServerId, Song, SongId, Verb
from bot.usecases.intervals import wilson
from bot.usecases.library import Library
from bot.usecases.taste import DAY, Answer, Tastes

PER_PAGE = 10
# Answers that are read on the event loop at a time: a millisecond or two.
AT_ONCE = 2_000
# Seconds after which a chart is worked out anew though nobody answered: its weeks and months have moved by nothing.
LATER = 600.0
MOST_KEPT = 32

K = TypeVar("K")


class View(StrEnum):
    """What a chart lists."""

    LIKED = "liked"
    RISING = "rising"
    FRESH = "fresh"
    MEMBER = "member"


class Period(StrEnum):
    """Which likes count: those of the last 7 days, of the last 30, or all."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"

    @property
    def length(self) -> float:
        """In seconds."""
        return {Period.WEEK: 7 * DAY, Period.MONTH: 30 * DAY}.get(self, math.inf)


@dataclass(frozen=True, slots=True)
class Line:
    """A song of a chart.

    Attributes:
        likes, answers: members who like it since the period began, and who answered to it at all since then.
        before: likes of the period before.
        first: when it was first liked here by anybody who still likes it; unix time.
        last: when it was last liked.
    """

    song: Song
    likes: int
    answers: int
    before: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One page of a chart.

    Attributes:
        begun: whether anybody in the server likes any song.
        first: the rank of the first line.
        page: counted from 0.
    """

    view: View
    period: Period
    member: MemberId | None
    lines: tuple[Line, ...]
    begun: bool
    first: int
    page: int
    pages: int


def rise(now: int, before: int) -> float:
    """How surely a song is liked more often than in the period before: (now - before) / sqrt(now + before).

    The score statistic of the test that two Poisson counts of equal periods have one rate, given their sum
    (Przyborowski and Wilenski 1940); above 0 it rises.
    """
    return (now - before) / math.sqrt(now + before) if now or before else 0.0


def careful(line: Line) -> float:
    """By what likes are ranked: the lower end of Wilson's interval of likes among answers (Miller 2009)."""
    return wilson(line.likes, line.answers)[0]


class Charts:
    """Counts the answers of a server; each member counts once a song, with what they think of it now."""

    def __init__(self, tastes: Tastes, library: Library, clock: Callable[[], float]) -> None:
        self._tastes = tastes
        self._library = library
        self._clock = clock
        self._counts: dict[tuple[object, ...], tuple[bool, list[Line]]] = {}
        self._kept: dict[tuple[object, ...], tuple[bool, list[Line]]] = {}

    async def page(
        self,
        server: ServerId,
        view: View,
        period: Period,
        *,
        member: MemberId | None = None,
        number: int = 0,
    ) -> Chart:
        """A page of a server's chart; a number beyond the last page gives the last one.

        Args:
            member: of `View.MEMBER`, whose likes are listed; whether they agreed is the caller's to ask.
        """
        if view is View.RISING and period is Period.ALL:
            period = Period.MONTH  # before everything there is nothing to compare with
        begun, lines = await self._whole(server, view, period, member)
        pages = max(1, -(-len(lines) // PER_PAGE))
        number = min(max(number, 0), pages - 1)
        first = number * PER_PAGE
        shown = tuple(lines[first : first + PER_PAGE])
        return Chart(view, period, member, shown, begun, first + 1, number, pages)

    async def _whole(
        self, server: ServerId, view: View, period: Period, member: MemberId | None
    ) -> tuple[bool, list[Line]]:
        """Whether anybody likes anything, and all lines; worked out anew once a while where nobody answers."""
        now, changes = self._clock(), self._tastes.changes(server)
        whose = member if view is View.MEMBER else None
        asked = server, view, period, whose, changes, int(now // LATER)
        if (known := self._kept.get(asked)) is None:
            begun, counted = await self._counting(server, period, whose, now)
            known = begun, await asyncio.to_thread(self._ranked, counted, view, now, period.length)
            _keep(self._kept, asked, known)
        return known

    async def _counting(
        self, server: ServerId, period: Period, member: MemberId | None, now: float
    ) -> tuple[bool, list[Line]]:
        """Whether anybody likes anything, and the liked songs of a server, or of a member, in no order: for every view."""
        asked = server, period, member, self._tastes.changes(server), int(now // LATER)
        if (known := self._counts.get(asked)) is None:
            answers = await self._answers(server)
            begun = any(answer.verb is Verb.LIKE for answer in answers)
            if member is not None:
                answers = [answer for answer in answers if answer.member == member]
            known = begun, await asyncio.to_thread(self._counted, answers, now, period.length)
            _keep(self._counts, asked, known)
        return known

    async def _answers(self, server: ServerId) -> list[Answer]:
        """All answers of a server; where there are many, others have their turn in between."""
        found: list[Answer] = []
        looked = 0
        for member in self._tastes.members(server):
            found += self._tastes.answers(server, member)
            if len(found) - looked > AT_ONCE:
                looked = len(found)
                await asyncio.sleep(0)
        return found

    def _ranked(self, lines: Iterable[Line], view: View, now: float, length: float) -> list[Line]:
        match view:
            case View.LIKED:
                return sorted(lines, key=lambda line: (-careful(line), *_usual(line)))
            case View.FRESH:
                fresh = [line for line in lines if line.first > now - length]
                return sorted(fresh, key=lambda line: (-careful(line), *_usual(line)))
            case View.RISING:
                rising = [line for line in lines if line.likes > line.before]
                return sorted(rising, key=lambda line: (-rise(line.likes, line.before), *_usual(line)))
            case View.MEMBER:
                return sorted(lines, key=lambda line: (-line.last, line.song.id))

    def _counted(self, answers: Iterable[Answer], now: float, length: float) -> list[Line]:
        """The songs that anybody likes, within a time, in no order."""
        by_song: defaultdict[SongId, _Count] = defaultdict(_Count)
        for answer in answers:
            count, at = by_song[answer.song], answer.at
            within = at > now - length
            count.answers += within
            if answer.verb is Verb.LIKE:
                count.likes += within
                count.before += now - 2 * length < at <= now - length
                count.first, count.last = min(count.first, at), max(count.last, at)
        liked = [(self._library.songs.get(number), count) for number, count in by_song.items() if count.likes]
        return [
            Line(
                song=song,
                likes=count.likes,
                answers=count.answers,
                before=count.before,
                first=count.first,
                last=count.last,
            )
            for song, count in liked
            if song is not None and song.kind is ItemKind.SONG
        ]


@dataclass(slots=True)
class _Count:
    """What is counted of a song; the times are those of its likes."""

    likes: int = 0
    answers: int = 0
    before: int = 0
    first: float = math.inf
    last: float = 0.0


def _keep(kept: dict[tuple[object, ...], K], asked: tuple[object, ...], known: K) -> None:
    while len(kept) >= MOST_KEPT:
        kept.pop(next(iter(kept)))
    kept[asked] = known


def _usual(line: Line) -> tuple[float, float, int]:
    """What decides between equals: more likes, then the newer one."""
    return -line.likes, -line.last, line.song.id
