"""Lists, a day's mix and asks over restarts of the whole program."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.errors import NoName, NotYourList, OwnSong, UnknownList
from bot.store.records import MemberId, PostKind, ServerId, Verb
from bot.usecases.lists import LONGEST_NAME, Asking, named
from tests.conftest import settings

HOME = ServerId(1)
ALICE, BOB = MemberId(11), MemberId(12)
MIDNIGHT = 1_767_225_600.0
TEARDROP = "teardrop massive attack"


def asking(member: MemberId, *, moderator: bool = False) -> Asking:
    return Asking(HOME, member, moderator)


async def test_lists_are_there_again_after_a_restart(database: Path) -> None:
    async with open_app(settings(database), seed=1) as app:
        song = app.library.resolve(TEARDROP).id
        made = await app.lists.make(asking(ALICE), "  Slow\n evenings ")
        await app.lists.add(asking(ALICE), made, song)
    async with open_app(settings(database), seed=1) as app:
        found = app.lists.find(asking(ALICE), "slow evenings")
        assert found.name == app.lists.name(found.id) == "Slow evenings"
        assert await app.lists.songs(found) == [song]
        assert await app.lists.forget(ALICE) == 1
        with pytest.raises(UnknownList):
            app.lists.find(asking(ALICE), "slow evenings")


async def test_a_shared_list_outlives_its_maker_and_is_then_for_moderators(app: App) -> None:
    made = await app.lists.make(asking(ALICE), "Ours", shared=True)
    await app.lists.forget(ALICE)
    found = app.lists.find(asking(BOB), "Ours")
    with pytest.raises(NotYourList):
        await app.lists.rename(asking(ALICE), found, "Mine")
    renamed = await app.lists.rename(asking(BOB, moderator=True), found, "Yours")
    assert (renamed.id, renamed.maker) == (made.id, None)


async def test_a_mix_is_the_same_until_midnight_also_after_a_restart(database: Path) -> None:
    now = [MIDNIGHT]

    def clock() -> float:
        return now[0]

    async with open_app(settings(database), seed=1, now=clock) as app:
        first = await app.daily.ask(server=HOME, member=ALICE, channel=None)
    now[0] += 86_399
    async with open_app(settings(database), seed=2, now=clock) as app:
        again = await app.daily.ask(server=HOME, member=ALICE, channel=None)
        assert [slot.song for slot in again.slots] == [slot.song for slot in first.slots]
        now[0] += 1
        other = await app.daily.ask(server=HOME, member=ALICE, channel=None)
        assert other.id != first.id
        assert not {slot.song for slot in other.slots} & {slot.song for slot in first.slots}


async def test_what_was_brought_is_known_after_a_restart(database: Path) -> None:
    async with open_app(settings(database), seed=1) as app:
        asked = await app.asks.ask(server=HOME, member=ALICE, channel=None, mood="calm")
        await app.asks.answer(asked, BOB, app.library.resolve(TEARDROP))
    async with open_app(settings(database), seed=1) as app:
        post = await app.picker.post(asked.id)
        assert post is not None
        assert post.kind is PostKind.ASK
        given = {"server": HOME, "post": post, "slot": 1, "verb": Verb.LIKE}
        with pytest.raises(OwnSong):
            await app.feedback.tap(member=BOB, cause="a", **given)  # pyright: ignore[reportArgumentType]
        answer = await app.feedback.tap(member=ALICE, cause="b", **given)  # pyright: ignore[reportArgumentType]
        assert answer.verdict is Verb.LIKE


async def test_what_a_member_brought_rests_for_nobody(app: App) -> None:
    asked = await app.asks.ask(server=HOME, member=ALICE, channel=None, mood="calm")
    song = app.library.resolve(TEARDROP)
    await app.asks.answer(asked, BOB, song)
    assert song.id not in app.picker.resting(HOME, ALICE, MIDNIGHT)
    assert song.id not in dict(app.picker.trials(HOME))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Evenings", "Evenings"),
        (" a \n\t b ", "a b"),
        ("x" * 500, "x" * LONGEST_NAME),
        ("\u202eabc\u202c", "abc"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("!!!", "!!!"),
    ],
)
def test_names_are_one_line_that_can_be_read(text: str, name: str) -> None:
    assert named(text) == name


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u202e\u2066", "\n\n"])
def test_names_with_nothing_to_see_are_refused(text: str) -> None:
    with pytest.raises(NoName):
        named(text)


async def test_two_quick_presses_save_into_one_list(app: App) -> None:
    one, other = await asyncio.gather(
        *(
            app.lists.saving(asking(ALICE), name, ["Saved", "Gespeichert"])
            for name in ("Saved", "Gespeichert")
        )
    )
    assert one == other
    assert len(app.lists.visible(asking(ALICE))) == 1
