"""What members listen to, by their own wish: counts by song, and what of each source is in already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import case, delete, exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.catalog.adding import add_songs
from bot.store.catalog.rows import all_rows, bulk
from bot.store.database import Database
from bot.store.presence import keep_state
from bot.store.records import (
    ClaimState,
    Covered,
    Heard,
    History,
    Listened,
    MemberId,
    NewSong,
    ServerId,
    SongId,
)
from bot.store.schema import (
    claims,
    enquiries,
    feedback,
    histories,
    listened,
    listening_states,
    listens,
    members,
    playlist_songs,
    servers,
    slots,
    song_details,
    song_list_songs,
    song_tags,
    songs,
    track_ids,
)

OWN = "own:"
"""What the name of a source begins with whose terms let it count for the member's own taste alone."""


SEEN = f"{OWN}discord"
"""Where counts come from that were seen through Discord's Spotify activity."""

# An artist's plays of a song that they registered as their own count for nothing.
_OWN_SONG = exists().where(
    claims.c.song_id == listens.c.song_id,
    claims.c.member_id == listens.c.member_id,
    claims.c.state != ClaimState.REFUSED.value,
)


class HistoryStore:
    """Listening counts; everything of one import, or of one page of it, is written at once or not at all."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, member: MemberId, source: str) -> History | None:
        """How far a member's history at a source is in."""
        wanted = select(histories).where(histories.c.member_id == member, histories.c.source == source)
        async with self._db.read() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else _history(row)

    async def of(self, member: MemberId) -> list[History]:
        """All histories of a member."""
        async with self._db.read() as connection:
            rows = await connection.execute(select(histories).where(histories.c.member_id == member))
            return [_history(row) for row in rows]

    async def home(self, member: MemberId) -> ServerId | None:
        """A server that the member is known in: where they brought something last, or any other."""
        brought = (
            select(histories.c.server_id)
            .where(histories.c.member_id == member)
            .order_by(histories.c.at.desc())
        )
        known = select(members.c.server_id).where(members.c.member_id == member)
        async with self._db.read() as connection:
            for wanted in (brought, known):
                found = (await connection.execute(wanted.limit(1))).scalar()
                if found is not None:
                    return ServerId(found)
        return None

    async def followed(self) -> list[History]:
        """Every history that is read from an account."""
        wanted = select(histories).where(histories.c.account.is_not(None)).order_by(histories.c.at)
        async with self._db.read() as connection:
            return [_history(row) for row in await connection.execute(wanted)]

    async def covered(self, member: MemberId, source: str) -> list[Covered]:
        """The stretches of time that this member's files of a source have covered."""
        wanted = select(listened).where(listened.c.member_id == member, listened.c.source == source)
        async with self._db.read() as connection:
            rows = await connection.execute(wanted)
            return [Covered(row.first_at, row.last_at) for row in rows]

    async def record(
        self,
        history: History,
        heard: Sequence[tuple[NewSong | SongId, Heard]],
        covered: Iterable[Covered] = (),
        *,
        instead: bool = False,
        state: Mapping[str, Any] | None = None,
    ) -> list[SongId]:
        """Add counts, and how far the history is in with them, in one transaction.

        Songs that the catalogue does not have are added, unlisted where they say so. ``instead`` puts these counts in
        the place of those that the source brought before; ``state`` is what is left to be counted of what was seen.

        Returns:
            the songs in the order of ``heard``.

        Raises:
            StoreBusy, StoreReadOnly, StoreError: nothing was added.
        """
        with bulk():
            async with self._db.write() as connection:
                await _introduce(connection, history)
                if state is not None:
                    await keep_state(connection, history.member, state, history.at)
                if instead:
                    own = (listens.c.member_id == history.member) & (listens.c.source == history.source)
                    await connection.execute(delete(listens).where(own))
                new = [song for song, _ in heard if isinstance(song, NewSong)]
                added = iter(await add_songs(connection, new, history.at))
                numbers = [next(added) if isinstance(song, NewSong) else song for song, _ in heard]
                await _add(connection, history, zip(numbers, (each for _, each in heard), strict=True))
                for stretch in covered:
                    await connection.execute(
                        insert(listened)
                        .values(
                            member_id=history.member,
                            source=history.source,
                            first_at=stretch.first,
                            last_at=stretch.last,
                        )
                        .on_conflict_do_nothing()
                    )
        return numbers

    async def all(self) -> list[Listened]:
        """All counts of all members that count, each with the servers where the member brought them."""
        wanted = (
            select(listens, histories.c.server_id)
            .join(
                histories,
                (histories.c.member_id == listens.c.member_id) & (histories.c.source == listens.c.source),
            )
            .where(~_OWN_SONG)
        )
        with bulk():
            async with self._db.read() as connection:
                return [_listened(row) for row in await all_rows(connection, wanted)]

    async def of_member(self, member: MemberId) -> list[Listened]:
        """All counts of one member that count."""
        wanted = (
            select(listens, histories.c.server_id)
            .join(
                histories,
                (histories.c.member_id == listens.c.member_id) & (histories.c.source == listens.c.source),
            )
            .where(listens.c.member_id == member, ~_OWN_SONG)
        )
        with bulk():
            async with self._db.read() as connection:
                return [_listened(row) for row in await all_rows(connection, wanted)]

    async def forget(self, member: MemberId, source: str | None = None) -> int:
        """Delete a member's histories, of one source or all, and the songs that nobody else speaks of.

        What was seen of their listening and is not counted yet goes with what was counted of it.

        Returns:
            how many songs had counts.
        """
        async with self._db.write() as connection:
            gone = 0
            if source in (None, SEEN):
                await connection.execute(
                    delete(listening_states).where(listening_states.c.member_id == member)
                )
            for table in (listens, listened, histories):
                chosen = table.c.member_id == member
                if source is not None:
                    chosen &= table.c.source == source
                done = await connection.execute(delete(table).where(chosen))
                gone = done.rowcount if table is listens else gone
            await _forget_unlisted(connection)
        return gone


async def _introduce(connection: AsyncConnection, history: History) -> None:
    """Make sure that server, member and history have their rows; a later server takes the place of the one before."""
    await connection.execute(
        insert(servers).values(id=history.server, joined_at=history.at).on_conflict_do_nothing()
    )
    await connection.execute(
        insert(members)
        .values(server_id=history.server, member_id=history.member, first_seen=history.at)
        .on_conflict_do_nothing()
    )
    said = insert(histories).values(
        member_id=history.member,
        source=history.source,
        server_id=history.server,
        account=history.account,
        since=history.since,
        until=history.until,
        newest=history.newest,
        at=history.at,
    )
    names = ("server_id", "account", "since", "until", "newest", "at")
    await connection.execute(
        said.on_conflict_do_update(
            index_elements=["member_id", "source"], set_={name: said.excluded[name] for name in names}
        )
    )


async def _add(
    connection: AsyncConnection, history: History, counted: Iterable[tuple[SongId, Heard]]
) -> None:
    rows = [
        {
            "member_id": history.member,
            "song_id": song,
            "source": history.source,
            "plays": heard.plays,
            "repeats": heard.repeats,
            "skips": heard.skips,
            "last_at": heard.last,
        }
        for song, heard in counted
    ]
    if not rows:
        return
    said = insert(listens)
    sums = {name: listens.c[name] + said.excluded[name] for name in ("plays", "repeats", "skips")}
    later = said.excluded.last_at > listens.c.last_at
    await connection.execute(
        said.on_conflict_do_update(
            index_elements=["member_id", "song_id", "source"],
            set_={**sums, "last_at": case((later, said.excluded.last_at), else_=listens.c.last_at)},
        ),
        rows,
    )


async def _forget_unlisted(connection: AsyncConnection) -> None:
    """Delete unlisted songs that no history, answer or post names."""
    used = [
        exists().where(table.c.song_id == songs.c.id)
        for table in (listens, feedback, slots, playlist_songs, song_list_songs, claims)
    ]
    lonely = select(songs.c.id).where(~songs.c.listed, *(~each for each in used))
    for table in (song_details, song_tags, track_ids, enquiries):
        await connection.execute(delete(table).where(table.c.song_id.in_(lonely)))
    await connection.execute(delete(songs).where(songs.c.id.in_(lonely)))


def _history(row: Any) -> History:
    return History(
        member=MemberId(row.member_id),
        source=row.source,
        server=ServerId(row.server_id),
        account=row.account,
        since=row.since,
        until=row.until,
        newest=row.newest,
        at=row.at,
    )


def _listened(row: Any) -> Listened:
    return Listened(
        member=MemberId(row.member_id),
        server=ServerId(row.server_id),
        song=SongId(row.song_id),
        heard=Heard(row.plays, row.repeats, row.skips, row.last_at),
        own=row.source.startswith(OWN),
    )
