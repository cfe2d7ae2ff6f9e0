"""``/privacy``: what is kept of whoever asks, and what they want done about it; a page of its own for admins."""

from __future__ import annotations

from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.privacy import (
    Kept,
    deleted_card,
    export_text,
    privacy_card,
    reset_card,
    reset_done_card,
    server_card,
    sure_card,
    which_card,
)
from bot.cards.song import Card
from bot.client import Interaction, Segue
from bot.errors import NotReadHere
from bot.store.arranged import RESET
from bot.text import say
from bot.usecases.takeout import Parts
from cogs.asking import think, where
from cogs.buttons import Touched

FILE, SETTINGS_FILE = "segue-my-data", "segue-server-settings"
SMALLEST = 10 * 1024 * 1024
"""Bytes that Discord takes in any server."""


async def kept_of(interaction: Interaction) -> Kept:
    """What is kept of whoever asks."""
    asked, app = where(interaction), interaction.client.app
    found = await app.rights.summary(asked.server, asked.member)
    return Kept(
        here=found.here,
        everywhere=found.everywhere,
        plays=found.plays,
        accounts=found.accounts,
        choices=found.choices,
        presence=found.presence,
        presence_on=app.nowplaying.on,
        presence_allowed=app.choices.server(asked.server).presence,
    )


async def overview(interaction: Interaction) -> Card:
    """The first page."""
    return privacy_card(await kept_of(interaction), admin=interaction.permissions.manage_guild)


class PrivacyButton(Touched, template=ids.PRIVACY):
    """One's own data: the card is private, so whoever presses is whom it is about."""

    async def answer(self, interaction: Interaction) -> None:
        """Do it, and show how things are then in the same message."""
        action = self.match["action"]
        if action == "export":
            await self._export(interaction)
            return
        await interaction.response.defer()
        match action:
            case "delete":
                card = which_card()
            case "ask_here" | "ask_all":
                everywhere = action == "ask_all" or await self._alone(interaction)
                card = sure_card(await kept_of(interaction), everywhere=everywhere)
            case "do_here" | "do_all":
                card = await self._forget(interaction, everywhere=action == "do_all")
            case _:
                await self._choose(interaction, action)
                card = await overview(interaction)
        await interaction.edit_original_response(view=card.view)

    async def _choose(self, interaction: Interaction, action: str) -> None:
        asked, app = where(interaction), interaction.client.app
        match action:
            case "pause" | "learn":
                await app.rights.pause(asked.server, asked.member, paused=action == "pause")
            case "hide" | "name":
                await app.rights.hide(asked.server, asked.member, hidden=action == "hide")
            case "listen":
                if not app.choices.server(asked.server).presence:
                    raise NotReadHere("presence")
                await app.nowplaying.agree(asked.server, asked.member, visible=False)
            case "deafen":
                await app.nowplaying.refuse(asked.member, forget=False)
            case _:
                pass  # "me" only leads back

    async def _alone(self, interaction: Interaction) -> bool:
        """Whether this is the only server in which they are known: then what goes here is everything."""
        asked = where(interaction)
        return await interaction.client.app.rights.alone(asked.server, asked.member)

    async def _forget(self, interaction: Interaction, *, everywhere: bool) -> Card:
        asked, app = where(interaction), interaction.client.app
        gone = await app.rights.forget(asked.member, None if everywhere else asked.server)
        return deleted_card(gone.erased.deleted + gone.erased.unnamed, gone.until)

    async def _export(self, interaction: Interaction) -> None:
        asked, app = where(interaction), interaction.client.app
        await think(interaction, private=True)
        parts = await app.rights.export(
            asked.member, readme=say("privacy.readme"), largest=largest(interaction)
        )
        await hand_over(interaction, parts, FILE)


def largest(interaction: Interaction) -> int:
    """Bytes of a file that Discord takes here."""
    return interaction.guild.filesize_limit if interaction.guild else SMALLEST


async def hand_over(interaction: Interaction, parts: Parts, name: str) -> None:
    """Attach the files to the private answer, and to more of them where there are several."""
    count = len(parts.files)
    for number, data in enumerate(parts.files, start=1):
        mark = f"-{number}" if count > 1 else ""
        file = discord.File(BytesIO(data), filename=f"{name}{mark}.zip")
        if number == 1:
            told = export_text(sum(parts.rows.values()), count)
            await interaction.edit_original_response(content=told, attachments=[file])
        else:
            await interaction.followup.send(file=file, ephemeral=True)


def may_manage(interaction: Interaction) -> None:
    """See that whoever presses manages the server, now.

    Raises:
        MissingPermissions: they do not.
    """
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])


class ServerPrivacyButton(Touched, template=ids.SERVER_PRIVACY):
    """A server's data, for who manages it."""

    async def answer(self, interaction: Interaction) -> None:
        """Show, hand over, or delete after two questions."""
        may_manage(interaction)
        asked, app, action = where(interaction), interaction.client.app, self.match["action"]
        if action == "settings":
            await think(interaction, private=True)
            parts = await app.rights.export_settings(
                asked.server, readme=say("privacy.readme.server"), largest=largest(interaction)
            )
            await hand_over(interaction, parts, SETTINGS_FILE)
            return
        await interaction.response.defer()
        match action:
            case "reset" | "reset_again":
                card = reset_card(again=action == "reset_again")
            case "reset_now":
                gone = await app.rights.forget_server(asked.server, left=False)
                await app.choices.note(asked.server, asked.member, RESET)
                card = reset_done_card(gone.erased.deleted, gone.until)
            case _:
                card = server_card(app.choices.server(asked.server))
        await interaction.edit_original_response(view=card.view)


class RetentionMenu(Touched, template=ids.SERVER_RETENTION):
    """For how long a server's answers are kept."""

    async def answer(self, interaction: Interaction) -> None:
        """Write it down; what is older goes within a day."""
        may_manage(interaction)
        asked, app = where(interaction), interaction.client.app
        await interaction.response.defer()
        await app.arranging.change(asked.server, asked.member, "retention_days", self.values(interaction))
        card = server_card(app.choices.server(asked.server))
        await interaction.edit_original_response(view=card.view)


class PrivacyCog(commands.Cog, name="Privacy"):
    """The command."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.privacy"))
    @app_commands.guild_only()
    async def privacy(self, interaction: Interaction) -> None:
        """Show what is kept, to whoever asks alone."""
        await think(interaction, private=True)
        await interaction.edit_original_response(view=(await overview(interaction)).view)


ITEMS = (PrivacyButton, ServerPrivacyButton, RetentionMenu)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its cards."""
    await bot.add_cog(PrivacyCog(bot))
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer them no more; the cog goes by itself."""
    bot.remove_dynamic_items(*ITEMS)
