"""`/recommend` and its buttons, as members live it."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import Home, restart


async def test_a_newcomer_gets_songs_and_is_told_how_to_steer(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert len(card.titles) == 4
    assert "Nothing known about you yet" in card.text
    assert card.text.count("changes the next answer") == 1, "what taps do is told once"
    assert not card.private


async def test_a_song_to_start_from_names_itself_in_title_and_reasons(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", song="teardrop massive attack"))
    assert "Like Teardrop · Massive Attack" in card.text
    assert "Teardrop" not in card.titles
    assert card.text.count("like Teardrop") >= 2


async def test_liking_turns_the_next_answer_towards_the_song_and_says_so(home: Home) -> None:
    before = home.shown(await home.alice.slash(home.channel, "recommend", dial="familiar"))
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    await home.alice.slash(home.channel, "like", song="glory box portishead")
    after = home.shown(await home.alice.slash(home.channel, "recommend", dial="familiar"))
    assert "because you liked" not in before.text
    assert "because you liked" in after.text
    assert "trip hop" in after.text
    assert "Nothing known about you" not in after.text


async def test_a_tap_shows_on_the_card_and_a_second_one_takes_it_back(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    liked = home.shown(await home.press(home.alice, card, ":1:like"))
    assert liked.label(":1:like") == "1"
    assert liked.titles == card.titles
    assert home.shown(await home.press(home.bob, liked, ":1:like")).label(":1:like") == "2"
    assert home.shown(await home.press(home.alice, liked, ":1:like")).label(":1:like") == "1"
    assert home.shown(await home.press(home.bob, liked, ":1:dislike")).label(":1:like") is None


async def test_disliked_songs_never_come_back(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", count=12))
    hated = card.titles[0]
    await home.press(home.alice, card, ":1:dislike")
    for _ in range(5):
        again = home.shown(await home.alice.slash(home.channel, "recommend", count=12))
        assert hated not in again.titles


async def test_songs_do_not_repeat_from_answer_to_answer(home: Home) -> None:
    seen: set[str] = set()
    for _ in range(6):
        card = home.shown(await home.alice.slash(home.channel, "recommend"))
        assert not seen & set(card.titles)
        seen |= set(card.titles)


async def test_buttons_still_work_after_a_restart(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    await restart(home)
    assert home.shown(await home.press(home.alice, card, ":2:like")).label(":2:like") == "1"


async def test_a_long_answer_has_pages_that_only_its_asker_turns(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", count=10))
    assert "page 1 of 3" in card.text
    second = home.shown(await home.press(home.alice, card, ":1:n"))
    assert "page 2 of 3" in second.text
    assert not set(second.titles) & set(card.titles)
    refused = await home.press(home.bob, second, ":2:n")
    assert refused.ephemeral
    third = home.shown(await home.press(home.alice, second, ":2:n"))
    assert len(third.titles) == 2


async def test_more_asks_again_for_whoever_presses(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", song="teardrop massive attack"))
    more = home.shown(await home.press(home.bob, card, ":same"))
    assert "Like Teardrop" in more.text
    stranger = home.shown(await home.press(home.alice, card, ":adventurous"))
    assert "adventurous" in stranger.text


async def test_listen_answers_privately_with_links(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    links = home.shown(await home.press(home.bob, card, ":1:listen"))
    assert links.private
    assert "https://open.spotify.com/search/" in links.text


async def test_one_song_is_an_invitation_to_react(home: Home) -> None:
    await home.alice.slash(home.channel, "recommend", count=1)
    message = home.channel.last_message
    assert message is not None
    assert [str(reaction.emoji) for reaction in message.reactions] == ["❤️", "⏭️", "👎"]


async def test_reactions_count_like_taps_and_removing_one_takes_it_back(home: Home) -> None:
    await home.alice.slash(home.channel, "recommend", count=1)
    message = home.channel.last_message
    assert message is not None
    for emoji in ("❤️", "👍", "🔥"):
        await home.bob.react(message, emoji)
        assert home.last().label(":1:like") == "1", emoji
    await home.bob.unreact(message, "❤️")
    await home.bob.unreact(message, "🔥")
    assert home.last().label(":1:like") == "1"
    await home.bob.unreact(message, "👍")
    assert home.last().label(":1:like") is None
    await home.bob.react(message, "👎")
    assert home.last().label(":1:dislike") == "1"
    await home.bob.react(message, "🎉")
    assert home.last().label(":1:dislike") == "1"


async def test_reactions_count_on_messages_from_before_a_restart(home: Home) -> None:
    await home.alice.slash(home.channel, "recommend", count=1)
    message = home.channel.last_message
    assert message is not None
    await restart(home)
    await home.bob.react(message, "❤️")
    assert home.last().label(":1:like") == "1"


async def test_an_unknown_song_is_told_privately_with_what_is_near(home: Home) -> None:
    result = await home.alice.slash(home.channel, "recommend", song="xqzzy vlorp")
    card = home.shown(result)
    assert card.private
    assert "I don't know “xqzzy vlorp”" in card.text


@pytest.mark.parametrize(
    "text",
    ["🎉" * 50, "שיר לא ידוע", "x" * 4000, "a" * 6000, "\u202e\u0000\n**@everyone**", "<@1> [x](http://y)"],
)
async def test_odd_input_gets_a_clear_private_sentence(home: Home, text: str) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", song=text))
    assert card.private
    assert "I don't know" in card.text
    assert "@everyone" not in card.text.replace("@\u200beveryone", "")
    assert len(card.text) < 600


async def test_typing_offers_songs_whatever_the_spelling(home: Home) -> None:
    async def first(text: str) -> str:
        choices = await home.alice.autocomplete(home.channel, "recommend", "song", text)
        assert len(choices) <= 25
        assert all(len(choice["name"]) <= 100 for choice in choices)
        return choices[0]["name"] if choices else ""

    assert (await first("teardop")).startswith("Teardrop · Massive Attack")
    assert (await first("bjork hyperbalad")).startswith("Hyperballad · Björk")
    assert (await first("massive attack tear")).startswith("Teardrop")
    assert await first("") != ""
    await first("🎉" * 200)
    await first("x" * 4000)
