"""`/ask`, as members live it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import simcord

from bot.store.records import MemberId, ServerId
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

TEARDROP, GLORY, HYPER = "teardrop massive attack", "glory box portishead", "hyperballad björk"


async def ask(home: Home, mood: str = "rainy sunday, trip hop") -> Shown:
    """Alice's card."""
    return home.shown(await home.alice.slash(home.channel, "ask", mood=mood))


def field(window: dict[str, Any]) -> str:
    """The id of a window's only line."""
    return window["components"][0]["component"]["custom_id"]


async def bring(home: Home, who: simcord.MemberActor, card: Shown, song: str) -> Shown:
    """Bring a song by the window, and what the member is told of it."""
    opened = await home.press(who, card, ":answer")
    assert opened.modal is not None
    sent = await who.submit_modal(opened, {field(opened.modal): song})
    assert sent.acknowledged
    told = Shown(sent.followups[-1])
    assert told.private
    return told


async def test_others_bring_songs_and_are_credited(home: Home) -> None:
    card = await ask(home)
    assert not card.private
    assert f"<@{home.alice.id}> looks for: rainy sunday, trip hop" in card.text
    assert "No songs yet" in card.text
    told = await bring(home, home.bob, card, TEARDROP)
    assert "Thanks" in told.text
    assert "Teardrop · Massive Attack" in told.text
    card = home.last()
    assert card.titles == ["Teardrop"]
    assert f"brought by <@{home.bob.id}>" in card.text
    await bring(home, home.admin, card, GLORY)
    assert home.last().titles == ["Teardrop", "Glory Box"]


async def test_the_asker_likes_what_was_brought_and_it_teaches(home: Home) -> None:
    card = await ask(home)
    await bring(home, home.bob, card, TEARDROP)
    chosen = home.shown(await home.alice.select(home.last().message, ["1"]))
    assert chosen.private
    assert "You like this" in home.shown(await home.press(home.alice, chosen, ":1:like")).text
    assert "❤️ 1" in home.last().text
    said = home.app.tastes.said(ServerId(home.guild.id), MemberId(home.alice.id))
    assert [event.song for event in said] == [home.app.library.resolve(TEARDROP).id]


async def test_who_brought_a_song_does_not_rate_it(home: Home) -> None:
    card = await ask(home)
    await bring(home, home.bob, card, TEARDROP)
    chosen = home.shown(await home.bob.select(home.last().message, ["1"]))
    for verb in ("like", "skip", "dislike"):
        refused = home.shown(await home.press(home.bob, chosen, f":1:{verb}"))
        assert refused.private
        assert "You brought that song" in refused.text
    await home.bob.react(home.last().message, "❤️")
    assert not home.app.tastes.said(ServerId(home.guild.id), MemberId(home.bob.id))


async def test_the_same_song_twice_is_told_with_who_brought_it(home: Home) -> None:
    card = await ask(home)
    await bring(home, home.bob, card, TEARDROP)
    told = await bring(home, home.admin, card, "Massive Attack - Teardrop")
    assert f"on the list already, brought by <@{home.bob.id}>" in told.text
    assert home.last().titles == ["Teardrop"]


@pytest.mark.parametrize("text", ["xqzzy vlorp", " ", "🎉" * 100, "שיר לא ידוע", "**@everyone**", "song:0"])
async def test_an_unknown_song_is_told_and_nothing_is_added(home: Home, text: str) -> None:
    card = await ask(home)
    told = await bring(home, home.bob, card, text)
    assert ("nothing to read" if text.isspace() else "I don't know") in told.text
    assert "@everyone" not in told.text.replace("@\u200beveryone", "")
    assert "No songs yet" in home.last().text


async def test_a_near_miss_is_told_with_what_was_meant(home: Home) -> None:
    card = await ask(home)
    told = await bring(home, home.bob, card, "glory drop attack")
    assert "Did you mean Teardrop · Massive Attack" in told.text


async def test_only_the_asker_sees_what_segue_would_add(home: Home) -> None:
    card = await ask(home, "dreamy trip hop")
    refused = home.shown(await home.press(home.bob, card, ":add"))
    assert refused.private
    assert "somebody else" in refused.text
    added = home.shown(await home.press(home.alice, card, ":add"))
    assert added.private
    assert "What Segue would add" in added.text
    assert len(added.titles) == 4
    assert "trip hop, as you asked for" in added.text or "dreamy, as you asked for" in added.text
    assert "you like" not in added.text, "she has said nothing yet"
    tapped = home.shown(await home.press(home.alice, added, ":1:like"))
    assert tapped.titles == added.titles
    more = home.shown(await home.press(home.alice, tapped, ":same"))
    assert more.private
    assert not set(more.titles) & set(added.titles)


async def test_words_that_mean_nothing_wait_for_a_song(home: Home) -> None:
    card = await ask(home, "qwxzy vlorp")
    told = home.shown(await home.press(home.alice, card, ":add"))
    assert told.private
    assert "None of these words" in told.text
    await bring(home, home.bob, card, TEARDROP)
    added = home.shown(await home.press(home.alice, home.last(), ":add"))
    assert "Teardrop" not in added.titles
    assert "like Teardrop" in added.text


async def test_the_asker_or_a_moderator_closes_it(home: Home) -> None:
    for closer in (home.alice, home.admin):
        card = await ask(home)
        refused = home.shown(await home.press(home.bob, card, ":close"))
        assert "somebody else" in refused.text
        await bring(home, home.bob, card, TEARDROP)
        closed = home.shown(await home.press(closer, card, ":close"))
        assert "closed with 1 song" in closed.text
        assert not [each for each in closed.ids if each.startswith("ask:")]
        assert closed.titles == ["Teardrop"]


async def test_an_old_window_of_a_closed_ask_is_explained(home: Home) -> None:
    card = await ask(home)
    opened = await home.press(home.bob, card, ":answer")
    await home.press(home.alice, card, ":close")
    assert opened.modal is not None
    sent = await home.bob.submit_modal(opened, {field(opened.modal): TEARDROP})
    assert "This was closed" in Shown(sent.followups[-1]).text


async def test_buttons_and_windows_outlive_a_restart(home: Home) -> None:
    card = await ask(home)
    opened = await home.press(home.bob, card, ":answer")
    await restart(home)
    home.app.picker.forget_posts()
    assert opened.modal is not None
    sent = await home.bob.submit_modal(opened, {field(opened.modal): TEARDROP})
    assert "Thanks" in Shown(sent.followups[-1]).text
    assert f"brought by <@{home.bob.id}>" in home.last().text
    home.app.picker.forget_posts()
    await bring(home, home.admin, home.last(), GLORY)
    assert home.last().titles == ["Teardrop", "Glory Box"]


async def test_two_windows_at_once_bring_two_songs_in_order(home: Home) -> None:
    card = await ask(home)
    first, second = await home.press(home.bob, card, ":answer"), await home.press(home.admin, card, ":answer")
    for who, opened, song in ((home.admin, second, GLORY), (home.bob, first, TEARDROP)):
        assert opened.modal is not None
        await who.submit_modal(opened, {field(opened.modal): song})
    assert home.last().titles == ["Glory Box", "Teardrop"]


async def test_the_same_song_brought_by_two_at_once_comes_once(home: Home) -> None:
    await ask(home)
    post = await home.app.store.posts.by_message(home.last().message.id)  # pyright: ignore[reportArgumentType]
    assert post is not None
    song = home.app.library.resolve(TEARDROP)
    results = await asyncio.gather(
        *(home.app.asks.answer(post, MemberId(who.id), song) for who in (home.bob, home.admin)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["AskHas", "Post"]


async def test_twenty_songs_are_the_most(home: Home) -> None:
    card = await ask(home)
    post = await home.app.store.posts.by_message(home.last().message.id)  # pyright: ignore[reportArgumentType]
    assert post is not None
    for song in sorted(home.app.library.songs)[:20]:
        post = await home.app.asks.answer(post, MemberId(home.bob.id), home.app.library.songs[song])
    full = home.shown(await home.press(home.bob, card, ":answer"))
    assert full.private
    assert "20 songs, and that is the most" in full.text
    closed = home.shown(await home.press(home.alice, card, ":close"))
    assert len(closed.titles) == 20


async def test_the_same_button_fifty_times(home: Home) -> None:
    card = await ask(home)
    for _ in range(50):
        opened = await home.press(home.bob, card, ":answer")
        assert opened.modal is not None
    assert (await bring(home, home.bob, card, TEARDROP)).text
    for _ in range(50):
        assert "already" in (await bring(home, home.bob, home.last(), TEARDROP)).text
    assert home.last().titles == ["Teardrop"]


@pytest.mark.parametrize(
    "mood", ["**loud** @everyone <@1>", "שבת גשומה", "🌧️🎷", "[x](http://y)", "m" * 200, "終わりなき旅"]
)
async def test_odd_moods_are_harmless(home: Home, mood: str) -> None:
    card = await ask(home, mood)
    assert "looks for" in card.text
    assert "@everyone" not in card.text.replace("@\u200beveryone", "")
    assert "](http://" not in card.text
    await bring(home, home.bob, card, TEARDROP)
    assert home.last().titles == ["Teardrop"]
    await home.press(home.alice, card, ":add")


@pytest.mark.parametrize("mood", [" ", "\u200b", "\u202e\u202e"])
async def test_a_mood_without_anything_to_read_is_refused(home: Home, mood: str) -> None:
    told = await home.alice.slash(home.channel, "ask", mood=mood)
    assert told.acknowledged
    said = home.env.http_requests[-1].json
    assert said is not None
    assert said["flags"] == 64
    assert "nothing to read" in said["content"]


async def test_what_was_forgotten_leaves_no_name_and_no_words(home: Home) -> None:
    card = await ask(home, "my secret mood")
    await bring(home, home.bob, card, TEARDROP)
    assert await home.app.asks.forget(MemberId(home.bob.id)) == 1
    assert await home.app.asks.forget(MemberId(home.alice.id)) == 1
    closed = home.shown(await home.press(home.admin, card, ":close"))
    assert "Somebody looks for songs" in closed.text
    assert "secret" not in closed.text
    assert "brought by" not in closed.text
    assert closed.titles == ["Teardrop"]


async def test_an_ask_of_another_server_is_not_known(home: Home) -> None:
    card = await ask(home)
    other = home.env.create_guild("Other")
    channel = other.create_text_channel("music")
    bob = other.add_member(home.bob.user)
    elsewhere = home.shown(await bob.slash(channel, "ask", mood="calm"))
    assert set(elsewhere.ids).isdisjoint(card.ids)


async def test_a_card_that_was_deleted_meanwhile_breaks_nothing(home: Home) -> None:
    card = await ask(home)
    await bring(home, home.bob, card, TEARDROP)
    chosen = home.shown(await home.alice.select(home.last().message, ["1"]))
    message = home.channel.last_message
    assert message is not None
    await home.admin.delete(message)
    liked = home.shown(await home.press(home.alice, chosen, ":1:like"))
    assert "You like this" in liked.text
