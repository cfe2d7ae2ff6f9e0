"""Lists on a real file: who sees what is for the use-case; here it is written, limited and forgotten."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.lists import Addition
from bot.store.records import Entry, ListId, MemberId, NewSong, PostKind, ServerId, Slot, SongId, SongList

HOME, AWAY = ServerId(1), ServerId(2)
ALICE, BOB = MemberId(11), MemberId(12)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        named = [NewSong(f"key {n}", f"Song {n}", "Band", "test") for n in range(1, 6)]
        await opened.catalog.add(named, 0.0)
        yield opened


async def made(
    store: Store, name: str = "one", *, maker: MemberId = ALICE, shared: bool = False, server: ServerId = HOME
) -> SongList:
    found = await store.lists.make(server=server, maker=maker, shared=shared, name=name, key=name, at=1.0)
    assert found is not None
    return found


async def put(store: Store, number: ListId, song: int, who: MemberId = ALICE, most: int = 9) -> Addition:
    return await store.lists.add(number, Entry(SongId(song), who, 2.0), most=most)


async def test_a_list_keeps_songs_in_the_order_in_which_they_came(store: Store) -> None:
    one = await made(store)
    for song in (3, 1, 2):
        assert await put(store, one.id, song) is Addition.NEW
    assert await store.lists.remove(one.id, SongId(1))
    assert await put(store, one.id, 1, BOB) is Addition.NEW
    entries = await store.lists.songs(one.id)
    assert [(entry.song, entry.member) for entry in entries] == [(3, ALICE), (2, ALICE), (1, BOB)]
    assert await store.lists.counts() == {one.id: 3}


async def test_what_is_in_it_is_told_before_that_it_is_full(store: Store) -> None:
    one = await made(store)
    assert await put(store, one.id, 1, most=1) is Addition.NEW
    assert await put(store, one.id, 1, BOB, most=1) is Addition.KNOWN
    assert await put(store, one.id, 2, most=1) is Addition.FULL
    assert [entry.member for entry in await store.lists.songs(one.id)] == [ALICE]


async def test_what_is_gone_takes_nothing(store: Store) -> None:
    one = await made(store)
    await put(store, one.id, 1)
    assert await store.lists.delete(one.id) == 1
    assert await put(store, one.id, 2) is Addition.GONE
    assert not await store.lists.remove(one.id, SongId(1))
    assert not await store.lists.rename(one.id, "two", "two")
    assert await store.lists.delete(one.id) == 0
    assert await store.lists.all() == []


async def test_names_are_unique_by_owner(store: Store) -> None:
    one = await made(store)
    await made(store, shared=True)
    await made(store, maker=BOB)
    await made(store, server=AWAY)
    again = await store.lists.make(server=HOME, maker=BOB, shared=True, name="One", key="one", at=3.0)
    assert again is None
    two = await made(store, "two")
    assert not await store.lists.rename(two.id, "One", "one")
    assert await store.lists.rename(one.id, "ONE", "one")
    assert {each.name for each in await store.lists.all()} == {"ONE", "one", "two"}


async def test_forgetting_takes_own_lists_and_the_name_from_others(store: Store) -> None:
    own, ours, bobs = await made(store), await made(store, shared=True), await made(store, maker=BOB)
    for number in (own.id, ours.id):
        await put(store, number, 1)
    await put(store, ours.id, 2, BOB)
    await put(store, bobs.id, 1, BOB)
    assert await store.lists.forget(ALICE) == 1
    left = {each.id: each for each in await store.lists.all()}
    assert left.keys() == {ours.id, bobs.id}
    assert left[ours.id].maker is None
    assert [entry.member for entry in await store.lists.songs(ours.id)] == [None, BOB]
    assert await store.lists.songs(own.id) == []


async def test_who_brought_a_song_to_a_post_is_kept_and_forgotten(store: Store) -> None:
    post = await store.posts.create(
        kind=PostKind.ASK,
        server=HOME,
        channel=None,
        member=ALICE,
        query={"mood": "calm"},
        slots=[],
        at=1.0,
        shown=False,
    )
    await store.posts.extend(post, [Slot(1, SongId(1), brought=BOB)], 2.0, shown=False)
    found = await store.posts.get(post.id)
    assert found is not None
    assert [slot.brought for slot in found.slots] == [BOB]
    assert not await store.posts.shown(0.0), "nobody was shown what somebody brought"
    assert await store.posts.forget(BOB) == 1
    assert await store.posts.forget(ALICE) == 1
    bare = await store.posts.get(post.id)
    assert bare is not None
    assert (bare.query, [slot.brought for slot in bare.slots]) == ({}, [None])
    await store.posts.withdraw(post.id)
    assert await store.posts.get(post.id) is None


async def test_songs_in_lists_stay_when_their_source_goes(store: Store) -> None:
    one = await made(store)
    await put(store, one.id, 1)
    purged = await store.purging.purge("test", really=True)
    assert (purged.songs, purged.kept) == (4, 1)
    assert [entry.song for entry in await store.lists.songs(one.id)] == [1]
