"""Posts: what was asked, what was shown, with which probability, and which message it became."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from bot.store import Store
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
)
from bot.store.schema import feedback, songs

SERVER, CHANNEL, ALICE, MESSAGE = ServerId(1), ChannelId(2), MemberId(3), MessageId(4)
REASONS = (
    StoredReason("liked", 0.75, items=(1, 2)),
    StoredReason("tags", 0.2, tags=("trip hop", "Mañana")),
    StoredReason("members", 0.05, members=3),
    StoredReason("audio", 0.0, feature="tempo"),
)
SLOTS = (
    Slot(1, SongId(2), score=1.5, reasons=REASONS),
    Slot(2, SongId(1), score=-0.25, propensity=0.125, explored=True),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        async with opened.db.write() as connection:
            rows = [{"key": str(n), "title": "t", "artist": "a", "source": "test"} for n in (1, 2, 3)]
            await connection.execute(insert(songs), rows)
        yield opened


async def create(store: Store, **given: Any) -> Post:
    asked: dict[str, Any] = {
        "kind": PostKind.RECOMMEND,
        "server": SERVER,
        "channel": CHANNEL,
        "member": ALICE,
        "query": {"seed": None, "dial": "balanced", "anchors": [1, 2]},
        "slots": SLOTS,
        "at": 100.5,
    }
    return await store.posts.create(**{**asked, **given})


async def impressions(store: Store) -> list[tuple[Any, ...]]:
    async with store.db.read() as connection:
        rows = await connection.execute(
            text("SELECT slot, song_id, member_id, score, propensity, at FROM impressions ORDER BY id")
        )
        return [tuple(row) for row in rows]


async def test_a_post_comes_back_whole(store: Store) -> None:
    post = await create(store)
    assert await store.posts.get(post.id) == post
    assert await impressions(store) == [(1, 2, ALICE, 1.5, 1.0, 100.5), (2, 1, ALICE, -0.25, 0.125, 100.5)]


async def test_a_post_to_everybody_names_no_member(store: Store) -> None:
    slots = [replace(slot, part=Part.ALL) for slot in SLOTS]
    post = await create(store, kind=PostKind.WEEKLY, member=None, query={"week": "2026-W47"}, slots=slots)
    assert await store.posts.get(post.id) == post
    assert await store.posts.shown(since=0) == [(SERVER, None, 2, 100.5), (SERVER, None, 1, 100.5)]


async def test_how_often_a_song_was_shown_is_counted_by_server(store: Store) -> None:
    elsewhere = ServerId(7)
    await create(store)
    gone = await create(store, member=None, slots=SLOTS[:1])
    await create(store, server=elsewhere, slots=SLOTS[1:])
    await create(store, kind=PostKind.SONG, slots=[Slot(1, SongId(3))], shown=False)
    assert sorted(await store.posts.times_shown()) == [(SERVER, 1, 1), (SERVER, 2, 2), (elsewhere, 1, 1)]
    await store.posts.withdraw(gone.id)
    assert (SERVER, SongId(2), 1) in await store.posts.times_shown()


async def test_a_song_that_the_member_named_was_not_shown_to_them(store: Store) -> None:
    post = await create(store, kind=PostKind.SONG, slots=[Slot(1, SongId(1))], shown=False)
    assert await store.posts.get(post.id) == post
    assert await impressions(store) == []
    assert await store.posts.songs_of_server(SERVER) == {1}


async def test_a_message_leads_to_its_post(store: Store) -> None:
    post = await create(store, channel=None)
    assert await store.posts.by_message(MESSAGE) is None
    await store.posts.sent(post.id, CHANNEL, MESSAGE)
    assert await store.posts.by_message(MESSAGE) == replace(post, channel=CHANNEL, message=MESSAGE)
    with pytest.raises(IntegrityError):
        await store.posts.sent((await create(store)).id, CHANNEL, MESSAGE)


async def test_a_radio_grows_turns_and_ends(store: Store) -> None:
    post = await create(store, kind=PostKind.RADIO, slots=SLOTS[:1])
    longer = await store.posts.extend(post, [replace(SLOTS[1], song=SongId(3))], at=200.0)
    assert [slot.song for slot in longer.slots] == [2, 3]
    assert await store.posts.get(post.id) == longer
    await store.posts.ask(post.id, {"anchors": [3]})
    await store.posts.close(post.id, at=300.0)
    assert await store.posts.get(post.id) == replace(longer, query={"anchors": [3]}, closed=True)
    assert [row[-1] for row in await impressions(store)] == [100.5, 200.0]


async def test_a_radio_does_not_grow_twice_at_one_place(store: Store) -> None:
    post = await create(store, kind=PostKind.RADIO, slots=SLOTS[:1])
    with pytest.raises(IntegrityError):
        await store.posts.extend(post, SLOTS[:1], at=200.0)
    assert await store.posts.get(post.id) == post


@pytest.mark.parametrize("propensity", [0.0, -0.1, 1.1])
async def test_an_impossible_propensity_is_refused_with_its_post(store: Store, propensity: float) -> None:
    with pytest.raises(IntegrityError, match="ck_impressions_propensity"):
        await create(store, slots=[replace(SLOTS[0], propensity=propensity)])
    assert await store.posts.get(PostId(1)) is None


async def test_what_was_shown_since_a_moment_comes_oldest_first(store: Store) -> None:
    for at in (300.0, 100.0, 200.0):
        await create(store, slots=SLOTS[:1], at=at)
    assert [at for *_, at in await store.posts.shown(since=200.0)] == [200.0, 300.0]


async def test_songs_of_a_server_are_its_own(store: Store) -> None:
    await create(store)
    await create(store, server=ServerId(9), slots=[Slot(1, SongId(3))])
    assert await store.posts.songs_of_server(SERVER) == {1, 2}
    assert await store.posts.songs_of_server(ServerId(9)) == {3}
    assert await store.posts.songs_of_server(ServerId(8)) == set()


async def test_a_post_that_never_became_a_message_leaves_nothing(store: Store) -> None:
    kept, gone = await create(store), await create(store, slots=[Slot(1, SongId(3))])
    await store.posts.withdraw(gone.id)
    assert await store.posts.get(gone.id) is None
    assert await store.posts.get(kept.id) == kept
    assert await store.posts.songs_of_server(SERVER) == {1, 2}
    assert len(await impressions(store)) == 2


async def test_nobody_knows_a_post_that_never_was(store: Store) -> None:
    assert await store.posts.get(PostId(99)) is None


@pytest.mark.parametrize(
    ("kind", "songs_shown", "single"),
    [
        (PostKind.RADIO, 1, True),
        (PostKind.RADIO, 2, True),
        (PostKind.RECOMMEND, 1, True),
        (PostKind.RECOMMEND, 2, False),
        (PostKind.WEEKLY, 2, False),
        (PostKind.SONG, 1, True),
    ],
)
async def test_a_message_with_one_song_at_a_time_is_single(
    store: Store, kind: PostKind, songs_shown: int, single: bool
) -> None:
    assert (await create(store, kind=kind, slots=SLOTS[:songs_shown])).single is single


async def test_what_a_radio_played_leaves_out_what_was_refused_there(store: Store) -> None:
    radio = await create(store, kind=PostKind.RADIO, slots=SLOTS)
    await create(store)
    longer = await store.posts.extend(radio, [Slot(3, SongId(3))], 101.0)
    assert await store.posts.played() == [(radio.id, SongId(2)), (radio.id, SongId(1)), (radio.id, SongId(3))]
    async with store.db.write() as connection:
        await connection.execute(
            insert(feedback),
            [
                {
                    "server_id": SERVER,
                    "member_id": ALICE,
                    "song_id": song,
                    "verb": verb,
                    "via": "test",
                    "post_id": longer.id,
                    "slot": slot,
                    "at": 102.0,
                }
                for song, slot, verb in ((2, 1, "like"), (1, 2, "skip"))
            ],
        )
    assert await store.posts.played() == [(radio.id, SongId(2)), (radio.id, SongId(3))]
