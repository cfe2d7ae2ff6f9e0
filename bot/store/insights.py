"""Counts of what was shown and of what became of it: of one server, or of all. It names no member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Subquery, case, distinct, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.records import ItemKind, ServerId, SongId, Verb
from bot.store.schema import feedback, impressions, members, posts, slots, songs

# A post that does not say how far it goes is as far as by default.
USUAL_DIAL = "balanced"


_CATALOGUE = (songs.c.listed, songs.c.kind == ItemKind.SONG.value)
"""What may be shown as a song."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Showings of one week, source and dial, and what became of them.

    A showing is liked if a member's answer on its card that was not taken back, the last one of each member, is a like;
    else disliked, else skipped, if one is that; the others were ignored.

    Attributes:
        week: its place among the weeks that were asked for.
        source: who chose (`slots.source`).
        weight: sum of 1 / propensity, of all showings; ``squares`` of its squares, ``liked_weight`` of the liked ones.
    """

    week: int
    source: str
    dial: str
    shown: int
    liked: int
    disliked: int
    skipped: int
    weight: float
    squares: float
    liked_weight: float


@dataclass(frozen=True, slots=True)
class SongCount:
    """How often a song was shown; ``explored`` and ``liked`` of those times as a try, and liked then."""

    song: SongId
    shown: int
    explored: int
    liked: int


@dataclass(frozen=True, slots=True)
class People:
    """How many take part.

    Attributes:
        answered: members who answered to a song, by week, and in all weeks together; whoever only took something back is none.
        known: members of whom anything is known.
        servers: those that were shown anything, by week, and in all weeks together.
    """

    answered: tuple[int, ...]
    answered_ever: int
    known: int
    servers: tuple[int, ...]
    servers_ever: int


@dataclass(frozen=True, slots=True)
class Span:
    """Weeks, as the unix times at which they begin, the oldest first; of one server, or of all (None)."""

    begins: tuple[float, ...]
    server: ServerId | None = None

    def week(self, at: ColumnElement[float]) -> ColumnElement[int]:
        """In which week a time lies, counted from 0."""
        ends = [(at < begin, place) for place, begin in enumerate(self.begins[1:])]
        return case(*ends, else_=len(ends)) if ends else literal(0)

    def holds(self, at: ColumnElement[float], server: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether something was in these weeks, and in this server."""
        within = at >= self.begins[0]
        return within if self.server is None else within & (server == self.server)


class InsightStore:
    """Adds up impressions and answers in the database, so that few rows leave it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def cells(self, span: Span) -> list[Cell]:
        """All showings of the weeks, by week, source and dial."""
        outcome = _outcomes(span)
        week = span.week(impressions.c.at).label("week")
        dial = func.coalesce(posts.c.query["dial"].as_string(), USUAL_DIAL).label("dial")
        liked = func.coalesce(outcome.c.liked, 0)
        disliked = (1 - liked) * func.coalesce(outcome.c.disliked, 0)
        skipped = (
            (1 - liked) * (1 - func.coalesce(outcome.c.disliked, 0)) * func.coalesce(outcome.c.skipped, 0)
        )
        weight = 1.0 / impressions.c.propensity
        wanted = (
            select(
                week,
                slots.c.source,
                dial,
                func.count(),
                func.sum(liked),
                func.sum(disliked),
                func.sum(skipped),
                func.sum(weight),
                func.sum(weight * weight),
                func.sum(weight * liked),
            )
            .select_from(_shown(outcome))
            .where(span.holds(impressions.c.at, impressions.c.server_id))
            .group_by(week, slots.c.source, dial)
        )
        async with self._db.read() as connection:
            return [Cell(*row) for row in await connection.execute(wanted)]

    async def songs(self, span: Span) -> list[SongCount]:
        """Every song of the catalogue that was shown in these weeks; nothing spoken or broadcast."""
        outcome = _outcomes(span)
        tried = case((slots.c.source == "explore", 1), else_=0)
        wanted = (
            select(
                impressions.c.song_id,
                func.count(),
                func.sum(tried),
                func.sum(tried * func.coalesce(outcome.c.liked, 0)),
            )
            .select_from(_shown(outcome).join(songs, songs.c.id == impressions.c.song_id))
            .where(span.holds(impressions.c.at, impressions.c.server_id), *_CATALOGUE)
            .group_by(impressions.c.song_id)
        )
        async with self._db.read() as connection:
            return [SongCount(SongId(song), *counts) for song, *counts in await connection.execute(wanted)]

    async def catalogue(self) -> int:
        """How many songs may be shown."""
        wanted = select(func.count()).where(*_CATALOGUE)
        async with self._db.read() as connection:
            return (await connection.execute(wanted)).scalar_one()

    async def people(self, span: Span) -> People:
        """How many members and servers take part."""
        known = select(func.count(distinct(members.c.member_id)))
        if span.server is not None:
            known = known.where(members.c.server_id == span.server)
        async with self._db.read() as connection:
            answer = case((feedback.c.verb != Verb.UNDO.value, feedback.c.member_id))
            answered, answered_ever = await _different(
                connection, answer, feedback.c.at, feedback.c.server_id, span
            )
            served, served_ever = await _different(
                connection, impressions.c.server_id, impressions.c.at, impressions.c.server_id, span
            )
            return People(
                answered=answered,
                answered_ever=answered_ever,
                known=(await connection.execute(known)).scalar_one(),
                servers=served,
                servers_ever=served_ever,
            )


async def _different(
    connection: AsyncConnection,
    counted: ColumnElement[Any],
    at: ColumnElement[float],
    server: ColumnElement[int],
    span: Span,
) -> tuple[tuple[int, ...], int]:
    """How many different values there are in each week, and in all of them together."""
    week, amount = span.week(at).label("week"), func.count(distinct(counted))
    by_week = select(week, amount).where(span.holds(at, server)).group_by(week)
    found = {row.week: row[1] for row in await connection.execute(by_week)}
    ever = (await connection.execute(select(amount).where(span.holds(at, server)))).scalar_one()
    return tuple(found.get(number, 0) for number in range(len(span.begins))), ever


def _shown(outcome: Subquery) -> FromClause:
    """Impressions with their slot, their post, and what became of them."""
    here = (impressions.c.post_id == slots.c.post_id) & (impressions.c.slot == slots.c.number)
    answered = (outcome.c.post_id == impressions.c.post_id) & (outcome.c.slot == impressions.c.slot)
    return (
        impressions.join(slots, here)
        .join(posts, posts.c.id == impressions.c.post_id)
        .outerjoin(outcome, answered)
    )


def _outcomes(span: Span) -> Subquery:
    """Whether anybody's last answer on a card, by post and slot, is a like, a dislike, a skip: 1 or 0."""
    taken_back = select(feedback.c.undoes).where(feedback.c.undoes.is_not(None))
    standing = (
        select(feedback.c.post_id, feedback.c.slot, func.max(feedback.c.id).label("event"))
        .where(
            span.holds(feedback.c.at, feedback.c.server_id),
            feedback.c.post_id.is_not(None),
            feedback.c.verb != Verb.UNDO.value,
            feedback.c.id.not_in(taken_back),
        )
        .group_by(feedback.c.post_id, feedback.c.slot, feedback.c.member_id)
    )
    last = standing.subquery()

    def said(verb: Verb) -> ColumnElement[int]:
        return func.max(case((feedback.c.verb == verb.value, 1), else_=0))

    return (
        select(
            last.c.post_id,
            last.c.slot,
            said(Verb.LIKE).label("liked"),
            said(Verb.DISLIKE).label("disliked"),
            said(Verb.SKIP).label("skipped"),
        )
        .join_from(last, feedback, feedback.c.id == last.c.event)
        .group_by(last.c.post_id, last.c.slot)
        .subquery()
    )
