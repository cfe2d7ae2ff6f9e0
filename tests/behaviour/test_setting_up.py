"""`/setup`, from its first step to the first post, forwards and back."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
import simcord

from bot.store.records import ServerId
from bot.text import say
from tests.behaviour.conftest import Home, restart
from tests.behaviour.joining import bot_role, closed_to_us
from tests.behaviour.reading import Shown
from tests.behaviour.test_languages import speaks


def posts(home: Home, channel: simcord.ChannelHandle | None = None) -> list[Shown]:
    """The weekly posts in a channel."""
    where = channel or home.channel
    return [shown for message in where.history() if "new to you all" in (shown := Shown(message)).text]


async def opened(home: Home, who: simcord.MemberActor | None = None) -> Shown:
    """The first step."""
    return home.shown(await (who or home.admin).slash(home.channel, "setup"))


async def step(home: Home, shown: Shown, name: str, who: simcord.MemberActor | None = None) -> Shown:
    """Press what leads to a step."""
    pressed = await (who or home.admin).click(shown.message, custom_id=shown.button_of(f"setup:v1:{name}:"))
    return home.shown(pressed)


async def chosen(home: Home, shown: Shown, what: str, value: object) -> Shown:
    """Choose in one of the menus of the second step."""
    menu = shown.button_of(f"setup:v1:menu:{what}:")
    return home.shown(await home.admin.select(shown.message, [value], custom_id=menu))


async def settings(home: Home) -> tuple[int, int, int, str] | None:
    """What is written down."""
    found = await home.app.weekly.settings(ServerId(home.guild.id))
    return None if found is None else (found.channel, found.weekday, found.hour, found.timezone)


async def test_four_steps_lead_to_the_first_post(home: Home) -> None:
    first = await opened(home)
    assert first.private
    assert "everything I need" in first.text
    place = await step(home, first, "place")
    assert f"<#{home.channel.id}>" in place.text
    assert "Friday 18:00" in place.text
    taste = await step(home, place, "taste")
    menus = home.shown(await home.press(home.admin, taste, "ts:v1:step:begin"))
    assert menus.private
    assert await settings(home) is None, "nothing is decided before the end"
    finish = await step(home, taste, "finish")
    done = await step(home, finish, "now")
    assert "Segue is set up" in done.text
    assert "Posted in" in done.text
    assert len(posts(home)) == 1
    assert await settings(home) == (home.channel.id, 4, 18, "America/New_York")


async def test_at_its_hour_means_at_its_hour(home: Home) -> None:
    soon = home.env.now() + timedelta(hours=3)
    shown = await step(home, await opened(home), "place")
    for what, value in (("weekday", soon.weekday()), ("hour", soon.hour), ("zone", "UTC")):
        shown = await chosen(home, shown, what, str(value))
    shown = await step(home, await step(home, shown, "taste"), "finish")
    done = await step(home, shown, "later")
    assert "The first post comes to" in done.text
    assert posts(home) == []
    await home.later(4 * 3600.0)
    assert len(posts(home)) == 1


async def test_an_hour_that_has_passed_is_next_weeks_before_and_after_the_end(home: Home) -> None:
    passed = home.env.now() - timedelta(hours=3)
    shown = await step(home, await opened(home), "place")
    for what, value in (("weekday", passed.weekday()), ("hour", passed.hour), ("zone", "UTC")):
        shown = await chosen(home, shown, what, str(value))
    shown = await step(home, await step(home, shown, "taste"), "finish")
    next_week = (passed + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    told = f"<t:{int(next_week.timestamp())}:F>"
    assert told in shown.text
    assert told in (await step(home, shown, "later")).text
    await home.later(3600.0)
    assert posts(home) == []


async def test_every_step_goes_back_and_keeps_what_was_chosen(home: Home) -> None:
    shown = await step(home, await opened(home), "place")
    shown = await chosen(home, shown, "hour", "7")
    shown = await step(home, await step(home, shown, "taste"), "finish")
    assert "7:00" in shown.text
    for name in ("taste", "place", "look", "place", "taste", "finish"):
        shown = await step(home, shown, name)
    assert "07:00" in shown.text
    back = await step(home, await step(home, shown, "later"), "finish")
    assert "07:00" in back.text


async def test_a_restart_in_the_middle_loses_nothing(home: Home) -> None:
    shown = await step(home, await opened(home), "place")
    shown = await chosen(home, shown, "weekday", "2")
    await restart(home)
    shown = await step(home, shown, "taste")
    await restart(home)
    shown = await step(home, await step(home, shown, "finish"), "later")
    assert "Segue is set up" in shown.text
    assert (await settings(home) or (0, 0))[1] == 2


async def test_what_the_admin_likes_is_counted_on_the_way_back(home: Home) -> None:
    taste = await step(home, await step(home, await opened(home), "place"), "taste")
    menus = home.shown(await home.press(home.admin, taste, "ts:v1:step:begin"))
    await home.admin.select(menus.message, ["dream pop", "ambient"], custom_id=menus.button("menu:genre:0"))
    again = await step(home, await step(home, taste, "place"), "taste")
    assert "chosen 2 so far" in again.text


async def test_missing_permissions_are_listed_and_looked_for_again(home: Home) -> None:
    role = home.env.backend.guilds[home.guild.id].roles[bot_role(home.guild).id]
    everyone = home.env.backend.guilds[home.guild.id].roles[home.guild.id]
    before = role.permissions, everyone.permissions
    lacking = discord.Permissions(attach_files=True, send_polls=True, add_reactions=True).value
    role.permissions, everyone.permissions = before[0] & ~lacking, before[1] & ~lacking
    announce_roles(home)
    first = await opened(home)
    assert "I lack: **Attach Files**" in first.text
    assert "Server Settings → Roles → Segue" in first.text
    assert "**Add Reactions**, **Create Polls**" in first.text
    role.permissions, everyone.permissions = before
    announce_roles(home)
    assert "everything I need" in (await step(home, first, "look")).text


def announce_roles(home: Home) -> None:
    """Have Discord tell of the roles as they are now."""
    home.env.backend.edit_guild(home.guild.id, {})


async def test_a_channel_by_its_name_in_any_language_comes_before_the_first(home: Home) -> None:
    for name in ("música-nueva", "bot-music"):
        home.guild.create_text_channel(name)
    place = await step(home, await opened(home), "place")
    assert f"<#{home.guild.channels['música-nueva'].id}>" in place.text


async def test_the_zone_follows_the_servers_language_or_else_the_admins(home: Home) -> None:
    speaks(home, home.admin, "ja")
    place = await step(home, await opened(home), "place")
    assert "Asia/Tokyo" in place.text
    home.env.backend.edit_guild(home.guild.id, {"preferred_locale": "de"})
    place = await step(home, await opened(home), "place")
    assert "Europe/Berlin" in place.text


async def test_where_segue_may_write_nowhere_it_says_so_and_waits(home: Home) -> None:
    with_nothing = home.env.create_guild("Closed", owner=home.admin.user)
    channel = with_nothing.create_text_channel("music", overwrites=closed_to_us(with_nothing))
    ada = with_nothing.add_member(home.admin.user)
    first = home.shown(await ada.slash(channel, "setup"))
    place = await step(home, first, "place", ada)
    assert "no channel in which I may post" in place.text
    onward = next(part for part in place.raw if part.get("custom_id", "").startswith("setup:v1:taste:"))
    assert onward["disabled"]
    menu = place.button_of("setup:v1:menu:channel:")
    picked = home.shown(await ada.select(place.message, [channel], custom_id=menu))
    assert "I lack: **Send Messages**" in picked.text
    assert next(p for p in picked.raw if p.get("custom_id", "").startswith("setup:v1:taste:"))["disabled"]


async def test_a_channel_deleted_meanwhile_leads_back_to_the_second_step(home: Home) -> None:
    other = home.guild.create_text_channel("new-music")
    shown = await step(home, await opened(home), "place")
    finish = await step(home, await step(home, shown, "taste"), "finish")
    home.env.backend.delete_channel(other.id)
    await home.env.settle()
    back = await step(home, finish, "now")
    assert "2 of 4" in back.text
    assert "That channel is gone" in back.text
    assert await settings(home) is None
    mended = await chosen(home, back, "channel", home.channel)
    done = await step(home, await step(home, await step(home, mended, "taste"), "finish"), "now")
    assert "Posted in" in done.text


async def test_fifty_presses_and_two_admins_make_one_post(home: Home) -> None:
    eve = home.guild.add_member(home.env.create_user("eve"), roles=[admins(home)])
    shown = {home.admin: await opened(home), eve: await opened(home, eve)}
    for who in (home.admin, eve):
        for name in ("place", "taste", "finish", "now"):
            shown[who] = await step(home, shown[who], name, who)
    assert "Posted in" in shown[home.admin].text
    for _ in range(12):
        for who in (home.admin, eve):
            shown[who] = await step(home, await step(home, shown[who], "finish", who), "now", who)
            assert "was made already" in shown[who].text
    assert len(posts(home)) == 1
    assert len(await home.app.store.choices.changes(ServerId(home.guild.id))) == 4


def admins(home: Home) -> simcord.RoleHandle:
    """A role that manages the server."""
    return home.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))


async def test_members_cannot_begin_and_an_admin_who_is_none_any_more_cannot_go_on(home: Home) -> None:
    with pytest.raises(simcord.SetupError):
        await home.alice.slash(home.channel, "setup")
    role = admins(home)
    eve = home.guild.add_member(home.env.create_user("eve"), roles=[role])
    place = await step(home, await opened(home, eve), "place", eve)
    home.env.backend.guilds[home.guild.id].members[eve.id].role_ids.clear()
    refused = await step(home, place, "taste", eve)
    assert refused.private
    assert "those who manage this server" in refused.text
    assert await settings(home) is None


async def test_set_up_again_it_starts_from_what_there_is_and_logs_what_changes(home: Home) -> None:
    await home.admin.slash(
        home.channel, "discovery channel", channel=home.channel, weekday=1, hour=9, timezone="Asia/Tokyo"
    )
    place = await step(home, await opened(home), "place")
    assert "Tuesday 09:00 · Asia/Tokyo" in place.text
    place = await chosen(home, place, "hour", "20")
    await step(home, await step(home, await step(home, place, "taste"), "finish"), "later")
    logged = await home.app.store.choices.changes(ServerId(home.guild.id))
    assert [(each.setting, each.before, each.after) for each in logged] == [("discovery.hour", 9, 20)]


@pytest.mark.parametrize("language", ["de", "es-ES", "fr", "pt-BR", "ja"])
async def test_it_speaks_the_admins_language(home: Home, language: str) -> None:
    speaks(home, home.admin, language)
    place = await step(home, await opened(home), "place")
    assert say("setup.place", language[:2]) in place.text
