"""The weeks of discoveries: who makes the post of which, how far it has come, and what became of it.

Every step is one statement that compares and sets, so that of several processes exactly one goes on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import (
    ChannelId,
    DiscoveryRun,
    MemberId,
    MessageId,
    PostId,
    RunState,
    ServerId,
    Why,
)
from bot.store.schema import discovery_runs as runs

# The member of a server's own post.
NOBODY = 0
UNDER_WAY = (RunState.CLAIMED.value, RunState.SENDING.value)
OPEN = (RunState.WAITING.value,)
# What an admin who asks for the post may have made all the same.
ASKABLE = (RunState.WAITING.value, RunState.SKIPPED.value, RunState.UNSURE.value)


def _run(row: Row[Any]) -> DiscoveryRun:
    return DiscoveryRun(
        server=ServerId(row.server_id),
        week=row.week,
        state=RunState(row.state),
        post=None if row.post_id is None else PostId(row.post_id),
        channel=ChannelId(row.channel_id),
        message=None if row.message_id is None else MessageId(row.message_id),
        at=row.at,
        member=None if row.member_id == NOBODY else MemberId(row.member_id),
        owner=row.owner,
        until=row.until,
        tries=row.tries,
        why=None if row.why is None else Why(row.why),
        noted=row.noted_at is not None,
    )


def _of(server: ServerId, member: MemberId | None) -> ColumnElement[bool]:
    return and_(runs.c.server_id == server, runs.c.member_id == (member or NOBODY))


def _is(run: DiscoveryRun) -> ColumnElement[bool]:
    return and_(_of(run.server, run.member), runs.c.week == run.week)


class RunStore:
    """What is known of each week of each server, and of each member who wants a mix of their own."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def claim(
        self,
        server: ServerId,
        week: str,
        channel: ChannelId,
        *,
        member: MemberId | None = None,
        owner: str,
        at: float,
        until: float,
        asked: bool = False,
    ) -> DiscoveryRun | None:
        """Take a week for a process until then; None when somebody has it, or it is not to be tried again yet.

        A week with a post has one that may be there: it is taken as one that is being sent, so that whoever meets it after
        a crash looks for it.

        Args:
            asked: whether somebody asks for it by name: then what was skipped, waits or is unsure can be had.
        """
        taken = {"owner": owner, "until": until, "channel_id": channel}
        state = case((runs.c.post_id.is_not(None), RunState.SENDING.value), else_=RunState.CLAIMED.value)
        free = runs.c.state.in_(ASKABLE) if asked else (runs.c.state.in_(OPEN) & (runs.c.until <= at))
        statement = (
            insert(runs)
            .values(
                server_id=server,
                member_id=member or NOBODY,
                week=week,
                at=at,
                state=RunState.CLAIMED.value,
                **taken,
            )
            .on_conflict_do_update(
                index_elements=["server_id", "member_id", "week"],
                set_={**taken, "state": state, "why": None},
                where=free,
            )
            .returning(*runs.c)
        )
        async with self._db.write() as connection:
            row = (await connection.execute(statement)).one_or_none()
            return None if row is None else _run(row)

    async def take(self, run: DiscoveryRun, *, owner: str, at: float, until: float) -> bool:
        """Take over what its owner has left; False when somebody was faster."""
        same = runs.c.owner.is_not_distinct_from(run.owner)
        left = _is(run) & (runs.c.state == run.state.value) & same & (runs.c.until <= at)
        return await self._changed(left, {"owner": owner, "until": until})

    async def renew(
        self, run: DiscoveryRun, *, owner: str, at: float, until: float, post: PostId, sending: bool = False
    ) -> bool:
        """Go on for longer with this post; False for who lost the lease, and must not go on.

        Args:
            sending: whether the message is sent next.
        """
        state = (RunState.SENDING if sending else RunState.CLAIMED).value
        mine = _is(run) & (runs.c.owner == owner) & (runs.c.until > at) & runs.c.state.in_(UNDER_WAY)
        return await self._changed(mine, {"until": until, "post_id": post, "state": state})

    async def confirm(self, run: DiscoveryRun, post: PostId | None, message: MessageId) -> None:
        """Say that the week's message is there: a fact, whoever tells it."""
        facts = {"state": RunState.CONFIRMED.value, "message_id": message, "why": None}
        await self._changed(_is(run) & runs.c.post_id.is_not_distinct_from(post), facts)

    async def wait(
        self, run: DiscoveryRun, *, owner: str, until: float, why: Why | None, post: PostId | None
    ) -> bool:
        """Give a week back until a later try, and count the one that failed; ``post`` stays written for it."""
        values = {
            "state": RunState.WAITING.value,
            "until": until,
            "why": None if why is None else why.value,
            "post_id": post,
            "tries": runs.c.tries + 1,
        }
        theirs = _is(run) & (runs.c.owner == owner)
        left = runs.c.state.in_((*UNDER_WAY, RunState.UNSURE.value))
        return await self._changed(theirs & left, values)

    async def look_later(self, run: DiscoveryRun, *, owner: str, until: float) -> None:
        """Leave a message that may be there alone until then."""
        mine = _is(run) & (runs.c.owner == owner) & (runs.c.state != RunState.CONFIRMED.value)
        await self._changed(mine, {"until": until})

    async def doubt(self, run: DiscoveryRun, *, owner: str, until: float) -> bool:
        """Say that nobody can know whether the message is there; it is looked for again from then on."""
        mine = _is(run) & (runs.c.owner == owner) & (runs.c.state != RunState.CONFIRMED.value)
        return await self._changed(mine, {"state": RunState.UNSURE.value, "until": until})

    async def skip(
        self,
        server: ServerId,
        week: str,
        channel: ChannelId,
        *,
        member: MemberId | None = None,
        why: Why,
        at: float,
        noted: float | None = None,
    ) -> DiscoveryRun | None:
        """Leave a week out; None when it was made, is being made, or was left out before.

        Args:
            noted: when the admins were told, where nobody needs to tell them.

        Returns:
            the week with the post that was written for it, which is nobody's from now on.
        """
        values = {"state": RunState.SKIPPED.value, "why": why.value, "post_id": None}
        this = _of(server, member) & (runs.c.week == week)
        statement = (
            insert(runs)
            .values(
                server_id=server,
                member_id=member or NOBODY,
                week=week,
                channel_id=channel,
                at=at,
                until=0.0,
                noted_at=noted,
                **values,
            )
            .on_conflict_do_update(
                index_elements=["server_id", "member_id", "week"], set_=values, where=runs.c.state.in_(OPEN)
            )
            .returning(*runs.c)
        )
        async with self._db.write() as connection:
            post = (await connection.execute(select(runs.c.post_id).where(this))).scalar_one_or_none()
            row = (await connection.execute(statement)).one_or_none()
            return None if row is None else replace(_run(row), post=None if post is None else PostId(post))

    async def unskip(self, server: ServerId, week: str) -> bool:
        """Take back that an admin left a week out; whether one had."""
        asked = (runs.c.state == RunState.SKIPPED.value) & (runs.c.why == Why.ASKED.value)
        async with self._db.write() as connection:
            gone = await connection.execute(
                delete(runs).where(_of(server, None) & (runs.c.week == week) & asked)
            )
            return gone.rowcount > 0

    async def note(self, run: DiscoveryRun, at: float | None) -> bool:
        """Take it upon oneself to tell the admins, once; False when they were told. None takes that back."""
        untold = runs.c.noted_at.is_(None) if at is not None else runs.c.noted_at.is_not(None)
        return await self._changed(_is(run) & untold, {"noted_at": at})

    async def run(self, server: ServerId, week: str, member: MemberId | None = None) -> DiscoveryRun | None:
        """What is known of a week, or None."""
        async with self._db.read() as connection:
            wanted = select(runs).where(_of(server, member) & (runs.c.week == week))
            row = (await connection.execute(wanted)).one_or_none()
            return None if row is None else _run(row)

    async def open(self, silent: Collection[Why], since: float) -> list[DiscoveryRun]:
        """What is not at its end, and what was skipped since then without telling anybody; oldest first.

        Args:
            silent: why what was skipped needs no telling.
        """
        skipped = (runs.c.state == RunState.SKIPPED.value) & runs.c.noted_at.is_(None)
        untold = skipped & (runs.c.member_id == NOBODY) & runs.c.why.not_in(silent) & (runs.c.at >= since)
        done = (RunState.SKIPPED.value, RunState.CONFIRMED.value)
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(runs).where(untold | runs.c.state.not_in(done)).order_by(runs.c.at)
            )
            return [_run(row) for row in rows]

    async def states(
        self, weeks: Collection[str]
    ) -> dict[tuple[ServerId, MemberId | None, str], tuple[RunState, float]]:
        """State of these weeks, and the end of the lease or the time of the next try, for everybody at once."""
        columns = (runs.c.server_id, runs.c.member_id, runs.c.week, runs.c.state, runs.c.until)
        async with self._db.read() as connection:
            rows = await connection.execute(select(*columns).where(runs.c.week.in_(weeks)))
            return {
                (ServerId(server), MemberId(member) if member else None, week): (RunState(state), until)
                for server, member, week, state, until in rows
            }

    async def history(self, server: ServerId, most: int, skip: int = 0) -> tuple[list[DiscoveryRun], int]:
        """A server's weeks, newest first, and how many there are."""
        own = _of(server, None)
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(runs).where(own).order_by(runs.c.week.desc()).limit(most).offset(skip)
            )
            found = [_run(row) for row in rows]
            count = (await connection.execute(select(func.count()).select_from(runs).where(own))).scalar_one()
            return found, count

    async def forget(self, member: MemberId) -> int:
        """Delete the weeks of a member's own mixes, and return how many."""
        async with self._db.write() as connection:
            gone = await connection.execute(delete(runs).where(runs.c.member_id == member))
            return gone.rowcount

    async def _changed(self, which: ColumnElement[bool], values: dict[str, Any]) -> bool:
        async with self._db.write() as connection:
            changed = await connection.execute(update(runs).where(which).values(**values))
            return changed.rowcount > 0
