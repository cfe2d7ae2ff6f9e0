"""What members and servers may ask for: everything that is held of them, counted, handed over, deleted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.histories import forget_unlisted
from bot.store.meta import note
from bot.store.numbering import never_again
from bot.store.ownership import BY_TABLE, CHILDREN_FIRST, HOLDINGS, NOWHERE, Fate, Holding, Stay
from bot.store.records import MemberId, ServerId
from bot.store.schema import (
    Key,
    brought,
    discovery_runs,
    exports,
    feedback,
    histories,
    impressions,
    listened,
    listeners,
    listening_consents,
    listening_states,
    listens,
    meant_for,
    posts,
    servers,
    slots,
    song_list_songs,
    song_lists,
    songs,
    weekly_polls,
)
from bot.store.written import Written, write

Condition = ColumnElement[bool]

# The posts that go in this transaction.
_doomed = Table("doomed_posts", MetaData(), Column("id", Key, primary_key=True), prefixes=["TEMPORARY"])
_OF_POSTS = (slots, listeners, brought, meant_for, weekly_polls, impressions, exports)

SCRUB, UNLEARN = "scrub", "unlearn"
"""Keys of the notes, written with each deletion, that deleted rows may still be in the log or in a copy, and in a model."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows were deleted, and of how many the member was taken out."""

    deleted: int = 0
    unnamed: int = 0


class RightsStore:
    """Answers by `bot.store.ownership`, which says whose each table's rows are."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def counts(self, member: MemberId, server: ServerId | None = None) -> dict[str, int]:
        """How many rows of each table are a member's, in one server or everywhere; tables without any are left out."""
        held = [
            select(literal(each.table.name).label("name"), func.count().label("rows"))
            .select_from(each.table)
            .where(theirs)
            for each in HOLDINGS
            if (theirs := _theirs(each, member, server)) is not None
        ]
        async with self._db.read() as connection:
            rows = await connection.execute(union_all(*held))
            return {row.name: row.rows for row in rows if row.rows}

    async def written(self, member: MemberId) -> dict[str, Written]:
        """Everything that is held of a member, by table, as of one moment; songs with title and artist."""
        found: dict[str, Written] = {}
        async with self._db.read() as connection:
            for each in HOLDINGS:
                theirs = _theirs(each, member, None)
                if theirs is None:
                    continue
                kept = [column for column in each.table.c if column.name not in each.secret]
                wanted = select(*kept)
                if "song_id" in each.table.c:
                    named = (songs.c.artist.label("artist"), songs.c.title.label("title"))
                    same = songs.c.id == each.table.c.song_id
                    wanted = select(*kept, *named).join_from(each.table, songs, same, isouter=True)
                rows = await write(connection, wanted.where(theirs).order_by(*each.table.primary_key))
                if rows.lines:
                    found[each.table.name] = rows
        return found

    async def settings_of(self, server: ServerId) -> dict[str, Written]:
        """What a server's admins have set, table by table, with no member in it."""
        names = ("server_settings", "discoveries", "link_channels", "setting_changes")
        found: dict[str, Written] = {}
        async with self._db.read() as connection:
            for name in names:
                table = BY_TABLE[name].table
                kept = [column for column in table.c if column.name not in BY_TABLE[name].member]
                found[name] = await write(connection, select(*kept).where(table.c.server_id == server))
        return found

    async def erase_member(self, member: MemberId, server: ServerId | None, at: float) -> Erased:
        """Delete everything of a member, in one server or everywhere, in one transaction.

        What others took part in stays for them, without the member's id and words.

        Raises:
            StoreError: nothing was deleted.
        """
        async with self._db.write() as connection:
            mine = (posts.c.member_id == member) & _here(posts.c.server_id, server)
            await _doom(connection, mine & ~_shared(member))
            deleted = await _drop_doomed(connection)
            unnamed = await _unname_posts(connection, mine, at)
            own = select(song_lists.c.id).where(
                song_lists.c.member_id == member, _here(song_lists.c.server_id, server)
            )
            deleted += await _gone(
                connection, delete(song_list_songs).where(song_list_songs.c.list_id.in_(own))
            )
            if server is not None:
                deleted += await _drop_listens(connection, (histories.c.member_id == member), server)
            for each in CHILDREN_FIRST:
                for column, fate in each.member.items():
                    scope = _scope(each, server)
                    if scope is None or fate is Fate.SHARED:
                        continue
                    theirs = (each.table.c[column] == member) & scope
                    if fate is Fate.ROW:
                        deleted += await _gone(connection, delete(each.table).where(theirs))
                    else:
                        unnamed += await _gone(
                            connection, update(each.table).where(theirs).values({column: None})
                        )
            if server is not None:
                consents = select(listening_consents.c.server_id).where(
                    listening_consents.c.member_id == member
                )
                unheard = (listening_states.c.member_id == member) & ~consents.exists()
                deleted += await _gone(connection, delete(listening_states).where(unheard))
            await _clean_words(connection, member, server)
            await forget_unlisted(connection)
            await _to_finish(connection)
        return Erased(deleted, unnamed)

    async def unmention(self, member: MemberId) -> None:
        """Take a member's id out of what others asked for them or wrote of them, in every server.

        Raises:
            StoreError: nothing was changed.
        """
        async with self._db.write() as connection:
            await _clean_words(connection, member, None)

    async def erase_server(self, server: ServerId, *, left: bool, alone: Collection[MemberId] = ()) -> Erased:
        """Delete everything of a server in one transaction.

        Args:
            left: Segue was removed, and members' own choices and listening that they brought there go as well; where
                an admin resets it, those stay.
            alone: members who are known in no other server: what they have in none, such as an account, goes with it.

        Raises:
            StoreError: nothing was deleted.
        """
        async with self._db.write() as connection:
            await _doom(connection, posts.c.server_id == server)
            deleted = await _drop_doomed(connection)
            theirs = select(song_lists.c.id).where(song_lists.c.server_id == server)
            deleted += await _gone(
                connection, delete(song_list_songs).where(song_list_songs.c.list_id.in_(theirs))
            )
            if left:
                deleted += await _drop_listens(connection, literal(True), server)
            for each in CHILDREN_FIRST:
                goes = left or (each.stay is Stay.RESET and each.table is not servers)
                if each.server is not None and goes:
                    of_it = each.table.c[each.server] == server
                    if each.table is discovery_runs and not left:
                        # Members' own mixes go on: who had one this week gets no second one.
                        await connection.execute(update(each.table).where(of_it).values(post_id=None))
                        of_it &= discovery_runs.c.member_id == 0
                    deleted += await _gone(connection, delete(each.table).where(of_it))
            for each in NOWHERE:
                for member in alone:
                    deleted += await _gone(
                        connection, delete(each.table).where(each.table.c.member_id == member)
                    )
            await forget_unlisted(connection)
            await _to_finish(connection)
        return Erased(deleted)

    async def expire(self, server: ServerId, before: float) -> Erased:
        """Delete what is older in a server: answers, what members asked for and were shown, and who changed what.

        Posts to everybody stay: they name nobody, and tell which songs the server has had.

        Raises:
            StoreError: nothing was deleted.
        """
        async with self._db.write() as connection:
            old = (posts.c.server_id == server) & (posts.c.at < before) & posts.c.member_id.is_not(None)
            await _doom(connection, old)
            deleted = await _drop_doomed(connection)
            of_old = select(feedback.c.id).where(feedback.c.server_id == server, feedback.c.at < before)
            deleted += await _gone(connection, delete(feedback).where(feedback.c.undoes.in_(of_old)))
            for each in CHILDREN_FIRST:
                if each.at is not None and each.server is not None and each.table is not posts:
                    aged = (each.table.c[each.server] == server) & (each.table.c[each.at] < before)
                    deleted += await _gone(connection, delete(each.table).where(aged))
            if deleted:
                await _to_finish(connection)
        return Erased(deleted)


async def _to_finish(connection: AsyncConnection) -> None:
    """Note what is still to be done about what is deleted here, so that a crash right after it changes nothing."""
    for key in (SCRUB, UNLEARN):
        await note(connection, key, "1")


async def _gone(connection: AsyncConnection, statement: Any) -> int:
    return (await connection.execute(statement)).rowcount


def _here(column: ColumnElement[int], server: ServerId | None) -> Condition:
    """In that server; everywhere is said as every server, so that indexes which begin with it serve."""
    return column.in_(select(servers.c.id)) if server is None else column == server


def _scope(each: Holding, server: ServerId | None) -> Condition | None:
    """What lies in a server; None for what belongs to no server, where only one is meant."""
    if each.server is not None:
        return _here(each.table.c[each.server], server)
    if server is None:
        return literal(True)
    if each.parent is not None:
        column, parent = each.parent
        number = next(iter(parent.primary_key))
        return each.table.c[column].in_(select(number).where(parent.c.server_id == server))
    return None


def _theirs(each: Holding, member: MemberId, server: ServerId | None) -> Condition | None:
    """The rows of a table that are a member's."""
    scope = _scope(each, server)
    if server is not None and each.table in (listens, listened):
        of_it = and_(
            histories.c.member_id == each.table.c.member_id,
            histories.c.source == each.table.c.source,
            histories.c.server_id == server,
        )
        scope = exists().where(of_it)
    if scope is None:
        return None
    mine = [each.table.c[column] == member for column in each.member]
    if each.table is slots:
        mine.append(slots.c.post_id.in_(select(posts.c.id).where(posts.c.member_id == member)))
    if each.table is song_list_songs:
        own = select(song_lists.c.id).where(song_lists.c.member_id == member)
        mine.append(song_list_songs.c.list_id.in_(own))
    return or_(*mine) & scope if mine else None


def _shared(member: MemberId) -> Condition:
    """Posts that others took part in: they answered, brought a song, or listened along."""
    return or_(
        *(
            posts.c.id.in_(
                select(table.c.post_id).where(table.c.member_id != member, table.c.post_id.is_not(None))
            )
            for table in (feedback, brought, listeners)
        )
    )


async def _doom(connection: AsyncConnection, which: Condition) -> None:
    """Mark posts that are to go."""
    await connection.run_sync(_doomed.create)
    await connection.execute(_doomed.insert().from_select(["id"], select(posts.c.id).where(which)))
    await never_again(connection, posts)
    await never_again(connection, song_lists)


async def _drop_doomed(connection: AsyncConnection) -> int:
    """Delete the marked posts with all that hangs on them."""
    numbers = select(_doomed.c.id)
    gone = 0
    for table in _OF_POSTS:
        gone += await _gone(connection, delete(table).where(table.c.post_id.in_(numbers)))
    gone += await _gone(connection, delete(posts).where(posts.c.id.in_(numbers)))
    await connection.run_sync(_doomed.drop)
    return gone


async def _unname_posts(connection: AsyncConnection, mine: Condition, at: float) -> int:
    """Leave posts to those who took part in them: nobody's, without words and reasons, and ended."""
    numbers = select(posts.c.id).where(mine)
    await connection.execute(update(slots).where(slots.c.post_id.in_(numbers)).values(reasons=[]))
    ended = func.coalesce(posts.c.closed_at, at)
    return await _gone(
        connection, update(posts).where(mine).values(member_id=None, query={}, closed_at=ended)
    )


async def _drop_listens(connection: AsyncConnection, whose: Condition, server: ServerId) -> int:
    """Delete what histories counted that were brought in a server, before the histories themselves go."""
    gone = 0
    for table in (listens, listened):
        brought_here = and_(
            whose,
            histories.c.server_id == server,
            histories.c.member_id == table.c.member_id,
            histories.c.source == table.c.source,
        )
        gone += await _gone(connection, delete(table).where(exists().where(brought_here)))
    return gone


async def _clean_words(connection: AsyncConnection, member: MemberId, server: ServerId | None) -> None:
    """Take a member's id out of what others asked for them or wrote of them, such as a mix of several."""
    for each in HOLDINGS:
        scope = _scope(each, server)
        if not each.words or scope is None:
            continue
        keys = list(each.table.primary_key)
        for name in each.words:
            column = each.table.c[name]
            said = as_type(column, Text).contains(str(member))
            for row in (await connection.execute(select(*keys, column).where(scope, said))).all():
                this = and_(*(key == value for key, value in zip(keys, row, strict=False)))
                left = without(row[-1], member)
                if column is song_lists.c.key:
                    left = f"{left} {row.id}"  # as no name is folded: another list may be called "…"
                await connection.execute(update(each.table).where(this).values({name: left}))


def without(value: object, member: MemberId) -> object:
    """A JSON value without a member's id: 0 in its place where it is a number, … where it is written."""
    if isinstance(value, str):
        return re.sub(rf"<@!?{member}>|(?<!\d){member}(?!\d)", "…", value)
    if isinstance(value, list):
        return [without(each, member) for each in cast(Sequence[object], value)]
    if isinstance(value, dict):
        given = cast("dict[str, object]", value)
        return {str(without(key, member)): without(each, member) for key, each in given.items()}
    return 0 if value == member and not isinstance(value, bool) else value
