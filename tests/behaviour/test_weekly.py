"""The weekly discovery, from its set-up to the next week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
import pytest
import simcord
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.errors import StoreBusy
from bot.store.records import RunState, ServerId
from bot.usecases.posting import LEASE
from bot.usecases.weeks import week_of
from tests.behaviour.conftest import Home, restart
from tests.behaviour.reading import Shown

HOUR = 3600.0


def posts(home: Home) -> list[Shown]:
    """The weekly posts in the channel, those that are over too."""
    shown = [Shown(message) for message in home.channel.history()]
    return [each for each in shown if "new to you all" in each.text or "what you made of it" in each.text]


async def state(home: Home, week: str) -> RunState | None:
    """How far the post of a week is."""
    run = await home.app.store.runs.run(ServerId(home.guild.id), week)
    return run and run.state


async def set_up(home: Home, moment: datetime) -> Shown:
    return home.shown(
        await home.admin.slash(
            home.channel,
            "discovery channel",
            channel=home.channel,
            weekday=moment.weekday(),
            hour=moment.hour,
            timezone="UTC",
        )
    )


async def test_the_post_comes_at_its_hour_once_and_again_a_week_later(home: Home) -> None:
    soon = home.env.now() + timedelta(hours=3)
    answer = await set_up(home, soon)
    assert answer.private
    assert "The weekly post comes to" in answer.text
    await home.later(1.5 * HOUR)
    assert posts(home) == []
    await home.later(2 * HOUR)
    assert len(posts(home)) == 1
    await home.later(5 * HOUR)
    assert len(posts(home)) == 1
    await home.later(7 * 24 * HOUR)
    first, second = posts(home)
    assert len(first.titles) == 10
    assert not set(first.titles) & set(second.titles)


async def test_a_restart_does_not_post_twice(home: Home) -> None:
    await set_up(home, home.env.now() + timedelta(hours=1))
    await home.later(2 * HOUR)
    await restart(home)
    await home.later(HOUR)
    assert len(posts(home)) == 1


async def test_nothing_in_it_was_rated_or_shown_here_before(home: Home) -> None:
    await home.alice.slash(home.channel, "like", song="teardrop massive attack")
    card = home.shown(await home.bob.slash(home.channel, "recommend", count=12))
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    answer = home.shown(await home.admin.slash(home.channel, "discovery now"))
    assert "Posted in" in answer.text
    post = posts(home)[0]
    assert not {"Teardrop", *card.titles} & set(post.titles)
    assert "people here like" in post.text


async def test_now_makes_this_weeks_post_and_then_says_where_it_is(home: Home) -> None:
    unset = home.shown(await home.admin.slash(home.channel, "discovery now"))
    assert "/discovery channel" in unset.text
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")
    again = home.shown(await home.admin.slash(home.channel, "discovery now"))
    assert f"https://discord.com/channels/{home.guild.id}/{home.channel.id}/" in again.text
    assert len(posts(home)) == 1


async def test_choosing_a_song_answers_privately_and_a_tap_there_shows_on_the_post(home: Home) -> None:
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")
    post = posts(home)[0]
    chosen = await home.alice.select(post.message, ["3"])
    card = home.shown(chosen)
    assert card.private
    assert card.titles == [post.titles[2]]
    assert "What do you think?" in card.text
    liked = home.shown(await home.press(home.alice, card, ":3:like"))
    assert "You like this" in liked.text
    assert posts(home)[0].text.count("❤️ 1") == 1


async def test_a_crash_after_sending_is_found_out_and_not_posted_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)

    async def crash(*_: object) -> None:
        raise StoreBusy("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(type(home.app.store.runs), "confirm", crash)
        await home.admin.slash(home.channel, "discovery now")
    assert len(posts(home)) == 1
    week = week_of(home.env.now().date())
    assert await state(home, week) is RunState.SENDING
    await restart(home)
    await home.later(LEASE)
    assert await state(home, week) is RunState.CONFIRMED
    assert len(posts(home)) == 1
    again = home.shown(await home.admin.slash(home.channel, "discovery now"))
    assert "already" in again.text


async def test_a_post_asked_for_while_discord_falls_over_comes_at_its_hour_as_was_said(home: Home) -> None:
    await set_up(home, home.env.now() + timedelta(hours=5))
    home.env.inject_error("POST", f"/channels/{home.channel.id}/messages", status=503, code=0)
    unclear = await said(home, "now")
    assert "it comes at its hour, or at once with `/discovery now`" in unclear.text
    await home.later(2 * HOUR)
    assert posts(home) == []
    await home.later(3 * HOUR)
    assert len(posts(home)) == 1


async def test_a_refused_post_is_tried_again(home: Home) -> None:
    soon = home.env.now() + timedelta(hours=1)
    await set_up(home, soon)
    home.env.inject_error("POST", f"/channels/{home.channel.id}/messages", status=403, code=50013)
    await home.later(HOUR + 60)
    assert posts(home) == []
    await home.later(HOUR)
    assert len(posts(home)) == 1


async def test_off_stops_it(home: Home) -> None:
    await set_up(home, home.env.now() + timedelta(hours=2))
    assert "No more weekly posts" in home.shown(await home.admin.slash(home.channel, "discovery off")).text
    await home.later(3 * HOUR)
    assert posts(home) == []
    assert "no weekly post" in home.shown(await home.admin.slash(home.channel, "discovery off")).text


async def test_an_unknown_time_zone_and_a_closed_channel_are_explained(home: Home) -> None:
    wrong = home.shown(
        await home.admin.slash(
            home.channel, "discovery channel", channel=home.channel, timezone="Middle-earth/Shire"
        )
    )
    assert "Middle" in wrong.text
    assert "Europe/Berlin" in wrong.text
    closed = home.guild.create_text_channel(
        "closed",
        overwrites={home.guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    refused = home.shown(await home.admin.slash(home.channel, "discovery channel", channel=closed))
    assert "Send Messages" in refused.text


async def test_time_zones_are_offered_while_typing(home: Home) -> None:
    choices = await home.admin.autocomplete(
        home.channel, "discovery channel", "timezone", "berl", channel=home.channel
    )
    assert [choice["value"] for choice in choices] == ["Europe/Berlin"]


async def test_members_cannot_set_it_up(home: Home) -> None:
    with pytest.raises(simcord.SetupError):
        await home.alice.slash(home.channel, "discovery now")


async def test_a_post_has_the_week_in_its_title(home: Home) -> None:
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")
    week = home.env.now().astimezone(UTC).isocalendar().week
    assert f"Week {week} ·" in posts(home)[0].text


async def said(home: Home, command: str, **options: object) -> Shown:
    """What an admin is told, privately."""
    answer = home.shown(await home.admin.slash(home.channel, f"discovery {command}", **options))
    assert answer.private
    return answer


async def test_a_preview_is_the_very_card_seen_by_one_alone_and_changes_nothing(home: Home) -> None:
    unset = home.shown(await home.admin.slash(home.channel, "discovery preview"))
    assert "/discovery channel" in unset.text
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    seen = await said(home, "preview")
    assert "Only you see it" in seen.text
    assert len(seen.titles) == 10
    assert all(part["disabled"] for part in seen.raw if part.get("custom_id"))
    assert posts(home) == []
    assert await home.app.store.posts.shown(since=0) == []
    await home.admin.slash(home.channel, "discovery now")
    # Most songs are the same: a few are drawn.
    assert len({*posts(home)[0].titles} & {*seen.titles}) > 5


async def test_a_pause_ends_by_itself_or_when_an_admin_says_so(home: Home) -> None:
    soon = home.env.now() + timedelta(hours=2)
    await set_up(home, soon)
    assert "until you say" in (await said(home, "pause")).text
    await home.later(3 * HOUR)
    assert posts(home) == []
    assert "come again" in (await said(home, "resume")).text
    assert "Paused. The next weekly post comes" in (await said(home, "pause", weeks=1)).text
    await home.later(24 * HOUR)
    assert posts(home) == []
    await home.later((soon + timedelta(days=14) - home.env.now()).total_seconds())
    assert len(posts(home)) == 1
    assert "paused" in (await said(home, "history")).text


async def test_a_week_is_skipped_and_brought_back_by_a_button_as_often_as_it_is_pressed(home: Home) -> None:
    soon = home.env.now() + timedelta(hours=2)
    await set_up(home, soon)
    skipped = await said(home, "skip")
    assert f"week {soon.isocalendar().week} is left out" in skipped.text
    await home.later(3 * HOUR)
    assert posts(home) == []
    assert "An admin skipped it" in (await said(home, "history")).text
    back = home.shown(await home.press(home.admin, skipped, week_of(soon.date())))
    assert "It comes all the same" in back.text
    await home.later(60)
    assert len(posts(home)) == 1


async def test_a_skipped_week_that_is_over_is_not_promised_again(home: Home) -> None:
    soon = home.env.now() + timedelta(hours=2)
    await set_up(home, soon)
    skipped = await said(home, "skip")
    await home.later(4 * 24 * HOUR)
    back = home.shown(await home.press(home.admin, skipped, week_of(soon.date())))
    assert "There is nothing to bring back" in back.text
    await home.later(60)
    assert posts(home) == []
    assert "An admin skipped it" in (await said(home, "history")).text


async def test_history_links_to_the_posts_and_turns_its_pages(home: Home) -> None:
    assert "No post was made yet" in (await said(home, "history")).text
    await set_up(home, home.env.now() + timedelta(hours=1))
    await home.later(2 * HOUR)
    for _ in range(9):
        await home.later(7 * 24 * HOUR)
    first = await said(home, "history")
    assert f"https://discord.com/channels/{home.guild.id}/{home.channel.id}/" in first.text
    assert "page 1 of 2" in first.text
    turned = home.shown(await home.press(home.admin, first, "weeks:v1:1:n"))
    assert "page 2 of 2" in turned.text
    assert "to the post" in turned.text


async def test_a_deleted_channel_is_told_at_once_and_another_one_gets_the_post(home: Home) -> None:
    gone = home.guild.create_text_channel("gone")
    soon = home.env.now() + timedelta(hours=1)
    await home.admin.slash(
        home.channel, "discovery channel", channel=gone, weekday=soon.weekday(), hour=soon.hour
    )
    home.env.backend.delete_channel(gone.id)
    await home.later(2 * HOUR)
    told = [Shown(message).text for message in home.admin.user.dm_channel.history()]
    assert len(told) == 1
    assert "The channel was deleted" in told[0]
    again = home.shown(await home.admin.slash(home.channel, "discovery channel", channel=home.channel))
    assert f"on {soon:%A} at {soon.hour:02d}:00" in again.text, "only the channel was named"
    assert "Posted in" in (await said(home, "now")).text
    assert len(posts(home)) == 1


async def test_without_read_message_history_nobody_guesses(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)

    async def crash(*_: object) -> None:
        raise StoreBusy("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(type(home.app.store.runs), "confirm", crash)
        await home.admin.slash(home.channel, "discovery now")
    unread = discord.Permissions(read_message_history=True).value
    nobody_reads = Overwrite(home.guild.default_role.id, OverwriteType.ROLE, deny=unread)
    home.env.backend.set_overwrite(home.channel.id, nobody_reads)
    week = week_of(home.env.now().date())
    await home.later(LEASE)
    assert await state(home, week) is RunState.UNSURE
    assert len(posts(home)) == 1
    assert "not known whether it is in" in (await said(home, "history")).text


async def test_the_nonce_is_enforced(home: Home) -> None:
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)
    await home.admin.slash(home.channel, "discovery now")
    [body] = [
        each.json
        for each in home.env.http_requests
        if each.method == "POST" and each.path == f"/channels/{home.channel.id}/messages" and each.json
    ]
    assert body["enforce_nonce"] is True
    assert body["nonce"] == f"{home.guild.id:x}-{week_of(home.env.now().date())}"
