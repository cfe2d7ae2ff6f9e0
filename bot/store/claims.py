"""Songs that members registered as their own, and how often those were shown and answered to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.records import Claim, ClaimState, MemberId, ServerId, ShownIn, SongId, Verb
from bot.store.schema import claims, feedback, impressions, servers


class ClaimStore:
    """One registration a song; the last one written counts."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[Claim]:
        """Every registration, the oldest first."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(claims).order_by(claims.c.at, claims.c.song_id))
            return [
                Claim(
                    song=SongId(row.song_id),
                    server=ServerId(row.server_id),
                    member=MemberId(row.member_id),
                    state=ClaimState(row.state),
                    at=row.at,
                    by=None if row.settled_by is None else MemberId(row.settled_by),
                    allowed=row.allowed,
                )
                for row in rows
            ]

    async def put(self, claim: Claim) -> None:
        """Write a registration in the place of any other of that song."""
        values: dict[str, Any] = {
            "server_id": claim.server,
            "member_id": claim.member,
            "state": claim.state.value,
            "settled_by": claim.by,
            "allowed": claim.allowed,
            "at": claim.at,
        }
        async with self._db.write() as connection:
            await connection.execute(
                insert(servers).values(id=claim.server, joined_at=claim.at).on_conflict_do_nothing()
            )
            await connection.execute(
                insert(claims)
                .values(song_id=claim.song, **values)
                .on_conflict_do_update(index_elements=["song_id"], set_=values)
            )

    async def remove(self, song: SongId) -> None:
        """Delete a song's registration."""
        async with self._db.write() as connection:
            await connection.execute(delete(claims).where(claims.c.song_id == song))

    async def forget(self, member: MemberId) -> None:
        """Delete a member's registrations, and their name on those that they confirmed or refused."""
        async with self._db.write() as connection:
            await connection.execute(delete(claims).where(claims.c.member_id == member))
            await connection.execute(
                update(claims).where(claims.c.settled_by == member).values(settled_by=None)
            )

    async def shown(self, claim: Claim) -> list[ShownIn]:
        """Where the song was shown to others since it was registered, and which of those cards were answered to.

        An answer that was taken back is none.
        """
        answered, liked = _stands(), _stands(feedback.c.verb == Verb.LIKE.value)
        to_others = or_(impressions.c.member_id.is_(None), impressions.c.member_id != claim.member)
        wanted = (
            select(
                impressions.c.server_id,
                func.count(),
                func.sum(case((answered, 1), else_=0)),
                func.sum(case((liked, 1), else_=0)),
            )
            .where(impressions.c.song_id == claim.song, impressions.c.at >= claim.at, to_others)
            .group_by(impressions.c.server_id)
            .order_by(impressions.c.server_id)
        )
        async with self._db.read() as connection:
            rows = await connection.execute(wanted)
            return [ShownIn(ServerId(server), *counts) for server, *counts in rows]

    async def answered_in(self, claim: Claim) -> set[ServerId]:
        """Where anybody said anything of the song since it was registered, on a card or by command."""
        said = and_(feedback.c.song_id == claim.song, feedback.c.at >= claim.at)
        async with self._db.read() as connection:
            rows = await connection.execute(select(feedback.c.server_id).where(said).distinct())
            return {ServerId(server) for (server,) in rows}


def _stands(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a card of an impression has an answer that was not taken back."""
    undo = feedback.alias()
    taken_back = exists().where(undo.c.undoes == feedback.c.id)
    return exists().where(
        feedback.c.post_id == impressions.c.post_id,
        feedback.c.slot == impressions.c.slot,
        feedback.c.verb != Verb.UNDO.value,
        ~taken_back,
        *which,
    )
