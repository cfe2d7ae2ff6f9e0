"""What members can do besides slash commands and buttons: menus, selects, modals, messages, subcommands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from tests.openapi import DOCUMENT, Judge
from tests.wire.standin import WireDiscord


class Jump(ui.Modal, title="Jump"):
    page: ui.TextInput[Any] = ui.TextInput(label="Page", custom_id="page")

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"page {self.page.value}")


class Choose(ui.View):
    @ui.select(custom_id="song", options=[discord.SelectOption(label="Roads", value="3")])
    async def song(self, interaction: discord.Interaction[Any], select: ui.Select[Any]) -> None:
        await interaction.response.edit_message(content=f"chose {select.values[0]}", view=None)

    @ui.button(custom_id="jump", label="Jump")
    async def jump(self, interaction: discord.Interaction[Any], button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Jump(custom_id="jumping"))

    @ui.button(custom_id="quiet", label="Quiet")
    async def quiet(self, interaction: discord.Interaction[Any], button: ui.Button[Any]) -> None:
        await interaction.response.defer()


class Bot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.01)
        self.tree = app_commands.CommandTree(self)
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        settings: Any = app_commands.Group(name="settings", description="of this server")

        @settings.command(name="channel", description="where to post")
        async def where(
            interaction: discord.Interaction[Any], channel: discord.TextChannel, by: discord.Member
        ) -> None:
            await interaction.response.send_message(
                f"{channel.name} by {by.display_name}", view=Choose(timeout=None)
            )

        @self.tree.context_menu(name="Repeat")
        async def repeat(interaction: discord.Interaction[Any], message: discord.Message) -> None:
            await interaction.response.send_message(message.content)

        @self.tree.context_menu(name="Who")
        async def who(interaction: discord.Interaction[Any], member: discord.Member) -> None:
            await interaction.response.send_message(member.display_name)

        self.tree.add_command(settings)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            self.heard.put_nowait(message.content)

    async def on_presence_update(self, before: discord.Member, after: discord.Member) -> None:
        self.heard.put_nowait(f"{after.display_name} hears {after.activity and after.activity.name}")


@pytest.fixture
async def home() -> AsyncGenerator[tuple[WireDiscord, Bot]]:
    judge = Judge.load() if DOCUMENT.exists() else None
    async with WireDiscord(judge) as discord_:
        guild = discord_.add_guild("home")
        guild.add_channel("music")
        guild.add_member("alice", admin=True)
        with discord_.routed():
            async with Bot() as bot:
                task = asyncio.create_task(bot.start("token"))
                await discord_.ready()
                yield discord_, bot
                await bot.close()
                await task
        assert discord_.refusals == []
        assert discord_.rest.unknown == []


async def test_it_all(home: tuple[WireDiscord, Bot]) -> None:
    discord_, bot = home
    (guild,) = discord_.world.guilds.values()
    (channel,), alice = guild.channels, list(guild.members.values())[1]

    with pytest.raises(LookupError, match="needs a subcommand"):
        await discord_.slash(alice, channel, "settings")
    with pytest.raises(LookupError, match=r"needs \['by'\]"):
        await discord_.slash(alice, channel, "settings channel", {"channel": channel})
    done = await discord_.slash(alice, channel, "settings channel", {"channel": channel, "by": alice})
    assert done.text.splitlines() == ["music by alice", "Jump", "Quiet"]
    message = done.response_message
    assert message is not None

    quiet = await discord_.press(alice, message, "quiet", until="acknowledged")
    assert quiet.callback_type == 6
    assert not quiet.answered

    asked = await discord_.press(alice, message, "jump")
    assert asked.modal is not None
    assert (await discord_.submit(alice, asked, {"page": "7"})).text == "page 7"

    chosen = await discord_.press(alice, message, "song", ["3"])
    assert chosen.response_message is message
    assert message.text == "chose 3"

    said = await discord_.say(alice, channel, "hello")
    assert await asyncio.wait_for(bot.heard.get(), 20) == "hello"
    assert (await discord_.menu(alice, channel, "Repeat", said)).text == "hello"
    assert (await discord_.menu(alice, channel, "Who", alice)).text == "alice"

    await discord_.presence(alice, [{"type": 2, "name": "Roads", "id": "x", "created_at": 0}])
    assert await asyncio.wait_for(bot.heard.get(), 20) == "alice hears Roads"


async def test_members_are_told_to_a_bot_that_may_know_them(home: tuple[WireDiscord, Bot]) -> None:
    discord_, bot = home
    await asyncio.wait_for(bot.wait_until_ready(), 20)
    (guild,) = discord_.world.guilds.values()
    known = bot.get_guild(guild.id)
    assert known is not None
    assert {member.name for member in known.members} == {"stand-in", "alice"}
    joining = asyncio.create_task(bot.wait_for("member_join", timeout=20))
    await asyncio.wait([joining], timeout=0)
    guild.add_member("bob")
    assert (await joining).name == "bob"
