"""`/settings`: every setting can be changed, is confirmed and logged, and really works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
import pytest
import simcord
from simcord.actors import (
    _component_interaction,  # pyright: ignore[reportPrivateUsage]
    _visible_message,  # pyright: ignore[reportPrivateUsage]
)

from bot.store.arranged import PAGES
from bot.store.records import MemberId, PostKind, ServerId, ServerSettings
from bot.text import CATALOGUES, say
from tests.behaviour.conftest import Home, restart
from tests.behaviour.joining import closed_to_us
from tests.behaviour.reading import Shown, parts
from tests.behaviour.test_languages import speaks

MOST_COMPONENTS, MOST_LETTERS = 40, 4_000


async def opened(home: Home, page: str = "when", who: simcord.MemberActor | None = None) -> Shown:
    """A page of the panel."""
    who = who or home.admin
    shown = home.shown(await who.slash(home.channel, "settings"))
    return shown if page == "when" else await turned(home, shown, page, who)


async def turned(home: Home, shown: Shown, page: str, who: simcord.MemberActor | None = None) -> Shown:
    """Turn to another page."""
    return home.shown(await (who or home.admin).select(shown.message, [page], custom_id="set:v1:page"))


async def changed(
    home: Home, shown: Shown, setting: str, *values: object, who: simcord.MemberActor | None = None
) -> Shown:
    """Choose in the menu of a setting."""
    chosen = await (who or home.admin).select(shown.message, values, custom_id=f"set:v1:to:{setting}")
    return home.shown(chosen)


async def pressed(home: Home, shown: Shown, ending: str, who: simcord.MemberActor | None = None) -> Shown:
    """Press a button of the panel."""
    return home.shown(await home.press(who or home.admin, shown, ending))


def chosen(home: Home) -> ServerSettings:
    """The server's settings."""
    return home.app.choices.server(ServerId(home.guild.id))


async def log(home: Home) -> list[tuple[str, Any, Any]]:
    """What was changed, newest first."""
    changes = await home.app.store.choices.changes(ServerId(home.guild.id), 200)
    return [(each.setting, each.before, each.after) for each in changes]


async def weekly(home: Home) -> None:
    """Have a weekly post."""
    await home.admin.slash(home.channel, "discovery channel", channel=home.channel)


def second_admin(home: Home) -> simcord.MemberActor:
    role = home.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return home.guild.add_member(home.env.create_user("eve"), roles=[role])


# ------------------------------------------------------------------------------ the panel


@pytest.mark.parametrize("language", CATALOGUES)
async def test_every_page_fits_and_speaks_the_admins_language(home: Home, language: str) -> None:
    await weekly(home)
    speaks(home, home.admin, "pt-BR" if language == "pt" else language)
    shown = await opened(home)
    for page in PAGES:
        shown = await turned(home, shown, page)
        assert shown.private
        assert say("settings.title", language, page=say(f"settings.page.{page}", language)) in shown.text
        assert len(shown.raw) <= MOST_COMPONENTS, page
        assert len(shown.text) <= MOST_LETTERS


async def test_each_change_says_what_it_was_and_stands_in_the_log(home: Home) -> None:
    shown = await changed(home, await opened(home, "answers"), "dial", "adventurous")
    assert "**How far from what one knows** · adventurous, before: balanced" in shown.text
    again = await changed(home, shown, "dial", "adventurous")
    assert "Nothing has changed" in again.text
    shown = await turned(home, again, "log")
    assert f"balanced → adventurous · <@{home.admin.id}>" in shown.text
    assert await log(home) == [("dial", "balanced", "adventurous")]
    await restart(home)
    assert chosen(home).dial == "adventurous"


async def test_the_log_of_a_new_server_is_empty_and_says_so(home: Home) -> None:
    assert "Nothing was changed yet" in (await opened(home, "log")).text


async def test_back_to_defaults_changes_what_is_on_the_page_alone(home: Home) -> None:
    shown = await opened(home, "answers")
    for setting, value in (("dial", "familiar"), ("length", "9"), ("little_known", "30")):
        shown = await changed(home, shown, setting, value)
    await changed(home, await turned(home, shown, "languages"), "language", "de")
    shown = await pressed(home, await opened(home, "answers"), "reset:answers")
    assert shown.text.count("Changed:") == 3
    assert chosen(home) == ServerSettings(language="de")
    assert "Nothing has changed" in (await pressed(home, shown, "reset:answers")).text


# ------------------------------------------------------------------------ the weekly post


async def test_without_a_weekly_post_a_channel_begins_one(home: Home) -> None:
    shown = await opened(home)
    assert "no weekly post yet" in shown.text
    for page in ("what", "when"):
        shown = await turned(home, shown, page)
    shown = await changed(home, shown, "discovery.channel", home.channel)
    assert "before: nothing" in shown.text
    settings = await home.app.weekly.settings(ServerId(home.guild.id))
    assert settings is not None
    assert (settings.channel, settings.weekday, settings.hour) == (home.channel.id, 4, 18)


async def test_everything_about_the_weekly_post_can_be_changed_on_its_own(home: Home) -> None:
    await weekly(home)
    shown = await opened(home)
    other = home.guild.create_text_channel("new-music")
    for setting, value in (
        ("discovery.channel", other),
        ("discovery.weekday", "0"),
        ("discovery.hour", "7"),
        ("discovery.timezone", "Asia/Tokyo"),
        ("discovery.paused_until", "2"),
    ):
        shown = await changed(home, shown, setting, value)
        assert "Changed:" in shown.text, setting
    shown = await turned(home, shown, "what")
    for setting, values in (
        ("discovery.count", ["20"]),
        ("discovery.dial", ["familiar"]),
        ("discovery.parts", ["finds", "all"]),
        ("discovery.language", ["fr"]),
    ):
        shown = await changed(home, shown, setting, *values)
        assert "Changed:" in shown.text, setting
    shown = await pressed(home, shown, "to:discovery.poll:on")
    assert "for all of us, finds of this server" in (await turned(home, shown, "log")).text
    found = await home.app.weekly.settings(ServerId(home.guild.id))
    assert found is not None
    assert (found.channel, found.weekday, found.hour, found.timezone) == (other.id, 0, 7, "Asia/Tokyo")
    assert (found.count, found.dial, [part.value for part in found.parts]) == (
        20,
        "familiar",
        ["all", "finds"],
    )
    assert (found.poll, found.language) == (True, "fr")
    assert found.paused_until == home.env.now().timestamp() + 14 * 24 * 3600
    assert len(await log(home)) == 10
    shown = await pressed(home, await opened(home), "reset:when")
    assert "comes every week, before: paused until" in shown.text


async def test_fifty_presses_of_a_switch_are_one_change(home: Home) -> None:
    await weekly(home)
    shown = await opened(home, "what")
    for _ in range(25):
        data = {"custom_id": "set:v1:to:discovery.poll:on", "component_type": 2}
        await raw_press(home, shown, data)
    assert [each[0] for each in await log(home)] == ["discovery.poll"]


async def raw_press(home: Home, shown: Shown, data: dict[str, Any]) -> simcord.InteractionResult:
    """Press what stood on a panel once, or stands on one of another version, whatever stands there now."""
    stored = _visible_message(home.admin, shown.message)
    if not any(part.get("custom_id") == data["custom_id"] for part in parts(stored.components)):
        menu = next(part for part in parts(stored.components) if part.get("custom_id") == "set:v1:page")
        menu["custom_id"] = data["custom_id"]
    return await _component_interaction(home.admin, stored, data)


async def test_a_channel_where_segue_may_not_post_is_refused_with_what_is_missing(home: Home) -> None:
    await weekly(home)
    closed = home.guild.create_text_channel("closed", overwrites=closed_to_us(home.guild))
    shown = await changed(home, await opened(home), "discovery.channel", closed)
    assert "I lack: **Send Messages**" in shown.text
    hidden = discord.PermissionOverwrite(view_channel=False)
    secret = home.guild.create_text_channel("secret", overwrites=closed_to_us(home.guild, hidden))
    shown = await changed(home, shown, "discovery.channel", secret)
    assert "**View Channel**" in shown.text
    assert await log(home) == []


async def test_a_deleted_channel_is_told_and_another_can_be_chosen(home: Home) -> None:
    other = home.guild.create_text_channel("new-music")
    await home.admin.slash(home.channel, "discovery channel", channel=other)
    before = await opened(home)
    home.env.backend.delete_channel(other.id)
    await home.env.settle()
    data = {"custom_id": "set:v1:to:discovery.channel", "component_type": 8, "values": [str(other.id)]}
    gone = home.shown(await raw_press(home, before, {**data, "resolved": {}}))
    assert "That channel is gone" in gone.text
    shown = await opened(home)
    assert "was deleted" in shown.text
    shown = await changed(home, shown, "discovery.channel", home.channel)
    assert "was deleted" not in shown.text


# --------------------------------------------------------------------- what settings do


async def test_the_default_dial_and_length_count_where_nobody_says_otherwise(home: Home) -> None:
    assert len(home.shown(await home.alice.slash(home.channel, "recommend")).titles) == 4
    shown = await changed(home, await opened(home, "answers"), "dial", "adventurous")
    await changed(home, shown, "length", "3")
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert len(card.titles) == 3
    assert "adventurous" in card.text
    song = home.shown(await home.press(home.alice, card, ":1:listen"))
    like_it = home.shown(
        await home.press(home.alice, song, next(i for i in song.ids if i.startswith("from:")))
    )
    assert len(like_it.titles) == 3
    assert "adventurous" in like_it.text
    said = home.shown(await home.alice.slash(home.channel, "recommend", dial="familiar", count=2))
    assert len(said.titles) == 2
    assert "familiar" in said.text
    await home.alice.slash(home.channel, "daily")
    server, member = ServerId(home.guild.id), MemberId(home.alice.id)
    post = await home.app.store.posts.latest(PostKind.DAILY, server, member)
    assert post is not None
    assert post.query["dial"] == "adventurous"


async def test_a_servers_own_language_holds_for_all_cards_and_the_weekly_post(home: Home) -> None:
    await weekly(home)
    shown = await changed(home, await opened(home, "languages"), "language", "de")
    assert "Deutsch" in shown.text
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert say("card.for", "de", name=f"<@{home.alice.id}>") in card.text
    await home.admin.slash(home.channel, "discovery now")
    assert "neu für euch alle" in home.last().text
    await changed(home, await opened(home, "languages"), "language", "none")
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert say("card.for", "en", name=f"<@{home.alice.id}>") in card.text


async def test_commands_are_answered_in_chosen_channels_and_their_threads_alone(home: Home) -> None:
    lounge = home.guild.create_text_channel("lounge")
    await changed(home, await opened(home, "channels"), "channels", home.channel)
    refused = home.shown(await home.alice.slash(lounge, "recommend"))
    assert refused.private
    assert f"commands belong in <#{home.channel.id}>" in refused.text
    card = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert card.titles
    written = await home.bob.send(lounge, "hello")
    menu = home.shown(await home.alice.context_menu(lounge, "Like this song", written))
    assert menu.private
    assert "commands belong in" in menu.text
    for command in ("settings", "setup"):
        assert home.shown(await home.admin.slash(lounge, command)).private
    freed = await changed(home, await opened(home, "channels"), "channels")
    assert "· everywhere" in freed.text
    assert home.shown(await home.alice.slash(lounge, "recommend")).titles


async def test_threads_belong_to_their_channel(home: Home) -> None:
    await changed(home, await opened(home, "channels"), "channels", home.channel)
    await home.alice.slash(home.channel, "radio play", thread=True)
    (thread,) = home.channel.threads
    assert home.shown(await home.alice.slash(thread, "recommend")).titles


async def test_where_the_chosen_channel_is_deleted_everything_is_allowed_again(home: Home) -> None:
    music = home.guild.create_text_channel("songs")
    await changed(home, await opened(home, "channels"), "channels", music)
    assert "commands belong in" in home.shown(await home.alice.slash(home.channel, "recommend")).text
    home.env.backend.delete_channel(music.id)
    await home.env.settle()
    assert home.shown(await home.alice.slash(home.channel, "recommend")).titles


async def test_channels_that_a_member_cannot_see_are_not_named(home: Home) -> None:
    hidden = discord.PermissionOverwrite(view_channel=False)
    secret = home.guild.create_text_channel("secret", overwrites={home.guild.default_role: hidden})
    await changed(home, await opened(home, "channels"), "channels", secret)
    refused = home.shown(await home.alice.slash(home.channel, "recommend"))
    assert str(secret.id) not in refused.text
    assert "Ask an admin" in refused.text


async def test_without_music_services_the_page_says_so(home: Home) -> None:
    assert "switched on no music services" in (await opened(home, "sources")).text


async def test_privacy_is_stored_and_what_is_off_is_not_offered_to_members(home: Home) -> None:
    shown = await changed(home, await opened(home, "privacy"), "retention_days", "90")
    assert "90 days, before: as long as Segue is here" in shown.text
    shown = await pressed(home, shown, "to:presence:off")
    shown = await pressed(home, shown, "to:links:off")
    assert (chosen(home).retention_days, chosen(home).presence, chosen(home).links) == (90, False, False)
    refused = home.shown(await home.alice.slash(home.channel, "nowplaying", turn="on"))
    assert "don't want it read" in refused.text
    off = home.shown(await home.alice.slash(home.channel, "nowplaying", turn="off"))
    assert "don't want it read" not in off.text


# --------------------------------------------------------------------------- bad input


async def test_two_admins_never_lose_each_others_changes(home: Home) -> None:
    await weekly(home)
    eve = second_admin(home)
    mine, hers = await opened(home, "what"), await opened(home, "what", eve)
    await changed(home, mine, "discovery.count", "15")
    shown = await changed(home, hers, "discovery.dial", "familiar", who=eve)
    found = await home.app.weekly.settings(ServerId(home.guild.id))
    assert found is not None
    assert (found.count, found.dial) == (15, "familiar")
    shown = await turned(home, shown, "answers", eve)
    mine = await turned(home, mine, "answers")
    await changed(home, mine, "length", "6")
    await changed(home, shown, "length", "7", who=eve)
    assert chosen(home).length == 7
    assert [each[0] for each in await log(home)] == [
        "length",
        "length",
        "discovery.dial",
        "discovery.count",
    ]


async def test_who_is_no_admin_any_more_changes_nothing(home: Home) -> None:
    eve = second_admin(home)
    shown = await opened(home, "answers", eve)
    home.env.backend.guilds[home.guild.id].members[eve.id].role_ids.clear()
    for refused in (
        await changed(home, shown, "dial", "familiar", who=eve),
        await turned(home, shown, "log", eve),
        await pressed(home, shown, "reset:answers", eve),
    ):
        assert refused.private
        assert "those who manage this server" in refused.text
    assert await log(home) == []


async def test_members_cannot_open_it(home: Home) -> None:
    with pytest.raises(simcord.SetupError):
        await home.alice.slash(home.channel, "settings")


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("set:v0:to:dial", ["familiar"]),
        ("set:v2:to:something_else", ["x"]),
        ("set:v1:to:not_yet_known", ["x"]),
        ("set:v1:to:dial", ["loudest"]),
        ("set:v1:to:length", ["9999"]),
        ("set:v1:to:length", []),
        ("set:v1:to:discovery.timezone", ["Middle-earth/Shire"]),
        ("set:v1:to:discovery.parts", ["all", "nonsense"]),
        ("set:v1:to:sources_off", ["spotify"]),
        ("set:v1:page", ["page_of_tomorrow"]),
        ("set:v7:page", ["log"]),
        ("set:v1:reset:page_of_tomorrow", []),
    ],
)
async def test_a_panel_of_another_version_shows_what_is_and_changes_nothing(
    home: Home, custom_id: str, values: Sequence[str]
) -> None:
    await weekly(home)
    shown = await opened(home)
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": 3, "values": list(values)}
    answer = home.shown(await raw_press(home, shown, data))
    assert "out of date" in answer.text
    assert await log(home) == []
