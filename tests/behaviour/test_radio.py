"""`/radio`: a song at a time, steered by everybody."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import StoreBusy
from bot.store.records import MemberId, Post, PostId, ServerId
from bot.usecases.radio import Radio
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown


async def start(home: Home) -> Shown:
    return home.shown(await home.alice.slash(home.channel, "radio play", song="teardrop massive attack"))


async def test_a_radio_plays_on_without_repeats_or_one_artist(home: Home) -> None:
    card = await start(home)
    assert "Radio from Teardrop · Massive Attack" in card.text
    heard, artists = [card.titles[0]], [home.app.library.resolve(card.titles[0]).artist]
    for _ in range(12):
        card = home.shown(await home.press(home.alice, card, ":next"))
        heard.append(card.titles[0])
        artists.append(card.text.split(" · ")[2])
    assert len(set(heard)) == 13
    assert "Teardrop" not in heard
    assert max(artists.count(artist) for artist in artists) <= 3


async def test_skipping_moves_on_and_counts(home: Home) -> None:
    card = await start(home)
    skipped = home.app.library.resolve(card.titles[0])
    after = home.shown(await home.press(home.bob, card, ":skip"))
    assert after.titles != card.titles
    assert home.app.tastes.counts(ServerId(home.guild.id), skipped.id).skips == 1


async def test_more_like_this_anchors_the_radio_to_the_song(home: Home) -> None:
    card = await start(home)
    anchor = card.titles[0]
    after = home.shown(await home.press(home.alice, card, ":like_this"))
    assert f"like {anchor}" in after.text


async def test_two_members_pressing_next_at_once_move_one_song_on(home: Home) -> None:
    card = await start(home)
    post = await home.app.picker.post(PostId(int(card.button(":next").split(":")[2])))
    assert post is not None
    await asyncio.gather(home.app.radio.next(post, 1), home.app.radio.next(post, 1))
    after = await home.app.picker.post(post.id)
    assert after is not None
    assert len(after.slots) == 2


async def test_only_its_starter_or_a_moderator_stops_a_radio(home: Home) -> None:
    card = await start(home)
    refused = home.shown(await home.press(home.bob, card, ":stop"))
    assert refused.private
    ended = home.shown(await home.press(home.alice, card, ":stop"))
    assert "ended after 1 song" in ended.text
    assert not [custom_id for custom_id in ended.ids if custom_id.startswith("radio")]


async def test_who_manages_messages_stops_any_radio(home: Home) -> None:
    card = await start(home)
    ended = home.shown(await home.press(home.admin, card, ":stop"))
    assert "ended after 1 song" in ended.text


async def test_a_heart_counts_even_if_what_comes_next_cannot_be_saved(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await start(home)

    async def locked(*_: object) -> None:
        raise StoreBusy("locked")

    monkeypatch.setattr(home.app.store.posts, "ask", locked)
    liked = home.shown(await home.press(home.bob, card, ":1:like"))
    assert liked.label(":1:like") == "1"
    refused = await home.bob.select(card.message, ["calmer"])
    assert "could not be saved" in refused.followups[-1].content


async def test_a_radio_goes_on_after_a_restart(home: Home) -> None:
    card = await start(home)
    await restart(home)
    after = home.shown(await home.press(home.alice, card, ":next"))
    assert "song 2" in after.text


async def test_an_unknown_song_is_told_privately(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "radio play", song="xqzzy vlorp"))
    assert card.private


async def test_a_reaction_taken_away_makes_room_for_the_next_song(home: Home) -> None:
    card = await start(home)
    first = home.app.library.resolve(card.titles[0])
    message = home.channel.last_message
    assert message is not None
    await home.bob.react(message, "❤️")
    after = home.shown(await home.press(home.alice, home.last(), ":next"))
    second = home.app.library.resolve(after.titles[0])
    await home.bob.unreact(message, "❤️")
    await home.bob.react(message, "❤️")
    server = ServerId(home.guild.id)
    assert home.app.tastes.counts(server, first.id).likes == 1
    assert home.app.tastes.counts(server, second.id).likes == 1


async def test_a_heart_for_a_song_that_has_passed_counts_and_leaves_the_card_alone(home: Home) -> None:
    card = await start(home)
    first = home.app.library.resolve(card.titles[0])
    heart = card.button(":1:like")
    post = await home.app.picker.post(PostId(int(heart.split(":")[2])))
    assert post is not None
    await home.app.radio.next(post, 1)
    await home.press(home.bob, card, ":1:like")
    assert home.app.tastes.counts(ServerId(home.guild.id), first.id).likes == 1
    assert home.last().titles == card.titles, "nothing was drawn over the message"


async def test_a_reaction_does_not_bring_back_a_song_that_was_moved_on_from(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await start(home)
    message = home.channel.last_message
    assert message is not None
    answered = Radio.answered

    async def and_somebody_moves_on(radio: Radio, post: Post, member: MemberId) -> Post:
        found = await answered(radio, post, member)
        await radio.next(found, found.slots[-1].number)
        return found

    monkeypatch.setattr(Radio, "answered", and_somebody_moves_on)
    await home.bob.react(message, "❤️")
    shown = home.last()
    assert shown.titles != card.titles, "the song of before is on the screen again"
