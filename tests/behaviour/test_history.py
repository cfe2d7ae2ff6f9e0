"""`/history`, `/undo`, and bad input to `/like`, `/skip` and `/dislike`, as members live them."""

from __future__ import annotations

import discord
import pytest

from bot.store.records import EventId, FeedbackEvent, MemberId, ServerId, SongId, Verb
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

TEARDROP, GLORY, HYPER = "teardrop massive attack", "glory box portishead", "hyperballad björk"


def fresh(home: Home, card: Shown) -> discord.Message:
    """The message of a card as the channel shows it now."""
    return next(message for message in home.channel.history() if message.id == card.message.id)


async def answer_all(home: Home, count: int, verb: Verb = Verb.LIKE) -> None:
    """Alice's answers to many songs, without a command for each."""
    for number, song in enumerate(sorted(home.app.library.songs)[:count]):
        await home.app.feedback.say(
            server=ServerId(home.guild.id),
            member=MemberId(home.alice.id),
            song=song,
            verb=verb,
            cause=f"test-{verb}-{number}",
        )


async def test_who_said_nothing_is_told_how_to_begin(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "history"))
    assert card.private
    assert "not answered to any song" in card.text
    assert "/recommend" in card.text


async def test_answers_come_newest_first_and_only_ones_own(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.alice.slash(home.channel, "skip", song=GLORY)
    await home.bob.slash(home.channel, "like", song=HYPER)
    card = home.shown(await home.alice.slash(home.channel, "history"))
    assert card.private
    assert "2 answers of yours" in card.text
    assert card.text.index("⏭️ **Glory Box**") < card.text.index("❤️ **Teardrop**")
    assert "Hyperballad" not in card.text


async def test_kinds_are_chosen_by_option_and_by_button(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.alice.slash(home.channel, "dislike", song=GLORY)
    card = home.shown(await home.alice.slash(home.channel, "history", kind="like"))
    assert "Teardrop" in card.text
    assert "Glory Box" not in card.text
    card = home.shown(await home.press(home.alice, card, "dislike:0:f"))
    assert "Glory Box" in card.text
    assert "Teardrop" not in card.text
    empty = home.shown(await home.press(home.alice, card, "skip:0:f"))
    assert "None of this kind" in empty.text
    back = home.shown(await home.press(home.alice, empty, "all:0:f"))
    assert "Teardrop" in back.text


async def test_a_song_is_opened_and_the_answer_changed(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    card = home.shown(await home.alice.slash(home.channel, "history"))
    song = home.app.library.resolve(TEARDROP)
    opened = home.shown(await home.alice.select(card.message, [str(song.id)]))
    assert opened.private
    assert "You like this" in opened.text
    changed = home.shown(await home.press(home.alice, opened, ":1:dislike"))
    assert "Never again" in changed.text
    again = home.shown(await home.press(home.alice, card, "all:0:f"))
    assert "👎 **Teardrop**" in again.text


async def test_many_answers_have_pages_and_a_restart_changes_nothing(home: Home) -> None:
    await answer_all(home, 85)
    card = home.shown(await home.alice.slash(home.channel, "history"))
    assert "page 1 of 5" in card.text
    last = home.shown(await home.press(home.alice, card, ":4:z"))
    assert "page 5 of 5" in last.text
    await restart(home)
    first = home.shown(await home.press(home.alice, last, ":0:a"))
    assert "page 1 of 5" in first.text
    for _ in range(50):
        first = home.shown(await home.press(home.alice, first, ":1:n"))
        assert "page 2 of 5" in first.text
        first = home.shown(await home.press(home.alice, first, ":0:b"))


async def test_undo_takes_back_one_answer_after_another(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.alice.slash(home.channel, "skip", song=GLORY)
    first = home.shown(await home.alice.slash(home.channel, "undo"))
    assert first.private
    assert "Taken back: ⏭️" in first.text
    assert first.titles == ["Glory Box"]
    second = home.shown(await home.alice.slash(home.channel, "undo"))
    assert "Taken back: ❤️" in second.text
    assert second.titles == ["Teardrop"]
    nothing = home.shown(await home.alice.slash(home.channel, "undo"))
    assert nothing.private
    assert "no answer of yours here" in nothing.text


async def test_undo_brings_back_what_was_said_of_the_song_before(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await home.alice.slash(home.channel, "dislike", song=TEARDROP)
    card = home.shown(await home.alice.slash(home.channel, "undo"))
    assert "Taken back: 👎" in card.text
    assert "counts again: ❤️" in card.text
    assert card.label(":1:like") == "1"


async def test_undo_takes_back_a_tap_and_leaves_others_alone(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    await home.press(home.bob, card, ":1:like")
    await home.press(home.alice, card, ":1:like")
    undone = home.shown(await home.alice.slash(home.channel, "undo"))
    assert undone.label(":1:like") == "1", "Bob's like stands"
    assert Shown(fresh(home, card)).label(":1:like") == "1", "the card shows it too"
    assert "no answer of yours" in home.shown(await home.alice.slash(home.channel, "undo")).text


async def test_undo_of_a_tap_on_another_page_redraws_that_page(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend", count=8))
    second = home.shown(await home.press(home.alice, card, ":1:n"))
    await home.press(home.alice, second, ":5:like")
    home.shown(await home.press(home.alice, second, ":0:b"))
    await home.alice.slash(home.channel, "undo")
    redrawn = Shown(fresh(home, card))
    assert redrawn.titles == second.titles
    assert redrawn.label(":5:like") is None


async def test_undo_of_a_tap_on_a_message_that_is_gone(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    await home.press(home.alice, card, ":1:like")
    message = home.channel.last_message
    assert message is not None
    await home.admin.delete(message)
    assert "Taken back: ❤️" in home.shown(await home.alice.slash(home.channel, "undo")).text


async def test_undo_survives_a_restart_and_is_written_as_an_event(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    await restart(home)
    await home.alice.slash(home.channel, "undo")
    events = [event async for event in home.app.store.feedback.replay()]
    assert [event.verb for event in events] == [Verb.LIKE, Verb.UNDO]
    assert events[1].undoes == events[0].id


async def test_the_same_undo_delivered_twice_counts_once(home: Home) -> None:
    await answer_all(home, 3)
    server, member = ServerId(home.guild.id), MemberId(home.alice.id)
    first = await home.app.feedback.undo(server=server, member=member, cause="one")
    again = await home.app.feedback.undo(server=server, member=member, cause="one")
    assert first is not None
    assert again is not None
    assert (first.answer.changed, again.answer.changed) == (True, False)
    assert len(home.app.tastes.said(server, member)) == 2


async def test_answers_to_songs_that_are_gone_are_left_out(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song=TEARDROP)
    gone = FeedbackEvent(
        EventId(10**6),
        ServerId(home.guild.id),
        MemberId(home.alice.id),
        SongId(10**9),
        Verb.LIKE,
        "button",
        None,
        None,
        None,
        home.env.now().timestamp(),
    )
    home.app.tastes.apply(gone)
    card = home.shown(await home.alice.slash(home.channel, "history"))
    assert "1 answer of yours" in card.text
    assert "Taken back: ❤️" in home.shown(await home.alice.slash(home.channel, "undo")).text
    assert "no answer of yours" in home.shown(await home.alice.slash(home.channel, "undo")).text


@pytest.mark.parametrize("command", ["like", "skip", "dislike"])
@pytest.mark.parametrize(
    "text",
    [
        "xqzzy vlorp",
        " ",
        "🎉" * 50,
        "שיר לא ידוע",
        "a" * 6000,
        "\u202e\u0000\n**@everyone**",
        "song:0",
        "song:99999999999999999999999999",
        "list:1",
        "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M",
    ],
)
async def test_what_is_no_song_changes_nothing(home: Home, command: str, text: str) -> None:
    card = home.shown(await home.alice.slash(home.channel, command, song=text))
    assert card.private
    assert "@everyone" not in card.text.replace("@\u200beveryone", "")
    assert len(card.text) < 600
    assert not [event async for event in home.app.store.feedback.replay()]


async def test_a_near_miss_is_told_with_what_was_meant(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "like", song="glory drop attack"))
    assert card.private
    assert "Did you mean Teardrop · Massive Attack" in card.text
