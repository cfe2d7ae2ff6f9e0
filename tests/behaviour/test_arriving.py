"""Segue comes into a server, introduces itself once, and leaves again."""

from __future__ import annotations

from bot.store.records import MemberId, ServerId
from bot.text import CATALOGUES, say
from tests.behaviour.conftest import Home, restart
from tests.behaviour.joining import announce, build, greetings, unheard

DAY = 24 * 3600.0


async def test_it_says_what_it_does_and_what_it_reads_where_it_may_write(home: Home) -> None:
    guild = build(home, {"closed": False, "lobby": True, "music": True})
    await announce(home, guild)
    assert {name: len(greetings(channel)) for name, channel in guild.channels.items()} == {
        "closed": 0,
        "lobby": 1,
        "music": 0,
    }
    (greeting,) = greetings(guild.channels["lobby"])
    assert not greeting.private
    assert len([line for line in greeting.text.splitlines() if line and line[0] in "🎧👀🙈"]) == 3
    assert "I don't read your messages" in greeting.text


async def test_discords_own_channel_comes_first(home: Home) -> None:
    guild = build(home, {"lobby": True, "welcome": True}, system="welcome")
    await announce(home, guild)
    assert len(greetings(guild.channels["welcome"])) == 1
    assert greetings(guild.channels["lobby"]) == []


async def test_where_it_may_write_nowhere_nothing_is_said(home: Home) -> None:
    guild = build(home, {"one": False, "two": False})
    await announce(home, guild)
    assert not any(greetings(channel) for channel in guild.channels.values())


async def test_a_channel_that_refuses_leads_to_the_next(home: Home) -> None:
    guild = build(home, {"lobby": True, "music": True})
    path = f"/channels/{guild.channels['lobby'].id}/messages"
    home.env.inject_error("POST", path, status=403, code=50013)
    await announce(home, guild)
    assert len(greetings(guild.channels["music"])) == 1


async def test_after_an_error_of_discords_nothing_is_said_twice(home: Home) -> None:
    guild = build(home, {"lobby": True, "music": True})
    path = f"/channels/{guild.channels['lobby'].id}/messages"
    home.env.inject_error("POST", path, status=400, code=50035)
    await announce(home, guild)
    assert not any(greetings(channel) for channel in guild.channels.values())


async def test_told_again_or_started_again_it_says_nothing_more(home: Home) -> None:
    guild = build(home, {"lobby": True})
    for _ in range(3):
        await announce(home, guild)
    await restart(home)
    await restart(home)
    await announce(home, guild)
    assert len(greetings(guild.channels["lobby"])) == 1


async def test_a_server_that_came_while_it_was_away_is_greeted_at_the_next_start(home: Home) -> None:
    guild = build(home, {"lobby": True})
    await restart(home)
    await restart(home)
    assert len(greetings(guild.channels["lobby"])) == 1


async def test_a_server_that_has_known_it_for_long_is_not(home: Home) -> None:
    guild = build(home, {"lobby": True})
    home.env.backend.clock.advance(3 * DAY)
    await restart(home)
    await announce(home, guild)
    assert greetings(guild.channels["lobby"]) == []


async def test_added_again_it_introduces_itself_again_and_leaving_is_noted(home: Home) -> None:
    guild = build(home, {"lobby": True})
    server = ServerId(guild.id)
    await announce(home, guild)
    home.env.backend.emit("GUILD_DELETE", {"id": str(guild.id)})
    await home.env.settle()
    assert await home.app.store.servers.gone() == {server: home.env.now().timestamp()}
    await announce(home, guild)
    assert await home.app.store.servers.gone() == {}
    assert len(greetings(guild.channels["lobby"])) == 2


async def test_a_server_that_was_left_while_it_was_away_is_noted_at_the_next_start(home: Home) -> None:
    guild = build(home, {"lobby": True})
    await announce(home, guild)
    with unheard(home):
        home.env.backend.remove_guild(guild.id)
    await restart(home)
    assert set(await home.app.store.servers.gone()) == {ServerId(guild.id)}


async def test_a_server_that_is_down_has_not_been_left(home: Home) -> None:
    guild = build(home, {"lobby": True})
    await announce(home, guild)
    home.env.backend.emit("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})
    await home.env.settle()
    assert await home.app.store.servers.gone() == {}


async def test_it_speaks_the_servers_language(home: Home) -> None:
    for locale in ("de", "es-419", "fr", "pt-BR", "ja", "ko"):
        guild = build(home, {"lobby": True}, name=locale, locale=locale)
        await announce(home, guild)
        (greeting,) = greetings(guild.channels["lobby"])
        language = locale[:2] if locale[:2] in CATALOGUES else "en"
        assert say("arrive.title", language) in greeting.text


async def test_its_button_is_for_admins_and_kind_to_everybody_else(home: Home) -> None:
    guild = build(home, {"lobby": True})
    await announce(home, guild)
    owner, carol = guild.add_member(home.alice.user), guild.add_member(home.env.create_user("carol"))
    (greeting,) = greetings(guild.channels["lobby"])
    refused = home.shown(await home.press(carol, greeting, "begin"))
    assert refused.private
    assert "those who manage this server" in refused.text
    assert "/recommend" in refused.text
    begun = home.shown(await home.press(owner, greeting, "begin"))
    assert begun.private
    assert "1 of 4" in begun.text
    assert await home.app.weekly.settings(ServerId(guild.id)) is None
    assert await home.app.store.choices.changes(ServerId(guild.id)) == []
    assert MemberId(owner.id) != MemberId(carol.id)
