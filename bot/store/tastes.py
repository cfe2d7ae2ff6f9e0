"""What members choose to begin with, who lets others see their taste, and what is measured of songs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.records import MemberId, ServerId, SongId
from bot.store.schema import audio_features, members, servers, tastes_chosen, tastes_visible


class ChoiceKind(StrEnum):
    """What can be chosen to begin with."""

    GENRE = "genre"
    ARTIST = "artist"
    DECADE = "decade"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing that a member chose in a server."""

    server: ServerId
    member: MemberId
    kind: ChoiceKind
    value: str


class TasteStore:
    """Choices and consent, by server and member."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[Chosen]:
        """Everything that anybody chose, in the order of choosing."""
        wanted = select(tastes_chosen).order_by(tastes_chosen.c.at, tastes_chosen.c.value)
        async with self._db.read() as connection:
            return [
                Chosen(ServerId(row.server_id), MemberId(row.member_id), ChoiceKind(row.kind), row.value)
                for row in await connection.execute(wanted)
            ]

    async def choose(
        self, server: ServerId, member: MemberId, kind: ChoiceKind, values: Iterable[str], at: float
    ) -> None:
        """Put these choices of one kind in the place of the earlier ones.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was changed.
        """
        key = {"server_id": server, "member_id": member, "kind": kind.value, "at": at}
        rows = [{**key, "value": value} for value in dict.fromkeys(values)]
        async with self._db.write() as connection:
            await _introduce(connection, server, member, at)
            await connection.execute(
                delete(tastes_chosen).where(
                    tastes_chosen.c.server_id == server,
                    tastes_chosen.c.member_id == member,
                    tastes_chosen.c.kind == kind.value,
                )
            )
            if rows:
                await connection.execute(insert(tastes_chosen), rows)

    async def forget(self, member: MemberId) -> int:
        """Delete what a member chose, in every server; how many choices there were."""
        async with self._db.write() as connection:
            done = await connection.execute(delete(tastes_chosen).where(tastes_chosen.c.member_id == member))
        return done.rowcount

    async def show(self, server: ServerId, member: MemberId, *, visible: bool, at: float) -> None:
        """Let the others of a server see a member's taste, or no longer."""
        async with self._db.write() as connection:
            if visible:
                await _introduce(connection, server, member, at)
                row = insert(tastes_visible).values(server_id=server, member_id=member, at=at)
                await connection.execute(row.on_conflict_do_nothing())
            else:
                await connection.execute(
                    delete(tastes_visible).where(
                        tastes_visible.c.server_id == server, tastes_visible.c.member_id == member
                    )
                )

    async def visible(self, server: ServerId) -> list[MemberId]:
        """Who lets the others of a server see their taste, longest agreed first."""
        wanted = select(tastes_visible.c.member_id).where(tastes_visible.c.server_id == server)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted.order_by(tastes_visible.c.at, tastes_visible.c.member_id))
            return [MemberId(number) for (number,) in rows]

    async def measured(self, songs: Sequence[SongId], names: Sequence[str]) -> dict[SongId, dict[str, float]]:
        """The named audio features of songs, as far as measured; of several sources the first by name."""
        columns = [audio_features.c[name] for name in names]
        wanted = (
            select(audio_features.c.song_id, *columns)
            .where(audio_features.c.song_id.in_(songs))
            .order_by(audio_features.c.source)
        )
        found: dict[SongId, dict[str, float]] = {}
        async with self._db.read() as connection:
            for number, *values in await connection.execute(wanted):
                known = found.setdefault(SongId(number), {})
                for name, value in zip(names, values, strict=True):
                    if value is not None:
                        known.setdefault(name, value)
        return found


async def _introduce(connection: AsyncConnection, server: ServerId, member: MemberId, at: float) -> None:
    """Make sure that server and member have their rows."""
    await connection.execute(insert(servers).values(id=server, joined_at=at).on_conflict_do_nothing())
    await connection.execute(
        insert(members).values(server_id=server, member_id=member, first_seen=at).on_conflict_do_nothing()
    )
