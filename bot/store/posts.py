"""Posts, their numbered slots, and what was shown to whom with which probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.numbering import never_again, next_number
from bot.store.radios import listening
from bot.store.records import (
    ChannelId,
    MemberId,
    MessageId,
    Part,
    Post,
    PostId,
    PostKind,
    ServerId,
    Slot,
    SongId,
    StoredReason,
    Verb,
)
from bot.store.schema import (
    brought,
    discovery_runs,
    feedback,
    impressions,
    listeners,
    meant_for,
    posts,
    servers,
    slots,
)

EXPLORED = "explore"
PARTS = frozenset(part.value for part in Part)
LOOKED_UP = (PostKind.SEARCH.value, PostKind.ARTIST.value)


def _reason(value: dict[str, Any]) -> StoredReason:
    return StoredReason(
        kind=value["kind"],
        share=value["share"],
        items=tuple(value["items"]),
        tags=tuple(value["tags"]),
        members=value["members"],
        feature=value["feature"],
    )


def _source(slot: Slot) -> str:
    """What a slot was filled by: what explores is for everybody, so that it needs no part of its own."""
    if slot.explored:
        return EXPLORED
    return "blend" if slot.part is None else slot.part.value


def _part(source: str, kind: PostKind) -> Part | None:
    if source == EXPLORED and kind is PostKind.WEEKLY:
        return Part.ALL
    return Part(source) if source in PARTS else None


def _slot(row: Row[Any], kind: PostKind) -> Slot:
    return Slot(
        number=row.number,
        song=SongId(row.song_id),
        score=row.score or 0.0,
        propensity=row.propensity or 1.0,
        explored=row.source == EXPLORED,
        reasons=tuple(_reason(value) for value in row.reasons),
        brought=None if row.brought is None else MemberId(row.brought),
        part=_part(row.source, kind),
        whom=None if row.whom is None else MemberId(row.whom),
    )


class PostStore:
    """Writes a post with its slots and impressions in one transaction, and finds it again."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: set[ServerId] = set()

    async def create(
        self,
        *,
        kind: PostKind,
        server: ServerId,
        channel: ChannelId | None,
        member: MemberId | None,
        query: dict[str, object],
        slots: Sequence[Slot],
        at: float,
        shown: bool = True,
        paused: bool = False,
    ) -> Post:
        """Write a post that is not yet a message.

        Args:
            shown: whether its slots are impressions; False for a song that the member named.
            paused: whether who asked has paused learning: nothing is learnt from it.
        """
        async with self._db.write() as connection:
            if server not in self._seen:
                await connection.execute(
                    insert(servers).values(id=server, joined_at=at).on_conflict_do_nothing()
                )
            number = (
                await connection.execute(
                    insert(posts)
                    .values(
                        id=next_number(posts),
                        kind=kind,
                        server_id=server,
                        channel_id=channel,
                        member_id=member,
                        query=query,
                        at=at,
                        paused=paused,
                    )
                    .returning(posts.c.id)
                )
            ).scalar_one()
            made = PostId(number)
            await self._add(connection, made, server, member, slots, at, shown=shown)
        self._seen.add(server)
        return Post(made, kind, server, channel, None, member, query, at, tuple(slots))

    async def _add(
        self,
        connection: AsyncConnection,
        post: PostId,
        server: ServerId,
        member: MemberId | None,
        added: Sequence[Slot],
        at: float,
        *,
        shown: bool = True,
    ) -> None:
        if not added:
            return
        await connection.execute(
            insert(slots),
            [
                {
                    "post_id": post,
                    "number": slot.number,
                    "song_id": slot.song,
                    "reasons": [asdict(reason) for reason in slot.reasons],
                    "source": _source(slot),
                }
                for slot in added
            ],
        )
        credited = [
            {"post_id": post, "slot": slot.number, "member_id": slot.brought}
            for slot in added
            if slot.brought is not None
        ]
        if credited:
            await connection.execute(insert(brought), credited)
        named = [
            {"post_id": post, "slot": slot.number, "member_id": slot.whom}
            for slot in added
            if slot.whom is not None
        ]
        if named:
            await connection.execute(insert(meant_for), named)
        if not shown:
            return
        await connection.execute(
            insert(impressions),
            [
                {
                    "post_id": post,
                    "slot": slot.number,
                    "server_id": server,
                    "member_id": member,
                    "song_id": slot.song,
                    "score": slot.score,
                    "propensity": slot.propensity,
                    "at": at,
                }
                for slot in added
            ],
        )

    async def extend(
        self,
        post: Post,
        added: Sequence[Slot],
        at: float,
        *,
        query: dict[str, object] | None = None,
        shown: bool = True,
    ) -> Post:
        """Append slots to a post, as a radio does, with what it asks for from then on; return the longer post.

        Args:
            shown: whether they are impressions; False for songs that members brought.
        """
        asked = post.query if query is None else query
        async with self._db.write() as connection:
            await self._add(connection, post.id, post.server, post.member, added, at, shown=shown)
            if query is not None:
                await connection.execute(update(posts).where(posts.c.id == post.id).values(query=query))
        return replace(post, slots=(*post.slots, *added), query=asked)

    async def sent(self, post: PostId, channel: ChannelId, message: MessageId) -> None:
        """Remember which message a post became."""
        async with self._db.write() as connection:
            await connection.execute(
                update(posts).where(posts.c.id == post).values(channel_id=channel, message_id=message)
            )

    async def ask(self, post: PostId, query: dict[str, object]) -> None:
        """Change what a post asks for, as "more like this" does."""
        async with self._db.write() as connection:
            await connection.execute(update(posts).where(posts.c.id == post).values(query=query))

    async def close(self, post: PostId, at: float, *, query: dict[str, object] | None = None) -> None:
        """End a post: a radio that was stopped, a week that is over; with what it asks for, where that changes."""
        values = {"closed_at": at} if query is None else {"closed_at": at, "query": query}
        async with self._db.write() as connection:
            await connection.execute(update(posts).where(posts.c.id == post).values(**values))

    async def unname(self, server: ServerId, member: MemberId) -> None:
        """Forget which songs of a server were chosen for a member."""
        here = select(posts.c.id).where(posts.c.server_id == server)
        async with self._db.write() as connection:
            await connection.execute(
                delete(meant_for).where(meant_for.c.member_id == member, meant_for.c.post_id.in_(here))
            )

    async def withdraw(self, post: PostId) -> None:
        """Forget a post that never became a message: nobody was shown its songs."""
        async with self._db.write() as connection:
            await connection.execute(delete(impressions).where(impressions.c.post_id == post))
            await connection.execute(delete(brought).where(brought.c.post_id == post))
            await connection.execute(delete(meant_for).where(meant_for.c.post_id == post))
            await connection.execute(delete(slots).where(slots.c.post_id == post))
            await connection.execute(delete(listeners).where(listeners.c.post_id == post))
            await never_again(connection, posts)
            await connection.execute(delete(posts).where(posts.c.id == post))

    async def get(self, post: PostId) -> Post | None:
        """The post with its slots, or None."""
        return await self._find(posts.c.id == post)

    async def by_message(self, message: MessageId) -> Post | None:
        """The post that became this message, or None."""
        return await self._find(posts.c.message_id == message)

    async def latest(self, kind: PostKind, server: ServerId, member: MemberId) -> Post | None:
        """The newest post of a kind that a member asked for in a server, or None."""
        newest = (
            select(func.max(posts.c.id))
            .where(posts.c.kind == kind, posts.c.server_id == server, posts.c.member_id == member)
            .scalar_subquery()
        )
        return await self._find(posts.c.id == newest)

    async def forget(self, member: MemberId) -> int:
        """Delete who brought which song and for whom one was, where it was this member, and the words that they asked with.

        Returns:
            how many rows were changed.
        """
        asked = (posts.c.member_id == member) & (posts.c.kind == PostKind.ASK)
        async with self._db.write() as connection:
            named = await connection.execute(delete(brought).where(brought.c.member_id == member))
            meant = await connection.execute(delete(meant_for).where(meant_for.c.member_id == member))
            moods = await connection.execute(update(posts).where(asked).values(query={}))
        return named.rowcount + meant.rowcount + moods.rowcount

    def forget_servers(self) -> None:
        """Make sure of the rows of servers anew: some were deleted."""
        self._seen.clear()

    async def _find(self, condition: Any) -> Post | None:
        async with self._db.read() as connection:
            row = (await connection.execute(select(posts).where(condition))).one_or_none()
            if row is None:
                return None
            found = await connection.execute(
                select(
                    slots,
                    impressions.c.score,
                    impressions.c.propensity,
                    brought.c.member_id.label("brought"),
                    meant_for.c.member_id.label("whom"),
                )
                .join_from(
                    slots,
                    impressions,
                    (impressions.c.post_id == slots.c.post_id) & (impressions.c.slot == slots.c.number),
                    isouter=True,
                )
                .outerjoin(
                    brought, (brought.c.post_id == slots.c.post_id) & (brought.c.slot == slots.c.number)
                )
                .outerjoin(
                    meant_for,
                    (meant_for.c.post_id == slots.c.post_id) & (meant_for.c.slot == slots.c.number),
                )
                .where(slots.c.post_id == row.id)
                .order_by(slots.c.number)
            )
            shown = tuple(_slot(slot, PostKind(row.kind)) for slot in found)
            here = await listening(connection, row.id) if row.kind == PostKind.RADIO else ()
        return Post(
            id=PostId(row.id),
            kind=PostKind(row.kind),
            server=ServerId(row.server_id),
            channel=None if row.channel_id is None else ChannelId(row.channel_id),
            message=None if row.message_id is None else MessageId(row.message_id),
            member=None if row.member_id is None else MemberId(row.member_id),
            query=row.query,
            at=row.at,
            slots=shown,
            closed=row.closed_at is not None,
            listeners=here,
        )

    async def past(self, kind: PostKind, server: ServerId, most: int) -> list[Post]:
        """The newest posts of a kind that became messages in a server, newest first."""
        wanted = (
            select(posts.c.id)
            .where(posts.c.kind == kind, posts.c.server_id == server, posts.c.message_id.is_not(None))
            .order_by(posts.c.id.desc())
            .limit(most)
        )
        async with self._db.read() as connection:
            numbers = [PostId(number) for (number,) in await connection.execute(wanted)]
        found = [await self.get(number) for number in numbers]
        return [post for post in found if post is not None]

    async def finds(self, server: ServerId, most: int) -> dict[SongId, MemberId]:
        """The songs that members brought to a server last, each with who brought it first."""
        linked = (
            select(slots.c.song_id, posts.c.member_id, posts.c.at, posts.c.id)
            .join_from(slots, posts, posts.c.id == slots.c.post_id)
            .where(posts.c.kind == PostKind.FOUND, posts.c.server_id == server)
        )
        credited = (
            select(slots.c.song_id, brought.c.member_id, posts.c.at, posts.c.id)
            .join_from(brought, posts, posts.c.id == brought.c.post_id)
            .join(slots, (slots.c.post_id == brought.c.post_id) & (slots.c.number == brought.c.slot))
            .where(posts.c.kind != PostKind.WEEKLY, posts.c.server_id == server)
        )
        each = linked.union_all(credited).subquery()
        newest = (
            select(each)
            .where(each.c.member_id.is_not(None))
            .order_by(each.c.at.desc(), each.c.id.desc())
            .limit(most)
        )
        async with self._db.read() as connection:
            # Of one song the oldest row comes last, and stays.
            return {SongId(row.song_id): MemberId(row.member_id) for row in await connection.execute(newest)}

    async def shown(self, since: float) -> list[tuple[ServerId, MemberId | None, SongId, float]]:
        """Impressions since a time, oldest first: server, member, song, when."""
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(
                    impressions.c.server_id, impressions.c.member_id, impressions.c.song_id, impressions.c.at
                )
                .where(impressions.c.at >= since)
                .order_by(impressions.c.at)
            )
            return [(ServerId(s), None if m is None else MemberId(m), SongId(i), at) for s, m, i, at in rows]

    async def times_shown(self) -> list[tuple[ServerId, SongId, int]]:
        """How often each song was shown in each server, to whomever had not paused learning."""
        paused = select(posts.c.id).where(posts.c.paused)
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(impressions.c.server_id, impressions.c.song_id, func.count())
                .where(impressions.c.post_id.not_in(paused))
                .group_by(impressions.c.server_id, impressions.c.song_id)
            )
            return [(ServerId(server), SongId(song), times) for server, song, times in rows]

    async def played(self) -> list[tuple[PostId, SongId]]:
        """What every radio played, in order, without what somebody skipped or disliked there.

        Where learning was paused, neither the radio nor the answer counts.
        """
        refused = select(feedback.c.id).where(
            feedback.c.post_id == slots.c.post_id,
            feedback.c.slot == slots.c.number,
            feedback.c.verb.in_([Verb.SKIP.value, Verb.DISLIKE.value]),
            ~feedback.c.paused,
        )
        wanted = (posts.c.kind == PostKind.RADIO) & ~posts.c.paused & ~refused.exists()
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(slots.c.post_id, slots.c.song_id)
                .join_from(slots, posts, posts.c.id == slots.c.post_id)
                .where(wanted)
                .order_by(slots.c.post_id, slots.c.number)
            )
            return [(PostId(post), SongId(song)) for post, song in rows]

    async def songs_of_server(self, server: ServerId, kind: PostKind | None = None) -> set[SongId]:
        """Every song that was ever posted in a server, or only in posts of one kind; what was looked up is not posted."""
        wanted = (posts.c.server_id == server) & posts.c.kind.not_in(LOOKED_UP)
        if kind is not None:
            wanted &= posts.c.kind == kind
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(slots.c.song_id)
                .join_from(slots, posts, posts.c.id == slots.c.post_id)
                .where(wanted)
                .distinct()
            )
            return {SongId(song) for (song,) in rows}

    async def songs_of_member(self, server: ServerId, member: MemberId) -> set[SongId]:
        """Every song that was ever picked for a member, or for everybody in the weekly posts."""
        own = (posts.c.member_id == member) & posts.c.kind.not_in(LOOKED_UP)
        wanted = (posts.c.server_id == server) & (own | (posts.c.kind == PostKind.WEEKLY))
        async with self._db.read() as connection:
            rows = await connection.execute(
                select(slots.c.song_id)
                .join_from(slots, posts, posts.c.id == slots.c.post_id)
                .where(wanted)
                .distinct()
            )
            return {SongId(song) for (song,) in rows}

    async def unsent(
        self, kind: PostKind, server: ServerId, member: MemberId | None, since: float
    ) -> list[PostId]:
        """Posts of a kind, written since then, that became no message and are no week's."""
        weeks = select(discovery_runs.c.post_id).where(
            discovery_runs.c.server_id == server, discovery_runs.c.post_id.is_not(None)
        )
        wanted = (
            (posts.c.kind == kind)
            & (posts.c.server_id == server)
            & posts.c.member_id.is_not_distinct_from(member)
            & (posts.c.at >= since)
            & posts.c.message_id.is_(None)
            & posts.c.id.not_in(weeks)
        )
        async with self._db.read() as connection:
            return [PostId(post) for (post,) in await connection.execute(select(posts.c.id).where(wanted))]
