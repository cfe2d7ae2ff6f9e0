"""Lists of songs that members keep: their own, and those of a server."""

from __future__ import annotations

from enum import Enum
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.store.database import Database
from bot.store.numbering import never_again, next_number
from bot.store.records import Entry, ListId, MemberId, ServerId, SongId, SongList
from bot.store.schema import servers, song_list_songs, song_lists

SERVERS_OWN = 0
"""The member of a list that belongs to its server."""


class Addition(Enum):
    """What became of a song that was put into a list."""

    NEW = "new"
    KNOWN = "known"
    FULL = "full"
    GONE = "gone"


def _list(row: Row[Any]) -> SongList:
    return SongList(
        id=ListId(row.id),
        server=ServerId(row.server_id),
        member=None if row.member_id == SERVERS_OWN else MemberId(row.member_id),
        maker=None if row.made_by is None else MemberId(row.made_by),
        name=row.name,
        at=row.at,
    )


class ListStore:
    """Names and songs of lists; each change is one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[SongList]:
        """Every list, without its songs."""
        async with self._db.read() as connection:
            return [_list(row) for row in await connection.execute(select(song_lists))]

    async def make(
        self, *, server: ServerId, maker: MemberId, shared: bool, name: str, key: str, at: float
    ) -> SongList | None:
        """Write a new list; None where its owner has one of that key already."""
        given = {
            "id": next_number(song_lists),
            "server_id": server,
            "member_id": SERVERS_OWN if shared else maker,
            "made_by": maker,
            "name": name,
            "key": key,
            "at": at,
        }
        made = insert(song_lists).values(**given).on_conflict_do_nothing().returning(song_lists)
        async with self._db.write() as connection:
            await connection.execute(insert(servers).values(id=server, joined_at=at).on_conflict_do_nothing())
            row = (await connection.execute(made)).one_or_none()
        return None if row is None else _list(row)

    async def rename(self, number: ListId, name: str, key: str) -> bool:
        """Give a list another name; False where its owner has one of that key already, and nothing was changed."""
        mine = select(song_lists.c.server_id, song_lists.c.member_id).where(song_lists.c.id == number)
        async with self._db.write() as connection:
            owner = (await connection.execute(mine)).one_or_none()
            if owner is None:
                return False
            taken = select(song_lists.c.id).where(
                song_lists.c.server_id == owner.server_id,
                song_lists.c.member_id == owner.member_id,
                song_lists.c.key == key,
                song_lists.c.id != number,
            )
            if (await connection.execute(taken)).first() is not None:
                return False
            await connection.execute(
                update(song_lists).where(song_lists.c.id == number).values(name=name, key=key)
            )
        return True

    async def delete(self, number: ListId) -> int:
        """Delete a list; how many songs were in it."""
        async with self._db.write() as connection:
            gone = await connection.execute(
                delete(song_list_songs).where(song_list_songs.c.list_id == number)
            )
            await never_again(connection, song_lists)
            await connection.execute(delete(song_lists).where(song_lists.c.id == number))
        return gone.rowcount

    async def songs(self, number: ListId) -> list[Entry]:
        """The songs of a list, in the order in which they came."""
        wanted = (
            select(song_list_songs)
            .where(song_list_songs.c.list_id == number)
            .order_by(song_list_songs.c.number)
        )
        async with self._db.read() as connection:
            rows = await connection.execute(wanted)
            return [
                Entry(SongId(row.song_id), None if row.member_id is None else MemberId(row.member_id), row.at)
                for row in rows
            ]

    async def counts(self) -> dict[ListId, int]:
        """How many songs each list has; lists without songs are left out."""
        wanted = select(song_list_songs.c.list_id, func.count()).group_by(song_list_songs.c.list_id)
        async with self._db.read() as connection:
            return {ListId(number): count for number, count in await connection.execute(wanted)}

    async def add(self, number: ListId, entry: Entry, *, most: int) -> Addition:
        """Put a song into a list, unless it is in it already or the list has ``most`` songs."""
        there = select(song_lists.c.id).where(song_lists.c.id == number)
        inside = select(song_list_songs.c.song_id, song_list_songs.c.number).where(
            song_list_songs.c.list_id == number
        )
        async with self._db.write() as connection:
            if (await connection.execute(there)).first() is None:
                return Addition.GONE
            places = {row.song_id: row.number for row in await connection.execute(inside)}
            if entry.song in places:
                return Addition.KNOWN
            if len(places) >= most:
                return Addition.FULL
            await connection.execute(
                insert(song_list_songs).values(
                    list_id=number,
                    song_id=entry.song,
                    number=max(places.values(), default=0) + 1,
                    member_id=entry.member,
                    at=entry.at,
                )
            )
            await connection.execute(update(song_lists).where(song_lists.c.id == number).values(at=entry.at))
        return Addition.NEW

    async def remove(self, number: ListId, song: SongId) -> bool:
        """Take a song out of a list; whether it was in it."""
        gone = delete(song_list_songs).where(
            song_list_songs.c.list_id == number, song_list_songs.c.song_id == song
        )
        async with self._db.write() as connection:
            return (await connection.execute(gone)).rowcount > 0

    async def forget(self, member: MemberId) -> int:
        """Delete a member's own lists, and their name from what they brought to the lists of servers.

        Returns:
            how many of their lists were deleted.
        """
        own = select(song_lists.c.id).where(song_lists.c.member_id == member)
        theirs = song_list_songs.c.member_id == member
        async with self._db.write() as connection:
            await never_again(connection, song_lists)
            await connection.execute(delete(song_list_songs).where(song_list_songs.c.list_id.in_(own)))
            gone = await connection.execute(delete(song_lists).where(song_lists.c.member_id == member))
            await connection.execute(
                update(song_lists).where(song_lists.c.made_by == member).values(made_by=None)
            )
            await connection.execute(update(song_list_songs).where(theirs).values(member_id=None))
        return gone.rowcount
