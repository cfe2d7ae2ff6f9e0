"""``/taste start``, ``show``, ``compare``, ``server`` and ``visible``: a taste begun, seen, and shared by consent."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.plain import safe
from bot.cards.portraits import (
    agreement_card,
    agreement_picture,
    map_card,
    map_picture,
    portrait_card,
    portrait_picture,
)
from bot.cards.tasting import STEPS, step_card
from bot.client import Interaction, Segue
from bot.errors import Refused
from bot.store.records import MemberId
from bot.text import say
from bot.usecases.portraits import FEWEST_ON_MAP, MOST_ON_MAP
from cogs.asking import Where, think, where

log = structlog.get_logger(__name__)

ON, OFF = "on", "off"
STATES = [app_commands.Choice(name=say(f"taste.visible.choice.{state}"), value=state) for state in (ON, OFF)]


class Portraits(commands.Cog):
    """The group ``/taste``, and the commands in it that look at tastes."""

    taste = app_commands.Group(name="taste", description=say("command.taste"), guild_only=True)

    def __init__(self, bot: Segue) -> None:
        self.bot = bot

    @taste.command(name="start", description=say("command.taste.start"))
    async def start(self, interaction: Interaction) -> None:
        """Ask what the member likes, step by step."""
        await think(interaction, private=True)
        await begin(interaction)

    @taste.command(name="show", description=say("command.taste.show"))
    @app_commands.describe(member=say("command.taste.show.member"))
    async def show(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """Show a taste to whoever asks: their own, or that of a member who lets others see it."""
        asked = where(interaction)
        await think(interaction, private=True)
        if member is not None and member.id != asked.member:
            await self._may_see(asked, member)
        await show_taste(interaction, asked, member or interaction.user)

    @taste.command(name="compare", description=say("command.taste.compare"))
    @app_commands.describe(member=say("command.taste.compare.member"))
    async def compare(self, interaction: Interaction, member: discord.User) -> None:
        """Lay two tastes beside each other, where the other one agreed."""
        asked, app = where(interaction), self.bot.app
        await think(interaction, private=True)
        if member.id == asked.member:
            raise Refused(say("taste.compare.yourself", show=self.bot.command_mention("taste show")))
        await self._may_see(asked, member)
        if await app.portraits.of(asked.server, asked.member) is None:
            raise nothing_to_show(interaction)
        compared = await app.portraits.compare(asked.server, asked.member, MemberId(member.id))
        if compared is None:
            raise Refused(say("taste.show.nothing.other", name=safe(member.display_name)))
        post = await app.portraits.given(asked.server, asked.member, asked.channel, compared.for_asker)
        names = interaction.user.display_name, member.display_name
        picture = await asyncio.to_thread(agreement_picture, names, compared, app.shelf)
        card = agreement_card(member.display_name, compared, post, app.shelf, picture)
        await interaction.edit_original_response(view=card.view, attachments=card.files)

    @taste.command(name="server", description=say("command.taste.server"))
    async def server(self, interaction: Interaction) -> None:
        """Draw the map of those who agreed, to whoever asks."""
        asked, app = where(interaction), self.bot.app
        await think(interaction, private=True)
        names = await self._named(interaction, await app.portraits.agreed(asked.server))
        visible = self.bot.command_mention("taste visible")
        if len(names) < FEWEST_ON_MAP:
            raise Refused(say("taste.server.few", n=len(names), visible=visible))
        mapped = await app.portraits.map(asked.server, names)
        title = interaction.guild.name if interaction.guild else ""
        picture = await asyncio.to_thread(map_picture, title, names, mapped)
        card = map_card(names, mapped, picture, visible)
        await interaction.edit_original_response(view=card.view, attachments=card.files)

    @taste.command(name="visible", description=say("command.taste.visible"))
    @app_commands.describe(state=say("command.taste.visible.state"))
    @app_commands.choices(state=STATES)
    async def visible(self, interaction: Interaction, state: str) -> None:
        """Let others see one's taste, or no longer."""
        asked = where(interaction)
        await think(interaction, private=True)
        await self.bot.app.portraits.show(asked.server, asked.member, visible=state == ON)
        mention = self.bot.command_mention(f"taste visible {OFF}")
        told = say("taste.visible.on", visible=mention) if state == ON else say("taste.visible.off")
        await interaction.edit_original_response(content=told)

    async def _may_see(self, asked: Where, member: discord.User | discord.Member) -> None:
        """Refuse what is no member of this server, and who keeps their taste to themselves."""
        name = safe(member.display_name)
        if member.bot:
            raise Refused(say("taste.bot", name=name))
        if not isinstance(member, discord.Member):
            raise Refused(say("taste.gone", name=name))
        if not await self.bot.app.portraits.visible(asked.server, MemberId(member.id)):
            visible = self.bot.command_mention(f"taste visible {ON}")
            raise Refused(say("taste.hidden", name=name, visible=visible))

    async def _named(self, interaction: Interaction, members: list[MemberId]) -> dict[MemberId, str]:
        """The names of those who are still here, longest agreed first; Discord is asked, as Segue keeps no names."""
        guild = interaction.guild
        if guild is None:
            return {}
        names: dict[MemberId, str] = {}
        for member in members:
            if len(names) == MOST_ON_MAP:
                break
            try:
                names[member] = (await guild.fetch_member(member)).display_name
            except discord.NotFound:
                log.debug("not on the map: left the server")
            except (discord.HTTPException, aiohttp.ClientError) as error:
                log.info("not on the map: name not known", error=str(error))
        return names


def nothing_to_show(interaction: Interaction) -> Refused:
    """That nothing is known of whoever asks, and how to begin."""
    return Refused(say("taste.show.nothing", start=interaction.client.command_mention("taste start")))


async def begin(interaction: Interaction) -> None:
    """Show the first step of ``/taste start`` in the answer that was announced."""
    asked, choosing = where(interaction), interaction.client.app.choosing
    card = step_card(STEPS[0], await choosing.offer(), choosing.of(asked.server, asked.member))
    await interaction.edit_original_response(view=card.view)


async def show_taste(
    interaction: Interaction, asked: Where, member: discord.User | discord.Member, *, share: bool = True
) -> None:
    """Show a taste in the answer that was announced.

    Args:
        share: offer to show it to everybody, if it is one's own.
    """
    own = member.id == asked.member
    shown = await interaction.client.app.portraits.of(asked.server, MemberId(member.id))
    if shown is None and own:
        raise nothing_to_show(interaction)
    if shown is None:
        raise Refused(say("taste.show.nothing.other", name=safe(member.display_name)))
    picture = await asyncio.to_thread(portrait_picture, member.display_name, shown)
    card = portrait_card(member.display_name, shown, picture, share=own and share)
    await interaction.edit_original_response(view=card.view, attachments=card.files)
