"""The log of answers: in order, once each, and never changed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from bot.store import Store
from bot.store import feedback as module
from bot.store.records import EventId, FeedbackEvent, MemberId, PostId, ServerId, SongId, Verb
from bot.store.schema import feedback, songs

SERVER, ALICE = ServerId(10**18), MemberId(10**18 + 1)
SAID = FeedbackEvent(
    EventId(0), SERVER, ALICE, SongId(1), Verb.LIKE, "button", PostId(3), 2, None, 1_700_000_000.5
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'segue.db'}") as opened:
        async with opened.db.write() as connection:
            rows = [{"key": str(n), "title": "t", "artist": "a", "source": "test"} for n in (1, 2)]
            await connection.execute(insert(songs), rows)
        yield opened


async def replayed(store: Store) -> list[FeedbackEvent]:
    return [event async for event in store.feedback.replay()]


async def test_an_answer_comes_back_whole(store: Store) -> None:
    [written] = await store.feedback.append([SAID])
    assert written == replace(SAID, id=written.id)
    by_command = replace(SAID, via="command", post=None, slot=None)
    await store.feedback.append([by_command])
    assert await replayed(store) == [written, replace(by_command, id=EventId(written.id + 1))]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
async def test_answers_are_replayed_in_order_over_any_number_of_pages(
    store: Store, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    for number in range(count):
        await store.feedback.append([replace(SAID, at=float(-number))])
    assert [event.at for event in await replayed(store)] == [float(-number) for number in range(count)]


async def test_one_cause_counts_once(store: Store) -> None:
    assert len(await store.feedback.append([SAID], cause="interaction")) == 1
    assert await store.feedback.append([SAID], cause="interaction") == []
    assert await store.feedback.append([replace(SAID, verb=Verb.SKIP)], cause="interaction") == []
    assert len(await store.feedback.append([SAID], cause="another")) == 1
    assert len(await replayed(store)) == 2


async def test_one_cause_counts_once_even_when_it_comes_back_longer(store: Store) -> None:
    await store.feedback.append([SAID], cause="interaction")
    assert await store.feedback.append([SAID, SAID], cause="interaction") == []
    assert len(await replayed(store)) == 1


async def test_reactions_have_no_cause_and_all_count(store: Store) -> None:
    for _ in range(2):
        assert len(await store.feedback.append([SAID])) == 1
    assert len(await replayed(store)) == 2


async def test_an_answer_is_taken_back_once(store: Store) -> None:
    [said] = await store.feedback.append([SAID])
    undo = replace(SAID, verb=Verb.UNDO, undoes=said.id)
    assert [event.undoes for event in await store.feedback.append([undo])] == [said.id]
    assert await store.feedback.append([undo]) == []
    assert [event.verb for event in await replayed(store)] == [Verb.LIKE, Verb.UNDO]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SAID, undoes=EventId(1)),  # a like that takes something back
        replace(SAID, verb=Verb.UNDO),  # an undo of nothing
        replace(SAID, verb=Verb.UNDO, undoes=EventId(99)),  # an undo of what never was
        replace(SAID, song=SongId(99)),
    ],
)
async def test_what_makes_no_sense_is_refused_whole(store: Store, wrong: FeedbackEvent) -> None:
    await store.feedback.append([SAID])
    with pytest.raises(IntegrityError):
        await store.feedback.append([SAID, wrong])
    assert len(await replayed(store)) == 1


async def test_the_database_itself_knows_the_verbs(store: Store) -> None:
    await store.feedback.append([SAID])
    with pytest.raises(IntegrityError, match="ck_feedback_verb"):
        async with store.db.write() as connection:
            await connection.execute(update(feedback).values(verb="love"))


async def test_the_first_answer_makes_server_and_member_known(store: Store) -> None:
    await store.feedback.append([SAID])
    await store.feedback.append([replace(SAID, at=SAID.at + 1)])
    async with store.db.read() as connection:
        found = await connection.execute(text("SELECT server_id, member_id, first_seen FROM members"))
        assert found.all() == [(SERVER, ALICE, SAID.at)]
        assert (await connection.execute(text("SELECT id, joined_at FROM servers"))).all() == [
            (SERVER, SAID.at)
        ]


async def test_nothing_to_say_writes_nothing(store: Store) -> None:
    assert await store.feedback.append([], cause="interaction") == []
    assert await replayed(store) == []
