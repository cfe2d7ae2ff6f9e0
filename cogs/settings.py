"""``/settings``: one private panel; all state is in the store, so panels of any age can be pressed."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards import ids
from bot.cards.settings import MOST_LOGGED, Panel, changed_text, settings_card
from bot.cards.song import Card
from bot.cards.trouble import trouble
from bot.client import Interaction, Segue
from bot.errors import ChannelGone, SegueError, StaleChoice, StoreError
from bot.store.arranged import PAGES, WEEKLY, page_of
from bot.store.records import ChannelId, SettingChange
from bot.text import say
from cogs.asking import think, where
from cogs.governing import Governed, check_posting, propose, server_of

FIRST = next(iter(PAGES))


class SettingsCog(commands.Cog, name="Settings"):
    """Opens the panel; what is pressed on it is answered below."""

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @app_commands.command(description=say("command.settings"))
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def settings(self, interaction: Interaction) -> None:
        """Show the first page."""
        await think(interaction, private=True)
        card = await drawn(interaction, FIRST)
        await interaction.edit_original_response(view=card.view)


async def drawn(interaction: Interaction, page: str, note: str = "") -> Card:
    """A page as it is now; one that this version does not know is the first."""
    if page not in PAGES:
        page, note = FIRST, note or say("settings.old")
    app, server = interaction.client.app, where(interaction).server
    arranged = await app.arranging.of(server)
    known = [*arranged.chosen.channels, *([arranged.discovery.channel] if arranged.discovery else [])]
    guild = server_of(interaction)
    reading = {"presence": app.settings.presence, "links": app.settings.links}
    panel = Panel(
        arranged,
        there=frozenset(each for each in known if guild.get_channel(each) is not None),
        sources=app.sources.names,
        reading=frozenset(what for what, on in reading.items() if on),
        now=discord.utils.utcnow().timestamp(),
        log=await app.arranging.log(server, MOST_LOGGED) if page == "log" else (),
        note=note,
    )
    return settings_card(page, panel, interaction.client.command_mention)


class PageMenu(Governed, template=ids.SETTINGS):
    """Another page."""

    async def governed(self, interaction: Interaction) -> None:
        """Show it in the same message."""
        await interaction.response.defer()
        values = self.values(interaction)
        page = self.match["page"] or (values[0] if values else FIRST)
        note = "" if self.match["version"] == ids.SETTINGS_VERSION else say("settings.old")
        await interaction.edit_original_response(view=(await drawn(interaction, page, note)).view)


class SettingItem(Governed, template=ids.SETTING):
    """A menu or a switch of the panel."""

    async def governed(self, interaction: Interaction) -> None:
        """Change the setting, and show the page with what changed, or with what is wrong."""
        await interaction.response.defer()
        setting = self.match["setting"]
        values = [self.match["value"]] if self.match["value"] else self.values(interaction)
        try:
            if self.match["version"] != ids.SETTINGS_VERSION:
                raise StaleChoice("The panel is from another version.")
            note = "✅ " + changed_text(await change(interaction, setting, values))
        except StaleChoice:
            note = say("settings.old")
        except StoreError:
            raise
        except SegueError as error:
            note = "❗ " + trouble(error, command=interaction.client.command_mention)[0]
        await interaction.edit_original_response(view=(await drawn(interaction, page_of(setting), note)).view)


async def change(interaction: Interaction, setting: str, values: Sequence[str]) -> list[SettingChange]:
    """Change one setting to what was chosen.

    Raises:
        StaleChoice: there is no such setting or value.
        ChannelGone, ChannelClosed: a channel does not exist any more, or Segue may not post there.
        DiscoveryNotSet: there is no weekly post.
    """
    app, asked, guild = interaction.client.app, where(interaction), server_of(interaction)
    match setting:
        case "discovery.channel":
            if len(values) != 1 or not values[0].isdecimal():
                raise StaleChoice("One channel is chosen.")
            channel = ChannelId(int(values[0]))
            check_posting(guild, channel)
            return await app.arranging.point(asked.server, asked.member, channel, propose(interaction, None))
        case "channels":
            if any(not each.isdecimal() or guild.get_channel(int(each)) is None for each in values):
                raise ChannelGone("A channel is gone.")
        case "sources_off":
            # The menu has those that are asked; of those that the operator has not switched on now nothing changes.
            offered = app.sources.names
            if any(each not in offered for each in values):
                raise StaleChoice("A service is not asked any more.")
            before = app.choices.server(asked.server).sources_off
            off = [each for each in offered if each not in values]
            values = [*off, *(each for each in before if each not in offered)]
        case _:
            pass
    return await app.arranging.change(asked.server, asked.member, setting, values)


class ResetButton(Governed, template=ids.SETTINGS_RESET):
    """Everything on a page as it was before anybody changed it."""

    async def governed(self, interaction: Interaction) -> None:
        """Change it, and show what changed."""
        await interaction.response.defer()
        page, asked = self.match["page"], where(interaction)
        app = interaction.client.app
        known = self.match["version"] == ids.SETTINGS_VERSION and page in PAGES
        note = say("settings.old")
        if known and (not _weekly(page) or await app.weekly.settings(asked.server) is not None):
            changes = await app.arranging.reset(asked.server, asked.member, PAGES[page])
            note = "✅ " + changed_text(changes)
        await interaction.edit_original_response(view=(await drawn(interaction, page, note)).view)


def _weekly(page: str) -> bool:
    return any(setting.startswith(WEEKLY) for setting in PAGES[page])


ITEMS = (PageMenu, SettingItem, ResetButton)


async def setup(bot: Segue) -> None:
    """Add the cog and let the bot answer its panel."""
    await bot.add_cog(SettingsCog(bot))
    bot.add_dynamic_items(*ITEMS)


async def teardown(bot: Segue) -> None:
    """Answer it no more; the cog goes by itself."""
    bot.remove_dynamic_items(*ITEMS)
