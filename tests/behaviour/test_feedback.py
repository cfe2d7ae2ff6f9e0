"""`/like`, `/skip`, `/dislike`, `/help`, and what happens when something is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import discord
import pytest

from bot.client import Interaction, Segue
from bot.errors import StoreBusy
from bot.store.records import Verb
from tests.behaviour.conftest import Home


@pytest.mark.parametrize(
    ("command", "title"),
    [("like", "You like this"), ("skip", "Not for now"), ("dislike", "Never again")],
)
async def test_an_answer_by_command_is_private_and_can_be_taken_back(
    home: Home, command: str, title: str
) -> None:
    card = home.shown(await home.alice.slash(home.channel, command, song="teardrop massive attack"))
    assert card.private
    assert title in card.text
    assert card.titles == ["Teardrop"]
    assert card.label(f":1:{command}") == "1"
    back = home.shown(await home.press(home.alice, card, f":1:{command}"))
    assert "Taken back" in back.text
    assert back.label(f":1:{command}") is None


async def test_saying_the_same_twice_counts_once(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    card = home.shown(await home.alice.slash(home.channel, "like", song="teardrop massive attack"))
    assert card.label(":1:like") == "1"
    assert [event.verb async for event in home.app.store.feedback.replay()] == [Verb.LIKE]


async def test_a_changed_mind_replaces_the_answer(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    card = home.shown(await home.alice.slash(home.channel, "dislike", song="teardrop massive attack"))
    assert card.label(":1:like") is None
    assert card.label(":1:dislike") == "1"


async def test_help_is_one_private_card(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "help"))
    assert card.private
    for command in ("/recommend", "/radio", "/like", "/skip", "/dislike", "/privacy"):
        assert command in card.text
    assert "/discovery" not in card.text


async def test_help_tells_an_admin_what_is_theirs(home: Home) -> None:
    card = home.shown(await home.admin.slash(home.channel, "help"))
    for command in ("/recommend", "/setup", "/settings", "/discovery channel", "/links on"):
        assert command in card.text


async def test_likes_of_one_server_are_not_seen_in_another(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    other = home.env.create_guild("Other")
    channel = other.create_text_channel("music")
    alice = other.add_member(home.alice.user)
    fresh = home.shown(await alice.slash(channel, "recommend", count=12))
    assert "Nothing known about you yet" in fresh.text
    assert "you liked" not in fresh.text
    card = home.shown(await alice.slash(channel, "skip", song="teardrop massive attack"))
    assert card.label(":1:like") is None


async def test_a_locked_database_is_told_and_nothing_is_half_done(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))

    async def locked(*_: object, **__: object) -> None:
        raise StoreBusy("locked")

    with monkeypatch.context() as patch:
        patch.setattr(home.app.store.feedback, "append", locked)
        refused = await home.press(home.alice, card, ":1:like")
        told = home.shown(refused)
    assert told.private
    assert "nothing was changed" in told.text
    liked = home.shown(await home.press(home.alice, card, ":1:like"))
    assert liked.label(":1:like") == "1"


async def test_what_nobody_expected_is_told_with_an_id_that_is_in_the_log(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("wires crossed")

    with monkeypatch.context() as patch:
        patch.setattr(home.app.feedback, "tap", broken)
        told = home.shown(await home.press(home.alice, card, ":1:like"))
    assert told.private
    assert "wires crossed" not in told.text
    error_id = told.text.partition("(error ")[2][:8]
    assert error_id in capsys.readouterr().out


async def test_a_card_from_another_database_is_explained(home: Home) -> None:
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    home.app.picker.forget_posts()
    async with home.app.store.db.write() as connection:
        for table in ("impressions", "slots", "posts"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")
    told = home.shown(await home.press(home.alice, card, ":1:like"))
    assert "no longer known" in told.text


async def test_without_songs_the_operator_is_told_what_to_do(home: Home) -> None:
    songs = home.app.library.songs
    assert isinstance(songs, dict)
    songs.clear()
    result = await home.alice.slash(home.channel, "recommend")
    assert result.acknowledged
    gone, told = home.env.http_requests[-2:]
    assert gone.method == "DELETE", "the public thinking… goes away"
    assert told.json is not None
    assert told.json["flags"] == 64
    assert "catalog starter" in told.json["content"]


async def test_interactions_that_discord_gave_up_on_are_dropped(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.alice.slash(home.channel, "recommend")

    def late(_bot: Segue, _interaction: object) -> bool:
        return True

    monkeypatch.setattr(Segue, "too_late", late)
    result = await home.alice.slash(home.channel, "recommend")
    assert not result.acknowledged


async def test_a_host_whose_clock_is_set_answers_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = home.env.bot
    assert isinstance(bot, Segue)
    now = datetime.now(UTC)
    ticks = iter([100.0, 101.0, 102.0, 103.0])

    def asked(clock: float, sent: float) -> bool:
        at = now + timedelta(seconds=clock)
        pressed = SimpleNamespace(created_at=now + timedelta(seconds=sent), id=1)
        with monkeypatch.context() as patch:
            patch.setattr("bot.client.time", SimpleNamespace(monotonic=lambda: next(ticks)))
            patch.setattr(discord.utils, "utcnow", lambda: at)
            return bot.too_late(cast("Interaction", pressed))

    assert not asked(clock=-30, sent=0), "the clock is thirty seconds behind"
    assert not asked(clock=1, sent=1), "it was set, and nothing is late"
    assert not asked(clock=2, sent=1.9)
    assert asked(clock=3, sent=0), "three seconds late is too late"
