"""Steering a radio: what comes next is told, every choice changes it, and several members steer one."""

from __future__ import annotations

import re

import pytest

from bot.store.records import Post, PostId
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

STEER = re.compile(r"steer:v1:\d+")


async def start(home: Home, **options: object) -> Shown:
    asked = options or {"song": "teardrop massive attack"}
    return home.shown(await home.alice.slash(home.channel, "radio play", **asked))


async def steer(home: Home, card: Shown, direction: str) -> Shown:
    """Choose from the menu, as Bob: anybody may."""
    menu = next(each for each in card.ids if STEER.fullmatch(each))
    return home.shown(await home.bob.select(card.message, [direction], custom_id=menu))


def following(card: Shown) -> list[str]:
    """The titles that are told to come."""
    [line] = re.findall(r"^-# next: (.*)$", card.text, re.MULTILINE)
    return re.findall(r"\*\*(.+?)\*\*", line)


async def post_of(home: Home, card: Shown) -> Post:
    post = await home.app.picker.post(PostId(int(card.button(":next").split(":")[2])))
    assert post is not None
    return post


async def test_what_was_told_comes_if_nobody_taps_anything_else(home: Home) -> None:
    card = await start(home)
    for _ in range(5):
        first, second = following(card)
        card = home.shown(await home.press(home.alice, card, ":next"))
        assert card.titles == [first]
        assert following(card)[0] == second


async def test_what_was_told_comes_after_a_restart_too(home: Home) -> None:
    card = await start(home)
    card = await steer(home, card, "livelier")
    told = following(card)
    await restart(home)
    home.app.picker.forget_posts()
    card = home.shown(await home.press(home.alice, card, ":next"))
    assert card.titles == [told[0]]
    assert "steered: livelier" in card.text


async def test_a_heart_and_its_taking_back_change_what_is_told(home: Home) -> None:
    card = await start(home)
    liked = home.shown(await home.press(home.bob, card, ":1:like"))
    assert liked.titles == card.titles
    assert len(following(liked)) == 2
    back = home.shown(await home.press(home.bob, liked, ":1:like"))
    assert following(back) == following(card)


async def test_a_heart_by_reaction_steers_too(home: Home) -> None:
    await start(home)
    message = home.channel.last_message
    assert message is not None
    await home.bob.react(message, "❤️")
    post = await post_of(home, home.last())
    assert [listener.member for listener in post.listeners] == [home.bob.id]
    assert len(following(home.last())) == 2


@pytest.mark.parametrize(
    ("direction", "song"),
    [
        ("calmer", "block rockin beats chemical brothers"),
        ("livelier", "teardrop massive attack"),
        ("newer", "teardrop massive attack"),
        ("stranger", "teardrop massive attack"),
    ],
)
async def test_each_direction_changes_what_comes_is_shown_and_is_undone_by_itself(
    home: Home, direction: str, song: str
) -> None:
    card = await start(home, song=song)
    steered = await steer(home, card, direction)
    assert f"-# steered: {direction}" in steered.text
    assert steered.titles == card.titles, "the song that plays stays"
    assert following(steered) != following(card)
    undone = await steer(home, steered, direction)
    assert "steered" not in undone.text
    assert following(undone) == following(card)


async def test_opposites_take_each_others_place_and_others_add_up(home: Home) -> None:
    card = await start(home)
    for direction in ("calmer", "newer", "livelier"):
        card = await steer(home, card, direction)
    assert "-# steered: newer, livelier" in card.text
    card = await steer(home, card, "start")
    assert "steered" not in card.text


async def test_back_to_the_start_forgets_what_was_said_and_turned_to(home: Home) -> None:
    card = await start(home)
    card = home.shown(await home.press(home.bob, card, ":like_this"))
    assert f"like {(await title_of(home, card, 1))}" in card.text
    card = await steer(home, card, "stranger")
    card = await steer(home, card, "start")
    for _ in range(3):
        card = home.shown(await home.press(home.bob, card, ":next"))
        assert "like Teardrop" in card.text, "the seed alone again"


async def title_of(home: Home, card: Shown, slot: int) -> str:
    """What was played there."""
    found = (await post_of(home, card)).slot(slot)
    assert found is not None
    return home.app.library.songs[found.song].title


async def test_steering_a_radio_that_somebody_stopped_is_told_privately(home: Home) -> None:
    card = await start(home)
    await home.app.radio.stop(await post_of(home, card))
    menu = next(each for each in card.ids if STEER.fullmatch(each))
    answer = await home.bob.select(card.message, ["calmer"], custom_id=menu)
    assert answer.followups[-1].flags.ephemeral
    assert "no longer known" in answer.followups[-1].content


async def test_what_a_participant_dislikes_never_comes(home: Home) -> None:
    card = await start(home)
    card = home.shown(await home.press(home.bob, card, ":next"))
    told = following(card)[0]
    song = next(each for each in home.app.library.songs.values() if each.title == told.replace("\\", ""))
    disliked = home.shown(await home.bob.slash(home.channel, "dislike", song=f"song:{song.id}"))
    assert "Never again" in disliked.text
    played: list[str] = []
    for _ in range(8):
        card = home.shown(await home.press(home.alice, card, ":next"))
        played += card.titles
    assert told not in played


async def test_one_who_taps_a_lot_does_not_outweigh_two_others(home: Home) -> None:
    """Twenty presses of "More like this" by one member leave the radio bound to its seed and to what others asked for."""
    card = await start(home)
    card = home.shown(await home.press(home.alice, card, ":like_this"))
    for _ in range(20):
        card = home.shown(await home.press(home.bob, card, ":like_this"))
    post = await post_of(home, card)
    assert [(each.member, each.turned_to) for each in post.listeners] == [
        (home.alice.id, 1),
        (home.bob.id, 21),
    ]


async def test_a_radio_of_before_plays_on(home: Home) -> None:
    """Cards of the first version: a seed and its anchors is all that their posts know."""
    card = await start(home)
    post = await post_of(home, card)
    seed = post.query["seed"]
    assert isinstance(seed, int)
    card = home.shown(await home.press(home.alice, card, ":next"))
    post = await post_of(home, card)
    await home.app.store.posts.ask(post.id, {"seed": seed, "anchors": [seed, post.slots[0].song]})
    home.app.picker.forget_posts()
    card = home.shown(await home.press(home.bob, card, ":next"))
    assert "Radio from Teardrop" in card.text
    assert "song 3" in card.text
    assert len(following(card)) == 2
